"""An estate worked out by hand: from its file and the workbooks, by openpyxl and dictionaries, with no code of ours."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import openpyxl

SAMPLES: Final = Path(__file__).resolve().parents[1] / "samples"
SMALL: Final = SAMPLES / "estate-small.csv"
PORTFOLIO: Final = SAMPLES / "estate-portfolio.csv"

Key = tuple[str, str, str]
"""Manufacturer Identifier, Device Model and Firmware Version, in capitals without any sign."""


@dataclass(frozen=True)
class Row:
    """An entry of the list as its workbook has it."""

    entry_id: str
    removed: bool
    added_on: date
    certificate: str
    certificate_on: date | None


def plain(text: str) -> str:
    """An identifier without case, colons, spaces and 0x."""
    return re.sub(r"[^0-9A-F]", "", re.sub("^0X", "", text.strip().upper()))


@cache
def devices_of(path: Path) -> Mapping[Key, int]:
    """The devices of each kind that a sample file has."""
    found: Counter[Key] = Counter()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found[plain(row["Manufacturer"]), plain(row["Model"]), plain(row["Firmware"])] += int(row["Devices"])
    return found


@cache
def rows_of(path: Path) -> int:
    """How many rows the file has below its headings."""
    return len(path.read_text(encoding="utf-8-sig").strip().splitlines()) - 1


@cache
def the_list() -> Mapping[Key, Row]:
    """The list of 20 November; what was removed before it came back counts as listed."""
    found: dict[Key, Row] = {}
    for sheet in ("Removed", "CPL"):
        for cells in _sheet("cpl-2026-11-20.xlsx", sheet):
            model = "".join(
                plain(str(cells[name])) for name in ("Model Identifier", "Hardware Version", "Hardware Revision")
            )
            key = (plain(str(cells["Manufacturer Identifier"])), model, plain(str(cells["Firmware Version"] or "")))
            found[key] = Row(
                cells["CPL Entry ID"], sheet == "Removed", _day(cells["Date Added"]) or date.min,
                str(cells["CPA Date Type"] or ""), _day(cells["CPA Date"]),
            )  # fmt: skip
    return found


@cache
def said_of() -> Mapping[str, Mapping[str, Any]]:
    """The rows of the repository's spreadsheet by CPL Entry ID."""
    return {cells["CPL Entry ID"]: cells for cells in _sheet("fir-2026-10-30.xlsx", "FIR")}


def released_on(row: Row) -> date:
    """When a version was released, as far as the spreadsheet says, or else added to the list."""
    cells = said_of().get(row.entry_id, {})
    return _day(cells.get("Release Date")) or row.added_on


def predecessors_of(entry_id: str) -> set[str]:
    """The entries that may be upgraded to this one."""
    said = str(said_of().get(entry_id, {}).get("Previous CPL Entry ID(s)") or "")
    return set(re.findall(r"CPL-\d+", said))


def _sheet(name: str, title: str) -> Iterator[dict[str, Any]]:
    """Rows by heading; the headings are the first row with a CPL Entry ID, below a banner."""
    book = openpyxl.load_workbook(SAMPLES / name, read_only=True, data_only=True)
    headings: tuple[Any, ...] = ()
    for cells in book[title].iter_rows(values_only=True):
        if headings and cells[0]:
            yield dict(zip(headings, cells, strict=False))
        if cells[0] == "CPL Entry ID":
            headings = cells
    book.close()


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else None
