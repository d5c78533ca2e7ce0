"""An estate check feeds the watch list of whoever wants that."""

from datetime import UTC, datetime
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.permissions import CHECK_ESTATE
from cpl.actions.estate.watching import unwatch_found, watch_found
from cpl.actions.interest import MOST_WATCHED
from cpl.selectors.estate.feeding import fed
from cpl.selectors.estate.watchable import watchable
from cpl.views.estate.finding import done_check

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@require_http_methods(["GET", "HEAD", "POST"])
def estate_watch(request: HttpRequest, pk: int) -> HttpResponse:
    """How many Device Models of the check are known, watched and not; the button, and what takes it back."""
    user = require(request, CHECK_ESTATE)
    check = done_check(user, pk)
    if request.method != "POST":
        context = {"check": check, "found": watchable(user, check), "feeding": fed(user, check.party_id)}
        return render(request, "cpl/estate/watch.html", context)
    if "undo" in request.POST:
        taken = unwatch_found(check=check, began=_moment(request.POST["undo"]), by=user)
        messages.success(request, f"You no longer watch {_models(taken)}.")
    else:
        _tell(request, *watch_found(check=check, by=user))
    return redirect("cpl:estate_watch", check.pk)


def _tell(request: HttpRequest, new: int, left: int) -> None:
    if left:
        words = f"{_more(new)} {left:,} found no room: one person can watch {MOST_WATCHED:,}."
        messages.warning(request, words)
    else:
        messages.success(request, _more(new) if new else "You watch all of them already.")


def _more(new: int) -> str:
    return f"You now watch {new:,} more Device Model{'' if new == 1 else 's'}."


def _models(number: int) -> str:
    return f"{number:,} Device Model{'' if number == 1 else 's'}"


def _moment(typed: str) -> datetime:
    """A moment as the page sent it; one at which nothing began for anything else."""
    try:
        found = parse_datetime(typed)
    except ValueError:
        found = None
    return found if found and found.tzinfo else _NEVER
