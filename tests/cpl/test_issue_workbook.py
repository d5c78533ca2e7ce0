"""The list as a workbook: importing it back changes nothing, and everybody's file holds what they may see."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from cpl.models import CPLEntry, DeviceModel, FirmwareInformation
from cpl.spreadsheets import importer, issue_workbook
from cpl.spreadsheets.columns import issue_date, issue_number
from cpl.spreadsheets.issue_workbook import issue_line
from tests.cpl.importing import bring_in, counted, preview, row_of
from tests.cpl.random_catalogue import catalogues, make
from tests.factories import Cast, Catalogue

SAMPLES = Path(__file__).parents[1] / "samples"
ISSUED = date(2026, 11, 20)


def built(person: User) -> bytes:
    return issue_workbook.build(person, number="152", issue_date=ISSUED)


def sheets_of(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The rows below the headings, by sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(min_row=5, values_only=True)) for sheet in book}


def texts_of(content: bytes) -> set[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {str(cell) for sheet in book for row in sheet.values for cell in row}


@pytest.mark.slow
def test_the_sample_lists_come_back_unchanged(cast: Cast) -> None:
    for name in ("cpl-2026-10-30.xlsx", "fir-2026-10-30.xlsx", "cpl-2026-11-20.xlsx"):
        bring_in((SAMPLES / name).read_bytes(), name)
    run = preview(built(cast.moderator))
    assert counted(run) == {"unchanged": CPLEntry.objects.count() + FirmwareInformation.objects.count()}
    assert not run.rows.exists()
    assert (run.issue_date, run.issue_number) == (ISSUED, "152")
    assert [(sheet["kind"], sheet["ignored"]) for sheet in run.sheets] == [("CPL", []), ("REMOVED", []), ("FIR", [])]
    assert importer.apply(run=run, by=None).written_at is None


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(catalogue=catalogues())
def test_whatever_the_portal_holds_comes_back_unchanged(cast: Cast, catalogue: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        entries, records = make(catalogue)
        run = preview(issue_workbook.build(cast.moderator, number="7", issue_date=timezone.localdate()))
        odd = list(
            run.rows.exclude(outcome="unchanged").values("cpl_entry_id", "outcome", "changes", "problems", "raw")
        )
        assert counted(run) == {"unchanged": entries + records}, odd
        assert importer.apply(run=run, by=None).written_at is None
        transaction.set_rollback(True)


@given(number=st.from_regex(r"[!-~]{1,30}", fullmatch=True), day=st.dates(date(2010, 1, 1), date(2090, 1, 1)))
def test_number_and_date_of_an_issue_are_read_from_their_line(number: str, day: date) -> None:
    banner = ["Central Products List", issue_line(number, day)]
    assert (issue_date(banner), issue_number(banner)) == (day, number)


def test_a_model_called_otherwise_than_its_entries_keeps_its_name(cast: Cast, catalogue: Catalogue) -> None:
    DeviceModel.objects.filter(pk=catalogue.gas.pk).update(name="Lantern, first series")
    assert set(counted(preview(built(cast.moderator)))) == {"unchanged"}


def test_a_withdrawal_stands_in_the_file_and_is_not_made_by_importing_it(cast: Cast, catalogue: Catalogue) -> None:
    record = FirmwareInformation.objects.get(entry=catalogue.recommended)
    record.withdrawn_on, record.withdrawal_reason = date(2026, 11, 2), "Meters restart"
    record.save()
    content = built(cast.moderator)
    assert "Meters restart" in texts_of(content)
    FirmwareInformation.objects.filter(pk=record.pk).update(withdrawn_on=None, withdrawal_reason="")
    run = bring_in(content)
    assert set(counted(run)) == {"unchanged"}
    assert "Nothing is in the portal and stays" in row_of(run, "CPL-001072").warnings[0]
    record.refresh_from_db()
    assert record.withdrawn_on is None


def test_a_party_takes_away_what_it_may_see_without_contacts(cast: Cast, catalogue: Catalogue) -> None:
    texts = texts_of(built(cast.rival_supplier))
    assert {"CPL-001072", "CPL-001048", "Recommended upgrade for all devices."} <= texts
    assert not {"CPL-001080", "CPL-001081", "firmware@northmoor.example", "+44 20 7946 0545"} & texts
    assert any("Contacts are not in this file" in text for text in texts)
    assert "firmware@northmoor.example" in texts_of(built(cast.auditor))


def test_a_hidden_predecessor_is_not_named(cast: Cast, catalogue: Catalogue) -> None:
    def named(person: User) -> Any:
        rows = {row[0]: row for row in sheets_of(built(person))["CPL"]}
        return rows["CPL-001072"][-1]

    assert named(cast.rival_supplier) == "CPL-001050"
    CPLEntry.objects.filter(pk=catalogue.second.pk).update(audience="named_parties")
    assert (named(cast.rival_supplier), named(cast.moderator)) == (None, "CPL-001050")


def test_a_file_of_a_party_can_be_read_by_the_importer(cast: Cast, catalogue: Catalogue) -> None:
    counts = counted(preview(built(cast.rival_supplier)))
    assert counts == {"unchanged": counts["unchanged"], "absent": 2}


def test_nobody_without_a_role_gets_a_row(cast: Cast, catalogue: Catalogue) -> None:
    assert sheets_of(built(cast.stranger)) == {"CPL": [], "Removed": [], "FIR": []}
