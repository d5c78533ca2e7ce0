"""What single cells say, and what is refused."""

# ruff: noqa: DTZ001 (the dates of a spreadsheet have no time zone)

import re
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from accounts.cells import neutralise
from cpl.readings import cells
from cpl.readings.cells import NOT_APPLICABLE, NOT_PROVIDED, CellError
from cpl.spreadsheets.reader import Cell

ANY_CELL = st.one_of(
    st.none(), st.text(max_size=30), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(),
    st.times(), st.timedeltas(),
)  # fmt: skip
RUNNABLE_START = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


def text_refusal(raw: Cell, *, multiline: bool = False) -> CellError:
    with pytest.raises(CellError) as caught:
        cells.text(raw, 100, multiline=multiline)
    assert caught.value.cure
    return caught.value


def day_refusal(raw: Cell) -> CellError:
    with pytest.raises(CellError) as caught:
        cells.day(raw)
    assert "01/09/2026" in caught.value.cure
    return caught.value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, ""),
        ("  Probe 1 ", "Probe 1"),
        ("\u00a0\u200bProbe 1\ufeff\u00a0", "Probe 1"),
        ("Mo\u0308ller", "M\u00f6ller"),
        (4.2, "4.2"),
        (3.0, "3"),
        (3, "3"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        ("Tom's", "Tom's"),
        ("'quoted'", "'quoted'"),
        ("#1 meter", "#1 meter"),
    ],
)
def test_text_is_trimmed_and_plain(raw: Cell, expected: str) -> None:
    assert cells.text(raw, 100) == expected


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("Probe\x0b", "U+000B"),
        ("Probe\x0b1", "U+000B"),
        ("Probe\x001", "U+0000"),
        ("Probe\n1", "U+000A"),
        ("Probe\x851", "U+0085"),
        ("Probe\u20281", "U+2028"),
        ("Probe\u202e1", "U+202E"),
        ("Probe\ud8001", "U+D800"),
        ("Probe\uffff1", "U+FFFF"),
    ],
)
def test_control_characters_are_refused_by_name(raw: str, code: str) -> None:
    message = text_refusal(raw).message
    assert code in message
    assert "position 6" in message
    assert message.isprintable()


def test_line_breaks_are_kept_in_text_of_several_lines() -> None:
    assert cells.text("one\r\ntwo\rthree\tx", 100, multiline=True) == "one\ntwo\nthree\tx"


def test_other_control_characters_are_refused_in_text_of_several_lines() -> None:
    text_refusal("one\n\x0btwo", multiline=True)


def test_a_text_too_long_is_refused_with_both_figures() -> None:
    with pytest.raises(CellError) as caught:
        cells.text("P" * 5000, 200)
    assert "5,000 characters; at most 200" in caught.value.message


@pytest.mark.parametrize("raw", ["#REF!", "#N/A", " #DIV/0!", "#name?"])
def test_error_values_of_a_spreadsheet_are_refused(raw: str) -> None:
    if raw.startswith("#"):
        assert raw in text_refusal(raw).message
    for parse in (cells.day, cells.yes_no, cells.entry_id, cells.entry_ids, cells.voluntary):
        with pytest.raises(CellError):
            parse(raw.strip())


@pytest.mark.parametrize("raw", [date(2026, 3, 1), datetime(2026, 3, 1, 4), time(8, 13), timedelta(1)])
def test_a_text_that_became_a_date_is_refused(raw: Cell) -> None:
    assert "date or time" in text_refusal(raw).message


