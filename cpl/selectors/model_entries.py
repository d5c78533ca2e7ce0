"""One Device Model by the two identifiers of its address, with the entries that a person may see."""

from typing import Any

from accounts.access import Person
from cpl.models import CPLEntry, DeviceModel
from cpl.querysets import CPLEntryQuerySet
from cpl.routes import Link
from cpl.selectors.versions import befores

ModelEntries = tuple[DeviceModel, dict[int, CPLEntry]]


def model_entries(person: Person, code: str, duis: str) -> ModelEntries | None:
    """The model, and by key every entry that the person may see of it with its FIR record and contact. One query.

    None where they may see no entry of it, and then they may not know that there is such a model.
    """
    of_model = {"device_model__identifier__code": code.upper(), "device_model__duis_model": duis.upper()}
    rows = _with_contacts(person).filter(**of_model)
    rows = rows.select_related("device_model__manufacturer", "device_model__identifier")
    entries = {entry.pk: entry for entry in rows}
    return (next(iter(entries.values())).device_model, entries) if entries else None


def linked_entries(person: Person, model: int) -> tuple[dict[int, CPLEntry], list[Link]]:
    """The same entries of a model that is at hand, and the links among them. One query."""
    # Any, for no entry has `before` but one of this query.
    rows: Any = _with_contacts(person).filter(device_model=model).annotate(before=befores()).order_by("pk")
    entries = {entry.pk: entry for entry in rows}
    links = [(old, entry.pk) for entry in rows for old in entry.before if old in entries]
    return entries, links


def _with_contacts(person: Person) -> CPLEntryQuerySet:
    visible = CPLEntry.objects.visible_to(person).with_information(person).with_contacts(person)
    return visible.defer("search_text")
