"""API tokens: what they look like, and whom a bearer token stands for."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final, TypeVar

from django.utils import timezone

from accounts.access import can_for
from accounts.models import ApiToken
from accounts.permissions import USE_API

PREFIX: Final = "fir_"
"""Lets scanners for leaked secrets, and people, know a token by its look."""

BEGINNING: Final = 12
"""As much of a token as is kept to tell it from others; 210 bits of it stay unknown."""

LENGTH: Final = len(PREFIX) + 43

_NOTED_EVERY = timedelta(minutes=1)

View = TypeVar("View", bound=Callable[..., Any])


def new_token() -> str:
    """256 random bits, url-safe, with the prefix."""
    return PREFIX + token_urlsafe(32)


def digest_of(token: str) -> str:
    """As a token is kept."""
    return sha256(token.encode()).hexdigest()


def token_allowed(view: View) -> View:
    """Mark a view that only reads as open to API tokens; every other refuses them."""
    # A callable's type has no such name: the mark is ours.
    view.token_allowed = True  # type: ignore[attr-defined]
    return view


def usable(given: str) -> ApiToken | None:
    """The token with its person, who acts for its Party only; None if it opens nothing.

    Nothing is what it opens when it is unknown, has run out or was revoked, when the account or the Party is
    not active, or when the person has left the Party.
    """
    if len(given) != LENGTH or not given.startswith(PREFIX):
        return None
    token = ApiToken.objects.select_related("user", "party").filter(digest=digest_of(given)).first()
    if token is None or not token.is_usable:
        return None
    # Read once and narrowed here: everything that asks what the person may do or see starts from this list.
    token.user.active_memberships = [own for own in token.user.active_memberships if own.party == token.party_id]
    return token if can_for(token.user, USE_API, token.party) else None


def note_use(token: ApiToken) -> None:
    """Remember that the token was used just now, to the minute."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > _NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
