"""One Device Model: the answer first, then how its versions follow each other, then every version."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.actions.submissions import may
from cpl.choices import SubmissionKind
from cpl.pathway_picture import draw
from cpl.presenters.routes import whom_to_ask
from cpl.presenters.versions import HEADINGS, rows_of
from cpl.selectors.concerned import watches
from cpl.selectors.estate.demand import demand_of
from cpl.selectors.known import known_model
from cpl.selectors.model_entries import ModelEntries, linked_entries, model_entries
from cpl.spreadsheets.exporter import download
from cpl.views.looking import known_on_looking


def _found(user: User, code: str, duis: str) -> ModelEntries:
    """The model and its entries that the person may see; 404 if there are none."""
    found = model_entries(user, code, duis)
    if not found:
        raise Http404
    return found


def device_model(request: HttpRequest, code: str, duis: str) -> HttpResponse:
    """Recommended version, contact and every version of one Device Model."""
    user = require(request, READ_REPOSITORY)
    model, entries = _found(user, code, duis)
    known = known_on_looking(user, model, linked_entries(entries))
    summary, notices = known.summary, known.notices
    context = {
        "model": model,
        "summary": summary,
        "recommended": entries[summary.recommended.pk] if summary.recommended else None,
        "newest": entries[summary.newest.pk] if summary.newest else None,
        "contact_from": whom_to_ask(known, entries, [summary.recommended.pk] if summary.recommended else []),
        "open_notices": [notice for version in summary.versions for notice in notices.on(version.pk)],
        "rows": rows_of(summary, entries, known.network.links),
        "versions": summary.versions,
        "route_from": "",
        "route_to": "",
        "may_submit": bool(may.parties_for(user, SubmissionKind.NEW_ENTRY, model.manufacturer)),
        "is_watched": watches(user, model),
        "demand": demand_of(user, model, known),
        "picture": draw(known),
    }
    return render(request, "cpl/device_model.html", context)


@token_allowed
def versions(request: HttpRequest, code: str, duis: str, file_format: str) -> HttpResponse:
    """Every version of one Device Model as a spreadsheet."""
    user = require(request, READ_REPOSITORY)
    model, entries = _found(user, code, duis)
    known = known_model(user, model.pk, linked_entries(entries))
    rows = rows_of(known.summary, entries, known.network.links)
    name = f"{model.identifier.code}-{model.duis_model}-versions"
    note_export(what=f"Versions of {model}", rows=len(rows), file_format=file_format, by=user)
    return download(file_format, name, HEADINGS, (row.cells() for row in rows))
