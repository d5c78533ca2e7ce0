"""A small list: two makers, three models, a pathway, a removed version, a test version and a restricted one."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.db import transaction

from accounts.models import Party
from cpl.actions.visibility import restrict
from cpl.choices import PathwayState
from cpl.models import (
    Contact,
    CPLEntry,
    DeviceModel,
    FirmwareInformation,
    Manufacturer,
    ManufacturerIdentifier,
    UpgradePathLink,
)

_numbers = count(900_000)


@dataclass
class Catalogue:
    """Records by what they show."""

    ember: DeviceModel
    gas: DeviceModel
    display: DeviceModel
    baseline: CPLEntry
    second: CPLEntry
    recommended: CPLEntry
    removed: CPLEntry
    test_version: CPLEntry
    restricted: CPLEntry
    only_restricted: CPLEntry


def make_model(maker: str = "Northmoor Metering Ltd", code: str = "7A01", **given: Any) -> DeviceModel:
    """A Device Model with its maker and identifier, which are made if missing."""
    manufacturer, _ = Manufacturer.objects.get_or_create(name=maker)
    identifier, _ = ManufacturerIdentifier.objects.get_or_create(code=code)
    manufacturer.identifiers.add(identifier)
    defaults = {
        "device_type": "ESME",
        "name": "Ember X495",
        "model_identifier": "8B0B",
        "hardware_version": "03",
        "hardware_revision": "0D",
    }
    return DeviceModel.objects.create(manufacturer=manufacturer, identifier=identifier, **{**defaults, **given})


def make_entry(model: DeviceModel, firmware: str, *, after: list[CPLEntry] | None = None, **given: Any) -> CPLEntry:
    """A published entry of a model; `after` names its predecessors."""
    defaults = {
        "cpl_entry_id": f"CPL-{next(_numbers)}",
        "model_name": model.name,
        "published_on": date(2024, 1, 1),
        "smets_chts_version": "SMETS V5.1",
        "gbcs_version": "4.2",
    }
    if after:
        defaults["pathway_state"] = PathwayState.THESE_ENTRIES
    with transaction.atomic():
        entry = CPLEntry.objects.create(
            device_model=model,
            manufacturer=model.manufacturer,
            device_type=model.device_type,
            firmware_version=firmware,
            **{**defaults, **given},
        )
        for before in after or []:
            UpgradePathLink.objects.create(entry=entry, predecessor=before, manufacturer=model.manufacturer)
    return entry


def say(entry: CPLEntry, **fields: Any) -> FirmwareInformation:
    """A FIR record in which exactly these fields are supplied."""
    states = {f"{name}_state": "supplied" for name in fields}
    provenance = {name: ["fir_workbook", "2026-10-30"] for name in fields}
    return FirmwareInformation.objects.create(entry=entry, provenance=provenance, **fields, **states)


def make_catalogue() -> Catalogue:
    """The list; `restricted` and `only_restricted` go to Ashdown Energy alone, if that Party exists."""
    ember = make_model()
    gas = make_model(
        "Kestrel Gas Measurement Ltd",
        "7A03",
        device_type="GSME",
        name="Lantern S290",
        model_identifier="406F",
        hardware_version="08",
        hardware_revision="11",
    )
    display = make_model(
        "Société Lumen Comptage SA",
        "7A0B",
        device_type="IHD",
        name="Hélio 12",
        model_identifier="0C01",
        hardware_version="01",
        hardware_revision="00",
    )
    desk = Contact.objects.create(
        manufacturer=ember.manufacturer,
        team="Firmware desk",
        email="firmware@northmoor.example",
        telephone="+44 20 7946 0545",
    )
    baseline = make_entry(
        ember,
        "09030A07",
        cpl_entry_id="CPL-001045",
        pathway_state=PathwayState.NOT_APPLICABLE,
        published_on=date(2022, 7, 10),
    )
    second = make_entry(
        ember,
        "10030A08",
        cpl_entry_id="CPL-001050",
        after=[baseline],
        firmware_hash="A1B2" * 16,
        published_on=date(2023, 1, 6),
    )
    recommended = make_entry(
        ember,
        "01040605",
        cpl_entry_id="CPL-001072",
        after=[second],
        published_on=date(2025, 2, 17),
        firmware_hash="3FAD726F" * 8,
        cpa_certificate="CPA-2024-0041",
    )
    removed = make_entry(
        ember,
        "01132107",
        cpl_entry_id="CPL-001048",
        published_on=date(2022, 12, 11),
        removed_on=date(2024, 1, 8),
        removal_reason="Removed at the Panel's direction",
    )
    test_version = make_entry(ember, "02630B62", cpl_entry_id="CPL-001077", published_on=date(2025, 10, 27))
    restricted = make_entry(ember, "0DECAF01", cpl_entry_id="CPL-001080", published_on=date(2026, 3, 1))
    only_restricted = make_entry(
        make_model(
            "Kestrel Gas Measurement Ltd",
            "7A03",
            device_type="GSME",
            name="Zephyr Secret",
            model_identifier="5EC0",
            hardware_version="01",
            hardware_revision="01",
        ),
        "0DECAF02",
        cpl_entry_id="CPL-001081",
    )
    for entry in (baseline, second, removed):
        say(entry, stage="production", release_date=entry.published_on)
    say(
        recommended,
        stage="production",
        release_date=date(2025, 1, 28),
        contact=desk,
        portal_link="https://portal.northmoor.example/firmware",
        notes="Recommended upgrade for all devices.",
    )
    say(test_version, stage="test")
    make_entry(gas, "01030000", cpl_entry_id="CPL-002001", smets_chts_version="SMETS V4.2")
    make_entry(display, "", cpl_entry_id="CPL-003001")
    ashdown = Party.objects.filter(name="Ashdown Energy")
    for entry in (restricted, only_restricted):
        restrict(record=entry, parties=ashdown, by=None)
    for party in Party.objects.filter(category="manufacturer"):
        Manufacturer.objects.filter(name=party.name).update(party=party)
    return Catalogue(
        ember, gas, display, baseline, second, recommended, removed, test_version, restricted, only_restricted
    )
