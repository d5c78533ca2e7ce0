"""Counting an estate file: every row is in a holding or in a refusal, and in one only.

Blocks of whole lines are read and grouped by polars (`plain`), and only the different writings are judged, by the one
copy of the rules for identifiers (`judging`). Blocks that are not plain, and rows that are refused, are read one by
one (`careful`), so that each refusal knows its line.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cpl.estate.collecting import collector_held_off
from cpl.estate.counting.blocks import Blocks
from cpl.estate.counting.book import Book
from cpl.estate.counting.careful import careful, pass_headings
from cpl.estate.counting.judging import Judge
from cpl.estate.counting.plain import Plain
from cpl.estate.errors import EstateFileError
from cpl.estate.layout import Layout
from cpl.estate.tally import Tally

__all__ = ["count"]

LARGE: Final = 16 << 20
"""Bytes that are read at once: smaller blocks take longer, larger ones more memory (measured)."""

FIRST: Final = 1 << 20
"""What is read first: whoever waits is told soon that it goes on."""

SMALL: Final = 128 << 10
"""What is not plain is looked for in pieces of this size, so that one such row does not slow down all of a block."""


def count(
    path: Path, layout: Layout, *, codes: Mapping[str, str], max_kinds: int, told: Callable[[int], None]
) -> Tally:
    """Count the rows of the CSV file at `path`, whose columns `layout` names.

    `codes` gives the identifier of each manufacturer that has exactly one, by name. `told` hears again and again how
    many lines are read, and may raise StoppedError. Raises EstateFileError for a file that cannot be counted at all.
    """
    book = Book(Judge(layout, codes), max_kinds)
    with collector_held_off(), Blocks(path, layout) as blocks:
        _read(blocks, book, layout, told)
    tally = book.tally()
    if not tally.rows_in:
        raise EstateFileError(
            f"There is no row below the headings in line {layout.first_row}.",
            "Send a file that has one row a device, or one row a model and firmware version.",
        )
    return tally


def _read(blocks: Blocks, book: Book, layout: Layout, told: Callable[[int], None]) -> None:
    pass_headings(blocks, layout)
    plain = Plain(book, layout, lambda: told(blocks.lines_read))
    size, small_until = min(FIRST, LARGE), 0
    while block := blocks.next(size):
        if plain.take(block, blocks.line):
            blocks.pass_over(plain.lines)
        elif size > SMALL:
            size, small_until = SMALL, blocks.end
            continue
        else:
            careful(blocks, book, layout, told)
        if blocks.here >= small_until:
            size = LARGE
        told(blocks.lines_read)
    plain.finish()
