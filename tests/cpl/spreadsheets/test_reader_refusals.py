"""Files that cannot be imported: each gets an error of its own, with a message and a cure."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpl.spreadsheets.errors import (
    CorruptError,
    DecompressionBombError,
    EmptyFileError,
    EncryptedError,
    ExternalContentError,
    FileTooLargeError,
    MacroError,
    TooLargeError,
    TooManyCellsError,
    TooManyColumnsError,
    TooManyRowsError,
    UnreadableTextError,
    WorkbookError,
    WrongKindError,
)
from cpl.spreadsheets.reader import Limits, read_workbook
from tests.cpl.spreadsheets.workbooks import (
    DECLARATION,
    by_hand,
    made_by_openpyxl,
    parts,
    saved,
    worksheet,
    zipped,
)

ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
MADE = made_by_openpyxl(["CPL Entry ID", "Device Type"], ["CPL-1", "ESME"])


def refused(data: bytes, name: str = "list.xlsx", limits: Limits | None = None) -> WorkbookError:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(data, name, limits or Limits())
    assert caught.value.message
    assert caught.value.cure
    return caught.value


def test_an_error_reads_as_its_message_and_its_cure() -> None:
    error = refused(b"")
    assert str(error) == f"{error.message} {error.cure}"


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\t"])
def test_an_empty_file_is_refused(data: bytes, name: str) -> None:
    assert isinstance(refused(data, name), EmptyFileError)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"a,b\r\n1,2\r\n", "list.xlsx", "rename it to end in .csv"),
        (MADE, "list.csv", "rename it to end in .xlsx"),
        (PNG, "list.xlsx", "PNG"),
        (PNG, "list.csv", "PNG"),
        (b"%PDF-1.7", "list.csv", "PDF"),
        (b"<html><table></table></html>", "list.xlsx", "web page"),
        (OLE, "list.xlsx", "old Excel"),
        (OLE, "list.xls", "old Excel"),
        (MADE, "list.xlsm", "macros"),
        (MADE, "list.xlsb", "binary workbook"),
        (MADE, "list.ods", "OpenDocument"),
        (MADE, "list.docx", "neither in .xlsx nor in .csv"),
        (b"a,b", "list", "neither in .xlsx nor in .csv"),
        (zipped({"xl/workbook.bin": b"x"}), "list.xlsx", "binary workbook"),
        (zipped({"content.xml": b"<x/>"}), "list.xlsx", "OpenDocument"),
        (zipped({"word/document.xml": b"<x/>"}), "list.xlsx", "text document"),
        (zipped({"readme.txt": b"x"}), "list.xlsx", "zip archive without a workbook"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(data: bytes, name: str, words: str) -> None:
    error = refused(data, name)
    assert isinstance(error, WrongKindError)
    assert words in str(error)


def test_a_workbook_with_a_password_is_refused() -> None:
    data = OLE + "EncryptedPackage".encode("utf-16-le")
    assert isinstance(refused(data), EncryptedError)


def test_an_archive_with_a_password_is_refused() -> None:
    data = bytearray(MADE)
    entry = data.find(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert isinstance(refused(bytes(data)), EncryptedError)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_cut_short_is_refused_as_damaged(share: float) -> None:
    assert isinstance(refused(MADE[: int(len(MADE) * share)]), CorruptError)


def test_a_part_that_does_not_match_its_check_sum_is_refused() -> None:
    written = by_hand(ONE_CELL)
    info = zipfile.ZipFile(io.BytesIO(written)).getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(written)
    data[info.header_offset + 30 + len(info.filename) + 10] ^= 0xFF
    assert isinstance(refused(bytes(data)), CorruptError)


def test_two_parts_of_one_name_are_refused() -> None:
    file = io.BytesIO(by_hand(ONE_CELL))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/Worksheets/sheet1.xml", worksheet(ONE_CELL))
    assert isinstance(refused(file.getvalue()), CorruptError)


def test_a_missing_sheet_is_refused() -> None:
    written = parts(worksheet(ONE_CELL))
    del written["xl/worksheets/sheet1.xml"]
    assert isinstance(refused(zipped(written)), CorruptError)


def test_xml_that_is_not_well_formed_is_refused() -> None:
    assert isinstance(refused(zipped(parts("<worksheet><sheetData>"))), CorruptError)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_xml_in_another_encoding_is_refused(encoding: str) -> None:
    written = parts("")
    xml = worksheet(ONE_CELL).replace("UTF-8", encoding)
    written["xl/worksheets/sheet1.xml"] = xml.encode(encoding)
    assert encoding in refused(zipped(written)).message.lower()


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_declared_entity_is_refused_in_every_part(part: str) -> None:
    written = parts(worksheet(ONE_CELL))
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    written[part] = written[part].replace(DECLARATION.encode(), DECLARATION.encode() + entity)
    assert isinstance(refused(zipped(written)), ExternalContentError)


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_a_workbook_with_a_macro_is_refused(part: str) -> None:
    error = refused(zipped(parts(worksheet(ONE_CELL)) | {part: b"<x/>"}))
    assert isinstance(error, MacroError)
    assert "without macros" in error.cure


def test_a_workbook_that_links_to_others_is_refused() -> None:
    data = zipped(parts(worksheet(ONE_CELL)) | {"xl/externalLinks/externalLink1.xml": b"<x/>"})
    error = refused(data)
    assert isinstance(error, ExternalContentError)
    assert "Break the links" in error.cure


def test_a_file_of_too_many_bytes_is_refused_with_both_sizes() -> None:
    error = refused(b"a" * 2_000_000, limits=Limits(file_bytes=1_000_000))
    assert isinstance(error, FileTooLargeError)
    assert "2 MB" in error.message
    assert "1 MB" in error.message


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(FileTooLargeError, match="100 MB"):
            read_workbook(path, "list.xlsx")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


class Unseekable(io.RawIOBase):
    """A stream as from a socket: it cannot tell its size."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "nothing may be read without a bound"
        return b"a" * size


