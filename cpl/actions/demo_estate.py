"""Estate checks of the demo, made by the real actions from the sample files, and counted here, not by the worker.

Each is found again by its Party and name, and left alone once it is there; one that a start was killed over is taken
up where it stands.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import F

from accounts.models import User
from cpl.actions.estate import beginning, running
from cpl.choices import EstateColumn, EstateState, InterestKind
from cpl.estate.layout import Columns, Layout
from cpl.estate.spool import Spool
from cpl.identifiers import DEVICE_MODEL, FIRMWARE_VERSION, MANUFACTURER_IDENTIFIER, parse_identifier
from cpl.models import EstateCheck, ModelInterest, UpgradePathLink
from cpl.querysets import parties_with_estate

Row = list[str]
Rows = list[Row]

ANA, BEN = "ana@ashdown.example", "ben@ashdown.example"
SMALL, PORTFOLIO = "estate-small.csv", "estate-portfolio.csv"

COLUMNS: Final[Columns] = {
    EstateColumn.MANUFACTURER: 0, EstateColumn.DEVICE_MODEL: 1, EstateColumn.FIRMWARE_VERSION: 2, EstateColumn.COUNT: 3,
}  # fmt: skip
"""What the columns of the sample files hold."""
HEADINGS: Final = ("Manufacturer", "Model", "Firmware", "Devices")


def _as_it_is(rows: Rows) -> Rows:
    return rows


def _a_month_before(rows: Rows) -> Rows:
    """The same houses a month ago: a tenth was not gained yet, a third had the version before, where one is known."""
    before = _predecessors()
    return [
        [*row[:2], before.get(_kind(row), row[2]) if number % 3 == 0 else row[2], row[3]]
        for number, row in enumerate(rows)
        if number % 10
    ]


def _predecessors() -> Mapping[tuple[str, str, str], str]:
    """A version from which each version is upgraded, by manufacturer, model and version."""
    links = UpgradePathLink.objects.order_by("pk").values_list(
        "entry__device_model__identifier__code", "entry__device_model__duis_model", "entry__firmware_version",
        "predecessor__firmware_version",
    )  # fmt: skip
    return {(code, duis, version): before for code, duis, version, before in links}


def _kind(row: Row) -> tuple[str, str, str]:
    code, duis, version = (
        parse_identifier(cell, width=width).value
        for cell, width in zip(row, (MANUFACTURER_IDENTIFIER, DEVICE_MODEL, FIRMWARE_VERSION), strict=False)
    )
    return code, duis, version


@dataclass(frozen=True)
class Estate:
    """One check: of whom, of which sample file as it was when, and how many days ago."""

    by: str
    name: str
    sample: str
    then: Callable[[Rows], Rows] = _as_it_is
    days_ago: int = 0


BEFORE_THE_LAST_LIST: Final = (Estate(ANA, "Gains of October", SMALL, _a_month_before, days_ago=24),)
"""Checked against the list before the newest one, so that comparing shows what that one changed."""
AFTERWARDS: Final = (Estate(BEN, "Whole portfolio", PORTFOLIO), Estate(ANA, "Gains of November", SMALL))


def make_checks(estates: Iterable[Estate], samples: Path) -> int:
    """Make what is missing of these checks from the files in the folder; returns how many were made."""
    return sum(_make(estate, samples) for estate in estates)


def _make(estate: Estate, samples: Path) -> bool:
    by = User.objects.get(email=estate.by)
    party = parties_with_estate(by)[0]
    found = EstateCheck.objects.filter(party=party, name=estate.name, origin=None).first()
    if found is not None and found.state not in (EstateState.UPLOADED, EstateState.WAITING, EstateState.RUNNING):
        return False
    check = found or _begin(estate, party, by, samples)
    if check.state == EstateState.UPLOADED:
        beginning.confirm(check=check, columns=COLUMNS, name=estate.name, watches=False, by=by)
    with _no_interest(by):
        running.run(estate_check=check.pk)
    _set_back(check, timedelta(days=estate.days_ago))
    return True


def _begin(estate: Estate, party: int, by: User, samples: Path) -> EstateCheck:
    with (samples / estate.sample).open(newline="", encoding="utf-8") as file:
        rows = estate.then(list(csv.reader(file))[1:])
    written = io.StringIO(newline="")
    csv.writer(written).writerows([HEADINGS, *rows])
    spool = Spool(Path(settings.ESTATE_SPOOL))
    spool.write(written.getvalue().encode())
    layout = Layout("utf-8", ",", 1, HEADINGS, {}, has_quotes=False)
    return beginning.begin(
        party=party, name=estate.name, layout=layout, spool=spool.keep(), rows_total=len(rows), by=by
    )


@contextmanager
def _no_interest(person: User) -> Iterator[None]:
    """What the demo makes up concerns nobody: letters and notices go by what people do themselves."""
    checked = ModelInterest.objects.filter(person=person, kind=InterestKind.CHECKED)
    before = list(checked.values_list("pk", flat=True))
    yield
    checked.exclude(pk__in=before).delete()


def _set_back(check: EstateCheck, days: timedelta) -> None:
    """As if it had been made then."""
    times = ("created_at", "started_at", "moved_at", "finished_at", "counted_at")
    EstateCheck.objects.filter(pk=check.pk).update(
        keep_until=F("keep_until") - days, **{name: F(name) - days for name in times}
    )
