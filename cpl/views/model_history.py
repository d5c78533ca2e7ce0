"""The history of a Device Model: every change, and the model as at any day."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.forms.model_history import FindChangesForm
from cpl.models import CPLEntry, DeviceModel
from cpl.pathway_picture import draw
from cpl.presenters import model_history as presenter
from cpl.selectors.history import day_asked
from cpl.selectors.model_entries import model_entries
from cpl.selectors.model_history import Change, changes_of, days_of, neighbours
from cpl.selectors.model_past import ModelPast, ModelThen, past_of
from cpl.selectors.versions import Version
from cpl.spreadsheets.exporter import download
from cpl.views.looking import note_looking

CHANGES_A_PAGE = 50
Found = tuple[DeviceModel, dict[int, CPLEntry], ModelPast, list[Change]]


def _found(user: User, code: str, duis: str) -> Found:
    """The model, its entries of today, its past and its changes as far as the person may know; 404 if it is hidden."""
    found = model_entries(user, code, duis)
    if found is None:
        raise Http404
    model, entries = found
    note_looking(user, model)
    past = past_of(user, model, entries)
    return model, entries, past, changes_of(past, user)


@require_safe
def model_history(request: HttpRequest, code: str, duis: str) -> HttpResponse:
    """Every change of the model, newest first, or the model as at the end of a day (`?as_at=2026-11-01`)."""
    user = require(request, READ_REPOSITORY)
    whole = model, _, past, changes = _found(user, code, duis)
    day, unclear = day_asked(request.GET.get("as_at", ""))
    if day:
        return render(request, "cpl/model_as_at.html", _then(whole, past.as_at(day)))
    form = FindChangesForm(request.GET, _in_order(past, changes), {change.kind for change in changes})
    found = form.narrowed(changes)
    page = Paginator(found, CHANGES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "model": model,
        "unclear": unclear,
        "form": form,
        "page_obj": page,
        "days": presenter.days(list(page.object_list), past),
        "found": len(found),
        "total": len(changes),
        "first_day": days_of(changes)[0] if changes else None,
        "last_day": days_of(changes)[-1] if changes else None,
        "ever": presenter.ever(past, changes),
    }
    return render(request, "cpl/model_history.html", context)


def _in_order(past: ModelPast, changes: list[Change]) -> list[CPLEntry]:
    return [each.entry for each in presenter.ever(past, changes)]


def _then(found: Found, then: ModelThen) -> dict[str, object]:
    model, entries, past, changes = found
    # Read from the same rows: what stands at the end of today is what every other page knows now.
    today = past.as_at(timezone.localdate()).known
    changed_on = days_of(changes)
    rows = presenter.rows(then)
    since = presenter.since(then, today, entries)
    return {
        "model": model,
        "day": then.day,
        "today": timezone.localdate(),
        "first_day": changed_on[0] if changed_on else None,
        "near": neighbours(changed_on, then.day),
        "summary": then.known.summary,
        "now": today.summary,
        "now_recommended": entries.get(_key(today.summary.recommended)),
        "same_recommended": _key(then.known.summary.recommended) == _key(today.summary.recommended),
        "rows": rows,
        "since": since,
        "new": sum(each.is_new for each in since),
        "changed_since": {each.version.pk for each in since},
        "picture": draw(then.known) if rows else None,
        "days": presenter.days([change for change in changes if change.day == then.day], past),
    }


def _key(version: Version | None) -> int:
    return version.pk if version else 0


@token_allowed
@require_safe
def export(request: HttpRequest, code: str, duis: str, file_format: str) -> HttpResponse:
    """The changes as a spreadsheet, as far as they are asked for; with `as_at` the versions as at that day instead."""
    user = require(request, READ_REPOSITORY)
    model, _, past, changes = _found(user, code, duis)
    name = f"{model.identifier.code}-{model.duis_model}"
    day, _ = day_asked(request.GET.get("as_at", ""))
    if day:
        rows = presenter.rows(past.as_at(day))
        note_export(what=f"{model} as at {day}", rows=len(rows), file_format=file_format, by=user)
        cells = (row.cells(day) for row in rows)
        return download(file_format, f"{name}-as-at-{day}", presenter.VERSION_HEADINGS, cells)
    form = FindChangesForm(request.GET, _in_order(past, changes), {change.kind for change in changes})
    told = list(presenter.change_cells(form.narrowed(changes), past))
    note_export(what=f"History of {model}", rows=len(told), file_format=file_format, by=user)
    return download(file_format, f"{name}-history", presenter.CHANGE_HEADINGS, told)
