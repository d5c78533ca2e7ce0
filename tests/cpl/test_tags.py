"""Status tags are made once for the same words, and never take words for safe that are not."""

from django.utils.safestring import mark_safe

from cpl.templatetags.fir import tag


def test_words_that_somebody_wrote_are_escaped_although_the_same_were_safe_before() -> None:
    assert "<b>New</b>" in tag("flag", mark_safe("<b>New</b>"))
    assert "&lt;b&gt;New&lt;/b&gt;" in tag("flag", "<b>New</b>")
