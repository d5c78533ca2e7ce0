"""What this session knows of its person's second factor: asked on every page, so the database is not."""

from typing import Final

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.models import User

LATER_COOKIE: Final = "second-factor-later"
LATER_DAYS: Final = 90
"""Whoever is only urged to set one up and says "later" is left alone for so long."""

FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""


def given(request: HttpRequest) -> bool:
    """Whether a second factor was given in this session: at sign-in, later, or by setting one up in it."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def forget(request: HttpRequest) -> None:
    """Take back what the session knows of a second factor: there is none any more."""
    kept = [record for record in get_authentication_records(request, request.user) if record["method"] != "mfa"]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


def exists(user: User) -> bool:
    """Whether this person has set one up."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def page_that_asks(user: User) -> str:
    """Name of the page on which this person, signed in, gives a second factor."""
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return "mfa_reauthenticate_webauthn" if types == {Authenticator.Type.WEBAUTHN} else "mfa_reauthenticate"


def is_last(authenticator: Authenticator) -> bool:
    """Whether its person would have no second factor without this one."""
    if authenticator.type not in FACTORS:
        return False
    others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
    return not others.exists()


def is_urged(request: HttpRequest) -> bool:
    """Whether to say, quietly, that a second factor would be good.

    Sign-in asks everyone who has one for it, and setting one up ends all other sessions: a session in which none
    was given is of somebody without.
    """
    user = request.user
    if not isinstance(user, User) or user.needs_second_factor or hasattr(request, "api_token"):
        return False
    return LATER_COOKIE not in request.COOKIES and not given(request)
