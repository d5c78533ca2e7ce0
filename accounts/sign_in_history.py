"""What happened to one's own sign-in, in plain words: from the audit events."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit_names
from accounts.audit import SYSTEM
from accounts.audit_words import NOT_PROVEN, in_words, only_typed
from accounts.models import AuditEvent, User

DAYS: Final = 90
SHOWN: Final = 50

ENDED_BY_PERSON: Final = "ended by its person"
"""Why a session ended that its person ended from another one."""

_SHOWS: Final = (
    audit_names.SIGNED_IN,
    audit_names.SIGN_IN_FAILED,
    audit_names.SIGNED_OUT,
    audit_names.SESSION_ENDED,
    audit_names.REAUTHENTICATED,
    audit_names.PASSWORD_CHANGED,
    audit_names.PASSWORD_RESET_ASKED,
    audit_names.SECOND_FACTOR_ADDED,
    audit_names.SECOND_FACTOR_REMOVED,
    audit_names.SECOND_FACTOR_RESET,
    audit_names.RECOVERY_CODES_MADE,
    audit_names.SINGLE_SIGN_ON_TIED,
)
_METHODS: Final = {
    "password": "password",
    "totp": "authenticator app",
    "webauthn": "passkey",
    "recovery_codes": "recovery code",
    "socialaccount": "single sign-on",
}
_REASONS: Final = {"idle": "not used for long", "limit": "signed in for too long", "password": "password changed"}


@dataclass(frozen=True)
class Happened:
    """One line of the history."""

    at: datetime
    what: str
    how: str
    address: str
    failed: bool


def of(user: User) -> list[Happened]:
    """The last ninety days, the newest first."""
    return [told(event, reader=user) for event in events_of(user)[:SHOWN]]


def events_of(user: User) -> QuerySet[AuditEvent]:
    """What `of` tells of, unread; attempts with this address count, whoever made them."""
    since = timezone.now() - timedelta(days=DAYS)
    own = Q(actor=user.email) | Q(object_type=user._meta.label_lower, object_key=str(user.pk))
    return AuditEvent.objects.filter(own, name__in=_SHOWS, at__gte=since).order_by("-at", "-pk")


def told(event: AuditEvent, reader: User | None = None) -> Happened:
    """One event in words. `reader`: the very person, who is not shown where their administrators are."""
    failed = event.name == audit_names.SIGN_IN_FAILED
    what = f"{in_words(event.name)} {NOT_PROVEN}" if only_typed(event) else in_words(event.name)
    how, address = _how(event, own=reader is not None), event.address or ""
    if reader is not None and event.actor not in (reader.email, SYSTEM):
        how, address = ", ".join(part for part in ("by an administrator", how) if part), ""
    return Happened(event.at, what, how, address, failed)


def _how(event: AuditEvent, *, own: bool) -> str:
    """With what, or why, and on which device."""
    told = event.details
    methods = [*told.get("methods", []), *([told["method"]] if "method" in told else [])]
    kind = [_METHODS.get(told["type"], told["type"])] if "type" in told else []
    reason = [_reason(told["reason"], own=own)] if "reason" in told else []
    device = [told["device"]] if told.get("device") else []
    with_what = " and ".join(_METHODS.get(method, method) for method in methods)
    return ", ".join(part for part in (with_what, *kind, *reason, *device) if part)


def _reason(reason: str, *, own: bool) -> str:
    return "ended by you" if own and reason == ENDED_BY_PERSON else _REASONS.get(reason, reason)
