"""The admin's side bar: what SECAS does, in the order in which it is done."""

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

# Title, icon, view and Django permission of each link; a group of which nothing may be followed is left out.
_GROUPS: Final = (
    ("Moderation", (
        ("Queue", "inbox", "cpl_submission_changelist", "cpl.view_submission"),
        ("Issues of the list", "newspaper", "cpl_cplissue_changelist", "cpl.view_cplissue"),
        ("Notices", "campaign", "cpl_notice_changelist", "cpl.view_notice"),
    )),
    ("Workbooks", (
        ("Import a workbook", "upload_file", "cpl_cplentry_import", "cpl.import_cplentry"),
        ("Imports", "fact_check", "cpl_importrun_changelist", "cpl.view_importrun"),
        ("Column mappings", "view_column", "cpl_columnmapping_changelist", "cpl.view_columnmapping"),
    )),
    ("The list", (
        ("CPL Entries", "list_alt", "cpl_cplentry_changelist", "cpl.view_cplentry"),
        ("Device Models", "electric_meter", "cpl_devicemodel_changelist", "cpl.view_devicemodel"),
        ("Manufacturers", "factory", "cpl_manufacturer_changelist", "cpl.view_manufacturer"),
        ("Manufacturer identifiers", "tag", "cpl_manufactureridentifier_changelist",
         "cpl.view_manufactureridentifier"),
    )),
    ("Firmware information", (
        ("FIR records", "description", "cpl_firmwareinformation_changelist", "cpl.view_firmwareinformation"),
        ("Contacts", "contact_phone", "cpl_contact_changelist", "cpl.view_contact"),
        ("Search misses", "search_off", "cpl_searchmiss_changelist", "cpl.view_searchmiss"),
    )),
    ("People", (
        ("Parties", "groups", "accounts_party_changelist", "accounts.view_party"),
        ("People", "person", "accounts_user_changelist", "accounts.view_user"),
        ("Roles", "badge", "accounts_membership_changelist", "accounts.view_membership"),
        ("Requests for access", "person_add", "accounts_accessrequest_changelist", "accounts.view_accessrequest"),
        ("Invitations", "mail", "accounts_invitation_changelist", "accounts.view_invitation"),
        ("Reviews", "fact_check", "accounts_review_changelist", "accounts.view_review"),
        ("API tokens", "key", "accounts_apitoken_changelist", "accounts.view_apitoken"),
        ("Single sign-on", "login", "accounts_singlesignon_changelist", "accounts.view_singlesignon"),
        ("Audit events", "history", "accounts_auditevent_changelist", "accounts.view_auditevent"),
    )),
)  # fmt: skip


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The links this person may follow, in groups, as unfold takes them."""
    addresses = [reverse(f"admin:{view}") for _, links in _GROUPS for _, _, view, _ in links]
    here = max((address for address in addresses if request.path.startswith(address)), key=len, default="")
    groups = [
        (title, [_item(*link, here=here) for link in links if request.user.has_perm(link[3])])
        for title, links in _GROUPS
    ]
    return [{"title": title, "items": items} for title, items in groups if items]


def _item(title: str, icon: str, view: str, permission: str, *, here: str) -> dict[str, Any]:
    address = reverse(f"admin:{view}")
    return {"title": title, "icon": icon, "link": address, "active": address == here}
