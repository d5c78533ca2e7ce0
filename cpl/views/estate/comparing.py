"""Two estate checks of one Party: how the devices of each Device Model stand before and after, and each version."""

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
from cpl.presenters.estate.comparison import (
    ALL,
    COUNTS,
    HEADINGS,
    MODEL_HEADINGS,
    MODELS,
    SORTS,
    standings,
    tabs,
    told,
    told_models,
)
from cpl.presenters.estate.files import About, about_check, file_name
from cpl.querysets import parties_with_estate
from cpl.selectors.estate.comparing import Comparison, compare
from cpl.spreadsheets.exporter import Look, download
from cpl.views.estate.finding import done_check, whole
from cpl.views.estate.lists import choices

PAGE_SIZE: Final = 25
MODELS_SHOWN: Final = 15
EVERY_VERSION: Final = (
    "Upgraded devices leave one version, which is gone or has fewer, and come to another, which is new or has more. "
    "The list by Device Model counts them once."
)


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
    found = _compared(user, asked.before, asked.after)
    note_export(
        what="Estate checks compared", rows=None, file_format=file_format, by=user, owner=asked.after.party.name
    )
    name, look = _file_name(request, asked.before, asked.after), Look(COUNTS, about=_about(asked.before, asked.after))
    if request.GET.get("show") == MODELS:
        return download(file_format, name, MODEL_HEADINGS, (row.cells() for row in told_models(found)), look)
    rows = told(found, _sort(request))
    return download(file_format, name, HEADINGS, (row.cells() for row in rows), look)


def _file_name(request: HttpRequest, before: EstateCheck, after: EstateCheck) -> str:
    parts = ["by-model"] if request.GET.get("show") == MODELS else []
    name = file_name(after, "compared", *parts, is_filtered=_sort(request) != ALL)
    return f"{file_name(before)}-to-{name}"


def _about(before: EstateCheck, after: EstateCheck) -> About:
    return [(f"{when}: {name}", said) for when, check in (("Before", before), ("After", after))
            for name, said in about_check(check)]  # fmt: skip


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
    with whole(before, after):
        return compare(acting_for(user, after.party_id), before, after)


def _sort(request: HttpRequest) -> str:
    wanted = request.GET.get("show", "")
    return wanted if wanted in SORTS else ALL


def _shown(request: HttpRequest, before: EstateCheck, after: EstateCheck, found: Comparison) -> dict[str, Any]:
    sort = _sort(request)
    models = told_models(found)
    some = models if request.GET.get("models") == ALL else models[:MODELS_SHOWN]
    pages = Paginator(told(found, sort), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    return {
        "found": found,
        "standings": standings(found),
        "all_more": found.after.devices - found.before.devices,
        "models": some,
        "all_models": len(models),
        "tabs": tabs(found),
        "sort": sort,
        "meaning": SORTS[sort][1] if sort in SORTS else EVERY_VERSION,
        "is_backwards": before.finished_at and after.finished_at and before.finished_at > after.finished_at,
        "counted_once": before.counted_at == after.counted_at,
        "page_obj": page,
        "page_range": list(pages.get_elided_page_range(page.number)) if pages.num_pages > 1 else [],
    }
