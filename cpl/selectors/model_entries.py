"""One Device Model by the two identifiers of its address, with the entries that a person may see."""

from accounts.access import Person
from cpl.models import CPLEntry, DeviceModel

ModelEntries = tuple[DeviceModel, dict[int, CPLEntry]]


def model_entries(person: Person, code: str, duis: str) -> ModelEntries | None:
    """The model, and by key every entry that the person may see of it with its FIR record and contact. One query.

    None where they may see no entry of it, and then they may not know that there is such a model.
    """
    of_model = {"device_model__identifier__code": code.upper(), "device_model__duis_model": duis.upper()}
    visible = CPLEntry.objects.visible_to(person).with_information(person).with_contacts(person).filter(**of_model)
    rows = visible.select_related("device_model__manufacturer", "device_model__identifier").defer("search_text")
    entries = {entry.pk: entry for entry in rows}
    return (next(iter(entries.values())).device_model, entries) if entries else None
