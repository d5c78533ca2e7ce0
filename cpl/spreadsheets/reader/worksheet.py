"""A first look at one worksheet: how far it reaches, and what the reading library does not show.

Element and attribute names: ECMA-376 part 1, 18.3.1. The methods of `WorksheetScan` run for every
element of every cell, so they do little.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers.expat import XMLParserType

from cpl.spreadsheets.errors import (
    CorruptError,
    TooManyCellsError,
    TooManyColumnsError,
    TooManyRowsError,
)
from cpl.spreadsheets.reader.limits import Limits, megabytes
from cpl.spreadsheets.reader.source import SAVE_AS_XLSX
from cpl.spreadsheets.reader.workbook import (
    MergedRange,
    Position,
    cell_name,
    column_index,
    column_letter,
    parse_cell_name,
)

# The size of an Excel sheet: XFD1048576 is its last cell.
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
# Formulas, error values and merged ranges that are remembered by their place.
REMEMBERED = 100_000

Attributes = dict[str, str]
Action = Callable[[Attributes], None]

_DIGITS = "0123456789"
_LETTERS = re.compile(r"[A-Z]{1,3}")
_ROW_NUMBER = re.compile(rb'<(?:[\w.-]+:)?row\s[^<>]*?\br\s*=\s*["\']([0-9]{1,7})["\']')
_SEARCHED_END = 20_000
_DELETE_BEYOND = "Delete everything beyond the list, also formatting, or split the list into several files."


@dataclass(slots=True)
class SheetFindings:
    """What the first look found. Rows and columns are counted from A1 to the last cell with content."""

    rows: int = 0
    columns: int = 0
    text_bytes: int = 0
    formulas: dict[Position, str] = field(default_factory=dict)
    errors: dict[Position, str] = field(default_factory=dict)
    merged: list[MergedRange] = field(default_factory=list)


class WorksheetScan:
    """Follows the elements of a worksheet and keeps its findings."""

    def __init__(self, name: str, parser: XMLParserType, text_sizes: list[int], limits: Limits) -> None:
        self.findings = SheetFindings()
        self.actions: dict[str, Action] = {
            "sheetData": self._rows_begin,
            "row": self._row,
            "c": self._cell,
            "v": self._value,
            "is": self._content,
            "f": self._formula,
            "extLst": self._extension,
            "mergeCell": self._merge,
        }
        self._name = name
        self._parser = parser
        self._text_sizes = text_sizes
        self._limits = limits
        self._columns: dict[str, int] = {}
        self._row_number = 0
        self._row_text = ""
        self._row_filled = False
        self._column = self._last_column = -1
        self._type: str | None = None
        self._in_cell = False
        self._has_rows = False
        self._collected: list[str] = []
        self._take: Callable[[str], None] = self._take_error
        self._formula_group: str | None = None
        self._shared_formulas: dict[str, str] = {}
        self._tail = b""
        parser.CommentHandler = self._comment
        parser.ProcessingInstructionHandler = self._instruction

    @property
    def too_long(self) -> bool:
        """Whether the sheet is already known to have more rows than are allowed."""
        return self.findings.rows > self._limits.rows

    def count_rows(self, piece: bytes) -> None:
        """Goes on after a sheet became too long, only to say how long it is."""
        if not self._row_text:
            self.findings.rows += piece.count(b"<row")
            return
        # Only the last number counts, so only the end is searched.
        self._tail = (self._tail + piece)[-_SEARCHED_END:]
        if numbers := _ROW_NUMBER.findall(self._tail):
            self.findings.rows = max(self.findings.rows, int(numbers[-1]))

    def check(self, *, complete: bool = True) -> None:
        """Raises TooManyRowsError or TooManyColumnsError for a sheet that reaches too far."""
        self._close_row()
        found, limits = self.findings, self._limits
        if found.rows > limits.rows:
            raise TooManyRowsError(
                f"The sheet “{self._name}” has {'' if complete else 'more than '}{found.rows:,} rows; "
                f"at most {limits.rows:,} can be read.",
                _DELETE_BEYOND,
            )
        if found.columns > limits.columns:
            raise TooManyColumnsError(
                f"The sheet “{self._name}” has {found.columns:,} columns, up to column "
                f"{column_letter(found.columns - 1)}; at most {limits.columns:,} can be read.",
                _DELETE_BEYOND,
            )

    def _corrupt(self, why: str) -> CorruptError:
        return CorruptError(f"The workbook is damaged: its sheet “{self._name}” {why}.", SAVE_AS_XLSX)

    def _comment(self, text: str) -> None:
        # The library would read 4<!-- -->5 as 4. No spreadsheet program writes comments here.
        if self._has_rows:
            raise self._corrupt("has comments between its values")

    def _instruction(self, target: str, text: str) -> None:
        self._comment(text)

    def _rows_begin(self, attributes: Attributes) -> None:
        if self._has_rows:
            raise self._corrupt("has its rows in two places")
        self._has_rows = True

    def _row(self, attributes: Attributes) -> None:
        self._close_row()
        text = attributes.get("r")
        # Both numbers may be left out; then rows and cells follow one another.
        self._row_number = self._row_number + 1 if text is None else self._number(text)
        self._row_text = str(self._row_number) if text is not None else ""
        self._column = -1

    def _number(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 7 and 1 <= int(text) <= LAST_ROW):
            raise self._corrupt(f"names a row “{text[:20]}”, which cannot be")
        return int(text)

    def _cell(self, attributes: Attributes) -> None:
        self._in_cell = True
        self._type = attributes.get("t")
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        letters = reference.rstrip(_DIGITS)
        column = self._columns.get(letters)
        self._column = self._new_column(letters) if column is None else column
        if reference[len(letters) :] != self._row_text:
            self._cell_of_unnumbered_row(reference, reference[len(letters) :])

    def _new_column(self, letters: str) -> int:
        column = column_index(letters) if _LETTERS.fullmatch(letters) else LAST_COLUMN
        if column >= LAST_COLUMN:
            raise self._corrupt(f"names a column “{letters[:20]}”, which cannot be")
        self._columns[letters] = column
        return column

    def _cell_of_unnumbered_row(self, reference: str, row: str) -> None:
        number = self._number(row)
        if self._row_text:
            raise self._corrupt(f"has a cell {reference} in row {self._row_text}")
        self._close_row()
        self._row_number = number

    def _close_row(self) -> None:
        if self._row_filled:
            self.findings.rows = max(self.findings.rows, self._row_number)
        self._row_filled = False

    def _content(self, attributes: Attributes) -> None:
        self._row_filled = True
        if self._column > self._last_column:
            self._last_column = self._column
            self.findings.columns = self._column + 1

    def _value(self, attributes: Attributes) -> None:
        self._content(attributes)
        if self._type == "s":
            self._collect(self._take_shared_text)
        elif self._type == "e":
            self._collect(self._take_error)

    def _formula(self, attributes: Attributes) -> None:
        # Extensions (sparklines, validations) have elements of this name outside any cell.
        if self._in_cell:
            self._content(attributes)
            self._formula_group = attributes.get("si")
            self._collect(self._take_formula)

    def _extension(self, attributes: Attributes) -> None:
        self._in_cell = False

    def _merge(self, attributes: Attributes) -> None:
        reference = attributes.get("ref", "")
        first, _, last = reference.partition(":")
        start, end = parse_cell_name(first), parse_cell_name(last or first)
        if start is None or end is None:
            raise self._corrupt(f"merges a range “{reference[:40]}”, which cannot be")
        self._has_room(len(self.findings.merged))
        self.findings.merged.append(MergedRange(start[0], end[0], start[1], end[1]))

    def _collect(self, take: Callable[[str], None]) -> None:
        self._take = take
        self._parser.CharacterDataHandler = self._collected.append
        self._parser.EndElementHandler = self._collected_all

    def _collected_all(self, name: str) -> None:
        self._parser.CharacterDataHandler = None
        self._parser.EndElementHandler = None
        text = "".join(self._collected)
        self._collected.clear()
        self._take(text)

    def _take_shared_text(self, text: str) -> None:
        try:
            self.findings.text_bytes += self._text_sizes[int(text)]
        except (ValueError, IndexError):
            place = cell_name(self._row_number, self._column)
            raise self._corrupt(f"names a text that does not exist, in cell {place}") from None
        if self.findings.text_bytes > self._limits.text_bytes:
            raise TooManyCellsError(
                f"The cells of the sheet “{self._name}” hold more than {megabytes(self._limits.text_bytes)} of text.",
                "Shorten the long texts, or split the list into several files.",
            )

    def _take_error(self, text: str) -> None:
        self._has_room(len(self.findings.errors))
        self.findings.errors[self._row_number, self._column] = text or "#ERROR!"

    def _take_formula(self, text: str) -> None:
        # Of a shared formula only the first cell has the text, 18.3.1.40.
        if self._formula_group is not None:
            text = text or self._shared_formulas.get(self._formula_group, "")
            self._shared_formulas[self._formula_group] = text
        self._has_room(len(self.findings.formulas))
        self.findings.formulas[self._row_number, self._column] = text

    def _has_room(self, used: int) -> None:
        if used >= REMEMBERED:
            raise TooManyCellsError(
                f"The sheet “{self._name}” has more than {REMEMBERED:,} formulas, error values or merged ranges.",
                "Replace formulas by their values and undo merging.",
            )
