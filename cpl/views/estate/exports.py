"""The lines of an estate's answer as a spreadsheet: exactly what the page lists with the same filters."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.permissions import CHECK_ESTATE
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.presenters.estate.asked import Asked
from cpl.presenters.estate.files import about, file_name, is_filtered
from cpl.presenters.estate.lines import LINKS, Labels, cells, counts, headings
from cpl.spreadsheets.exporter import Look, download
from cpl.views.estate.answer import chosen_lines
from cpl.views.estate.finding import done_check, whole


@token_allowed
@require_safe
def lines(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """Every model and firmware version that is asked for, all pages of them, in the order of the page."""
    user = require(request, CHECK_ESTATE)
    check = done_check(user, pk)
    asked = Asked.from_query(request.GET)
    with whole(check):
        found = chosen_lines(user, check, asked)
    # How many there are is the Party's own business, and what is recorded has readers.
    note_export(what="Answer of an estate check", rows=None, file_format=file_format, by=user, owner=check.party.name)
    labels, name = Labels.of(found), file_name(check, is_filtered=is_filtered(asked))
    told = about(check, asked, rows=len(found), devices=sum(line.devices for line in found))
    look = Look(counts(labels), LINKS, told)
    return download(file_format, name, headings(labels), (cells(line, labels) for line in found), look)
