"""Every permission by name, once, and the roles that hold it.

A permission is written as Django writes it (`app.codename`), so that the admin, guardian and our own
code speak of the same thing.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from accounts.choices import Role

READ_REPOSITORY: Final = "cpl.read_repository"
"""Search and read what is visible to one's Party, and export it."""

READ_EVERY_RECORD: Final = "cpl.read_every_record"
"""Read records restricted to named Parties, whoever they are."""

IMPORT_WORKBOOK: Final = "cpl.import_workbook"
"""Preview and apply a CPL or FIR workbook."""

RESTRICT_ENTRY: Final = "cpl.restrict_entry"
"""Give a CPL Entry to named Parties only, and take that back."""

USE_ADMIN: Final = "accounts.use_admin"
"""Open the administration site."""

READ_AUDIT: Final = "accounts.read_audit"
"""Read the audit events."""

VIEW_ENTRY: Final = "cpl.view_cplentry"
"""Object permission: see this CPL Entry although it is not for all SEC Parties."""

_READER = frozenset({READ_REPOSITORY})
_SECAS = frozenset({READ_REPOSITORY, READ_EVERY_RECORD, USE_ADMIN})

HELD_BY: Final[Mapping[Role, frozenset[str]]] = MappingProxyType(
    {
        Role.PARTY_USER: _READER,
        Role.PARTY_ADMINISTRATOR: _READER,
        Role.MANUFACTURER_EDITOR: _READER,
        Role.SUBMITTER: _READER,
        Role.SECAS_MODERATOR: _SECAS | {IMPORT_WORKBOOK, RESTRICT_ENTRY},
        Role.SECAS_PUBLISHER: _SECAS,
        Role.SSC_MEMBER: _READER,
        Role.AUDITOR: _SECAS | {READ_AUDIT},
    }
)

MODEL_PERMISSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cpl.view_cplentry": READ_EVERY_RECORD,
        "cpl.view_devicemodel": READ_EVERY_RECORD,
        "cpl.view_manufacturer": READ_EVERY_RECORD,
        "cpl.view_manufactureridentifier": READ_EVERY_RECORD,
        "cpl.view_firmwareinformation": READ_EVERY_RECORD,
        "cpl.view_contact": READ_EVERY_RECORD,
        "cpl.view_importrun": READ_EVERY_RECORD,
        "cpl.view_columnmapping": READ_EVERY_RECORD,
        "cpl.import_cplentry": IMPORT_WORKBOOK,
        "cpl.export_cplentry": READ_EVERY_RECORD,
        "cpl.delete_columnmapping": IMPORT_WORKBOOK,
        "cpl.change_columnmapping": IMPORT_WORKBOOK,
        "cpl.view_searchmiss": READ_EVERY_RECORD,
        "accounts.view_party": READ_EVERY_RECORD,
        "accounts.view_user": READ_EVERY_RECORD,
        "accounts.view_membership": READ_EVERY_RECORD,
        "accounts.view_auditevent": READ_AUDIT,
    }
)
"""What Django's admin asks for, and which of ours answers it: nothing else can be done there."""
