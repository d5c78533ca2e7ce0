"""Locking a submission, moving it along the table of its life, and writing down what happened."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import Model
from django.utils import timezone

from accounts import audit
from accounts.models import User
from cpl import audit_names
from cpl.actions.imports.bulk import update_each
from cpl.actions.submissions.errors import MovedMeanwhileError
from cpl.choices import StepKind, SubmissionState
from cpl.models import Submission, SubmissionStep
from cpl.workflow import WrongMoveError, after

__all__ = ["AUDIT_NAMES", "MovedMeanwhileError", "locked", "move", "move_many", "note_writer", "open_to", "write_step"]

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


def locked(submission: Submission) -> Submission:
    """The submission as it stands, held until the transaction ends: of two who act at once exactly one goes on.

    What it is about is read afterwards: rows joined to one that had to be waited for are those of before the wait.
    """
    return Submission.objects.select_for_update().get(pk=submission.pk)


def move(held: Submission, step: StepKind, *, by: User | None, words: str = "", **details: Any) -> SubmissionStep:
    """Take the step with a locked submission: its new state, the step and the audit event, all in one transaction.

    Whoever calls has checked the permission and saves nothing else of the state. Raises MovedMeanwhileError, a
    WrongMoveError, where the step is not open from the state that the submission is in.
    """
    before = SubmissionState(held.state)
    held.state = open_to(held, step, by=by)
    held.state_since = timezone.now()
    held.save()
    return write_step(held, step, by=by, words=words, before=before, **details)


def note_writer(held: Submission, by: User, *, changed: bool = True) -> None:
    """Remember who wrote it, for the separation of duties; the caller saves. Who `changed` it last stands last."""
    others = [key for key in held.writers if key != by.pk]
    if changed:
        held.writers = [*others, by.pk]
    elif len(others) == len(held.writers):
        held.writers = [by.pk, *others]


def move_many(
    held: Sequence[Submission], step: StepKind, *, by: User | None, details: Mapping[int, Mapping[str, Any]]
) -> None:
    """Take the same step with many locked submissions, as `move` does with each, in a fixed number of statements.

    What is saved besides the state is what publishing sets: by whom and when it was published, and what it is about.
    `details` are those of each step, by key of the submission. Raises as `move` does, before anything is written.
    """
    before = {one.pk: SubmissionState(one.state) for one in held}
    states = {one.pk: open_to(one, step, by=by) for one in held}
    now = timezone.now()
    for one in held:
        one.state, one.state_since, one.changed_at = states[one.pk], now, now
    columns = [_attribute(name) for name in _MOVED]
    update_each(Submission, _MOVED, [(one.pk, *(getattr(one, column) for column in columns)) for one in held])
    SubmissionStep.objects.bulk_create(
        _step(one, step, by=by, before=before[one.pk], details=dict(details.get(one.pk, {}))) for one in held
    )
    events = [_told(one, before=before[one.pk]) for one in held]
    audit.record_many(AUDIT_NAMES[step], by=by, events=events)


_MOVED: Final = (
    "state", "state_since", "changed_at", "published_by", "published_at", "entry", "device_model", "contact",
)  # fmt: skip


def open_to(held: Submission, step: StepKind, *, by: User | None) -> SubmissionState:
    """The state that the step would lead to. Raises MovedMeanwhileError where it is not open, as `move` does."""
    try:
        return after(step, SubmissionState(held.state))
    except WrongMoveError as error:
        last = held.steps.exclude(to_state="").last()
        raise MovedMeanwhileError(error.step, error.state, last, by) if last else error from None


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
    written = _step(held, step, by=by, before=before, words=words, internal=internal, details=details)
    written.save()
    audit.record(AUDIT_NAMES[step], by=by, **_told(held, before=before))
    return written


def write_steps(held: Sequence[Submission], step: StepKind, *, by: User | None) -> None:
    """Write down a step that moves nothing of many submissions, as `write_step` does of each, in two statements."""
    SubmissionStep.objects.bulk_create(_step(one, step, by=by, before=None) for one in held)
    audit.record_many(AUDIT_NAMES[step], by=by, events=[_told(one, before=None) for one in held])


def _step(
    held: Submission, step: StepKind, *, by: User | None, before: SubmissionState | None, **more: Any
) -> SubmissionStep:
    return SubmissionStep(
        submission=held,
        kind=step,
        at=timezone.now(),
        by=by,
        by_name=str(by) if by else "The portal",
        by_party=_acting(by, held),
        from_state=before or "",
        to_state=held.state if before else "",
        **more,
    )


def _attribute(name: str) -> str:
    """The attribute that holds the column: of a foreign key that of its key."""
    # `get_field` may give a reverse relation, which has no such name; these are columns of our own.
    field: Any = Submission._meta.get_field(name)
    return str(field.attname)


def _acting(by: User | None, held: Submission) -> str:
    """The Party that the person acts for here: the submission's own where they belong to it."""
    names = [acting.name for acting in by.active_memberships] if by else []
    return held.party.name if held.party.name in names else next(iter(names), "")


def _told(held: Submission, *, before: SubmissionState | None) -> dict[str, Any]:
    """What the audit event keeps. What the submission says, and what was said of it, stays with its steps: a contact's
    details may be among that.
    """
    about: Model = held
    return {
        "about": about,
        "owner": held.party.name,
        "before": {"state": before.value} if before else None,
        "after": {"state": held.state} if before else None,
        "kind": held.kind,
    }
