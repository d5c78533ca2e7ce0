"""When a person was here, so that Home can say what changed since."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User

PAUSE = timedelta(minutes=30)
"""A visit ends when nothing was asked for this long."""


def note_visit(user: User) -> datetime | None:
    """Record that the user is here now; return when the visit before this one ended (None: there was none)."""
    now = timezone.now()
    if user.last_active_at is None or now - user.last_active_at > PAUSE:
        user.previous_visit_at = user.last_active_at
    if user.last_active_at is None or now - user.last_active_at > timedelta(minutes=1):
        user.last_active_at = now
        user.save(update_fields=["last_active_at", "previous_visit_at"])
    return user.previous_visit_at
