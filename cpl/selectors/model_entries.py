"""One Device Model by the two identifiers of its address, with the entries that a person may see."""

from collections.abc import Iterable
from typing import Any

from accounts.access import Person
from cpl.models import CPLEntry, DeviceModel
from cpl.querysets import CPLEntryQuerySet
from cpl.selectors.linked import Linked, linked, with_links
from cpl.selectors.versions import Version

ModelEntries = tuple[DeviceModel, dict[int, CPLEntry]]


def model_entries(person: Person, code: str, duis: str) -> ModelEntries | None:
    """The model, and by key every entry that the person may see of it with its FIR record and contact. One query.

    None where they may see no entry of it, and then they may not know that there is such a model.
    """
    of_model = {"device_model__identifier__code": code.upper(), "device_model__duis_model": duis.upper()}
    rows = _with_contacts(person).filter(**of_model)
    rows = rows.select_related("device_model__manufacturer", "device_model__identifier")
    entries = _in_order(rows)
    return (next(iter(entries.values())).device_model, entries) if entries else None


def entries_of(person: Person, model: int) -> dict[int, CPLEntry]:
    """The same entries of a model that is at hand. One query."""
    return _in_order(_with_contacts(person).filter(device_model=model))


def linked_entries(entries: dict[int, CPLEntry]) -> Linked:
    """What the entries that came from here say of their versions and the links among them. No query."""
    # Any, for `before` and `noticed` are annotations, which CPLEntry has no field for.
    rows: Iterable[Any] = entries.values()
    return linked((Version.of(entry), entry.before, entry.noticed) for entry in rows)


def _in_order(entries: CPLEntryQuerySet) -> dict[int, CPLEntry]:
    # Not by the database: Django takes longer to look for the column among eighty than Python to sort so few.
    return {entry.pk: entry for entry in sorted(entries.order_by(), key=lambda entry: entry.cpl_entry_id)}


def _with_contacts(person: Person) -> CPLEntryQuerySet:
    visible = CPLEntry.objects.visible_to(person).with_information(person).with_contacts(person)
    return with_links(visible.defer("search_text"))
