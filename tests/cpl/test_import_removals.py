"""Proposed removals: what is kept of reason, reference and date, and when nobody may be removed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cpl.models import CPLEntry
from cpl.spreadsheets import importer
from cpl.spreadsheets.decisions import RemovalError
from tests.cpl.importing import bring_in, counted, entry, listed, preview, row_of, workbook

pytestmark = pytest.mark.django_db

HOW: dict[str, Any] = {"removal_reason": "Withdrawn", "removal_date": date(2026, 11, 1)}


@pytest.fixture(autouse=True)
def known() -> None:
    bring_in(workbook(listed(), listed(2), listed(3)))


def remove(content: bytes, *numbers: int, **given: Any) -> RemovalError | None:
    """Remove the proposed entries of these numbers; the error, where there is one."""
    run = preview(content)
    names = [f"CPL-{number:06d}" for number in numbers]
    try:
        importer.apply(run=run, by=None, accepted_only=True, remove=names, **{**HOW, **given})
    except RemovalError as error:
        assert error.message and error.cure
        assert not CPLEntry.objects.filter(removed_on__isnull=False).exists()
        return error
    return None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"removal_reason": "With\x00drawn"}, "Reason For Removal: The text"),
        ({"removal_reason": "With\u202edrawn"}, "control character"),
        ({"removal_reason": "x" * 100_000}, "100,000 characters"),
        ({"removal_reason": " \u00a0\u200b\n"}, "a reason and a date"),
        ({"removal_reference": "P/\x07"}, "Removal Reference: The text"),
        ({"removal_reference": "x" * 100_000}, "Removal Reference"),
        ({"removal_date": date(1999, 1, 1)}, "1 January 1999 is not plausible"),
        ({"removal_date": date(2023, 12, 31)}, "CPL-000002 on 1 January 2024"),
        ({"removal_date": None}, "a reason and a date"),
    ],
)
def test_what_cannot_be_kept_of_a_removal_is_refused(given: dict[str, Any], message: str) -> None:
    error = remove(workbook(listed(), listed(3)), 2, **given)
    assert error and message in error.message


def test_a_removal_does_not_lie_ahead() -> None:
    error = remove(workbook(listed(), listed(3)), 2, removal_date=timezone.localdate() + timedelta(days=1))
    assert error and "not plausible" in error.message
    assert remove(workbook(listed(), listed(3)), 2, removal_date=timezone.localdate()) is None


def test_reason_and_reference_are_kept_without_spaces_at_their_ends() -> None:
    given = {"removal_reason": "\u00a0Withdrawn\r\nby its maker \n", "removal_reference": " P/12 "}
    assert remove(workbook(listed(), listed(3)), 2, **given) is None
    assert (entry(2).removal_reason, entry(2).removal_reference) == ("Withdrawn\nby its maker", "P/12")


@pytest.mark.parametrize(
    "entry_id", ["CPL 000002?", "", "CPL-000001", "#REF!"], ids=["no ID", "blank", "that of another row", "error"]
)
def test_no_entry_is_removed_while_the_entry_id_of_a_row_is_refused(entry_id: str) -> None:
    typed = listed(2, cpl_entry_id=entry_id, firmware_version="0BADCAFE")
    error = remove(workbook(listed(), typed), 3)
    assert error and "1 row has no readable CPL Entry ID" in error.message
    assert "may be theirs" in error.message
    assert "Correct the CPL Entry IDs" in error.cure


def test_two_such_rows_are_counted() -> None:
    typed = [listed(2, cpl_entry_id="?"), listed(4, cpl_entry_id="")]
    error = remove(workbook(listed(), *typed), 3)
    assert error and "2 rows have no readable" in error.message


def test_rows_refused_for_another_reason_do_not_stand_in_the_way() -> None:
    assert remove(workbook(listed(), listed(2, device_type="TOASTER")), 3) is None
    assert entry(3).is_removed


def test_an_entry_that_a_row_has_under_another_entry_id_is_not_proposed() -> None:
    run = preview(workbook(listed(), listed(2, cpl_entry_id="CPL-000020")))
    assert counted(run) == {"unchanged": 1, "refused": 1, "absent": 1}
    assert row_of(run, "CPL-000003").outcome == "absent"
    error = remove(workbook(listed(), listed(2, cpl_entry_id="CPL-000020")), 2)
    assert error and "was not proposed" in error.message
