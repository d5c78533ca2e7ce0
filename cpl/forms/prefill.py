"""What need not be typed: facts copied from what is published, where a submission begins."""

from collections.abc import Mapping
from typing import Any, Final

from accounts.models import User
from cpl.choices import PathwayState, SubmissionKind
from cpl.models import Contact, CPLEntry, DeviceModel, UpgradePathLink
from cpl.presenters.fields import pathway_state
from cpl.rules.examples import Example
from cpl.selectors.versions import Version, summarise

Kind = SubmissionKind

_COPIED: Final = (
    "smets_chts_version", "gbcs_version", "zigbee_certificate", "dlms_certificate", "cpa_certificate", "cpa_date_kind",
    "cpa_date",
)  # fmt: skip
"""What versions of one Device Model usually share; identity and hash of a version are its own."""


def newest_of(model: DeviceModel, user: User) -> CPLEntry | None:
    """The newest version of the model that the person may see, with what they may see beside it."""
    visible = CPLEntry.objects.visible_to(user).with_information(user).with_contacts(user)
    entries = {entry.pk: entry for entry in visible.filter(device_model=model).defer("search_text")}
    newest = summarise(map(Version.of, entries.values())).newest if entries else None
    return entries[newest.pk] if newest else next(iter(entries.values()), None)


def of_new_entry(model: DeviceModel, newest: CPLEntry | None) -> dict[str, str]:
    """The model's own facts, and what its newest version shares with the next. Its contact: `of_contact`."""
    content = {
        "device_type": model.device_type,
        "esme_variant": model.esme_variant,
        "manufacturer_identifier": model.identifier.code,
        "device_model": model.duis_model,
        "model_name": model.name,
    }
    if newest is None:
        return content
    content["model_name"] = newest.model_name
    content.update((name, _typed(getattr(newest, name))) for name in _COPIED)
    record = newest.information
    if record and record.portal_link:
        content.update(portal_link=record.portal_link, portal_link_answer="give")
    return content


def of_contact(contact: Contact, *, answered: bool = False) -> dict[str, str]:
    """The details of a contact. They are shown then: whoever calls records the look (`actions.contacts.look`)."""
    content = {
        "contact_team": contact.team,
        "contact_email": contact.email,
        "contact_telephone": contact.telephone,
    }
    return {**content, "contact_answer": "give"} if answered else content


def of_added_model(entry: CPLEntry) -> dict[str, str]:
    """What a model added under an entry's certificate usually shares with it."""
    model = entry.device_model
    shared = {name: _typed(getattr(entry, name)) for name in ("smets_chts_version", "gbcs_version")}
    return {
        **shared,
        "device_type": model.device_type,
        "esme_variant": model.esme_variant,
        "manufacturer_identifier": model.identifier.code,
    }


def of_pathway(entry: CPLEntry, user: User) -> dict[str, str]:
    """The pathway as it is published, as far as the person may see it, to be changed."""
    seen = CPLEntry.objects.visible_to(user)
    links = UpgradePathLink.objects.filter(entry=entry, predecessor__in=seen).order_by("predecessor__cpl_entry_id")
    named = list(links.values_list("predecessor__cpl_entry_id", flat=True))
    state = pathway_state(entry.pathway_state, known=bool(named))
    if state == PathwayState.NOT_PROVIDED:
        return {}
    return {"pathway_state": state, "predecessors": ", ".join(named)}


def with_example(content: Mapping[str, Any], example: Example) -> dict[str, Any]:
    """The content with SECAS's suggested example in it: after what is written already, never in its place.

    The answers that go with the example are given where nothing was answered yet.
    """
    written = str(content.get(example.field, "") or "").strip()
    if example.text not in written:
        written = f"{written}\n\n{example.text}" if written else example.text
    said = {name: value for name, value in content.items() if str(value).strip() not in ("", "later")}
    own = {name: value for name, value in example.sets.items() if name == f"{example.field}_answer"}
    return {**content, **example.sets, **said, **own, example.field: written}


def _typed(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)
