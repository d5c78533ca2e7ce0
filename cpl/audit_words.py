"""Audit events of this app in plain words (`accounts.audit_words` shows them)."""

from typing import Final

from cpl import audit_names as names

NAMESPACES: Final = {
    "import": "Imports",
    "entry": "CPL Entries",
    "information": "FIR records",
    "notes": "Restricted notes",
    "contact": "Contacts",
    "list": "The list",
}
"""What the first word of a name is about."""

WORDS: Final = {
    names.IMPORT_APPLIED: "Import applied",
    names.IMPORT_DISCARDED: "Preview of an import discarded",
    names.COLUMN_MAPPED: "Column header given a meaning",
    names.ENTRY_RESTRICTED: "Entry given to named Parties only",
    names.ENTRY_OPENED: "Entry opened to all SEC Parties",
    names.INFORMATION_RESTRICTED: "FIR record given to named Parties only",
    names.INFORMATION_OPENED: "FIR record opened to all SEC Parties",
    names.NOTES_SHARED: "Restricted notes shared with Parties",
    names.NOTES_CLOSED: "Restricted notes taken back",
    names.NOTES_WRITTEN: "Restricted notes written",
    names.CONTACT_RESTRICTED: "Contact given to named Parties only",
    names.CONTACT_OPENED: "Contact opened to all who may see contacts",
    names.CONTACT_VIEWED: "Contact looked at",
    names.LIST_EXPORTED: "List taken away as a file",
}
