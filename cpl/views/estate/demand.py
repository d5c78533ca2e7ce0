"""What a manufacturer's own people see of estates: in how many Parties' estates something of theirs is to be done."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.permissions import SUBMIT_AS_MANUFACTURER
from cpl.actions.exports import note_export
from cpl.presenters.estate.demand import HEADINGS, rows_of
from cpl.selectors.estate.demand import demand_for, makers_of
from cpl.spreadsheets.exporter import download


@require_safe
def demand(request: HttpRequest) -> HttpResponse:
    """How many Parties have devices on versions with an open notice, or with no pathway given, of the own models."""
    user = require(request, SUBMIT_AS_MANUFACTURER)
    makers = makers_of(user)
    demands = demand_for(user, makers)
    context = {
        "makers": makers,
        "demands": demands,
        "tells_any": any(one.tells_any for one in demands),
        "least": settings.DEMAND_MIN_PARTIES,
    }
    return render(request, "cpl/estate/demand.html", context)


@require_safe
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """The same as a spreadsheet: a row for each number that the page has, given or not."""
    user = require(request, SUBMIT_AS_MANUFACTURER)
    rows = rows_of(demand_for(user, makers_of(user)))
    note_export(what="Demand for the own Device Models", rows=len(rows), file_format=file_format, by=user)
    return download(file_format, "demand", HEADINGS, rows)
