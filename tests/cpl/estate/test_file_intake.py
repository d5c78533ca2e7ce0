"""An estate file on its way to the spool: told, refused or left out in time, its lines numbered as they were sent."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cpl.choices import EstateColumn
from cpl.estate.certain import NUMBERS
from cpl.estate.decoding import decoder_for
from cpl.estate.errors import EstateFileError
from cpl.estate.guard import Guard, PersonalDataError, _lines_with
from cpl.estate.headings import recognise, signature
from cpl.estate.layout import Layout
from cpl.estate.personal import certainly_personal
from cpl.estate.spool import Spool, path_of
from cpl.spreadsheets.estate_upload import Intake, Taken
from tests.factories.estate_files import HEADINGS, ROW

Take = Callable[..., tuple[Taken, bytes]]
MANY = 12_000
"""Rows that reach beyond the head of a file."""

PLAIN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Sends a file in pieces; what came of it, and what is in the spool then."""

    def send(
        data: bytes, name: str = "gains.csv", *, left_out: tuple[int, ...] = (), piece: int = 50_000
    ) -> tuple[Taken, bytes]:
        intake = Intake(
            Spool(tmp_path), name, max_bytes=10**8, max_workbook_bytes=10**7, leave_out=lambda headings: left_out
        )
        try:
            for at in range(0, len(data), piece):
                intake.feed(data[at : at + piece])
            taken = intake.finish()
        except EstateFileError:
            intake.drop()
            raise
        return taken, path_of(tmp_path, taken.token).read_bytes()

    return send


def test_a_plain_file_is_kept_as_it_came(take: Take) -> None:
    taken, kept = take(HEADINGS + ROW * 3)
    assert kept == HEADINGS + ROW * 3
    assert taken.rows_total == 3
    assert taken.layout == Layout(
        "utf-8", ",", 1, ("Manufacturer", "Model", "Firmware", "Devices"), {}, False,
        ("Manufacturer", "Model", "Firmware", "Devices"), (),
        signature=signature(["manufacturer", "MODEL", "Firm ware", "Devices"]),
    )  # fmt: skip


def test_the_file_and_its_folder_are_private(take: Take, tmp_path: Path) -> None:
    taken, _ = take(HEADINGS + ROW)
    assert path_of(tmp_path, taken.token).stat().st_mode & 0o777 == 0o600
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_writing_is_read(take: Take, separator: str, ends: str, encoding: str) -> None:
    rows = [["Région", "Manufacturer", "Model", "Firmware"], ["Côté", "7A05", "705B090B", "01030000"]]
    text = "".join(separator.join(row) + ends for row in rows)
    taken, kept = take(text.encode(encoding))
    assert taken.layout.headings == tuple(rows[0])
    assert taken.layout.separator == separator
    assert list(csv.reader(io.StringIO(kept.decode()), delimiter=separator)) == rows


@settings(max_examples=80)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\ufeff"), min_size=1, max_size=80),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]),
    piece=st.integers(1, 9),
)
def test_no_cut_between_two_bytes_changes_what_is_read(text: str, encoding: str, piece: int) -> None:
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    assert decoded((mark + text).encode(encoding), piece) == text


@settings(max_examples=80)
@given(
    st.lists(
        st.sampled_from(["plain", "C\xf4t\xe9", "\xa3 12", "na\xefve\n", "\n", "\u20ac", "\xff\xe9 "]), min_size=1
    ),
    st.integers(1, 9),
)
def test_windows_1252_is_read_however_it_is_cut(words: list[str], piece: int) -> None:
    text = " ".join(words)
    assert decoded(text.encode("cp1252"), piece) == text


def decoded(data: bytes, piece: int) -> str:
    decoder = decoder_for(data[:4], "gains.csv")
    pieces = [data[:4], *(data[at : at + piece] for at in range(4, len(data), piece))]
    return b"".join([*(decoder.feed(each) for each in pieces), decoder.finish()]).decode()


