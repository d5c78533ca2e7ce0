"""A manufacturer's own records as a workbook to fill in and send back: unchanged, it changes nothing."""

from typing import Any, Final

from accounts.models import Party, User
from cpl.models import CPLEntry
from cpl.spreadsheets.workbook_writer import (
    CPL_COLUMNS,
    FIR_COLUMNS,
    REMOVED_COLUMNS,
    List,
    Pathways,
    as_workbook,
    listed_rows,
    record_rows,
)

_HOW: Final = (
    "Change cells, or add rows: a new entry gets any label of yours as its CPL Entry ID, such as NEW-1.",
    "A voluntary cell may say Declined or Not applicable; a blank one changes nothing.",
)


def own_entries(person: User, party: Party) -> Any:
    """The published entries of the Party's manufacturers."""
    return CPLEntry.objects.visible_to(person).filter(manufacturer__party=party)


def build(person: User, party: Party) -> bytes:
    """The workbook, contacts too, for somebody who may submit for the Party's manufacturers.

    Each entry has a row of firmware information, whether or not anything was said of it yet. The caller records that
    it is taken away.
    """
    entries = own_entries(person, party)
    pathways = Pathways.among(entries, whole=False)
    records = entries.with_information(person).with_contacts(person)
    listed, removed = entries.listed(), entries.filter(removed_on__isnull=False)
    return as_workbook(
        [
            List("CPL", (f"Entries of {party.name}", *_HOW), CPL_COLUMNS, listed_rows(listed, CPL_COLUMNS, pathways)),
            List(
                "Removed",
                (f"Removed entries of {party.name}",),
                REMOVED_COLUMNS,
                listed_rows(removed, REMOVED_COLUMNS, pathways),
            ),
            List(
                "FIR",
                (f"Firmware information of {party.name}", *_HOW),
                FIR_COLUMNS,
                record_rows(records, FIR_COLUMNS, pathways, with_blank=True),
            ),
        ]
    )
