"""Writing FIR records and the contacts they name, in bulk; the other half of `imports`."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cpl.actions.imports.bulk import allocate_keys, copy_in, update_each
from cpl.choices import Audience, ContactAudience
from cpl.models import VOLUNTARY_FIELDS, Contact, CPLEntry, FirmwareInformation
from cpl.readings.records import ContactDetails

_FOR_ALL, _WITH_NEED = Audience.ALL_PARTIES.value, ContactAudience.WITH_NEED.value
"""What is new goes to the usual audience; an import never changes the audience of what is there."""

RECORD_COLUMNS = tuple(column for name in VOLUNTARY_FIELDS for column in (name, f"{name}_state"))


class Record(NamedTuple):
    """A whole FIR record: for each voluntary field its value and its state, in the order of the model.

    The value of `contact` is a ContactDetails or None. `provenance` is as in FirmwareInformation.
    """

    answers: tuple[tuple[Any, str], ...]
    provenance: Mapping[str, list[str]]


@dataclass(slots=True)
class RecordWrites:
    """FIR records to be written, by CPL Entry ID."""

    added: dict[str, Record] = field(default_factory=dict)
    changed: dict[str, Record] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.added or self.changed)


def write_records(*, writes: RecordWrites) -> None:
    """Write the records, inside the caller's transaction; their entries exist by now."""
    if not writes:
        return
    entries = _entries([*writes.added, *writes.changed])
    contacts = _write_contacts(entries, {**writes.added, **writes.changed})
    columns = (*RECORD_COLUMNS, "provenance")
    copy_in(
        FirmwareInformation,
        ("entry", *columns, "withdrawal_reason", "audience"),
        [
            (entries[name][0], *_columns(record, entries[name][1], contacts), "", _FOR_ALL)
            for name, record in writes.added.items()
        ],
    )
    update_each(
        FirmwareInformation,
        columns,
        [(entries[name][2], *_columns(record, entries[name][1], contacts)) for name, record in writes.changed.items()],
    )


def _entries(names: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """Key of the entry, of its maker and of its record, by CPL Entry ID."""
    rows = CPLEntry.objects.filter(cpl_entry_id__in=list(names))
    return {
        name: (pk, maker, record)
        for name, pk, maker, record in rows.values_list("cpl_entry_id", "pk", "manufacturer", "fir__pk")
    }


def _write_contacts(
    entries: Mapping[str, tuple[int, int, int]], records: Mapping[str, Record]
) -> dict[tuple[int, ContactDetails], int]:
    """Add contacts that are new; the keys of all, by maker and details. One contact is one row, reused."""
    wanted = {(entries[name][1], details) for name in records for details in _details(records[name])}
    rows = Contact.objects.filter(manufacturer__in={maker for maker, _ in wanted})
    known = {
        (maker, ContactDetails(*details)): pk
        for pk, maker, *details in rows.values_list("pk", "manufacturer", "team", "email", "telephone")
    }
    new = sorted(wanted - known.keys())
    keys = allocate_keys(Contact, len(new))
    copy_in(
        Contact,
        ("id", "manufacturer", "team", "email", "telephone", "audience"),
        [(pk, maker, *details, _WITH_NEED) for pk, (maker, details) in zip(keys, new, strict=True)],
    )
    return known | dict(zip(new, keys, strict=True))


def _details(record: Record) -> list[ContactDetails]:
    return [value for value, _ in record.answers if isinstance(value, ContactDetails)]


def _columns(record: Record, maker: int, contacts: Mapping[tuple[int, ContactDetails], int]) -> tuple[Any, ...]:
    answers = [
        (contacts[maker, value] if isinstance(value, ContactDetails) else value, state)
        for value, state in record.answers
    ]
    return (*(part for answer in answers for part in answer), json.dumps(record.provenance))
