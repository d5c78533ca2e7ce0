"""Who takes the workbook of an issue away."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from cpl import audit_names
from cpl.models import CPLIssue


@transaction.atomic
def note_workbook(*, issue: CPLIssue, in_force: str, size: int, by: User) -> None:
    """Record that somebody, or a program of theirs, takes the workbook away: from which issue's page, how large."""
    audit.record(audit_names.ISSUE_EXPORTED, by=by, about=issue, owner="SECAS", in_force=in_force, bytes=size)
