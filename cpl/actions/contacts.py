"""Looking at a contact: an act, since manufacturers must be able to see how often it is done."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from cpl import audit_names
from cpl.models import Contact, CPLEntry
from cpl.querysets import manufacturers_of


@transaction.atomic
def look(*, contact: Contact, entry: CPLEntry | None = None, by: User) -> None:
    """Record that the person is shown the contact's details, and for which entry.

    The caller found the contact by `visible_to`. Who looked is for auditors; the manufacturer sees numbers
    (`selectors.contact_views`), from which its own people's looks are left out.
    """
    audit.record(
        audit_names.CONTACT_VIEWED,
        by=by,
        about=contact,
        owner=contact.manufacturer.name,
        entry=entry.cpl_entry_id if entry else "",
        own=contact.manufacturer_id in manufacturers_of(by),
    )
