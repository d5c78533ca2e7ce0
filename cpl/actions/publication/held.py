"""An issue, locked, and whether it is still what a person decided over."""

from hashlib import sha256
from typing import Final

from accounts.models import AuditEvent
from cpl import audit_names
from cpl.actions.publication.errors import IssueFormError, at
from cpl.models import CPLIssue, SubmissionStep

_CHANGES: Final = (audit_names.ISSUE_CHANGED, audit_names.ISSUE_SCHEDULED, audit_names.ISSUE_UNSCHEDULED)


def hold(issue: CPLIssue) -> CPLIssue:
    """The issue as it stands, locked: of two who act at once exactly one goes on."""
    # No joined people: whoever waited for the lock would read them as they were before.
    return CPLIssue.objects.select_for_update().get(pk=issue.pk)


def state_of(issue: CPLIssue) -> str:
    """What a person decides over, in short: whoever publishes gives it back, so that nothing unseen is published."""
    keys = issue.submissions.order_by("pk").values_list("pk", "edition")
    seen = f"{issue.number}|{issue.issue_date}|{issue.state}|{list(keys)}|{issue.note}"
    return sha256(seen.encode()).hexdigest()[:16]


def refuse_other_than_seen(held: CPLIssue, seen: str | None) -> None:
    """Raises IssueFormError where the issue is another than the person decided over."""
    if seen is not None and seen != state_of(held):
        words = f"{held} was changed since you looked at it. {_last_change(held)}".strip()
        raise IssueFormError("seen", f"{words} Look at it again, then decide.")


def _last_change(held: CPLIssue) -> str:
    """Who changed it last: its fields, or what it holds by a decision over one of its submissions."""
    about = AuditEvent.objects.filter(object_type=held._meta.label_lower, object_key=str(held.pk))
    changed = about.filter(name__in=_CHANGES).order_by("-at", "-pk").first()
    out = SubmissionStep.objects.filter(details__out_of_issue=held.number).order_by("-at", "-pk").first()
    if out and (changed is None or out.at > changed.at):
        return f"{out.by_name} took {out.submission.reference} out of it {at(out.at)}."
    return f"{changed.actor_name or changed.actor} changed it {at(changed.at)}." if changed else ""
