"""Watching Device Models: which ones, what happened to each, and the button that begins or ends it."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from accounts.tokens import token_allowed
from cpl.actions import interest
from cpl.actions.exports import note_export
from cpl.models import DeviceModel
from cpl.presenters.watching import HEADINGS, watched
from cpl.selectors.watching import watched_models
from cpl.spreadsheets.exporter import download

PAGE_SIZE: Final = 50


@require_safe
def watching(request: HttpRequest) -> HttpResponse:
    """The Device Models that one watches oneself: nobody else's can be asked for."""
    user = require(request, READ_REPOSITORY)
    models = watched_models(user)
    pages = Paginator(list(models), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "rows": watched(user, {key: models[key] for key in page.object_list}),
        "total": len(models),
        "page_obj": page,
        "page_range": list(pages.get_elided_page_range(page.number)) if pages.num_pages > 1 else [],
    }
    return render(request, "cpl/watching.html", context)


@token_allowed
@require_safe
def watching_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """The same, all pages of it, as a spreadsheet."""
    user = require(request, READ_REPOSITORY)
    rows = watched(user, watched_models(user))
    note_export(what="Watched Device Models", rows=len(rows), file_format=file_format, by=user)
    return download(file_format, "watched-device-models", HEADINGS, (row.cells() for row in rows))


@require_POST
def watch(request: HttpRequest, code: str, duis: str) -> HttpResponse:
    """Begin to watch a model, or end it: what was pressed is said, so that pressing twice does nothing more."""
    user = require(request, READ_REPOSITORY)
    visible = DeviceModel.objects.visible_to(user).select_related("manufacturer", "identifier")
    model = get_object_or_404(visible, identifier__code=code.upper(), duis_model=duis.upper())
    back = _neighbour(user, model) if request.POST.get("back") == "watching" else _button(model)
    if request.POST.get("watch") == "end":
        interest.unwatch(model=model, by=user)
        messages.success(request, f"You no longer watch {model.name}.")
    else:
        try:
            interest.watch(model=model, by=user)
            messages.success(request, f"You watch {model.name}.")
        except interest.TooManyWatchedError as error:
            # At the top of the page, where the message stands.
            messages.error(request, str(error))
            back = back.partition("#")[0]
    return redirect(back)


def _button(model: DeviceModel) -> str:
    """The button on the model's page: a browser goes there and gives it the focus."""
    return f"{model.get_absolute_url()}#watch-{model.pk}"


def _neighbour(user: User, model: DeviceModel) -> str:
    """The place in the list that one reads on from once the model is gone from it: the next one, or the last."""
    keys = list(watched_models(user))
    place = keys.index(model.pk) if model.pk in keys else 0
    others = [key for key in keys if key != model.pk]
    if not others:
        return reverse("cpl:watching")
    place = min(place, len(others) - 1)
    page = {"page": place // PAGE_SIZE + 1} if place >= PAGE_SIZE else None
    return f"{reverse('cpl:watching', query=page)}#watched-{others[place]}"
