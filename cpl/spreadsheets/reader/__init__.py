"""Reading a workbook or CSV file that somebody sent: typed cells, or an error that says what to do.

Nothing of a file is believed. Sizes are counted, not taken from what the file says; formulas are never
evaluated; nothing outside the file is opened.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO

from cpl.readings.cells import Cell
from cpl.spreadsheets.reader import delimited, xlsx
from cpl.spreadsheets.reader.limits import Limits
from cpl.spreadsheets.reader.source import kind_of, read_bytes
from cpl.spreadsheets.reader.workbook import (
    MergedRange,
    Position,
    Row,
    Sheet,
    Workbook,
    cell_name,
    column_letter,
    is_blank,
)

__all__ = [
    "Cell",
    "Limits",
    "MergedRange",
    "Position",
    "Row",
    "Sheet",
    "Workbook",
    "cell_name",
    "column_letter",
    "is_blank",
    "read_workbook",
]

DEFAULT_LIMITS = Limits()


def read_workbook(source: Path | BinaryIO | bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> Workbook:
    """Read a file whose name ends in .xlsx or .csv.

    Raises a WorkbookError of the kind that fits, with a message and a cure for the person who sent it.
    """
    data = read_bytes(source, name, limits)
    kind = kind_of(data, name)
    sheets = xlsx.read_sheets(data, name, limits) if kind == "xlsx" else (delimited.read_sheet(data, name, limits),)
    return Workbook(name, kind, hashlib.sha256(data).hexdigest(), sheets)