def test_an_endless_stream_is_refused_when_it_passes_the_limit() -> None:
    endless: Any = Unseekable()
    with pytest.raises(FileTooLargeError):
        read_workbook(endless, "list.csv", Limits(file_bytes=1000))


def test_a_decompression_bomb_is_refused_by_its_true_size() -> None:
    data = zipped(parts(worksheet(ONE_CELL)) | {"xl/media/image1.png": b"\x00" * 30_000_000})
    error = refused(data)
    assert isinstance(error, DecompressionBombError)
    assert "20 MB" in error.message


def test_a_bomb_that_declares_a_small_size_is_refused() -> None:
    bomb = zipped({"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 30_000_000})
    small = zlib.crc32(b" " * 10).to_bytes(4, "little")
    entry = bomb.rfind(b"PK\x01\x02")
    data = bytearray(bomb)
    data[entry + 16 : entry + 20] = small
    data[entry + 24 : entry + 28] = struct.pack("<L", 10)
    written = parts(worksheet(ONE_CELL))
    assert "xl/workbook.xml" in written
    assert isinstance(refused(bytes(data)), WorkbookError)


def test_no_size_that_an_archive_declares_is_believed() -> None:
    written = parts(worksheet(ONE_CELL)) | {"zz.bin": b" " * 1_000_000}
    data = bytearray(zipped(written))
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<L", 10)
    data[entry + 16 : entry + 20] = zlib.crc32(b" " * 10).to_bytes(4, "little")
    assert isinstance(refused(bytes(data)), CorruptError)
    assert isinstance(refused(bytes(data), limits=Limits(inflated_bytes=100_000)), DecompressionBombError)


def test_too_many_parts_are_refused() -> None:
    written = parts(worksheet(ONE_CELL)) | {f"xl/media/{number}.png": b"" for number in range(50)}
    assert isinstance(refused(zipped(written), limits=Limits(parts=40)), TooLargeError)


def many_rows(count: int) -> bytes:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("CPL")
    for number in range(count):
        sheet.append([number])
    return saved(workbook)


@pytest.mark.slow
def test_300000_rows_are_refused_with_both_figures() -> None:
    error = refused(many_rows(300_000))
    assert isinstance(error, TooManyRowsError)
    assert "“CPL” has 300,000 rows; at most 50,000" in error.message


def test_a_sheet_too_long_to_unfold_is_refused_for_its_rows() -> None:
    error = refused(many_rows(20_000), limits=Limits(rows=1000, inflated_bytes=500_000))
    assert isinstance(error, TooManyRowsError)
    assert "more than" in error.message


def test_exactly_as_many_rows_as_allowed_are_read() -> None:
    workbook = read_workbook(many_rows(1000), "list.xlsx", Limits(rows=1000))
    assert len(workbook.sheets[0].rows) == 1000


@pytest.mark.slow
def test_300000_rows_of_csv_are_refused_with_both_figures() -> None:
    error = refused(b"a,b\n" * 300_000, "list.csv")
    assert isinstance(error, TooManyRowsError)
    assert "300,000 rows; at most 50,000" in error.message


def test_too_many_columns_are_refused_with_both_figures() -> None:
    error = refused(made_by_openpyxl(["x"] * 201))
    assert isinstance(error, TooManyColumnsError)
    assert "201 columns, up to column GS; at most 200" in error.message


def test_too_many_columns_of_csv_are_refused() -> None:
    error = refused(b"h\n" + b"," * 200, "list.csv")
    assert isinstance(error, TooManyColumnsError)
    assert "201 columns; at most 200" in error.message


@pytest.mark.parametrize("cell", ["<v>1</v>", "<f>1</f>", "<is><t>x</t></is>", "<v/>"])
def test_a_single_cell_in_the_last_corner_is_refused_without_filling_the_sheet(cell: str) -> None:
    rows = f'{ONE_CELL}<row r="1048576"><c r="XFD1048576">{cell}</c></row>'
    assert isinstance(refused(by_hand(rows)), TooManyRowsError)


def test_a_declared_dimension_of_the_whole_sheet_costs_nothing() -> None:
    data = by_hand(ONE_CELL, before='<dimension ref="A1:XFD1048576"/>')
    assert read_workbook(data, "list.xlsx").sheets[0].rows == [(1,)]


def test_a_few_cells_far_apart_are_refused_when_the_gaps_would_be_too_many() -> None:
    rows = f'{ONE_CELL}<row r="50000"><c r="GR50000"><v>1</v></c></row>'
    error = refused(by_hand(rows))
    assert isinstance(error, TooManyCellsError)
    assert "10,000,000 cells" in error.message


@pytest.mark.parametrize(
    "reference", ["A99999999999", "A0", "XFE1", "ZZZZZZZ1", "A1048577", "1", "A", "a1", "\u0661", "A-1", ""]
)
def test_a_cell_reference_that_cannot_be_is_refused(reference: str) -> None:
    assert isinstance(refused(by_hand(f'<row><c r="{reference}"><v>1</v></c></row>')), CorruptError)


@pytest.mark.parametrize("number", ["0", "-1", "1048577", "4294967297", "x", ""])
def test_a_row_number_that_cannot_be_is_refused(number: str) -> None:
    assert isinstance(refused(by_hand(f'<row r="{number}"><c><v>1</v></c></row>')), CorruptError)


def test_a_cell_that_stands_in_another_row_is_refused() -> None:
    error = refused(by_hand('<row r="1"><c r="A9"><v>1</v></c></row>'))
    assert "A9 in row 1" in error.message


def test_a_comment_that_would_cut_a_value_is_refused() -> None:
    assert isinstance(refused(by_hand('<row r="1"><c r="A1"><v>4<!-- -->5</v></c></row>')), CorruptError)


def test_a_text_that_does_not_exist_is_refused_with_its_cell() -> None:
    error = refused(by_hand('<row r="1"><c r="B1" t="s"><v>7</v></c></row>', "zero"))
    assert "B1" in error.message


def test_one_long_text_named_by_every_cell_is_refused() -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 1001))
    data = by_hand(cells, "x" * 30_000)
    assert isinstance(refused(data, limits=Limits(text_bytes=1_000_000)), TooManyCellsError)


