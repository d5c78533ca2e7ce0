"""What each field of a submission is called, and how its values read: on forms, in tables of changes, in exports."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, Final

from cpl.choices import CpaDateKind, DeviceType, EsmeVariant, PathwayState, Recommendation, Stage, Urgency
from cpl.readings.cells import Absent

LABELS: Final[Mapping[str, str]] = {
    "device_type": "Device type",
    "esme_variant": "ESME variant",
    "manufacturer_identifier": "Manufacturer identifier",
    "device_model": "Device Model as DUIS writes it",
    "model_name": "Model name",
    "firmware_version": "Firmware version",
    "firmware_label": "Manufacturer’s own label",
    "firmware_hash": "Firmware hash (SHA-256)",
    "smets_chts_version": "SMETS / CHTS version",
    "gbcs_version": "GBCS version",
    "zigbee_certificate": "ZigBee certificate",
    "dlms_certificate": "DLMS certificate",
    "cpa_certificate": "CPA certificate",
    "cpa_date_kind": "What the CPA date means",
    "cpa_date": "CPA date",
    "pathway_state": "What may be upgraded to this version",
    "predecessors": "May be upgraded from",
    "contact": "Contact",
    "contact_team": "Team",
    "contact_email": "E-mail address",
    "contact_telephone": "Telephone",
    "portal_link": "Manufacturer’s portal",
    "release_date": "Release date",
    "stage": "Release stage",
    "recommendation": "Recommendation",
    "urgency": "Urgency",
    "interrupts_hub_power": "Interrupts hub power",
    "irreversible": "Cannot be undone",
    "needs_site_visit": "Needs a site visit",
    "vulnerabilities": "Vulnerabilities",
    "notes": "Additional information",
    "reason": "Reason",
    "reference": "Reference of the direction",
    "removed_on": "Removed on",
}
"""Every key of `Submission.content` by its name on screen, and `contact` for the three that make one."""

CHOICES: Final[Mapping[str, type[Enum]]] = {
    "device_type": DeviceType,
    "esme_variant": EsmeVariant,
    "cpa_date_kind": CpaDateKind,
    "pathway_state": PathwayState,
    "stage": Stage,
    "recommendation": Recommendation,
    "urgency": Urgency,
}

HEX: Final = frozenset({"manufacturer_identifier", "device_model", "firmware_version", "firmware_hash"})
PROSE: Final = frozenset({"notes", "vulnerabilities", "reason"})


def words_of(name: str, value: Any) -> str:
    """A value as people read it; '' where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, Absent):
        return value.value.capitalize()
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value if part)
    kind: Any = CHOICES.get(name)
    return str(kind(value).label) if kind else str(value)


def kind_of(name: str) -> str:
    """How a value is set: in hex, as prose, as a link, or as plain text."""
    if name in HEX:
        return "hex"
    return "prose" if name in PROSE else "link" if name == "portal_link" else "text"
