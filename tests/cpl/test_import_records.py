"""Rows of firmware information: voluntary fields, each with its state, source and date."""

from datetime import date
from typing import Any

import pytest

from cpl.models import Contact, FirmwareInformation
from tests.cpl.importing import (
    bring_in,
    counted,
    entry,
    listed,
    preview,
    problem_of,
    record,
    row_of,
    workbook,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known() -> None:
    bring_in(workbook(listed(), listed(2)))


def brought_in(*rows: dict[str, Any], **options: Any) -> FirmwareInformation:
    bring_in(workbook(FIR=rows, **options))
    return FirmwareInformation.objects.select_related("contact").get(entry=entry())


def details(found: FirmwareInformation) -> tuple[str, str, str]:
    assert found.contact is not None
    return found.contact.team, found.contact.email, found.contact.telephone


def test_a_record_is_added_with_state_source_and_date_of_each_field() -> None:
    found = brought_in(record())
    assert (found.stage, found.stage_state, found.release_date) == (
        "production",
        "supplied",
        date(2023, 12, 1),
    )
    assert details(found) == ("Firmware desk", "firmware@northmoor.example", "+44 20 7946 0115")
    assert (found.urgency, found.urgency_state) == ("", "not_supplied")
    given = ["contact", "notes", "portal_link", "release_date", "stage"]
    assert found.provenance == {name: ["fir_workbook", "2026-10-30"] for name in given}


def test_blank_declined_and_not_applicable_are_three_states() -> None:
    found = brought_in(record(stage="", portal_link="Declined", notes="Not applicable", release_date="n/a"))
    states = (found.stage_state, found.portal_link_state, found.notes_state, found.release_date_state)
    assert states == ("not_supplied", "declined", "not_applicable", "not_applicable")


def test_a_contact_is_declined_where_its_columns_say_so() -> None:
    found = brought_in(record(contact_team="", contact_email="declined", contact_telephone="Declined"))
    assert (found.contact, found.contact_state) == (None, "declined")


def test_a_contact_is_supplied_where_only_a_part_of_it_is_declined() -> None:
    found = brought_in(record(contact_telephone="Declined"))
    assert details(found) == ("Firmware desk", "firmware@northmoor.example", "")


def test_one_contact_is_one_row() -> None:
    bring_in(workbook(FIR=[record(), record(2)]))
    bring_in(workbook(FIR=[record(notes="Other")]))
    assert Contact.objects.count() == 1


def test_a_blank_never_erases_what_is_known() -> None:
    brought_in(record())
    blank = record(stage="", contact_team="", contact_email="", contact_telephone="", notes="", portal_link="")
    assert counted(preview(workbook(FIR=[blank]))) == {"unchanged": 1}


def test_a_changed_answer_is_shown_old_and_new_and_dated() -> None:
    brought_in(record())
    run = bring_in(workbook(FIR=[record(stage="Test", notes="Declined")], banner="Issued 20 November 2026"))
    assert row_of(run).changes == [
        ["Release stage", "Production", "Test"],
        ["Additional information", "Baseline version.", "Declined by the manufacturer"],
    ]
    found = FirmwareInformation.objects.get()
    assert (found.stage, found.notes, found.notes_state) == ("test", "", "declined")
    assert found.provenance["stage"] == ["fir_workbook", "2026-11-20"]
    assert found.provenance["release_date"] == ["fir_workbook", "2026-10-30"]


def test_words_for_advice_and_flags_are_understood() -> None:
    advice: dict[str, Any] = {
        "recommendation": "Do not deploy",
        "urgency": "High",
        "irreversible": "Yes",
        "needs_site_visit": "n",
    }
    found = brought_in(record(**advice, interrupts_hub_power="", vulnerabilities="None known\nas yet"))
    assert (found.recommendation, found.urgency) == ("do_not_deploy", "urgent")
    assert (found.irreversible, found.needs_site_visit, found.interrupts_hub_power) == (True, False, None)
    assert found.vulnerabilities == "None known\nas yet"


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"firmware_version": "0BADCAFE"}, "Firmware Version"),
        ({"manufacturer": "Kestrel Gas Measurement Ltd"}, "Manufacturer"),
        ({"cpl_entry_id": "CPL-777777"}, "CPL Entry ID"),
        ({"portal_link": "javascript:alert(1)"}, "Portal"),
        ({"portal_link": "ftp://portal.example"}, "Portal"),
        ({"portal_link": "https://"}, "Portal"),
        ({"contact_email": "not an address"}, "Contact Email"),
        ({"contact_telephone": "ring us"}, "Contact Telephone"),
        ({"stage": "nearly"}, "Release Stage"),
        ({"release_date": date(2040, 1, 1)}, "Release Date"),
        ({"notes": "x" * 4001}, "Additional Information"),
        ({"predecessors": "CPL-000001"}, "Previous CPL Entry ID(s)"),
        ({"predecessors": "CPL-777777"}, "Previous CPL Entry ID(s)"),
    ],
)
def test_a_row_that_cannot_be_is_refused(given: dict[str, Any], column: str) -> None:
    (problem,) = preview(workbook(FIR=[record(**given)])).rows.get(outcome="refused").problems
    assert problem["column"] == column
    assert problem["cure"]