@pytest.mark.parametrize("raw", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(raw: float) -> None:
    text_refusal(raw)


@pytest.mark.parametrize(
    ("raw", "known", "expected"),
    [
        (3.0, ("2.0", "3.0"), "3.0"),
        (3.0, ("3",), "3"),
        (4.2, ("4.2",), "4.2"),
        ("3", ("3.0",), "3"),
        (9, ("3.0",), "9"),
    ],
)
def test_a_version_kept_as_a_number_is_read_as_the_one_that_is_known(
    raw: Cell, known: tuple[str, ...], expected: str
) -> None:
    assert cells.version(raw, 10, known) == expected


@pytest.mark.parametrize(
    "raw",
    [
        date(2026, 9, 1),
        datetime(2026, 9, 1),
        datetime(2026, 9, 1, 23, 59),
        46266,
        46266.75,
        "46266",
        20260901,
        "20260901",
        "2026-09-01",
        "2026-09-01T00:00:00Z",
        "2026/9/1",
        "01/09/2026",
        "01/09/2026 00:00:00",
        " 1-9-2026\u00a0",
        "1.9.2026",
        "1 September 2026",
        "1st September, 2026",
        "Tuesday 1 September 2026",
        "01 Sep 2026",
        "1-Sept-2026",
        "September 1, 2026",
    ],
)
def test_a_date_is_read_in_every_writing_day_first(raw: Cell) -> None:
    assert cells.day(raw) == date(2026, 9, 1)


@pytest.mark.parametrize("raw", [None, "", "  ", "\u00a0"])
def test_an_empty_cell_is_no_date(raw: Cell) -> None:
    assert cells.day(raw) is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("31/02/2026", "February 2026 has no day 31"),
        ("29 February 2026", "February 2026 has no day 29"),
        ("09/30/2026", "there is no month 30"),
        ("0/1/2026", "January 2026 has no day 0"),
        ("1-9-26", "two digits"),
        ("1 Sep 26", "two digits"),
        ("01/09/1826", "outside the years"),
        ("1 Brumaire 2026", "Brumaire"),
        ("soon", "not written as a date"),
        (203, "stands for no day"),
        (1e300, "stands for no day"),
        (float("nan"), "stands for no day"),
        (-5.0, "stands for no day"),
        (True, "not a date"),
        (time(12), "not a date"),
        (date(1900, 1, 1), "outside the years"),
    ],
)
def test_what_is_no_date_is_refused_saying_why(raw: Cell, words: str) -> None:
    message = day_refusal(raw).message
    assert words in message
    assert str(raw) in message


@given(st.dates(date(1980, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_back_from_every_writing(day: date) -> None:
    written: list[Cell] = [
        day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d.%m.%Y}", f"{day:%-d %B %Y}", f"{day:%d %b %Y}",
        f"{day:%Y%m%d}", (day - date(1899, 12, 30)).days,
    ]  # fmt: skip
    assert {cells.day(raw) for raw in written} == {day}


@pytest.mark.parametrize("raw", ["Yes", " y ", "TRUE", True, 1, 1.0, "1"])
def test_yes_is_read_in_every_writing(raw: Cell) -> None:
    assert cells.yes_no(raw) is True


@pytest.mark.parametrize("raw", ["No", "n", "false", False, 0, "0"])
def test_no_is_read_in_every_writing(raw: Cell) -> None:
    assert cells.yes_no(raw) is False


@pytest.mark.parametrize("raw", [None, "", " "])
def test_an_empty_cell_is_neither_yes_nor_no(raw: Cell) -> None:
    assert cells.yes_no(raw) is None


@pytest.mark.parametrize("raw", ["maybe", 2, "yes and no", date(2026, 9, 1)])
def test_what_is_neither_yes_nor_no_is_refused(raw: Cell) -> None:
    with pytest.raises(CellError):
        cells.yes_no(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("CPL-900001", ("CPL-900001",)),
        ("CPL-900001,\nCPL-900002", ("CPL-900001", "CPL-900002")),
        ("CPL-2; CPL-1", ("CPL-2", "CPL-1")),
        ("CPL-1/CPL-2", ("CPL-1", "CPL-2")),
        ("CPL-1, CPL-2 and CPL-3", ("CPL-1", "CPL-2", "CPL-3")),
        ("CPL-1 & CPL-2", ("CPL-1", "CPL-2")),
        ("CPL-1 CPL-2", ("CPL-1", "CPL-2")),
        ("CPL-1,CPL-1, cpl-1", ("CPL-1",)),
        (1234, ("1234",)),
        (1234.0, ("1234",)),
        ("\u00a0CPL-1,\u00a0CPL-2,", ("CPL-1", "CPL-2")),
    ],
)
def test_entry_ids_are_read_in_order_and_each_once(raw: Cell, expected: tuple[str, ...]) -> None:
    assert cells.entry_ids(raw) == expected


@pytest.mark.parametrize("raw", ["N/A", "n/a", "NA", "n.a.", "N / A", "not applicable", "None", "First version"])
def test_nothing_before_is_read_in_every_writing(raw: str) -> None:
    assert cells.entry_ids(raw) is NOT_APPLICABLE


@pytest.mark.parametrize("raw", [None, "", "  ", "\u00a0", "Not provided", "not yet provided", "TBC"])
def test_a_blank_is_not_yet_provided_which_is_another_thing(raw: Cell) -> None:
    assert cells.entry_ids(raw) is NOT_PROVIDED


@pytest.mark.parametrize("raw", ["-", ",", "declined", "CPL-1, N/A", "see notes", "CPL-1 (v2)", "C" * 60 + "1"])
def test_what_names_no_entry_is_refused(raw: str) -> None:
    with pytest.raises(CellError) as caught:
        cells.entry_ids(raw)
    assert caught.value.cure


def test_a_control_character_among_entry_ids_is_refused() -> None:
    with pytest.raises(CellError, match=re.escape("U+000B")):
        cells.entry_ids("CPL-1\x0b")


@pytest.mark.parametrize(("raw", "expected"), [(" cpl-001003 ", "CPL-001003"), (None, ""), (1234.0, "1234")])
def test_one_entry_id_is_read_in_upper_case(raw: Cell, expected: str) -> None:
    assert cells.entry_id(raw) == expected


@pytest.mark.parametrize("raw", ["CPL-1, CPL-2", "=1", "CPL 1", "id"])
def test_what_is_not_one_entry_id_is_refused(raw: str) -> None:
    with pytest.raises(CellError):
        cells.entry_id(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Declined", "declined"),
        ("declined to say", "declined"),
        ("N/A", "not_applicable"),
        ("Not applicable", "not_applicable"),
        ("Not supplied", "blank"),
        ("not provided.", "blank"),
        ("", "blank"),
        (None, "blank"),
        ("None", None),
        ("Firmware desk", None),
        (5, None),
        (date(2026, 9, 1), None),
    ],
)
def test_words_in_place_of_a_voluntary_value_are_told_apart(raw: Cell, expected: str | None) -> None:
    assert cells.voluntary(raw) == expected


