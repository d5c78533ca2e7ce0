"""What people take away as files."""

from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from cpl import audit_names


@transaction.atomic
def note_export(*, what: str, rows: int | None, file_format: str, by: User, owner: str = "") -> None:
    """Record that somebody, or a program of theirs, takes a file away: of what, and how many rows.

    `rows` is None where even their number is nobody else's business; `owner` is the Party whose list it is.
    """
    details: dict[str, Any] = {"format": file_format} if rows is None else {"rows": rows, "format": file_format}
    audit.record(audit_names.LIST_EXPORTED, by=by, about=what, owner=owner, **details)
