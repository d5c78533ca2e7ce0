"""The moves of a submission's life: sent, queried, answered, accepted, refused, cancelled.

Each locks the row, checks the permission on this very submission, runs the named checks again, moves, and queues its
letters, in one transaction. Each raises Forbidden (not this person's step) and MovedMeanwhileError, a WrongMoveError
(the step is not open any more; says who was first). Publishing and loading are `cpl.actions.publication`.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.access import Forbidden
from accounts.models import User
from cpl import audit_names, letters
from cpl.actions.submissions import content as contents
from cpl.actions.submissions import may, steps
from cpl.actions.submissions.errors import BlockedError, EditedMeanwhileError, NeedsWordsError, TooLongError
from cpl.choices import Confirmation, StepKind, SubmissionState
from cpl.models import Submission
from cpl.rules import Problem
from cpl.workflow import MOVES

Step = StepKind


@transaction.atomic
def submit(*, submission: Submission, by: User) -> Submission:
    """Its author sends a draft to SECAS. Raises BlockedError while a blocking problem is open."""
    held = _authors(submission, Step.SUBMIT, by)
    held.submitted_by, held.submitted_at = by, timezone.now()
    return _send(held, Step.SUBMIT, by=by)


@transaction.atomic
def resubmit(*, submission: Submission, answer: str, by: User) -> Submission:
    """Its author answers a query and sends it again. Raises NeedsWordsError without an answer, BlockedError."""
    held = _authors(submission, Step.RESUBMIT, by)
    return _send(held, Step.RESUBMIT, by=by, words=said(Step.RESUBMIT, answer))


@transaction.atomic
def cancel(*, submission: Submission, by: User, reason: str = "") -> Submission:
    """Its author takes it back, at any time before it is published; out of a prepared issue too."""
    held = _authors(submission, Step.CANCEL, by)
    concerned = letters.concerned(held)
    steps.move(held, Step.CANCEL, by=by, words=said(Step.CANCEL, reason), **_leave_acceptance(held, by))
    letters.cancelled(held, concerned, by=by)
    return held


@transaction.atomic
def query(*, submission: Submission, question: str, by: User) -> Submission:
    """A moderator asks the author; from acceptance a publisher may too, which takes it out of a prepared issue."""
    held = _moderators(submission, Step.QUERY, by)
    _decide(held, Step.QUERY, by=by, words=question, **_leave_acceptance(held, by))
    letters.decided("submission_queried", held, by=by)
    return held


@transaction.atomic
def accept(*, submission: Submission, by: User, words: str = "", edition: int) -> Submission:
    """A moderator accepts the edition that they read.

    Raises EditedMeanwhileError where it is another by now, BlockedError while a blocking problem is open.
    """
    held = _moderators(submission, Step.ACCEPT, by)
    if edition != held.edition:
        raise EditedMeanwhileError(held, edition)
    _refuse_blocked(contents.check(held), Step.ACCEPT)
    held.accepted_by, held.accepted_at = by, timezone.now()
    _decide(held, Step.ACCEPT, by=by, words=words, edition=edition)
    letters.accepted(held, by=by)
    return held


@transaction.atomic
def refuse(*, submission: Submission, reason: str, by: User) -> Submission:
    """A moderator refuses it, for a reason that its author reads; that is the end of it."""
    held = _moderators(submission, Step.REFUSE, by)
    _decide(held, Step.REFUSE, by=by, words=reason, **_leave_acceptance(held, by))
    letters.decided("submission_refused", held, by=by)
    return held


def said(step: StepKind, words: str) -> str:
    """The words of a step, as they are kept. Raises NeedsWordsError where it needs some, TooLongError."""
    kept = contents.words_of(words)
    if not kept and (step not in MOVES or MOVES[step].needs_words):
        raise NeedsWordsError(step)
    if len(kept) > contents.LONGEST_WORDS:
        raise TooLongError(kept, contents.LONGEST_WORDS)
    return kept


def _authors(submission: Submission, step: StepKind, by: User) -> Submission:
    """The row, locked, for a step of its author that is open."""
    held = steps.locked(submission)
    if not may.is_author(by, held):
        raise Forbidden(step)
    steps.open_to(held, step, by=by)
    return held


def _moderators(submission: Submission, step: StepKind, by: User) -> Submission:
    """The row, locked, for a step of a moderator that is open."""
    held = steps.locked(submission)
    # Whose the step is may hang on the state: what is gone is told to SECAS as gone, not as forbidden.
    if not may.is_secas(by):
        raise Forbidden(step)
    steps.open_to(held, step, by=by)
    if step == Step.ACCEPT and may.wrote(by, held):
        raise Forbidden(f"You wrote or sent {held.reference} yourself: another moderator has to accept it.")
    if not may.may_moderate(by, held, step):
        raise Forbidden(step)
    return held


def _send(held: Submission, step: StepKind, *, by: User, words: str = "") -> Submission:
    """What its author cannot know of does not keep it from being sent: it would tell of hidden records."""
    steps.note_writer(held, by, changed=False)
    # Whose product it is may have changed since it was written.
    held.confirmation = may.confirmation_now(held)
    problems = contents.check(held)
    _refuse_blocked([problem for problem in problems if not problem.confidential], step)
    steps.move(held, step, by=by, words=words, **contents.snapshot(held))
    letters.sent(held, step, by=by)
    if held.confirmation == Confirmation.WAITING:
        letters.confirmation_wanted(held, step)
    return held


def _refuse_blocked(problems: list[Problem], step: StepKind) -> None:
    if blocking := [problem for problem in problems if problem.blocks(step)]:
        raise BlockedError(blocking)


def _decide(held: Submission, step: StepKind, *, by: User, words: str, **details: Any) -> None:
    """A moderator's step: whoever acts takes it on where nobody has; acting for another holder is on record."""
    if held.held_by is None:
        held.held_by = by
    elif held.held_by != by:
        details["held_by"] = str(held.held_by)
    steps.move(held, step, by=by, words=said(step, words), **details)


def _leave_acceptance(held: Submission, by: User) -> dict[str, Any]:
    """It is accepted no longer, and in no prepared issue; returns what the step says of that."""
    if held.state != SubmissionState.ACCEPTED:
        return {}
    told: dict[str, Any] = {"was_accepted_by": str(held.accepted_by)}
    if held.issue is not None:
        told["out_of_issue"] = held.issue.number
        audit.record(audit_names.ISSUE_CHANGED, by=by, about=held.issue, taken_out=[held.reference])
    held.accepted_by = held.accepted_at = held.issue = None
    return told
