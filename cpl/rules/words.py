"""How findings name fields, people's choices, days and entries."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

FIELD_WORDS: Final = {
    "entry": "CPL Entry",
    "manufacturer": "manufacturer",
    "device_type": "device type",
    "esme_variant": "ESME variant",
    "manufacturer_identifier": "manufacturer identifier",
    "device_model": "Device Model",
    "model_name": "model name",
    "firmware_version": "firmware version",
    "firmware_label": "manufacturer’s own label",
    "firmware_hash": "firmware hash",
    "smets_chts_version": "SMETS / CHTS version",
    "gbcs_version": "GBCS version",
    "zigbee_certificate": "ZigBee certificate",
    "dlms_certificate": "DLMS certificate",
    "cpa_certificate": "CPA certificate",
    "cpa_date_kind": "kind of CPA date",
    "cpa_date": "CPA date",
    "pathway_state": "answer on the upgrade pathway",
    "predecessors": "previous entries",
    "contact": "contact",
    "contact_team": "name or team",
    "contact_email": "e-mail address",
    "contact_telephone": "telephone number",
    "portal_link": "link to the manufacturer’s portal",
    "release_date": "release date",
    "stage": "release stage",
    "recommendation": "recommendation",
    "urgency": "urgency",
    "interrupts_hub_power": "answer on hub power",
    "irreversible": "answer on whether it can be undone",
    "needs_site_visit": "answer on site visits",
    "vulnerabilities": "text on vulnerabilities",
    "notes": "additional information",
    "reason": "reason",
    "reference": "reference",
    "removed_on": "date of removal",
}
"""Fields of a submission inside a sentence."""

_BETWEEN_MARKS: Final = re.compile(r"(?<!\w)'([^']+)'(?!\w)")


def words(name: str) -> str:
    """A field inside a sentence; its bare name where it has none here."""
    return FIELD_WORDS.get(name, name.replace("_", " "))


def typeset(text: str) -> str:
    """A docstring as people read it: with the quotation marks and apostrophes of print."""
    return _BETWEEN_MARKS.sub(r"“\1”", text).replace("'", "’")


def shown(value: Any) -> str:
    """A value as a message shows it: a date in words, a long text cut short."""
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def together(names: Iterable[Any]) -> str:
    """Several in one sentence, each once and in order: A, B and C; after six only how many more there are."""
    all_names = sorted({str(name) for name in names})
    if len(all_names) > 6:
        return f"{', '.join(all_names[:6])} and {len(all_names) - 6} more"
    return " and ".join([", ".join(all_names[:-1]), all_names[-1]] if len(all_names) > 1 else all_names)


def a(kind: str) -> str:
    """A type of device with its article, as it is spoken: an ESME, a GSME."""
    return f"{'an' if kind[:1] in ('A', 'E', 'I', 'O') else 'a'} {kind}"
