"""An estate checked again: the counts of an earlier check against the list of today, without an upload."""

from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.job_queue import enqueue
from accounts.models import User
from cpl import audit_names
from cpl.actions.estate.errors import EstateMovedError
from cpl.actions.estate.keeping import keep_until
from cpl.actions.estate.may import hold_party, require_estate
from cpl.choices import EstateState
from cpl.models import EstateCheck

JOB: Final = "cpl.jobs.check_estate"

_COPIED: Final = ("name", "watches", "rows_total", "rows_in", "rows_answered", "rows_refused", "devices", "counted_at")
"""What a check made again has of the first: its counts, and the day on which they were true."""


@transaction.atomic
def again(*, check: EstateCheck, by: User) -> EstateCheck:
    """A new check of the same counts, which waits for the worker; it watches what is found only for who asked for that.

    The first check may be deleted meanwhile: its counts are handed over then (`keeping_counts.hand_over`). Raises
    Forbidden unless `by` may check an estate for the Party; EstateMovedError, a WrongMoveError, where the check has no
    counts, was deleted meanwhile, or is being made again already.
    """
    require_estate(by, check.party_id)
    hold_party(check.party_id)  # how long its checks are kept stays as it is, until there is one more of them
    held = _locked(check)
    if held is None:
        raise EstateMovedError("This check was deleted meanwhile, with its counts. Upload the file to check it again.")
    if not held.is_done:
        raise EstateMovedError("Only an estate check that is done can be made again.")
    if under_way(held) is not None:
        raise EstateMovedError("This estate is being checked again already.")
    made = _copy(held, by)
    audit.record(audit_names.ESTATE_CHECKED, by=by, about=f"Estate check {made.pk}", owner=held.party.name)
    enqueue(JOB, queue="estate", estate_check=made.pk)
    return made


def _locked(check: EstateCheck) -> EstateCheck | None:
    """The check, with the one whose counts it has locked as well: two who begin at once are told apart by that one."""
    rows = EstateCheck.objects.select_for_update().filter(pk__in=(check.pk, first_of(check))).order_by("pk")
    return {row.pk: row for row in rows}.get(check.pk)


def under_way(check: EstateCheck) -> EstateCheck | None:
    """The check of the same counts that the worker has, or will."""
    states = (EstateState.WAITING, EstateState.RUNNING)
    return EstateCheck.objects.filter(party=check.party_id, origin=first_of(check), state__in=states).first()


def first_of(check: EstateCheck) -> int:
    """The check whose counts these are: itself, or the one that it was made from."""
    return check.origin_id or check.pk


def _copy(check: EstateCheck, by: User) -> EstateCheck:
    """Its totals alone: the job brings the rows (`keeping_counts.bring_counts`), which takes seconds for many."""
    own = {name: getattr(check, name) for name in _COPIED}
    own["watches"] = check.watches and check.created_by_id == by.pk
    return EstateCheck.objects.create(
        **own, party=check.party, created_by=by, origin_id=first_of(check), state=EstateState.WAITING,
        moved_at=timezone.now(), keep_until=keep_until(check.party_id, timezone.localdate(), check.counted_at),
    )  # fmt: skip
