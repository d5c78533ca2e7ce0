"""Two Device Models for the journeys about pathways, brought in as SECAS would: one of 3 versions, one of 60."""

import os
import subprocess
import sys
from datetime import date, timedelta
from typing import Any

from tests.cpl.importing import listed, record, removed, workbook
from tests.journeys.portal import OURS, ROOT, Portal

SHORT = "/models/7A01-00030101/"
LONG = "/models/7A01-00600101/"
VERSIONS = 60
REMOVED, TESTS, SILENT, URGENT = (9, 23, 24, 40), (12, 28, 45, 58), (15, 33, 34, 52), 55
WIDE = {30: range(20, 29), 57: range(48, 56)}
"""Versions that may be upgraded from many."""


def bring_in_pathways(portal: Portal) -> None:
    """Import both models into the running portal."""
    file = portal.log.parent / "pathways.xlsx"
    file.write_bytes(pathways())
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"DEBUG": "1", "DATA_DIR": str(portal.log.parent / "data"), "EMBEDDED_THROWAWAY": "1"}
    command = [sys.executable, "manage.py", "import_cpl", str(file)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def pathways() -> bytes:
    """The workbook with both models."""
    short, long = _model("Spark S3", "0003"), _model("Hearth L60", "0060")
    numbers = range(1, VERSIONS + 1)
    entries = [_row(100 + number, short, number, {1: "N/A", 2: "1", 3: "1, 2"}[number], 100) for number in (1, 2, 3)]
    entries += [_row(200 + number, long, number, _before(number), 200) for number in numbers if number not in REMOVED]
    gone = [{**removed(200 + number), **_row(200 + number, long, number, _before(number), 200)} for number in REMOVED]
    records = [_record(100 + number, short, number) for number in (1, 2, 3)]
    records += [_record(200 + number, long, number) for number in numbers]
    return workbook(*entries, Removed=gone, FIR=records)


def _model(name: str, identifier: str) -> dict[str, Any]:
    return {"model_name": name, "model_identifier": identifier, "hardware_version": "01", "hardware_revision": "01"}


def _row(entry: int, model: dict[str, Any], number: int, before: str, first: int) -> dict[str, Any]:
    named = ", ".join(f"CPL-{first + int(one):06d}" if one.isdigit() else one for one in before.split(", ") if one)
    return {
        **listed(entry), **model, "firmware_version": _firmware(number), "published_on": _day(number),
        "predecessors": named,
    }  # fmt: skip


def _before(number: int) -> str:
    if number == 1:
        return "N/A"
    if number in SILENT:
        return ""
    befores = {number - 1, *WIDE.get(number, ())} | ({number - 4} if number % 5 == 0 else set())
    return ", ".join(map(str, sorted(befores)))


def _record(entry: int, model: dict[str, Any], number: int) -> dict[str, Any]:
    long = model["model_identifier"] == "0060"
    notes = "Urgent: mends the clock." if long and number == URGENT else "Mends faults."
    return {
        **record(entry), "model_name": model["model_name"], "firmware_version": _firmware(number),
        "release_date": _day(number) - timedelta(days=20), "notes": notes,
        "stage": "Test" if long and number in TESTS else "Production",
    }  # fmt: skip


def _firmware(number: int) -> str:
    return f"{number * 0x04010203 % (1 << 32):08X}"


def _day(number: int) -> date:
    return date(2016, 1, 4) + timedelta(days=60 * number)