def test_an_identifier_is_read_with_its_warning() -> None:
    assert cells.identifier("7a:ff", 4).value == "7AFF"
    assert cells.identifier(203, 4).warning


@pytest.mark.parametrize("raw", ["0102030G", 100_000_000, "#REF!", date(2026, 9, 1), time(8, 13), None])
def test_what_is_no_identifier_is_refused_as_a_cell(raw: Cell) -> None:
    with pytest.raises(CellError) as caught:
        cells.identifier(raw, 4)
    assert caught.value.cure


@pytest.mark.parametrize("value", ["+Probe@1", "=1+1", "-1", "@x", "\tx", "\rx", "\nx", "  =1", "\u00a0=1", "\uff1d1"])
def test_what_a_spreadsheet_would_run_is_neutralised(value: str) -> None:
    assert neutralise(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "Probe 1", "a=b", "7AFF", "Tom's", "'quoted'"])
def test_harmless_text_is_exported_as_it_is(value: str) -> None:
    assert neutralise(value) == value


@given(st.one_of(st.text(max_size=12), st.text("'=+-@ \t\n\u00a0\uff1da\u0338\u0301", max_size=8)))
def test_importing_an_export_changes_nothing(raw: str) -> None:
    try:
        stored = cells.text(raw, 100, multiline=True)
    except CellError:
        assume(False)
    assert cells.text(neutralise(stored), 100, multiline=True) == stored


@given(st.text("'=+-@ \t\r\n\u00a0\u200b\uff1d\uff0b\uff0d\uff20ab", max_size=10))
def test_no_export_begins_with_what_a_spreadsheet_would_run(value: str) -> None:
    exported = neutralise(value)
    assert not exported.strip().startswith(tuple(RUNNABLE_START))
    assert not exported.startswith(tuple(RUNNABLE_START))


@given(ANY_CELL)
def test_any_cell_is_read_or_refused_by_every_parser(raw: Cell) -> None:
    parsers = (
        lambda: cells.text(raw, 20),
        lambda: cells.text(raw, 20, multiline=True),
        lambda: cells.version(raw, 20, ("3.0",)),
        lambda: cells.identifier(raw, 4),
        lambda: cells.day(raw),
        lambda: cells.yes_no(raw),
        lambda: cells.entry_id(raw),
        lambda: cells.entry_ids(raw),
        lambda: cells.voluntary(raw),
    )
    for parse in parsers:
        try:
            parse()
        except CellError as error:
            assert error.message
            assert error.cure


@given(st.text(max_size=40))
def test_text_once_read_reads_the_same_again(raw: str) -> None:
    try:
        once = cells.text(raw, 100)
    except CellError:
        return
    assert not once.startswith("'") or cells.text(neutralise(once), 100) == once
