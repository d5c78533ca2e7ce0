"""The only writer of audit events."""

from typing import Any

from accounts.models import AuditEvent, User

COMMAND_LINE = "command line"


def record(name: str, *, by: User | None, about: str = "", source: str = "", **details: Any) -> AuditEvent:
    """Write what `by` did, inside the caller's transaction; `by=None` is the system itself.

    `name` is namespaced ("import.applied"), `about` says in words which object, `details` must be JSON.
    """
    return AuditEvent.objects.create(
        name=name,
        actor=by.email if by else "system",
        party=_party_of(by),
        source=source,
        object_label=about[:300],
        details=details,
    )


def _party_of(user: User | None) -> str:
    """The first Party a person acts for, in words."""
    return user.active_memberships[0][3] if user and user.active_memberships else ""
