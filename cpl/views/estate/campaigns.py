"""The upgrades that an estate calls for: which version to which, through which, how many devices, whom to ask."""

from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.permissions import CHECK_ESTATE
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.estate.collecting import collector_held_off
from cpl.presenters.estate.asked import Asked
from cpl.presenters.estate.files import about, file_name, is_filtered
from cpl.presenters.estate.lines import CAMPAIGN_HEADINGS, COUNTS, LINKS, campaign_cells
from cpl.selectors.estate import campaigns as selector
from cpl.selectors.estate.overview import overview_of
from cpl.selectors.estate.reading import lines_of
from cpl.spreadsheets.exporter import Look, download
from cpl.views.estate.finding import done_check, whole

PAGE_SIZE: Final = 25


@require_safe
@collector_held_off()
def campaigns(request: HttpRequest, pk: int) -> HttpResponse:
    """One row for each installed version with a known way to the recommended one, most devices first."""
    user = require(request, CHECK_ESTATE)
    check = done_check(user, pk)
    asked = Asked.from_query(request.GET)
    overview = overview_of(user, check, asked.chosen, with_labels=False)
    rows = asked.chosen.of(overview.rows)
    found = selector.movable(rows)
    page: Page[Any] = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    lines = overview.lines(page.object_list)
    page.object_list = [selector.Campaign(lines[row.kind]) for row in page.object_list]
    context = {
        "check": check,
        "asked": asked,
        "chips": asked.chips(),
        "page_obj": page,
        "moved": selector.devices_of(found),
        "devices": selector.devices_of(rows),
        "most_moved": found[0].devices if found else 0,
    }
    return render(request, "cpl/estate/campaigns.html", context)


@token_allowed
@require_safe
def export(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The same, all pages of it, as a spreadsheet."""
    user = require(request, CHECK_ESTATE)
    check = done_check(user, pk)
    asked = Asked.from_query(request.GET)
    with whole(check):
        found = selector.campaigns(lines_of(user, check, asked.chosen, with_labels=False))
    note_export(
        what="Campaigns of an estate check", rows=None, file_format=file_format, by=user, owner=check.party.name
    )
    name = file_name(check, "campaigns", is_filtered=is_filtered(asked))
    told = about(check, asked, rows=len(found), devices=sum(one.devices for one in found))
    return download(file_format, name, CAMPAIGN_HEADINGS, map(campaign_cells, found), Look(COUNTS, LINKS, told))
