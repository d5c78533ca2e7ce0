"""An estate check that waits or is under way, seen live and cancelled; and one that ended without an answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import require
from accounts.permissions import CHECK_ESTATE
from cpl.actions.estate import running
from cpl.choices import EstateState
from cpl.models import EstateCheck
from cpl.views.estate.finding import EstateRequest, visible_check
from cpl.workflow import WrongMoveError

NOBODY_COMES: Final = timedelta(seconds=60)
"""A check that waits for so long wants a word of explanation."""

NOTHING_HEARD: Final = timedelta(seconds=30)
"""And so does one that is under way, of which nothing is heard for so long."""

GIVEN_UP: Final = timedelta(minutes=10)
"""One of which nothing is heard for so long is taken up by no worker again: each gave it a sign within seconds, and the
next would have come within two minutes.
"""

_WORTH_A_GUESS: Final = 0.05
"""So much of the file must be read before the time left is told."""


@dataclass(frozen=True)
class HowFar:
    """What the page tells of a check that is under way."""

    check: EstateCheck
    silence: timedelta
    """Since it was queued, or since its worker was last heard of."""

    @property
    def silent(self) -> bool:
        """Whether that is so long that it wants a word of explanation."""
        return self.silence > (NOBODY_COMES if self.waits else NOTHING_HEARD)

    @property
    def is_given_up(self) -> bool:
        """Whether it will not go on by itself."""
        return not self.waits and self.silence > GIVEN_UP

    @property
    def waits(self) -> bool:
        """Whether no worker has it yet."""
        return self.check.state == EstateState.WAITING

    @property
    def is_reading(self) -> bool:
        """Whether its file is being read; else its answer is being worked out."""
        return not self.waits and bool(self.check.spool) and self.read < self.check.rows_total

    @property
    def read(self) -> int:
        """Rows read, never more than there are."""
        return min(self.check.rows_read, self.check.rows_total)

    @property
    def percent(self) -> int:
        """Of the file, rounded down."""
        return 100 * self.read // max(self.check.rows_total, 1)

    @property
    def seconds_left(self) -> int | None:
        """At the pace so far; None where that is too early to tell, or it stands still."""
        check = self.check
        if self.silent or not (self.is_reading and check.started_at and check.moved_at):
            return None
        part = self.read / check.rows_total
        if part < _WORTH_A_GUESS:
            return None
        return round((check.moved_at - check.started_at).total_seconds() * (1 - part) / part)


def how_far(check: EstateCheck) -> HowFar:
    """How far it is now."""
    return HowFar(check, silence=timezone.now() - (check.moved_at or check.created_at))


@require_safe
def estate_progress(request: EstateRequest, pk: int) -> HttpResponse:
    """How far it is, asked every second; once it is settled, its whole page."""
    user = require(request, CHECK_ESTATE)
    check = visible_check(user, pk)
    if not request.htmx:
        return redirect(check)
    if not check.is_under_way:
        return HttpResponseClientRefresh()
    return render(request, "cpl/estate/_progress.html", _words(check))


@require_POST
def estate_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End it: nothing that was counted is kept."""
    user = require(request, CHECK_ESTATE)
    check = visible_check(user, pk)
    try:
        running.cancel(check=check, by=user)
    except WrongMoveError as error:
        messages.warning(request, str(error))
    return redirect(check)


def under_way(request: HttpRequest, check: EstateCheck) -> HttpResponse:
    """The page of a check that waits or is under way. The caller settled that this person may see it."""
    return render(request, "cpl/estate/under_way.html", _words(check))


def stopped(request: HttpRequest, check: EstateCheck) -> HttpResponse:
    """The page of a check that was stopped or cancelled. The caller settled that this person may see it."""
    return render(request, "cpl/estate/stopped.html", {"check": check})


def _words(check: EstateCheck) -> dict[str, object]:
    return {"check": check, "far": how_far(check)}
