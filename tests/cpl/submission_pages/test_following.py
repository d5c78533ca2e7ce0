"""The page of a submission: where it stands, what was said, and what may be done."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cpl.actions.submissions import may, moves, talk
from cpl.choices import Confirmation, SubmissionKind, SubmissionState
from cpl.models import Submission
from tests.conftest import SignedIn
from tests.cpl.submission_pages.conftest import Begin, soup, words
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def address(submission: Submission, act: str = "") -> str:
    return f"/submissions/{submission.pk}/" + (f"{act}/" if act else "")


@pytest.fixture
def mei(cast: Cast, signed_in: SignedIn) -> Client:
    return signed_in(cast.manufacturer)


def test_page_says_who_has_the_next_step_and_until_when(mei: Client, sent: Submission) -> None:
    card = soup(mei.get(address(sent))).select_one("aside .fir-card")
    assert card and "SECAS checks it" in " ".join(card.get_text(" ").split())
    assert "Due" in card.get_text()


def test_line_of_its_life_marks_where_it_is(mei: Client, queried: Submission) -> None:
    here = soup(mei.get(address(queried))).select_one(".fir-life [aria-current=step]")
    assert here and "Queried" in here.get_text()


def test_changed_fields_stand_beside_what_is_published(mei: Client, sent: Submission) -> None:
    row = soup(mei.get(address(sent))).find("th", string="Additional information")
    cells = row.find_next_siblings("td") if row else []
    assert [" ".join(cell.get_text(" ").split()) for cell in cells] == [
        "Recommended upgrade for all devices.",
        "Changed: Mends the clock.",
    ]


def test_notes_inside_secas_are_read_by_secas_alone(
    cast: Cast, sent: Submission, mei: Client, signed_in: SignedIn
) -> None:
    talk.note(submission=sent, words="Ask the lab first", by=cast.moderator)
    assert "Ask the lab first" not in words(mei.get(address(sent)))
    assert "Ask the lab first" in words(signed_in(cast.auditor).get(address(sent)))


def test_confidential_problems_are_read_by_secas_alone(
    cast: Cast, sent: Submission, mei: Client, signed_in: SignedIn
) -> None:
    found = {"check": "x", "clause": "SEC F2", "blocking": False, "field": "", "message": "Equals a hidden entry.",
             "cure": "", "key": "", "detail": "CPL-001081", "confidential": True, "waived": ""}  # fmt: skip
    Submission.objects.filter(pk=sent.pk).update(problems=[found])
    assert "hidden entry" not in words(mei.get(address(sent)))
    assert "CPL-001081" in words(signed_in(cast.moderator).get(address(sent)))


def test_message_is_written_and_stays(mei: Client, sent: Submission) -> None:
    page = mei.post(address(sent, "message"), {"words": "Is there news?"}, follow=True)
    assert "Is there news?" in words(page)


def test_empty_message_is_told_and_nothing_is_sent(mei: Client, sent: Submission) -> None:
    answer = mei.post(address(sent, "message"), {"words": " "})
    assert "Write the message." in words(answer)
    assert not sent.steps.filter(kind="message").exists()


def test_cancelling_is_asked_for_on_a_page_first(mei: Client, sent: Submission) -> None:
    assert "Cancel S-" in words(mei.get(address(sent, "cancel")))
    sent.refresh_from_db()
    assert sent.state == SubmissionState.SUBMITTED
    mei.post(address(sent, "cancel"), {"words": "Wrong file"})
    sent.refresh_from_db()
    assert sent.state == SubmissionState.CANCELLED


def test_what_is_cancelled_already_is_told_to_the_second_who_cancels(mei: Client, sent: Submission, cast: Cast) -> None:
    moves.cancel(submission=sent, by=cast.manufacturer)
    assert "You were first: cancelled" in words(mei.post(address(sent, "cancel"), follow=True))


def test_manufacturer_confirms_what_the_dcc_says_of_its_product(mei: Client, hash_of_other: Submission) -> None:
    assert "Yes, confirm it" in words(mei.get(address(hash_of_other)))
    assert "0F1E2D3C" in words(mei.get(address(hash_of_other, "confirm")))
    mei.post(address(hash_of_other, "confirm"), {"edition": hash_of_other.edition})
    hash_of_other.refresh_from_db()
    assert hash_of_other.confirmation == Confirmation.CONFIRMED


def test_manufacturer_confirms_nothing_that_was_changed_since_it_was_read(
    mei: Client, hash_of_other: Submission
) -> None:
    Submission.objects.filter(pk=hash_of_other.pk).update(edition=7)
    assert "was changed since you opened it" in words(
        mei.post(address(hash_of_other, "confirm"), {"edition": "1"}, follow=True)
    )
    hash_of_other.refresh_from_db()
    assert hash_of_other.confirmation == Confirmation.WAITING


def test_contradiction_needs_a_reason(mei: Client, hash_of_other: Submission) -> None:
    assert "Say what is wrong with it." in words(mei.post(address(hash_of_other, "contradict"), {"words": ""}))
    mei.post(address(hash_of_other, "contradict"), {"words": "That is the whole file"})
    hash_of_other.refresh_from_db()
    assert hash_of_other.confirmation == Confirmation.CONTRADICTED


@pytest.mark.parametrize("act", ["confirm", "contradict"])
def test_author_does_not_confirm_the_own_word(
    hash_of_other: Submission, cast: Cast, signed_in: SignedIn, act: str
) -> None:
    assert signed_in(cast.submitter).post(address(hash_of_other, act), {"words": "x"}).status_code == 403


@pytest.mark.parametrize("act", ["", "cancel", "message", "confirm", "contradict"])
def test_others_find_nothing_of_it(hash_of_other: Submission, cast: Cast, signed_in: SignedIn, act: str) -> None:
    for who in (cast.competitor, cast.supplier, cast.network):
        assert signed_in(who).get(address(hash_of_other, act)).status_code == 404
        assert signed_in(who).post(address(hash_of_other, "cancel")).status_code == 404


def test_manufacturer_who_is_asked_may_not_cancel_for_the_author(mei: Client, hash_of_other: Submission) -> None:
    assert mei.post(address(hash_of_other, "cancel")).status_code == 403


def test_home_names_the_query_and_the_confirmation_that_wait(
    mei: Client, queried: Submission, hash_of_other: Submission
) -> None:
    page = words(mei.get("/"))
    assert f"SECAS asks about {queried.reference}" in page
    assert f"confirm {hash_of_other.reference}" in page


def test_home_of_somebody_else_names_neither(
    cast: Cast, queried: Submission, hash_of_other: Submission, signed_in: SignedIn
) -> None:
    assert "S-0" not in words(signed_in(cast.competitor).get("/"))


def test_page_takes_few_queries(mei: Client, cast: Cast, sent: Submission) -> None:
    for number in range(5):
        talk.say(submission=sent, words=f"Message {number}", by=cast.manufacturer)
    mei.get(address(sent))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        mei.get(address(sent))
    assert len(asked) <= 12, [query["sql"][:90] for query in asked]


def test_every_kind_is_shown_as_a_change(cast: Cast, catalogue: Catalogue, mei: Client, begin: Begin) -> None:
    maker: dict[str, Any] = {"manufacturer": catalogue.ember.manufacturer}
    for kind in may.kinds_for(cast.manufacturer):
        of_maker = kind in (SubmissionKind.NEW_ENTRY, SubmissionKind.CONTACT)
        draft = begin(kind, **(maker if of_maker else {}))
        for page in ("edit", "send", ""):
            assert mei.get(address(draft, page)).status_code == 200, (kind, page)
