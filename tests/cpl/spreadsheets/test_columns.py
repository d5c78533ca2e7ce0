"""Finding the header row and the meaning of its columns."""

# ruff: noqa: DTZ001 (the dates of a spreadsheet have no time zone)

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpl.spreadsheets.columns import (
    NAMES,
    Header,
    SheetKind,
    field_of,
    find_header,
    find_headers,
    issue_date,
    issue_number,
    normalise,
)
from cpl.spreadsheets.errors import (
    DuplicateColumnError,
    HeaderError,
    MergedCellsError,
    MissingColumnsError,
    NoHeaderError,
)
from cpl.spreadsheets.reader import Cell, MergedRange, Sheet, Workbook, read_workbook
from tests.cpl.spreadsheets.workbooks import SAMPLES

CPL = (
    "CPL Entry ID", "Device Type", "ESME Variant", "Manufacturer", "Manufacturer Identifier", "Model Name",
    "Model Identifier", "Hardware Version", "Hardware Revision", "Firmware Version", "SMETS / CHTS Version",
    "GBCS Version", "ZigBee Certificate", "DLMS Certificate", "CPA Certificate", "CPA Date Type", "CPA Date",
    "Firmware Hash (SHA-256)", "Date Added",
)  # fmt: skip
FIR = ("CPL Entry ID", "Manufacturer", "Release Stage", "Contact Email", "Portal")
REMOVED = ("CPL Entry ID", "Manufacturer", "Date Removed", "Reason For Removal")


def sheet(*rows: tuple[Cell, ...], name: str = "Sheet1", merged: tuple[MergedRange, ...] = ()) -> Sheet:
    return Sheet(name, list(rows), merged)


def header(*rows: tuple[Cell, ...], name: str = "Sheet1") -> Header:
    found = find_header(sheet(*rows, name=name), {})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("cpl-2026-10-30.xlsx", {"CPL": "CPL", "Removed": "REMOVED"}),
        ("cpl-2026-11-20.xlsx", {"CPL": "CPL", "Removed": "REMOVED"}),
        ("cpl-problem-rows.xlsx", {"CPL": "CPL"}),
        ("fir-2026-10-30.xlsx", {"FIR": "FIR"}),
    ],
)
def test_every_column_of_the_sample_lists_is_known(file: str, expected: dict[str, str]) -> None:
    lists = find_headers(read_workbook(SAMPLES / file, file))
    assert {sheet.name: str(header.kind) for sheet, header in lists} == expected
    for sheet_, header_ in lists:
        assert header_.row_number == 4
        assert header_.unknown == ()
        assert len(header_.columns) == len(sheet_.row(4))


def test_the_guidance_sheet_is_skipped() -> None:
    file = "cpl-2026-10-30.xlsx"
    names = [sheet.name for sheet, _ in find_headers(read_workbook(SAMPLES / file, file))]
    assert "Guidance" not in names


def test_the_banner_of_a_sample_gives_the_date_of_issue() -> None:
    file = "cpl-2026-10-30.xlsx"
    _, found = find_headers(read_workbook(SAMPLES / file, file))[0]
    assert issue_date(found.banner) == date(2026, 10, 30)


@pytest.mark.parametrize("field", NAMES)
def test_every_name_of_a_field_stands_for_that_field_alone(field: str) -> None:
    for name in NAMES[field]:
        assert field_of(name, {}) == field, name


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("manufacturer identifier", "manufacturer_identifier"),
        ("DeviceManufacturer", "manufacturer_identifier"),
        ("MANUFACTURER_ID", "manufacturer_identifier"),
        ("Mfr ID", "manufacturer_identifier"),
        ("F/W version", "firmware_version"),
        ("OTA\nVersion", "firmware_version"),
        ("  Firmware   Version * ", "firmware_version"),
        ("CPL Entry #", "cpl_entry_id"),
        ("CPA Date (dd/mm/yyyy)", "cpa_date"),
        ("Hash [64 digits]", "firmware_hash"),
        ("\uff27\uff22\uff23\uff33", "gbcs_version"),
        ("Wheel size", None),
        ("", None),
    ],
)
def test_headings_are_known_in_any_case_and_punctuation(heading: str, field: str | None) -> None:
    assert field_of(heading, {}) == field


