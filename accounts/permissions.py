"""Every permission by name, once; the roles that hold it; and who may give which role.

A permission is written as Django writes it (`app.codename`), so that the admin, guardian and our own
code speak of the same thing.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from accounts.choices import PartyCategory, Role

READ_REPOSITORY: Final = "cpl.read_repository"
"""Search and read what is visible to one's Party, and export it."""

READ_EVERY_RECORD: Final = "cpl.read_every_record"
"""Read records restricted to named Parties, whoever they are."""

IMPORT_WORKBOOK: Final = "cpl.import_workbook"
"""Preview and apply a CPL or FIR workbook."""

RESTRICT_ENTRY: Final = "cpl.restrict_entry"
"""Give a CPL Entry, a FIR record, its restricted notes or a contact to named Parties only, and take that back."""

SUBMIT_AS_MANUFACTURER: Final = "cpl.submit_as_manufacturer"
"""Draft and submit for the Device Models of one's own manufacturers; confirm what others say of them."""

SUBMIT_FOR_OTHERS: Final = "cpl.submit_for_others"
"""Submit a hash, or a Device Model added under an existing certificate, for any manufacturer's product."""

SUBMIT_FOR_SECAS: Final = "cpl.submit_for_secas"
"""Submit a removal at direction, or a correction of any entry, on behalf of SECAS."""

MODERATE: Final = "cpl.moderate_submission"
"""Hold, query, accept and refuse submissions, and waive advising problems."""

PUBLISH: Final = "cpl.publish_cplissue"
"""Prepare, publish and schedule issues of the Central Products List."""

MARK_LOADED: Final = "cpl.mark_loaded"
"""Say that the DCC has loaded an issue."""

ISSUE_NOTICE: Final = "cpl.issue_notice"
"""Publish, revise and withdraw notices about any manufacturer's versions, and read every published notice."""

ISSUE_NOTICE_AS_MANUFACTURER: Final = "cpl.issue_notice_as_manufacturer"
"""The same for the versions of one's own manufacturers."""

CHECK_ESTATE: Final = "cpl.check_estate"
"""Check an estate for one's own Party, and read and delete the checks of the Party."""

USE_ADMIN: Final = "accounts.use_admin"
"""Open the administration site."""

READ_AUDIT: Final = "accounts.read_audit"
"""Read the audit events."""

MANAGE_PARTY: Final = "accounts.manage_party"
"""Decide who acts for one's own Party: invitations, requests, roles, reviews, accounts."""

MANAGE_EVERY_PARTY: Final = "accounts.manage_every_party"
"""Make Parties, and decide who acts for any of them."""

READ_EVERY_PARTY: Final = "accounts.read_every_party"
"""See the people of every Party."""

USE_API: Final = "accounts.use_api"
"""Make API tokens for oneself."""

VIEW_ENTRY: Final = "cpl.view_cplentry"
"""Object permission: see this CPL Entry although it is not for all SEC Parties."""

VIEW_INFORMATION: Final = "cpl.view_firmwareinformation"
"""Object permission: see this FIR record although it is not for all SEC Parties."""

VIEW_NOTES: Final = "cpl.view_restricted_notes"
"""Object permission: read the restricted notes of this FIR record."""

VIEW_CONTACT: Final = "cpl.view_contact"
"""Object permission: see this contact although it is not for all who may see contacts."""

_READER = frozenset({READ_REPOSITORY, USE_API})
_SECAS = frozenset({READ_REPOSITORY, READ_EVERY_RECORD, READ_EVERY_PARTY, USE_ADMIN, USE_API})

HELD_BY: Final[Mapping[Role, frozenset[str]]] = MappingProxyType(
    {
        Role.PARTY_USER: _READER | {CHECK_ESTATE},
        Role.PARTY_ADMINISTRATOR: _READER | {CHECK_ESTATE, MANAGE_PARTY},
        Role.MANUFACTURER_EDITOR: _READER | {SUBMIT_AS_MANUFACTURER, ISSUE_NOTICE_AS_MANUFACTURER},
        Role.SUBMITTER: _READER | {CHECK_ESTATE, SUBMIT_FOR_OTHERS},
        Role.SECAS_MODERATOR: _SECAS
        | {IMPORT_WORKBOOK, RESTRICT_ENTRY, MANAGE_EVERY_PARTY, MODERATE, SUBMIT_FOR_SECAS, MARK_LOADED}
        | {ISSUE_NOTICE},
        Role.SECAS_PUBLISHER: _SECAS | {MANAGE_EVERY_PARTY, PUBLISH, SUBMIT_FOR_SECAS, MARK_LOADED, ISSUE_NOTICE},
        Role.SSC_MEMBER: _READER | {ISSUE_NOTICE},
        Role.AUDITOR: _SECAS | {READ_AUDIT},
    }
)

HELD_IN: Final[Mapping[tuple[PartyCategory, Role], frozenset[str]]] = MappingProxyType(
    {(PartyCategory.DCC, Role.SUBMITTER): frozenset({MARK_LOADED})}
)
"""What a role holds more in a Party of one category: the DCC's user says when an issue is loaded."""

