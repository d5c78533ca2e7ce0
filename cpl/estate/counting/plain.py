"""Blocks of plain rows, read and grouped by polars.

Most estates say the same line again and again: then whole lines are told apart first, and only different ones are taken
into fields, which takes half the time (measured); and what a line means is remembered for the blocks that follow. Where
most lines differ, each is taken into fields.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import polars as pl
from polars.exceptions import ComputeError

from cpl.estate.counting.book import Book
from cpl.estate.counting.careful import OFTEN, alone
from cpl.estate.counting.judging import MOST_DEVICES, Problem
from cpl.estate.layout import Layout
from cpl.estate.tally import Kind

MANY: Final = 500_000
"""Different writings that are kept before they are counted under what they mean."""

MUCH: Final = 64 << 20
"""Bytes of lines whose meaning is remembered."""

REPEATED: Final = 4
"""A line must come so often, on average, for telling lines apart to be worth it."""

_QUOTE: Final = '"'
_NO_SEPARATOR: Final = "\x01"
_DIGITS: Final = "^[0-9]{1,12}$"
_LINE, _ROWS, _DEVICES, _EACH, _PLACE, _MEANS = "line", "rows", "devices", "each", "place", "means"
_UNREADABLE: Final = -1


class Plain:
    """Takes blocks in which each line is a row. `lines` is how many the last one had; `told` is called now and then
    where rows are looked at one by one.
    """

    def __init__(self, book: Book, layout: Layout, told: Callable[[], None]) -> None:
        self._book, self._layout, self._told, judge = book, layout, told, book.judge
        # One more than there are headings, so that a row that is too long is seen, not cut.
        self._names = [f"c{number}" for number in range(layout.width + 1)]
        self._head = layout.separator.join(self._names).encode() + b"\n"
        self._keys = [self._names[place] for place in judge.places]
        self._count = None if judge.count_place is None else self._names[judge.count_place]
        self._groups: list[pl.DataFrame] = []
        # Each writing is read once: after that it stands for the number of what it means.
        self._known = pl.DataFrame(schema={**dict.fromkeys(self._keys, pl.String), _MEANS: pl.Int32})
        self._meanings: dict[tuple[Kind, str], int] = {}
        self._met = pl.DataFrame(schema={_LINE: pl.String, _MEANS: pl.Int32, _EACH: pl.Int64})
        self._repeats = True
        self.lines = 0

    def take(self, block: bytes, line: int) -> bool:
        """Count the rows of a block whose first line has this number, and say so; False where it is not plain, and
        then nothing of it is counted.
        """
        text = self._in_utf8(block)
        lines = self._lines(text) if self._repeats else None
        different = None if lines is None else self._different(lines)
        frame = self._frame(text) if different is None else self._frame_of(self._not_met(different))
        if frame is None:
            return False
        self.lines = frame.height if lines is None else lines.height
        if different is not None:
            self._keep(self._count_met(different))
        odd = self._odd_rows(frame, None if different is None else lines)
        self._one_by_one(odd, line)
        return True

    def finish(self) -> None:
        """Count what is kept so far under what it means."""
        if not self._groups:
            return
        sums = pl.concat(self._groups).group_by(_MEANS).agg(pl.col(_ROWS, _DEVICES).sum())
        meanings = list(self._meanings)
        for means, rows, devices in sums.iter_rows():
            self._book.add(meanings[means], rows, devices)
        self._groups.clear()

    # Reading -------------------------------------------------------------------------------------------------

    def _in_utf8(self, block: bytes) -> bytes:
        if block.isascii() or self._layout.encoding.startswith("utf"):
            return block
        return block.decode(self._layout.encoding, errors="replace").encode()

    def _lines(self, text: bytes) -> pl.DataFrame | None:
        return _csv(_LINE.encode() + b"\n" + text, [_LINE], _NO_SEPARATOR)

    def _different(self, lines: pl.DataFrame) -> pl.DataFrame | None:
        """Each line once, and how often it is there; None where most of them differ, and is not tried again then."""
        different = lines.group_by(_LINE).agg(pl.len().cast(pl.Int64).alias(_ROWS))
        self._repeats = lines.height < MANY // 10 or different.height * REPEATED < lines.height
        return different if self._repeats else None

    def _frame_of(self, different: pl.DataFrame) -> pl.DataFrame | None:
        """Lines in fields."""
        frame = self._frame("".join(f"{line or ''}\n" for line in different[_LINE]).encode())
        if frame is None:
            frame = self._frame_by_csv(different[_LINE])
        return None if frame is None else frame.with_columns(different[_LINE], different[_ROWS])

    def _frame_by_csv(self, lines: pl.Series) -> pl.DataFrame | None:
        """Lines with quoted separators or too many fields, as long as each of them is a row by itself."""
        width, rows = self._layout.width, []
        for line in lines:
            fields = alone(line or "", self._layout)
            if fields is None:
                return None
            more = next((field for field in fields[width:] if field.strip()), None)
            rows.append([*(field or None for field in fields[:width]), *[None] * (width - len(fields)), more])
        return pl.DataFrame(rows, schema=dict.fromkeys(self._names, pl.String), orient="row")

    def _frame(self, text: bytes) -> pl.DataFrame | None:
        """Each line in fields, once; None where a line is not a row with its fields between separators."""
        frame = _csv(self._head + text, self._names, self._layout.separator)
        if frame is not None and self._layout.has_quotes and _QUOTE.encode() in text:
            frame = _unquoted(frame)
        return None if frame is None else frame.with_columns(pl.lit(1, pl.Int64).alias(_ROWS))

    # Telling apart -------------------------------------------------------------------------------------------

    def _odd_rows(self, frame: pl.DataFrame, lines: pl.DataFrame | None) -> pl.DataFrame:
        """Those that are odd or cannot be read, with their places; all others are counted. `lines` are those of the
        block where each stands in the frame once.
        """
        if lines is None:
            frame = frame.with_row_index(_PLACE)
        is_plain = self._plain_rows(frame)
        plain, odd = frame.filter(is_plain), frame.filter(~is_plain)
        groups = self._understood(plain.group_by(self._keys).agg(pl.col(_ROWS).sum(), self._devices()))
        bad = groups.filter(pl.col(_MEANS) == _UNREADABLE)
        if bad.height:
            groups = groups.filter(pl.col(_MEANS) != _UNREADABLE)
            odd = pl.concat([odd, plain.join(bad, on=self._keys, how="semi", nulls_equal=True)])
        self._keep(groups.select(_MEANS, _ROWS, _DEVICES))
        if lines is not None:
            self._meet(plain, groups)
        if lines is None or not odd.height:
            return odd
        return lines.with_row_index(_PLACE).join(odd, on=_LINE, how="inner", nulls_equal=True)

    def _plain_rows(self, frame: pl.DataFrame) -> pl.Series:
        """Rows that are not too long, with a number of devices that is nothing but digits, and is not too large."""
        plain = frame[self._names[-1]].is_null()
        if self._count is None:
            return plain
        texts = frame[self._count]
        numbers = texts.cast(pl.Int64, strict=False)
        return (plain & texts.str.contains(_DIGITS) & numbers.is_between(0, MOST_DEVICES)).fill_null(value=False)

    def _each(self) -> pl.Expr:
        """How many devices a plain row stands for."""
        each = pl.lit(1) if self._count is None else pl.col(self._count)
        return each.cast(pl.Int64)

    def _devices(self) -> pl.Expr:
        return (self._each() * pl.col(_ROWS)).sum().cast(pl.Int64).alias(_DEVICES)

    def _understood(self, groups: pl.DataFrame) -> pl.DataFrame:
        """Each writing with the number of what it means, which it has from now on."""
        fresh = groups.select(self._keys).join(self._known, on=self._keys, how="anti", nulls_equal=True)
        means = pl.Series(_MEANS, [self._means(texts) for texts in self._now_and_then(fresh)], pl.Int32)
        known = pl.concat([self._known, fresh.with_columns(means)])
        self._known = known if known.height < MANY else known.clear()
        return groups.join(known, on=self._keys, how="inner", nulls_equal=True)

    def _means(self, texts: Sequence[str | None]) -> int:
        what = self._book.read([text or "" for text in texts])
        if isinstance(what, Problem):
            return _UNREADABLE
        if what not in self._meanings:
            # At once, for the book does not take more of them than may be kept.
            self._book.add(what, 0, 0)
        return self._meanings.setdefault(what, len(self._meanings))

    # Lines of earlier blocks ---------------------------------------------------------------------------------

    def _not_met(self, different: pl.DataFrame) -> pl.DataFrame:
        return different.join(self._met, on=_LINE, how="anti", nulls_equal=True)

    def _count_met(self, different: pl.DataFrame) -> pl.DataFrame:
        """Those that earlier blocks had, as they are kept."""
        met = different.join(self._met, on=_LINE, how="inner", nulls_equal=True)
        return met.select(_MEANS, _ROWS, (pl.col(_EACH) * pl.col(_ROWS)).alias(_DEVICES))

    def _meet(self, plain: pl.DataFrame, groups: pl.DataFrame) -> None:
        """Remember what plain lines mean of which the groups are."""
        means = plain.join(groups.select(*self._keys, _MEANS), on=self._keys, how="inner", nulls_equal=True)
        new = means.select(_LINE, _MEANS, self._each().alias(_EACH))
        # Copied: polars would keep all of the block for them.
        met = pl.concat([self._met, new.with_columns(pl.Series(_LINE, new[_LINE].to_list(), pl.String))])
        self._met = met if met.estimated_size() < MUCH else met.clear()

    def _one_by_one(self, odd: pl.DataFrame, line: int) -> None:
        """Rows that are odd or cannot be read, those that say the same together, each with its own line."""
        if not odd.height:
            return
        rows = odd.group_by(self._names).agg(pl.col(_PLACE).sort()).sort(pl.col(_PLACE).list.first())
        for *fields, places in self._now_and_then(rows.select(*self._names, _PLACE)):
            self._book.row([line + place for place in places], [field or "" for field in fields])

    def _now_and_then(self, frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
        """Its rows; between them whoever waits is told."""
        for number, row in enumerate(frame.iter_rows(), 1):
            yield row
            if number % OFTEN == 0:
                self._told()

    def _keep(self, groups: pl.DataFrame) -> None:
        self._groups.append(groups)
        if sum(each.height for each in self._groups) > MANY:
            self.finish()


def _csv(text: bytes, names: list[str], separator: str) -> pl.DataFrame | None:
    """Fields as they stand, marks and all; None where polars finds more of them, or no UTF-8."""
    try:
        return pl.read_csv(
            text, schema=dict.fromkeys(names, pl.String), separator=separator, quote_char=None, infer_schema=False
        )
    except ComputeError:
        return None


def _unquoted(frame: pl.DataFrame) -> pl.DataFrame | None:
    """Without the marks around fields; None where a mark stands elsewhere: then fields may be other ones."""
    every = pl.all()
    around = every.str.starts_with(_QUOTE) & every.str.ends_with(_QUOTE)
    twice = every.str.count_matches(_QUOTE, literal=True) == 2
    plain = ~every.str.contains(_QUOTE, literal=True) | (around & twice)
    if not frame.select(pl.all_horizontal(plain.fill_null(value=True)).all()).item():
        return None
    return frame.select(every.str.strip_chars(_QUOTE))
