"""Accounts that nobody uses: warned, then disabled."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.db.models.lookups import GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils import timezone

from accounts import audit, audit_names, mail
from accounts.actions.people import disable
from accounts.addressees import administrators_of, managers_of_every_party
from accounts.choices import DisabledReason
from accounts.models import ApiToken, Party, User
from accounts.permissions import MANAGE_EVERY_PARTY, MANAGE_PARTY

_TOKENS = ApiToken.objects.filter(user=OuterRef("pk")).order_by().values("user")
_SEEN = Greatest(
    "last_active_at", "last_login", "joined_at", Subquery(_TOKENS.annotate(used=Max("last_used_at")).values("used"))
)
"""When a person, or a program of theirs, was last here; those who never were: when they joined."""


def look_after(*, now: datetime) -> None:
    """Every night: forget warnings that were heeded, disable who was warned long ago, warn who is due.

    Each person in a transaction of their own: a night that is cut short is taken up by the next.
    """
    _heeded().update(unused_warned_at=None)
    for pk in _to_disable(now).values_list("pk", flat=True):
        _disable(pk, now)
    for pk in _to_warn(now).values_list("pk", flat=True):
        _warn(pk, now)


def _active() -> QuerySet[User]:
    return User.objects.filter(is_active=True).order_by("pk")


def _heeded() -> QuerySet[User]:
    return _active().filter(GreaterThanOrEqual(_SEEN, F("unused_warned_at")))


def _to_disable(now: datetime) -> QuerySet[User]:
    """Away for long, and warned long enough ago, whatever the settings were then."""
    away = LessThanOrEqual(_SEEN, now - timedelta(days=settings.UNUSED_DISABLE_DAYS))
    unheeded = LessThan(_SEEN, F("unused_warned_at"))
    return _active().filter(away, unheeded, unused_warned_at__lte=now - _notice())


def _to_warn(now: datetime) -> QuerySet[User]:
    away = LessThanOrEqual(_SEEN, now - timedelta(days=settings.UNUSED_WARN_DAYS))
    return _active().filter(away, unused_warned_at=None)


def _notice() -> timedelta:
    """How long a warning leaves to come back: at least a day, whatever the settings say."""
    return timedelta(days=max(1, settings.UNUSED_DISABLE_DAYS - settings.UNUSED_WARN_DAYS))


@transaction.atomic
def _disable(pk: int, now: datetime) -> None:
    """Unless they came back meanwhile, or nobody would be left to decide; then they are warned anew."""
    user = _to_disable(now).select_for_update().filter(pk=pk).first()
    if user is None:
        return
    if leaderless := _left_leaderless(user):
        _tell_secas(user, leaderless)
        _warn(pk, now)
    else:
        disable(user=user, reason=DisabledReason.UNUSED, by=None)


@transaction.atomic
def _warn(pk: int, now: datetime) -> None:
    user = User.objects.select_for_update().get(pk=pk)
    user.unused_warned_at = now
    user.save(update_fields=["unused_warned_at"])
    end = timezone.localdate(now + _notice())
    audit.record(audit_names.ACCOUNT_WARNED_UNUSED, by=None, about=user, after={"disabled_on": end.isoformat()})
    mail.later("unused_warning", to=user.email, person=user.pk, until=end.isoformat())


def _left_leaderless(user: User) -> list[str]:
    """Parties, in words, that nobody would manage without this person."""
    own = {acting.party for acting in user.active_memberships if MANAGE_PARTY in user.permissions_in(acting.party)}
    parties = Party.objects.filter(pk__in=own)
    found = [party.name for party in parties if not administrators_of(party).exclude(pk=user.pk).exists()]
    if MANAGE_EVERY_PARTY in user.held_permissions:
        found += [] if managers_of_every_party().exclude(pk=user.pk).exists() else ["every Party"]
    return found


def _tell_secas(user: User, leaderless: list[str]) -> None:
    for person in managers_of_every_party():
        mail.later("last_administrator_unused", to=person.email, person=user.pk, parties=leaderless)
