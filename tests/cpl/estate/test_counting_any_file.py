"""Rows in = answered + refused, whatever the file: beside what was put into it, and beside plain Python."""

import csv
import io
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple
from unittest import mock

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from cpl.choices import EstateColumn as Column
from cpl.estate import counting
from cpl.estate.counting import plain
from cpl.estate.errors import EstateFileError
from cpl.estate.layout import Layout
from cpl.estate.tally import Kind, Tally

COLUMNS: Final = {
    Column.MANUFACTURER: 1, Column.DEVICE_MODEL: 3, Column.FIRMWARE_VERSION: 0, Column.COUNT: 4, Column.LABEL: 5,
}  # fmt: skip
WIDTH: Final = 7
MAKERS: Final = {
    "7A05": "7A05", "0x7a05": "7A05", " 7A-05 ": "7A05", "5E10": "5E10", "Northmoor Metering, Ltd.": "7A01",
    "7A0": None, "Nobody; at all": None, "": None, "7A05 7A05": None,
}  # fmt: skip
MODELS: Final = {
    "705B090B": "705B090B", "70:5b:09:0b": "705B090B", "22AF0107": "22AF0107", "705B09": None,
    "00-1D-24-02-01-00-7A-3F": None, "": None, "a\nb": None,
}  # fmt: skip
FIRMWARES: Final = {"01030000": "01030000", "01.03.00.00": "01030000", "2634262": None, "1.03E+06": None, "": None}
COUNTS: Final = {
    "1": 1, "40": 40, "0": 0, "1,000": 1000, "3.0": 3, " 2": 2, "-1": None, "0.5": None, "": None, "x": None,
    "999999999999": None,
}  # fmt: skip
LABELS: Final = {"North": "North", " North ": "North", "Café, south": "Café, south", "": "", "l" * 61: None}
OTHERS: Final = ("", "note", "a;b", 'said "so"')
EXAMPLES: Final = int(os.environ.get("ESTATE_EXAMPLES", "30"))
SIZES: Final = ((1 << 20, 1 << 10), (200, 40), (64, 16))
"""Of large and small blocks: so that what a file has at their edges comes to be tried."""


@dataclass(frozen=True)
class Row:
    """Fields as they are to stand in the file, and whether each is quoted though it need not be."""

    fields: tuple[str, ...]
    quoted: tuple[bool, ...]

    def written(self, separator: str) -> str:
        pairs = zip(self.fields, self.quoted, strict=True)
        return separator.join(_field(text, separator, quoted) for text, quoted in pairs)

    @property
    def is_blank(self) -> bool:
        return not any(field.strip() for field in self.fields)

    @property
    def meaning(self) -> tuple[Kind, str, int] | None:
        """None where it is to be refused."""
        if any(field.strip() for field in self.fields[WIDTH:]):
            return None
        firmware, maker, _, model, devices, label = (*self.fields, *[""] * 6)[:6]
        kind = (MAKERS[maker], MODELS[model], FIRMWARES[firmware])
        said = (*kind, LABELS[label], COUNTS[devices])
        if any(each is None for each in said):
            return None
        return Kind(*map(str, kind)), str(LABELS[label]), COUNTS[devices] or 0


