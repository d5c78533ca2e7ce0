"""What is read from .csv files, in any encoding and with any separator that the industry sends."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpl.spreadsheets.reader import Row, read_workbook
from tests.cpl.spreadsheets.workbooks import SAMPLES

HEADINGS = "CPL Entry ID;Device Type;Manufacturer\r\n"
ROW = "CPL-1;ESME;Møller & Söhne\r\n"


def rows(data: bytes) -> list[Row]:
    return read_workbook(data, "list.csv").sheets[0].rows


def test_the_only_sheet_is_called_as_the_file_is() -> None:
    workbook = read_workbook(b"a,b\n", "cpl-2026.csv")
    assert workbook.kind == "csv"
    assert [sheet.name for sheet in workbook.sheets] == ["cpl-2026"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_encoding_and_separator_reads_alike(encoding: str, separator: str) -> None:
    text = (HEADINGS + ROW).replace(";", separator)
    assert rows(text.encode(encoding)) == [
        ("CPL Entry ID", "Device Type", "Manufacturer"),
        ("CPL-1", "ESME", "Møller & Söhne"),
    ]


def test_utf16_of_the_other_byte_order_is_read() -> None:
    assert rows(b"\xfe\xff" + "a;b\n".encode("utf-16-be")) == [("a", "b")]


@pytest.mark.parametrize("line", ["sep=;\r\n", '"sep=;"\r\n', "SEP=;\n"])
def test_a_line_that_names_the_separator_is_followed_and_not_counted(line: str) -> None:
    assert rows((line + "a,b;c\r\n1,2;3\r\n").encode()) == [("a,b", "c"), ("1,2", "3")]


def test_a_separator_inside_fields_does_not_deceive() -> None:
    text = 'id;ids\nCPL-1;"CPL-2, CPL-3, CPL-4"\nCPL-5;"CPL-6, CPL-7, CPL-8"\n'
    assert rows(text.encode())[1] == ("CPL-1", "CPL-2, CPL-3, CPL-4")


def test_a_banner_does_not_deceive() -> None:
    text = "Central Products List, issued; by nobody, today, here\n\n" + HEADINGS + ROW * 5
    assert rows(text.encode())[2] == ("CPL Entry ID", "Device Type", "Manufacturer")


def test_quoted_fields_keep_their_line_breaks_and_quotation_marks() -> None:
    assert rows(b'a,b\n"one\r\ntwo","he said ""no"""\n')[1] == ("one\r\ntwo", 'he said "no"')


def test_empty_fields_are_empty_cells_and_empty_lines_are_rows() -> None:
    assert rows(b"a,,c\n\n,,\n") == [("a", None, "c"), (), (None, None, None)]


def test_values_stay_text() -> None:
    assert rows(b"0203,1E8\n") == [("0203", "1E8")]


def test_line_ends_of_old_macs_are_understood() -> None:
    assert rows(b"a,b\rc,d\r") == [("a", "b"), ("c", "d")]


def test_the_sample_estate_is_read_whole() -> None:
    path = SAMPLES / "estate-portfolio.csv"
    read = read_workbook(path, path.name).sheets[0].rows
    assert read[0] == ("Manufacturer", "Model", "Firmware", "Devices")
    assert len(read) == path.read_bytes().count(b"\n")


CELL_TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8)


@given(
    st.lists(st.tuples(CELL_TEXT, CELL_TEXT, CELL_TEXT), min_size=1, max_size=5),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_what_a_spreadsheet_writes_is_read_back(table: list[tuple[str, str, str]], encoding: str) -> None:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(table)
    data = ("sep=,\r\n" + file.getvalue()).encode(encoding)
    assert rows(data) == table
