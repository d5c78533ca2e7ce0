"""Counting an estate file, beside counts that were worked out without it."""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cpl.choices import EstateColumn as Column
from cpl.estate.counting import count
from cpl.estate.counting.book import MOST_LABELS
from cpl.estate.errors import EstateFileError, StoppedError
from cpl.estate.layout import Layout
from cpl.estate.tally import Kind, Tally
from cpl.spreadsheets.exporter import safe

SAMPLES = Path(__file__).parents[2] / "samples"
USUAL = {Column.MANUFACTURER: 0, Column.DEVICE_MODEL: 1, Column.FIRMWARE_VERSION: 2, Column.COUNT: 3, Column.LABEL: 4}
MODEL = Kind("7A05", "705B090B", "01030000")
DROPPED = "Excel dropped a leading zero, or more: 1030000 may be 01030000 or another version."
TOO_MANY = "The value is more than the 100,000,000 devices that a row may stand for."
Counted = Callable[..., Tally]


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    """Counts a text of five columns as if it had been uploaded; headings in its first line unless told."""

    def count_text(text: str | bytes, columns: Mapping[Column, int] = USUAL, **given: Any) -> Tally:
        first_row, encoding = given.pop("first_row", 1), given.pop("encoding", "utf-8")
        path = tmp_path / "estate"
        raw = text.encode(encoding) if isinstance(text, str) else text
        path.write_bytes(raw)
        separator = given.pop("separator", ",")
        headings = tuple(str(number) for number in range(5))
        layout = Layout(encoding, separator, first_row, headings, columns, b'"' in raw)
        told = given.pop("told", lambda lines: None)
        return count(path, layout, codes=given.pop("codes", {}), max_kinds=given.pop("max_kinds", 100), told=told)

    return count_text


def rows(*lines: str) -> str:
    return "\n".join(["Manufacturer,Model,Firmware,Devices,Region", *lines, ""])


def refused(tally: Tally) -> dict[int, str]:
    return {line: refusal.message for refusal in tally.refusals for line in refusal.lines}


def test_every_writing_of_an_identifier_counts_towards_one_model(counted: Counted) -> None:
    text = rows(
        "7A05,705B090B,01030000,1,", "0x7a05,70:5b:09:0b,01.03.00.00,2,", "7A-05,0x705B090B,'01030000,4,",
        " 7a05 ,705B 090B,\u200b01030000,8,",
    )  # fmt: skip
    assert counted(text).by_kind == {MODEL: 15}


@pytest.mark.parametrize(
    ("written", "devices"),
    [("12", 12), ("0", 0), ("1,234", 1234), ("12.0", 12), (" 7 ", 7), ("+3", 3), ("2,000,000", 2_000_000), ("007", 7)],
)
def test_a_whole_number_is_a_count_however_it_is_written(counted: Counted, written: str, devices: int) -> None:
    tally = counted(rows(f'7A05,705B090B,01030000,"{written}",'))
    assert (tally.devices, tally.rows_answered, tally.refusals) == (devices, 1, ())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("-1", "“-1” is negative."),
        ("1.5", "“1.5” is not plainly a whole number."),
        ("12.000", "“12.000” is not plainly a whole number."),
        ("1,23", "“1,23” is not plainly a whole number."),
        ("12 ea", "The value is not a number of devices. It is not shown, since it may be of a person."),
        ("1-2", "“1-2” is not a number of devices."),
        ("", "The number of devices is empty."),
        ("100000001", f"{TOO_MANY} It is not shown, since it looks like an MPRN."),
        ("200,000,000", f"{TOO_MANY} It is not shown, since it may be of a person."),
    ],
)
def test_what_is_no_whole_number_is_refused_with_its_line(counted: Counted, written: str, words: str) -> None:
    tally = counted(rows("7A05,705B090B,01030000,5,", f'7A05,705B090B,01030000,"{written}",'))
    assert refused(tally)[3].startswith(words)
    assert (tally.rows_in, tally.devices) == (2, 5)


def test_without_a_column_of_counts_each_row_is_a_device(counted: Counted) -> None:
    columns = {name: at for name, at in USUAL.items() if name != Column.COUNT}
    tally = counted(rows("7A05,705B090B,01030000,9,North", "7A05,705B090B,01030000,9,South"), columns)
    assert sorted((holding.label, holding.devices) for holding in tally.holdings) == [("North", 1), ("South", 1)]


def test_a_model_in_three_columns_is_joined(counted: Counted) -> None:
    parts = (Column.MODEL_IDENTIFIER, Column.HARDWARE_VERSION, Column.HARDWARE_REVISION)
    columns = {Column.FIRMWARE_VERSION: 0, **{part: at for at, part in enumerate(parts, 1)}, Column.MANUFACTURER: 4}
    tally = counted("Firmware;Model;HV;HR;Maker\n01030000;705b;09;0x0B;7A05\n", columns, separator=";")
    assert tally.by_kind == {MODEL: 1}


