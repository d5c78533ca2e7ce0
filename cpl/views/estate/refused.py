"""Rows of an estate file that could not be read: they are counted, listed with their lines, and downloadable."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.permissions import CHECK_ESTATE
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.presenters.estate import refusals
from cpl.presenters.estate.files import about_check, file_name
from cpl.spreadsheets.exporter import Look, download, stream_csv
from cpl.views.estate.finding import done_check

PAGE_SIZE: Final = 25
MOST_IN_WORKBOOK: Final = 200_000
"""A workbook is built whole before it is sent; more rows than this are for CSV, which is sent as it is read."""


@require_safe
def refused(request: HttpRequest, pk: int) -> HttpResponse:
    """What was refused, by reason and value, the most rows first."""
    user = require(request, CHECK_ESTATE)
    check = done_check(user, pk)
    pages = Paginator(refusals.groups(check), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "check": check,
        "page_obj": page,
        "page_range": list(pages.get_elided_page_range(page.number)) if pages.num_pages > 1 else [],
        "workbook": check.rows_refused <= MOST_IN_WORKBOOK,
    }
    return render(request, "cpl/estate/refused.html", context)


@token_allowed
@require_safe
def refused_export(request: HttpRequest, pk: int, file_format: str) -> HttpResponseBase:
    """The same, one row a line of the file, in its order."""
    user = require(request, CHECK_ESTATE)
    check = done_check(user, pk)
    if file_format == "xlsx" and check.rows_refused > MOST_IN_WORKBOOK:
        messages.error(request, "There are too many rows for a workbook. Export them as CSV.")
        return redirect("cpl:estate_refused", pk)
    note_export(
        what="Refused rows of an estate check", rows=None, file_format=file_format, by=user, owner=check.party.name
    )
    name, rows = file_name(check, "refused"), refusals.by_line(check)
    if file_format == "csv":
        return stream_csv(name, refusals.HEADINGS, rows)
    told = [*about_check(check), ("Rows read", check.rows_in), ("Rows refused", check.rows_refused)]
    return download(file_format, name, refusals.HEADINGS, rows, Look(about=told))
