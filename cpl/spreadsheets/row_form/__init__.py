"""A spreadsheet row as a form: its cells are read, then checked against one another.

What needs other rows or the database is `cpl.spreadsheets.plan`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from cpl.readings import listed as read_listed
from cpl.readings import records as read_records
from cpl.readings.parsing import DATES, Parse, Reading, Readings, no_day_numbers
from cpl.spreadsheets.columns import Header, SheetKind
from cpl.spreadsheets.reader import Row as Cells
from cpl.spreadsheets.reader import Sheet, is_blank
from cpl.spreadsheets.row_form import listed, records
from cpl.spreadsheets.row_form.row import Layout, Problem, Row, shown
from cpl.spreadsheets.row_form.shape import Shape

__all__ = ["Form", "Layout", "Problem", "Row", "shown"]

Columns = list[tuple[str, int, Readings]]


class Form:
    """The forms of one import: cells that occur on several sheets are read once."""

    def __init__(self, as_of: date, *, from_1904: bool = False) -> None:
        self._listed = _readings(read_listed.parsers(as_of), from_1904=from_1904)
        self._records = _readings(read_records.parsers(as_of), from_1904=from_1904)

    def rows(self, sheet: Sheet, header: Header) -> Iterator[Row]:
        """The filled rows below the header, read and checked; rows that are blank throughout are left out."""
        readings, check = self._of(header.kind)
        layout = _layout(sheet, header, readings)
        columns = [(name, index, readings[name]) for name, index in layout.columns.items()]
        formulas, shape = _formulas(sheet), Shape(sheet, header, layout.columns)
        for number, cells in enumerate(sheet.rows[header.row_number :], header.row_number + 1):
            if number in formulas or not is_blank(cells):
                row = _read(layout, number, cells, columns, formulas.get(number, {}))
                if shape.is_kept(row):
                    check(row)
                yield row

    def _of(self, kind: SheetKind) -> tuple[Mapping[str, Readings], Callable[[Row], None]]:
        if kind is SheetKind.FIR:
            return self._records, records.check
        return self._listed, listed.check


def _readings(parsers: Mapping[str, Parse], *, from_1904: bool) -> dict[str, Readings]:
    dates = DATES if from_1904 else ()
    return {name: Readings(no_day_numbers(parse) if name in dates else parse) for name, parse in parsers.items()}


def _layout(sheet: Sheet, header: Header, readings: Mapping[str, Any]) -> Layout:
    """Columns that this kind of sheet has no use for are left out, as if their headings were unknown."""
    used = {name: index for name, index in header.columns.items() if name in readings}
    return Layout(sheet.name, header.kind, header.row_number, used, header.headings)


def _formulas(sheet: Sheet) -> dict[int, dict[int, str]]:
    """Formulas by row number and column index."""
    by_row: dict[int, dict[int, str]] = {}
    for (number, index), text in sheet.formulas.items():
        by_row.setdefault(number, {})[index] = text
    return by_row


def _read(layout: Layout, number: int, cells: Cells, columns: Columns, formulas: Mapping[int, str]) -> Row:
    values: dict[str, Any] = {}
    row = Row(layout, number, cells, values, formulas)
    width = len(cells)
    for name, index, readings in columns:
        cell = cells[index] if index < width else None
        reading = readings.read(cell) if cell.__class__ is bool else readings[cell]
        values[name] = reading.value
        if reading.warning or reading.error is not None:
            _remark(row, name, reading)
    for name, index, _ in columns if formulas else ():
        if index in formulas:
            _refuse_formula(row, name, formulas[index])
    return row


def _remark(row: Row, name: str, reading: Reading) -> None:
    if reading.error is not None:
        row.refuse(name, reading.error.message, reading.error.cure)
    if reading.warning:
        row.warn(name, reading.warning)


def _refuse_formula(row: Row, name: str, text: str) -> None:
    """What a formula shows is not what was typed, and it may show something else tomorrow."""
    row.values[name] = None
    row.refuse(
        name,
        f"The cell holds a formula, ={shown(text)}.",
        "Replace the formula by its value: copy the cell and paste it as values only.",
    )