def test_the_name_of_a_maker_is_understood_where_it_has_one_identifier(counted: Counted) -> None:
    text = rows('"Northmoor Metering, Ltd.",705B090B,01030000,3,', "Nobody Meters,705B090B,01030000,4,")
    tally = counted(text, codes={"NORTHMOOR METERING LTD": "7A05"})
    assert tally.by_kind == {MODEL: 3}
    assert " is neither a Manufacturer Identifier nor the name of a manufacturer" in refused(tally)[3]


@pytest.mark.parametrize(
    ("written", "value", "message"),
    [
        ("1.030000E+6", "1030000", DROPPED),
        ("1.0300000E+6", "1030000", DROPPED),
        ("1.0300000E+7", "10300000", "The spreadsheet turned the identifier into the number 10300000;"),
        ("1.5E+0", "1.5", "1.5 is not a whole number"),
        ("-5E+0", "-5", "-5 is a negative number"),
        ("1.03E+06", "1.03E+06", "The spreadsheet turned the identifier into the number 1.03E+06;"),
    ],
)
def test_a_number_of_a_workbook_is_told_as_its_cell_shows_it_and_not_guessed(
    counted: Counted, written: str, value: str, message: str
) -> None:
    (refusal,) = counted(rows(f"7A05,705B090B,{written},1,", "7A05,705B090B,01030000,1,")).refusals
    assert (refusal.value, refusal.lines) == (value, (2,))
    assert refusal.message.startswith(message)
    assert ("Text" in refusal.cure) == (written != value)


@pytest.mark.parametrize("cell", ["-4", "'-4", "=1+1", "@x", "-zz"])
def test_no_message_begins_with_what_an_export_must_guard(counted: Counted, cell: str) -> None:
    text = rows(f"7A05,705B090B,{cell},1,", f"7A05,705B090B,01030000,{cell},", f"{cell},705B090B,01030000,1,")
    messages = refused(counted(text)).values()
    assert len(messages) == 3
    assert [safe(message) for message in messages] == list(messages)


def test_rows_that_cannot_be_read_are_told_by_line_and_the_same_value_once(counted: Counted) -> None:
    text = rows(
        "7A05,705B090B,1030000,1,", "", "7A05,705B090B,01030000,1,", "7A05,705B090B,1030000,1,",
        ",705B090B,01030000,1,", "7A05,705B090B",
    )  # fmt: skip
    tally = counted(text)
    first = next(refusal for refusal in tally.refusals if refusal.value == "1030000")
    assert (first.column, first.lines) == (Column.FIRMWARE_VERSION, (2, 5))
    assert first.message == "“1030000” has 7 hex digits, expected 8."
    assert first.cure == "Give all 8 digits, including leading zeros."
    assert refused(tally).keys() == {2, 5, 6, 7}
    assert refused(tally)[6] == "The manufacturer is empty."
    assert refused(tally)[7] == "The firmware version is empty."
    assert (tally.rows_in, tally.rows_answered) == (5, 1)


def test_a_row_with_more_fields_than_headings_is_refused_unless_they_are_empty(counted: Counted) -> None:
    good, ragged = "7A05,705B090B,01030000,1,", "7A05,705B090B,01030000,1,North,more"
    tally = counted(rows(good, good + ",,,", ragged, ragged + ",and more"))
    assert refused(tally).keys() == {4, 5}
    assert refused(tally)[4] == "The row has more fields than there are headings (5)."
    assert tally.devices == 2


def test_a_refused_value_that_looks_personal_is_not_kept(counted: Counted) -> None:
    tally = counted(rows("7A05,00-1D-24-02-01-00-7A-3F,01030000,1,", "7A05,705B090B,01030000,1200023305967,"))
    assert {refusal.value for refusal in tally.refusals} == {""}
    assert "1200023305967" not in str(tally)
    assert "Device ID (EUI-64)" in refused(tally)[2]


@pytest.mark.parametrize("column", range(4))
@pytest.mark.parametrize(
    "value",
    ["MPAN 1200023305967", "mpan=1200023305967", "Smith/1200023305967", "1200-0233-05967", "EUI 00DB1234567890AB",
     "tel 07700900123", "SW1A1AA region", "CF10 3AD", "Smith, Jane", "Nia Pritchard", "Ada", "01/02/1970",
     "12.00.02.33.05967", "x 12:00:02:33:05:96:7"],
)  # fmt: skip
def test_nothing_that_may_be_of_a_person_is_kept_of_a_refused_row(counted: Counted, column: int, value: str) -> None:
    cells = ["7A05", "705B090B", "01030000", "1"]
    cells[column] = f'"{value}"'
    (refusal,) = counted(rows("7A05,705B090B,01030000,1,", ",".join(cells))).refusals
    said = f"{refusal.value} {refusal.message} {refusal.cure}"
    assert refusal.value == "" and "not shown" in refusal.message
    assert not [word for word in re.split(r"\W+", value) if len(word) > 2 and word.lower() in said.lower().split()]
    assert value not in said


