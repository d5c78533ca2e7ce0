"""The sample estates against the sample workbooks: totals worked out here from the cells alone, by no code of ours."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from cpl.models import EstateCheck
from cpl.selectors.estate.campaigns import campaigns
from cpl.selectors.estate.lines import Line
from cpl.selectors.estate.reading import lines_of
from cpl.selectors.estate.totals import Totals, totals
from tests.cpl.importing import bring_in
from tests.factories import Cast
from tests.factories.estate import make_estate_check
from tests.factories.replay import replayed

SAMPLES = Path(__file__).parents[2] / "samples"
OCTOBER, FIR = "cpl-2026-10-30.xlsx", "fir-2026-10-30.xlsx"

Triple = tuple[str, str, str]


def rows_of(name: str, sheet: str) -> Iterator[dict[str, Any]]:
    lines = openpyxl.load_workbook(SAMPLES / name, read_only=True)[sheet].iter_rows(min_row=4, values_only=True)
    header = next(lines)
    return (dict(zip(header, line, strict=True)) for line in lines if line[0])


def day(cell: Any) -> date | None:
    return cell.date() if isinstance(cell, datetime) else None


@dataclass
class Plain:
    """A version as the cells have it."""

    listed: dict[str, Any]
    said: dict[str, Any]

    @property
    def key(self) -> str:
        return str(self.listed["CPL Entry ID"])

    @property
    def is_removed(self) -> bool:
        return "Date Removed" in self.listed

    @property
    def is_test(self) -> bool:
        return self.said.get("Release Stage") == "Test"

    @property
    def note(self) -> str:
        return str(self.said.get("Additional Information") or "")

    @property
    def may_be_recommended(self) -> bool:
        out = all(one is None or one <= timezone.localdate() for one in (self.released, self.added))
        produced = self.said.get("Release Stage") == "Production" and "do not deploy" not in self.note
        return produced and out and not self.is_removed

    @property
    def released(self) -> date | None:
        return day(self.said.get("Release Date"))

    @property
    def added(self) -> date | None:
        return day(self.listed["Date Added"])


class PlainModel:
    """The versions of a model, oldest first, and which the newest that may be recommended can be reached from."""

    def __init__(self, versions: list[Plain]) -> None:
        by_release = all(one.released for one in versions)
        self.versions = sorted(
            versions, key=lambda one: (one.released if by_release else one.added, one.added, one.key)
        )
        self.target = next((one for one in reversed(self.versions) if one.may_be_recommended), None)
        self.reaching = self._reaching()

    def _reaching(self) -> set[str]:
        """Whatever comes before the target, step by step; of this model alone."""
        known = {
            one.key: re.findall(r"CPL-\d+", str(one.said.get("Previous CPL Entry ID(s)"))) for one in self.versions
        }
        found = {self.target.key} if self.target else set()
        while more := {before for key in found for before in known[key] if before in known} - found:
            found |= more
        return found

    def standing(self, version: Plain) -> str:
        """By the definitions alone."""
        if version.is_removed:
            return "unlisted"
        if self.target is None:
            return "no_route"
        if version is self.target:
            return "up_to_date"
        if self.versions.index(version) > self.versions.index(self.target):
            return "no_route" if version.is_test or "do not deploy" in version.note else "up_to_date"
        if self.target.note.startswith("Urgent"):
            return "urgent"
        return "behind" if version.key in self.reaching else "no_route"


@dataclass
class PlainEstate:
    """The devices of a file by what the workbooks say of them."""

    devices: int
    by_standing: Counter[str]
    by_maker: Counter[str]
    by_age: Counter[str]
    certificates: Counter[str]
    moved: int


@pytest.fixture(scope="module")
def workbooks() -> tuple[dict[Triple, Plain], dict[tuple[str, str], PlainModel], dict[str, set[str]]]:
    """Versions, models, and the names of makers by identifier."""
    said = {row["CPL Entry ID"]: row for row in rows_of(FIR, "FIR")}
    versions, models, makers = {}, defaultdict(list), defaultdict(set)
    for row in (row for sheet in ("CPL", "Removed") for row in rows_of(OCTOBER, sheet)):
        code = row["Manufacturer Identifier"]
        duis = row["Model Identifier"] + row["Hardware Version"] + row["Hardware Revision"]
        versions[code, duis, str(row["Firmware Version"])] = one = Plain(row, said.get(row["CPL Entry ID"], {}))
        models[code, duis].append(one)
        makers[code].add(row["Manufacturer"])
    return versions, {key: PlainModel(each) for key, each in models.items()}, dict(makers)


def read(name: str) -> Counter[Triple]:
    """The devices of a sample file: digits without case, signs and 0x."""
    found: Counter[Triple] = Counter()
    with (SAMPLES / name).open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            maker, model, firmware = (
                re.sub("^0X|[^0-9A-F]", "", row[column].strip().upper())
                for column in ("Manufacturer", "Model", "Firmware")
            )
            found[maker, model, firmware] += int(row["Devices"])
    return found


def worked_out(held: Counter[Triple], workbooks: Any) -> PlainEstate:
    versions, models, makers = workbooks
    told = PlainEstate(held.total(), Counter(), Counter(), Counter(), Counter(), 0)
    today = timezone.localdate()
    for triple, devices in held.items():
        version, model = versions.get(triple), models.get(triple[:2])
        names = makers.get(triple[0], set())
        own = model.versions[0].listed["Manufacturer"] if model else next(iter(names)) if len(names) == 1 else triple[0]
        told.by_maker[own] += devices
        told.by_standing[model.standing(version) if version else "unlisted"] += devices
        told.by_age[age(version.released or version.added, today) if version else "not_known"] += devices
        if version is None:
            continue
        ends = day(version.listed["CPA Date"])
        if ends and not version.is_removed and today <= ends and ends.isoformat() <= f"{today.year + 1}{today:-%m-%d}":
            told.certificates[f"{ends:%Y-%m}"] += devices
        if version.key in model.reaching and version is not model.target:
            told.moved += devices
    return told


def age(released: date | None, today: date) -> str:
    if released is None:
        return "not_known"
    birthdays = sum(f"{released.year + more}{released:-%m-%d}" <= today.isoformat() for more in range(1, 40))
    return ["under_1", "1_to_2", "2_to_3", "3_to_5", "3_to_5", *["over_5"] * 40][birthdays]


def brought_in() -> None:
    for name in (OCTOBER, FIR):
        bring_in((SAMPLES / name).read_bytes(), name)


def shown(told: Totals, found: list[Line]) -> PlainEstate:
    """The same of what the portal answers."""
    standing, maker, ages, ends = (
        Counter({bar.key: bar.devices for bar in bars if bar.devices})
        for bars in (told.by_standing, told.by_maker, told.by_age, told.certificates)
    )
    return PlainEstate(told.devices, standing, maker, ages, ends, sum(one.devices for one in campaigns(found)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["estate-small.csv", "estate-portfolio.csv"])
def test_the_totals_of_a_sample_are_those_of_the_workbooks(cast: Cast, workbooks: Any, name: str) -> None:
    replayed("sample workbooks", brought_in)
    held = read(name)
    check: EstateCheck = make_estate_check(cast.supplier, [(*triple, devices) for triple, devices in held.items()])
    found = lines_of(cast.supplier, check)
    assert shown(totals(found), found) == worked_out(held, workbooks)
