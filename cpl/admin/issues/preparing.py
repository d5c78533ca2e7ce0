"""Preparing an issue: its number, its date, and which of the accepted submissions it publishes."""

from collections.abc import Collection
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from cpl.actions.publication import issues
from cpl.actions.publication.errors import IssueFormError, IssueMovedError
from cpl.actions.publication.held import state_of
from cpl.admin.imports.preview import each_context
from cpl.admin.issues import chosen, reviewing
from cpl.choices import IssueState
from cpl.forms.issues import IssueForm
from cpl.models import CPLIssue, Submission
from cpl.selectors.changes import list_in_force

_MOST_DIGITS: Final = 18


def prepare(request: HttpRequest, by: User) -> HttpResponse:
    """Choose among the accepted submissions; on POST make the issue and go to its review."""
    free = list(chosen.open_to(None))
    if request.method != "POST":
        form = IssueForm(free, number=issues.suggested_number(), issue_date=_suggested_day())
        return _page(request, by, form, free, None, _asked_for(request, free))
    form = IssueForm(free, request.POST)
    if form.is_valid():
        try:
            issue = issues.prepare(**form.cleaned_data, by=by)
        except IssueFormError as error:
            _add(form, error)
        else:
            messages.success(request, f"Issue {issue.number} is prepared. Nothing is published yet.")
            return redirect("admin:cpl_cplissue_review", issue.pk)
    return _page(request, by, form, free, None, _ticked(request))


def change(request: HttpRequest, issue: CPLIssue, by: User) -> HttpResponse:
    """The same for an issue that is prepared already."""
    free = list(chosen.open_to(issue))
    if issue.state != IssueState.PREPARED:
        return redirect("admin:cpl_cplissue_review", issue.pk)
    if request.method != "POST":
        form = IssueForm(free, number=issue.number, issue_date=issue.issue_date, note=issue.note)
        here = {one.pk for one in free if one.issue_id == issue.pk}
        return _page(request, by, form, free, issue, here | (_asked_for(request, free) or set()))
    form = IssueForm(free, request.POST)
    if form.is_valid():
        try:
            changed = issues.change(issue=issue, **form.cleaned_data, by=by, seen=request.POST.get("seen", ""))
        except IssueFormError as error:
            if error.field == "seen":
                return reviewing.conflict(request, issue, error)
            _add(form, error)
        except IssueMovedError as error:
            return reviewing.conflict(request, issue, error)
        else:
            messages.success(request, f"Issue {changed.number} was changed. Nothing is published yet.")
            return redirect("admin:cpl_cplissue_review", changed.pk)
    return _page(request, by, form, free, issue, _ticked(request))


def _suggested_day() -> Any:
    """Today; or the date of the list in force, where that was announced for a day to come."""
    today, in_force = timezone.localdate(), list_in_force()
    return max(today, in_force.issue_date) if in_force and in_force.issue_date else today


def _asked_for(request: HttpRequest, free: list[Submission]) -> set[int] | None:
    """The one submission that the person came from (`?submission=17`), if it is there; else the usual ticks."""
    asked = set(map(key_of, request.GET.getlist("submission")))
    return {one.pk for one in free if one.pk in asked} or None


def _ticked(request: HttpRequest) -> set[int]:
    return {key for text in request.POST.getlist("submissions") if (key := key_of(text)) is not None}


def key_of(text: str) -> int | None:
    """A key as an address or a form has it; None for what is none, and for a number that no key is as long as."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _add(form: IssueForm, error: IssueFormError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _page(
    request: HttpRequest,
    by: User,
    form: IssueForm,
    free: list[Submission],
    issue: CPLIssue | None,
    ticked: Collection[int] | None,
) -> HttpResponse:
    title = f"Change issue {issue.number}" if issue else "Prepare an issue"
    context = {
        **each_context(request),
        "opts": CPLIssue._meta,
        "title": title,
        "original": issue,
        "issue": issue,
        "form": form,
        "rows": chosen.rows_of(free, by, ticked),
        "in_force": list_in_force(),
        # What the person began with, however often the form comes back to them.
        "seen": request.POST.get("seen") or (state_of(issue) if issue else ""),
    }
    return TemplateResponse(request, "admin/cpl/cplissue/prepare.html", context)
