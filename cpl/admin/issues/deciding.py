"""Deciding over a prepared issue: publish it, now or at a set time, take the time back, or give it up."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from cpl.actions.publication import issues, letters
from cpl.actions.publication.errors import IssueFormError, IssueMovedError, NotPublishableError
from cpl.admin.imports.preview import each_context
from cpl.admin.issues.reviewing import about, conflict, review
from cpl.admin.submissions import words
from cpl.choices import IssueState
from cpl.forms.issues import ScheduleForm
from cpl.models import CPLIssue

_AGAINST = (IssueMovedError, NotPublishableError, IssueFormError)


def publish(request: HttpRequest, issue: CPLIssue, by: User) -> HttpResponse:
    """Ask once more on a page of its own; on POST, which that page sends, publish everything in it now, or nothing."""
    if request.method != "POST":
        return _ask_again(request, issue, by)
    try:
        done = issues.publish(issue=issue, by=by, seen=request.POST.get("seen", ""))
    except _AGAINST as error:
        return conflict(request, issue, error)
    messages.success(request, f"Issue {done.number} is published.")
    return redirect("admin:cpl_cplissue_review", done.pk)


def _ask_again(request: HttpRequest, issue: CPLIssue, by: User) -> HttpResponse:
    if issue.state not in (IssueState.PREPARED, IssueState.SCHEDULED):
        return redirect("admin:cpl_cplissue_review", issue.pk)
    shown = about(issue, by)
    submissions = [row.submission for row in shown["rows"]]
    kinds = Counter(words.kind_words(one) for one in submissions)
    today = timezone.localdate()
    context = {
        **each_context(request),
        **shown,
        "title": f"Publish issue {issue.number} now?",
        "kinds": sorted(kinds.items()),
        "advising": [row for row in shown["rows"] if row.advising],
        "parties": letters.parties_of(submissions),
        "today": today,
        "dated_before": issue.issue_date < today,
    }
    return TemplateResponse(request, "admin/cpl/cplissue/confirm.html", context)


def schedule(request: HttpRequest, issue: CPLIssue, by: User) -> HttpResponse:
    """Have it published at a set time."""
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return review(request, issue, schedule=form)
    try:
        held = issues.schedule(issue=issue, **form.cleaned_data, by=by, seen=request.POST.get("seen", ""))
    except IssueFormError as error:
        if error.field != "publish_at":
            return conflict(request, issue, error)
        form.add_error("publish_at", str(error))
        return review(request, issue, schedule=form)
    except (IssueMovedError, NotPublishableError) as error:
        return conflict(request, issue, error)
    at = timezone.localtime(held.publish_at)
    messages.success(request, f"Issue {held.number} will be published at {at:%H:%M} on {at.day} {at:%B %Y}.")
    return redirect("admin:cpl_cplissue_review", held.pk)


def unschedule(request: HttpRequest, issue: CPLIssue, by: User) -> HttpResponse:
    """Take the set time back."""
    try:
        held = issues.unschedule(issue=issue, by=by)
    except IssueMovedError as error:
        return conflict(request, issue, error)
    messages.success(request, f"The set time of issue {held.number} was taken back. Nothing is published yet.")
    return redirect("admin:cpl_cplissue_review", held.pk)


def abandon(request: HttpRequest, issue: CPLIssue, by: User) -> HttpResponse:
    """Give it up: its submissions stay accepted."""
    number = issue.number
    try:
        issues.abandon(issue=issue, by=by)
    except IssueMovedError as error:
        return conflict(request, issue, error)
    messages.success(request, f"Issue {number} was abandoned. Its submissions are accepted still.")
    return redirect("admin:cpl_cplissue_changelist")
