"""What the repository knows already of the entries in a workbook, read in a handful of queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import Lookup

from accounts.access import Person
from cpl.actions.imports import LISTED_FACTS, ModelFacts, ModelKey, fold_maker
from cpl.actions.imports.records import RECORD_COLUMNS
from cpl.choices import Audience, FieldState, Source
from cpl.models import (
    VOLUNTARY_FIELDS,
    CPLEntry,
    DeviceModel,
    FirmwareInformation,
    Manufacturer,
    UpgradePathLink,
)
from cpl.readings.records import ContactDetails

_FACT_INDEX = {name: index for index, name in enumerate(LISTED_FACTS)}
_KEY = ("identifier__code", "model_identifier", "hardware_version", "hardware_revision")
_ENTRY = (
    "device_model_id", "cpl_entry_id", "firmware_version", "pathway_state", "audience", "pathway_source",
    "pathway_given_on",
)  # fmt: skip
_FACTS = ("name", "manufacturer__name", "device_type", "esme_variant")


class OneOf(Lookup[Any]):
    """`column = ANY (array)`: one bound parameter where `__in` would have thousands."""

    lookup_name = "one_of"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[str]) -> None:
        super().__init__(lhs, sorted(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The comparison and its one parameter."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s)", [*parameters, self.rhs]


class Scope(NamedTuple):
    """The part of the repository that a plan may look at: for it nothing else exists."""

    entries: QuerySet[CPLEntry]
    records: QuerySet[FirmwareInformation]
    models: QuerySet[DeviceModel]
    makers: QuerySet[Manufacturer]
    # Whether rows may speak of these makers' products only, as a manufacturer's own do.
    is_own: bool = False


def everything() -> Scope:
    """All there is, for the imports of SECAS."""
    return Scope(
        CPLEntry.objects.all(), FirmwareInformation.objects.all(), DeviceModel.objects.all(), Manufacturer.objects.all()
    )


def own(person: Person, makers: Collection[int]) -> Scope:
    """The published entries of these makers, for somebody who speaks for them."""
    return Scope(
        CPLEntry.objects.visible_to(person).filter(manufacturer__in=makers),
        FirmwareInformation.objects.visible_to(person).filter(entry__manufacturer__in=makers),
        DeviceModel.objects.filter(manufacturer__in=makers),
        Manufacturer.objects.filter(pk__in=makers),
        is_own=True,
    )


class KnownEntry(NamedTuple):
    """An entry as the repository has it; `facts` are in the order of LISTED_FACTS."""

    model: ModelKey
    firmware_version: str
    pathway_state: str
    audience: str
    pathway_source: str
    pathway_given_on: date | None
    facts: tuple[Any, ...]

    def fact(self, name: str) -> Any:
        """One of the facts."""
        return self.facts[_FACT_INDEX[name]]

    @property
    def is_removed(self) -> bool:
        """Whether the entry has left the list."""
        return self.fact("removed_on") is not None

    @property
    def is_restricted(self) -> bool:
        """Whether only some may see the entry."""
        return self.audience != Audience.ALL_PARTIES


class KnownRecord(NamedTuple):
    """A FIR record as the repository has it: value (None where not supplied) and state by voluntary field."""

    answers: dict[str, tuple[Any, str]]
    provenance: dict[str, list[str]]
    withdrawn_on: date | None
    withdrawal_reason: str

    @property
    def is_withdrawn(self) -> bool:
        """Whether its manufacturer withdrew it."""
        return self.withdrawn_on is not None

    def answered_by_maker(self, name: str) -> str | None:
        """The day on which the manufacturer answered this field in the portal; None where it did not."""
        source, day = (*self.provenance.get(name, ()), "", "")[:2]
        return day if source == Source.MANUFACTURER else None


class Absent(NamedTuple):
    """A listed entry of which the workbook says nothing."""

    cpl_entry_id: str
    manufacturer: str
    model_name: str
    firmware_version: str


@dataclass(slots=True)
class Known:
    """A part of the repository: whatever the rows of one workbook touch."""

    scope: Scope = field(default_factory=everything)
    makers: dict[str, str] = field(default_factory=dict)
    uses: set[tuple[str, str]] = field(default_factory=set)
    models: dict[ModelKey, ModelFacts] = field(default_factory=dict)
    entries: dict[str, KnownEntry] = field(default_factory=dict)
    versions: dict[tuple[ModelKey, str], str] = field(default_factory=dict)
    hashes: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, frozenset[str]] = field(default_factory=dict)
    records: dict[str, KnownRecord] = field(default_factory=dict)


def load(scope: Scope, *, entry_ids: Iterable[str], models: set[ModelKey], hashes: Iterable[str]) -> Known:
    """What is known of these entries, of all entries of these Device Models, and of these hashes."""
    known = Known(scope)
    _load_makers(known)
    keys = _load_models(known, identifier__code__in={key.manufacturer_identifier for key in models})
    touched = [pk for pk, key in keys.items() if key in models]
    _load_entries(known, keys, Q(OneOf(F("cpl_entry_id"), entry_ids)) | Q(device_model__in=touched))
    _load_hashes(known, hashes)
    return known


def load_links(known: Known) -> None:
    """The links of the makers whose entries were loaded: a pathway never leaves its maker."""
    makers = {known.makers[facts.maker] for facts in known.models.values()}
    rows = UpgradePathLink.objects.filter(manufacturer__in=known.scope.makers.filter(name__in=makers))
    links: dict[str, set[str]] = {}
    for entry, predecessor in rows.values_list("entry__cpl_entry_id", "predecessor__cpl_entry_id"):
        links.setdefault(entry, set()).add(predecessor)
    known.links = {entry: frozenset(ends) for entry, ends in links.items()}


def load_records(known: Known, entry_ids: Iterable[str]) -> None:
    """The FIR records of these entries."""
    rows = known.scope.records.filter(OneOf(F("entry__cpl_entry_id"), entry_ids)).values_list(
        "entry__cpl_entry_id", "provenance", "withdrawn_on", "withdrawal_reason",
        "contact__team", "contact__email", "contact__telephone", *RECORD_COLUMNS,
    )  # fmt: skip
    known.records = {row[0]: _record(row) for row in rows}


def absent(entry_ids: Iterable[str]) -> list[Absent]:
    """Published entries that stand on the list, came from it, and are not among these."""
    rows = (
        CPLEntry.objects.listed()
        .filter(source=Source.CPL_WORKBOOK, published_on__isnull=False)
        .exclude(OneOf(F("cpl_entry_id"), entry_ids))
        .order_by("cpl_entry_id")
    )
    columns = ("cpl_entry_id", "manufacturer__name", "model_name", "firmware_version")
    return [Absent(*row) for row in rows.values_list(*columns)]


def _load_makers(known: Known) -> None:
    makers = known.scope.makers
    known.makers = {fold_maker(name): name for name in makers.values_list("name", flat=True)}
    pairs = makers.filter(identifiers__isnull=False).values_list("name", "identifiers__code")
    known.uses = {(fold_maker(name), str(code)) for name, code in pairs}


def _load_models(known: Known, **lookup: Any) -> dict[int, ModelKey]:
    """Load Device Models; returns their identity by primary key."""
    keys = {}
    for pk, *columns in known.scope.models.filter(**lookup).order_by().values_list("pk", *_KEY, *_FACTS):
        key = keys[pk] = ModelKey(*columns[:4])
        name, maker, device_type, variant = columns[4:]
        known.models[key] = ModelFacts(name, fold_maker(maker), device_type, variant)
    return keys


def _load_entries(known: Known, keys: dict[int, ModelKey], lookup: Q) -> None:
    rows: Sequence[tuple[Any, ...]] = list(
        known.scope.entries.filter(lookup).order_by("pk").values_list(*_ENTRY, *LISTED_FACTS)
    )
    if strangers := {row[0] for row in rows} - keys.keys():
        keys |= _load_models(known, pk__in=strangers)
    for row in rows:
        key = keys[row[0]]
        known.entries[row[1]] = KnownEntry(key, row[2], row[3], row[4], row[5], row[6], row[7:])
        known.versions[key, row[2]] = row[1]


def _load_hashes(known: Known, hashes: Iterable[str]) -> None:
    rows = known.scope.entries.filter(OneOf(F("firmware_hash"), hashes)).exclude(firmware_hash="").order_by("pk")
    for value, entry_id in rows.values_list("firmware_hash", "cpl_entry_id"):
        known.hashes.setdefault(value, []).append(entry_id)


def _record(row: tuple[Any, ...]) -> KnownRecord:
    _, provenance, withdrawn_on, withdrawal_reason, *contact_and_columns = row
    contact, columns = contact_and_columns[:3], contact_and_columns[3:]
    columns = [ContactDetails(*contact) if columns[0] else None, *columns[1:]]
    pairs = zip(VOLUNTARY_FIELDS, columns[::2], columns[1::2], strict=True)
    answers = {name: (value if state == FieldState.SUPPLIED else None, state) for name, value, state in pairs}
    return KnownRecord(answers, provenance, withdrawn_on, withdrawal_reason)
