"""Search, and its results as a spreadsheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.middleware import HtmxDetails

from accounts.access import require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.actions.search_misses import record_miss
from cpl.filters import SORTS, SearchRequest
from cpl.models import CPLEntry
from cpl.presenters.results import HEADINGS, results
from cpl.search import PAGE_SIZE, Found, exact_entry, find, left_out, understand
from cpl.spreadsheets.exporter import download
from cpl.suggestions import did_you_mean

MOST_EXPORTED = 20_000
"""More Device Models than any list has; keeps an export bounded."""


class SearchHttpRequest(HttpRequest):
    """A request after htmx's middleware has looked at it."""

    htmx: HtmxDetails


def search(request: SearchHttpRequest) -> HttpResponse:
    """Results for what was typed; an exact Entry ID, hash or model + firmware goes straight to its entry."""
    user = require(request, READ_REPOSITORY)
    asked = SearchRequest.from_address(request.GET)
    visible, terms = CPLEntry.objects.visible_to(user), understand(asked.text)
    if asked.text and not asked.chosen and not request.htmx and (entry := exact_entry(visible, terms)):
        return redirect("cpl:entry", entry.cpl_entry_id)
    found = find(visible, asked)
    context = {
        "asked": asked,
        "terms": terms,
        "left_out": left_out(asked.text),
        "found": found,
        "results": results(user, visible.with_information(user), found.models, terms),
        "sorts": SORTS,
        "sorted_by": SORTS[asked.sort],
        "pages": _pages(asked, found),
        "first_page": asked.on_page(1).address(),
        "chips": [
            (label, value.label, asked.turned(name, value.value).address()) for name, label, value in found.chips
        ],
        "cleared": asked.with_text(asked.text).address(),
        "suggestions": [(text, asked.with_text(text).address()) for text in _missed(user, asked, found)],
    }
    response = render(request, "cpl/_results.html" if request.htmx else "cpl/search.html", context)
    if request.htmx:
        # The address bar always holds what can be shared, without empty fields.
        response["HX-Replace-Url"] = f"?{asked.address()}"
    return response


def _missed(user: User, asked: SearchRequest, found: Found) -> list[str]:
    """Nothing found: remember it, and offer what is near."""
    if found.total or not asked.text:
        return []
    if not asked.chosen:
        record_miss(text=asked.text, terms=understand(asked.text), by=user)
    return did_you_mean(CPLEntry.objects.visible_to(user), asked.text)


def _pages(asked: SearchRequest, found: Found) -> dict[str, object]:
    last = max(1, -(-found.total // PAGE_SIZE))
    first = (asked.page - 1) * PAGE_SIZE
    return {
        "number": asked.page,
        "last": last,
        "previous": asked.on_page(min(asked.page - 1, last)) if asked.page > 1 else None,
        "next": asked.on_page(asked.page + 1) if asked.page < last else None,
        "from": first + 1 if found.models else 0,
        "to": first + len(found.models),
    }


@token_allowed
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Exactly what the search lists, all pages of it, in its order."""
    user = require(request, READ_REPOSITORY)
    asked = SearchRequest.from_address(request.GET).on_page(1)
    visible = CPLEntry.objects.visible_to(user)
    found = find(visible, asked, size=MOST_EXPORTED)
    listed = results(user, visible.with_information(user), found.models, understand(asked.text))
    rows = (result.cells() for result in listed)
    what = f"Device Models: {asked.address()}" if asked.address() else "Device Models"
    note_export(what=what, rows=len(found.models), file_format=file_format, by=user)
    return download(file_format, "device-models", HEADINGS, rows)
