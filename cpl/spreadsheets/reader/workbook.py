"""What a file is once it is read: sheets of typed cells, with rows numbered as a spreadsheet shows them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cpl.readings.cells import Cell

# An empty cell is None; an error cell is its text, such as '#REF!', which every cell parser refuses.
Row = tuple[Cell, ...]
Position = tuple[int, int]
Kind = Literal["xlsx", "csv"]

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,7})\$?([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Merged cells, by the numbers of the first and last row and the indexes of the columns."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    def __str__(self) -> str:
        return f"{cell_name(self.first_row, self.first_column)}:{cell_name(self.last_row, self.last_column)}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Row numbers count from 1 as on screen, column indexes from 0 as in a row.

    Rows before the first filled one are kept, so that `rows[n - 1]` is row n; all rows are equally long
    (in a CSV file as long as they were written).
    """

    name: str
    rows: list[Row]
    merged: tuple[MergedRange, ...] = ()
    # (row number, column index) to the text of the formula, without its equals sign.
    formulas: Mapping[Position, str] = field(default_factory=dict)
    hidden: bool = False
    # Whether each row ends where it was written to end, which tells of a separator too many or too few.
    ragged: bool = False
    # Whether bare numbers count days from 1904, so that they mean other days than elsewhere.
    from_1904: bool = False

    def row(self, number: int) -> Row:
        """The row of that number, counted from 1."""
        return self.rows[number - 1]

    def filled_rows(self) -> int:
        """How many rows hold anything."""
        computed = {number for number, _ in self.formulas}
        return sum(1 for number, row in enumerate(self.rows, 1) if number in computed or not is_blank(row))


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was read: its name, its kind, the SHA-256 of its bytes in lower-case hex, its sheets."""

    name: str
    kind: Kind
    sha256: str
    sheets: tuple[Sheet, ...]


def is_blank(row: Row) -> bool:
    """Whether no cell of the row holds anything but spaces."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


def column_letter(index: int) -> str:
    """The letter or letters over a column: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def column_index(letters: str) -> int:
    """The index of the column under these letters: A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell_name(row: int, column: int) -> str:
    """The name of a cell, such as B7, from its row number and column index."""
    return f"{column_letter(column)}{row}"


def parse_cell_name(name: str) -> Position | None:
    """The row number and column index of a cell's name, or None where it is no such name."""
    match = _REFERENCE.fullmatch(name)
    return (int(match[2]), column_index(match[1])) if match else None
