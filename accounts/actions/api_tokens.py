"""Keys with which programs read: made by their person, revoked by them or by whoever manages the Party."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit, audit_names, mail
from accounts.access import Forbidden, can_for, manages
from accounts.models import ApiToken, Party, User
from accounts.permissions import MANAGE_PARTY, USE_API
from accounts.tokens import BEGINNING, digest_of, new_token


class CannotMakeToken(Exception):
    """The token cannot be made; the message says why and what to do, and may be shown."""


@transaction.atomic
def make_token(*, user: User, party: Party, name: str, days: int, by: User) -> tuple[ApiToken, str]:
    """Make a token for oneself; the second value is the token itself, which nothing keeps. Its person is told.

    Raises Forbidden for somebody else or without the permission in this Party, CannotMakeToken for a name that
    one's tokens have already or a number of days beyond API_TOKEN_DAYS.
    """
    if by != user or not can_for(user, USE_API, party):
        raise Forbidden(USE_API)
    # Locked, so that two requests at once cannot both find the name free.
    User.objects.select_for_update().get(pk=user.pk)
    _require_sense(user, party, name, days)
    token = new_token()
    made = ApiToken.objects.create(
        user=user,
        party=party,
        name=name,
        beginning=token[:BEGINNING],
        digest=digest_of(token),
        expires_at=timezone.now() + timedelta(days=days),
    )
    after = {"party": party.name, "expires_at": made.expires_at.isoformat()}
    audit.record(audit_names.TOKEN_MADE, by=by, about=made, owner=party.name, after=after)
    mail.later(
        "token_made",
        to=user.email,
        party=party.name,
        name=name,
        until=f"{timezone.localdate(made.expires_at):%-d %B %Y}",
    )
    return made, token


def _require_sense(user: User, party: Party, name: str, days: int) -> None:
    if not 1 <= days <= settings.API_TOKEN_DAYS:
        raise CannotMakeToken(f"A token lasts from 1 to {settings.API_TOKEN_DAYS} days: {days} is outside that.")
    usable = ApiToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now())
    if usable.filter(user=user, party=party, name=name).exists():
        raise CannotMakeToken(f"You have a token named {name} already. Choose another name, or revoke that one first.")


@transaction.atomic
def revoke(*, token: ApiToken, by: User | None) -> None:
    """End a token at once; ending it twice changes nothing.

    Raises Forbidden unless it is one's own, or one manages its Party.
    """
    if by is not None and by != token.user and not manages(by, token.party):
        raise Forbidden(MANAGE_PARTY)
    _end(ApiToken.objects.filter(pk=token.pk), by)


@transaction.atomic
def revoke_all(*, user: User, by: User | None, party: Party | None = None) -> int:
    """End every token of a person (of one Party, where named), as part of an act that settled who may; how many."""
    tokens = ApiToken.objects.filter(user=user)
    return _end(tokens.filter(party=party) if party else tokens, by)


def _end(tokens: Iterable[ApiToken], by: User | None) -> int:
    """Revoke those of the tokens that are not, each with its audit event."""
    keys = [token.pk for token in tokens]
    ended = ApiToken.objects.select_for_update(of=("self",)).select_related("user", "party")
    count = 0
    for token in ended.filter(pk__in=keys, revoked_at=None):
        token.revoked_at, token.revoked_by = timezone.now(), by.email if by else audit.SYSTEM
        token.save(update_fields=["revoked_at", "revoked_by"])
        audit.record(audit_names.TOKEN_REVOKED, by=by, about=token, owner=token.party.name)
        count += 1
    return count