@PLAIN
@given(
    st.lists(
        st.lists(st.sampled_from(["a", "", "x,y", 'say "so"', "two\nlines", "7A05"]), min_size=1, max_size=6),
        max_size=30,
    )
)
def test_what_is_left_out_is_gone_and_every_row_keeps_its_line(take: Take, rows: list[list[str]]) -> None:
    full = [row[:4] + [""] * (4 - len(row)) for row in rows] + [["end", "7A05", "705B090B", "01030000"]]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([["MPAN", "Manufacturer", "Model", "Firmware"], *full])
    _, kept = take(out.getvalue().encode(), left_out=(0,))

    def starts(text: str) -> list[tuple[int, list[str]]]:
        reader, line, found = csv.reader(io.StringIO(text, newline="")), 1, []
        for row in reader:
            if row:
                found.append((line, row))
            line = reader.line_num + 1
        return found

    assert starts(kept.decode()) == [(line, row[1:]) for line, row in starts(out.getvalue())]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \n\n\t\n", "is empty"),
        (HEADINGS, "no rows below"),
        (HEADINGS + b"\n,,,\n", "no rows below"),
        (ROW * 3, "line 1 is a device already"),
        (b"a,b\n1,2\n", "line 1 reads “a”, “b”"),
        (b"1200012345678,LS1 4AB\n", "line 1 reads “…”, “…”"),
        (HEADINGS + ROW + ROW.replace(b"802", b"8\x0002"), "line 3 holds a NUL byte"),
        (HEADINGS + ROW * MANY + b"\x00", f"line {MANY + 2:,} holds a NUL byte"),
        ((HEADINGS + ROW).decode().encode("utf-16-le"), "line 1 holds a NUL byte"),
        (HEADINGS + ROW + "Côte\n".encode() + b"C\xf4te\n", "line 3 is written in UTF-8, line 4 in Windows-1252"),
        (HEADINGS + b"C\xf4te\n" + ROW * MANY + "Côte\n".encode(), f"line {MANY + 3:,} is written in UTF-8, line 2 in"),
        (b"\xef\xbb\xbf" + HEADINGS + b"C\xf4te\n", "says that it is UTF-8, but line 2 has the byte F4"),
        (HEADINGS + b"7A05,\x81\n", "line 2 has the byte 81"),
        (b"\x89PNG\r\n\x1a\n" + ROW, "a PNG picture"),
        (HEADINGS + ROW * MANY + b"x" * 1_100_000, f"Line {MANY + 2:,} of the file"),
        (b"Model," * 201 + b"\n", "has 202 columns"),
    ],
)  # fmt: skip
def test_what_is_no_estate_is_refused_with_its_place_and_leaves_nothing(
    take: Take, tmp_path: Path, data: bytes, says: str
) -> None:
    with pytest.raises(EstateFileError) as refused:
        take(data)
    assert says in refused.value.message
    assert refused.value.cure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [("gains.pdf", "ends neither in"), ("gains.xlsx", "not what its name says"), ("gains.xls", "97-2003")],
)
def test_the_name_must_be_one_of_a_list(take: Take, name: str, says: str) -> None:
    with pytest.raises(EstateFileError, match=says):
        take(HEADINGS + ROW, name)


def test_more_bytes_than_are_taken_are_refused_as_they_come(tmp_path: Path) -> None:
    intake = Intake(Spool(tmp_path), "gains.csv", max_bytes=400_000, max_workbook_bytes=10)
    intake.feed((HEADINGS + ROW * 20_000)[:390_000])
    with pytest.raises(EstateFileError, match="larger than 400,000 bytes"):
        intake.feed(ROW * 1_000)
    intake.drop()
    assert list(tmp_path.iterdir()) == []


def test_personal_columns_are_named_with_place_and_a_masked_example(take: Take, tmp_path: Path) -> None:
    data = b"MPAN,Where," + HEADINGS + b"1200012345678,LS1 4AB," + ROW
    with pytest.raises(PersonalDataError) as refused:
        take(data)
    told = [(column.at, column.heading, column.what, column.line, column.example) for column in refused.value.columns]
    assert told == [(0, "MPAN", "MPAN", 2, "12•••••••••78"), (1, "Where", "postcode", 2, "LS•••AB")]
    assert list(tmp_path.iterdir()) == []


def test_personal_data_far_below_the_headings_stop_the_upload_before_they_are_written(
    take: Take, tmp_path: Path
) -> None:
    data = b"Note," + HEADINGS + (b"," + ROW) * MANY + b"00-DB-12-34-56-78-90-AB," + ROW
    with pytest.raises(PersonalDataError) as refused:
        take(data)
    assert [(column.heading, column.line) for column in refused.value.columns] == [("Note", MANY + 2)]
    assert list(tmp_path.iterdir()) == []


