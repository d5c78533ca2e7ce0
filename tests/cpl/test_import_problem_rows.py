"""Every row of `samples/cpl-problem-rows.md` gets exactly what that file says."""

import re
from pathlib import Path

import pytest

from cpl.models import CPLEntry, DeviceModel, ImportRun
from tests.cpl.importing import bring_in, preview

SAMPLES = Path(__file__).parents[1] / "samples"
LINE = re.compile(r"^\| (\d+) \| (CPL-\d+) \| (.+) \| (accepted|refused)(.*) \|$", re.MULTILINE)
TABLE = (SAMPLES / "cpl-problem-rows.md").read_text()
RULES = [
    pytest.param(int(number), entry_id, verdict, tail, id=f"row {number}: {what}")
    for number, entry_id, what, verdict, tail in LINE.findall(TABLE)
]
CONTENT = (SAMPLES / "cpl-problem-rows.xlsx").read_bytes()

COLUMNS = {
    8: "Manufacturer Identifier", 9: "Firmware Version", 10: "Firmware Version",
    12: "Firmware Hash (SHA-256)",
    13: "Date Added", 15: "Device Type", 16: "Firmware Version", 18: "CPL Entry ID", 19: "Firmware Version",
    20: "Previous CPL Entry ID(s)", 21: "Previous CPL Entry ID(s)", 22: "Previous CPL Entry ID(s)",
    23: "Previous CPL Entry ID(s)", 24: "Model Name", 26: "Model Name", 27: "Model Name",
    29: "Previous CPL Entry ID(s)", 33: "Firmware Version",
}  # fmt: skip


@pytest.fixture
def run(db: None) -> ImportRun:
    return preview(CONTENT, "cpl-problem-rows.xlsx")


def test_the_table_has_thirty_rows() -> None:
    assert len(RULES) == 30


@pytest.mark.parametrize(("number", "entry_id", "verdict", "tail"), RULES)
def test_each_row_gets_what_the_table_says(run: ImportRun, number: int, entry_id: str, verdict: str, tail: str) -> None:
    row = run.rows.get(row_number=number)
    assert row.cpl_entry_id == entry_id
    assert row.outcome == ("refused" if verdict == "refused" else "added")
    assert bool(row.warnings) == ("with a warning" in tail)


@pytest.mark.parametrize("number", COLUMNS)
def test_a_refused_row_names_place_value_and_cure(run: ImportRun, number: int) -> None:
    row = run.rows.get(row_number=number)
    (problem,) = row.problems
    assert row.sheet == "CPL"
    assert problem["column"] == COLUMNS[number]
    assert problem["cell"].endswith(str(number))
    assert problem["value"] or number == 16
    assert problem["message"] and problem["cure"]


@pytest.mark.parametrize(("number", "earlier"), [(18, "row 5"), (19, "row 5")])
def test_the_later_of_two_clashing_rows_names_the_earlier(run: ImportRun, number: int, earlier: str) -> None:
    (problem,) = run.rows.get(row_number=number).problems
    assert earlier in problem["message"]


def test_the_accepted_rows_alone_are_imported_as_understood(db: None) -> None:
    bring_in(CONTENT, accepted_only=True)
    entries = {entry.cpl_entry_id: entry for entry in CPLEntry.objects.select_related("device_model")}
    assert len(entries) == 12
    assert entries["CPL-900002"].firmware_version == "0A0B0C0D"
    assert entries["CPL-900003"].device_model.duis_model == "02030102"
    assert entries["CPL-900007"].firmware_hash == "AB" * 32
    assert str(entries["CPL-900010"].published_on) == "2026-09-01"
    assert entries["CPL-900013"].firmware_version == ""
    assert entries["CPL-900021"].model_name == "+Probe@1"
    assert entries["CPL-900021"].device_model.name == "Probe 1"
    assert entries["CPL-900001"].pathway_state == "not_applicable"
    assert entries["CPL-900027"].pathway_state == "not_provided"
    links = entries["CPL-900030"].links_from.values_list("predecessor__cpl_entry_id", flat=True)
    assert set(links) == {"CPL-900001", "CPL-900002"}
    assert DeviceModel.objects.count() == 4


def test_the_accepted_rows_alone_are_unchanged_the_second_time(db: None) -> None:
    bring_in(CONTENT, accepted_only=True)
    run = preview(CONTENT)
    assert (run.counts["unchanged"], run.counts["refused"]) == (12, 18)
