"""Names of the audit events of this app."""

from typing import Final

IMPORT_APPLIED: Final = "import.applied"
IMPORT_DISCARDED: Final = "import.discarded"
COLUMN_MAPPED: Final = "import.column_mapped"
ENTRY_RESTRICTED: Final = "entry.restricted"
ENTRY_OPENED: Final = "entry.opened"
INFORMATION_RESTRICTED: Final = "information.restricted"
INFORMATION_OPENED: Final = "information.opened"
CONTACT_RESTRICTED: Final = "contact.restricted"
CONTACT_OPENED: Final = "contact.opened"
CONTACT_VIEWED: Final = "contact.viewed"
NOTES_SHARED: Final = "notes.shared"
NOTES_CLOSED: Final = "notes.closed"
NOTES_WRITTEN: Final = "notes.written"
LIST_EXPORTED: Final = "list.exported"