def test_what_a_person_decided_goes_before_the_known_names() -> None:
    assert field_of("Wheel Size", {normalise("wheel size"): "notes"}) == "notes"
    assert field_of("Firmware", {"firmware": "firmware_label"}) == "firmware_label"


def test_a_column_a_person_ignores_is_ignored() -> None:
    found = find_header(sheet((*CPL, "Notes")), {"notes": ""})
    assert found is not None
    assert "notes" not in found.columns
    assert found.unknown == ()


def test_a_remembered_field_that_no_longer_exists_is_as_good_as_forgotten() -> None:
    assert field_of("Firmware", {"firmware": "gone"}) == "firmware_version"


def test_columns_are_found_in_any_order_by_their_index() -> None:
    found = header((None, *reversed(CPL)))
    assert found.columns["published_on"] == 1
    assert found.columns["cpl_entry_id"] == 19


def test_a_header_is_found_under_a_banner_of_any_height() -> None:
    banner = [("Central Products List",), (), ("Firmware Version", "is the version of the firmware")] * 10
    assert header(*banner, CPL, ("CPL-1", "ESME")).row_number == 31


def test_a_header_beyond_the_first_50_rows_is_not_looked_for() -> None:
    assert find_header(sheet(*[("text",)] * 50, CPL), {}) is None


def test_the_banner_is_given_as_lines_of_text() -> None:
    found = header(("Central Products List",), ("Issued", datetime(2026, 10, 30)), (None,), CPL)
    assert found.banner == ("Central Products List", "Issued 2026-10-30")
    assert issue_date(found.banner) == date(2026, 10, 30)


def test_headings_and_banner_are_kept_without_control_characters() -> None:
    found = header(("Issued\x00 today",), (*CPL, "Wheel\x00\nsize"))
    assert found.unknown == ("Wheel\ufffd size",)
    assert found.banner == ("Issued\ufffd today",)


def test_unknown_columns_are_named_and_left_out() -> None:
    assert header((*CPL, "Wheel size")).unknown == ("Wheel size",)


def test_a_value_is_found_by_its_field_also_in_a_short_row() -> None:
    found = header(CPL)
    assert found.value(("CPL-1", "ESME"), "device_type") == "ESME"
    assert found.value(("CPL-1", "ESME"), "cpa_date") is None
    assert found.value(("CPL-1", "ESME"), "notes") is None


def test_a_column_is_named_by_its_letter_and_heading() -> None:
    assert header(CPL).place("manufacturer_identifier") == "column E (Manufacturer Identifier)"


@pytest.mark.parametrize(
    ("headings", "name", "kind"),
    [
        (CPL, "Sheet1", SheetKind.CPL),
        (CPL, "FIR", SheetKind.CPL),
        ((*CPL, "Previous CPL Entry ID(s)", "Notes"), "Sheet1", SheetKind.CPL),
        ((*CPL, "Date Removed", "Reason For Removal"), "Sheet1", SheetKind.REMOVED),
        ((*CPL, "Date Removed", "Reason For Removal"), "CPL removed", SheetKind.REMOVED),
        ((*CPL, "Date Removed", "Reason For Removal"), "CPL", SheetKind.CPL),
        (REMOVED, "Sheet1", SheetKind.REMOVED),
        (FIR, "Sheet1", SheetKind.FIR),
        (FIR, "CPL", SheetKind.FIR),
        (("CPL Entry ID", "Manufacturer", "Firmware Version", "Predecessors"), "FIR", SheetKind.FIR),
        (("CPL Entry ID", "Device Type", "Stage", "Notes", "Portal"), "FIR 2026", SheetKind.FIR),
    ],
)
def test_the_kind_is_told_by_the_columns_and_then_by_the_name(
    headings: tuple[str, ...], name: str, kind: SheetKind
) -> None:
    assert header(headings, name=name).kind is kind


def test_a_joined_device_model_replaces_its_three_columns() -> None:
    joined = tuple(h for h in CPL if h not in ("Model Identifier", "Hardware Version", "Hardware Revision"))
    assert header((*joined, "Device Model")).columns["device_model"] == 16


def test_two_columns_for_one_field_are_refused_naming_both() -> None:
    with pytest.raises(DuplicateColumnError) as caught:
        find_header(sheet((*CPL, "Mfr Code"), name="CPL"), {})
    message = caught.value.message
    assert "Sheet “CPL”" in message
    assert "column E (Manufacturer Identifier) and column T (Mfr Code)" in message
    assert caught.value.cure


