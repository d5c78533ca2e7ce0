"""Issues of the list: what each published, whether the DCC has loaded it, and the list as a workbook."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.access import can, require
from accounts.models import User
from accounts.permissions import MARK_LOADED, READ_REPOSITORY
from accounts.tokens import token_allowed
from cpl.actions.publication.errors import IssueMovedError, NotLoadableError
from cpl.actions.publication.exports import note_workbook
from cpl.actions.publication.loading import mark_loaded
from cpl.choices import IssueState
from cpl.forms.issues import LoadedForm
from cpl.models import CPLIssue
from cpl.selectors import issues as selectors
from cpl.selectors.changes import list_in_force
from cpl.spreadsheets.exporter import XLSX
from cpl.spreadsheets.issue_workbook import build

ISSUES_A_PAGE = 25
_CONFLICT = 409


def issues(request: HttpRequest) -> HttpResponse:
    """Every issue published here, newest first; for SECAS and auditors those being prepared too."""
    user = require(request, READ_REPOSITORY)
    visible = CPLIssue.objects.visible_to(user).exclude(state=IssueState.ABANDONED)
    published = visible.filter(published_at__isnull=False).order_by("-published_at")
    page = Paginator(published, ISSUES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "listed": selectors.listed(user, list(page), timezone.now()),
        "prepared": visible.filter(published_at__isnull=True).order_by("pk"),
        "in_force": list_in_force(),
        "may_load": can(user, MARK_LOADED),
    }
    return render(request, "cpl/issues.html", context)


def issue(request: HttpRequest, number: str) -> HttpResponse:
    """What one issue published, corrected, removed and withdrew, each change beside the issue before."""
    user = require(request, READ_REPOSITORY)
    found = _issue(user, number)
    return render(request, "cpl/issue.html", _context(user, found))


@token_allowed
def workbook(request: HttpRequest, number: str) -> HttpResponse:
    """The list as it stands now, as a workbook that the importer reads; labelled as the issue in force."""
    user = require(request, READ_REPOSITORY)
    found, in_force = _issue(user, number), list_in_force()
    if found.published_at is None or in_force is None:
        raise Http404
    day = in_force.issue_date or timezone.localdate(in_force.since)
    content = build(user, number=in_force.number, issue_date=day)
    note_workbook(issue=found, in_force=in_force.number, size=len(content), by=user)
    response = HttpResponse(content, content_type=XLSX)
    name = f"cpl-{in_force.number or day.isoformat()}-{timezone.localdate():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def loaded(request: HttpRequest, number: str) -> HttpResponse:
    """Say that the DCC has loaded the issue."""
    user = require(request, MARK_LOADED)
    found = _issue(user, number)
    form = LoadedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mark_loaded(issue=found, by=user, loaded_at=form.cleaned_data["loaded_at"])
        except NotLoadableError as error:
            form.add_error("loaded_at", str(error))
        except IssueMovedError as error:
            found = _issue(user, number)
            return render(request, "cpl/issue.html", {**_context(user, found), "told": str(error)}, status=_CONFLICT)
        else:
            messages.success(request, f"Issue {found.number} is marked as loaded. SECAS is told.")
            return redirect("cpl:issue", number)
    if found.state != IssueState.PUBLISHED:
        return redirect("cpl:issue", number)
    context = {"issue": found, "form": form, "due": selectors.load_due(found)}
    return render(request, "cpl/issue_loaded.html", context)


def _issue(user: User, number: str) -> CPLIssue:
    """The issue, if this person may know of it. Raises Http404."""
    rows = CPLIssue.objects.visible_to(user).select_related("prepared_by", "published_by", "loaded_by")
    return get_object_or_404(rows.filter(~Q(state=IssueState.ABANDONED)), number=number.replace("\x00", ""))


def _context(user: User, found: CPLIssue) -> dict[str, object]:
    in_force = list_in_force()
    groups = selectors.told(user, found)
    return {
        "issue": found,
        "groups": groups,
        "before": selectors.before(found),
        "in_force": in_force,
        "is_in_force": in_force is not None and not in_force.is_imported and in_force.number == found.number,
        "late": selectors.is_overdue(found, timezone.now()),
        "due": selectors.load_due(found),
        "may_load": can(user, MARK_LOADED) and found.state == IssueState.PUBLISHED,
    }
