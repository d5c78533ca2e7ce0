"""Ending sessions: takes effect with the next request, for a session is a row of the database."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts import audit, audit_names
from accounts.devices import device
from accounts.models import User


@transaction.atomic
def end_sessions(*, user: User, reason: str, by: User | None, only: int | None = None, keep: str | None = None) -> int:
    """End this person's sessions (`only`: the one of that key in UserSession), but not the one of session key `keep`.

    Returns how many ended. The caller settles the permission; ending twice changes nothing.
    """
    rows = UserSession.objects.filter(user=user).exclude(session_key=keep or "")
    ended = [row for row in (rows.filter(pk=only) if only is not None else rows) if _end(row)]
    for row in ended:
        _record(row, user, reason, by)
    return len(ended)


@transaction.atomic
def expire(*, user: User, session_key: str, reason: str) -> None:
    """End a session that has outlived its limits."""
    for row in UserSession.objects.filter(user=user, session_key=session_key):
        _record(row, user, reason, None)
        _end(row)


def _end(row: UserSession) -> bool:
    """Whether it still was one: a session that ended by itself leaves its row behind."""
    there, _ = Session.objects.filter(session_key=row.session_key).delete()
    UserSession.objects.filter(pk=row.pk).delete()
    return bool(there)


def _record(row: UserSession, user: User, reason: str, by: User | None) -> None:
    # The address of the session that ended, beside the one from which it was ended.
    session = {"session": row.pk, "device": device(row.user_agent), "session_address": row.ip}
    audit.record(audit_names.SESSION_ENDED, by=by, about=user, reason=reason, **session)
