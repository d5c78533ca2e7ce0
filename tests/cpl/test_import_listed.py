"""Rows of the list against one another and against what the repository holds."""

from datetime import date
from typing import Any

import pytest

from cpl.models import DeviceModel, Manufacturer, UpgradePathLink
from tests.cpl.importing import (
    Values,
    bring_in,
    counted,
    entry,
    listed,
    preview,
    problem_of,
    removed,
    row_of,
    workbook,
)

pytestmark = pytest.mark.django_db


def changes(content: bytes, entry_id: str = "CPL-000001") -> list[list[str]]:
    return list(row_of(preview(content), entry_id).changes)


def test_a_blank_optional_cell_blanks_the_stored_value() -> None:
    bring_in(workbook(listed()))
    assert changes(workbook(listed(dlms_certificate=""))) == [["DLMS Certificate", "DLMS-1", ""]]


def test_a_column_that_the_file_lacks_leaves_the_stored_value() -> None:
    bring_in(workbook(listed()))
    without = ("dlms_certificate", "esme_variant", "cpa_date", "cpa_date_kind", "predecessors")
    run = bring_in(workbook(listed(), without=without))
    assert counted(run) == {"unchanged": 1}
    assert entry().dlms_certificate == "DLMS-1"


def test_each_changed_field_is_shown_old_and_new_and_written() -> None:
    bring_in(workbook(listed()))
    run = bring_in(workbook(listed(gbcs_version="4.3", cpa_date=date(2032, 1, 2), cpa_date_kind="Renews")))
    assert row_of(run).changes == [
        ["GBCS Version", "4.2", "4.3"],
        ["CPA Date Type", "Expiry", "Renewal"],
        ["CPA Date", "1 September 2031", "2 January 2032"],
    ]
    assert (entry().gbcs_version, entry().cpa_date_kind) == ("4.3", "renewal")


def test_a_published_hash_cannot_change() -> None:
    bring_in(workbook(listed(firmware_hash="AB" * 32)))
    run = preview(workbook(listed(firmware_hash="CD" * 32)))
    assert problem_of(run)["column"] == "Firmware Hash (SHA-256)"
    assert "event of its own" in problem_of(run)["cure"]


def test_a_blank_where_a_hash_is_published_keeps_it_with_a_warning() -> None:
    bring_in(workbook(listed(firmware_hash="AB" * 32)))
    run = bring_in(workbook(listed()))
    assert (row_of(run).outcome, len(row_of(run).warnings)) == ("unchanged", 1)
    assert entry().firmware_hash == "AB" * 32


def test_a_date_of_publication_is_never_taken_back() -> None:
    bring_in(workbook(listed()))
    bring_in(workbook(listed(published_on=None)))
    assert entry().published_on == date(2024, 1, 1)


def test_an_entry_without_date_is_published_on_the_day_of_issue() -> None:
    bring_in(workbook(listed(published_on=None)))
    assert entry().published_on == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"firmware_version": "0BADCAFE"}, "Firmware Version"),
        ({"model_identifier": "8B0C"}, "Model Identifier"),
        ({"manufacturer_identifier": "7A02"}, "Manufacturer Identifier"),
    ],
)
def test_an_entry_id_is_never_reused(given: dict[str, Any], column: str) -> None:
    bring_in(workbook(listed()))
    problem = problem_of(preview(workbook(listed(**given))))
    assert problem["column"] == column
    assert "never reused" in problem["cure"]


def test_a_version_that_the_repository_has_under_another_id_is_refused() -> None:
    bring_in(workbook(listed()))
    run = preview(workbook(listed(cpl_entry_id="CPL-000002")))
    assert "CPL-000001" in problem_of(run, "CPL-000002")["message"]


@pytest.mark.parametrize(
    "name", ["cpl_entry_id", "device_type", "manufacturer", "manufacturer_identifier", "model_name"]
)
def test_a_row_without_what_an_entry_needs_is_refused(name: str) -> None:
    run = preview(workbook(listed(), listed(2, **{name: ""})))
    (problem,) = run.rows.get(outcome="refused").problems
    assert "missing" in problem["message"]


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"device_type": "GSME"}, "ESME Variant"),
        ({"cpa_date_kind": ""}, "CPA Date Type"),
        ({"cpa_date": None}, "CPA Date"),
        ({"cpa_date_kind": "whenever"}, "CPA Date Type"),
        ({"published_on": date(1999, 1, 1)}, "Date Added"),
        ({"published_on": date(2035, 1, 1)}, "Date Added"),
        ({"cpl_entry_id": "CPL 000\t1é"}, "CPL Entry ID"),
        ({"esme_variant": "Z"}, "ESME Variant"),
        ({"predecessors": "see portal"}, "Previous CPL Entry ID(s)"),
    ],
)
def test_an_implausible_cell_is_refused(given: dict[str, Any], column: str) -> None:
    (problem,) = preview(workbook(listed(**given))).rows.get(outcome="refused").problems
    assert problem["column"] == column


