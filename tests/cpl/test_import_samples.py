"""The sample workbooks, one after another: counts worked out by hand from the files, not by the importer."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from accounts.models import AuditEvent
from cpl.models import Contact, CPLEntry, DeviceModel, FirmwareInformation, Manufacturer, UpgradePathLink
from cpl.spreadsheets import importer
from tests.cpl.importing import bring_in, counted, history, preview, row_of

SAMPLES = Path(__file__).parents[1] / "samples"
OCTOBER, FIR, NOVEMBER = "cpl-2026-10-30.xlsx", "fir-2026-10-30.xlsx", "cpl-2026-11-20.xlsx"

Row = dict[str, Any]


@cache
def rows_of(name: str, sheet: str) -> dict[str, Row]:
    """The rows of a sheet by CPL Entry ID; its header stands on row 4."""
    lines = openpyxl.load_workbook(SAMPLES / name, read_only=True)[sheet].iter_rows(min_row=4, values_only=True)
    header = next(lines)
    return {str(line[0]): dict(zip(header, line, strict=True)) for line in lines if line[0]}


def brought_in(name: str) -> dict[str, int]:
    return counted(bring_in((SAMPLES / name).read_bytes(), name))


@pytest.fixture
def october(db: None) -> dict[str, int]:
    return brought_in(OCTOBER)


def test_the_first_list_is_added_whole(october: dict[str, int]) -> None:
    listed, removed = rows_of(OCTOBER, "CPL"), rows_of(OCTOBER, "Removed")
    assert october == {"added": len(listed) + len(removed)}
    assert CPLEntry.objects.listed().count() == len(listed)
    assert CPLEntry.objects.filter(removed_on__isnull=False).count() == len(removed)
    assert CPLEntry.objects.filter(published_on__isnull=True).count() == 0


def test_device_models_and_makers_are_made_once(october: dict[str, int]) -> None:
    rows = [*rows_of(OCTOBER, "CPL").values(), *rows_of(OCTOBER, "Removed").values()]
    key = ("Manufacturer Identifier", "Model Identifier", "Hardware Version", "Hardware Revision")
    assert DeviceModel.objects.count() == len({tuple(row[name] for name in key) for row in rows})
    assert Manufacturer.objects.count() == len({row["Manufacturer"] for row in rows})
    pairs = {(row["Manufacturer"], row["Manufacturer Identifier"]) for row in rows}
    assert Manufacturer.identifiers.through.objects.count() == len(pairs)


def test_an_identifier_of_two_makers_is_said_once(db: None) -> None:
    run = preview((SAMPLES / OCTOBER).read_bytes())
    rows = [*rows_of(OCTOBER, "CPL").values(), *rows_of(OCTOBER, "Removed").values()]
    makers = Counter(code for _, code in {(r["Manufacturer"], r["Manufacturer Identifier"]) for r in rows})
    warned = [warning for row in run.rows.exclude(warnings=[]) for warning in row.warnings]
    assert len(warned) == sum(count - 1 for count in makers.values()) > 0
    assert all("is also used by" in warning for warning in warned)


@pytest.mark.slow
@pytest.mark.parametrize("name", [OCTOBER, FIR, NOVEMBER])
def test_each_file_changes_nothing_the_second_time(db: None, name: str) -> None:
    for earlier in (OCTOBER, FIR, NOVEMBER)[: (OCTOBER, FIR, NOVEMBER).index(name) + 1]:
        brought_in(earlier)
    events = AuditEvent.objects.count()
    written = [history(model).count() for model in (CPLEntry, DeviceModel, FirmwareInformation)]
    run = bring_in((SAMPLES / name).read_bytes(), name)
    assert set(counted(run)) == {"unchanged"}
    assert importer.changes_nothing(run)
    assert AuditEvent.objects.count() == events
    assert written == [history(model).count() for model in (CPLEntry, DeviceModel, FirmwareInformation)]


@pytest.mark.slow
def test_the_firmware_information_is_added(october: dict[str, int]) -> None:
    assert brought_in(FIR) == {"added": len(rows_of(FIR, "FIR"))}
    rows = rows_of(FIR, "FIR")
    named = [row["Previous CPL Entry ID(s)"] for row in rows.values()]
    states = Counter(CPLEntry.objects.filter(fir__isnull=False).values_list("pathway_state", flat=True))
    assert states["not_applicable"] == sum(text == "N/A" for text in named)
    assert states["not_provided"] == sum(not text for text in named)
    pairs = sum(text.count("CPL-") for text in named if text and text != "N/A")
    assert UpgradePathLink.objects.count() == pairs
    with_portal = FirmwareInformation.objects.filter(portal_link_state="supplied").count()
    assert with_portal == sum(bool(row["Portal"]) for row in rows.values())
    contact = ("Manufacturer", "Contact Name / Team", "Contact Email", "Contact Telephone")
    contacts = {tuple(row[name] for name in contact) for row in rows.values() if any(row[n] for n in contact[1:])}
    assert Contact.objects.count() == len(contacts)


@pytest.mark.slow
def test_the_next_list_shows_what_changed(october: dict[str, int]) -> None:
    brought_in(FIR)
    old, new = rows_of(OCTOBER, "CPL"), rows_of(NOVEMBER, "CPL")
    newly_removed = rows_of(NOVEMBER, "Removed").keys() - rows_of(OCTOBER, "Removed").keys()
    changed = [name for name in old.keys() & new.keys() if old[name] != new[name]]
    unchanged = len(old.keys() & new.keys()) - len(changed) + len(rows_of(OCTOBER, "Removed"))
    assert len(changed) == 5 and len(newly_removed) == 12
    assert brought_in(NOVEMBER) == {
        "added": len(new.keys() - old.keys()),
        "changed": len(changed),
        "removed": len(newly_removed),
        "unchanged": unchanged,
    }
    assert CPLEntry.objects.listed().count() == len(new)


def test_a_hash_given_later_is_shown_old_and_new(october: dict[str, int]) -> None:
    run = preview((SAMPLES / NOVEMBER).read_bytes())
    given = rows_of(NOVEMBER, "CPL")["CPL-002010"]["Firmware Hash (SHA-256)"]
    assert row_of(run, "CPL-002010").changes == [["Firmware Hash (SHA-256)", "", given]]


def test_issue_date_and_kind_are_read_from_the_workbook(db: None) -> None:
    run = preview((SAMPLES / OCTOBER).read_bytes(), OCTOBER)
    assert (str(run.issue_date), run.holds_cpl) == ("2026-10-30", True)
    assert [(sheet["name"], sheet["kind"]) for sheet in run.sheets] == [
        ("CPL", "CPL"),
        ("Removed", "REMOVED"),
        ("Guidance", "not read"),
    ]
