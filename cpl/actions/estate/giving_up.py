"""Checks that no worker will take up again are stopped, with message and cure: on their page they would be under way
for ever, and their file would stay in the spool.

So it is when worker after worker died of one, or the database was away for longer than the job is tried again: the job
is given up then, and a job that is given up tells nobody.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

from cpl.actions.estate.beginning import JOB
from cpl.actions.estate.running import stop_held
from cpl.choices import EstateState
from cpl.estate.errors import EstateFileError
from cpl.models import EstateCheck

logger = logging.getLogger(__name__)

SILENT: Final = timedelta(minutes=2)
"""A worker that was taken for dead and lives on has no job any more, but it is heard of, many times a minute."""

_LIVES: Final = (Status.TODO.value, Status.DOING.value, Status.ABORTING.value)


def stop_given_up(*, now: datetime) -> int:
    """Stop checks that wait or are under way, of which nothing is heard, and whose job is neither in the queue nor with
    a worker; each in its own transaction. Returns how many were.
    """
    return sum(_stop(key, now) for key in _silent(now).order_by("pk").values_list("pk", flat=True))


def _silent(now: datetime) -> QuerySet[EstateCheck]:
    under_way = EstateCheck.objects.filter(state__in=(EstateState.WAITING, EstateState.RUNNING))
    return under_way.filter(moved_at__lt=now - SILENT)


@transaction.atomic
def _stop(key: int, now: datetime) -> bool:
    """One that somebody holds this very moment, to settle or to cancel it, is theirs."""
    held = _silent(now).select_for_update(skip_locked=True).filter(pk=key).first()
    if held is None or _has_job(key):
        return False
    stop_held(held, _given_up(held))
    logger.warning("Estate check %s is stopped: its job was given up.", key)
    return True


def _has_job(key: int) -> bool:
    """One that failed and is tried again goes back into the queue at once: no job ever lives again after it did not."""
    jobs = ProcrastinateJob.objects.filter(task_name=JOB, args__estate_check=key, status__in=_LIVES)
    return jobs.exists()


def _given_up(check: EstateCheck) -> EstateFileError:
    again = "Check the estate again" if check.origin_id else "Upload the file again"
    return EstateFileError(
        "The check was begun several times and broke off each time.",
        f"{again}. If it stops again, tell the SECAS help desk the number of this check: {check.pk}.",
    )