@pytest.mark.parametrize(
    ("written", "kind"),
    [("Expires", "expiry"), ("EXPIRY", "expiry"), ("Renews", "renewal"), ("renewal", "renewal")],
)
def test_the_kind_of_date_is_read_in_any_writing(written: str, kind: str) -> None:
    bring_in(workbook(listed(cpa_date_kind=written)))
    assert entry().cpa_date_kind == kind


def test_versions_are_free_unless_settings_list_them(settings: Any) -> None:
    assert not preview(workbook(listed(gbcs_version="9.9"))).rows.get().warnings
    settings.GBCS_VERSIONS = ["4.2"]
    (warning,) = preview(workbook(listed(gbcs_version="9.9"))).rows.get().warnings
    assert "9.9" in warning


def test_an_error_of_one_row_does_not_spoil_the_others() -> None:
    run = preview(workbook(listed(), listed(2, device_type="TOASTER"), listed(3)))
    assert counted(run) == {"added": 2, "refused": 1}


# Device Models -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"manufacturer": "Kestrel Gas Measurement Ltd"}, "Manufacturer"),
        ({"esme_variant": "B"}, "ESME Variant"),
        ({"device_type": "PPMID", "esme_variant": "A"}, "ESME Variant"),
    ],
)
def test_the_later_of_two_rows_that_contradict_each_other_on_their_model_is_refused(
    given: dict[str, Any], column: str
) -> None:
    run = preview(workbook(listed(), listed(2, **given)))
    assert problem_of(run, "CPL-000002")["column"] == column
    assert row_of(run).outcome == "added"


def test_another_maker_for_a_known_model_is_a_change_where_all_rows_agree() -> None:
    bring_in(workbook(listed(), listed(2)))
    moved: Values = {"manufacturer": "Kestrel Gas Measurement Ltd"}
    run = bring_in(workbook(listed(**moved), listed(2, **moved)))
    assert row_of(run).changes == [["Manufacturer", "Northmoor Metering Ltd", "Kestrel Gas Measurement Ltd"]]
    assert counted(run) == {"changed": 2}
    assert entry().manufacturer.name == entry().device_model.manufacturer.name == moved["manufacturer"]
    assert counted(preview(workbook(listed(**moved), listed(2, **moved)))) == {"unchanged": 2}


def test_another_maker_is_refused_where_rows_of_the_model_disagree() -> None:
    bring_in(workbook(listed(), listed(2)))
    run = preview(workbook(listed(manufacturer="Kestrel Gas Measurement Ltd"), listed(2)))
    assert counted(run) == {"refused": 2}


def test_a_maker_in_other_case_is_the_same_maker() -> None:
    bring_in(workbook(listed()))
    assert counted(preview(workbook(listed(manufacturer="NORTHMOOR METERING LTD")))) == {"unchanged": 1}


def test_a_maker_cannot_change_away_from_a_pathway() -> None:
    other: Values = {"model_identifier": "8B0C", "predecessors": "CPL-000001"}
    bring_in(workbook(listed(), listed(2, **other)))
    run = preview(workbook(listed(manufacturer="Kestrel Gas Measurement Ltd"), without=["predecessors"]))
    assert "pathway" in problem_of(run)["message"]


def test_two_models_that_a_pathway_joins_can_change_their_maker_together() -> None:
    other: Values = {"model_identifier": "8B0C", "predecessors": "CPL-000001"}
    moved: Values = {"manufacturer": "Kestrel Gas Measurement Ltd"}
    bring_in(workbook(listed(), listed(2, **other)))
    bring_in(workbook(listed(**moved), listed(2, **other, **moved)))
    assert UpgradePathLink.objects.get().manufacturer.name == moved["manufacturer"]


def test_the_device_model_keeps_its_name_unless_all_listed_rows_agree_on_another() -> None:
    bring_in(workbook(listed(), listed(2)))
    bring_in(workbook(listed(model_name="Ember X500"), listed(2)))
    assert DeviceModel.objects.get().name == "Ember X495"
    assert entry().model_name == "Ember X500"
    run = bring_in(workbook(listed(model_name="Ember X500"), listed(2, model_name="Ember X500")))
    assert DeviceModel.objects.get().name == "Ember X500"
    assert ["Name of the Device Model", "Ember X495", "Ember X500"] in row_of(run).changes