@pytest.mark.parametrize("value", ["705B09", "70:5B:9:0B", "0x705B090", "705B-090B-01", "1.03E+06", "8BOB030D", "7OSB"])
def test_what_is_nearly_an_identifier_is_shown(counted: Counted, value: str) -> None:
    (refusal,) = counted(rows(f"7A05,{value},01030000,1,", "7A05,705B090B,01030000,1,")).refusals
    assert refusal.value == value


@pytest.mark.parametrize("label", ["MPAN 1200023305967", "Smith, Jane", "tel 07700900123", "SW1A1AA region"])
def test_a_label_with_personal_data_in_it_stops_the_check(counted: Counted, label: str) -> None:
    with pytest.raises(EstateFileError, match="Nothing of it was kept"):
        counted(rows(f'7A05,705B090B,01030000,1,"{label}"'))


@pytest.mark.parametrize("label", ["PF20261031", "2026-10", "2026-10-31 12:30:00", "North West 2", "E6S10ABC12345"])
def test_a_label_that_is_not_surely_of_a_person_is_kept(counted: Counted, label: str) -> None:
    tally = counted(rows(f"7A05,705B090B,01030000,1,{label}"))
    assert [holding.label for holding in tally.holdings] == [label]


def test_a_field_without_end_is_told_with_its_line(counted: Counted) -> None:
    with pytest.raises(EstateFileError, match="Line 3 has a field of more than 131,072 characters"):
        counted(rows("7A05,705B090B,01030000,1,", '7A05,705B090B,01030000,1,"' + "x" * 140_000 + '\nx"'))


def test_quoted_fields_may_hold_separators_and_go_on_in_the_next_line(counted: Counted) -> None:
    tally = counted(
        rows(
            '7A05,705B090B,01030000,"1,000","North, upper"', '7A05,705B090B,01030000,2,"North\nlower"',
            '7A05,705B090B,wrong,1,"a ""quoted"" word"', '"7A05","705B090B","01030000","4",""',
        )
    )  # fmt: skip
    assert {holding.label: holding.devices for holding in tally.holdings} == {
        "North, upper": 1000, "North lower": 2, "": 4,
    }  # fmt: skip
    assert refused(tally).keys() == {5}


@pytest.mark.parametrize("below", ["", "\n" + "7A05,705B090B,01030000,1,\n" * 60])
def test_a_quotation_mark_that_nobody_closes_stops_the_check_and_names_its_line(counted: Counted, below: str) -> None:
    with pytest.raises(EstateFileError, match="A quotation mark is opened in line 3") as told:
        counted(rows("7A05,705B090B,01030000,1,North", '7A05,705B090B,01030000,1,"South') + below)
    assert "Close it" in told.value.cure


def test_headings_below_a_banner_and_in_two_lines_are_passed_over(counted: Counted) -> None:
    text = 'Our estate\n\nMaker,Model,"Firm\nware",Devices,Region\n7A05,705B090B,01030000,3,\n7A05,x,01030000,3,\n'
    tally = counted(text, first_row=3, max_kinds=5)
    assert (tally.by_kind, list(refused(tally))) == ({MODEL: 3}, [6])


def test_a_label_of_another_encoding_is_read(counted: Counted) -> None:
    tally = counted(rows("7A05,705B090B,01030000,3,Caf\xe9 \x80"), encoding="iso8859-1")
    assert [holding.label for holding in tally.holdings] == ["Caf\xe9 \x80"]
    tally = counted(rows("7A05,705B090B,01030000,3,Caf\xe9 \u20ac"), encoding="cp1252")
    assert [holding.label for holding in tally.holdings] == ["Caf\xe9 \u20ac"]


def test_a_long_label_is_refused(counted: Counted) -> None:
    tally = counted(rows(f"7A05,705B090B,01030000,3,{'long ' * 13}"))
    assert refused(tally) == {2: "The label has 64 characters; at most 60 are kept."}


def test_labels_that_look_personal_stop_the_check_without_repeating_one(counted: Counted) -> None:
    with pytest.raises(EstateFileError, match="what looks like postcode") as told:
        counted(rows("7A05,705B090B,01030000,3,LS1 4AP"))
    assert "LS1" not in str(told.value)


