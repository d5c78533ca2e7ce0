"""A contact in words: pages and exports name the team; e-mail address and telephone are on the contact's own page."""

from typing import Final

from accounts.links import absolute
from cpl.models import CPLEntry

NOT_SHOWN: Final = "Given, and shown to those with need only"


def contact_on_page(entry: CPLEntry) -> str:
    """The team that an entry's FIR record names, or that its contact is not shown to the person."""
    return str(entry.contact) if entry.contact else NOT_SHOWN


def contact_in_export(entry: CPLEntry) -> str:
    """The same with the address at which the details can be looked at."""
    if not entry.contact:
        return NOT_SHOWN
    return f"{entry.contact}: {absolute(entry.contact.get_absolute_url())}?from={entry.cpl_entry_id}"
