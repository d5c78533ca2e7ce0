"""Names of the audit events of this app."""

from typing import Final

IMPORT_APPLIED: Final = "import.applied"
IMPORT_DISCARDED: Final = "import.discarded"
COLUMN_MAPPED: Final = "import.column_mapped"
ENTRY_RESTRICTED: Final = "entry.restricted"
ENTRY_OPENED: Final = "entry.opened"
