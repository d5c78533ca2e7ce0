"""The fields that an import knows, and the names under which columns for them are met.

The names come from the headings of the Central Products List and of the Firmware Information Repository
as published, from DUIS (`DeviceManufacturer`, `DeviceModel`, `FirmwareVersion`), and from what people
call these things. Case, spaces and punctuation do not matter: see `normalise`.
"""

import re
from collections.abc import Mapping

from cpl.readings.words import normalise

# The first name of a field is its heading in the published lists, used wherever it is shown.
NAMES: Mapping[str, tuple[str, ...]] = {
    "cpl_entry_id": (
        "CPL Entry ID", "CPL ID", "CPL Entry", "CPL Entry Identifier", "CPL Entry No", "CPL Entry Number",
        "CPL Entry Ref", "CPL Entry Reference", "CPL No", "CPL Number", "CPL Ref", "CPL Reference",
        "Entry ID", "Entry Identifier", "Entry No", "Entry Number", "EntryID",
        "Central Products List Entry ID", "Central Products List ID", "Unique ID", "Unique Identifier",
    ),
    "device_type": (
        "Device Type", "Type of Device", "DeviceType", "Device Category", "Type", "Product Type",
        "Equipment Type",
    ),
    "esme_variant": ("ESME Variant", "Variant", "ESME Type", "Meter Variant", "Device Variant"),
    "manufacturer": (
        "Manufacturer", "Manufacturer Name", "Name of Manufacturer", "Device Manufacturer Name", "Maker",
        "Make", "Vendor", "Vendor Name", "Mfr", "Mfr Name", "Meter Manufacturer",
    ),
    "manufacturer_identifier": (
        "Manufacturer Identifier", "Manufacturer ID", "DeviceManufacturer", "Device Manufacturer ID",
        "Device Manufacturer Identifier", "Manufacturer Code", "Mfr ID", "Mfr Code", "Mfr Identifier",
        "Mfg ID", "Mfg Code", "Manuf ID", "Manuf Code", "Maker ID", "Vendor ID", "Vendor Code",
        "Manufacturer Hex", "ZigBee Manufacturer Code", "ZigBee Manufacturer ID", "ManufacturerID",
    ),
    "model_name": (
        "Model Name", "Model", "Product Name", "Device Model Name", "Device Name", "Name of Model",
        "Trade Name", "Commercial Name", "Marketing Name", "Product",
    ),
    "model_identifier": (
        "Model Identifier", "Model ID", "Device Model Identifier", "Device Model ID", "Model Code",
        "Model Number", "Model No", "Model Hex", "Product Identifier", "Product ID", "Product Code",
    ),
    "hardware_version": (
        "Hardware Version", "HW Version", "H/W Version", "Hardware Ver", "HW Ver", "Hardware",
        "Hardware Version Version", "Hardware Version ID", "HardwareVersion", "Hardware Ver No",
    ),
    "hardware_revision": (
        "Hardware Revision", "HW Revision", "H/W Revision", "Hardware Rev", "HW Rev", "Revision",
        "Hardware Version Revision", "Hardware Revision ID", "HardwareRevision",
    ),
    "device_model": (
        "Device Model", "DeviceModel", "DUIS Device Model", "Device Model (DUIS)", "Device Model Hex",
        "Joined Device Model", "Full Device Model", "Model and Hardware", "Model + Hardware",
        "Model and Hardware Version", "Model Hardware Version Revision",
    ),
    "firmware_version": (
        "Firmware Version", "Firmware", "FW Version", "F/W Version", "FW", "FW Ver", "Firmware Ver",
        "Firmware Version Number", "Firmware Version No", "FirmwareVersion", "Firmware ID",
        "Firmware Identifier", "Firmware Version ID", "Firmware Version Identifier", "OTA Version",
        "OTA File Version", "OTA Firmware Version", "Image Version", "Firmware Image Version",
        "Firmware Version Hex", "Software Version",
    ),
    "firmware_label": (
        "Firmware Label", "Firmware Name", "Manufacturer Label", "Manufacturer Firmware Label",
        "Manufacturer Firmware Version", "Manufacturer's Firmware Version", "Release Name", "Release Label",
        "Firmware Release Name", "Version Label", "Friendly Version", "Human Readable Version",
    ),
    "smets_chts_version": (
        "SMETS / CHTS Version", "SMETS/CHTS", "SMETS Version", "CHTS Version", "SMETS", "CHTS",
        "SMETS or CHTS Version", "SMETS Ver", "Technical Specification",
        "Technical Specification Version", "TS Version", "SMETS/CHTS/PPMIDTS Version",
        "SMETS, CHTS, PPMIDTS, HCALCSTS Version",
    ),
    "gbcs_version": ("GBCS Version", "GBCS", "GBCS Ver", "GB Companion Specification", "GBCS Release"),
    "zigbee_certificate": (
        "ZigBee Certificate", "ZigBee Certificate Number", "ZigBee Certificate No", "ZigBee Cert",
        "ZigBee Certification", "ZigBee Certification Number", "ZigBee Certificate Reference", "ZigBee",
        "ZigBee Certificate ID", "ZSE Certificate", "ZigBee Assurance Certificate",
    ),
    "dlms_certificate": (
        "DLMS Certificate", "DLMS Certificate Number", "DLMS Certificate No", "DLMS Cert", "DLMS",
        "DLMS Certification", "DLMS Certification Number", "DLMS Certificate Reference",
        "DLMS Certificate ID", "DLMS/COSEM Certificate",
    ),
    "cpa_certificate": (
        "CPA Certificate", "CPA Certificate Number", "CPA Certificate No", "CPA Cert", "CPA",
        "CPA Certification", "CPA Certificate Reference", "CPA Certificate ID", "CPA Reference",
        "CPA Assurance Certificate", "Commercial Product Assurance Certificate",
    ),
    "cpa_date_kind": (
        "CPA Date Type", "CPA Date Kind", "Type of CPA Date", "CPA Expiry or Renewal", "Expiry or Renewal",
        "CPA Certificate Date Type", "Expiry / Renewal",
    ),
    "cpa_date": (
        "CPA Date", "CPA Expiry Date", "CPA Renewal Date", "CPA Expiry", "CPA Renewal",
        "CPA Certificate Date", "CPA Certificate Expiry Date", "CPA Certificate Expiry",
        "CPA Certificate Renewal Date", "CPA Expiry / Renewal Date", "CPA Expires",
    ),
    "firmware_hash": (
        "Firmware Hash (SHA-256)", "Firmware Hash", "Hash", "Manufacturer Image Hash", "Image Hash",
        "SHA-256", "SHA256", "SHA 256 Hash", "SHA256 Hash", "Hash (SHA-256)", "FW Hash", "Hash Value",
        "Firmware Image Hash", "Manufacturer Image Hash (SHA-256)", "Hash of Manufacturer Image",
        "Firmware Digest", "Checksum",
    ),
    "published_on": (
        "Date Added", "Date Published", "Published", "Published On", "Publication Date",
        "Date of Publication", "Added", "Added On", "Date Added to CPL", "Added to CPL", "CPL Date",
        "Entry Date", "Date of Entry", "Date Listed",
    ),
    "loaded_on": (
        "Date Loaded", "Loaded", "Loaded On", "DCC Load Date", "Date Loaded by DCC", "Load Date",
        "Loaded by DCC", "Date Loaded to DCC", "DCC Loaded",
    ),
    "removed_on": (
        "Date Removed", "Removed", "Removed On", "Removal Date", "Date of Removal", "Date Removed from CPL",
        "Removed from CPL",
    ),
    "removal_reason": (
        "Reason For Removal", "Removal Reason", "Reason", "Reason Removed", "Why Removed",
        "Reason for Removal from CPL",
    ),
    "removal_reference": (
        "Removal Reference", "Reference", "Reference For Removal", "Removal Ref", "Panel Reference",
        "Decision Reference", "Removal Decision",
    ),
    "predecessors": (
        "Previous CPL Entry ID(s)", "Previous CPL Entry IDs", "Previous CPL Entry ID", "Previous CPL IDs",
        "Previous CPL Entries", "Previous Entry IDs", "Previous Entries", "Predecessors", "Predecessor",
        "Predecessor CPL Entry IDs", "Upgrade From", "Upgrades From", "Upgradable From",
        "Can Be Upgraded From", "Upgrade Pathway", "Previous Versions", "Previous Firmware",
        "Previous Firmware Versions", "Previous CPL Entry",
    ),
    "release_date": (
        "Release Date", "Date of Release", "Released", "Released On", "Date Released",
        "Firmware Release Date", "FW Release Date",
    ),
    "stage": (
        "Release Stage", "Stage", "Firmware Stage", "Release Type", "Test or Production",
        "Production or Test", "Environment", "Release Status",
    ),
    "contact_team": (
        "Contact Name / Team", "Contact Team", "Contact Name", "Contact", "Team", "Contact Name or Team",
        "Contact Person", "Manufacturer Contact", "Contact Details", "Firmware Contact",
    ),
    "contact_email": (
        "Contact Email", "Email", "Contact E-mail", "E-mail", "Email Address", "Contact Email Address",
        "E-mail Address", "Manufacturer Email",
    ),
    "contact_telephone": (
        "Contact Telephone", "Telephone", "Phone", "Contact Phone", "Telephone Number", "Phone Number",
        "Contact Telephone Number", "Contact Number", "Contact Phone Number", "Tel", "Contact Tel", "Tel No",
    ),
    "portal_link": (
        "Portal", "Portal Link", "Portal URL", "Manufacturer Portal", "Link", "URL", "Web Link",
        "Portal Address", "Link to Portal", "Download Link", "Website", "Link to Manufacturer Portal",
    ),
    "notes": (
        "Additional Information", "Notes", "Note", "Comments", "Comment", "Additional Info", "Remarks",
        "Further Information", "Free Text", "Information", "Description", "Release Notes",
        "Additional Notes", "Firmware Information",
    ),
    "recommendation": (
        "Recommendation", "Recommended", "Manufacturer Recommendation", "Recommended Upgrade",
        "Recommended Version", "Recommended Upgrades",
    ),
    "urgency": ("Urgency", "Upgrade Urgency", "Priority", "Urgent", "Urgent Upgrade", "Criticality"),
    "interrupts_hub_power": (
        "Interrupts Hub Power", "Hub Power", "Interrupts Communications Hub Power", "Power Interruption",
        "Interrupts Power", "Interrupts Power to Hub", "Power Interrupted",
    ),
    "irreversible": (
        "Irreversible", "Not Reversible", "Cannot Be Reversed", "Cannot Be Rolled Back", "No Rollback",
    ),
    "needs_site_visit": (
        "Needs Site Visit", "Needs a Site Visit", "Site Visit", "Site Visit Needed", "Site Visit Required",
        "Requires Site Visit", "Visit Required",
    ),
    "vulnerabilities": (
        "Vulnerabilities", "Vulnerability", "Known Vulnerabilities", "Security Vulnerabilities", "CVE",
        "CVEs", "Vulnerabilities Fixed", "Security Issues",
    ),
    "withdrawn_on": ("Withdrawn On", "Date Withdrawn", "Withdrawal Date", "Withdrawn", "Date of Withdrawal"),
    "withdrawal_reason": ("Reason For Withdrawal", "Withdrawal Reason", "Reason Withdrawn", "Why Withdrawn"),
}  # fmt: skip

_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


_FIELD_BY_NAME = {normalise(name): field for field, names in NAMES.items() for name in names}


def field_of(heading: str, remembered: Mapping[str, str]) -> str | None:
    """The field a heading stands for; '' where a person said to ignore it, None where it is not known.

    What a person decided (`remembered`, by normalised heading) goes before the names known here. A remark
    in brackets is left out if the heading is not known with it.
    """
    key = normalise(heading)
    decided = remembered.get(key)
    if decided is not None and (decided in NAMES or not decided):
        return decided
    return _FIELD_BY_NAME.get(key) or _FIELD_BY_NAME.get(normalise(_IN_BRACKETS.sub("", heading)))


def title(field: str) -> str:
    """The heading of a field in the published lists."""
    return NAMES[field][0]