def test_a_row_with_a_separator_too_many_gives_nothing_away_when_columns_are_left_out(take: Take) -> None:
    _, kept = take(b"Address," + HEADINGS + b"12 High Street, Leeds," + ROW, left_out=(0,))
    assert kept == HEADINGS + b"-,-,-,-,-\n"


def test_a_row_with_a_separator_too_few_gives_nothing_away_when_columns_are_left_out(take: Take) -> None:
    headings, row = HEADINGS.rstrip() + b",Customer Name\n", b"7A05,705B090B,01030000,802,Nia Pritchard\n"
    _, kept = take(headings + row + b"7A05,705B090B,01030000,Nia Pritchard\n" + b",,\n", left_out=(4,))
    assert kept == HEADINGS + b"7A05,705B090B,01030000,802\n-,-,-,-,-\n,,\n"


@pytest.mark.parametrize(
    "heading", ["1200012345678", "jane.doe@home.example", "Mrs Jane Doe 12 High Street LS1 4AB", "Note of Smith, Jane"]
)
def test_a_heading_that_is_of_a_person_is_refused_and_never_repeated(take: Take, heading: str) -> None:
    headings, row = f'"{heading}",'.encode() + HEADINGS, b"ok," + ROW
    with pytest.raises(PersonalDataError) as refused:
        take(headings + row)
    assert heading not in str(refused.value) and [column.at for column in refused.value.columns] == [0]
    taken, kept = take(headings + row, left_out=(0,))
    assert heading not in str(taken.layout) + kept.decode()


def test_of_a_heading_left_out_is_kept_what_it_held(take: Take) -> None:
    taken, _ = take(b"Customer Name,Memo of ours," + HEADINGS + b"x,y," + ROW, left_out=(0, 1))
    assert taken.layout.sent[:3] == ("name of a person", "column 2", "Manufacturer")


CERTAIN = [
    "1200023305967", "12 0002 3305 967", "00DB1234567890AB", "0x00DB1234567890AB", "00 DB 12 34 56 78 90 AB",
    "00DB:1234:5678:90AB", "00DB-1234-5678-90AB", "07700 900123", "(020) 7946 0958", "020 7946 0958",
    "+44 20 7946 0958", "Mrs Smith", "Prof. Jones", "Miss Jones", "Dr Jones", "12 High Street", "Flat 2, 12b Mill Rd",
    "SW1A 1AA", "SW1A\u00a01AA", "LS1 4AB", "jane@x.example", "MPAN 1200023305967", "1234567890", "12345678901",
    "003801001200012345678",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    value=st.sampled_from(CERTAIN)
    | st.from_regex(r"[0-9 ]{9,24}|[A-Z]{1,2}[0-9]{1,2} ?[0-9][A-Z]{2}|0[0-9 ()-]{9,14}", fullmatch=True)
    | st.from_regex(r"(0x)?[0-9A-F]{2}([-:. ]?)[0-9A-F]{2}(\2[0-9A-F]{2}){6}", fullmatch=True),
    around=st.sampled_from(["{}", " {} ", "see {}", "{} (old)", "Ref: {}.", "caf\u00e9 {}", "a; {}", "{}\u00a0"]),
    separator=st.sampled_from([",", ";", "\t", "|"]),
)
def test_what_is_certainly_personal_is_refused_however_far_below_the_headings_it_stands(
    value: str, around: str, separator: str
) -> None:
    field = around.format(value)
    assume(certainly_personal(field))
    guard = Guard("gains.csv", separator, ["Manufacturer", "Model", "Note"], [0, 1, 2])
    out = io.StringIO(newline="")
    rows = [["7A05", "Zone 3 B", ""], ["7A05", "x", field]]
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    with pytest.raises(PersonalDataError) as refused:
        guard.look(out.getvalue().encode(), 50_000)
    assert [(column.at, column.line) for column in refused.value.columns] == [(2, 50_001)]


