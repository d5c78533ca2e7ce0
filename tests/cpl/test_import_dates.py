"""Dates that lie too far ahead, and bare numbers where days count from 1904."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cpl.models import ImportRun
from cpl.spreadsheets.errors import IssueDateError
from tests.cpl.importing import (
    Values,
    bring_in,
    counted,
    entry,
    listed,
    preview,
    problem_of,
    record,
    removed,
    workbook,
)
from tests.cpl.spreadsheets.workbooks import saved

pytestmark = pytest.mark.django_db


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def issued(days: int) -> str:
    return f"Issued {ahead(days):%-d %B %Y}"


def test_a_list_issued_too_far_ahead_is_refused_with_the_date_and_a_cure() -> None:
    with pytest.raises(IssueDateError) as raised:
        preview(workbook(listed(), banner=issued(32)))
    assert f"{ahead(32):%-d %B %Y}" in raised.value.message
    assert "Correct the date in the banner" in raised.value.cure
    assert not ImportRun.objects.exists()


def test_a_list_may_be_issued_next_month() -> None:
    assert preview(workbook(listed(), banner=issued(31))).issue_date == ahead(31)


@pytest.mark.parametrize(
    ("sheets", "column"),
    [
        ({"CPL": [listed(published_on=ahead(32))]}, "Date Added"),
        ({"Removed": [removed(removed_on=ahead(1))]}, "Date Removed"),
    ],
)
def test_a_day_of_the_list_that_lies_ahead_is_refused(sheets: dict[str, Any], column: str) -> None:
    problem = problem_of(preview(workbook(**sheets, banner=issued(-30))))
    assert (problem["column"], bool(problem["cure"])) == (column, True)
    assert "not plausible" in problem["message"]


def test_days_are_judged_from_the_day_of_issue_where_that_is_later() -> None:
    sheets: dict[str, Any] = {"CPL": [listed(published_on=ahead(61))], "Removed": [removed(2, removed_on=ahead(30))]}
    assert counted(preview(workbook(banner=issued(30), **sheets))) == {"added": 2}


@pytest.mark.parametrize(("days", "outcome"), [(366, "added"), (367, "refused")])
def test_a_release_is_announced_at_most_a_year_ahead(days: int, outcome: str) -> None:
    bring_in(workbook(listed()))
    run = preview(workbook(FIR=[record(release_date=ahead(days))], banner=issued(-1)))
    assert counted(run) == {outcome: 1}


def test_certificates_run_for_years() -> None:
    assert counted(preview(workbook(listed(cpa_date=ahead(20 * 365))))) == {"added": 1}


def from_1904(*rows: Values, **sheets: Any) -> bytes:
    """A workbook as old programs for the Macintosh write it."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(*rows, **sheets)))
    book.epoch = CALENDAR_MAC_1904
    return saved(book)


@pytest.mark.parametrize("written", [45000, 45000.5, "45000"])
def test_a_bare_number_is_no_day_where_days_count_from_1904(written: Any) -> None:
    run = preview(from_1904(listed(), listed(2, published_on=written)))
    assert counted(run) == {"added": 1, "refused": 1}
    problem = problem_of(run, "CPL-000002")
    assert problem["column"] == "Date Added"
    assert "1904" in problem["message"] and "Format the column as a date" in problem["cure"]


def test_a_bare_release_date_is_refused_there_too() -> None:
    bring_in(workbook(listed()))
    assert "1904" in problem_of(preview(from_1904(FIR=[record(release_date=45000)])))["message"]


def test_dates_and_other_numbers_are_read_there_as_elsewhere() -> None:
    bring_in(from_1904(listed(published_on=date(2024, 2, 29), model_identifier=8123, cpa_date="01/09/2031")))
    assert (entry().published_on, entry().cpa_date) == (date(2024, 2, 29), date(2031, 9, 1))
    assert entry().device_model.model_identifier == "8123"


def test_a_bare_number_elsewhere_counts_from_1900() -> None:
    bring_in(workbook(listed(published_on=45000)))
    assert entry().published_on == date(2023, 3, 15)
