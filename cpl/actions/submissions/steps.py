"""Locking a submission, moving it along the table of its life, and writing down what happened."""

from typing import Any, Final

from django.db.models import Model
from django.utils import timezone

from accounts import audit
from accounts.models import User
from cpl import audit_names
from cpl.choices import StepKind, SubmissionState
from cpl.models import Submission, SubmissionStep
from cpl.workflow import WrongMoveError, after

AUDIT_NAMES: Final = {
    StepKind.CREATE: audit_names.SUBMISSION_BEGUN,
    StepKind.SUBMIT: audit_names.SUBMISSION_SUBMITTED,
    StepKind.QUERY: audit_names.SUBMISSION_QUERIED,
    StepKind.RESUBMIT: audit_names.SUBMISSION_RESUBMITTED,
    StepKind.ACCEPT: audit_names.SUBMISSION_ACCEPTED,
    StepKind.REFUSE: audit_names.SUBMISSION_REFUSED,
    StepKind.CANCEL: audit_names.SUBMISSION_CANCELLED,
    StepKind.PUBLISH: audit_names.SUBMISSION_PUBLISHED,
    StepKind.LOAD: audit_names.SUBMISSION_LOADED,
    StepKind.MESSAGE: audit_names.SUBMISSION_MESSAGE,
    StepKind.NOTE: audit_names.SUBMISSION_NOTE,
    StepKind.HOLD: audit_names.SUBMISSION_HELD,
    StepKind.RELEASE: audit_names.SUBMISSION_RELEASED,
    StepKind.CONFIRM: audit_names.SUBMISSION_CONFIRMED,
    StepKind.CONTRADICT: audit_names.SUBMISSION_CONTRADICTED,
    StepKind.WAIVE: audit_names.SUBMISSION_WAIVED,
}


class MovedMeanwhileError(WrongMoveError):
    """Somebody else moved the submission since this person looked at it: says who, what and when."""

    def __init__(self, step: StepKind, state: SubmissionState, last: SubmissionStep) -> None:
        super().__init__(step, state)
        self.last = last
        when = timezone.localtime(last.at)
        self.told = f"{last.by_name} was first: {StepKind(last.kind).label.lower()} at {when:%H:%M on %-d %B %Y}."

    def __str__(self) -> str:
        return f"{self.told} {super().__str__()}"


def locked(submission: Submission) -> Submission:
    """The submission as it stands, held until the transaction ends: of two who act at once exactly one goes on."""
    rows = Submission.objects.select_for_update(of=("self",))
    return rows.select_related("party", "manufacturer", "entry", "device_model", "contact").get(pk=submission.pk)


def move(held: Submission, step: StepKind, *, by: User | None, words: str = "", **details: Any) -> SubmissionStep:
    """Take the step with a locked submission: its new state, the step and the audit event, all in one transaction.

    Whoever calls has checked the permission and saves nothing else of the state. Raises MovedMeanwhileError, a
    WrongMoveError, where the step is not open from the state that the submission is in.
    """
    before = SubmissionState(held.state)
    try:
        held.state = after(step, before)
    except WrongMoveError as error:
        last = held.steps.exclude(to_state="").last()
        raise MovedMeanwhileError(error.step, error.state, last) if last else error from None
    held.state_since = timezone.now()
    held.save()
    return write_step(held, step, by=by, words=words, before=before, **details)


def write_step(
    held: Submission,
    step: StepKind,
    *,
    by: User | None,
    words: str = "",
    before: SubmissionState | None = None,
    internal: bool = False,
    **details: Any,
) -> SubmissionStep:
    """Write down a step that moves nothing, or (`before` given) one that has just moved. `by=None` is the system."""
    acting = _acting(by, held)
    written = SubmissionStep.objects.create(
        submission=held,
        kind=step,
        at=timezone.now(),
        by=by,
        by_name=str(by) if by else "The portal",
        by_party=acting,
        from_state=before or "",
        to_state=held.state if before else "",
        words=words,
        internal=internal,
        details=details,
    )
    _record(held, step, by=by, before=before, words=words)
    return written


def _acting(by: User | None, held: Submission) -> str:
    """The Party that the person acts for here: the submission's own where they belong to it."""
    names = [acting.name for acting in by.active_memberships] if by else []
    return held.party.name if held.party.name in names else next(iter(names), "")


def _record(held: Submission, step: StepKind, *, by: User | None, before: SubmissionState | None, words: str) -> None:
    """The audit event; what the submission says stays out of it, for a contact's details may be among that."""
    about: Model = held
    audit.record(
        AUDIT_NAMES[step],
        by=by,
        about=about,
        owner=held.party.name,
        before={"state": before.value} if before else None,
        after={"state": held.state} if before else None,
        kind=held.kind,
        words=words[:500],
    )
