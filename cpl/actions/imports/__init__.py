"""Writing what an import decided: a fixed number of statements, however many rows.

What is to be written is said in the words of the list (CPL Entry IDs, names, identifiers), never in
database keys, so that a preview can be made, kept and compared without writing anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from django.db import connection, transaction

from cpl.actions.imports.bulk import allocate_keys, copy_in, update_each
from cpl.actions.imports.records import RecordWrites, write_records
from cpl.choices import Audience, Source
from cpl.models import (
    Contact,
    CPLEntry,
    DeviceModel,
    FirmwareInformation,
    Manufacturer,
    ManufacturerIdentifier,
    UpgradePathLink,
)

LISTED_FACTS = (
    "model_name",
    "firmware_label",
    "firmware_hash",
    "smets_chts_version",
    "gbcs_version",
    "zigbee_certificate",
    "dlms_certificate",
    "cpa_certificate",
    "cpa_date_kind",
    "cpa_date",
    "published_on",
    "loaded_on",
    "removed_on",
    "removal_reason",
    "removal_reference",
)
"""What the list says of an entry and may change; what else it says identifies the entry."""

_PATHWAY = ("pathway_state", "pathway_source", "pathway_given_on")
_NEW_ENTRY = (
    "id",
    "cpl_entry_id",
    "device_model",
    "manufacturer",
    "device_type",
    "firmware_version",
    *LISTED_FACTS,
    *_PATHWAY,
    "source",
    "audience",
)
_NEW_MODEL = (
    "id",
    "identifier",
    "model_identifier",
    "hardware_version",
    "hardware_revision",
    "name",
    "manufacturer",
    "device_type",
    "esme_variant",
)
_SOURCE, _AUDIENCE = Source.CPL_WORKBOOK.value, Audience.ALL_PARTIES.value
_IMPORTS_LOCK = 5211


class ModelKey(NamedTuple):
    """What identifies a Device Model."""

    manufacturer_identifier: str
    model_identifier: str
    hardware_version: str
    hardware_revision: str


class ModelFacts(NamedTuple):
    """What else is known of a Device Model; its maker as `fold_maker` writes the name."""

    name: str
    maker: str
    device_type: str
    esme_variant: str


class Pathway(NamedTuple):
    """The entries that may be upgraded to an entry, or why none are named, and who said so when."""

    state: str
    predecessors: tuple[str, ...]
    source: str
    given_on: date | None


class NewEntry(NamedTuple):
    """An entry to be added; `facts` are in the order of LISTED_FACTS."""

    model: ModelKey
    firmware_version: str
    facts: tuple[Any, ...]
    pathway: Pathway


@dataclass(slots=True)
class Writes:
    """Everything that one import writes. Entries and pathways are by CPL Entry ID, makers by folded name."""

    makers: dict[str, str] = field(default_factory=dict)
    uses: set[tuple[str, str]] = field(default_factory=set)
    new_models: dict[ModelKey, ModelFacts] = field(default_factory=dict)
    changed_models: dict[ModelKey, ModelFacts] = field(default_factory=dict)
    new_entries: dict[str, NewEntry] = field(default_factory=dict)
    changed_entries: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    pathways: dict[str, Pathway] = field(default_factory=dict)
    records: RecordWrites = field(default_factory=RecordWrites)

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return any(getattr(self, name) for name in self.__slots__)


def fold_maker(name: str) -> str:
    """A manufacturer's name as it is compared: the database holds it once in whatever case."""
    return name.upper()


