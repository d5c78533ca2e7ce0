"""Lists as XLSX and CSV: identifiers stay text, and no cell can run anything."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from accounts.cells import neutralise

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final = ("xlsx", "csv")
_ROWS_A_PART: Final = 5_000

NARROWEST: Final = 12
WIDEST: Final = 45
"""Of a column, in characters; what is longer is read in the cell's own line."""
_ROWS_MEASURED: Final = 300
_ROOM: Final = 2
_ARROW: Final = 2
"""What the button of the filter takes of a heading."""
MOST_LINKS: Final = 60_000
"""Excel repairs a sheet with more than 65,530 links; the addresses behind them stay text."""

# ECMA-376 part 1, 22.9.2.19: readers take _x0041_ for the letter A.
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def safe(value: Any) -> Any:
    """The value as a cell: text that a spreadsheet would run gets an apostrophe, control characters go."""
    if value is None or isinstance(value, int | float | date):
        return value
    return neutralise(ILLEGAL_CHARACTERS_RE.sub("", str(value)))


def in_workbook(value: Any) -> Any:
    """The value as a cell of XLSX: as `safe`, and text that looks like an escaped character stays that text."""
    cell = safe(value)
    return _ESCAPED.sub("_x005F_", cell) if isinstance(cell, str) and "_x" in cell else cell


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads accents right; dates as ISO."""
    return _written([headings]).encode("utf-8-sig") + _written(rows).encode()


def _written(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([safe(value) for value in row] for row in rows)
    return text.getvalue()


@dataclass(frozen=True)
class Look:
    """What a workbook shows more than text: `counts` and `links` are headings of columns with whole numbers, which get
    thousands commas, and with addresses of our own pages; `about` goes to a second sheet, one name and value a row.
    """

    counts: Collection[str] = ()
    links: Collection[str] = ()
    about: Sequence[tuple[str, Any]] = ()


PLAIN: Final = Look()


def as_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], look: Look = PLAIN) -> bytes:
    """A sheet with a bold, frozen header row, a filter, and columns as wide as what they hold; identifiers are text
    cells.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    left = iter(rows)
    first = list(islice(left, _ROWS_MEASURED))
    _lay_out(sheet, headings, first)
    dress = _Dress(sheet, headings, look)
    last = 1
    for row in chain(first, left):
        sheet.append(dress([in_workbook(value) for value in row]))
        last += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{last}"
    if look.about:
        _tell(book.create_sheet("About"), look.about)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _lay_out(sheet: Any, headings: Sequence[str], first: Sequence[Sequence[Any]]) -> None:
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(headings, 1):
        longest = max((_length(row[number - 1]) for row in first if number <= len(row)), default=0)
        wanted = max(longest, len(heading) + _ARROW) + _ROOM
        sheet.column_dimensions[get_column_letter(number)].width = max(NARROWEST, min(wanted, WIDEST))
    sheet.append([_heading(sheet, heading) for heading in headings])


def _length(value: Any) -> int:
    if isinstance(value, int):
        return len(f"{value:,}")
    return 0 if value is None else len(str(value))


class _Dress:
    """Gives the cells of a row what `look` wants of their columns; it is called for each row, in order."""

    def __init__(self, sheet: Any, headings: Sequence[str], look: Look) -> None:
        self._sheet, self._links = sheet, 0
        self._counts = [at for at, heading in enumerate(headings) if heading in look.counts]
        self._addresses = [at for at, heading in enumerate(headings) if heading in look.links]

    def __call__(self, cells: list[Any]) -> list[Any]:
        for at in self._counts:
            if isinstance(cells[at], int):
                cells[at] = self._count(cells[at])
        for at in self._addresses:
            if cells[at] and self._links < MOST_LINKS:
                cells[at] = self._link(cells[at])
        return cells

    def _count(self, number: int) -> WriteOnlyCell:
        cell = WriteOnlyCell(self._sheet, number)
        cell.number_format = "#,##0"
        return cell

    def _link(self, address: str) -> WriteOnlyCell:
        self._links += 1
        cell = WriteOnlyCell(self._sheet, address)
        cell.hyperlink = address
        cell.font = _LINK
        return cell


_LINK: Final = Font(color="0563C1", underline="single")


def _tell(sheet: Any, about: Sequence[tuple[str, Any]]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 70
    for name, value in about:
        cell = WriteOnlyCell(sheet, in_workbook(value))
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        if isinstance(value, int):
            cell.number_format = "#,##0"
        sheet.append([_heading(sheet, name), cell])


def _heading(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, in_workbook(text))
    cell.font = Font(bold=True)
    return cell


def download(
    file_format: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], look: Look = PLAIN
) -> HttpResponse:
    """The list as an attachment; `file_format` is one of FORMATS. CSV has nothing of the look."""
    content = as_xlsx(name, headings, rows, look) if file_format == "xlsx" else as_csv(headings, rows)
    response = HttpResponse(content, content_type=XLSX if file_format == "xlsx" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = _attachment(name, file_format)
    return response


def stream_csv(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The list as `download` gives it in CSV, sent as its rows are read: for lists that are longer than memory."""
    headers = {"Content-Disposition": _attachment(name, "csv")}
    return StreamingHttpResponse(_parts(headings, rows), content_type="text/csv; charset=utf-8", headers=headers)


def _parts(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The bytes of `as_csv`, a few thousand rows at a time."""
    left = iter(rows)
    yield as_csv(headings, islice(left, _ROWS_A_PART))
    while part := _written(islice(left, _ROWS_A_PART)):
        yield part.encode()


def _attachment(name: str, file_format: str) -> str:
    return f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{file_format}"'
