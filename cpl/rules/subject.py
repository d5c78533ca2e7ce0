"""A submission as the checks look at it: what it says, what it is about, and what its Party may see beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from accounts.models import Party
from cpl.choices import TYPE_2, SubmissionKind
from cpl.identifiers import reverse_bytes
from cpl.models import CPLEntry, DeviceModel, FirmwareInformation, Submission
from cpl.proposals import CERTIFICATE_FIELDS, Proposal
from cpl.rules.knowledge import Knowledge
from cpl.rules.others import CREATING, ModelKey, Other, numbers_in
from cpl.rules.sight import Sight

BORROWED: Final = {
    SubmissionKind.CORRECTION: CERTIFICATE_FIELDS,
    SubmissionKind.ADDED_MODEL: CERTIFICATE_FIELDS,
}
"""What stands as published where the submission itself says nothing of it."""


@dataclass(frozen=True)
class Predecessor:
    """A name in the field *previous entries*, and what it stands for as far as the author may see: or neither."""

    name: str
    entry: CPLEntry | None = None
    other: Other | None = None


@dataclass(frozen=True)
class Subject:
    """One submission with what is known around it."""

    submission: Submission
    knowledge: Knowledge

    @property
    def kind(self) -> SubmissionKind:
        """Its kind."""
        return SubmissionKind(self.submission.kind)

    @property
    def content(self) -> Mapping[str, Any]:
        """What was typed, by field."""
        content: Mapping[str, Any] = self.submission.content
        return content

    @cached_property
    def proposal(self) -> Proposal:
        """What the submission says."""
        return self.knowledge.proposals[self.submission.pk]

    @property
    def values(self) -> Mapping[str, Any]:
        """What it says of the fields that are no voluntary ones."""
        return self.proposal.values

    @property
    def party(self) -> Party:
        """The Party whose submission it is, as it stands now."""
        return self.knowledge.parties[self.submission.party_id]

    @property
    def is_makers_own(self) -> bool:
        """Whether the manufacturer itself speaks: its Party as of now."""
        return self.knowledge.party_of_maker.get(self.maker or 0) == self.submission.party_id

    @cached_property
    def sight(self) -> Sight:
        """What its author may see."""
        return self.knowledge.sight_of(self.submission)

    @cached_property
    def unreadable(self) -> frozenset[str]:
        """Fields that cannot be read."""
        return frozenset(unreadable.field for unreadable in self.proposal.unreadable)

    @property
    def creates(self) -> bool:
        """Whether it would put a new entry on the list."""
        return self.kind in CREATING

    @cached_property
    def entry(self) -> CPLEntry | None:
        """The entry it is about; for an added model the one whose certificate it relies on."""
        pk = self.submission.entry_id
        return self.knowledge.entries.get(pk) if pk else None

    @cached_property
    def record(self) -> FirmwareInformation | None:
        """The FIR record of that entry."""
        return getattr(self.entry, "fir", None)

    @cached_property
    def key(self) -> ModelKey | None:
        """The Device Model that a new entry is of, as it is written."""
        code, joined = self.values.get("manufacturer_identifier"), self.values.get("device_model")
        return (code, joined) if self.creates and code and joined else None

    @property
    def identity(self) -> tuple[str, ...]:
        """What it is about: the entry, or the Device Model and version that it would put on the list."""
        return (str(self.entry or ""), *(self.key or ()), self.firmware_version)

    @cached_property
    def known_model(self) -> DeviceModel | None:
        """The Device Model of that name, whoever's it is and whether or not the author may see it."""
        if self.creates:
            return self.knowledge.models.get(self.key) if self.key else None
        return self.entry.device_model if self.entry else None

    @cached_property
    def sees_model(self) -> bool:
        """Whether the author may see that Device Model: one entry of it at least."""
        model = self.known_model
        return model is not None and any(self.sees(entry) for entry in self.knowledge.by_model.get(model.pk, ()))

    @cached_property
    def device_type(self) -> str:
        """The type of device that this is about; '' where it is not known."""
        if self.creates:
            return str(self.values.get("device_type", ""))
        return self.entry.device_type if self.entry else ""

    @property
    def is_type_2(self) -> bool:
        """Whether the device may have no firmware version."""
        return self.device_type in TYPE_2

    @cached_property
    def firmware_version(self) -> str:
        """The firmware version that this is about; '' where it is not known or there is none."""
        if self.creates:
            return str(self.values.get("firmware_version", ""))
        return self.entry.firmware_version if self.entry else ""

    @property
    def maker(self) -> int | None:
        """Key of the manufacturer."""
        return self.submission.manufacturer_id

    @cached_property
    def node(self) -> str:
        """The name under which its pathway stands: the entry's, or its own reference where the entry is yet to come."""
        return self.submission.reference if self.creates or not self.entry else self.entry.cpl_entry_id

    def stands(self, name: str) -> Any:
        """What would be published of a field: what it says, else what is published where the kind leaves that."""
        said = self.values.get(name)
        if said is None and self.entry and name in BORROWED.get(self.kind, ()):
            return getattr(self.entry, name) or None
        return said

    def answer(self, name: str) -> Any:
        """The value given for a voluntary field; None where there is none."""
        return self.proposal.answers.get(name, (None, None))[0]

    def sees(self, entry: CPLEntry) -> bool:
        """Whether the author may see this entry."""
        return entry.pk in self.sight.entries

    def sees_other(self, other: Other) -> bool:
        """Whether the author may see this submission of somebody else."""
        return other.pk in self.sight.submissions

    def information(self, entry: CPLEntry) -> FirmwareInformation | None:
        """The FIR record of an entry, where the author may see it."""
        return getattr(entry, "fir", None) if entry.pk in self.sight.information else None

    def seen(self, entries: Iterable[CPLEntry], *, hidden: bool = False) -> list[CPLEntry]:
        """Of these entries those that the author may see (`hidden`: may not see); never the submission's own."""
        return [entry for entry in entries if self.sees(entry) is not hidden and (self.creates or entry != self.entry)]

    def siblings(self) -> list[CPLEntry]:
        """Other versions of the same Device Model that the author may see, the latest published first."""
        model = self.known_model
        entries = self.seen(self.knowledge.by_model.get(model.pk, ())) if model else []
        return sorted(entries, key=lambda entry: (entry.published_on is not None, entry.published_on, entry.pk))[::-1]

    def same_version(self) -> list[CPLEntry]:
        """Entries of the same Device Model with the same firmware version, hidden ones among them."""
        model = self.known_model
        entries = self.knowledge.by_model.get(model.pk, ()) if model and self.creates else ()
        return [entry for entry in entries if entry.firmware_version == self.firmware_version]

    def others_of_model(self) -> list[Other]:
        """Other submissions with SECAS that would put an entry of the same Device Model on the list."""
        return self._but_own(self.knowledge.open_by_model.get(self.key, ()) if self.key else ())

    def others_of_entry(self) -> list[Other]:
        """Other submissions with SECAS of the same kind that are about the same entry."""
        of_entry = self.knowledge.open_by_entry.get(self.entry.pk, ()) if self.entry else ()
        return [other for other in self._but_own(of_entry) if other.kind == self.kind]

    def others_with_hash(self, value: str) -> list[Other]:
        """Other submissions with SECAS that give this hash."""
        return self._but_own(self.knowledge.open_by_hash.get(value, ()))

    def _but_own(self, others: Iterable[Other]) -> list[Other]:
        return [other for other in others if other.pk != self.submission.pk]

    @cached_property
    def predecessors(self) -> list[Predecessor]:
        """What the pathway names."""
        named = self.proposal.pathway.predecessors if self.proposal.pathway else ()
        return [self._predecessor(name) for name in named]

    def _predecessor(self, name: str) -> Predecessor:
        entry = self.knowledge.by_entry_id.get(name)
        if entry and self.sees(entry):
            return Predecessor(name, entry)
        other = next((self.knowledge.others.get(pk) for pk in numbers_in([name])), None)
        if other is None or not self._may_name(other):
            return Predecessor(name)
        made = self.knowledge.made_by(other)
        return Predecessor(name, made, other) if made or not other.is_published else Predecessor(name)

    def _may_name(self, other: Other) -> bool:
        own = other.pk == self.submission.pk
        return other.kind in CREATING and (own or self.sees_other(other))


def reversed_bytes(value: str) -> str:
    """The bytes in the other order, '' where that is the same."""
    other = reverse_bytes(value)
    return other if other != value else ""
