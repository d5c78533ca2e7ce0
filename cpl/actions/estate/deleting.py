"""Deleting estate checks: by a person of the Party, or at night when their time has come.

Everything that was counted and answered goes with the check. What stays is an audit event that says that a check of
the Party was deleted, without its name and without a number of it: whatever they were called, auditors read them.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from cpl import audit_names
from cpl.actions.estate.errors import EstateMovedError
from cpl.actions.estate.keeping_counts import hand_over
from cpl.actions.estate.may import require_estate
from cpl.choices import EstateState
from cpl.models import EstateCheck

UNDER_WAY: Final = (EstateState.WAITING, EstateState.RUNNING)


@transaction.atomic
def delete(*, check: EstateCheck, by: User) -> None:
    """Delete the check with its counts and answers; nothing happens where somebody else just did.

    Raises Forbidden unless `by` may check an estate for its Party; EstateMovedError, a WrongMoveError, while the worker
    has it or its columns wait to be confirmed.
    """
    require_estate(by, check.party_id)
    held = EstateCheck.objects.select_for_update(of=("self",)).select_related("party").filter(pk=check.pk).first()
    if held is None:
        return
    if held.is_under_way:
        raise EstateMovedError("This estate is being checked now. Cancel the check first, then delete it.")
    if held.state == EstateState.UPLOADED:
        raise EstateMovedError("The columns of this file wait to be confirmed. Throw the file away there.")
    _delete(held, by)


def delete_overdue(*, now: datetime) -> int:
    """Delete checks whose last day is over, each in its own transaction; returns how many were.

    One that the worker has is left for the next night, and a file whose columns nobody confirmed to what sweeps these.
    """
    keys = _overdue(now).order_by("pk").values_list("pk", flat=True)
    return sum(_delete_overdue(key, now) for key in keys)


def _overdue(now: datetime) -> QuerySet[EstateCheck]:
    overdue = EstateCheck.objects.filter(keep_until__lt=timezone.localdate(now))
    return overdue.exclude(state__in=(*UNDER_WAY, EstateState.UPLOADED))


@transaction.atomic
def _delete_overdue(key: int, now: datetime) -> bool:
    """A check that somebody is deleting this very moment is theirs; one that is kept longer since the night began
    stays.
    """
    rows = _overdue(now).select_for_update(skip_locked=True, of=("self",)).select_related("party")
    held = rows.filter(pk=key).first()
    if held is not None:
        _delete(held, None)
    return held is not None


def _delete(check: EstateCheck, by: User | None) -> None:
    audit.record(audit_names.ESTATE_DELETED, by=by, about=f"Estate check {check.pk}", owner=check.party.name)
    hand_over(check)
    check.delete()