def test_removed_rows_do_not_name_the_device_model() -> None:
    old = removed(1, model_name="Ember (old)")
    content = workbook(Removed=[old], CPL=[listed(2)])
    bring_in(content)
    assert DeviceModel.objects.get().name == "Ember X495"
    assert counted(preview(content)) == {"unchanged": 2}


def test_another_device_type_goes_to_the_entries_too() -> None:
    bring_in(workbook(listed()))
    run = bring_in(workbook(listed(device_type="SAPC", esme_variant="")))
    assert ["Device Type", "ESME", "SAPC"] in row_of(run).changes
    assert entry().device_type == entry().device_model.device_type == "SAPC"


def test_a_model_with_an_entry_without_firmware_stays_type_2() -> None:
    display: Values = {"device_type": "IHD", "esme_variant": ""}
    bring_in(workbook(listed(**display, firmware_version="")))
    run = preview(workbook(listed(2, device_type="PPMID", esme_variant="")))
    assert problem_of(run, "CPL-000002")["column"] == "Device Type"


def test_an_identifier_of_another_maker_is_accepted_with_one_warning() -> None:
    other: Values = {"manufacturer": "Kestrel Gas Measurement Ltd", "model_identifier": "0001"}
    content = workbook(listed(), listed(2, **other), listed(3, **other))
    run = bring_in(content)
    assert [len(row.warnings) for row in run.rows.order_by("pk")] == [0, 1, 0]
    assert Manufacturer.objects.filter(identifiers__code="7A01").count() == 2
    assert not preview(content).rows.exists()


def test_a_hash_of_another_entry_of_the_repository_is_accepted_with_a_warning() -> None:
    bring_in(workbook(listed(firmware_hash="AB" * 32)))
    (warning,) = row_of(preview(workbook(listed(2, firmware_hash="AB" * 32))), "CPL-000002").warnings
    assert "CPL-000001" in warning


# Predecessors --------------------------------------------------------------------------------------------


def test_a_blank_never_erases_known_predecessors() -> None:
    bring_in(workbook(listed(), listed(2, predecessors="CPL-000001")))
    assert counted(preview(workbook(listed(), listed(2)))) == {"unchanged": 2}


def test_predecessors_are_replaced_and_shown_old_and_new() -> None:
    bring_in(workbook(listed(), listed(2), listed(3, predecessors="CPL-000001")))
    run = bring_in(workbook(listed(), listed(2), listed(3, predecessors="CPL-000002")))
    assert row_of(run, "CPL-000003").changes == [["Previous CPL Entry ID(s)", "CPL-000001", "CPL-000002"]]
    assert [link.predecessor for link in entry(3).links_from.all()] == [entry(2)]
    run = bring_in(workbook(listed(), listed(2), listed(3, predecessors="N/A")))
    assert row_of(run, "CPL-000003").changes == [
        ["Previous CPL Entry ID(s)", "CPL-000002", "N/A: nothing comes before"]
    ]
    assert not entry(3).links_from.exists()


def test_a_cycle_through_known_links_refuses_only_the_new_link() -> None:
    bring_in(workbook(listed(), listed(2, predecessors="CPL-000001"), listed(3, predecessors="CPL-000002")))
    run = preview(workbook(listed(predecessors="CPL-000003"), listed(2), listed(3)))
    assert counted(run) == {"refused": 1, "unchanged": 2}
    assert "circle" in problem_of(run)["message"]


def test_a_chain_may_be_turned_round_in_one_file() -> None:
    bring_in(workbook(listed(predecessors="N/A"), listed(2, predecessors="CPL-000001")))
    run = bring_in(workbook(listed(predecessors="CPL-000002"), listed(2, predecessors="N/A")))
    assert counted(run) == {"changed": 2}
    assert [link.predecessor for link in UpgradePathLink.objects.all()] == [entry(2)]


def test_a_row_that_leans_on_a_refused_row_is_refused_too_and_so_on() -> None:
    rows = [listed(1, device_type="TOASTER"), listed(2, predecessors="CPL-000001")]
    run = preview(workbook(*rows, listed(3, predecessors="CPL-000002"), listed(4)))
    assert counted(run) == {"refused": 3, "added": 1}
    assert "row 5" in problem_of(run, "CPL-000003")["message"]


