"""Rules that the database itself keeps, whoever writes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from cpl.choices import PathwayState
from cpl.models import (
    CPLEntry,
    DeviceModel,
    FirmwareInformation,
    Manufacturer,
    ManufacturerIdentifier,
    UpgradePathLink,
)
from tests.factories import Catalogue, make_entry, make_model

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], object], words: str) -> None:
    """The database refuses the act, at once or at commit, and names the rule."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("firmware", "0102030"),
        ("firmware", "0102030g"),
        ("firmware", "0a0b0c0d"),
        ("firmware_hash", "A" * 63),
        ("cpl_entry_id", "has space"),
        ("cpl_entry_id", ""),
        ("audience", "friends"),
    ],
)
def test_a_malformed_value_cannot_be_written(catalogue: Catalogue, field: str, value: str) -> None:
    given: dict[str, Any] = {"firmware": "0F0F0F0F", field: value}
    refused(lambda: make_entry(catalogue.ember, **given), "violates check")


@pytest.mark.parametrize("field", ["model_identifier", "hardware_version", "hardware_revision"])
def test_a_malformed_device_model_cannot_be_written(catalogue: Catalogue, field: str) -> None:
    refused(lambda: DeviceModel.objects.filter(pk=catalogue.ember.pk).update(**{field: "G"}), "violates check")


def test_a_manufacturer_identifier_is_four_hex_digits() -> None:
    refused(lambda: ManufacturerIdentifier.objects.create(code="7a01"), "manufacturer_identifier_hex")


def test_two_entries_cannot_share_model_and_version(catalogue: Catalogue) -> None:
    refused(lambda: make_entry(catalogue.ember, "09030A07"), "entry_version_once_per_model")


def test_two_type_2_entries_without_version_cannot_share_a_model(catalogue: Catalogue) -> None:
    refused(lambda: make_entry(catalogue.display, ""), "entry_version_once_per_model")


def test_an_entry_id_is_never_used_twice(catalogue: Catalogue) -> None:
    refused(lambda: make_entry(catalogue.ember, "0A0A0A0A", cpl_entry_id="CPL-001045"), "cpl_entry_id")


def test_a_manufacturer_cannot_be_entered_twice_in_another_case(catalogue: Catalogue) -> None:
    refused(lambda: Manufacturer.objects.create(name="NORTHMOOR metering ltd"), "manufacturer_name_once")


def test_only_type_2_devices_may_lack_a_firmware_version(catalogue: Catalogue) -> None:
    refused(lambda: make_entry(catalogue.ember, ""), "firmware_blank_only_on_type_2")


def test_removing_needs_a_reason(catalogue: Catalogue) -> None:
    entry = CPLEntry.objects.filter(pk=catalogue.baseline.pk)
    refused(lambda: entry.update(removed_on=date(2026, 1, 1)), "removed_needs_reason_and_date")


def test_removing_needs_a_date(catalogue: Catalogue) -> None:
    entry = CPLEntry.objects.filter(pk=catalogue.baseline.pk)
    refused(lambda: entry.update(removal_reason="Lapsed"), "removed_needs_reason_and_date")


def test_withdrawing_needs_a_reason(catalogue: Catalogue) -> None:
    record = FirmwareInformation.objects.filter(entry=catalogue.baseline)
    refused(lambda: record.update(withdrawn_on=date(2026, 1, 1)), "withdrawn_needs_reason_and_date")


def test_a_published_hash_is_final(catalogue: Catalogue) -> None:
    entry = CPLEntry.objects.filter(pk=catalogue.second.pk)
    refused(lambda: entry.update(firmware_hash="B" * 64), "hash of published entry CPL-001050 is final")


def test_a_published_hash_cannot_be_blanked(catalogue: Catalogue) -> None:
    entry = CPLEntry.objects.filter(pk=catalogue.second.pk)
    refused(lambda: entry.update(firmware_hash=""), "is final")


def test_a_blank_hash_may_be_given_later(catalogue: Catalogue) -> None:
    CPLEntry.objects.filter(pk=catalogue.baseline.pk).update(firmware_hash="C" * 64)
    catalogue.baseline.refresh_from_db()
    assert catalogue.baseline.firmware_hash == "C" * 64


def test_publishing_cannot_be_undone(catalogue: Catalogue) -> None:
    entry = CPLEntry.objects.filter(pk=catalogue.baseline.pk)
    refused(lambda: entry.update(published_on=None), "publishing cannot be undone")


@pytest.mark.parametrize("model", ["CPLEntry", "DeviceModel", "Manufacturer", "FirmwareInformation", "Contact"])
def test_a_record_is_never_deleted_even_by_raw_sql(catalogue: Catalogue, model: str) -> None:
    table = apps.get_model("cpl", model)._meta.db_table

    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    refused(delete, "Cannot delete")


