"""The first rows of an estate file: its separator, its headings, and some rows to tell the columns by."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from cpl.estate.errors import EstateFileError
from cpl.estate.headings import how_many_known
from cpl.estate.layout import Layout
from cpl.estate.personal import looks_personal
from cpl.identifiers import DEVICE_MODEL, MANUFACTURER_IDENTIFIER, squash

SEPARATORS: Final = (",", ";", "\t", "|")
MOST_COLUMNS: Final = 200
HEADINGS_WANTED: Final = (
    "Give its columns the headings Manufacturer, Model and Firmware, and Devices where a row stands for more than one."
)

_LOOKED_AT: Final = 20
"""Rows among which the headings are looked for: a title or a date may stand above them."""
_SAMPLE_LINES: Final = 100
_READ_BACK: Final = 256 * 1024


@dataclass(frozen=True)
class Record:
    """One row, and the numbers of its first and its last line."""

    line: int
    last_line: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """`first_row` is the line with the headings, the last of them where a heading runs over several; `begins` is how
    many lines lie above the rows. `rows` are those below that could be read whole.
    """

    separator: str
    first_row: int
    headings: tuple[str, ...]
    rows: tuple[Record, ...]


def read_head(text: str, name: str, *, whole: bool) -> Head:
    """Read what the file begins with. `whole` tells whether that is all of it.

    Raises EstateFileError where there is nothing, or no row of headings can be told.
    """
    if not whole:
        text = text[: text.rfind("\n") + 1]
    if not text.strip():
        raise _empty(name, whole=whole)
    separator = _separator(text)
    records = _records(text, separator, name, whole=whole)
    at = _headings_at(records, name)
    headings = records[at]
    if len(headings.fields) > MOST_COLUMNS:
        raise EstateFileError(
            f"Row {headings.line} of the file “{name}” has {len(headings.fields):,} columns; at most {MOST_COLUMNS} "
            "can be read.",
            "Take away the columns that are not needed and upload it again.",
        )
    cells = tuple(" ".join(field.split()) for field in headings.fields)
    return Head(separator, headings.last_line, cells, tuple(records[at + 1 :]))


def split(lines: str, separator: str) -> Iterator[list[str]]:
    """The fields of each record, as this module reads them."""
    return csv.reader(io.StringIO(lines, newline=""), delimiter=separator)


def _empty(name: str, *, whole: bool) -> EstateFileError:
    if whole:
        return EstateFileError(f"The file “{name}” is empty.", "Export the list again and upload that file.")
    return EstateFileError(f"The file “{name}” has no line of text at its beginning.", HEADINGS_WANTED)


def _separator(text: str) -> str:
    """As the file says in a first line for Excel; else the one that makes most headings, then the most regular one."""
    first = text.partition("\n")[0].strip("\r \"'")
    if first.lower().startswith("sep=") and first[-1] in SEPARATORS:
        return first[-1]
    lines = text.splitlines()[:_SAMPLE_LINES]
    return max(SEPARATORS, key=lambda separator: _promise("\n".join(lines), separator))


def _promise(sample: str, separator: str) -> tuple[int, int]:
    rows = []
    try:
        rows = list(split(sample, separator))
    except csv.Error:
        return (-1, 0)
    known = max((how_many_known(row) for row in rows[:_LOOKED_AT]), default=0)
    widths = Counter(len(row) - 1 for row in rows)
    return known, max((width * times for width, times in widths.items()), default=0)


def _records(text: str, separator: str, name: str, *, whole: bool) -> list[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    records: list[Record] = []
    line = 1
    try:
        for fields in reader:
            records.append(Record(line, reader.line_num, tuple(fields)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise not_read(error, name, line) from error
    if not whole and records and records[-1].last_line > records[-1].line:
        # The rest of it is still to come.
        records.pop()
    if not any(any(field.strip() for field in record.fields) for record in records):
        raise _unclosed(name, 1)
    return records


def not_read(error: csv.Error, name: str, line: int) -> EstateFileError:
    """Why a row cannot be taken into fields: one of them is endless, or a quotation mark is not closed."""
    if "field limit" not in str(error):
        return _unclosed(name, line)
    return EstateFileError(
        f"Line {line:,} of the file “{name}” has a field of more than {csv.field_size_limit():,} characters.",
        "Look for a quotation mark that is not closed, or export the list again, and upload that file.",
    )


def _unclosed(name: str, line: int) -> EstateFileError:
    return EstateFileError(
        f"In the file “{name}” a quotation mark that opens on line {line:,} is not closed.",
        "Correct the quotation marks, or save the list as .xlsx and upload that.",
    )


def _headings_at(records: Sequence[Record], name: str) -> int:
    filled = [at for at, record in enumerate(records) if any(field.strip() for field in record.fields)][:_LOOKED_AT]
    best = max(filled, key=lambda at: how_many_known(records[at].fields))
    if how_many_known(records[best].fields):
        return best
    raise _no_headings(records[filled[0]], name)


def _no_headings(record: Record, name: str) -> EstateFileError:
    if _is_device(record.fields):
        return EstateFileError(
            f"The file “{name}” has no headings: line {record.line} is a device already.",
            f"Add a first row. {HEADINGS_WANTED}",
        )
    said = ", ".join(f"“{_shown(field)}”" for field in record.fields[:6])
    more = " …" if len(record.fields) > 6 else ""
    return EstateFileError(
        f"No column of the file “{name}” is recognised: line {record.line} reads {said}{more}.", HEADINGS_WANTED
    )


def _is_device(fields: Sequence[str]) -> bool:
    lengths = [len(squash(field)) for field in fields]
    return lengths.count(DEVICE_MODEL) > 0 and (MANUFACTURER_IDENTIFIER in lengths or lengths.count(DEVICE_MODEL) > 1)


def _shown(field: str) -> str:
    """What may be of a person is not repeated, not even to who sent it."""
    text = " ".join(field.split())
    return "…" if looks_personal(text) else (text if len(text) <= 30 else f"{text[:29]}…")


def read_rows(path: Path, layout: Layout, most: int) -> list[Record]:
    """The first filled rows of a file in the spool. Raises FileNotFoundError, EstateFileError."""
    with path.open("rb") as file:
        start = file.read(_READ_BACK)
    whole = len(start) < _READ_BACK
    text = start.decode(layout.encoding, "ignore")
    if not whole:
        text = text[: text.rfind("\n") + 1]
    records = _records(text, layout.separator, path.name, whole=whole)
    below = (row for row in records if row.line > layout.first_row and any(field.strip() for field in row.fields))
    return list(islice(below, most))