ROLE_HINTS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.PARTY_USER: "searches, reads, exports and checks estates.",
        Role.PARTY_ADMINISTRATOR: "the same, and decides who acts for the Party.",
        Role.MANUFACTURER_EDITOR: "drafts, submits and publishes notices for the manufacturer’s own Device Models.",
        Role.SUBMITTER: "submits a hash or an added Device Model, and checks estates.",
        Role.SECAS_MODERATOR: "checks submissions, imports workbooks, restricts records, decides who acts for a Party.",
        Role.SECAS_PUBLISHER: "publishes, and decides who acts for any Party, SECAS included.",
        Role.SSC_MEMBER: "reads, exports and publishes notices for the Security Sub-Committee.",
        Role.AUDITOR: "reads everything, the audit events too, and changes nothing.",
    }
)
"""What each role may do, in a line, for whoever gives it."""

NEEDS_SECOND_FACTOR: Final = frozenset(
    {
        Role.PARTY_ADMINISTRATOR,
        Role.MANUFACTURER_EDITOR,
        Role.SECAS_MODERATOR,
        Role.SECAS_PUBLISHER,
        Role.SSC_MEMBER,
        Role.AUDITOR,
    }
)
"""Roles that nobody uses with a password alone; the others are urged to add a second factor."""

_OF_ANY_PARTY = frozenset({Role.PARTY_USER, Role.PARTY_ADMINISTRATOR, Role.SUBMITTER})

ROLES_IN: Final[Mapping[PartyCategory, frozenset[Role]]] = MappingProxyType(
    {
        PartyCategory.LARGE_SUPPLIER: _OF_ANY_PARTY,
        PartyCategory.SMALL_SUPPLIER: _OF_ANY_PARTY,
        PartyCategory.ELECTRICITY_NETWORK: _OF_ANY_PARTY,
        PartyCategory.GAS_NETWORK: _OF_ANY_PARTY,
        PartyCategory.OTHER_SEC_PARTY: _OF_ANY_PARTY | {Role.MANUFACTURER_EDITOR},
        PartyCategory.DCC: _OF_ANY_PARTY,
        PartyCategory.MANUFACTURER: frozenset({Role.PARTY_USER, Role.PARTY_ADMINISTRATOR, Role.MANUFACTURER_EDITOR}),
        PartyCategory.SECAS: frozenset({Role.SECAS_MODERATOR, Role.SECAS_PUBLISHER}),
        PartyCategory.SSC: frozenset({Role.SSC_MEMBER}),
        PartyCategory.AUDITOR: frozenset({Role.AUDITOR}),
    }
)
"""Which roles a Party of each category can have: nobody outside SECAS becomes a moderator."""

_BY_ADMINISTRATOR = _OF_ANY_PARTY | {Role.MANUFACTURER_EDITOR}

MAY_GIVE: Final[Mapping[Role, frozenset[Role]]] = MappingProxyType(
    {
        Role.PARTY_ADMINISTRATOR: _BY_ADMINISTRATOR,
        Role.SECAS_MODERATOR: _BY_ADMINISTRATOR | {Role.SECAS_MODERATOR},
        Role.SECAS_PUBLISHER: frozenset(Role),
    }
)
"""Which roles the holder of a role may give, and take back: never one above the own one."""

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
        "cpl.view_submission": READ_EVERY_RECORD,
        "cpl.view_cplissue": READ_EVERY_RECORD,
        "cpl.view_publicationrecord": READ_EVERY_RECORD,
        "cpl.view_notice": READ_EVERY_RECORD,
        "accounts.view_party": READ_EVERY_PARTY,
        "accounts.add_party": MANAGE_EVERY_PARTY,
        "accounts.change_party": MANAGE_EVERY_PARTY,
        "accounts.view_user": READ_EVERY_PARTY,
        "accounts.view_membership": READ_EVERY_PARTY,
        "accounts.view_accessrequest": READ_EVERY_PARTY,
        "accounts.view_invitation": READ_EVERY_PARTY,
        "accounts.view_review": READ_EVERY_PARTY,
        "accounts.view_reviewanswer": READ_EVERY_PARTY,
        "accounts.view_apitoken": READ_EVERY_PARTY,
        "accounts.view_singlesignon": READ_EVERY_PARTY,
        "accounts.add_singlesignon": MANAGE_EVERY_PARTY,
        "accounts.change_singlesignon": MANAGE_EVERY_PARTY,
        "accounts.view_auditevent": READ_AUDIT,
    }
)
"""What Django's admin asks for, and which of ours answers it: nothing else can be done there."""


def held(role: Role, category: PartyCategory) -> frozenset[str]:
    """Every permission of a role in a Party of this category."""
    return HELD_BY[role] | HELD_IN.get((category, role), frozenset())


def role_hints(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """The roles by name, each with what it may do."""
    return [(str(role.label), ROLE_HINTS[role]) for role in roles]
