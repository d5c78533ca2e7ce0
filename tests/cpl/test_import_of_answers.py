"""What a manufacturer answered in the portal stays, whatever a workbook that SECAS imports says of it."""

from typing import Any

import pytest

from cpl.models import CPLEntry, FirmwareInformation
from tests.cpl.importing import bring_in, counted, entry, listed, preview, record, row_of, workbook

pytestmark = pytest.mark.django_db

KEPT = "The manufacturer answered this in the portal on 12 November 2026; its answer is kept."


@pytest.fixture(autouse=True)
def answered() -> None:
    """Stage and contact come from the manufacturer, everything else from the FIR spreadsheet."""
    bring_in(workbook(CPL=[listed(), listed(2)], FIR=[record()]))
    found = FirmwareInformation.objects.get()
    for name in ("stage", "contact"):
        found.provenance[name] = ["manufacturer", "2026-11-12", "Northmoor Metering Ltd"]
    found.save()


def imported(**given: Any) -> Any:
    return row_of(bring_in(workbook(FIR=[record(**given)])))


def test_its_answer_is_kept_and_the_row_says_so() -> None:
    row = imported(stage="Test", notes="Other notes.")
    assert row.warnings == [f"Release Stage: {KEPT}"]
    assert row.changes == [["Additional information", "Baseline version.", "Other notes."]]
    found = FirmwareInformation.objects.get()
    assert (found.stage, found.provenance["stage"][0]) == ("production", "manufacturer")
    assert (found.notes, found.provenance["notes"][0]) == ("Other notes.", "fir_workbook")


def test_its_contact_is_kept() -> None:
    row = imported(contact_team="Somebody else")
    assert row.warnings == [f"Contact Name / Team: {KEPT}"]
    contact = FirmwareInformation.objects.get().contact
    assert contact is not None and contact.team == "Firmware desk"


def test_that_it_declined_is_kept_too() -> None:
    found = FirmwareInformation.objects.get()
    found.stage, found.stage_state = "", "declined"
    found.save()
    assert imported(stage="Production").outcome == "unchanged"
    found.refresh_from_db()
    assert found.stage_state == "declined"


def test_what_another_party_told_gives_way() -> None:
    found = FirmwareInformation.objects.get()
    found.provenance["stage"] = ["other_party", "2026-11-12"]
    found.save()
    assert imported(stage="Test").changes == [["Release stage", "Production", "Test"]]


def test_the_same_answer_needs_no_warning() -> None:
    assert counted(preview(workbook(FIR=[record()]))) == {"unchanged": 1}
    assert not preview(workbook(FIR=[record()])).rows.exists()


@pytest.mark.parametrize("sheets", [{"CPL": [listed(), listed(2, predecessors="N/A")]},
                                    {"FIR": [record(2, predecessors="N/A", contact_team="", stage="")]}])  # fmt: skip
def test_its_pathway_is_kept(sheets: dict[str, Any]) -> None:
    bring_in(workbook(FIR=[record(2, predecessors="CPL-000001")]))
    CPLEntry.objects.filter(cpl_entry_id="CPL-000002").update(
        pathway_source="manufacturer", pathway_given_on="2026-11-12"
    )
    run = bring_in(workbook(**sheets))
    assert f"Previous CPL Entry ID(s): {KEPT}" in row_of(run, "CPL-000002").warnings
    assert [link.predecessor for link in entry(2).links_from.all()] == [entry(1)]
    assert entry(2).pathway_state == "these_entries"
