"""Requests of programs: `Authorization: Bearer fir_…` reads the exports, and nothing else."""

from collections.abc import Callable
from typing import Final

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve

from accounts.tokens import note_use, usable

GetResponse = Callable[[HttpRequest], HttpResponseBase]

FAILURES: Final = {"api_token": "20/m/ip"}
"""How many wrong tokens one address may send before it is told to wait."""


class ApiTokenMiddleware:
    """Lets a request with a bearer token act as the token's person in the token's Party.

    Such a request is never one of a session, whatever cookies come with it. It must come right after Django's
    AuthenticationMiddleware: all that follows asks `request.user`, and knows a token by `request.api_token`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on requests without a token as they are; answer those with one, or refuse."""
        given = _bearer(request)
        if given is None:
            return self.get_response(request)
        _forget_session(request)
        token = usable(given)
        if token is None:
            return _unknown(request)
        if not _opens(request):
            return _refusal(403, "An API token reads the exports (CSV, XLSX) with GET. Sign in for everything else.")
        request.user = token.user
        # A name of ours, which Django's type of a request does not have.
        request.api_token = token  # type: ignore[attr-defined]
        note_use(token)
        return self.get_response(request)


def _bearer(request: HttpRequest) -> str | None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def _forget_session(request: HttpRequest) -> None:
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    request.session = SessionStore()
    request.user = AnonymousUser()


def _opens(request: HttpRequest) -> bool:
    """Whether the request reads an address whose view takes tokens."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return request.method in ("GET", "HEAD") and getattr(view, "token_allowed", False)


def _unknown(request: HttpRequest) -> HttpResponse:
    """401; or 429 where an address sent many wrong ones. Right ones are never held up by somebody else's wrong ones."""
    counted = ratelimit.consume(request, app="accounts", action="api_token", config=FAILURES, limit_get=True)
    if not counted:
        return _refusal(429, "Too many wrong tokens came from this address. Wait a minute.", **{"Retry-After": "60"})
    words = "This API token is wrong, has run out or was revoked, or its person no longer acts for the Party."
    return _refusal(401, words, **{"WWW-Authenticate": 'Bearer realm="Firmware Information Repository"'})


def _refusal(status: int, words: str, **headers: str) -> HttpResponse:
    kept_nowhere = {"Cache-Control": "no-store", **headers}
    return HttpResponse(f"{words}\n", status=status, headers=kept_nowhere, content_type="text/plain; charset=utf-8")
