"""What is read from .xlsx files that are in order."""

# ruff: noqa: DTZ001 (the dates of a spreadsheet have no time zone)

import hashlib
import io
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cpl.spreadsheets.reader import MergedRange, Row, Sheet, cell_name, read_workbook
from tests.cpl.spreadsheets.workbooks import SAMPLES, by_hand, made_by_openpyxl, parts, saved, zipped

SAMPLE_WORKBOOKS = sorted(path.name for path in SAMPLES.glob("*.xlsx"))


def only_sheet(data: bytes) -> Sheet:
    return read_workbook(data, "list.xlsx").sheets[0]


def first_row(data: bytes) -> Row:
    return only_sheet(data).row(1)


def as_dates(value: object) -> object:
    """openpyxl shows a date as midnight of that day."""
    is_midnight = isinstance(value, datetime) and value.time() == time(0)
    return value.date() if isinstance(value, datetime) and is_midnight else value


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE_WORKBOOKS)
def test_a_sample_workbook_reads_as_openpyxl_reads_it(name: str) -> None:
    read = read_workbook(SAMPLES / name, name)
    expected = openpyxl.load_workbook(SAMPLES / name)
    assert [sheet.name for sheet in read.sheets] == expected.sheetnames
    for sheet in read.sheets:
        rows = list(expected[sheet.name].iter_rows(values_only=True))
        assert len(sheet.rows) == len(rows)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if (number, column) in sheet.formulas:
                    assert value == f"={sheet.formulas[number, column]}"
                elif value == "Probe_x000B_1":  # openpyxl leaves the escape in inline texts
                    assert sheet.row(number)[column] == "Probe\x0b1"
                else:
                    assert sheet.row(number)[column] == as_dates(value), cell_name(number, column)


def test_there_are_sample_workbooks_to_compare() -> None:
    assert "cpl-problem-rows.xlsx" in SAMPLE_WORKBOOKS


def test_a_workbook_knows_its_name_its_kind_and_the_sum_of_its_bytes() -> None:
    data = made_by_openpyxl(["a"])
    workbook = read_workbook(data, "list.xlsx")
    assert (workbook.name, workbook.kind) == ("list.xlsx", "xlsx")
    assert workbook.sha256 == hashlib.sha256(data).hexdigest()


def test_a_path_a_stream_and_bytes_read_alike(tmp_path: Path) -> None:
    data = made_by_openpyxl(["a", 1])
    path = tmp_path / "list.xlsx"
    path.write_bytes(data)
    expected = read_workbook(data, "list.xlsx")
    assert read_workbook(path, "list.xlsx") == expected
    assert read_workbook(io.BytesIO(data), "list.xlsx") == expected


def test_values_keep_their_types() -> None:
    row = first_row(
        made_by_openpyxl(["0203", 203, 4.2, True, date(2026, 9, 1), datetime(2026, 9, 1, 13, 5), None, "x"])
    )
    assert row == ("0203", 203, 4.2, True, date(2026, 9, 1), datetime(2026, 9, 1, 13, 5), None, "x")
    assert [type(value) for value in row[:4]] == [str, int, float, bool]


def test_dates_of_the_1904_system_are_the_same_days() -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.active.append([date(2026, 9, 1)])
    assert first_row(saved(workbook)) == (date(2026, 9, 1),)


def test_rows_and_columns_are_numbered_as_on_screen_even_when_the_first_are_empty() -> None:
    workbook = openpyxl.Workbook()
    workbook.active["C5"] = "here"
    sheet = only_sheet(saved(workbook))
    assert sheet.row(5) == (None, None, "here")
    assert sheet.rows[:4] == [(None, None, None)] * 4


def test_an_error_value_comes_out_as_its_text() -> None:
    row = first_row(by_hand('<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><v>1</v></c></row>'))
    assert row == ("#REF!", 1)


def test_an_error_value_in_the_last_cell_is_not_lost() -> None:
    sheet = only_sheet(
        by_hand('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2" t="e"><v>#N/A</v></c></row>')
    )
    assert sheet.rows == [(1, None), (None, "#N/A")]


def test_escaped_control_characters_become_what_they_stand_for() -> None:
    data = by_hand(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a_x000B_b</t></is></c>'
        '<c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>',
        "a_x000B_b",
        "_x005F_x000B_",
    )
    assert first_row(data) == ("a\x0bb", "a\x0bb", "_x000B_")


def test_shared_and_rich_texts_are_read_whole() -> None:
    data = by_hand(
        '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr">'
        "<is><r><t>ri</t></r><r><t>ch</t></r></is></c></row>",
        "zero",
        "one",
    )
    assert first_row(data) == ("one", "rich")


def test_cells_and_rows_without_references_follow_one_another() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    assert only_sheet(by_hand(rows)).rows == [(1, 2), (3, None)]


def test_prefixed_element_names_are_read_alike() -> None:
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row r="1"><x:c r="B1"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    sheet = only_sheet(zipped(parts(xml)))
    assert sheet.rows == [(None, 2)]
    assert sheet.formulas == {(1, 1): "1+1"}


def test_formulas_are_found_with_their_place_and_text() -> None:
    assert only_sheet(made_by_openpyxl(["x"], ["a", "=1+1"])).formulas == {(2, 1): "1+1"}


def test_a_row_that_holds_only_a_formula_is_still_a_row() -> None:
    sheet = only_sheet(made_by_openpyxl(["x"], [None, None, "=1+1"]))
    assert sheet.rows == [("x", None, None), (None, None, None)]


def test_each_cell_of_a_shared_formula_is_found_with_its_text() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>4</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>6</v></c></row>'
    )
    assert only_sheet(by_hand(rows)).formulas == {(1, 0): "B1*2", (2, 0): "B1*2"}


def test_formulas_of_validations_are_not_formulas_of_cells() -> None:
    after = "<dataValidations><dataValidation><formula1>1</formula1></dataValidation></dataValidations>"
    extension = "<extLst><ext><f>A1</f></ext></extLst>"
    data = by_hand('<row r="1"><c r="A1"><v>1</v></c></row>', after=after + extension)
    assert only_sheet(data).formulas == {}


def test_merged_ranges_are_known_by_their_place() -> None:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "banner"
    workbook.active.merge_cells("A1:C2")
    assert only_sheet(saved(workbook)).merged == (MergedRange(1, 2, 0, 2),)
    assert str(MergedRange(1, 2, 0, 2)) == "A1:C2"


def test_formatted_cells_without_content_do_not_make_a_sheet_longer() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert only_sheet(by_hand(rows)).rows == [(1,)]


def test_hidden_sheets_are_read_and_marked() -> None:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("secret").sheet_state = "hidden"
    sheets = read_workbook(saved(workbook), "list.xlsx").sheets
    assert [sheet.hidden for sheet in sheets] == [False, True]


def test_a_hyperlink_to_the_outside_is_no_reason_to_refuse() -> None:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "mail"
    workbook.active["A1"].hyperlink = "mailto:firmware@northmoor.example"
    assert first_row(saved(workbook)) == ("mail",)


def test_an_empty_sheet_has_no_rows() -> None:
    assert only_sheet(saved(openpyxl.Workbook())).rows == []
