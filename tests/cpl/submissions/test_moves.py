"""The moves: whose each is, what stands against it, what it leaves behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Forbidden
from accounts.models import AuditEvent, User
from cpl.actions.submissions import drafts, moves, talk
from cpl.actions.submissions.errors import (
    BlockedError,
    EditedMeanwhileError,
    MovedMeanwhileError,
    NeedsWordsError,
    TooLongError,
)
from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.models import Submission, SubmissionStep
from cpl.workflow import MOVES, Whose
from tests.factories import Cast, Catalogue, make_issue, make_submission
from tests.factories.submissions import content_of

pytestmark = pytest.mark.django_db

Kind, State, Step = SubmissionKind, SubmissionState, StepKind
Act = Callable[[Submission, User], Submission]

ACTS: Final[dict[StepKind, Act]] = {
    Step.SUBMIT: lambda one, by: moves.submit(submission=one, by=by),
    Step.RESUBMIT: lambda one, by: moves.resubmit(submission=one, answer="It is right.", by=by),
    Step.CANCEL: lambda one, by: moves.cancel(submission=one, by=by),
    Step.QUERY: lambda one, by: moves.query(submission=one, question="Is it right?", by=by),
    Step.ACCEPT: lambda one, by: moves.accept(submission=one, edition=one.edition, by=by),
    Step.REFUSE: lambda one, by: moves.refuse(submission=one, reason="It is not.", by=by),
}
FROM: Final = {
    Step.SUBMIT: State.DRAFT,
    Step.RESUBMIT: State.QUERIED,
    Step.CANCEL: State.SUBMITTED,
    Step.QUERY: State.SUBMITTED,
    Step.ACCEPT: State.SUBMITTED,
    Step.REFUSE: State.SUBMITTED,
}
EACH = pytest.mark.parametrize("step", ACTS)


def right(cast: Cast, step: StepKind) -> User:
    return cast.manufacturer if MOVES[step].whose is Whose.AUTHOR else cast.moderator


def now(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


@EACH
def test_whoever_has_the_permission_moves_it_and_that_is_on_record(
    cast: Cast, catalogue: Catalogue, step: StepKind
) -> None:
    submission, by = make_submission(cast, catalogue, Kind.CONTACT, FROM[step]), right(cast, step)
    before = submission.state_since
    returned = ACTS[step](submission, by)
    moved = now(submission)
    assert moved.state == returned.state == MOVES[step].target
    assert moved.state_since > before
    written = SubmissionStep.objects.filter(submission=submission).last()
    assert written is not None
    assert (written.kind, written.by, written.from_state, written.to_state) == (step, by, FROM[step], moved.state)
    event = AuditEvent.objects.order_by("pk").filter(name__startswith="submission.").last()
    assert event is not None
    assert (event.actor, event.before, event.after) == (by.email, {"state": FROM[step]}, {"state": moved.state})
    assert "upgrades@northmoor.example" not in str(list(AuditEvent.objects.values()))


@EACH
@pytest.mark.parametrize("who", ["competitor", "submitter", "supplier", "auditor", "ssc", "stranger"])
def test_whoever_has_not_the_permission_on_this_one_is_refused(
    cast: Cast, catalogue: Catalogue, step: StepKind, who: str
) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, FROM[step])
    with pytest.raises(Forbidden):
        ACTS[step](submission, getattr(cast, who))
    assert now(submission).state == FROM[step]


@pytest.mark.parametrize("step", [Step.QUERY, Step.ACCEPT, Step.REFUSE])
@pytest.mark.parametrize("who", ["manufacturer", "publisher"])
def test_an_author_and_a_publisher_do_not_moderate(cast: Cast, catalogue: Catalogue, step: StepKind, who: str) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    with pytest.raises(Forbidden):
        ACTS[step](submission, getattr(cast, who))


@pytest.mark.parametrize("step", [Step.SUBMIT, Step.RESUBMIT, Step.CANCEL])
def test_a_moderator_does_not_act_for_the_author(cast: Cast, catalogue: Catalogue, step: StepKind) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, FROM[step])
    with pytest.raises(Forbidden):
        ACTS[step](submission, cast.moderator)


def test_words_stay_with_the_step_and_out_of_the_audit_event(cast: Cast, catalogue: Catalogue) -> None:
    """Somebody may have typed a telephone number."""
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    moves.query(submission=submission, question="Is 020 7946 0999 right?", by=cast.moderator)
    assert submission.steps.get(kind=Step.QUERY).words == "Is 020 7946 0999 right?"
    assert "7946" not in str(list(AuditEvent.objects.values()))


def test_a_person_who_lost_the_account_moves_nothing(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    User.objects.filter(pk=cast.moderator.pk).update(is_active=False)
    with pytest.raises(Forbidden):
        ACTS[Step.ACCEPT](submission, User.objects.get(pk=cast.moderator.pk))


@EACH
def test_a_step_that_is_not_open_tells_who_was_first_and_changes_nothing(
    cast: Cast, catalogue: Catalogue, step: StepKind
) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.REFUSED)
    events = AuditEvent.objects.count()
    with pytest.raises(MovedMeanwhileError, match=r"first: refused at \d\d:\d\d on .* cannot be") as caught:
        ACTS[step](submission, right(cast, step))
    assert caught.value.last.by == cast.moderator
    assert ("You were first" in str(caught.value)) is (right(cast, step) == cast.moderator)
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("words", ["", "  \n", "\x00", "\x01\u200b \ufffd"])
def test_a_query_an_answer_and_a_refusal_need_words(cast: Cast, catalogue: Catalogue, words: str) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    with pytest.raises(NeedsWordsError, match="what you ask"):
        moves.query(submission=submission, question=words, by=cast.moderator)
    with pytest.raises(NeedsWordsError, match="reason"):
        moves.refuse(submission=submission, reason=words, by=cast.moderator)
    moves.query(submission=submission, question="Why?", by=cast.moderator)
    with pytest.raises(NeedsWordsError, match="answer"):
        moves.resubmit(submission=submission, answer=words, by=cast.manufacturer)
    assert now(submission).state == State.QUERIED


def test_more_words_than_are_kept_are_refused(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    with pytest.raises(TooLongError, match="5,001 characters"):
        moves.query(submission=submission, question="?" * 5001, by=cast.moderator)


def test_a_blocking_problem_keeps_a_draft_from_being_sent(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_submission(cast, catalogue, Kind.WITHDRAWAL, content={})
    with pytest.raises(BlockedError) as caught:
        moves.submit(submission=draft, by=cast.manufacturer)
    assert caught.value.problems
    assert all(problem.blocking for problem in caught.value.problems)
    assert now(draft).state == State.DRAFT


def test_a_blocking_problem_that_came_up_meanwhile_keeps_it_from_being_accepted(
    cast: Cast, catalogue: Catalogue
) -> None:
    submission = make_submission(cast, catalogue, Kind.WITHDRAWAL, State.SUBMITTED)
    Submission.objects.filter(pk=submission.pk).update(content={})
    with pytest.raises(BlockedError):
        moves.accept(submission=submission, edition=1, by=cast.moderator)
    assert now(submission).state == State.SUBMITTED


def test_what_waits_for_the_manufacturer_is_sent_but_not_accepted(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.HASH, State.SUBMITTED)
    with pytest.raises(BlockedError, match="manufacturer"):
        moves.accept(submission=submission, edition=1, by=cast.moderator)
    talk.confirm(submission=submission, by=cast.manufacturer)
    assert moves.accept(submission=submission, edition=1, by=cast.moderator).state == State.ACCEPTED


def test_a_moderator_accepts_the_edition_that_they_read(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.QUERIED)
    drafts.save(submission=submission, content={"contact_team": "Other"}, by=cast.manufacturer, edition=1)
    moves.resubmit(submission=submission, answer="Mended.", by=cast.manufacturer)
    with pytest.raises(EditedMeanwhileError, match="edition 1, now 2"):
        moves.accept(submission=submission, edition=1, by=cast.moderator)
    assert now(submission).state == State.RESUBMITTED


def test_sending_keeps_what_was_sent_without_details_of_a_contact(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    details = submission.steps.get(kind=Step.SUBMIT).details
    assert set(details["content"]) == {"contact_team", "contact_email", "contact_telephone"}
    assert "upgrades@" not in str(details)
    assert "7946" not in str(details)
    assert details["changed"] == []


def test_sending_again_says_which_fields_changed_even_hidden_ones(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.QUERIED)
    content = {**submission.content, "contact_telephone": "+44 20 7946 0999"}
    del content["contact_team"]
    drafts.save(submission=submission, content=content, by=cast.manufacturer, edition=1)
    moves.resubmit(submission=submission, answer="Another number.", by=cast.manufacturer)
    details = submission.steps.get(kind=Step.RESUBMIT).details
    assert (details["changed"], details["edition"]) == (["contact_team", "contact_telephone"], 2)
    assert "0999" not in str(details)


def test_sending_again_names_its_sender_and_keeps_the_time_of_the_first(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.QUERIED)
    moves.resubmit(submission=submission, answer="Yes.", by=cast.manufacturer)
    again = now(submission)
    assert (again.submitted_by, again.submitted_at) == (cast.manufacturer, submission.submitted_at)


def test_whoever_acts_first_takes_it_on(cast: Cast, catalogue: Catalogue) -> None:
    assert make_submission(cast, catalogue, Kind.CONTACT, State.ACCEPTED).held_by == cast.moderator


def test_acting_on_what_somebody_else_holds_is_on_record(cast: Cast, catalogue: Catalogue, second: User) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    talk.hold(submission=submission, by=second)
    moves.accept(submission=submission, edition=1, by=cast.moderator)
    assert submission.steps.get(kind=Step.ACCEPT).details["held_by"] == str(second)
    assert now(submission).held_by == second


BACK: Final[dict[StepKind, tuple[str, Act]]] = {
    Step.QUERY: ("moderator", ACTS[Step.QUERY]),
    Step.REFUSE: ("moderator", ACTS[Step.REFUSE]),
    Step.CANCEL: ("manufacturer", ACTS[Step.CANCEL]),
}


@pytest.mark.parametrize("step", BACK)
def test_leaving_acceptance_takes_it_out_of_a_prepared_issue(cast: Cast, catalogue: Catalogue, step: StepKind) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.ACCEPTED)
    issue = make_issue(cast, [submission])
    who, act = BACK[step]
    act(submission, getattr(cast, who))
    left = now(submission)
    assert (left.issue, left.accepted_by, left.accepted_at) == (None, None, None)
    details = submission.steps.get(kind=step).details
    assert (details["out_of_issue"], details["was_accepted_by"]) == (issue.number, "Sam")
    event = AuditEvent.objects.filter(name="issue.changed").order_by("pk").last()
    assert event is not None
    assert event.details == {"taken_out": [submission.reference]}


def test_a_publisher_may_send_back_what_was_accepted_and_nothing_else(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.ACCEPTED)
    with pytest.raises(Forbidden):
        moves.refuse(submission=submission, reason="No.", by=cast.publisher)
    moves.query(submission=submission, question="Is that the right desk?", by=cast.publisher)
    assert now(submission).state == State.QUERIED


def test_a_move_takes_few_queries(cast: Cast, catalogue: Catalogue) -> None:
    """Accepting is done hundreds of times a day; its cost must not hang on what else there is."""
    one, other = (make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED) for _ in range(2))
    with CaptureQueriesContext(connection) as first:
        ACTS[Step.ACCEPT](one, cast.moderator)
    for _ in range(3):
        make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    with CaptureQueriesContext(connection) as second:
        ACTS[Step.ACCEPT](other, cast.moderator)
    assert len(second) <= len(first)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told(
    cast: Cast, catalogue: Catalogue, second: User
) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    told = at_once(submission, [cast.moderator, second])
    won = now(submission).accepted_by
    (error,) = (answer for answer in told if answer is not None)
    assert isinstance(error, MovedMeanwhileError)
    assert error.told.startswith(f"{won} was first: accepted at ")
    assert submission.steps.filter(kind=Step.ACCEPT).count() == 1


def at_once(submission: Submission, people: list[User]) -> list[Any]:
    """Each accepts in a thread and a transaction of their own, all beginning at the same moment."""
    ready = Barrier(len(people))

    def accept(by: User) -> Exception | None:
        ready.wait(timeout=10)
        try:
            moves.accept(submission=submission, edition=submission.edition, by=by)
        except MovedMeanwhileError as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(accept, people))


def test_content_can_be_sent_of_every_kind(cast: Cast, catalogue: Catalogue) -> None:
    for kind in Kind:
        draft = make_submission(cast, catalogue, kind, content=content_of(kind))
        assert not [problem for problem in draft.problems if problem["blocking"] and "submit" in problem["stops"]], kind
