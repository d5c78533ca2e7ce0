"""An issue before it is published, and after: what it holds, what stands against it, what can be decided."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.access import can
from accounts.models import User
from accounts.permissions import MARK_LOADED, PUBLISH
from cpl.actions.publication.held import state_of
from cpl.admin.imports.preview import each_context
from cpl.admin.issues import chosen
from cpl.admin.register import person
from cpl.choices import IssueState
from cpl.forms.issues import ScheduleForm
from cpl.models import CPLIssue, Submission
from cpl.selectors.issues import is_overdue, load_due
from cpl.selectors.retraction import standing_on

_CONFLICT = 409


def review(request: HttpRequest, issue: CPLIssue, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one issue."""
    by = person(request)
    context = {**each_context(request), **about(issue, by), "schedule": ScheduleForm(), **more}
    return TemplateResponse(request, "admin/cpl/cplissue/review.html", context, status=status)


def conflict(request: HttpRequest, issue: CPLIssue, error: Exception) -> HttpResponse:
    """The page as the issue is now, with what stands against the decision."""
    rows = CPLIssue.objects.select_related("prepared_by", "published_by", "loaded_by")
    return review(request, rows.get(pk=issue.pk), _CONFLICT, **told(error))


def told(error: Exception) -> dict[str, Any]:
    """What stands against a decision: a list of obstacles, or one sentence."""
    return {"obstacles": getattr(error, "obstacles", []), "told": "" if hasattr(error, "obstacles") else str(error)}


def about(issue: CPLIssue, by: User) -> dict[str, Any]:
    """What pages about one issue say of it to this person."""
    rows = chosen.rows_of(_submissions(issue), by, ticked=())
    open_now = issue.state in (IssueState.PREPARED, IssueState.SCHEDULED)
    return {
        "opts": CPLIssue._meta,
        "title": f"Issue {issue.number}",
        "original": issue,
        "issue": issue,
        "rows": rows,
        "offending": [row for row in rows if row.why_not] if open_now else [],
        "blocked": [row for row in rows if row.blocked] if open_now else [],
        "is_open": open_now,
        "standing": standing_on(by, [row.submission for row in rows]) if open_now else None,
        "may_decide": can(by, PUBLISH) and open_now,
        "may_load": can(by, MARK_LOADED) and issue.state == IssueState.PUBLISHED,
        "seen": state_of(issue),
        "late": is_overdue(issue, timezone.now()),
        "due": load_due(issue),
    }


def _submissions(issue: CPLIssue) -> list[Submission]:
    rows = Submission.objects.filter(issue=issue).order_by("pk")
    named = ("party", "manufacturer__party", "device_model", "entry", "accepted_by", "submitted_by")
    return list(rows.select_related(*named))
