"""Whether the cells of a row stand under the headings of its sheet: none beside them, none missing."""

from collections import Counter
from collections.abc import Mapping

from cpl.spreadsheets.columns import Header
from cpl.spreadsheets.reader import Row as Cells
from cpl.spreadsheets.reader import Sheet, cell_name, is_blank
from cpl.spreadsheets.row_form.row import Row, shown

_QUOTE = (
    "Put quotation marks round text that holds the separator. If the cell is wanted, give its column a name; "
    "if not, delete it."
)
_FILL = "Give the row all its cells, empty ones too: export the list again, or save it as .xlsx and upload that."


class Shape:
    """How the rows of one sheet must lie under its header."""

    def __init__(self, sheet: Sheet, header: Header, used: Mapping[str, int]) -> None:
        self._ragged = sheet.ragged
        self._width = max(header.headings) + 1
        self._gaps = [index for index in range(self._width) if index not in header.headings]
        self._needed = max(used.values(), default=-1) + 1
        self._longest = _usual_length(sheet, header) if sheet.ragged else 0

    def is_kept(self, row: Row) -> bool:
        """Whether each cell is known to stand where it belongs; if not, the row is refused and says nothing more.

        Where rows have no end of their own, notes beside a table are usual, and only told of.
        """
        strays = self._strays(row.cells)
        if not self._ragged:
            for index in strays:
                place = cell_name(row.number, index)
                row.warnings.append(
                    f"Cell {place} stands under no heading and is not read: “{shown(row.cells[index])}”."
                )
            return True
        if strays or len(row.cells) > self._longest:
            _refuse_surplus(row, strays or [self._longest])
            return False
        if len(row.cells) < self._needed:
            _refuse_early_end(row)
            return False
        return True

    def _strays(self, cells: Cells) -> list[int]:
        if not self._gaps and len(cells) <= self._width:
            return []
        indexes = (*self._gaps, *range(self._width, len(cells)))
        return [index for index in indexes if not is_blank(cells[index : index + 1])]


def _usual_length(sheet: Sheet, header: Header) -> int:
    """How long a row may be: as the header, or as most rows, since some exports end each with a separator."""
    lengths = Counter(map(len, sheet.rows[header.row_number :]))
    most = max(lengths, key=lambda length: (lengths[length], -length), default=0)
    # A single row cannot vouch for itself.
    return max(len(sheet.row(header.row_number)), most if lengths[most] > 1 else 0)


def _refuse_surplus(row: Row, strays: list[int]) -> None:
    """Nothing tells which cells are moved by the surplus one, so none of them is believed."""
    _forget(row, keeps_entry_id=row.layout.columns.get("cpl_entry_id") == 0)
    places = ", ".join(cell_name(row.number, index) for index in strays[:5])
    row.refuse_cell(strays[0], f"The row has more cells than the header: no heading over {places}.", _QUOTE)


def _refuse_early_end(row: Row) -> None:
    """Cells that are not there are not blank cells: those would erase what is stored."""
    end = len(row.cells)
    _forget(row, keeps_entry_id=True)
    missing = min((index, name) for name, index in row.layout.columns.items() if index >= end)
    row.refuse(missing[1], f"The row ends early: it has {end} cell{'' if end == 1 else 's'}.", _FILL)


def _forget(row: Row, *, keeps_entry_id: bool) -> None:
    kept = row.values.get("cpl_entry_id") if keeps_entry_id else None
    row.values.update(dict.fromkeys(row.values))
    row.values["cpl_entry_id"] = kept
    row.problems.clear()
    row.warnings.clear()
