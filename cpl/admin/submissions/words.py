"""How the queue and the review page speak of a submission."""

from datetime import datetime
from typing import Final, NamedTuple

from django.utils import timezone

from cpl import targets
from cpl.choices import Confirmation, SubmissionKind, SubmissionState
from cpl.models import Submission
from cpl.presenters.submission_life import canonical
from cpl.selectors.inherited import Audiences
from cpl.workflow import OPEN

_LIKE_SHOWN: Final = 3


class Subject(NamedTuple):
    """What a submission is about, as far as it says so; each part may be empty."""

    maker: str
    model: str
    version: str
    entry_id: str

    @property
    def is_named(self) -> bool:
        """Whether it says anything beside the maker."""
        return any((self.model, self.version, self.entry_id))


def subject_of(submission: Submission) -> Subject:
    """What it is about: what is on the list already comes before what its author typed."""
    entry, model = submission.entry, submission.device_model
    typed_model = _typed(submission, "model_name") or canonical("device_model", submission.content)[:80]
    return Subject(
        maker=submission.manufacturer.name if submission.manufacturer else "",
        model=entry.model_name if entry else model.name if model else typed_model,
        version=entry.firmware_version if entry else canonical("firmware_version", submission.content)[:80],
        entry_id=entry.cpl_entry_id if entry else "",
    )


def _typed(submission: Submission, name: str) -> str:
    return str(submission.content.get(name, "") or "").strip()[:80]


class Age(NamedTuple):
    """How long a submission has been in its state, in working days, and how that stands to the target."""

    waited: str
    target: str
    due: str
    is_late: bool


def age_of(submission: Submission, now: datetime) -> Age:
    """Its age; no target where nothing is awaited of anybody."""
    state, since = submission.state, submission.state_since
    days = targets.working_days_between(timezone.localdate(since), timezone.localdate(now))
    return Age(
        waited=targets.days_words(max(days, 0)) if days > 0 else "today",
        target=targets.target_words(state),
        due=targets.words(state, since, now),
        is_late=targets.is_late(state, since, now),
    )


def confirmation_words(submission: Submission) -> str:
    """What is to be said of the manufacturer's confirmation; nothing where none is needed."""
    if submission.confirmation == Confirmation.NOT_NEEDED:
        return ""
    return submission.get_confirmation_display()


STATE_LOOKS = {
    SubmissionState.SUBMITTED: "previewed",
    SubmissionState.RESUBMITTED: "previewed",
    SubmissionState.QUERIED: "waiting",
    SubmissionState.ACCEPTED: "applied",
    SubmissionState.PUBLISHED: "applied",
    SubmissionState.LOADED: "applied",
}
"""How the tag of a state looks; its words say the same."""


def look_of(submission: Submission) -> str:
    """The look of its state's tag."""
    return STATE_LOOKS.get(SubmissionState(submission.state), "discarded")


def is_open(submission: Submission) -> bool:
    """Whether something still follows before it is published."""
    return submission.state in OPEN


def audience_words(audiences: Audiences) -> str:
    """Who will see a new entry, where other versions of its Device Model are for named Parties only."""
    parties, like = audiences.entry
    if audiences.mixed:
        return "Other versions of this model are for named Parties only; this one will be for all SEC Parties."
    if parties is None:
        closed = audiences.record.parties is not None
        return "Its FIR record will be for named Parties only, as those of all other versions are." if closed else ""
    named = ", ".join(sorted(party.name for party in parties)) or "its manufacturer alone"
    others = f"{', '.join(like[:_LIKE_SHOWN])}{' and others' if len(like) > _LIKE_SHOWN else ''}"
    return f"For named Parties only, as {others}: {named}."


def kind_words(submission: Submission) -> str:
    """Its kind."""
    return str(SubmissionKind(submission.kind).label)