@pytest.mark.parametrize("field", ["+44", "123456789012345678", "+44 1", "2026-10-31 12:00:00", "0.1234567890123"])
def test_lines_that_can_never_be_personal_are_not_read_one_by_one(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    monkeypatch.setattr(Guard, "_look_at", lambda guard, line, number: read.append(number))
    Guard("gains.csv", ",", ["Model", "Note"], [0, 1]).look(f"705B090B,{field}\n".encode() * 100, 2)
    assert read == []


def test_lines_are_counted_from_the_last_one_that_was_read() -> None:
    lines = ["705B090B,Jane", "caf\u00e9,1200012345678", "705B090B,x", "1,1200012345679"] * 50
    text = "\n".join(lines) + "\n"
    counted: list[int] = []

    class Counting(str):
        def count(self, *args: Any) -> int:
            counted.append(args[2] - args[1])
            return super().count(*args)

    found = list(_lines_with(NUMBERS[0], Counting(text), 2))
    assert [number for _, number in found] == [at + 2 for at, line in enumerate(lines) if "1200" in line]
    assert sum(counted) <= len(text)


def test_a_field_that_is_too_long_to_be_looked_at_is_refused_with_its_line(take: Take, tmp_path: Path) -> None:
    long = b"7A05,705B090B,01030000,802," + b"x" * 140_000
    for data, line in ((HEADINGS + long + b"\n", 2), (HEADINGS + ROW * MANY + long + b" 12 High Street\n", MANY + 2)):
        with pytest.raises(EstateFileError, match=f"Line {line:,} of the file “gains.csv” has a field of more than"):
            take(data)
    assert list(tmp_path.iterdir()) == []


def test_what_stands_above_the_headings_is_not_kept_and_lines_keep_their_numbers(take: Take) -> None:
    taken, kept = take(b"Gains of Jane Doe\n\n" + HEADINGS + ROW)
    assert kept == b"\n\n" + HEADINGS + ROW
    assert taken.layout.first_row == 3


def test_a_quotation_mark_that_is_never_closed_is_told_where_columns_are_left_out(take: Take) -> None:
    with pytest.raises(EstateFileError, match="not closed"):
        take(b"MPAN," + HEADINGS + b'"x,' + ROW * 3, left_out=(0,))


# Columns -----------------------------------------------------------------------------------------------------


def test_the_columns_of_the_samples_are_recognised() -> None:
    told = recognise(("Manufacturer", "Model", "Firmware", "Devices"), [("7A05", "705B090B", "01030000", "802")])
    assert told.columns == {
        EstateColumn.MANUFACTURER: 0, EstateColumn.DEVICE_MODEL: 1, EstateColumn.FIRMWARE_VERSION: 2,
        EstateColumn.COUNT: 3,
    }  # fmt: skip
    assert told.doubtful == {}


def test_a_model_of_four_digits_is_a_part_of_the_device_model() -> None:
    headings = ("Maker", "Model", "HW version", "HW revision", "FW version")
    told = recognise(headings, [("7A05", "705B", "09", "0B", "01030000")])
    assert told.columns == {
        EstateColumn.MANUFACTURER: 0, EstateColumn.MODEL_IDENTIFIER: 1, EstateColumn.HARDWARE_VERSION: 2,
        EstateColumn.HARDWARE_REVISION: 3, EstateColumn.FIRMWARE_VERSION: 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headings", "row", "told"),
    [
        (("Make", "Sort", "FW"), ("7A05", "705B090B", "01030000"), {EstateColumn.DEVICE_MODEL: 1}),
        (("Who", "Model", "FW"), ("7A05", "705B090B", "01030000"), {EstateColumn.MANUFACTURER: 0}),
        # A day and a year are digits, too; of two that fit, neither; beside an unknown version no model.
        (("Make", "Day", "FW"), ("7A05", "20261101", "01030000"), {}),
        (("Year", "Model", "FW"), ("2026", "705B090B", "01030000"), {}),
        (("Make", "Sort", "Other", "FW"), ("7A05", "705B090B", "705B090C", "01030000"), {}),
        (("Make", "Sort", "Soft"), ("7A05", "705B090B", "0103000A"), {}),
    ],
)
def test_what_no_heading_tells_is_guessed_where_the_values_of_one_column_fit(
    headings: tuple[str, ...], row: tuple[str, ...], told: dict[EstateColumn, int]
) -> None:
    found = recognise(headings, [row])
    assert {name: found.columns[name] for name in found.guessed} == told


def test_of_two_candidates_neither_is_chosen() -> None:
    told = recognise(("Firmware", "Model", "firmware_version"), [])
    assert EstateColumn.FIRMWARE_VERSION not in told.columns
    assert told.doubtful == {EstateColumn.FIRMWARE_VERSION: (0, 2)}
