"""Checking an estate again, and deleting a check."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.permissions import CHECK_ESTATE
from cpl.actions.estate import again as remaking
from cpl.actions.estate import deleting
from cpl.choices import EstateState
from cpl.views.estate.finding import visible_check
from cpl.workflow import WrongMoveError


@require_POST
def estate_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the check of the same counts against the list of today; pressed twice, the one that is begun is shown."""
    user = require(request, CHECK_ESTATE)
    check = visible_check(user, pk)
    try:
        return redirect(remaking.again(check=check, by=user))
    except WrongMoveError as error:
        messages.warning(request, str(error))
        return redirect(remaking.under_way(check) or "cpl:estate")


@require_http_methods(["GET", "HEAD", "POST"])
def estate_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete the check with all that was counted."""
    user = require(request, CHECK_ESTATE)
    check = visible_check(user, pk)
    if check.state == EstateState.UPLOADED:
        return redirect("cpl:estate_columns", pk)
    if request.method != "POST":
        return render(
            request, "cpl/estate/delete.html", {"check": check, "days_concerned": settings.CHECKED_MODELS_DAYS}
        )
    try:
        deleting.delete(check=check, by=user)
    except WrongMoveError as error:
        messages.error(request, str(error))
        return redirect(check)
    messages.success(request, f"“{check.name}” is deleted, with everything that was counted and answered.")
    return redirect("cpl:estate")