def test_missing_columns_are_refused_naming_them_and_what_is_there() -> None:
    with pytest.raises(MissingColumnsError) as caught:
        find_header(sheet(("CPL Entry ID", "Device Type", "Maker", "Mfr ID", "Hash", "Model ID")), {})
    message = caught.value.message
    assert "“Firmware Version”, “Hardware Version” and “Hardware Revision”" in message
    assert "“Mfr ID”" in message


def test_a_removed_list_without_dates_is_refused() -> None:
    with pytest.raises(MissingColumnsError, match="“Date Removed”"):
        find_header(sheet(("CPL Entry ID", "Manufacturer", "Reason For Removal"), name="Removed"), {})


def test_a_workbook_without_any_header_is_refused_naming_its_sheets() -> None:
    workbook = Workbook("list.xlsx", "xlsx", "", (sheet(("a", "b"), name="One"), sheet(name="Two")))
    with pytest.raises(NoHeaderError, match="“One”, “Two”") as caught:
        find_headers(workbook)
    assert "CPL Entry ID" in caught.value.cure


def test_known_columns_without_an_entry_or_a_model_are_no_header() -> None:
    assert find_header(sheet(("Manufacturer", "Email", "Phone", "Notes")), {}) is None


def test_merged_cells_in_the_banner_do_no_harm() -> None:
    merged = (MergedRange(1, 1, 0, 18),)
    assert find_header(sheet(("Central Products List",), CPL, merged=merged), {}) is not None


@pytest.mark.parametrize(("merged", "shown"), [(MergedRange(1, 2, 0, 3), "A1:D2"), (MergedRange(7, 9, 1, 1), "B7:B9")])
def test_merged_cells_in_or_below_the_header_are_refused_with_their_range(merged: MergedRange, shown: str) -> None:
    with pytest.raises(MergedCellsError, match=shown):
        find_header(sheet(("Central Products List",), CPL, merged=(merged,)), {})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Issued 30 October 2026   Classification: green", date(2026, 10, 30)),
        ("Issued: 30th Oct 2026", date(2026, 10, 30)),
        ("As at 30/10/2026", date(2026, 10, 30)),
        ("Version 4.12 - 2026-10-30", date(2026, 10, 30)),
        ("October 30, 2026", date(2026, 10, 30)),
        ("30.10.2026", date(2026, 10, 30)),
        ("30-Oct-2026", date(2026, 10, 30)),
        ("Issued 31 February 2026", None),
        ("Issue 123", None),
        ("", None),
    ],
)
def test_the_date_of_issue_is_found_however_it_is_written(line: str, expected: date | None) -> None:
    assert issue_date(["Central Products List", line]) == expected


def test_a_line_of_issue_goes_before_other_dates() -> None:
    assert issue_date(["Since 1 May 2019", "Issued 30 October 2026"]) == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Central Products List Issue 123", "123"),
        ("Version 4.12", "4.12"),
        ("No. 12", "12"),
        ("Issue No: 7 of 30/10/2026", "7"),
        ("issue number 88", "88"),
        ("Version v2.0, issued 30 October 2026", "2.0"),
        ("Issued 30 October 2026", ""),
        ("Issue 30 October 2026", ""),
        ("Issue 30/10/2026", ""),
        ("Central Products List", ""),
    ],
)
def test_the_number_of_the_issue_is_found(line: str, expected: str) -> None:
    assert issue_number([line]) == expected


HEADING = st.one_of(
    st.sampled_from([name for names in NAMES.values() for name in names]), st.text(max_size=12), st.none()
)


@given(st.lists(st.lists(HEADING, max_size=12).map(tuple), max_size=4))
def test_any_sheet_has_a_header_or_none_or_a_reason(rows: list[tuple[str | None, ...]]) -> None:
    try:
        found = find_header(sheet(*rows), {})
    except HeaderError as error:
        assert error.cure
        return
    if found is not None:
        assert len(set(found.columns.values())) == len(found.columns)
        for field, index in found.columns.items():
            assert field_of(str(rows[found.row_number - 1][index]), {}) == field


@given(st.text(max_size=60))
def test_any_line_gives_a_date_and_a_number_or_none(line: str) -> None:
    assert issue_date([line]) is None or issue_date([line]) is not None
    assert isinstance(issue_number([line]), str)
