"""Small workbooks for the tests of imports: valid by default, so that a test names only what it is about."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
from django.db.models import Model

from accounts.models import User
from cpl.models import CPLEntry, ImportRow, ImportRun
from cpl.spreadsheets import importer
from cpl.spreadsheets.columns import title

BANNER = "Issued 30 October 2026"

Values = dict[str, Any]
Sheets = dict[str, Sequence[Values]]

LISTED: Values = {
    "cpl_entry_id": "CPL-000001",
    "device_type": "ESME",
    "esme_variant": "A",
    "manufacturer": "Northmoor Metering Ltd",
    "manufacturer_identifier": "7A01",
    "model_name": "Ember X495",
    "model_identifier": "8B0B",
    "hardware_version": "03",
    "hardware_revision": "0D",
    "firmware_version": "01000001",
    "smets_chts_version": "SMETS V5.1",
    "gbcs_version": "4.2",
    "zigbee_certificate": "ZIG1",
    "dlms_certificate": "DLMS-1",
    "cpa_certificate": "CPA-1",
    "cpa_date_kind": "Expiry",
    "cpa_date": date(2031, 9, 1),
    "firmware_hash": "",
    "published_on": date(2024, 1, 1),
    "predecessors": "",
}
RECORD: Values = {
    "cpl_entry_id": "CPL-000001",
    "manufacturer": "Northmoor Metering Ltd",
    "model_name": "Ember X495",
    "firmware_version": "01000001",
    "release_date": date(2023, 12, 1),
    "stage": "Production",
    "predecessors": "",
    "contact_team": "Firmware desk",
    "contact_email": "firmware@northmoor.example",
    "contact_telephone": "+44 20 7946 0115",
    "portal_link": "https://portal.northmoor.example/firmware",
    "notes": "Baseline version.",
}


def listed(number: int = 1, **given: Any) -> Values:
    """A row of the list: entry and firmware version by number."""
    own = {"cpl_entry_id": f"CPL-{number:06d}", "firmware_version": f"{0x01000000 + number:08X}"}
    return {**LISTED, **own, **given}


def removed(number: int = 1, **given: Any) -> Values:
    """A row of the removed entries."""
    why = {"removed_on": date(2026, 9, 1), "removal_reason": "CPA certificate lapsed"}
    return {**listed(number), **why, **given}


def record(number: int = 1, **given: Any) -> Values:
    """A row of firmware information about the entry of that number."""
    own = {"cpl_entry_id": f"CPL-{number:06d}", "firmware_version": f"{0x01000000 + number:08X}"}
    return {**RECORD, **own, **given}


def workbook(*rows: Values, without: Sequence[str] = (), banner: str = BANNER, **sheets: Sequence[Values]) -> bytes:
    """A workbook whose sheet CPL has these rows, and further sheets by name; headers stand on row 3."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in {**({"CPL": rows} if rows else {}), **sheets}.items():
        sheet = book.create_sheet(name)
        fields = [field for field in lines[0] if field not in without]
        for line in ([banner], [], [title(field) for field in fields]):
            sheet.append(line)
        for values in lines:
            sheet.append([values[field] for field in fields])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def preview(content: bytes, name: str = "list.xlsx", by: User | None = None, **options: Any) -> ImportRun:
    """Preview a file."""
    return importer.preview(content=content, file_name=name, by=by, **options)


def bring_in(content: bytes, name: str = "list.xlsx", **options: Any) -> ImportRun:
    """Preview a file and apply it."""
    return importer.apply(run=preview(content, name), by=None, **options)


def counted(run: ImportRun) -> dict[str, int]:
    """The outcomes that occur, with their numbers."""
    return {outcome: count for outcome, count in run.counts.items() if count}


def row_of(run: ImportRun, entry_id: str = "CPL-000001") -> ImportRow:
    """The row about an entry."""
    return run.rows.get(cpl_entry_id=entry_id)


def problem_of(run: ImportRun, entry_id: str = "CPL-000001") -> dict[str, str]:
    """The only problem of the row about an entry."""
    (problem,) = run.rows.get(cpl_entry_id=entry_id, outcome="refused").problems
    return dict(problem)


def history(model: type[Model]) -> Any:
    """The rows of history of a model."""
    recorded: Any = model
    return recorded.pgh_event_model.objects


def entry(number: int = 1) -> CPLEntry:
    """An entry of the repository by number."""
    return CPLEntry.objects.get(cpl_entry_id=f"CPL-{number:06d}")
