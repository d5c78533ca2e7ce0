"""How long a session lasts, and when its person was last seen in it."""

import time
from datetime import timedelta
from typing import Final, cast

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.sessions import expire
from accounts.models import User

SIGNED_IN_AT: Final = "signed_in_at"
SEEN_AT: Final = "seen_at"

IDLE: Final = "idle"
TOO_LONG: Final = "limit"
GONE: Final = "gone"
"""Why a session is over: not used for long, lasted too long, or ended elsewhere."""

_TOUCH_EVERY: Final = 60
"""Seconds: more often than this nothing is written."""


def begin(request: HttpRequest) -> None:
    """Mark the session that begins with a sign-in."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = int(time.time())


def over(request: HttpRequest) -> str:
    """Why this session of a signed-in person must end now; empty while it may go on."""
    now = time.time()
    began, seen = request.session.get(SIGNED_IN_AT, 0), request.session.get(SEEN_AT, 0)
    if now - began > settings.SESSION_COOKIE_AGE:
        return TOO_LONG
    return IDLE if now - seen > settings.SESSION_IDLE_AGE else ""


def touch(request: HttpRequest) -> None:
    """Note that the person is here, at most once a minute."""
    now = int(time.time())
    if now - request.session[SEEN_AT] < _TOUCH_EVERY:
        return
    request.session[SEEN_AT] = now
    rows = UserSession.objects.filter(session_key=request.session.session_key)
    rows.update(last_seen_at=timezone.now(), ip=get_adapter().get_client_ip(request))


def end(request: HttpRequest, reason: str) -> None:
    """End the session of this request; from here on it is nobody's."""
    expire(user=cast(User, request.user), session_key=request.session.session_key or "", reason=reason)
    request.session.flush()
    request.user = AnonymousUser()


def open_sessions(user: User) -> list[UserSession]:
    """Sessions of this person that may go on, the newest first; those that will end at their next request do not."""
    now = timezone.now()
    idle, limit = (
        timedelta(seconds=settings.SESSION_IDLE_AGE + _TOUCH_EVERY),
        timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )
    found = [row for row in UserSession.objects.purge_and_list(user) if now - row.last_seen_at <= idle]
    return sorted((row for row in found if now - row.created_at <= limit), key=lambda row: -row.pk)


def is_gone(request: HttpRequest) -> bool:
    """Whether the browser still sends a session that ended elsewhere, or whose person may no longer sign in."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.user.is_authenticated:
        return False
    return request.session.is_empty() or SESSION_KEY in request.session
