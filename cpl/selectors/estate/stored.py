"""Answers as they were stored, and what each label of the file counted."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from django.db.models import QuerySet, Sum

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


def stored_answers(check: EstateCheck, **only: str) -> list[Stored]:
    """All answers of a check, or `only` those that were stored with these values. One query."""
    rows = EstateAnswer.objects.filter(estate_check=check, **only).order_by().values_list(*Kind._fields, *_COLUMNS)
    return [Stored(Kind._make(row[:3]), *row[3:]) for row in rows]


class Named(NamedTuple):
    """A row with its devices, and what its version and the recommended one are called: for who may see these."""

    stored: Stored
    devices: int
    entry_id: str
    target_version: str


def named_answers(check: EstateCheck) -> list[Named]:
    """All answers of a check. One query."""
    names = ("devices", "entry__cpl_entry_id", "target__firmware_version")
    found = EstateAnswer.objects.filter(estate_check=check).order_by()
    return [
        Named(Stored(Kind._make(row[3:6]), *row[6:]), row[0], row[1] or "", row[2] or "")
        for row in found.values_list(*names, *Kind._fields, *_COLUMNS)
    ]


def counted_answers(answers: QuerySet[EstateAnswer]) -> list[tuple[int, int, Stored]]:
    """These answers, of whichever checks, each behind the key of its check and its devices. One query."""
    rows = answers.order_by().values_list("estate_check_id", "devices", *Kind._fields, *_COLUMNS)
    return [(row[0], row[1], Stored(Kind._make(row[2:5]), *row[5:])) for row in rows]


Held = tuple[str, int, int]
"""What one label of a kind counted: the label, its rows and its devices. A plain tuple, for there are many."""


def holdings_of(check: EstateCheck, **only: str) -> Mapping[tuple[str, ...], Sequence[Held]]:
    """What was counted of each kind, label by label, or of `only` one label. One query."""
    found: dict[tuple[str, ...], list[Held]] = {}
    rows = EstateHolding.objects.filter(estate_check=check, **only).order_by("label")
    for row in rows.values_list(*Kind._fields, "label", "rows", "devices"):
        found.setdefault(row[:3], []).append(row[3:])
    return found


def sums_of(check: EstateCheck) -> Mapping[tuple[str, ...], Sequence[Held]]:
    """The same of all labels together, under ''. One query, which brings a row a kind."""
    rows = EstateHolding.objects.filter(estate_check=check).order_by().values_list(*Kind._fields)
    summed = rows.annotate(Sum("rows"), Sum("devices"))
    return {tuple(kind): [("", number, devices)] for *kind, number, devices in summed}
