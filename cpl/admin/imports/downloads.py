"""The rows of an import as a spreadsheet: the refused ones go back to the manufacturer with every reason."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.http import Http404, HttpResponse

from cpl.admin.imports.preview import TABS, WARNINGS, rows_of
from cpl.choices import Outcome
from cpl.models import ImportRow, ImportRun
from cpl.spreadsheets.exporter import FORMATS, download

_PLACE = ("Sheet", "Row", "CPL Entry ID")
Lines = Iterator[tuple[Any, ...]]


def rows(run: ImportRun, outcome: str, file_format: str) -> HttpResponse:
    """All rows of one list, neutralised. Raises Http404 for a list or format that there is not."""
    if outcome not in TABS or file_format not in FORMATS:
        raise Http404
    headings, lines = _SHAPE[outcome]
    found = rows_of(run, outcome).iterator(chunk_size=2_000)
    cells = ((*_place(row), *line) for row in found for line in lines(row))
    return download(file_format, f"import-{run.pk}-{outcome}", (*_PLACE, *headings), cells)


def _place(row: ImportRow) -> tuple[Any, ...]:
    return row.sheet, row.row_number, row.cpl_entry_id


def _problems(row: ImportRow) -> Lines:
    for problem in row.problems:
        yield tuple(problem[key] for key in ("cell", "column", "value", "message", "cure"))


def _changes(row: ImportRow) -> Lines:
    yield from map(tuple, row.changes)


def _cells(row: ImportRow) -> Lines:
    yield from row.raw.items()


def _absent(row: ImportRow) -> Lines:
    yield tuple(row.raw.get(heading, "") for heading in _ABSENT)


def _warnings(row: ImportRow) -> Lines:
    for warning in row.warnings:
        yield row.get_outcome_display(), warning


_ABSENT = ("Manufacturer", "Model Name", "Firmware Version")
_SHAPE: Mapping[str, tuple[tuple[str, ...], Callable[[ImportRow], Lines]]] = {
    Outcome.REFUSED.value: (("Cell", "Column", "Value", "What is wrong", "What to do"), _problems),
    Outcome.ADDED.value: (("Column", "Value"), _cells),
    Outcome.CHANGED.value: (("Field", "Old", "New"), _changes),
    Outcome.REMOVED.value: (("Field", "Old", "New"), _changes),
    Outcome.ABSENT.value: (_ABSENT, _absent),
    WARNINGS: (("Outcome", "Warning"), _warnings),
}
