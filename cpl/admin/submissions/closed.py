"""Why a button is not there: of each step what stands in its way for this person."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.utils import timezone

from accounts.access import can
from accounts.models import User
from accounts.permissions import MODERATE, PUBLISH
from cpl.actions.publication.duties import why_not
from cpl.actions.submissions import may
from cpl.choices import Confirmation, StepKind, SubmissionState
from cpl.models import Submission
from cpl.rules import Problem
from cpl.targets import confirmation_due_at
from cpl.workflow import MOVES

DECISIONS: Final = (StepKind.QUERY, StepKind.ACCEPT, StepKind.REFUSE, StepKind.PUBLISH)
_BUTTONS: Final = {
    StepKind.QUERY: "Query",
    StepKind.ACCEPT: "Accept",
    StepKind.REFUSE: "Refuse",
    StepKind.PUBLISH: "Publish",
}
_STANDS: Final = {
    SubmissionState.DRAFT: "It is a draft: its author has not submitted it.",
    SubmissionState.QUERIED: "It was queried: its author has the next step.",
    SubmissionState.ACCEPTED: "It is accepted already.",
    SubmissionState.PUBLISHED: "It is published: the DCC loads it next.",
    SubmissionState.LOADED: "It is published and loaded: that is the end of it.",
    SubmissionState.REFUSED: "It was refused: that is the end of it.",
    SubmissionState.CANCELLED: "Its author cancelled it: that is the end of it.",
}

_CONTRADICTED: Final = "The manufacturer contradicts it: query or refuse it."


class Closed(NamedTuple):
    """A step that is not open, and why."""

    button: str
    why: str


def stopping(submission: Submission, step: StepKind) -> list[Problem]:
    """What the checks found last that stands in the way of this very step."""
    return [problem for kept in submission.problems if (problem := Problem(**kept)).blocks(step)]


def closed_to(by: User, submission: Submission, steps: list[StepKind]) -> list[Closed]:
    """The decisions that are not open to this person, each with the reason; a reason that several share once."""
    reasons: dict[str, list[str]] = {}
    for step in DECISIONS:
        if why := next(_against(by, submission, step, steps), ""):
            reasons.setdefault(why, []).append(_BUTTONS[step])
    return [Closed(_listed(buttons), why) for why, buttons in reasons.items()]


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _against(by: User, submission: Submission, step: StepKind, steps: list[StepKind]) -> Iterator[str]:
    """What stands against the step, the weightiest first."""
    if not (can(by, MODERATE) or can(by, PUBLISH)):
        yield "You may read them all; moderators and publishers of SECAS decide."
    state = SubmissionState(submission.state)
    if step == StepKind.PUBLISH:
        yield from _against_publishing(by, submission)
    elif state not in MOVES[step].origins:
        yield _STANDS.get(state, "")
    if step == StepKind.ACCEPT and can(by, MODERATE) and may.wrote(by, submission):
        yield "You wrote or sent it yourself: another moderator accepts it."
    if step == StepKind.ACCEPT and can(by, MODERATE) and (blocking := stopping(submission, step)):
        yield _unconfirmed(submission) or _blocked(len(blocking))
    if step not in steps:
        yield "Moderators of SECAS decide that."


def _unconfirmed(submission: Submission) -> str:
    """What is said where the manufacturer's word is missing; '' where it is not."""
    if submission.confirmation == Confirmation.CONTRADICTED:
        return _CONTRADICTED
    return awaited(submission)


def awaited(submission: Submission) -> str:
    """Whose confirmation has to come first, and until when; '' where none is awaited."""
    if submission.confirmation != Confirmation.WAITING:
        return ""
    maker = submission.manufacturer.name if submission.manufacturer else "The manufacturer"
    due = timezone.localtime(confirmation_due_at(submission.submitted_at or submission.state_since))
    return f"{maker} must confirm it first (due {due.day} {due:%b})."


def _blocked(number: int) -> str:
    return f"{number} blocking problem{' is' if number == 1 else 's are'} open: query it, so that it is mended."


def _against_publishing(by: User, submission: Submission) -> Iterator[str]:
    if submission.state in (SubmissionState.SUBMITTED, SubmissionState.RESUBMITTED):
        yield "It must be accepted first."
    elif submission.state != SubmissionState.ACCEPTED:
        yield _STANDS[SubmissionState(submission.state)]
    elif not can(by, PUBLISH):
        # Said also to a moderator who accepted it: the reason that does not pass with another role comes first.
        yield _same_hands(by, submission) or "Publishers of SECAS publish it."
    elif reason := _same_hands(by, submission):
        yield reason


def _same_hands(by: User, submission: Submission) -> str:
    reason = why_not(submission, by)
    return f"{reason.removesuffix('.')}: somebody else must publish." if reason else ""
