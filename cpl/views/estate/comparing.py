"""Two estate checks of one Party: what got better, what got worse, what is new."""

from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import acting_for, require
from accounts.models import User
from accounts.permissions import CHECK_ESTATE
from cpl.actions.exports import note_export
from cpl.models import EstateCheck
from cpl.presenters.estate.comparison import ALL, HEADINGS, SORTS, standings, tabs, told
from cpl.querysets import parties_with_estate
from cpl.selectors.estate.comparing import Comparison, compare
from cpl.spreadsheets.exporter import download
from cpl.views.estate.finding import done_check
from cpl.views.estate.lists import choices

PAGE_SIZE: Final = 25
MODELS_SHOWN: Final = 15


@dataclass(frozen=True)
class Asked:
    """The two checks that an address names, or why they cannot be compared."""

    before: EstateCheck | None = None
    after: EstateCheck | None = None
    problem: str = ""


@require_safe
def estate_compare(request: HttpRequest) -> HttpResponse:
    """Chosen by ?before= and ?after=; without them the newest two. `show` narrows the list to one sort of change."""
    user = require(request, CHECK_ESTATE)
    may = choices(user)
    asked = _asked(user, request.GET) or Asked(may["before"], may["after"])
    context: dict[str, Any] = {
        **may,
        "before": asked.before,
        "after": asked.after,
        "errors": [{"text": asked.problem, "href": "#id_after"}] if asked.problem else [],
        "several_parties": len(parties_with_estate(user)) > 1,
    }
    if asked.before and asked.after and not asked.problem:
        context |= _shown(request, asked.before, asked.after, _compared(user, asked.before, asked.after))
    return render(request, "cpl/estate/compare.html", context)


@require_safe
def estate_compare_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What the page lists, all pages of it, as a spreadsheet; 404 without two checks that can be compared."""
    user = require(request, CHECK_ESTATE)
    asked = _asked(user, request.GET) or Asked()
    if not asked.before or not asked.after or asked.problem:
        raise Http404(asked.problem)
    rows = told(_compared(user, asked.before, asked.after), _sort(request))
    note_export(
        what="Estate checks compared", rows=None, file_format=file_format, by=user, owner=asked.after.party.name
    )
    return download(file_format, "estate-compared", HEADINGS, (row.cells() for row in rows))


def _asked(user: User, query: QueryDict) -> Asked | None:
    """None where no check is named. Raises Http404 for one that is not the person's or not done."""
    if not query.get("before") and not query.get("after"):
        return None
    before, after = (done_check(user, _key(query.get(name))) for name in ("before", "after"))
    if before == after:
        return Asked(before, after, "Choose two different checks.")
    if before.party_id != after.party_id:
        return Asked(before, after, "Choose two checks of the same Party.")
    return Asked(before, after)


def _key(typed: str | None) -> int:
    """A key as an address has it. Raises Http404 for anything else."""
    if not typed or not typed.isascii() or not typed.isdigit() or len(typed) > 18:
        raise Http404("Which check?")
    return int(typed)


def _compared(user: User, before: EstateCheck, after: EstateCheck) -> Comparison:
    return compare(acting_for(user, after.party_id), before, after)


def _sort(request: HttpRequest) -> str:
    wanted = request.GET.get("show", "")
    return wanted if wanted in SORTS else ALL


def _shown(request: HttpRequest, before: EstateCheck, after: EstateCheck, found: Comparison) -> dict[str, Any]:
    sort = _sort(request)
    moved = [model for model in found.models if model.gained]
    pages = Paginator(told(found, sort), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    return {
        "found": found,
        "standings": standings(found),
        "all_more": found.after.devices - found.before.devices,
        "models": moved[:MODELS_SHOWN],
        "more_models": len(moved) - MODELS_SHOWN,
        "tabs": tabs(found),
        "sort": sort,
        "meaning": SORTS[sort][1] if sort in SORTS else "",
        "is_backwards": before.finished_at and after.finished_at and before.finished_at > after.finished_at,
        "counted_once": before.counted_at == after.counted_at,
        "page_obj": page,
        "page_range": list(pages.get_elided_page_range(page.number)) if pages.num_pages > 1 else [],
    }