@pytest.mark.parametrize("model", ["CPLEntryEvent", "FirmwareInformationEvent", "UpgradePathLinkEvent"])
@pytest.mark.parametrize("act", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}"])
def test_row_history_is_append_only(catalogue: Catalogue, model: str, act: str) -> None:
    table = apps.get_model("cpl", model)._meta.db_table

    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute(act.format(table))

    refused(change, "Cannot (update|delete)")


def test_a_pathway_stays_inside_one_manufacturer(catalogue: Catalogue) -> None:
    foreign = CPLEntry.objects.get(cpl_entry_id="CPL-002001")

    def link() -> None:
        UpgradePathLink.objects.create(
            entry=catalogue.recommended, predecessor=foreign, manufacturer=catalogue.ember.manufacturer
        )

    refused(link, "predecessor_has_same_maker")


def test_an_entry_is_not_its_own_predecessor(catalogue: Catalogue) -> None:
    entry = catalogue.recommended
    refused(
        lambda: UpgradePathLink.objects.create(entry=entry, predecessor=entry, manufacturer=entry.manufacturer),
        "upgrade_path_not_to_itself",
    )


def test_these_entries_cannot_be_said_without_naming_one(catalogue: Catalogue) -> None:
    entry = CPLEntry.objects.filter(pk=catalogue.baseline.pk)
    refused(lambda: entry.update(pathway_state=PathwayState.THESE_ENTRIES), "predecessors of entry .* disagree")


def test_the_last_predecessor_cannot_go_while_these_entries_is_said(catalogue: Catalogue) -> None:
    links = UpgradePathLink.objects.filter(entry=catalogue.recommended)
    refused(links.delete, "predecessors of entry .* disagree")


def test_an_entry_cannot_claim_another_maker_than_its_model(catalogue: Catalogue) -> None:
    other = catalogue.gas.manufacturer
    entry = CPLEntry.objects.filter(pk=catalogue.baseline.pk)
    refused(lambda: entry.update(manufacturer=other), "entry_repeats_its_model|maker")


def test_moving_a_model_to_another_maker_moves_its_entries_and_links(catalogue: Catalogue) -> None:
    other = catalogue.gas.manufacturer
    DeviceModel.objects.filter(pk=catalogue.ember.pk).update(manufacturer=other)
    assert set(catalogue.ember.entries.values_list("manufacturer", flat=True)) == {other.pk}
    assert set(UpgradePathLink.objects.values_list("manufacturer", flat=True)) == {other.pk}


def test_a_voluntary_field_has_a_value_exactly_when_supplied(catalogue: Catalogue) -> None:
    record = FirmwareInformation.objects.filter(entry=catalogue.baseline)
    refused(lambda: record.update(notes_state="supplied"), "fir_notes_and_state")


def test_a_declined_field_holds_no_value(catalogue: Catalogue) -> None:
    record = FirmwareInformation.objects.filter(entry=catalogue.baseline)
    refused(lambda: record.update(stage_state="declined"), "fir_stage_and_state")


def test_the_variant_belongs_to_esme_only(catalogue: Catalogue) -> None:
    model = DeviceModel.objects.filter(pk=catalogue.gas.pk)
    refused(lambda: model.update(esme_variant="A"), "esme_variant_only_on_esme")


def test_the_duis_form_is_kept_by_the_database(catalogue: Catalogue) -> None:
    catalogue.ember.refresh_from_db()
    assert catalogue.ember.duis_model == "8B0B030D"


def test_an_entry_cannot_be_loaded_before_it_is_published() -> None:
    refused(
        lambda: make_entry(make_model(), "01020304", published_on=None, loaded_on=date(2026, 1, 1)),
        "loaded_only",
    )


def test_a_unique_rule_is_an_integrity_error(catalogue: Catalogue) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_entry(catalogue.ember, "09030A07")


@pytest.mark.parametrize("change", [{"cpl_entry_id": "CPL-OTHER"}, {"firmware_version": "0F0F0F0F"}])
def test_a_published_entry_keeps_its_identity(catalogue: Catalogue, change: dict[str, str]) -> None:
    entry = CPLEntry.objects.filter(pk=catalogue.baseline.pk)
    refused(lambda: entry.update(**change), "keeps its ID, model and version")


def test_a_removal_cannot_be_taken_back(catalogue: Catalogue) -> None:
    entry = CPLEntry.objects.filter(pk=catalogue.removed.pk)
    refused(lambda: entry.update(removed_on=None, removal_reason=""), "a removal cannot be taken back")


def test_a_reason_of_blanks_is_none(catalogue: Catalogue) -> None:
    entry = CPLEntry.objects.filter(pk=catalogue.baseline.pk)
    refused(lambda: entry.update(removed_on=date(2026, 1, 1), removal_reason="  "), "removed_needs_reason_and_date")