@pytest.mark.parametrize("data", [b"a,b\x00,c\n", b"a\x00,\x00b\x00\n\x00", b"\xff\xfea\x00\x00\x00"])
def test_nul_bytes_in_a_csv_file_are_refused(data: bytes) -> None:
    assert isinstance(refused(data, "list.csv"), UnreadableTextError)


def test_bytes_that_mean_nothing_are_refused_with_their_line() -> None:
    error = refused(b"a,b\nc,\x81\n", "list.csv")
    assert isinstance(error, UnreadableTextError)
    assert "line 2 has the byte 81" in error.message


def test_a_broken_utf16_file_is_refused() -> None:
    assert isinstance(refused(b"\xff\xfea\x00b", "list.csv"), UnreadableTextError)


def test_a_quotation_mark_that_is_never_closed_is_refused() -> None:
    error = refused(b'a,b\n"c,d\ne,f\n', "list.csv")
    assert isinstance(error, CorruptError)
    assert "quotation mark" in error.message


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(MADE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_refused_but_never_fails_otherwise(
    changes: list[tuple[int, int]],
) -> None:
    data = bytearray(MADE)
    for position, value in changes:
        data[position] = value
    try:
        read_workbook(bytes(data), "list.xlsx")
    except WorkbookError as error:
        assert error.cure


XML_PIECES = st.sampled_from(
    [
        '<row r="1">', '<row r="3">', "<row>", "</row>", '<c r="A1">', '<c r="B3" t="s">', "<c>", "</c>",
        '<c r="C1" t="e">', "<v>", "</v>", "0", "1E8", "nan", "x", "<is>", "</is>", "<t>", "</t>", "<f>",
        "</f>", '<c r="A1" t="b">', '<c r="A1" t="d">', "<v/>", "<f/>", "<c/>", "<row/>",
    ]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(XML_PIECES, max_size=25))
def test_any_arrangement_of_rows_and_cells_is_read_or_refused(pieces: list[str]) -> None:
    try:
        read_workbook(by_hand("".join(pieces), "text"), "list.xlsx")
    except WorkbookError as error:
        assert error.cure


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=300), st.sampled_from(["list.csv", "list.xlsx"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        read_workbook(data, name)
    except WorkbookError as error:
        assert error.cure
