"""What: the Central Products List and the firmware information beside it."""

from cpl.models.contact import Contact, ContactGrant
from cpl.models.device_model import DeviceModel
from cpl.models.entry import CPLEntry, EntryGrant
from cpl.models.estate import (
    EstateAnswer,
    EstateCheck,
    EstateColumns,
    EstateFeed,
    EstateHolding,
    EstatePreference,
    EstateRefusal,
)
from cpl.models.firmware_information import VOLUNTARY_FIELDS, FirmwareInformation, InformationGrant
from cpl.models.import_run import ColumnMapping, ImportRow, ImportRun
from cpl.models.interest import ModelInterest
from cpl.models.issue import CertificateNotice, CPLIssue
from cpl.models.manufacturer import Manufacturer, ManufacturerIdentifier
from cpl.models.notice import Notice, NoticeRevision, NoticeVersion
from cpl.models.publication_log import LogCheckpoint, PublicationRecord
from cpl.models.restricted_notes import NotesGrant, RestrictedNotes
from cpl.models.search_miss import SearchMiss
from cpl.models.submission import SavedView, Submission, SubmissionBatch, SubmissionPreview, SubmissionStep, Waiver
from cpl.models.upgrade_path import UpgradePathLink

__all__ = [
    "VOLUNTARY_FIELDS",
    "CPLEntry",
    "CPLIssue",
    "CertificateNotice",
    "ColumnMapping",
    "Contact",
    "ContactGrant",
    "DeviceModel",
    "EntryGrant",
    "EstateAnswer",
    "EstateCheck",
    "EstateColumns",
    "EstateFeed",
    "EstateHolding",
    "EstatePreference",
    "EstateRefusal",
    "FirmwareInformation",
    "ImportRow",
    "ImportRun",
    "InformationGrant",
    "LogCheckpoint",
    "Manufacturer",
    "ManufacturerIdentifier",
    "ModelInterest",
    "NotesGrant",
    "Notice",
    "NoticeRevision",
    "NoticeVersion",
    "PublicationRecord",
    "RestrictedNotes",
    "SavedView",
    "SearchMiss",
    "Submission",
    "SubmissionBatch",
    "SubmissionPreview",
    "SubmissionStep",
    "UpgradePathLink",
    "Waiver",
]
