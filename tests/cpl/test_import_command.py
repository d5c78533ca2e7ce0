"""`manage.py import_cpl`: what it prints, what it saves, and how it fails."""

from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from cpl.models import CPLEntry, ImportRun
from tests.cpl.importing import bring_in, entry, listed, removed, workbook
from tests.cpl.spreadsheets.workbooks import saved
from tests.factories import Cast

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.xlsx"


def printed(path: Path, *arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("import_cpl", str(path), *arguments, stdout=out, **options)
    return out.getvalue()


def failed(path: Path, *arguments: str) -> tuple[str, str]:
    """What a run that fails prints, and its error; it leaves no import behind."""
    out = StringIO()
    before = ImportRun.objects.count()
    with pytest.raises(CommandError) as raised:
        call_command("import_cpl", str(path), *arguments, stdout=out)
    assert raised.value.returncode == 1
    assert ImportRun.objects.count() == before
    return out.getvalue(), str(raised.value)


def test_it_prints_what_it_understood_and_imports(file: Path) -> None:
    file.write_bytes(workbook(listed(), Removed=[removed(2)]))
    output = printed(file)
    for part in (
        "File: list.xlsx",
        "Issued 30 October 2026",
        "Sheet 'CPL': CPL, 1 rows",
        "  E Manufacturer Identifier = manufacturer_identifier",
        "Rows: 2 added, 0 changed, 0 removed, 0 unchanged, 0 refused, 0 absent.",
        "Applied as import",
    ):
        assert part in output
    assert CPLEntry.objects.count() == 2


def test_the_same_file_again_changes_nothing_and_says_so(file: Path) -> None:
    file.write_bytes(workbook(listed()))
    printed(file)
    assert "Nothing changes: this file is already in the repository." in printed(file)


def test_a_preview_imports_nothing_and_is_kept(file: Path) -> None:
    file.write_bytes(workbook(listed()))
    assert "nothing was imported" in printed(file, "--preview")
    assert not CPLEntry.objects.exists()
    assert ImportRun.objects.get().status == "previewed"


def test_refused_rows_are_printed_with_place_value_and_cure_and_nothing_is_saved() -> None:
    output, error = failed(SAMPLES / "cpl-problem-rows.xlsx")
    assert "CPL row 9, CPL-900005, column 'Firmware Version' (J9), value '010203':" in output
    assert "“010203” has 6 hex digits, expected 8. Give all 8 digits" in output
    assert "18 rows are refused, so nothing was imported." in error
    assert not CPLEntry.objects.exists() and not AuditEvent.objects.exists()
    assert "\x0b" not in output


def test_accepted_rows_only_where_asked_for() -> None:
    assert "12 added" in printed(SAMPLES / "cpl-problem-rows.xlsx", "--accepted-only")
    assert CPLEntry.objects.count() == 12


def test_changes_are_printed_the_first_twenty_or_all(file: Path) -> None:
    bring_in(workbook(*(listed(number) for number in range(1, 26))))
    file.write_bytes(workbook(*(listed(number, gbcs_version="4.3") for number in range(1, 26))))
    output = printed(file, "--preview")
    assert "CPL row 4, CPL-000001: GBCS Version: '4.2' becomes '4.3'" in output
    assert output.count("becomes") == 20 and "and 5 more" in output
    assert printed(file, "--preview", verbosity=2).count("becomes") == 25


def test_proposed_removals_are_printed_and_done_only_where_asked_for(file: Path) -> None:
    bring_in(workbook(listed(), listed(2)))
    file.write_bytes(workbook(listed()))
    output = printed(file)
    assert "CPL-000002: Northmoor Metering Ltd, Ember X495, 01000002" in output
    assert not entry(2).is_removed
    _, error = failed(file, "--remove-absent")
    assert "reason and a date" in error
    printed(file, "--remove-absent", "--removal-reason", "Withdrawn", "--removal-date", "01/11/2026")
    assert (entry(2).removal_reason, str(entry(2).removed_on)) == ("Withdrawn", "2026-11-01")


def test_a_column_can_be_explained(file: Path) -> None:
    file.write_bytes(workbook(listed()))
    output = printed(file, "--column", "DLMS Certificate=")
    assert "not read: DLMS Certificate" in output
    assert entry().dlms_certificate == ""


def test_the_person_who_imports_is_named(cast: Cast, file: Path) -> None:
    file.write_bytes(workbook(listed()))
    printed(file, "--by", cast.moderator.email.upper())
    assert AuditEvent.objects.get(name="import.applied").actor == cast.moderator.email


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--by", "nobody@nowhere.example"], "Nobody here has the e-mail address"),
        (["--column", "Wobble=wobble"], "write 'Header=field'"),
        (["--column", "Wobble"], "write 'Header=field'"),
        (
            ["--remove-absent", "--removal-date", "31/02/2026", "--removal-reason", "x"],
            "February 2026 has no day 31",
        ),
    ],
)
def test_wrong_arguments_fail_with_a_cure(file: Path, arguments: list[str], error: str) -> None:
    file.write_bytes(workbook(listed()))
    assert error in failed(file, *arguments)[1]
    assert not CPLEntry.objects.exists()