def _field(text: str, separator: str, quoted: bool) -> str:
    if quoted or any(sign in text for sign in (separator, '"', "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


def mostly(good: str, texts: Iterable[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(good), st.sampled_from(sorted(texts)))


def row(fields: tuple[str, ...], extra: tuple[str, ...], missing: int, quoted: list[bool]) -> Row:
    """A row of seven fields with some more behind them, or without its last ones."""
    given = fields[: WIDTH - missing] if missing else (*fields, *extra)
    return Row(given, tuple(quoted[: len(given)]))


ROWS = st.builds(
    row,
    st.tuples(
        mostly("01030000", FIRMWARES), mostly("7A05", MAKERS), st.sampled_from(OTHERS), mostly("705B090B", MODELS),
        mostly("1", COUNTS), mostly("North", LABELS), st.sampled_from(OTHERS),
    ),
    st.sampled_from([(), (), (), (), ("",), ("", "  "), ("more",), ("", "", "more")]),
    st.sampled_from([0, 0, 0, 0, 0, 1, 2, 4, 7]),
    st.lists(st.booleans(), min_size=10, max_size=10) | st.just([False] * 10),
)  # fmt: skip


class Writing(NamedTuple):
    """How a file is written."""

    separator: str
    end: str
    banner: str
    last: str
    encoding: str


WRITINGS = st.builds(
    Writing,
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "Our estate\n\n"]),
    st.sampled_from(["", "\n"]),
    st.sampled_from(["utf-8", "cp1252"]),
)


def count(raw: bytes, separator: str, first_row: int, sizes: tuple[int, int], encoding: str = "utf-8") -> Tally:
    layout = Layout(encoding, separator, first_row, tuple("abcdefg"), COLUMNS, b'"' in raw)
    # Small blocks remember few lines for the blocks that follow, large ones many.
    blocks = mock.patch.multiple(counting, LARGE=sizes[0], SMALL=sizes[1])
    with TemporaryDirectory() as folder, blocks, mock.patch.object(plain, "MUCH", sizes[0]):
        path = Path(folder) / "estate"
        path.write_bytes(raw)
        return counting.count(
            path, layout, codes={"Northmoor Metering Ltd": "7A01"}, max_kinds=99, told=lambda lines: None
        )


@given(
    rows=st.lists(ROWS, max_size=15), repeated=st.sampled_from([1, 1, 1, 8]), how=WRITINGS, sizes=st.sampled_from(SIZES)
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_row_is_answered_or_refused_as_it_was_put_in(
    rows: list[Row], repeated: int, how: Writing, sizes: tuple[int, int]
) -> None:
    rows = rows * repeated
    filled = [row for row in rows if not row.is_blank]
    assume(filled)
    lines = [how.separator.join("abcdefg"), *(row.written(how.separator) for row in rows)]
    text = how.banner + how.end.join(lines) + how.last
    first = how.banner.count("\n") + 1
    tally = count(text.encode(how.encoding), how.separator, first, sizes, how.encoding)

    holdings: dict[tuple[Kind, str], list[int]] = {}
    refused, at = [], first + 1
    for row in rows:
        meaning = row.meaning
        if meaning is not None:
            kind, label, devices = meaning
            counts = holdings.setdefault((kind, label), [0, 0])
            counts[0] += 1
            counts[1] += devices
        elif not row.is_blank:
            refused.append(at)
        at += 1 + row.written(how.separator).count("\n")
    assert {(each.kind, each.label): [each.rows, each.devices] for each in tally.holdings} == holdings
    assert sorted(line for each in tally.refusals for line in each.lines) == refused
    assert tally.rows_in == tally.rows_answered + tally.rows_refused == len(filled)


@given(
    lines=st.lists(
        st.text(st.sampled_from('7A05BF01,"" \r;x'), max_size=30)
        | st.just("01030000,7A05,,705B090B,1,North,") | st.just('01030000,"7A05",,"705B090B",1,"No"'),
        min_size=1, max_size=30,
    ),
    sizes=st.sampled_from(SIZES),
)  # fmt: skip
@example(lines=['"a"b', "x"], sizes=SIZES[2])
@example(lines=['x,"', "y"], sizes=SIZES[2])
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_no_row_of_a_broken_file_vanishes(lines: list[str], sizes: tuple[int, int]) -> None:
    text = "a,b,c,d,e,f,g\n" + "".join(f"{line}\n" for line in lines)
    # A return within a line ends nothing; behind it Python's csv would not go on.
    plain = "".join(line.rstrip("\r").replace("\r", " ") + "\n" for line in text.split("\n")[:-1])
    expected = Counter(
        bool(any(field.strip() for field in row)) for row in csv.reader(io.StringIO(plain, newline="\n"))
    )
    try:
        tally = count(text.encode(), ",", 1, sizes)
    except EstateFileError as error:
        assert "not closed" in error.message or expected[True] == 1, error
        return
    assert tally.rows_in == tally.rows_answered + tally.rows_refused == expected[True] - 1
    told = [line for refusal in tally.refusals for line in refusal.lines]
    assert len(told) == len(set(told))


@pytest.mark.parametrize("differ", [True, False])
def test_files_whose_lines_differ_are_counted_as_those_that_repeat_themselves(differ: bool) -> None:
    rows = [f"01030000,7A05,{number if differ else ''},705B090B,{number % 50},North," for number in range(60_000)]
    rows[59_000] = "01030000,7A05,,705B090B,many,North,"
    tally = count("\n".join(["a,b,c,d,e,f,g", *rows]).encode(), ",", 1, SIZES[0])
    assert (tally.rows_in, [each.lines for each in tally.refusals]) == (60_000, [(59_002,)])
    assert tally.devices == sum(number % 50 for number in range(60_000))
