"""How each fact of the Central Products List is read."""

from datetime import date, timedelta

from django.conf import settings

from cpl import identifiers
from cpl.models import CPLEntry, DeviceModel, Manufacturer
from cpl.readings import cells, parsing
from cpl.readings.parsing import Parse, longest

# A list may announce what comes, but not by years; an entry is added soon after it is announced, and a
# removal is a fact; certificates run for a decade and more.
_AHEAD = timedelta(days=366)
_PUBLISHED_AHEAD = timedelta(days=31)
_CERTIFICATE_AHEAD = timedelta(days=30 * 366)


def parsers(as_of: date) -> dict[str, Parse]:
    """How each column is read; `as_of` is the day from which dates are judged."""
    return {
        "cpl_entry_id": parsing.entry_id,
        "device_type": parsing.DEVICE_TYPE,
        "esme_variant": parsing.ESME_VARIANT,
        "manufacturer": parsing.text(longest(Manufacturer, "name")),
        "manufacturer_identifier": parsing.identifier(identifiers.MANUFACTURER_IDENTIFIER),
        "model_name": parsing.text(longest(DeviceModel, "name")),
        "model_identifier": parsing.identifier(identifiers.MODEL_IDENTIFIER),
        "hardware_version": parsing.identifier(identifiers.HARDWARE_VERSION),
        "hardware_revision": parsing.identifier(identifiers.HARDWARE_REVISION),
        "device_model": parsing.identifier(identifiers.DEVICE_MODEL),
        "firmware_version": parsing.identifier(identifiers.FIRMWARE_VERSION),
        "firmware_label": parsing.text(longest(CPLEntry, "firmware_label")),
        "smets_chts_version": parsing.version(longest(CPLEntry, "smets_chts_version"), settings.SMETS_CHTS_VERSIONS),
        "gbcs_version": parsing.version(longest(CPLEntry, "gbcs_version"), settings.GBCS_VERSIONS),
        "zigbee_certificate": parsing.text(longest(CPLEntry, "zigbee_certificate")),
        "dlms_certificate": parsing.text(longest(CPLEntry, "dlms_certificate")),
        "cpa_certificate": parsing.text(longest(CPLEntry, "cpa_certificate")),
        "cpa_date_kind": parsing.CPA_DATE_KIND,
        "cpa_date": parsing.day(as_of + _CERTIFICATE_AHEAD),
        "firmware_hash": parsing.firmware_hash,
        "published_on": parsing.day(as_of + _PUBLISHED_AHEAD),
        "loaded_on": parsing.day(as_of + _AHEAD),
        "removed_on": parsing.day(as_of),
        "removal_reason": parsing.text(longest(CPLEntry, "removal_reason"), multiline=True),
        "removal_reference": parsing.text(longest(CPLEntry, "removal_reference")),
        "predecessors": cells.entry_ids,
    }
