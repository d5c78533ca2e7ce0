"""Published and loaded are two events: the DCC loads what was published, and somebody says so."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts import audit
from accounts.access import Forbidden, can
from accounts.models import User
from accounts.permissions import MARK_LOADED
from cpl import audit_names
from cpl.actions.imports import hold_repository
from cpl.actions.publication import letters
from cpl.actions.publication.errors import IssueMovedError, NotLoadableError
from cpl.actions.publication.held import hold
from cpl.actions.publication.publishing import history_of
from cpl.actions.publication_log import LogDraft, append, sign
from cpl.actions.submissions.steps import move_many
from cpl.choices import IssueState, LogKind, StepKind, SubmissionKind
from cpl.models import CPLEntry, CPLIssue, Submission

_MAKE_ENTRIES = (SubmissionKind.NEW_ENTRY, SubmissionKind.ADDED_MODEL)


def mark_loaded(*, issue: CPLIssue, by: User, loaded_at: datetime | None = None) -> CPLIssue:
    """The DCC has loaded the issue, now or at the time given: its new entries and its submissions are loaded.

    Raises Forbidden, IssueMovedError (not published, or somebody else was first: says who and when),
    NotLoadableError for a time to come or before publication.
    """
    if not can(by, MARK_LOADED):
        raise Forbidden(MARK_LOADED)
    with transaction.atomic(), history_of(issue, by):
        return _mark(issue, by, loaded_at)


def _mark(issue: CPLIssue, by: User, loaded_at: datetime | None) -> CPLIssue:
    held = hold(issue)
    if held.state != IssueState.PUBLISHED:
        raise IssueMovedError(held, "marked as loaded")
    at = _checked(held, loaded_at)
    # As when publishing, in the same order: whoever appends to the log while writing entries holds both.
    hold_repository()
    held.state, held.loaded_by, held.loaded_at = IssueState.LOADED, by, at
    held.save(update_fields=["state", "loaded_by", "loaded_at"])
    made = Submission.objects.filter(issue=held, kind__in=_MAKE_ENTRIES).values("entry")
    # The DCC may load what is dated ahead; from the day on which an entry is published it counts as loaded. Refusing
    # to take their word until then would raise the alarm of a late load against people who were quick.
    day = Greatest(F("published_on"), Value(timezone.localdate(at)))
    CPLEntry.objects.filter(pk__in=made, loaded_on=None).update(loaded_on=day)
    submissions = _submissions(held)
    move_many(submissions, StepKind.LOAD, by=by, details={one.pk: {"issue": held.number} for one in submissions})
    body = {"issue": held.number, "loaded_at": at.isoformat()}
    append([LogDraft(LogKind.ISSUE_LOADED, body, None, held)], at=timezone.now())
    sign(by=by)
    audit.record(audit_names.ISSUE_LOADED, by=by, about=held, owner="SECAS", after={"loaded_at": at.isoformat()})
    letters.loaded(held)
    return held


def _checked(issue: CPLIssue, given: datetime | None) -> datetime:
    """When it was loaded: not before it was published, and not in time to come."""
    now, published = timezone.now(), issue.published_at
    at = given or now
    if at > now + timedelta(minutes=1):
        raise NotLoadableError("loaded_at", "Enter a time that has passed: loading is marked once it is done.")
    if published and at < published:
        local = timezone.localtime(published)
        # A form has minutes; the minute of publication is late enough.
        if at < published.replace(second=0, microsecond=0):
            day = f"{local:%H:%M} on {local.day} {local:%B %Y}"
            raise NotLoadableError("loaded_at", f"Enter a time after publication: {issue} was published at {day}.")
        return published
    return at


def _submissions(issue: CPLIssue) -> list[Submission]:
    rows = Submission.objects.select_for_update(of=("self",)).filter(issue=issue).select_related("party")
    return list(rows.order_by("pk"))


def raise_alarms(*, now: datetime) -> int:
    """Tell SECAS and the DCC, once each, of issues that are not loaded LOAD_TARGET_HOURS after publication."""
    since = now - timedelta(hours=settings.LOAD_TARGET_HOURS)
    late = CPLIssue.objects.filter(state=IssueState.PUBLISHED, alarmed_at=None, published_at__lt=since)
    return sum(_raise_alarm(issue, now) for issue in late.order_by("pk"))


@transaction.atomic
def _raise_alarm(issue: CPLIssue, now: datetime) -> bool:
    """Unless it was loaded, or another worker told of it, meanwhile."""
    held = hold(issue)
    if held.state != IssueState.PUBLISHED or held.alarmed_at or held.published_at is None:
        return False
    held.alarmed_at = now
    held.save(update_fields=["alarmed_at"])
    audit.record(audit_names.ISSUE_LATE, by=None, about=held, owner="SECAS", published_at=held.published_at.isoformat())
    letters.late(held)
    return True
