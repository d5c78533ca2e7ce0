"""Who hears what about a submission, and what no letter says. That each letter is well made is tested with all."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.choices import PartyCategory, Role
from accounts.models import Membership, Party, User
from cpl import letters
from cpl.actions.submissions import drafts, moves, talk
from cpl.choices import SubmissionKind, SubmissionState
from cpl.models import Manufacturer, Submission, SubmissionBatch
from tests.accounts.mailbox import Mailbox, recipients_of, run_jobs, text
from tests.cpl.submissions.causes import CAUSES
from tests.factories import Cast, Catalogue, make_entry, make_issue, make_submission, make_user
from tests.factories.submissions import content_of

pytestmark = pytest.mark.django_db

Kind, State = SubmissionKind, SubmissionState


def in_state(
    cast: Cast, catalogue: Catalogue, state: SubmissionState, kind: SubmissionKind = Kind.CONTACT
) -> Submission:
    """A submission with an empty queue behind it."""
    submission = make_submission(cast, catalogue, kind, state)
    run_jobs()
    return submission


def queued() -> set[tuple[str, str]]:
    return {(job.args["template"], job.args["to"]) for job in ProcrastinateJob.objects.filter(queue_name="mail")}


@pytest.fixture
def colleague(cast: Cast) -> User:
    return make_user("max@northmoor.example", Role.MANUFACTURER_EDITOR, Party.objects.get(name__startswith="Northmoor"))


@pytest.mark.parametrize("cause", [cause for cause, _ in CAUSES], ids=[cause.__name__ for cause, _ in CAUSES])
def test_no_letter_says_what_was_said_or_how_to_reach_anybody(cast: Cast, mailbox: Mailbox, cause: object) -> None:
    assert callable(cause)
    to = cause(cast)
    mailbox.letters.clear()
    run_jobs()
    words = text(mailbox.only(to))
    assert "7946" not in words
    assert "upgrades@northmoor.example" not in words
    assert "Wrong file" not in words
    assert f"Kind: {Submission.objects.latest('pk').get_kind_display()}" in words


def test_a_new_submission_goes_to_every_moderator(cast: Cast, catalogue: Catalogue, second: User) -> None:
    moves.submit(submission=in_state(cast, catalogue, State.DRAFT), by=cast.manufacturer)
    assert queued() == {("submission_received", one.email) for one in (cast.moderator, second)}


def test_an_answer_goes_to_whoever_holds_it(cast: Cast, catalogue: Catalogue, second: User) -> None:
    moves.resubmit(submission=in_state(cast, catalogue, State.QUERIED), answer="Yes.", by=cast.manufacturer)
    assert queued() == {("submission_answered", cast.moderator.email)}


def test_a_decision_goes_to_everybody_whose_business_it_is_in_its_authors_party(
    cast: Cast, catalogue: Catalogue, colleague: User
) -> None:
    make_user("eve@northmoor.example", Role.PARTY_USER, Party.objects.get(name__startswith="Northmoor"))
    moves.accept(submission=in_state(cast, catalogue, State.SUBMITTED), edition=1, by=cast.moderator)
    assert queued() == {("submission_accepted", one.email) for one in (cast.manufacturer, colleague)}


def test_secas_hears_of_its_own_submission_by_its_author_alone(cast: Cast, catalogue: Catalogue, second: User) -> None:
    submission = in_state(cast, catalogue, State.SUBMITTED, Kind.REMOVAL)
    moves.query(submission=submission, question="Which direction?", by=second)
    assert queued() == {("submission_queried", cast.moderator.email)}


def test_a_message_goes_to_the_other_sides(cast: Cast, catalogue: Catalogue, colleague: User) -> None:
    submission = in_state(cast, catalogue, State.SUBMITTED, Kind.HASH)
    talk.say(submission=submission, words="We look into it.", by=cast.manufacturer)
    assert queued() == {("submission_message", one.email) for one in (cast.submitter, cast.moderator)}
    run_jobs()
    talk.say(submission=submission, words="And?", by=cast.moderator)
    assert queued() == {("submission_message", one.email) for one in (cast.submitter, cast.manufacturer, colleague)}


def test_a_message_about_the_own_submission_goes_to_secas_alone(
    cast: Cast, catalogue: Catalogue, colleague: User
) -> None:
    talk.say(submission=in_state(cast, catalogue, State.SUBMITTED), words="Soon, please.", by=cast.manufacturer)
    assert queued() == {("submission_message", cast.moderator.email)}


def test_a_note_goes_to_nobody(cast: Cast, catalogue: Catalogue) -> None:
    talk.note(submission=in_state(cast, catalogue, State.SUBMITTED), words="Odd.", by=cast.moderator)
    assert queued() == set()


def test_a_contradiction_goes_to_its_author_and_to_secas(cast: Cast, catalogue: Catalogue) -> None:
    submission = in_state(cast, catalogue, State.SUBMITTED, Kind.HASH)
    talk.contradict(submission=submission, reason="Wrong file.", by=cast.manufacturer)
    assert queued() == {("submission_contradicted", one.email) for one in (cast.submitter, cast.moderator)}


def test_a_change_after_a_query_asks_the_manufacturer_again(cast: Cast, catalogue: Catalogue) -> None:
    submission = in_state(cast, catalogue, State.QUERIED, Kind.HASH)
    drafts.save(submission=submission, content=content_of(Kind.HASH), by=cast.submitter, edition=1)
    moves.resubmit(submission=submission, answer="Mended.", by=cast.submitter)
    assert ("submission_to_confirm", cast.manufacturer.email) in queued()


def test_a_cancelled_draft_is_told_to_nobody(cast: Cast, catalogue: Catalogue) -> None:
    moves.cancel(submission=in_state(cast, catalogue, State.DRAFT), by=cast.manufacturer)
    assert queued() == set()


def test_cancelling_what_is_in_a_prepared_issue_is_told_to_whoever_prepared_it(
    cast: Cast, catalogue: Catalogue
) -> None:
    submission = in_state(cast, catalogue, State.ACCEPTED)
    make_issue(cast, [submission])
    run_jobs()
    moves.cancel(submission=submission, by=cast.manufacturer)
    assert queued() == {("submission_cancelled", one.email) for one in (cast.moderator, cast.publisher)}


def of_one_spreadsheet(cast: Cast, catalogue: Catalogue, number: int) -> list[Submission]:
    batch = SubmissionBatch.objects.create(
        file_name="hashes.xlsx", sha256="a" * 64, party=Party.objects.get(name="DCC"), created_by=cast.submitter
    )
    entries = [make_entry(catalogue.ember, content_of(Kind.NEW_ENTRY)["firmware_version"]) for _ in range(number)]
    begun = [
        drafts.begin(kind=Kind.HASH, by=cast.submitter, entry=entry, content=content_of(Kind.HASH), batch=batch)
        for entry in entries
    ]
    return [moves.submit(submission=one, by=cast.submitter) for one in begun]


def test_a_spreadsheet_is_told_of_once_with_the_number_of_its_records(
    cast: Cast, catalogue: Catalogue, mailbox: Mailbox
) -> None:
    of_one_spreadsheet(cast, catalogue, 3)
    assert queued() == {
        ("submission_received", cast.moderator.email),
        ("submission_to_confirm", cast.manufacturer.email),
    }
    assert ProcrastinateJob.objects.filter(queue_name="mail").count() == 2
    run_jobs()
    assert "and 2 others from one spreadsheet" in text(mailbox.only(cast.moderator.email))
    assert "2 others" in text(mailbox.only(cast.manufacturer.email))


def test_the_acceptance_of_a_spreadsheet_is_told_once_when_all_of_it_is_decided(
    cast: Cast, catalogue: Catalogue
) -> None:
    first, second = of_one_spreadsheet(cast, catalogue, 2)
    run_jobs()
    for one in (first, second):
        talk.confirm(submission=one, by=cast.manufacturer)
    run_jobs()
    moves.accept(submission=first, edition=1, by=cast.moderator)
    assert queued() == set()
    moves.accept(submission=second, edition=1, by=cast.moderator)
    assert queued() == {("submission_accepted", cast.submitter.email)}


ENDS: Final[dict[str, Callable[[Cast, Submission], Any]]] = {
    "refuse": lambda cast, one: moves.refuse(submission=one, reason="No.", by=cast.moderator),
    "query": lambda cast, one: moves.query(submission=one, question="Sure?", by=cast.moderator),
    "cancel": lambda cast, one: moves.cancel(submission=one, by=cast.submitter),
}


@pytest.mark.parametrize("end", ENDS)
def test_whatever_ends_the_waiting_of_a_spreadsheet_its_acceptances_are_told(
    cast: Cast, catalogue: Catalogue, mailbox: Mailbox, end: str
) -> None:
    first, second = of_one_spreadsheet(cast, catalogue, 2)
    talk.confirm(submission=first, by=cast.manufacturer)
    moves.accept(submission=first, edition=1, by=cast.moderator)
    run_jobs()
    mailbox.letters.clear()
    ENDS[end](cast, second)
    assert ("submission_accepted", cast.submitter.email) in queued()
    run_jobs()
    assert any(f"{first.reference} among it" in text(letter) for letter in mailbox.letters)


def test_what_was_told_of_a_spreadsheet_is_not_told_again(cast: Cast, catalogue: Catalogue) -> None:
    first, second = of_one_spreadsheet(cast, catalogue, 2)
    talk.confirm(submission=first, by=cast.manufacturer)
    moves.accept(submission=first, edition=1, by=cast.moderator)
    moves.query(submission=second, question="Sure?", by=cast.moderator)
    moves.resubmit(submission=second, answer="Yes.", by=cast.submitter)
    run_jobs()
    moves.refuse(submission=second, reason="No.", by=cast.moderator)
    assert {template for template, _ in queued()} == {"submission_refused"}


def test_of_a_spreadsheet_that_was_refused_whole_no_acceptance_is_told(cast: Cast, catalogue: Catalogue) -> None:
    for one in of_one_spreadsheet(cast, catalogue, 2):
        moves.refuse(submission=one, reason="No.", by=cast.moderator)
    assert "submission_accepted" not in {template for template, _ in queued()}


STATES = st.sampled_from([State.SUBMITTED, State.RESUBMITTED, State.QUERIED, State.ACCEPTED, State.REFUSED])


@given(st.lists(st.tuples(st.integers(1, 4), STATES), max_size=30))
def test_every_acceptance_is_told_once_unless_it_was_taken_back_before(moved: list[tuple[int, str]]) -> None:
    told: dict[int, int] = {}
    for end in range(1, len(moved) + 1):
        now = dict(moved[:end])
        for one in letters.newly_accepted(moved[:end]):
            assert now[one] == State.ACCEPTED
            assert not {State.SUBMITTED, State.RESUBMITTED} & set(now.values())
            told[one] = told.get(one, 0) + 1
    for one, times in told.items():
        assert times <= sum(state == State.ACCEPTED for key, state in moved if key == one)


def test_whoever_left_the_party_meanwhile_gets_no_letter(cast: Cast, catalogue: Catalogue, mailbox: Mailbox) -> None:
    submission = in_state(cast, catalogue, State.SUBMITTED)
    moves.refuse(submission=submission, reason="No.", by=cast.moderator)
    Membership.objects.filter(user=cast.manufacturer).delete()
    mailbox.letters.clear()
    assert recipients_of("submission_refused") == [cast.manufacturer.email]
    assert mailbox.letters == []


def test_a_letter_about_what_was_done_already_is_not_sent(cast: Cast, catalogue: Catalogue, mailbox: Mailbox) -> None:
    submission = make_submission(cast, catalogue, Kind.HASH, State.SUBMITTED)
    talk.confirm(submission=submission, by=cast.manufacturer)
    moves.cancel(submission=submission, by=cast.submitter)
    run_jobs()
    assert mailbox.letters == []


def test_a_maker_without_a_party_is_written_to_by_nobody(cast: Cast, catalogue: Catalogue) -> None:
    Manufacturer.objects.filter(name__startswith="Northmoor").update(party=None)
    in_state(cast, catalogue, State.DRAFT, Kind.HASH)
    moves.submit(submission=Submission.objects.latest("pk"), by=cast.submitter)
    assert queued() == {("submission_received", cast.moderator.email)}


def test_nothing_is_written_where_the_step_fails(cast: Cast, catalogue: Catalogue) -> None:
    submission = in_state(cast, catalogue, State.REFUSED)
    with pytest.raises(Exception, match="cannot be accepted"):
        moves.accept(submission=submission, edition=1, by=cast.moderator)
    assert queued() == set()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("Two\r\nlines\tand\u2028more", "Two lines and more"), ("x" * 90, "x" * 79 + "…"), ("", "")],
)
def test_the_name_in_a_letter_is_one_short_line(cast: Cast, catalogue: Catalogue, typed: str, shown: str) -> None:
    draft = make_submission(cast, catalogue, Kind.NEW_ENTRY)
    draft.content, draft.device_model = {"model_name": typed}, None
    assert letters.name_of(draft) == shown


def test_submitters_of_a_maker_hear_of_hashes_and_of_nothing_else(cast: Cast, catalogue: Catalogue) -> None:
    party = Party.objects.get(name__startswith="Northmoor")
    Party.objects.filter(pk=party.pk).update(category=PartyCategory.OTHER_SEC_PARTY)
    party.refresh_from_db()
    make_user("eve@northmoor.example", Role.SUBMITTER, party)
    contact = in_state(cast, catalogue, State.SUBMITTED)
    moves.accept(submission=contact, edition=1, by=cast.moderator)
    assert queued() == {("submission_accepted", cast.manufacturer.email)}
    run_jobs()
    draft = make_submission(cast, catalogue, Kind.HASH, State.SUBMITTED, by=cast.manufacturer)
    run_jobs()
    moves.accept(submission=draft, edition=1, by=cast.moderator)
    assert queued() == {("submission_accepted", to) for to in ("eve@northmoor.example", cast.manufacturer.email)}
