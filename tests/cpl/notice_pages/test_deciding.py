"""Publishing, revising, withdrawing and discarding from the pages: what is asked, told and done."""

import pytest
from django.test import Client

from cpl.actions import interest
from cpl.actions.notices import drafts, publishing
from cpl.choices import NoticeState, VersionStatus
from cpl.models import Notice
from tests.conftest import SignedIn
from tests.cpl.notice_pages.conftest import AFFECTED, FIXED, boxes, errors, soup, status_of, text
from tests.cpl.notice_pages.test_writing import edit, sent
from tests.factories import Cast, Catalogue, make_notice
from tests.factories.catalogue import make_entry, say
from tests.factories.notices import as_versions

pytestmark = pytest.mark.django_db


def test_publishing_shows_the_notice_and_what_it_does_first(mei: Client, draft: Notice) -> None:
    said = text(mei.get(f"/notices/{draft.pk}/publish/"))
    assert "Becomes urgent 09030A07" in said
    assert "01040605 as before" in said
    assert "The clock can be set without a key" in said


@pytest.mark.parametrize(("state", "act"), [(NoticeState.DRAFT, "publish"), (NoticeState.PUBLISHED, "withdraw")])
def test_page_reads_the_same_whether_or_not_somebody_watches_the_model(
    mei: Client, cast: Cast, catalogue: Catalogue, state: NoticeState, act: str
) -> None:
    address = f"/notices/{make_notice(cast, catalogue, state).pk}/{act}/"
    before = text(mei.get(address))
    interest.watch(model=catalogue.ember, by=cast.supplier)
    assert text(mei.get(address)) == before
    assert "SECAS, the SSC, and everybody who watches or has checked one of these models" in before


def test_revision_shown_before_it_is_published_reads_the_same_whoever_watches(
    mei: Client, notice: Notice, cast: Cast, catalogue: Catalogue
) -> None:
    before = text(sent(mei, notice, then="check", words="Because.", title="Worse"))
    interest.watch(model=catalogue.ember, by=cast.supplier)
    assert text(sent(mei, notice, then="check", words="Because.", title="Worse")) == before


def test_page_before_publication_names_the_party_that_issues_it(mei: Client, draft: Notice) -> None:
    assert "You publish it for Northmoor Metering Ltd" in text(mei.get(f"/notices/{draft.pk}/publish/"))


def test_version_that_another_notice_makes_urgent_does_not_become_so(
    mei: Client, notice: Notice, cast: Cast, catalogue: Catalogue
) -> None:
    against = {catalogue.baseline: AFFECTED, catalogue.second: AFFECTED, catalogue.recommended: FIXED}
    second = make_notice(cast, catalogue, NoticeState.DRAFT, versions=against)
    said = text(mei.get(f"/notices/{second.pk}/publish/"))
    assert "Becomes urgent 10030A08" in said
    assert "Urgent already, by another notice: 09030A07" in said


def test_model_left_without_a_recommended_version_is_told_before(mei: Client, cast: Cast, catalogue: Catalogue) -> None:
    every = dict.fromkeys((catalogue.baseline, catalogue.second, catalogue.recommended), AFFECTED)
    draft = make_notice(cast, catalogue, NoticeState.DRAFT, versions=every)
    said = text(mei.get(f"/notices/{draft.pk}/publish/"))
    assert "None any more until now 01040605" in said
    assert "Nothing to upgrade to is known for 3 affected versions" in said


def test_nobody_is_sent_back_to_an_older_version(mei: Client, cast: Cast, catalogue: Catalogue) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT, versions={catalogue.recommended: AFFECTED})
    said = text(mei.get(f"/notices/{draft.pk}/publish/"))
    assert "10030A08 until now 01040605" in said
    assert "Nothing to upgrade to is known for 1 affected version" in said


def test_notice_against_what_the_manufacturer_recommends_says_that_both_are_shown(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    newest = make_entry(catalogue.ember, "01050607", after=[catalogue.recommended])
    say(newest, recommendation="recommended", stage="production")
    draft = make_notice(cast, catalogue, NoticeState.DRAFT, by=cast.ssc, versions={newest: AFFECTED})
    assert "pages show both" in text(signed_in(cast.ssc).get(f"/notices/{draft.pk}/publish/"))


def test_publishing_publishes_the_edition_that_was_read(mei: Client, draft: Notice, cast: Cast) -> None:
    shown = boxes(mei.get(f"/notices/{draft.pk}/publish/"))
    drafts.save(
        notice=draft, content={"title": "Other"}, by=cast.manufacturer, edition=1,
        versions={one.entry_id: (one.status, one.words) for one in draft.versions.all()},
    )  # fmt: skip
    answer = mei.post(f"/notices/{draft.pk}/publish/", shown)
    assert answer.status_code == 409 and "was changed since you opened it" in text(answer)
    mei.post(f"/notices/{draft.pk}/publish/", boxes(answer))
    draft.refresh_from_db()
    assert (draft.state, draft.title) == (NoticeState.PUBLISHED, "Other")


def test_what_stands_in_the_way_is_listed_and_nothing_is_published(
    mei: Client, cast: Cast, catalogue: Catalogue
) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT, severity="", summary="")
    page = mei.get(f"/notices/{draft.pk}/publish/")
    links = [str(link["href"]) for link in soup(page).select(".fir-problems a")]
    fields = ("summary", "severity", "deadline")  # the last one is advice, which leads to its field as well
    assert links == [f"/notices/{draft.pk}/edit/#id_{name}" for name in fields]
    assert not soup(page).select("main button")
    mei.post(f"/notices/{draft.pk}/publish/", {"edition": 1})
    draft.refresh_from_db()
    assert draft.state == NoticeState.DRAFT


