"""Lines that are not plain: quoted separators and line ends, and whatever else polars does not take."""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from cpl.estate.counting.blocks import Blocks
from cpl.estate.counting.book import Book
from cpl.estate.errors import EstateFileError
from cpl.estate.layout import Layout

MOST_LINES: Final = 50
"""A row that goes on for more lines has a quotation mark that nobody closed."""

OFTEN: Final = 10_000
"""After so many rows that are looked at one by one whoever waits is told, and may stop it."""

_END: Final = "\ufffeend of the file\ufffe"
"""Added below the last line: it is a row by itself, unless a quotation mark is open still."""


def careful(blocks: Blocks, book: Book, layout: Layout, told: Callable[[int], None]) -> None:
    """Count the rows of the block that is next, one by one; a row that goes on behind its end is read to its own.

    Raises EstateFileError where a quotation mark is not closed.
    """
    end = blocks.end
    first = blocks.line
    for number, fields in enumerate(_records(blocks, layout), 1):
        if fields == [_END]:
            return
        _refuse_endless(first, blocks.line - first, fields)
        book.row((first,), fields)
        first = blocks.line
        if blocks.here >= end:
            return
        if number % OFTEN == 0:
            told(blocks.lines_read)


def pass_headings(blocks: Blocks, layout: Layout) -> None:
    """The line with the headings, or lines, where a quoted heading goes on in the next."""
    next(_records(blocks, layout), None)


def _records(blocks: Blocks, layout: Layout) -> Iterator[list[str]]:
    reader = _reader(_lines(blocks, layout), layout)
    while True:
        first = blocks.line
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _not_read(error, first) from error


def alone(line: str, layout: Layout) -> list[str] | None:
    """The fields of a line that is a row by itself; None where it does not end as one."""
    try:
        found = list(_reader([_as_csv_wants(line), _END], layout))
    except csv.Error:
        return None
    return found[0] if len(found) == 2 and found[1] == [_END] else None


def _reader(lines: Iterable[str], layout: Layout) -> Iterator[list[str]]:
    if layout.has_quotes:
        return csv.reader(lines, delimiter=layout.separator)
    return csv.reader(lines, delimiter=layout.separator, quoting=csv.QUOTE_NONE)


def _as_csv_wants(line: str) -> str:
    # A return that ends no line is a space: Python's csv would not go on behind it.
    return line.rstrip("\r\n").replace("\r", " ") + "\n"


def _lines(blocks: Blocks, layout: Layout) -> Iterator[str]:
    while line := blocks.read_line():
        yield _as_csv_wants(line.decode(layout.encoding, errors="replace"))
    yield _END


def _refuse_endless(first: int, lines: int, fields: list[str]) -> None:
    if lines > MOST_LINES or (fields and fields[-1].endswith(_END)):
        raise _not_closed(first)


def _not_read(error: csv.Error, line: int) -> EstateFileError:
    if "field limit" not in str(error):
        return _not_closed(line)
    return EstateFileError(
        f"Line {line:,} has a field of more than {csv.field_size_limit():,} characters.",
        "Look for a quotation mark that is not closed, or export the list again, then send the file again.",
    )


def _not_closed(line: int) -> EstateFileError:
    return EstateFileError(
        f"A quotation mark is opened in line {line} and not closed where a field ends.",
        'Close it, or take it away (a mark inside a quoted field is written twice: ""), then send the file again.',
    )
