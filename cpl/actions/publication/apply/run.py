"""One publication under way: the issue, what it made so far, what the log is to tell, what stands in the way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from cpl.actions.publication.entry_ids import fresh_ids
from cpl.actions.publication.errors import NotPublishableError, Obstacle
from cpl.choices import Confirmation, LogKind, Source, SubmissionKind
from cpl.models import (
    Contact,
    CPLEntry,
    CPLIssue,
    DeviceModel,
    FirmwareInformation,
    Submission,
)
from cpl.readings.records import ContactDetails
from cpl.selectors.inherited import Audiences, of_new_entry


@dataclass(frozen=True)
class Told:
    """One record for the publication log, with the submission that it comes from."""

    submission: Submission
    kind: LogKind
    entry: CPLEntry | None
    body: Mapping[str, Any]


@dataclass
class Run:
    """A publication under way.

    `made` are entries by the submission that made them, in this issue or before where one of this issue refers to it;
    `fresh` are the keys of those that this issue made.
    """

    issue: CPLIssue
    entries: dict[int, CPLEntry]
    ids: Iterator[str]
    made: dict[int, CPLEntry] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    touched_models: set[int] = field(default_factory=set)
    linked: dict[int, Submission] = field(default_factory=dict)
    # What is kept back, so that hundreds are saved in as many statements as one.
    begun: list[tuple[Submission, CPLEntry, list[CPLEntry]]] = field(default_factory=list)
    new_records: list[FirmwareInformation] = field(default_factory=list)
    models: dict[tuple[str, ...], DeviceModel] = field(default_factory=dict)
    # Of each Device Model that this issue made, by its key, the submission that said what it is.
    model_makers: dict[int, Submission] = field(default_factory=dict)
    # Who will see new entries, by the key of their Device Model.
    audiences: dict[int, Audiences] = field(default_factory=dict)
    contacts: dict[tuple[int, ContactDetails], Contact] = field(default_factory=dict)
    versions: dict[int, set[str]] = field(default_factory=dict)
    fresh: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, issue: CPLIssue, submissions: Sequence[Submission]) -> "Run":
        """Nothing written yet. Each entry that several submissions are about is one object for all of them."""
        keys = [submission.entry_id for submission in submissions if submission.entry_id]
        rows = CPLEntry.objects.select_related("manufacturer", "device_model").in_bulk(keys)
        return cls(issue, rows, fresh_ids())

    @property
    def day(self) -> date:
        """The day that every new entry bears as its date of publication."""
        return self.issue.issue_date

    @property
    def fact_day(self) -> date:
        """The day that what happens here bears: never one to come, though the issue be dated ahead."""
        return min(self.day, timezone.localdate())

    def audiences_of(self, model: DeviceModel, submission: Submission) -> Audiences:
        """Who will see the new entry of the model and its FIR record: as it is decided of the versions there are."""
        if model.pk not in self.audiences:
            added = submission.kind == SubmissionKind.ADDED_MODEL
            basis = self.entries.get(submission.entry_id or 0) if added else None
            self.audiences[model.pk] = of_new_entry(model, basis)
        return self.audiences[model.pk]

    def versions_of(self, model: DeviceModel) -> set[str]:
        """The firmware versions that the model has on the list, and those that this issue gave it so far."""
        if model.pk not in self.versions:
            rows = CPLEntry.objects.filter(device_model=model).order_by()
            self.versions[model.pk] = set(rows.values_list("firmware_version", flat=True))
        return self.versions[model.pk]

    def entry_of(self, submission: Submission) -> CPLEntry | None:
        """The entry that the submission is about; without one an obstacle is noted."""
        if submission.entry_id is None:
            self.refuse(submission, "It names no entry.", "Query it: its author has to say which entry is meant.")
            return None
        return self.entries[submission.entry_id]

    def refuse(self, submission: Submission, message: str, cure: str) -> None:
        """Note what stands in the way; the rest is looked at all the same, so that people see everything at once."""
        self.obstacles.append(Obstacle(submission.reference, message, cure))

    def stop_at_obstacles(self) -> None:
        """Raises NotPublishableError if anything stands in the way."""
        if self.obstacles:
            raise NotPublishableError(self.obstacles)

    def tell(self, submission: Submission, kind: LogKind, entry: CPLEntry | None, **body: Any) -> None:
        """Note what the publication log is to tell: `fields` and what else there is, blanks left out."""
        common = {
            "issue": self.issue.number,
            "submission": submission.reference,
            "supplied_by": submission.party.name,
            "source": source_of(submission).value,
            "manufacturer": submission.manufacturer.name if submission.manufacturer else "",
            "cpl_entry_id": entry.cpl_entry_id if entry else "",
        }
        told = {name: value for name, value in {**common, **body}.items() if value not in ("", None, {})}
        self.told.append(Told(submission, kind, entry, told))


def source_of(submission: Submission) -> Source:
    """Where what a submission says comes from: its manufacturer, or another Party that the manufacturer confirmed."""
    maker = submission.manufacturer
    own = maker is not None and maker.party_id is not None and maker.party_id == submission.party_id
    return Source.MANUFACTURER if own or submission.confirmation == Confirmation.CONFIRMED else Source.OTHER_PARTY


def given_by(submission: Submission, run: Run) -> list[str]:
    """Provenance of a field of a FIR record: where it comes from, since when, and which Party supplied it."""
    return [source_of(submission).value, run.fact_day.isoformat(), submission.party.name]


def change(before: Any, after: Any) -> dict[str, Any]:
    """Old and new value of a field as the log tells them."""
    return {"before": as_told(before), "after": as_told(after)}


def as_told(value: Any) -> Any:
    """A value as the log can tell it: dates as ISO, everything else as it is."""
    return value.isoformat() if isinstance(value, date) else value
