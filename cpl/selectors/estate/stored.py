"""Answers as they were stored, and what each label of the file counted."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from cpl.estate.tally import Kind
from cpl.models import EstateAnswer, EstateCheck, EstateHolding


class Stored(NamedTuple):
    """One row of EstateAnswer, without its devices: these come from the holdings, by label."""

    kind: Kind
    status: str
    standing: str
    reason: str
    model: int | None
    entry: int | None
    released_on: date | None
    certificate_ends: date | None
    target: int | None
    basis: str
    route: str
    way: Sequence[int]
    flags: Sequence[str]
    releases_behind: int | None
    days_behind: int | None
    urgency: str
    notices: Sequence[int]


_COLUMNS: Final = (
    "status", "standing", "reason", "model_id", "entry_id", "released_on", "certificate_ends", "target_id", "basis",
    "route", "way", "flags", "releases_behind", "days_behind", "urgency", "notices",
)  # fmt: skip


def stored_answers(check: EstateCheck) -> list[Stored]:
    """All answers of a check. One query."""
    rows = EstateAnswer.objects.filter(estate_check=check).order_by().values_list(*Kind._fields, *_COLUMNS)
    return [Stored(Kind(*row[:3]), *row[3:]) for row in rows]


class Held(NamedTuple):
    """What one label of a kind counted."""

    label: str
    rows: int
    devices: int


def holdings_of(check: EstateCheck) -> dict[Kind, list[Held]]:
    """What was counted of each kind, label by label. One query."""
    found: dict[Kind, list[Held]] = {}
    rows = EstateHolding.objects.filter(estate_check=check).order_by("label")
    for *kind, label, number, devices in rows.values_list(*Kind._fields, "label", "rows", "devices"):
        found.setdefault(Kind(*kind), []).append(Held(label, number, devices))
    return found
