"""Lists as XLSX and CSV: identifiers stay text, and no cell can run anything."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from accounts.cells import neutralise

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final = ("xlsx", "csv")
_ROWS_A_PART: Final = 5_000

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


def as_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a bold, frozen header row and a filter; identifiers are text cells."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(12, min(len(heading) + 4, 40))
    sheet.append([_heading(sheet, heading) for heading in headings])
    last = 1
    for row in rows:
        sheet.append([in_workbook(value) for value in row])
        last += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{last}"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _heading(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, in_workbook(text))
    cell.font = Font(bold=True)
    return cell


def download(file_format: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The list as an attachment; `file_format` is one of FORMATS."""
    content = as_xlsx(name, headings, rows) if file_format == "xlsx" else as_csv(headings, rows)
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