# Removed entries -----------------------------------------------------------------------------------------


def test_an_unknown_removed_entry_is_added_as_removed() -> None:
    run = bring_in(workbook(listed(), Removed=[removed(2)]))
    assert counted(run) == {"added": 2}
    assert (entry(2).removed_on, entry(2).removal_reason) == (date(2026, 9, 1), "CPA certificate lapsed")


def test_a_listed_entry_on_the_removed_sheet_becomes_removed() -> None:
    bring_in(workbook(listed()))
    run = bring_in(workbook(Removed=[removed()]))
    assert counted(run) == {"removed": 1}
    assert row_of(run).changes == [
        ["Date Removed", "", "1 September 2026"],
        ["Reason For Removal", "", "CPA certificate lapsed"],
    ]
    assert entry().is_removed


def test_a_short_list_of_removed_entries_is_enough_for_known_entries() -> None:
    bring_in(workbook(listed()))
    short: Values = {name: removed()[name] for name in ("cpl_entry_id", "removed_on", "removal_reason")}
    assert counted(bring_in(workbook(Removed=[short]))) == {"removed": 1}
    assert entry().dlms_certificate == "DLMS-1"


def test_a_short_row_about_an_unknown_entry_is_refused() -> None:
    short = {name: removed()[name] for name in ("cpl_entry_id", "removed_on", "removal_reason")}
    assert counted(preview(workbook(Removed=[short]))) == {"refused": 1}


@pytest.mark.parametrize("name", ["removed_on", "removal_reason"])
def test_a_removal_needs_date_and_reason(name: str) -> None:
    assert "missing" in problem_of(preview(workbook(Removed=[removed(1, **{name: ""})])))["message"]


def test_an_entry_on_both_sheets_is_refused_on_the_later() -> None:
    run = preview(workbook(listed(), Removed=[removed()]))
    assert counted(run) == {"added": 1, "refused": 1}
    assert "sheet “CPL”" in problem_of(run)["message"]


def test_a_removed_entry_does_not_return() -> None:
    bring_in(workbook(Removed=[removed()]))
    assert "new CPL Entry ID" in problem_of(preview(workbook(listed())))["cure"]


def test_an_entry_of_the_list_that_the_file_lacks_is_shown_and_left_alone() -> None:
    bring_in(workbook(listed(), listed(2)))
    run = bring_in(workbook(listed()))
    assert counted(run) == {"unchanged": 1, "absent": 1}
    assert not entry(2).is_removed


def test_a_file_without_the_list_in_force_proposes_no_removal() -> None:
    bring_in(workbook(listed(), listed(2)))
    assert counted(preview(workbook(Removed=[removed()]))) == {"removed": 1}


# Honest but odd files ------------------------------------------------------------------------------------


def test_the_joined_device_model_and_other_column_names_and_orders_are_understood() -> None:
    text = (
        "Remark;DeviceModel;Firmware;Manufacturer ID;Make;Model;Type;CPL ID\r\n"
        "é;8B:0B:03:0D;0x01000001;7a01;Société Lumen;Hélio;esme;CPL-000001\r\n"
    )
    run = bring_in(text.encode("windows-1252"), "list.csv")
    assert counted(run) == {"added": 1}
    assert run.sheets[0]["ignored"] == ["Remark"]
    assert (entry().device_model.duis_model, entry().manufacturer.name) == ("8B0B030D", "Société Lumen")
    assert entry().published_on is not None


def test_a_joined_model_that_contradicts_its_parts_is_refused() -> None:
    assert problem_of(preview(workbook(listed(device_model="8B0B030E"))))["column"] == "Hardware Revision"


def test_blank_rows_between_and_below_are_passed_over() -> None:
    blank = dict.fromkeys(listed(), " ")
    assert counted(preview(workbook(listed(), blank, listed(2), blank))) == {"added": 2}


def test_text_that_a_database_cannot_hold_is_refused_not_a_crash() -> None:
    text = "CPL Entry ID,Device Type,Manufacturer,Manufacturer ID,Model Name,Device Model,Firmware Version\n"
    text += "CPL-1,ESME,Maker,7A01,Bad\x01\ufffeName,8B0B030D,01000001\n"
    assert counted(preview(text.encode(), "list.csv")) == {"refused": 1}


def test_numbers_dates_and_yes_no_where_text_belongs_are_refused_with_a_cure() -> None:
    run = preview(workbook(listed(model_name=date(2026, 1, 1)), listed(2, firmware_hash=True)))
    assert counted(run) == {"refused": 2}