def test_published_notice_is_not_published_twice(mei: Client, notice: Notice) -> None:
    assert "is published already" in text(mei.get(f"/notices/{notice.pk}/publish/", follow=True))


def test_revision_shows_what_changes_before_it_is_published(mei: Client, notice: Notice, catalogue: Catalogue) -> None:
    page = sent(
        mei, notice, then="check", words="More are affected.", title="Worse", **{f"s_{catalogue.second.pk}": "affected"}
    )
    said = text(page)
    assert "Title The clock can be set without a key Worse" in said
    assert "Ember X495 10030A08 CPL-001050 Nothing Affected" in said
    notice.refresh_from_db()
    assert (notice.revision, notice.title) == (1, "The clock can be set without a key")
    mei.post(edit(notice), {**boxes(page), "then": "revise"})
    notice.refresh_from_db()
    assert (notice.revision, notice.title, status_of(notice)["CPL-001050"]) == (2, "Worse", "affected")


def test_revision_can_be_taken_back_to_the_form_with_everything_typed(mei: Client, notice: Notice) -> None:
    page = sent(mei, notice, then="check", words="Because.", title="Worse")
    form = boxes(mei.post(edit(notice), {**boxes(page), "then": "back"}))
    assert (form["title"], [words.strip() for words in form["words"]]) == (["Worse"], ["Because."])


@pytest.mark.parametrize("blank", ["", " ", "\x00", "\x07\u200b"])
def test_revision_needs_words(mei: Client, notice: Notice, blank: str) -> None:
    answer = sent(mei, notice, then="check", title="Worse", words=blank)
    assert errors(answer) == ["Enter what changed and why: every reader of the notice reads it."]
    assert boxes(answer)["title"] == ["Worse"]


def test_revision_in_which_nothing_changes_is_not_offered(mei: Client, notice: Notice) -> None:
    page = sent(mei, notice, then="check", words="Nothing really.")
    assert "Nothing is changed." in text(page)
    assert not soup(page).select("main button[value=revise]")
    mei.post(edit(notice), {**boxes(page), "then": "revise"})
    notice.refresh_from_db()
    assert notice.revision == 1


def test_second_of_two_revisers_keeps_both_texts(mei: Client, notice: Notice, cast: Cast, catalogue: Catalogue) -> None:
    opened = boxes(mei.get(edit(notice)))
    publishing.revise(
        notice=notice, content={"title": "Theirs"}, words="First.", by=cast.manufacturer, edition=notice.edition,
        versions=as_versions({catalogue.baseline: AFFECTED, catalogue.recommended: FIXED}),
    )  # fmt: skip
    for then in ("check", "revise"):
        answer = mei.post(edit(notice), {**opened, "title": "Mine", "words": "Second.", "then": then})
        assert answer.status_code == 409
        assert "Saved meanwhile: Theirs" in text(answer) and boxes(answer)["title"] == ["Mine"]


def test_withdrawal_needs_its_reason_and_keeps_the_notice(mei: Client, notice: Notice) -> None:
    address = f"/notices/{notice.pk}/withdraw/"
    shown = boxes(mei.get(address))
    for blank in (" ", "\x00", "\x01\u200b\ufffd"):
        assert errors(mei.post(address, {**shown, "reason": blank})) == [
            "Give the reason for withdrawing it: every reader of the notice reads it."
        ]
    mei.post(address, {**shown, "reason": "It was the cable."})
    notice.refresh_from_db()
    assert (notice.state, notice.withdrawal_reason) == (NoticeState.WITHDRAWN, "It was the cable.")
    assert "is withdrawn: it cannot be changed" in text(mei.get(edit(notice), follow=True))


def test_withdrawal_tells_what_is_recommended_again(mei: Client, cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, versions={catalogue.recommended: VersionStatus.AFFECTED})
    said = text(mei.get(f"/notices/{notice.pk}/withdraw/"))
    assert "the recommended version becomes 01040605 , until now 10030A08" in said


def test_discarding_asks_first(mei: Client, draft: Notice) -> None:
    address = f"/notices/{draft.pk}/discard/"
    assert "gone for good" in text(mei.get(address))
    assert Notice.objects.filter(pk=draft.pk).exists()
    mei.post(address)
    assert not Notice.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("act", ["edit", "withdraw"])
def test_only_its_own_party_writes_a_notice(cast: Cast, notice: Notice, signed_in: SignedIn, act: str) -> None:
    assert signed_in(cast.manufacturer).get(f"/notices/{notice.pk}/{act}/").status_code == 200
    for other in (cast.supplier, cast.competitor, cast.moderator, cast.ssc, cast.auditor):
        assert signed_in(other).get(f"/notices/{notice.pk}/{act}/").status_code == 403
        assert signed_in(other).post(f"/notices/{notice.pk}/{act}/", {"reason": "Mine"}).status_code == 403
    notice.refresh_from_db()
    assert notice.state == NoticeState.PUBLISHED