def test_more_labels_than_regions_stop_the_check(counted: Counted) -> None:
    with pytest.raises(EstateFileError, match="more than 1,000 different ones"):
        counted(rows(*(f"7A05,705B090B,01030000,1,part {number}" for number in range(MOST_LABELS + 1))))


def test_more_kinds_than_may_be_kept_stop_the_check(counted: Counted) -> None:
    lines = [f"7A05,705B090B,{number:08X},1," for number in range(6)]
    assert len(counted(rows(*lines), max_kinds=6).holdings) == 6
    with pytest.raises(EstateFileError, match="more than 5 different Device Models with firmware versions"):
        counted(rows(*lines), max_kinds=5)


@pytest.mark.parametrize("below", ["", "\n\n", ",,,,\n ,\n"])
def test_a_file_without_rows_is_none(counted: Counted, below: str) -> None:
    with pytest.raises(EstateFileError, match="There is no row below the headings in line 1"):
        counted(rows() + below)


def test_an_endless_line_is_told(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cpl.estate.counting.LARGE", 100)
    with pytest.raises(EstateFileError, match="longer than a million characters"):
        counted(rows("7A05,705B090B,01030000,1," + "x" * 2_000_000))


def test_very_many_unreadable_values_are_counted_and_not_all_listed(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cpl.estate.counting.book.MOST_PROBLEMS", 5)
    tally = counted(rows(*(f"7A05,705B090B,{number:07X},1," for number in range(50))))
    assert (tally.rows_in, tally.rows_refused, len(tally.refusals)) == (50, 50, 6)
    assert sorted(refused(tally)) == list(range(2, 52))


def test_more_kinds_under_labels_than_a_page_can_sum_stop_the_check(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cpl.estate.counting.book.MOST_HOLDINGS", 6)
    lines = [f"7A05,705B090B,0103000{version},1,{label}" for version in range(3) for label in ("N", "S")]
    assert len(counted(rows(*lines)).holdings) == 6
    with pytest.raises(EstateFileError, match="more than 6 different combinations") as told:
        counted(rows(*lines, "7A05,705B090B,01030000,1,W"))
    assert "fewer labels" in told.value.cure


@pytest.mark.parametrize("written", ["-0", '"-0"', "0000000000000001"])
def test_a_count_is_read_alike_whether_its_row_is_plain_or_not(counted: Counted, written: str) -> None:
    quoted = counted(rows(f'7A05,705B090B,01030000,{written},"a,b"'))
    assert refused(counted(rows(f"7A05,705B090B,01030000,{written},a"))) == refused(quoted) != {}


def test_a_row_that_is_refused_for_its_count_uses_up_no_kind_and_no_label(counted: Counted) -> None:
    plain = [f"7A05,705B090B,0103000{number},-1,L{number}" for number in range(5)]
    quoted = [f'7A05,705B090B,0203000{number},-1,"a,{number}"' for number in range(5)]
    tally = counted(rows(*plain, *quoted, "7A05,705B090B,01030000,3,N"), max_kinds=1)
    assert (tally.by_kind, tally.rows_refused) == ({MODEL: 3}, 10)


@pytest.mark.parametrize("devices", ["1", "-1"])
def test_whoever_is_told_may_stop_what_is_looked_at_row_by_row(counted: Counted, devices: str) -> None:
    lines = [f"7A05,705B090B,x{number},{devices},{number}" for number in range(10_001)]
    heard: list[int] = []
    counted(rows(*lines), told=heard.append)
    assert len(heard) >= 2


def test_whoever_is_told_of_the_progress_may_stop_it(counted: Counted) -> None:
    seen = []

    def told(lines: int) -> None:
        seen.append(lines)
        raise StoppedError

    with pytest.raises(StoppedError):
        counted(rows("7A05,705B090B,01030000,3,"), told=told)
    assert seen == [1]


@pytest.mark.parametrize("name", ["estate-small.csv", "estate-portfolio.csv"])
def test_the_samples_are_counted_as_plain_python_does(counted: Counted, name: str) -> None:
    text = (SAMPLES / name).read_text()
    by_hand: dict[str, int] = defaultdict(int)
    for row in csv.DictReader(text.splitlines()):
        code, model, firmware = (
            re.sub(r"[^0-9A-F]", "", row[column].upper().removeprefix("0X"))
            for column in ("Manufacturer", "Model", "Firmware")
        )
        by_hand[f"{code} {model} {firmware}"] += int(row["Devices"])
    columns = {name: at for name, at in USUAL.items() if name != Column.LABEL}
    tally = counted(text, columns, max_kinds=50_000)
    assert {" ".join(kind): devices for kind, devices in tally.by_kind.items()} == by_hand
    assert (tally.rows_refused, tally.rows_in) == (0, len(text.splitlines()) - 1)
