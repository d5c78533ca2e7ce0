"""Where a submission stands: its life as a line, who has the next step and until when, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from cpl import identifiers, targets
from cpl.choices import Confirmation, StepKind, SubmissionKind, SubmissionState
from cpl.identifiers import IdentifierError, parse_identifier
from cpl.models import Submission, SubmissionStep

State = SubmissionState


@dataclass(frozen=True)
class Stage:
    """One station of the line: `status` is done, here, ahead or never."""

    label: str
    status: str
    at: datetime | None = None


@dataclass(frozen=True)
class NextStep:
    """Who has to do what, and how it stands with the target, in words ('' where there is none)."""

    who: str
    what: str
    due: str = ""
    is_late: bool = False


_LINE: Final = (State.DRAFT, State.SUBMITTED, State.ACCEPTED, State.PUBLISHED, State.LOADED)
_PLACE: Final[Mapping[State, int]] = {
    State.DRAFT: 0,
    State.SUBMITTED: 1,
    State.QUERIED: 1,
    State.RESUBMITTED: 1,
    State.ACCEPTED: 2,
    State.PUBLISHED: 3,
    State.LOADED: 4,
}


def stages(submission: Submission) -> list[Stage]:
    """Draft → submitted → accepted → published → loaded, with dates; a query, a refusal and a cancelling in between."""
    state = State(submission.state)
    reached = _reached(submission)
    if state in (State.REFUSED, State.CANCELLED):
        past = [Stage(State(each).label, "done", reached.get(each)) for each in _LINE if each in reached]
        return [*past, Stage(state.label, "ended", submission.state_since)]
    here = _PLACE[state]
    line = [Stage(each.label, _status(number, here), reached.get(each)) for number, each in enumerate(_LINE)]
    if state in (State.QUERIED, State.RESUBMITTED):
        line[1] = Stage(State.SUBMITTED.label, "done", reached.get(State.SUBMITTED))
        line.insert(2, Stage(state.label, "here", submission.state_since))
    return line


def _status(number: int, here: int) -> str:
    return "done" if number < here else "here" if number == here else "ahead"


def _reached(submission: Submission) -> dict[State, datetime | None]:
    """When each station was reached; what was taken back (an acceptance that was queried) is not among them."""
    issue = submission.issue
    moments = {
        State.DRAFT: submission.created_at,
        State.SUBMITTED: submission.submitted_at,
        State.ACCEPTED: submission.accepted_at,
        State.PUBLISHED: submission.published_at,
        State.LOADED: issue.loaded_at if issue and submission.state == State.LOADED else None,
    }
    return {state: moment for state, moment in moments.items() if moment}


def next_step(submission: Submission, now: datetime | None = None) -> NextStep | None:
    """Who has the next step; None where there is none any more."""
    state, now = State(submission.state), now or timezone.now()
    if state not in _WHAT:
        return None
    if _waits_for_maker(submission):
        due = targets.confirmation_due_at(submission.submitted_at or submission.state_since)
        maker = str(submission.manufacturer)
        return NextStep(maker, "confirms what is said of its product", targets.due_words(due, now), now > due)
    who = _WHO.get(state) or str(submission.party)
    due_words = targets.words(state, submission.state_since, now)
    return NextStep(who, _WHAT[state], due_words, targets.is_late(state, submission.state_since, now))


def _waits_for_maker(submission: Submission) -> bool:
    asked = submission.state in (State.SUBMITTED, State.RESUBMITTED)
    return asked and submission.confirmation == Confirmation.WAITING


_WHO: Final = {
    State.SUBMITTED: "SECAS",
    State.RESUBMITTED: "SECAS",
    State.ACCEPTED: "SECAS",
    State.PUBLISHED: "The DCC",
}
_WHAT: Final = {
    State.DRAFT: "finishes and submits it",
    State.SUBMITTED: "checks it",
    State.QUERIED: "answers the query",
    State.RESUBMITTED: "checks the answer",
    State.ACCEPTED: "publishes it in the next issue",
    State.PUBLISHED: "loads the issue",
}


def about(submission: Submission) -> str:
    """What it is about, in a line: the version, or the model, or the contact."""
    kind, content = SubmissionKind(submission.kind), submission.content
    if kind in (SubmissionKind.NEW_ENTRY, SubmissionKind.ADDED_MODEL):
        model = content.get("model_name") or canonical("device_model", content) or "Device Model not named yet"
        return ", ".join(part for part in (model, canonical("firmware_version", content)) if part)
    if kind == SubmissionKind.CONTACT:
        # The team at most: details of a contact are in no list.
        return str(submission.contact or content.get("contact_team") or "A new contact")
    entry = submission.entry
    return f"{entry.model_name}, {entry.firmware_version or 'no firmware version'}" if entry else "Entry not named"


def canonical(name: str, content: Mapping[str, Any]) -> str:
    """An identifier as the list writes it (020F1101) once it can be read; until then as it was typed."""
    typed = str(content.get(name, "") or "").strip()
    try:
        return parse_identifier(typed, width=IDENTIFIERS[name]).value if typed else ""
    except IdentifierError:
        return typed


IDENTIFIERS: Final[Mapping[str, int]] = {
    "manufacturer_identifier": identifiers.MANUFACTURER_IDENTIFIER,
    "device_model": identifiers.DEVICE_MODEL,
    "firmware_version": identifiers.FIRMWARE_VERSION,
}


@dataclass(frozen=True)
class Said:
    """One step as its page tells it."""

    step: SubmissionStep
    what: str
    words: str
    who: str


def conversation(submission: Submission, *, with_internal: bool, with_waivers: bool = True) -> list[Said]:
    """Everything that happened, the oldest first; what is for SECAS and auditors only if they ask.

    A waiver speaks of a problem: it is told to whoever may read the problems.
    """
    steps = submission.steps.all()
    shown = steps if with_internal else steps.filter(internal=False)
    return [_said(step) for step in (shown if with_waivers else shown.exclude(kind=StepKind.WAIVE))]


def _said(step: SubmissionStep) -> Said:
    who = f"{step.by_name}, {step.by_party}" if step.by_party else step.by_name
    return Said(step, step.get_kind_display(), step.words, who)
