"""One row of a workbook on its way through an import: cells as they came, values as understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypedDict

from cpl.spreadsheets.columns import SheetKind, title
from cpl.spreadsheets.reader import Cell, cell_name

_SHOWN = 200


class Problem(TypedDict):
    """Why a row is refused: the column as headed, the cell, its value, what is wrong, what to do."""

    column: str
    cell: str
    value: str
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet as understood: what it is, where each field stands, and what headings came."""

    sheet: str
    kind: SheetKind
    header_row: int
    columns: Mapping[str, int]
    headings: Mapping[int, str]

    def column(self, name: str) -> str:
        """The heading of a field as this sheet has it; its usual heading where there is no such column."""
        index = self.columns.get(name)
        return title(name) if index is None else self.headings[index]


@dataclass(slots=True, eq=False)
class Row:
    """A row: `values` has a field exactly when the sheet has its column.

    A row with a problem is refused, and nothing of it is used.
    """

    layout: Layout
    number: int
    cells: tuple[Cell, ...]
    values: dict[str, Any]
    formulas: Mapping[int, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether the row has a problem."""
        return bool(self.problems)

    @property
    def entry_id(self) -> str:
        """The CPL Entry ID, or '' where it could not be read."""
        return self.values.get("cpl_entry_id") or ""

    @property
    def place(self) -> str:
        """How a message names this row."""
        return f"row {self.number} of sheet “{self.layout.sheet}”"

    def given(self, name: str) -> Any:
        """The value of a field; None where the sheet has no such column or the cell is blank."""
        return self.values.get(name) or None

    def refuse(self, name: str, message: str, cure: str) -> None:
        """Note a problem with the cell of a field."""
        index = self.layout.columns.get(name)
        self.problems.append(
            Problem(
                column=self.layout.column(name),
                cell="" if index is None else cell_name(self.number, index),
                value="" if index is None else shown(self._as_typed(index)),
                message=visible(message),
                cure=cure,
            )
        )

    def refuse_cell(self, index: int, message: str, cure: str) -> None:
        """Note a problem with a cell that stands under no heading."""
        place, value = cell_name(self.number, index), shown(self._as_typed(index))
        self.problems.append(Problem(column="(no heading)", cell=place, value=value, message=message, cure=cure))

    def has_problem_with(self, name: str) -> bool:
        """Whether the cell of this field was refused already, so that nothing more need be said of it."""
        return any(problem["column"] == self.layout.column(name) for problem in self.problems)

    def warn(self, name: str, message: str) -> None:
        """Tell the reader something of a cell that is accepted all the same."""
        self.warnings.append(f"{self.layout.column(name)}: {message}")

    def raw(self) -> dict[str, Any]:
        """The filled cells as they came, by heading; a formula with its equals sign."""
        headings = self.layout.headings
        cells = {
            headings.get(index) or cell_name(self.layout.header_row, index): cell
            for index, cell in enumerate(self.cells)
            if cell is not None and cell != ""
        }
        return cells | {headings[i]: f"={text}" for i, text in self.formulas.items() if i in headings}

    def _as_typed(self, index: int) -> Any:
        if index in self.formulas:
            return f"={self.formulas[index]}"
        return self.cells[index] if index < len(self.cells) else None


def visible(text: str) -> str:
    """The text without characters that would do something on the screen of whoever reads it."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def shown(value: Any) -> str:
    """A value as people read it, in one line and not too long."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%-d %B %Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    text = visible(" ".join(str(value).split()))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