def hold_repository() -> None:
    """Let no other import and no other writer in until the transaction ends; readers go on.

    What was compared is then what is written over.
    """
    tables = (CPLEntry, DeviceModel, Manufacturer, UpgradePathLink, FirmwareInformation, Contact)
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORTS_LOCK])
        # Each of our triggers looks up the triggers to be ignored; that there are none is read ten times
        # faster from a setting that exists than from one that does not.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def moment_of_writing() -> datetime:
    """The time that every row of history of this transaction bears."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (moment,) = cursor.fetchone() or (None,)
    return cast(datetime, moment)


def write(*, writes: Writes) -> None:
    """Write everything, inside the caller's transaction, which holds the repository.

    The caller records the audit event, since only it knows the file. Raises IntegrityError where the
    database refuses, in which case nothing of the transaction may be kept.
    """
    with transaction.atomic(savepoint=False):
        makers = _write_makers(writes)
        codes = _write_identifiers(writes)
        _write_uses(writes, makers, codes)
        models = _write_models(writes, makers, codes)
        _write_entries(writes, makers, models)
        _write_pathways(writes)
        write_records(writes=writes.records)


def _write_makers(writes: Writes) -> dict[str, int]:
    """Add new makers; the keys of all, by folded name."""
    Manufacturer.objects.bulk_create(Manufacturer(name=name) for name in writes.makers.values())
    return {fold_maker(name): pk for pk, name in Manufacturer.objects.values_list("pk", "name")}


def _write_identifiers(writes: Writes) -> dict[str, int]:
    """Add new manufacturer identifiers; the keys of all, by code."""
    known = dict(ManufacturerIdentifier.objects.values_list("code", "pk"))
    new = sorted({code for _, code in writes.uses} - known.keys())
    made = ManufacturerIdentifier.objects.bulk_create(ManufacturerIdentifier(code=code) for code in new)
    return known | {identifier.code: identifier.pk for identifier in made}


def _write_uses(writes: Writes, makers: Mapping[str, int], codes: Mapping[str, int]) -> None:
    through = Manufacturer.identifiers.through
    through._default_manager.bulk_create(
        through(manufacturer_id=makers[maker], manufactureridentifier_id=codes[code])
        for maker, code in sorted(writes.uses)
    )


def _write_models(
    writes: Writes, makers: Mapping[str, int], codes: Mapping[str, int]
) -> dict[ModelKey, tuple[int, ModelFacts]]:
    """Change and add Device Models; keys and facts of those that new entries belong to."""
    known = _known_models({entry.model for entry in writes.new_entries.values()} | set(writes.changed_models))
    update_each(
        DeviceModel,
        ("name", "manufacturer", "device_type", "esme_variant"),
        [(known[key][0], *_columns(facts, makers)) for key, facts in writes.changed_models.items()],
    )
    keys = dict(zip(writes.new_models, allocate_keys(DeviceModel, len(writes.new_models)), strict=True))
    copy_in(
        DeviceModel,
        _NEW_MODEL,
        [
            (keys[key], codes[key.manufacturer_identifier], *key[1:], *_columns(facts, makers))
            for key, facts in writes.new_models.items()
        ],
    )
    changed = {key: (known[key][0], facts) for key, facts in writes.changed_models.items()}
    return known | changed | {key: (keys[key], facts) for key, facts in writes.new_models.items()}


def _columns(facts: ModelFacts, makers: Mapping[str, int]) -> tuple[Any, ...]:
    return facts.name, makers[facts.maker], facts.device_type, facts.esme_variant


def _known_models(wanted: set[ModelKey]) -> dict[ModelKey, tuple[int, ModelFacts]]:
    rows = DeviceModel.objects.filter(
        identifier__code__in={key.manufacturer_identifier for key in wanted}
    ).values_list(
        "identifier__code", "model_identifier", "hardware_version", "hardware_revision",
        "pk", "name", "manufacturer__name", "device_type", "esme_variant",
    )  # fmt: skip
    return {
        ModelKey(*row[:4]): (row[4], ModelFacts(row[5], fold_maker(row[6]), row[7], row[8]))
        for row in rows
        if row[:4] in wanted
    }


def _write_entries(
    writes: Writes, makers: Mapping[str, int], models: Mapping[ModelKey, tuple[int, ModelFacts]]
) -> None:
    keys = entry_keys(writes.changed_entries)
    update_each(CPLEntry, LISTED_FACTS, [(keys[name], *facts) for name, facts in writes.changed_entries.items()])
    fresh = allocate_keys(CPLEntry, len(writes.new_entries))
    lines = zip(fresh, writes.new_entries.items(), strict=True)
    copy_in(
        CPLEntry,
        _NEW_ENTRY,
        (_entry_line(pk, name, entry, makers, models[entry.model]) for pk, (name, entry) in lines),
    )


def _entry_line(
    pk: int, name: str, entry: NewEntry, makers: Mapping[str, int], model: tuple[int, ModelFacts]
) -> tuple[Any, ...]:
    model_pk, facts = model
    pathway = entry.pathway
    return (
        pk, name, model_pk, makers[facts.maker], facts.device_type, entry.firmware_version, *entry.facts,
        pathway.state, pathway.source, pathway.given_on, _SOURCE, _AUDIENCE,
    )  # fmt: skip


def _write_pathways(writes: Writes) -> None:
    """Replace what is said of the predecessors of known entries, and link the new ones to theirs."""
    new = {name: entry.pathway.predecessors for name, entry in writes.new_entries.items()}
    wanted = new | {name: pathway.predecessors for name, pathway in writes.pathways.items()}
    if not any(wanted.values()) and not writes.pathways:
        return
    ends = {end for name, predecessors in wanted.items() if predecessors for end in (name, *predecessors)}
    keys = entry_keys(ends | writes.pathways.keys())
    update_each(
        CPLEntry,
        _PATHWAY,
        [(keys[name], p.state, p.source, p.given_on) for name, p in writes.pathways.items()],
    )
    _write_links(
        {keys[name]: {keys[end] for end in wanted[name]} for name in wanted if name in keys},
        replaced=[keys[name] for name in writes.pathways],
    )


def _write_links(wanted: Mapping[int, set[int]], *, replaced: list[int]) -> None:
    """Make the links of each entry what is wanted; only entries in `replaced` can have links already."""
    old = UpgradePathLink.objects.filter(entry__in=replaced).values_list("pk", "entry_id", "predecessor_id")
    links = {(entry, predecessor): pk for pk, entry, predecessor in old}
    pairs = {(entry, end) for entry, ends in wanted.items() for end in ends}
    UpgradePathLink.objects.filter(pk__in=[pk for pair, pk in links.items() if pair not in pairs]).delete()
    makers = dict(CPLEntry.objects.filter(pk__in=wanted).values_list("pk", "manufacturer"))
    copy_in(
        UpgradePathLink,
        ("entry", "predecessor", "manufacturer"),
        [(entry, end, makers[entry]) for entry, end in sorted(pairs - links.keys())],
    )


def entry_keys(names: Iterable[str]) -> dict[str, int]:
    """Primary keys by CPL Entry ID."""
    rows = CPLEntry.objects.filter(cpl_entry_id__in=list(names)).values_list("cpl_entry_id", "pk")
    return dict(rows)
