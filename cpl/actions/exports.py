"""What people take away as files."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from cpl import audit_names


@transaction.atomic
def note_export(*, what: str, rows: int, file_format: str, by: User) -> None:
    """Record that somebody, or a program of theirs, takes a file away: of what, and how many rows."""
    audit.record(audit_names.LIST_EXPORTED, by=by, about=what, rows=rows, format=file_format)
