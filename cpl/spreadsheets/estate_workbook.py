"""The one sheet of a workbook that holds an estate, as CSV: row n of the sheet is line n of the file.

A spreadsheet makes numbers of identifiers and drops their leading zeros. Where the column tells how many digits there
were and only one text can have been meant, it is put back; where several can, the number is written so that counting
refuses it.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from cpl.estate.errors import EstateFileError
from cpl.estate.head import HEADINGS_WANTED
from cpl.estate.headings import how_many_known, recognise
from cpl.estate.layout import WIDTHS
from cpl.estate.personal import looks_personal
from cpl.identifiers import (
    IdentifierError,
    parse_identifier,
)
from cpl.readings.cells import Cell
from cpl.spreadsheets.errors import WorkbookError
from cpl.spreadsheets.reader import Limits, Row, Sheet, is_blank, read_workbook

MOST_ROWS: Final = 500_000
MOST_CELLS: Final = 6_000_000

_LOOKED_AT: Final = 20
_SAMPLE_ROWS: Final = 1_000


def limits(file_bytes: int) -> Limits:
    """For a list that is far longer than the Central Products List, and has few columns."""
    return Limits(file_bytes=file_bytes, inflated_bytes=1_000_000_000, rows=MOST_ROWS, cells=MOST_CELLS)


@dataclass(frozen=True)
class SheetRead:
    """The sheet with the estate in UTF-8, separated by commas; how it is called, and what else was not read."""

    content: bytes
    name: str
    others: tuple[str, ...]


def estate_as_csv(data: bytes, name: str, allowed: Limits) -> SheetRead:
    """Of a workbook the one sheet with the estate. One that is hidden is read only where no other is an estate.

    Raises EstateFileError for a workbook that cannot be read, that has no such sheet, or several.
    """
    try:
        workbook = read_workbook(data, name, allowed)
    except WorkbookError as error:
        raise EstateFileError(error.message, error.cure) from error
    filled = [sheet for sheet in workbook.sheets if any(not is_blank(row) for row in sheet.rows)]
    sheet = _chosen(filled, name)
    others = tuple(_called(other) for other in filled if other is not sheet)
    return SheetRead(_written(sheet), _called(sheet), others)


def _called(sheet: Sheet) -> str:
    """The name of a sheet is the file's own: it may be that of a person."""
    shown = "a sheet whose name is not shown" if looks_personal(sheet.name) else f"“{sheet.name}”"
    return f"{shown} (hidden)" if sheet.hidden else shown


def _chosen(filled: Sequence[Sheet], name: str) -> Sheet:
    if not filled:
        raise EstateFileError(f"The workbook “{name}” is empty.", "Export the list again and upload that file.")
    known = [sheet for sheet in filled if _headings_at(sheet) is not None]
    known = [sheet for sheet in known if not sheet.hidden] or known
    if len(known) > 1:
        named = ", ".join(_called(sheet) for sheet in known)
        raise EstateFileError(
            f"Several sheets of the workbook “{name}” look like an estate: {named}.",
            "Put all rows into one sheet, or upload a workbook for each.",
        )
    if not known and len(filled) > 1:
        raise EstateFileError(f"No sheet of the workbook “{name}” has a column that is recognised.", HEADINGS_WANTED)
    # Without known headings: the reader of CSV says what it found in place of them.
    return (known or filled)[0]


def _headings_at(sheet: Sheet) -> int | None:
    """The index of the row with the headings; two of them make a list, one may stand in any sentence."""
    rows = sheet.rows[:_LOOKED_AT]
    counts = [how_many_known(_texts(row)) for row in rows]
    return counts.index(max(counts)) if counts and max(counts) > 1 else None


def _written(sheet: Sheet) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    at = _headings_at(sheet)
    widths = _widths(sheet, at) if at is not None else {}
    for number, row in enumerate(sheet.rows):
        if is_blank(row):
            out.write("\n")
        else:
            writer.writerow(_texts(row) if at is None or number <= at else _cells(row, widths))
    return out.getvalue().encode()


def _widths(sheet: Sheet, at: int) -> dict[int, int]:
    """How many digits the identifiers of each column have."""
    below = [_texts(row) for row in sheet.rows[at + 1 : at + 1 + _SAMPLE_ROWS]]
    told = recognise(_texts(sheet.rows[at]), below)
    places = [(column, place) for column, place in told.columns.items()]
    places += [(column, place) for column, found in told.doubtful.items() for place in found]
    return {place: WIDTHS[column] for column, place in places if column in WIDTHS}


def _texts(row: Row) -> list[str]:
    return [_text(cell) for cell in row]


def _cells(row: Row, widths: dict[int, int]) -> list[str]:
    return [_identifier(cell, widths[at]) if at in widths else _text(cell) for at, cell in enumerate(row)]


def _identifier(cell: Cell, width: int) -> str:
    """The identifier that a number was, or the number in a writing that no identifier has."""
    if not isinstance(cell, (int, float)) or isinstance(cell, bool):
        return _text(cell)
    try:
        return parse_identifier(cell, width=width).value
    except IdentifierError:
        return f"{Decimal(str(cell)):E}"


def _text(cell: Cell) -> str:
    """A cell as people read it, on one line."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}"
    return str(cell)
