"""What: the Central Products List and the firmware information beside it."""

from cpl.models.contact import Contact, ContactGrant
from cpl.models.device_model import DeviceModel
from cpl.models.entry import CPLEntry, EntryGrant
from cpl.models.firmware_information import VOLUNTARY_FIELDS, FirmwareInformation, InformationGrant
from cpl.models.import_run import ColumnMapping, ImportRow, ImportRun
from cpl.models.manufacturer import Manufacturer, ManufacturerIdentifier
from cpl.models.restricted_notes import NotesGrant, RestrictedNotes
from cpl.models.search_miss import SearchMiss
from cpl.models.upgrade_path import UpgradePathLink

__all__ = [
    "VOLUNTARY_FIELDS",
    "CPLEntry",
    "ColumnMapping",
    "Contact",
    "ContactGrant",
    "DeviceModel",
    "EntryGrant",
    "FirmwareInformation",
    "ImportRow",
    "ImportRun",
    "InformationGrant",
    "Manufacturer",
    "ManufacturerIdentifier",
    "NotesGrant",
    "RestrictedNotes",
    "SearchMiss",
    "UpgradePathLink",
]
