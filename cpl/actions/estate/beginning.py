"""The beginning of an estate check: a file that waits in the spool, its columns confirmed, and what is swept away.

Until its columns are confirmed a check has neither counts nor an audit event: nothing was checked.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.job_queue import enqueue
from accounts.models import User
from cpl import audit_names
from cpl.actions.estate.errors import EstateMovedError
from cpl.actions.estate.keeping import keep_until
from cpl.actions.estate.may import hold_party, require_estate
from cpl.choices import EstateColumn, EstateState
from cpl.estate import spool as spooling
from cpl.estate.headings import Against, signature, standing_against
from cpl.estate.layout import Columns, Layout
from cpl.estate.personal import personal_name
from cpl.models import EstateCheck, EstateColumns

JOB: Final = "cpl.jobs.check_estate"
MOST_WAITING: Final = 5
"""Files of one Party that may wait to be confirmed or counted at a time."""

_WAITING: Final = (EstateState.UPLOADED, EstateState.WAITING, EstateState.RUNNING)
_HEADING_LENGTH: Final = 200


class TooManyWaitingError(Exception):
    """The Party has as many files in the spool as it may have; `cure` says what to do."""

    cure = "Confirm one, throw one away, or wait until they are counted, then upload this one again."

    def __init__(self) -> None:
        super().__init__(f"{MOST_WAITING} files of your Party already wait to be confirmed or counted.")


class ColumnsError(Exception):
    """The columns chosen cannot be counted by: `problems` are all that stands against them."""

    def __init__(self, problems: Sequence[Against]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(problem.words for problem in problems))


class PersonalNameError(Exception):
    """The name chosen for a check looks as if it were of a person or a single device; it is not repeated."""

    def __init__(self, likeness: str) -> None:
        super().__init__(f"The name of the check holds what looks like {likeness}. Choose another name.")


@transaction.atomic
def begin(*, party: int, name: str, layout: Layout, spool: str, rows_total: int, by: User) -> EstateCheck:
    """A check whose file is in the spool and whose columns wait to be confirmed.

    Raises Forbidden unless `by` may check an estate for the Party, TooManyWaitingError. The caller takes the file away
    where this raises.
    """
    require_estate(by, party)
    held = hold_party(party)
    if EstateCheck.objects.filter(party=held, state__in=_WAITING).exclude(spool="").count() >= MOST_WAITING:
        raise TooManyWaitingError
    return EstateCheck.objects.create(
        party=held, created_by=by, name=_shortened(name), layout=layout.as_json(), spool=spool, rows_total=rows_total,
        keep_until=keep_until(party, timezone.localdate()),
    )  # fmt: skip


@transaction.atomic
def confirm(*, check: EstateCheck, columns: Columns, name: str, watches: bool, by: User) -> EstateCheck:
    """Settle what the columns hold, remember that for the Party, and hand the file to the worker.

    Whoever does that has started the check, whoever uploaded the file: it is on their word that it runs, and their list
    that it feeds where they ticked that.

    Raises Forbidden, EstateMovedError where the columns were confirmed or the file thrown away meanwhile, ColumnsError
    where the columns do not make a device: a manufacturer, a model (whole or in three parts), a firmware version.
    PersonalNameError for a name that must not be stored.
    """
    require_estate(by, check.party_id)
    held = _uploaded(check, "Its columns were confirmed already.")
    layout = Layout.from_json(held.layout)
    if problems := standing_against(columns, layout.headings):
        raise ColumnsError(problems)
    if likeness := personal_name(name):
        raise PersonalNameError(likeness)
    _remember(held.party_id, layout, columns, by)
    held.layout, held.watches, held.created_by = replace(layout, columns=columns).as_json(), watches, by
    held.name, held.state, held.moved_at = _shortened(name) or held.name, EstateState.WAITING, timezone.now()
    held.save(update_fields=["layout", "watches", "created_by", "name", "state", "moved_at"])
    audit.record(audit_names.ESTATE_CHECKED, by=by, about=f"Estate check {held.pk}", owner=held.party.name)
    enqueue(JOB, queue="estate", estate_check=held.pk)
    return held


@transaction.atomic
def discard(*, check: EstateCheck, by: User) -> None:
    """Throw the file away before its columns are confirmed; of the check nothing stays, for nothing was checked.

    Raises Forbidden, EstateMovedError where somebody confirmed its columns meanwhile.
    """
    require_estate(by, check.party_id)
    held = _uploaded(check, "Its columns were confirmed already: cancel the check on its page.")
    _throw_away(held)


def sweep(*, now: datetime) -> int:
    """Throw away files whose columns nobody confirmed in time, and what killed processes left in the spool.

    Returns how many files and checks went.
    """
    before = now - timedelta(minutes=settings.ESTATE_UNCONFIRMED_MINUTES)
    late = EstateCheck.objects.filter(state=EstateState.UPLOADED, created_at__lt=before).values_list("pk", flat=True)
    swept = sum(_sweep(key) for key in late)
    # First the files, then the checks that name them: one that is begun meanwhile is too young to be swept.
    folder = Path(settings.ESTATE_SPOOL)
    kept = set(EstateCheck.objects.filter(state__in=_WAITING).exclude(spool="").values_list("spool", flat=True))
    left = spooling.leavings(folder, older_than=before, kept=kept)
    for path in left:
        path.unlink(missing_ok=True)
    return swept + len(left)


def remembered(party: int, headings: Sequence[str]) -> EstateColumns | None:
    """What somebody of the Party confirmed for a file with these headings, as it was sent."""
    return EstateColumns.objects.filter(party=party, signature=signature(headings)).first()


def remembered_for(check: EstateCheck) -> EstateColumns | None:
    """The same for a file that waits in the spool."""
    by = _signature(Layout.from_json(check.layout))
    return EstateColumns.objects.filter(party=check.party_id, signature=by).first()


@transaction.atomic
def _sweep(key: int) -> int:
    """A check that somebody is confirming this very moment is theirs."""
    late = EstateCheck.objects.select_for_update(skip_locked=True).filter(pk=key, state=EstateState.UPLOADED).first()
    if late is None:
        return 0
    _throw_away(late)
    return 1


def _throw_away(check: EstateCheck) -> None:
    token = check.spool
    check.delete()
    transaction.on_commit(lambda: spooling.discard(Path(settings.ESTATE_SPOOL), token))


def _uploaded(check: EstateCheck, otherwise: str) -> EstateCheck:
    """The check, locked, while its columns wait to be confirmed."""
    rows = EstateCheck.objects.select_for_update(of=("self",)).select_related("party")
    held = rows.filter(pk=check.pk).first()
    if held is None:
        raise EstateMovedError("This file was thrown away meanwhile. Upload it again.")
    if held.state != EstateState.UPLOADED:
        raise EstateMovedError(otherwise)
    return held


def _remember(party: int, layout: Layout, columns: Columns, by: User) -> None:
    """By the places in the file as it was sent, so that the next one is known before anything of it is left out."""
    sent = layout.sent or layout.headings
    places = [at for at in range(len(sent)) if at not in layout.left_out]
    EstateColumns.objects.update_or_create(
        party_id=party,
        signature=_signature(layout),
        defaults={
            "headings": [heading[:_HEADING_LENGTH] for heading in sent],
            "columns": {str(EstateColumn(name)): places[at] for name, at in columns.items()},
            "left_out": list(layout.left_out),
            "confirmed_by": by,
        },
    )


def _signature(layout: Layout) -> str:
    return layout.signature or signature(layout.sent or layout.headings)


def _shortened(name: str) -> str:
    """On one line, without signs that nobody sees."""
    plain = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(plain.split())[: EstateCheck._meta.get_field("name").max_length]
