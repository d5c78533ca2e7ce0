"""The Central Products List as a workbook: CPL, Removed and FIR, as it stands now, for whoever takes it away.

For SECAS and auditors it holds every published record, contacts too: importing it back changes nothing. For everybody
else it holds what they may see, without contacts, which are looked at one by one (each look is recorded).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from accounts.access import Person, can
from accounts.permissions import READ_EVERY_RECORD
from cpl.models import CPLEntry
from cpl.proposals import CONTACT_FIELDS
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

_WITHOUT_CONTACTS: Final = (
    "Contacts are not in this file: the portal shows them on their own pages. "
    "Records that are not for your Party are not in it either."
)


def build(person: Person, *, number: str, issue_date: date) -> bytes:
    """The workbook for this person, with the number and date of the issue above each sheet's headings.

    The caller has settled that the person may take it away, and records that.
    """
    whole = can(person, READ_EVERY_RECORD)
    visible = CPLEntry.objects.visible_to(person)
    pathways = Pathways.among(visible, whole=whole)
    issued = issue_line(number, issue_date)
    return as_workbook(
        [
            List(
                "CPL",
                ("Central Products List", issued),
                CPL_COLUMNS,
                listed_rows(visible.listed(), CPL_COLUMNS, pathways),
            ),
            List(
                "Removed",
                ("Central Products List: removed entries", issued),
                REMOVED_COLUMNS,
                listed_rows(visible.filter(removed_on__isnull=False), REMOVED_COLUMNS, pathways),
            ),
            _records(person, visible, issued, pathways, whole=whole),
        ]
    )


def issue_line(number: str, issue_date: date) -> str:
    """The line above the headings from which `columns.banner` reads the date and the number of an issue."""
    issued = f"Issued {issue_date:%-d %B %Y}"
    return f"{issued}   Issue number: {number}" if number else issued


def _records(person: Person, visible: Any, issued: str, pathways: Pathways, *, whole: bool) -> List:
    banner: Sequence[str] = ("Firmware Information Repository", issued)
    shown = visible.with_information(person)
    if whole:
        return List("FIR", banner, FIR_COLUMNS, record_rows(shown.with_contacts(person), FIR_COLUMNS, pathways))
    columns = [name for name in FIR_COLUMNS if name not in CONTACT_FIELDS]
    return List("FIR", (*banner, _WITHOUT_CONTACTS), columns, record_rows(shown, columns, pathways))
