"""The only writer of audit events."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from accounts import whence
from accounts.models import AuditEvent, User
from accounts.models.user import Acting

SYSTEM = "system"


def record(
    name: str,
    *,
    by: User | str | None,
    about: str | Model = "",
    owner: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **details: Any,
) -> AuditEvent:
    """Write what `by` did, inside the caller's transaction; `by=None` is the system itself.

    Words for `by` are an e-mail address that somebody typed or claimed without proving it.

    `name` is namespaced ("import.applied"). `about` is the record, or words for it; `owner` the Party or
    manufacturer whose it is, in words. `before`, `after` and `details` must be JSON. Everything is copied:
    the event stays true when the person or the record changes its name or ends.
    """
    event = _event(name, by=by, about=about, owner=owner, before=before, after=after, **details)
    event.save()
    return event


def record_many(name: str, *, by: User | str | None, events: Iterable[Mapping[str, Any]]) -> None:
    """The same for much that was done at once, in one statement: `events` are the other arguments of `record`."""
    AuditEvent.objects.bulk_create(_event(name, by=by, **each) for each in events)


def _event(
    name: str,
    *,
    by: User | str | None,
    about: str | Model = "",
    owner: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **details: Any,
) -> AuditEvent:
    acting, came = _acting(by, owner), whence.current()
    return AuditEvent(
        name=name,
        actor=by.email if isinstance(by, User) else (by or SYSTEM)[:254],
        actor_name=by.name if isinstance(by, User) else "",
        party=acting.name if acting else "",
        party_category=acting.category if acting else "",
        role=acting.role if acting else "",
        channel=came.channel,
        address=came.address,
        object_type=about._meta.label_lower if isinstance(about, Model) else "",
        object_key=str(about.pk) if isinstance(about, Model) else "",
        object_label=str(about)[:300],
        owner=owner[:200],
        before=before,
        after=after,
        details=details,
    )


def _acting(user: User | str | None, owner: str) -> Acting | None:
    """The Party a person acts for, with the role: the one whose object it is, where the person belongs to it."""
    if not isinstance(user, User):
        return None
    memberships = user.active_memberships
    return next((acting for acting in memberships if acting.name == owner), memberships[0] if memberships else None)
