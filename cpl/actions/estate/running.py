"""The job of an estate check: counted, answered, written in one transaction; and cancelled by a person of the Party.

A run that begins takes the check over from any that began before it: a worker that was taken for dead and lives on
finds at its next step that the check is no longer its own, and writes nothing. So nothing is ever there twice.
"""

import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts import audit
from accounts.access import Forbidden, acting_for
from accounts.models import User
from cpl import audit_names
from cpl.actions import interest
from cpl.actions.estate.errors import EstateMovedError
from cpl.actions.estate.feeding import feed
from cpl.actions.estate.keeping_counts import bring_counts, drop_counts, held_counts, keep_answers, keep_counts
from cpl.actions.estate.may import require_estate
from cpl.choices import EstateState
from cpl.estate import spool as spooling
from cpl.estate.errors import EstateFileError, StoppedError
from cpl.estate.layout import Layout
from cpl.estate.tally import Kind, Tally
from cpl.models import EstateCheck
from cpl.selectors.estate.answering import answers, seen_models
from cpl.selectors.estate.codes import maker_codes

logger = logging.getLogger(__name__)

BETWEEN_WORDS: Final = 0.25
"""Seconds between two notes of how far it is."""

_UNDER_WAY: Final = (EstateState.WAITING, EstateState.RUNNING)


def run(*, estate_check: int) -> None:
    """Count and answer a check that waits, or that a killed worker left half done; nothing where it is settled.

    What is wrong with the file stops the check with message and cure, and nothing of it is kept. An error that is
    ours stops it as well and is raised; one of the database is only raised, so that the job is tried again.
    """
    check = _taken(estate_check)
    if check is None:
        return
    try:
        _check(check)
    except StoppedError:
        logger.info("Estate check %s is no longer this run's: left as it is.", estate_check)
    except EstateFileError as error:
        _stop(check, error)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _stop(check, EstateFileError(
            "The check could not be finished, for a reason that is not in your file.",
            f"Try again. If it stops again, tell the SECAS help desk the number of this check: {estate_check}.",
        ))  # fmt: skip
        raise


@transaction.atomic
def cancel(*, check: EstateCheck, by: User) -> None:
    """End a check that waits or is under way: nothing that was counted is kept, and the file is removed.

    Raises Forbidden unless `by` may check an estate for its Party; EstateMovedError, a WrongMoveError, where there is
    nothing to cancel any more.
    """
    require_estate(by, check.party_id)
    held = EstateCheck.objects.select_for_update(of=("self",)).select_related("party").filter(pk=check.pk).first()
    if held is None or held.state not in _UNDER_WAY:
        raise EstateMovedError("This check is no longer under way: there is nothing to cancel.")
    _end(held, EstateState.CANCELLED)
    audit.record(audit_names.ESTATE_CANCELLED, by=by, about=f"Estate check {held.pk}", owner=held.party.name)


# The steps of a run ------------------------------------------------------------------------------------------


@transaction.atomic
def _taken(key: int) -> EstateCheck | None:
    """The check, from now on this run's; None where it is settled or gone."""
    check = EstateCheck.objects.select_for_update().filter(pk=key, state__in=_UNDER_WAY).first()
    if check is not None:
        check.state = EstateState.RUNNING
        check.started_at = check.moved_at = timezone.now()
        check.rows_read = 0
        check.save(update_fields=["state", "started_at", "moved_at", "rows_read"])
    return check


def _check(check: EstateCheck) -> None:
    _starter(check)
    if not check.spool:
        _settle_again(check)
        return
    progress = _Progress(check)
    tally = _counted(check, progress)
    progress.note(check.rows_total)
    _settle(check, tally.by_kind, tally)


def _counted(check: EstateCheck, progress: "_Progress") -> Tally:
    # Polars takes memory and a moment to load: no web process needs it.
    from cpl.estate.counting import count  # noqa: PLC0415 - see above

    path = spooling.path_of(Path(settings.ESTATE_SPOOL), check.spool)
    layout = Layout.from_json(check.layout)
    try:
        return count(path, layout, codes=maker_codes(), max_kinds=settings.ESTATE_MAX_KINDS, told=progress)
    except FileNotFoundError as error:
        raise EstateFileError("The uploaded file is not there any more.", "Upload it again.") from error


