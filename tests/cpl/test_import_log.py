"""What an import writes, the publication log tells: each entry published, corrected, removed or told of."""

from typing import Any

import pytest

from cpl.models import PublicationRecord
from tests.cpl.importing import bring_in, entry, listed, preview, record, removed, workbook

pytestmark = pytest.mark.django_db


def told_since(number: int) -> list[tuple[str, str, dict[str, Any]]]:
    rows = PublicationRecord.objects.filter(number__gt=number).order_by("number")
    return [(row.kind, row.entry.cpl_entry_id if row.entry else "", row.body) for row in rows]


def last() -> int:
    newest = PublicationRecord.objects.first()
    return newest.number if newest else 0


@pytest.fixture
def known() -> int:
    """Two entries, of which the second follows the first; the number of the last record about them."""
    bring_in(workbook(CPL=[listed(), listed(2, predecessors="CPL-000001")]))
    return last()


def test_new_entries_are_told_with_everything_the_list_says() -> None:
    bring_in(workbook(CPL=[listed(), listed(2, predecessors="CPL-000001")], banner="Issued 30 October 2026, issue 151"))
    opened, first, second = told_since(0)
    assert opened[0] == "opened" and opened[2]["entries"] == 0
    assert (first[0], first[1]) == ("entry_published", "CPL-000001")
    body = second[2]
    assert (body["issue"], body["source"], body["manufacturer"]) == ("151", "cpl_workbook", "Northmoor Metering Ltd")
    fields = {name: change["after"] for name, change in body["fields"].items()}
    assert (fields["device_model"], fields["firmware_version"]) == ("8B0B030D", "01000002")
    assert (fields["published_on"], fields["predecessors"]) == ("2024-01-01", ["CPL-000001"])


def test_a_correction_is_told_with_old_and_new(known: int) -> None:
    bring_in(workbook(CPL=[listed(gbcs_version="4.3"), listed(2)]))
    ((kind, name, body),) = told_since(known)
    assert (kind, name) == ("entry_corrected", "CPL-000001")
    assert body["fields"] == {"gbcs_version": {"before": "4.2", "after": "4.3"}}


def test_a_removal_is_told_with_its_reason(known: int) -> None:
    bring_in(workbook(CPL=[listed()], Removed=[removed(2)]))
    ((kind, name, body),) = told_since(known)
    assert (kind, name, body["reason"]) == ("entry_removed", "CPL-000002", "CPA certificate lapsed")
    assert body["fields"] == {"removed_on": {"before": None, "after": "2026-09-01"}}


def test_a_removal_that_was_proposed_is_told(known: int) -> None:
    run = workbook(CPL=[listed()])
    bring_in(run, remove=["CPL-000002"], removal_reason="Panel", removal_date=entry(2).published_on)
    ((kind, name, body),) = told_since(known)
    assert (kind, name, body["reason"]) == ("entry_removed", "CPL-000002", "Panel")


def test_information_and_pathway_are_told_without_a_word_of_the_contact(known: int) -> None:
    bring_in(workbook(FIR=[{**record(predecessors="N/A"), "urgency": "Declined"}]))
    (pathway, information) = told_since(known)
    assert pathway[0] == "pathway_published"
    assert pathway[2]["fields"]["pathway_state"] == {"after": "not_applicable"}
    assert (information[0], information[2]["source"]) == ("information_published", "fir_workbook")
    fields = information[2]["fields"]
    assert fields["stage"] == {"before": "Not supplied", "after": "production"}
    assert fields["urgency"] == {"before": "Not supplied", "after": "Declined by the manufacturer"}
    assert fields["contact"] == {"before": "Not supplied", "after": "Given"}
    assert "northmoor.example" not in str(fields["contact"]) and "7946" not in str(information[2])


def test_only_what_changed_of_a_record_is_told(known: int) -> None:
    bring_in(workbook(FIR=[record()]))
    before = last()
    bring_in(workbook(FIR=[record(stage="Test")]))
    ((_, _, body),) = told_since(before)
    assert body["fields"] == {"stage": {"before": "production", "after": "test"}}


def test_a_preview_and_an_import_without_changes_tell_nothing(known: int) -> None:
    preview(workbook(CPL=[listed(gbcs_version="4.3"), listed(2)]))
    bring_in(workbook(CPL=[listed(), listed(2, predecessors="CPL-000001")]))
    assert last() == known