def test_a_person_without_the_permission_is_told(cast: Cast, file: Path) -> None:
    file.write_bytes(workbook(listed()))
    assert "may not import" in failed(file, "--by", cast.supplier.email)[1]


def without_header() -> bytes:
    return b"alpha,beta,gamma\n1,2,3\n"


def with_merged_cells() -> bytes:
    book = openpyxl.load_workbook(SAMPLES / "cpl-problem-rows.xlsx")
    book.worksheets[0].merge_cells("A6:B6")
    return saved(book)


def with_two_columns_for_one_field() -> bytes:
    header = ",".join(["CPL Entry ID", "Device Type", "Manufacturer", "Maker", "Manufacturer ID", "Firmware"])
    return f"{header}\n".encode()


@pytest.mark.parametrize(
    ("name", "content", "message", "cure"),
    [
        ("list.xlsx", b"CPL Entry ID,Device Type\n", "is not what its name says", "rename it"),
        ("list.csv", without_header(), "No row of “list.csv”", "column names"),
        ("list.csv", with_two_columns_for_one_field(), "both stand for “Manufacturer”", "rename"),
        (
            "list.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
            "an old Excel 97-2003 workbook",
            ".xlsx",
        ),
        ("list.xlsx", with_merged_cells(), "A6:B6", "Unmerge"),
        ("list.csv", b"", "list.csv", ""),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_message_and_cure(
    tmp_path: Path, name: str, content: bytes, message: str, cure: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    _, error = failed(path)
    assert message in error and cure in error and "\n" in error
    assert not CPLEntry.objects.exists()


def test_a_file_that_does_not_exist_fails(tmp_path: Path) -> None:
    assert "cannot be opened" in failed(tmp_path / "nothing.xlsx")[1]


def test_too_many_rows_and_bytes_fail(file: Path, settings: Any) -> None:
    file.write_bytes(workbook(*(listed(number) for number in range(1, 30))))
    settings.SPREADSHEET_MAX_ROWS = 10
    assert "at most 10" in failed(file)[1]
    settings.SPREADSHEET_MAX_BYTES = 1000
    assert "at most" in failed(file)[1]


def test_formulas_in_used_columns_are_refused_by_row(file: Path) -> None:
    file.write_bytes(workbook(listed(), listed(2, model_name='=HYPERLINK("http://x.example","y")')))
    output, error = failed(file)
    assert "column 'Model Name' (F5), value '=HYPERLINK" in output
    assert "1 row is refused" in error


def test_formulas_in_columns_that_are_not_read_do_no_harm(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([*["CPL Entry ID", "Device Type", "Manufacturer", "Manufacturer ID", "Model Name"],
                  "Device Model", "Firmware Version", "Days left"])  # fmt: skip
    sheet.append(["CPL-1", "SAPC", "Maker", "7A01", "Probe", "8B0B030D", "01000001", "=TODAY()-1"])
    book.save(tmp_path / "list.xlsx")
    assert "1 added" in printed(tmp_path / "list.xlsx")