@transaction.atomic
def _settle_again(check: EstateCheck) -> None:
    """The same with the counts of an earlier check, which nobody deletes meanwhile: the earlier of the two is held
    first, as by whoever deletes it. Raises StoppedError.
    """
    both = EstateCheck.objects.select_for_update().filter(pk__in=(check.pk, check.origin_id or check.pk))
    list(both.order_by("pk"))
    held = _own(check)
    bring_counts(held)
    _settle(check, held_counts(held), None)


@transaction.atomic
def _settle(check: EstateCheck, by_kind: Mapping[Kind, int], tally: Tally | None) -> None:
    """All of it or nothing. Raises StoppedError where the check is not this run's any more."""
    held = _own(check)
    person = _starter(held)
    alone = acting_for(person, held.party_id)
    if tally is not None:
        keep_counts(held, tally)
    # Before the answers: a notice for the concerned is among them.
    interest.note_checks(models=seen_models(alone, by_kind).values(), by=alone)
    keep_answers(held, answers(alone, by_kind))
    _done(held)
    feed(check=held, starter=person)


def _done(check: EstateCheck) -> None:
    now = timezone.now()
    _remove_file(check)
    check.state, check.finished_at, check.moved_at = EstateState.DONE, now, now
    check.counted_at = check.counted_at or now
    check.rows_read = check.rows_total
    check.save()


@transaction.atomic
def _stop(check: EstateCheck, error: EstateFileError) -> None:
    try:
        held = _own(check)
    except StoppedError:
        return
    stop_held(held, error)


def stop_held(held: EstateCheck, error: EstateFileError) -> None:
    """End a check without an answer and say why; nothing of it is kept. The caller holds it."""
    held.problem = {"message": error.message, "cure": error.cure}
    _end(held, EstateState.STOPPED)


def _own(check: EstateCheck) -> EstateCheck:
    """The check, locked. Raises StoppedError where somebody cancelled it or another run took it over."""
    rows = EstateCheck.objects.select_for_update(of=("self",)).select_related("created_by")
    held = rows.filter(**_mine(check)).first()
    if held is None:
        raise StoppedError
    return held


def _mine(check: EstateCheck) -> dict[str, object]:
    return {"pk": check.pk, "state": EstateState.RUNNING, "started_at": check.started_at}


def _starter(check: EstateCheck) -> User:
    """Who started it, if they may still check an estate for the Party. Raises EstateFileError."""
    person = check.created_by
    try:
        if person is None:
            raise Forbidden
        require_estate(person, check.party_id)
    except Forbidden as error:
        raise EstateFileError(
            "Whoever started this check may no longer check an estate for the Party.",
            "Somebody else of the Party can upload the file.",
        ) from error
    return person


def _end(check: EstateCheck, state: EstateState) -> None:
    """Settled without an answer: no counts are kept."""
    drop_counts(check)
    _remove_file(check)
    check.state, check.finished_at = state, timezone.now()
    check.save()


def _remove_file(check: EstateCheck) -> None:
    token, check.spool = check.spool, ""
    transaction.on_commit(lambda: spooling.discard(Path(settings.ESTATE_SPOOL), token))


@dataclass
class _Progress:
    """Notes how far the count is, in short statements of their own, so that everybody sees it at once."""

    check: EstateCheck
    last: float = -math.inf

    def __call__(self, lines: int) -> None:
        """The first word at once. Raises StoppedError where the check is not this run's any more."""
        if time.monotonic() - self.last >= BETWEEN_WORDS:
            self.note(lines)

    def note(self, lines: int) -> None:
        """The same, however short ago the last word was."""
        self.last = time.monotonic()
        now: datetime = timezone.now()
        if not EstateCheck.objects.filter(**_mine(self.check)).update(rows_read=lines, moved_at=now):
            raise StoppedError