def test_an_address_in_capitals_is_an_address() -> None:
    assert brought_in(record(portal_link="HTTPS://Portal.example/")).portal_link == "https://Portal.example/"


def test_another_model_name_is_accepted_with_a_warning() -> None:
    (warning,) = row_of(preview(workbook(FIR=[record(model_name="Cinder")]))).warnings
    assert "Ember X495" in warning


def test_a_second_row_about_an_entry_is_refused() -> None:
    run = preview(workbook(FIR=[record(), record()]))
    assert counted(run) == {"added": 1, "refused": 1}
    assert "row 4" in problem_of(run)["message"]


def test_entries_of_the_same_workbook_are_known() -> None:
    run = bring_in(workbook(FIR=[record(3, predecessors="CPL-000002")], CPL=[listed(), listed(2), listed(3)]))
    assert counted(run) == {"added": 2, "unchanged": 2}
    assert entry(3).fir.stage == "production"
    assert [link.predecessor for link in entry(3).links_from.all()] == [entry(2)]
    assert entry(3).pathway_source == "fir_workbook"


def test_a_record_of_a_refused_entry_is_refused() -> None:
    run = preview(workbook(CPL=[listed(3, device_type="TOASTER")], FIR=[record(3)]))
    assert counted(run) == {"refused": 2, "absent": 2}


def test_predecessors_from_the_record_say_where_they_came_from() -> None:
    run = bring_in(workbook(FIR=[record(2, predecessors="CPL-000001")]))
    assert counted(run) == {"added": 1}
    said = (entry(2).pathway_state, entry(2).pathway_source, entry(2).pathway_given_on)
    assert said == ("these_entries", "fir_workbook", date(2026, 10, 30))


def test_predecessors_are_replaced_and_shown_old_and_new() -> None:
    bring_in(workbook(FIR=[record(2, predecessors="CPL-000001")]))
    run = bring_in(workbook(FIR=[record(2, predecessors="N/A")]))
    assert row_of(run, "CPL-000002").changes == [
        ["Previous CPL Entry ID(s)", "CPL-000001", "N/A: nothing comes before"]
    ]


def test_the_list_and_the_record_of_one_workbook_must_name_the_same_predecessors() -> None:
    rows = [listed(), listed(2, predecessors="N/A")]
    run = preview(workbook(CPL=rows, FIR=[record(2, predecessors="CPL-000001")]))
    assert counted(run) == {"changed": 1, "unchanged": 1, "refused": 1}
    assert "row 5 of sheet “CPL”" in run.rows.get(outcome="refused").problems[0]["message"]


def test_the_makers_own_label_goes_to_the_entry() -> None:
    run = bring_in(workbook(FIR=[record(firmware_label="R5.2")]))
    assert entry().firmware_label == "R5.2"
    assert counted(bring_in(workbook(FIR=[record(firmware_label="R5.2")]))) == {"unchanged": 1}
    assert counted(run) == {"added": 1}


def test_a_withdrawn_record_is_not_written_over() -> None:
    found = brought_in(record())
    found.withdrawn_on, found.withdrawal_reason = date(2026, 11, 1), "Wrong version"
    found.save()
    assert counted(preview(workbook(FIR=[record()]))) == {"unchanged": 1}
    assert "withdrew" in problem_of(preview(workbook(FIR=[record(stage="Test")])))["message"]


def test_the_same_rows_again_change_nothing() -> None:
    rows = [record(predecessors="N/A"), record(2, predecessors="CPL-000001", stage="Declined")]
    bring_in(workbook(FIR=rows))
    assert counted(bring_in(workbook(FIR=rows))) == {"unchanged": 2}
