"""Estate checks as the job leaves them, without a file and without a worker."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.access import acting_for
from accounts.models import User
from cpl.choices import EstateState
from cpl.estate.tally import Holding, Kind
from cpl.models import EstateAnswer, EstateCheck, EstateHolding
from cpl.querysets import parties_with_estate
from cpl.selectors.estate.answering import answers

Held = tuple[str, str, str, int] | tuple[str, str, str, int, str]
"""Manufacturer Identifier, Device Model as DUIS writes it, Firmware Version, devices; and a label of its own."""


def make_estate_check(
    user: User, held: Iterable[Held], label: str = "", *, answered: bool = True, **fields: Any
) -> EstateCheck:
    """A check by the user that is done, each of `held` counted from one row of a file; `label` where a row has none.

    Of the user's oldest Party that has estates unless `party` or `party_id` is given, as every other field may be.
    Counts of the check follow from `held`. With `answered=False` it has its counts and no answers.
    """
    holdings = [_holding(row, label) for row in held]
    check = EstateCheck.objects.create(**{**_done(user, holdings, fields), **fields})
    EstateHolding.objects.bulk_create(
        EstateHolding(estate_check=check, **one.kind._asdict(), label=one.label, rows=one.rows, devices=one.devices)
        for one in holdings
    )
    if answered:
        _answer(check, user, holdings)
    return check


def _holding(row: Held, label: str) -> Holding:
    return Holding(Kind(*row[:3]), row[4] if len(row) == 5 else label, 1, row[3])


def _done(user: User, holdings: list[Holding], fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a check that was counted and answered just now."""
    now, rows = timezone.now(), len(holdings)
    own = {} if {"party", "party_id"} & set(fields) else {"party_id": parties_with_estate(user)[0]}
    return {
        **own, "created_by": user, "state": EstateState.DONE, "name": "gains.csv", "rows_total": rows,
        "rows_read": rows, "rows_in": rows, "rows_answered": rows, "devices": sum(one.devices for one in holdings),
        "started_at": now, "moved_at": now, "finished_at": now, "counted_at": now,
        "keep_until": timezone.localdate() + timedelta(days=settings.ESTATE_KEEP_DAYS),
    }  # fmt: skip


def _answer(check: EstateCheck, user: User, holdings: list[Holding]) -> None:
    """As the job does: what the check's Party may see today."""
    by_kind: dict[Kind, int] = {}
    for one in holdings:
        by_kind[one.kind] = by_kind.get(one.kind, 0) + one.devices
    rows = answers(acting_for(user, check.party_id), by_kind)
    for row in rows:
        row.estate_check = check
    EstateAnswer.objects.bulk_create(rows)
