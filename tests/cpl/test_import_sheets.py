"""Which sheets of a workbook are read as what, and that none is passed over without a word."""

import io
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from cpl.models import ImportRun
from cpl.presenters.versions import HEADINGS
from cpl.spreadsheets import exporter, importer
from cpl.spreadsheets.columns import title
from cpl.spreadsheets.decisions import PreviewOutdatedError
from cpl.spreadsheets.errors import HeaderError, MissingColumnsError, UnreadSheetError
from tests.cpl.importing import Values, bring_in, counted, entry, listed, preview, removed, workbook
from tests.cpl.spreadsheets.workbooks import saved

pytestmark = pytest.mark.django_db

OTHER_WORDS: list[list[Any]] = [["Entry", "When", "Why"], ["CPL-000009", date(2026, 9, 1), "Lapsed"]]


def beside_a_list(name: str, rows: list[list[Any]], *, state: str = "visible") -> bytes:
    """A good list with one more sheet."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(listed())))
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
    sheet.sheet_state = state
    return saved(book)


def header_on_row_60() -> list[list[Any]]:
    values = removed(9)
    return [["Note"]] * 59 + [[title(name) for name in values], list(values.values())]


@pytest.mark.parametrize("rows", [OTHER_WORDS, OTHER_WORDS[1:], header_on_row_60()], ids=["words", "none", "row 60"])
@pytest.mark.parametrize("name", ["Removed", "list of REMOVALS", "CPL (2)", "old_cpl", "FIR 2026"])
def test_a_sheet_called_like_a_list_that_cannot_be_read_refuses_the_file(name: str, rows: list[list[Any]]) -> None:
    with pytest.raises(UnreadSheetError) as raised:
        preview(beside_a_list(name, rows))
    assert isinstance(raised.value, HeaderError)
    assert f"“{name}”" in raised.value.message and "“CPL Entry ID”" in raised.value.message
    assert "column names" in raised.value.cure and "rename" in raised.value.cure
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("name", ["Guidance", "Firmware notes", "Couplings", "First steps"])
def test_any_other_sheet_is_shown_as_not_read(name: str) -> None:
    run = preview(beside_a_list(name, [*OTHER_WORDS, [], [" "], ["End"]]))
    assert run.sheets[1] == {
        "name": name, "kind": "not read", "hidden": False, "header_row": None, "rows": 3,
        "columns": [], "ignored": [], "counts": {},
    }  # fmt: skip
    importer.apply(run=run, by=None)
    assert entry().model_name == "Ember X495"


def test_an_empty_sheet_is_not_worth_a_word() -> None:
    assert [sheet["name"] for sheet in preview(beside_a_list("Removed", [[], [" "]])).sheets] == ["CPL"]


def test_a_sheet_of_formulas_alone_is_not_empty() -> None:
    assert preview(beside_a_list("Sums", [["=1+1"]])).sheets[1]["rows"] == 1


def test_sheets_that_are_not_read_count_in_what_was_previewed(monkeypatch: pytest.MonkeyPatch) -> None:
    run = preview(beside_a_list("Guidance", OTHER_WORDS))
    monkeypatch.setattr("cpl.spreadsheets.plan.sheets.NOT_READ", "passed over")
    with pytest.raises(PreviewOutdatedError):
        importer.apply(run=run, by=None)


def test_the_command_prints_sheets_that_are_not_read_or_hidden(tmp_path: Path) -> None:
    path, out = tmp_path / "list.xlsx", StringIO()
    path.write_bytes(beside_a_list("Guidance", OTHER_WORDS, state="hidden"))
    call_command("import_cpl", str(path), "--preview", stdout=out)
    assert "Sheet 'CPL': CPL, 1 rows, columns\n" in out.getvalue()
    assert "Sheet 'Guidance' (hidden): not read, 2 rows\n" in out.getvalue()
    assert [sheet["hidden"] for sheet in ImportRun.objects.get().sheets] == [False, True]


def test_a_heading_that_is_no_text_or_too_long_is_shown_as_not_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(listed(notes="x"))))
    sheet = book.worksheets[0]
    sheet.cell(3, sheet.max_column, 2026)
    sheet.cell(3, sheet.max_column + 1, "long " * 60)
    ignored = preview(saved(book)).sheets[0]["ignored"]
    assert ignored[0] == "2026" and ignored[1].startswith("long long")


# Lists with removed and listed entries on one sheet ------------------------------------------------------


def as_csv(*rows: Values) -> bytes:
    return exporter.as_csv([title(name) for name in rows[0]], [list(row.values()) for row in rows])


def mixed() -> tuple[Values, ...]:
    return listed(1, removed_on="", removal_reason=""), removed(2), listed(3, removed_on=None, removal_reason=" ")


@pytest.mark.parametrize("name", ["export.csv", "versions.csv"])
def test_a_list_of_which_some_rows_are_removed_is_the_list_in_force(name: str) -> None:
    run = bring_in(as_csv(*mixed()), name)
    assert ([sheet["kind"] for sheet in run.sheets], run.holds_cpl, counted(run)) == (["CPL"], True, {"added": 3})
    assert [entry(number).is_removed for number in (1, 2, 3)] == [False, True, False]
    assert counted(preview(as_csv(*mixed()), name)) == {"unchanged": 3}


def test_a_sheet_whose_rows_are_all_removed_stays_a_list_of_removed_entries() -> None:
    run = preview(as_csv(removed(1), removed(2)), "export.csv")
    assert ([sheet["kind"] for sheet in run.sheets], run.holds_cpl) == (["REMOVED"], False)


def test_a_forgotten_date_makes_no_list_in_force_of_removed_entries() -> None:
    run = preview(as_csv(removed(1), removed(2, removed_on="")), "export.csv")
    assert (run.holds_cpl, counted(run)) == (False, {"added": 1, "refused": 1})


def test_a_sheet_of_removed_entries_without_a_date_is_still_refused() -> None:
    run = preview(workbook(listed(), Removed=[removed(2), removed(3, removed_on=None, removal_reason="")]))
    assert counted(run) == {"added": 2, "refused": 1}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_export_of_versions_says_which_columns_a_list_needs(kind: str) -> None:
    row = ["CPL-000001", "01000001", *[""] * (len(HEADINGS) - 2)]
    content = exporter.as_csv(HEADINGS, [row]) if kind == "csv" else exporter.as_xlsx("versions", HEADINGS, [row])
    with pytest.raises(MissingColumnsError) as raised:
        preview(content, f"versions.{kind}")
    for name in ("device_type", "manufacturer", "manufacturer_identifier", "model_identifier"):
        assert f"“{title(name)}”" in raised.value.message
