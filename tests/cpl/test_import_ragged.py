"""Rows whose cells do not stand under the headings: nothing is cut off and nothing is read as blank."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from cpl.spreadsheets.columns import title
from tests.cpl.importing import Values, bring_in, counted, entry, listed, preview, problem_of, record, row_of, workbook
from tests.cpl.spreadsheets.workbooks import saved

pytestmark = pytest.mark.django_db


def lines(*rows: Values) -> list[list[Any]]:
    return [[title(name) for name in rows[0]], *(list(row.values()) for row in rows)]


def as_csv(table: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


def as_xlsx(table: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for line in table:
        book.worksheets[0].append(line)
    return saved(book)


def unquoted(text: bytes) -> bytes:
    return text.replace(b'"', b"")


def test_a_separator_in_text_without_quotation_marks_is_refused_with_value_and_cure() -> None:
    content = unquoted(as_csv(lines(listed(1, model_name="Ember, the X495", predecessors="N/A"), listed(2))))
    run = preview(content, "list.csv")
    assert counted(run) == {"added": 1, "refused": 1}
    problem = problem_of(run)
    assert "The row has more cells than the header" in problem["message"]
    assert (problem["cell"], problem["value"]) == ("U2", "N/A")
    assert "quotation marks" in problem["cure"]


@pytest.mark.parametrize("others", [(), (2,), (2, 3)])
def test_a_surplus_cell_is_noticed_also_where_the_last_one_is_blank(others: tuple[int, ...]) -> None:
    content = unquoted(as_csv(lines(listed(1, zigbee_certificate="ZIG1, ZIG2"), *map(listed, others))))
    assert "more cells than the header" in problem_of(preview(content, "list.csv"))["message"]


@pytest.mark.parametrize("place", [0, 5, 20])
def test_content_under_an_empty_heading_is_refused(place: int) -> None:
    header, first, second = lines(listed(), listed(2))
    header.insert(place, "")
    first.insert(place, "left over")
    second.insert(place, "")
    run = preview(as_csv([header, first, second]), "list.csv")
    assert counted(run) == {"added": 1, "refused": 1}
    (problem,) = run.rows.get(outcome="refused").problems
    assert (problem["column"], problem["value"]) == ("(no heading)", "left over")


def test_separators_at_the_end_of_every_row_do_no_harm() -> None:
    header, *rows = lines(listed(), listed(2))
    assert counted(preview(as_csv([header, *([*row, "", ""] for row in rows)]), "list.csv")) == {"added": 2}


def test_a_row_that_ends_early_is_refused_and_erases_nothing() -> None:
    bring_in(workbook(listed(), listed(2)))
    header, first, second = lines(listed(), listed(2))
    run = bring_in(as_csv([header, first[:12], second]), "list.csv", accepted_only=True)
    assert counted(run) == {"unchanged": 1, "refused": 1}
    problem = problem_of(run)
    assert (problem["column"], problem["cell"]) == ("ZigBee Certificate", "M2")
    assert "The row ends early" in problem["message"] and problem["cure"]
    assert entry().dlms_certificate == "DLMS-1"


def test_a_row_of_firmware_information_that_ends_early_is_refused() -> None:
    bring_in(workbook(listed()))
    header, row = lines(record())
    assert "ends early" in problem_of(preview(as_csv([header, row[:-1]]), "fir.csv"))["message"]


def test_a_row_may_end_before_columns_that_are_not_read() -> None:
    header, row = lines(listed())
    assert counted(preview(as_csv([[*header, "Remark"], row]), "list.csv")) == {"added": 1}


def test_a_moved_row_claims_neither_an_entry_nor_a_version() -> None:
    names = [name for name in listed() if name != "cpl_entry_id"] + ["cpl_entry_id"]
    moved, good = ({name: listed(number)[name] for name in names} for number in (1, 1))
    moved["model_name"] = "Ember, the X495"
    run = preview(unquoted(as_csv(lines(moved, good))), "list.csv")
    assert counted(run) == {"added": 1, "refused": 1}
    assert run.rows.get(outcome="refused").cpl_entry_id == ""


def test_notes_beside_a_table_of_a_workbook_are_told_of_by_cell() -> None:
    header, *rows = lines(listed(), listed(2))
    run = preview(as_xlsx([header, [*rows[0], None, "ask Jo"], rows[1]]))
    assert counted(run) == {"added": 2}
    assert row_of(run).warnings == ["Cell V2 stands under no heading and is not read: “ask Jo”."]
    assert not row_of(run, "CPL-000002").warnings
