"""What the checks know: read in bulk, once for however many submissions are checked together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from django.db.models import Q

from accounts.models import Party
from cpl.identifiers import reverse_bytes
from cpl.models import Contact, CPLEntry, DeviceModel, Manufacturer, Submission, UpgradePathLink, Waiver
from cpl.proposals import Proposal, read
from cpl.rules import others
from cpl.rules.others import CREATING, ModelKey, Other
from cpl.rules.sight import Named, Sight, eyes_of

K = TypeVar("K")
V = TypeVar("V")


@dataclass
class Asked:
    """What the submissions name, as sets: what must be looked up."""

    makers: set[int] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    duis: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)
    hashes: set[str] = field(default_factory=set)
    entry_ids: set[str] = field(default_factory=set)
    submissions: set[int] = field(default_factory=set)

    def add(self, submission: Submission, proposal: Proposal) -> None:
        """Add what one submission names; identifiers in reversed order of bytes as well."""
        self.makers |= {submission.manufacturer_id} if submission.manufacturer_id else set()
        self.entries |= {submission.entry_id} if submission.entry_id else set()
        for name, into in (
            ("manufacturer_identifier", self.codes),
            ("device_model", self.duis),
            ("firmware_version", self.versions),
            ("firmware_hash", self.hashes),
        ):
            if value := proposal.values.get(name):
                into |= {value, reverse_bytes(value)}
        if parts := proposal.model_parts:
            self.duis.add(reverse_bytes(parts.model_identifier) + parts.hardware_version + parts.hardware_revision)
        named = proposal.pathway.predecessors if proposal.pathway else ()
        self.entry_ids |= set(named)
        self.submissions |= others.numbers_in(named)


class Knowledge:
    """The records that these submissions touch, hidden ones among them: `Subject` says what its author may see."""

    def __init__(self, submissions: Sequence[Submission]) -> None:
        self.submissions = list(submissions)
        self.proposals = {submission.pk: read(submission) for submission in submissions}
        self.asked = Asked()
        for submission in submissions:
            self.asked.add(submission, self.proposals[submission.pk])
        self._sights: dict[int, Sight] = {}

    @cached_property
    def waivers(self) -> Mapping[int, Mapping[tuple[str, str], str]]:
        """By submission: the reason of each waiver by its check and key."""
        found: dict[int, dict[tuple[str, str], str]] = defaultdict(dict)
        rows = Waiver.objects.filter(submission__in=[submission.pk for submission in self.submissions])
        for submission, check, key, reason in rows.values_list("submission", "check_name", "key", "reason"):
            found[submission][check, key] = reason
        return found

    @cached_property
    def others(self) -> Mapping[int, Other]:
        """Other submissions that may matter, by key."""
        asked = self.asked
        pathways_of = asked.makers if asked.entry_ids else set()
        wanted = others.Wanted(asked.entries, asked.duis, asked.hashes, pathways_of, asked.submissions)
        return others.load(wanted)

    @cached_property
    def open_by_model(self) -> Mapping[ModelKey, Sequence[Other]]:
        """Other submissions with SECAS that would put an entry on the list, by its Device Model."""
        return _grouped((other.key, other) for other in self._open if other.key and other.kind in CREATING)

    @cached_property
    def open_by_entry(self) -> Mapping[int, Sequence[Other]]:
        """Other submissions with SECAS by the entry that they are about."""
        return _grouped((other.entry, other) for other in self._open if other.entry)

    @cached_property
    def open_by_hash(self) -> Mapping[str, Sequence[Other]]:
        """Other submissions with SECAS by the hash that they give."""
        return _grouped((other.hash, other) for other in self._open if other.hash)

    @cached_property
    def accepted_ways(self) -> Mapping[str, Sequence[tuple[Other, frozenset[str]]]]:
        """By the name under which a pathway stands: what accepted submissions say may be upgraded to it."""
        return _grouped(
            (self._nodes[other.pk], (other, frozenset(map(self.node_named, other.predecessors))))
            for other in self._open
            if other.pk in self._nodes
        )

    @cached_property
    def _open(self) -> list[Other]:
        return [other for other in self.others.values() if other.is_open]

    @cached_property
    def _nodes(self) -> Mapping[int, str]:
        """By submission: the entry whose pathway an accepted one speaks of, where that is on the list."""
        told = [other for other in self._open if other.is_accepted and other.predecessors]
        entries = {other.entry for other in told if other.entry and other.kind not in CREATING}
        known = dict(CPLEntry.objects.filter(pk__in=entries).values_list("pk", "cpl_entry_id")) if entries else {}
        return {other.pk: known.get(other.entry or 0, other.reference) for other in told}

    @cached_property
    def makers(self) -> Mapping[int, str]:
        """Manufacturers that any of this is about, by key: those who use a code among them."""
        return {maker: name for maker, name, _ in self._uses}

    @cached_property
    def codes_of(self) -> Mapping[int, frozenset[str]]:
        """Manufacturer identifiers by manufacturer."""
        found: dict[int, set[str]] = defaultdict(set)
        for maker, _, code in self._uses:
            found[maker] |= {code} if code else set()
        return {maker: frozenset(codes) for maker, codes in found.items()}

    @cached_property
    def _uses(self) -> list[tuple[int, str, str | None]]:
        named = Q(pk__in=self.asked.makers) | Q(identifiers__code__in=self.asked.codes)
        makers = Manufacturer.objects.filter(pk__in=Manufacturer.objects.filter(named).values("pk"))
        return list(makers.values_list("pk", "name", "identifiers__code"))

    @cached_property
    def models(self) -> Mapping[ModelKey, DeviceModel]:
        """Device Models that are named, in this or in reversed order of bytes, or that a published submission made."""
        made = [other.key for other in self.others.values() if other.is_published and other.key]
        codes = self.asked.codes | {code for code, _ in made}
        duis = self.asked.duis | {joined for _, joined in made}
        if not duis:
            return {}
        rows = DeviceModel.objects.filter(Q(identifier__code__in=codes) | Q(manufacturer__in=self.asked.makers))
        rows = rows.filter(duis_model__in=duis).select_related("identifier", "manufacturer")
        return {(model.identifier.code, model.duis_model): model for model in rows}

    @cached_property
    def entries(self) -> Mapping[int, CPLEntry]:
        """Entries that are named, and those of the same models, or with the same version or hash."""
        asked = self.asked
        rows = CPLEntry.objects.defer("search_text")
        rows = rows.select_related("device_model__identifier", "manufacturer", "fir")
        own = {entry.pk: entry for entry in rows.filter(pk__in=asked.entries)} if asked.entries else {}
        models = {entry.device_model_id for entry in own.values()} | {model.pk for model in self.models.values()}
        versions = asked.versions | {entry.firmware_version for entry in own.values()} - {""}
        found = dict(own)
        for wanted, condition in (
            (models, Q(device_model__in=models)),
            (versions, Q(manufacturer__in=asked.makers, firmware_version__in=versions)),
            (asked.hashes, Q(firmware_hash__in=asked.hashes)),
            (asked.entry_ids, Q(cpl_entry_id__in=asked.entry_ids)),
        ):
            if wanted:
                found |= {entry.pk: entry for entry in rows.filter(condition)}
        return found

    @cached_property
    def by_entry_id(self) -> Mapping[str, CPLEntry]:
        """Entries by CPL Entry ID."""
        return {entry.cpl_entry_id: entry for entry in self.entries.values()}

    @cached_property
    def by_model(self) -> Mapping[int, Sequence[CPLEntry]]:
        """Entries by Device Model."""
        return _grouped((entry.device_model_id, entry) for entry in self.entries.values())

    @cached_property
    def by_version(self) -> Mapping[tuple[int, str], Sequence[CPLEntry]]:
        """Entries by manufacturer and firmware version."""
        return _grouped(((entry.manufacturer_id, entry.firmware_version), entry) for entry in self.entries.values())

    @cached_property
    def by_hash(self) -> Mapping[str, Sequence[CPLEntry]]:
        """Entries by hash."""
        return _grouped((entry.firmware_hash, entry) for entry in self.entries.values())

    def made_by(self, other: Other) -> CPLEntry | None:
        """The entry that a published submission put on the list."""
        model = self.models.get(other.key) if other.is_published and other.key else None
        entries = self.by_model.get(model.pk, ()) if model else ()
        return next((entry for entry in entries if entry.firmware_version == other.version), None)

    def node_named(self, name: str) -> str:
        """The name under which the pathway of a previous entry stands: an entry's ID, or a submission's reference."""
        other = next((self.others[pk] for pk in others.numbers_in([name]) if pk in self.others), None)
        if other is None or name in self.by_entry_id:
            return name
        entry = self.made_by(other)
        return entry.cpl_entry_id if entry else other.reference

    @cached_property
    def links(self) -> Mapping[int, Mapping[str, frozenset[str]]]:
        """By manufacturer: the published pathways, as CPL Entry IDs that may be upgraded to each."""
        found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        rows = UpgradePathLink.objects.filter(manufacturer__in=self.asked.makers)
        for maker, entry, before in rows.values_list(
            "manufacturer", "entry__cpl_entry_id", "predecessor__cpl_entry_id"
        ):
            found[maker][entry].add(before)
        return {maker: {entry: frozenset(ends) for entry, ends in ways.items()} for maker, ways in found.items()}

    @cached_property
    def contacts(self) -> Mapping[int, Sequence[Contact]]:
        """Contacts by manufacturer; their details stay in here."""
        contacts = Contact.objects.filter(manufacturer__in=self.asked.makers)
        return _grouped((contact.manufacturer_id, contact) for contact in contacts)

    def sight_of(self, submission: Submission) -> Sight:
        """What the Party of a submission may see, whoever of it wrote."""
        party = submission.party_id
        if party not in self._sights:
            named = Named(frozenset(self.entries), frozenset(self.others), frozenset(self.makers))
            self._sights[party] = Sight(eyes_of(self.parties[party]), named)
        return self._sights[party]

    @cached_property
    def parties(self) -> Mapping[int, Party]:
        """The Parties of the submissions, as they stand now."""
        return Party.objects.in_bulk({submission.party_id for submission in self.submissions})

    @cached_property
    def party_of_maker(self) -> Mapping[int, int | None]:
        """By manufacturer: the Party that speaks for it now."""
        return dict(Manufacturer.objects.filter(pk__in=self.asked.makers).values_list("pk", "party"))


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
