"""Saved views on the pages: chosen above the queue, named there, renamed and deleted on a page of their own."""

from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.access import Forbidden, require
from accounts.models import User
from accounts.permissions import MODERATE, READ_EVERY_RECORD
from cpl.actions.saved_views import NameTakenError, change_view, delete_view, may_save, save_view
from cpl.admin.submissions.changelist import queue_page, without_paging
from cpl.models import SavedView, Submission
from cpl.selectors.queue import views_of

__all__ = ["change", "may_save", "page", "save", "shown"]


class Link(NamedTuple):
    """A saved view above the queue."""

    view: SavedView
    address: str
    is_here: bool
    whose: str


class SaveForm(forms.Form):
    """A name for the filters of the queue."""

    name = forms.CharField(label="Name", max_length=60)
    shared = forms.BooleanField(label="For everybody in SECAS", required=False)
    query = forms.CharField(
        max_length=500,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"max_length": "These filters are too long to be saved. Take some of them away."},
    )


class ChangeForm(SaveForm):
    """Another name for a view; its filters stay."""

    # Django takes None for a field of the base form that is not there; the stubs do not know that.
    query = None  # type: ignore[assignment]


def shown(by: User, filters: str) -> list[Link]:
    """The links above the queue; the one whose filters are on is marked."""
    here = _same(filters)
    return [
        Link(view, queue_page(view.query), _same(view.query) == here, str(view.person) if view.person != by else "")
        for view in views_of(by)
    ]


def _same(query: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(query))


def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the queue under a name, and go back to it."""
    by = _worker(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = SaveForm(request.POST)
    filters = without_paging(request.POST.get("query", ""))
    if form.is_valid():
        try:
            view = save_view(name=form.cleaned_data["name"], query=filters, shared=form.cleaned_data["shared"], by=by)
        except NameTakenError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"These filters are saved as “{view.name}”.")
    else:
        _complain(request, form)
    return redirect(queue_page(filters))


def page(request: HttpRequest) -> HttpResponse:
    """All saved views: the own ones to rename, share and delete; shared ones of others to look at."""
    by = require(request, READ_EVERY_RECORD)
    links = shown(by, "")
    context = {
        **admin.site.each_context(request),
        "opts": Submission._meta,
        "title": "Saved views of the queue",
        "own": [link for link in links if not link.whose],
        "others": [link for link in links if link.whose],
        "may_save": may_save(by),
        "queue": queue_page(),
    }
    return TemplateResponse(request, "admin/cpl/submission/views.html", context)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share or delete one's own view."""
    by = _worker(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    view = get_object_or_404(SavedView, pk=pk, person=by)
    if request.POST.get("do") == "delete":
        delete_view(view=view, by=by)
        messages.success(request, f"The view “{view.name}” is deleted.")
    else:
        _rename(request, view, by)
    return redirect(reverse("admin:cpl_submission_views"))


def _rename(request: HttpRequest, view: SavedView, by: User) -> None:
    form = ChangeForm(request.POST)
    if not form.is_valid():
        _complain(request, form)
        return
    try:
        changed = change_view(view=view, by=by, **form.cleaned_data)
    except NameTakenError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"The view is saved as “{changed.name}”.")


def _complain(request: HttpRequest, form: forms.Form) -> None:
    told: dict[str, Any] = {"name": "Give the view a name of at most 60 characters."}
    for name, errors in form.errors.items():
        messages.error(request, told.get(name, " ".join(str(error) for error in errors)))


def _worker(request: HttpRequest) -> User:
    by = require(request, READ_EVERY_RECORD)
    if not may_save(by):
        raise Forbidden(MODERATE)
    return by
