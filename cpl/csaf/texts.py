"""Values from a CSAF file as a notice can keep them: without control characters, cut where too long, and told so."""

import re
from typing import Any, Final

from cpl.csaf.draft import Remark
from cpl.csaf.errors import shown
from cpl.notice_checks import LONGEST, LONGEST_WORDS, MOST

_ELLIPSIS: Final = "…"
_CONTROLS: Final = re.compile(r"[^\n\t -~\xa0-\U0010ffff]")
"""The control characters of ASCII and ISO 8859-1, but for line feed and tab."""


def plain(text: str) -> str:
    """The text without control characters, its line ends as one character: what a person could have typed."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def has_controls(text: str) -> bool:
    """Whether `plain` takes anything out of the text besides line ends."""
    return _CONTROLS.search(text.replace("\r", "\n")) is not None


class Kept:
    """Cuts to what a notice can keep, and remembers what it cut."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def remark(self, message: str, place: str = "", value: str = "") -> None:
        """Tell the author something."""
        self.remarks.append(Remark(message, place, shown(value)))

    def text(self, field: str, text: str, place: str) -> str:
        """A text of a notice."""
        text, longest = text.strip(), LONGEST[field]
        if len(text) > longest:
            what = f"The {field.replace('_', ' ')} was cut to {longest:,} of its {len(text):,} characters."
            self.remark(what, place)
        return _cut(text, longest)

    def words(self, text: str, place: str) -> str:
        """What is said of one version."""
        text = text.strip()
        if len(text) > LONGEST_WORDS:
            self.remark(f"The text about a version was cut to {LONGEST_WORDS} characters.", place)
        return _cut(text, LONGEST_WORDS)

    def link(self, field: str, link: str, place: str) -> str:
        """A link cannot be cut: one that is too long is left out."""
        if len(link) <= LONGEST[field]:
            return link
        self.remark("This link is too long to be kept; it was left out.", place, link)
        return ""

    def few(self, field: str, values: list[Any], place: str) -> list[Any]:
        """As many as a notice can name."""
        if len(values) > MOST[field]:
            self.remark(f"Only the first {MOST[field]:,} of {len(values):,} {field} were taken over.", place)
        return values[: MOST[field]]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + _ELLIPSIS
