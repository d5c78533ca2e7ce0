"""What each e-mail needs besides its words: the link that opens something, made at the moment of writing."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone

from accounts import single_sign_on
from accounts.choices import DisabledReason, RequestState
from accounts.links import absolute, proof
from accounts.models import AccessRequest, Invitation, User

Context = dict[str, Any]


def written(template: str, context: Context) -> Context | None:
    """The context of an e-mail with its link; None if its purpose is gone by now."""
    add = _ADDS.get(template)
    return add(context) if add else context


def learn(adds: Mapping[str, Callable[[Context], Context | None]]) -> None:
    """Take over what another app adds to its letters, by template, as `written` uses it."""
    _ADDS.update(adds)


def _invitation(context: Context) -> Context | None:
    found = Invitation.objects.select_related("party").filter(pk=context["invitation"]).first()
    if found is None or not found.is_open:
        return None
    return {**context, "invitation": found, "link": link_of(found)}


def link_of(invitation: Invitation) -> str:
    """The link that accepts this invitation: for its letter, and for the command line on a new server."""
    args = [invitation.pk, proof("invitation", invitation.pk, invitation.nonce)]
    return absolute(reverse("accounts:accept", args=args))


def _confirmation(context: Context) -> Context | None:
    found = AccessRequest.objects.filter(pk=context["request"], state=RequestState.UNCONFIRMED).first()
    if found is None or timezone.now() >= found.confirmable_until:
        return None
    link = reverse("accounts:confirm_request", args=[found.pk, proof("request", found.pk, found.nonce)])
    return {**context, "request": found, "link": absolute(link)}


def _to_decide(context: Context) -> Context | None:
    """A page behind sign-in: its address opens nothing by itself."""
    found = AccessRequest.objects.filter(pk=context["request"], state=RequestState.WAITING).first()
    link = absolute(reverse("accounts:access_request", args=[context["request"]]))
    return {**context, "request": found, "link": link} if found else None


def _unused(context: Context) -> Context | None:
    """None where the person came back while the letter waited."""
    still = User.objects.filter(pk=context["person"], is_active=True, unused_warned_at__isnull=False)
    return {**context, "until": date.fromisoformat(context["until"])} if still.exists() else None


def _disabled(context: Context) -> Context:
    return {**context, "reason": DisabledReason(context["reason"]).label}


def _last_administrator(context: Context) -> Context | None:
    found = User.objects.filter(pk=context["person"], is_active=True).first()
    return {**context, "person": found} if found else None


def _password_reset(context: Context) -> Context | None:
    """None where the address has no account: nothing is sent, and whoever asked is told the same."""
    user = User.objects.filter(email=context["email"], is_active=True).first()
    if user is None:
        return None
    if service := single_sign_on.required_for(user):
        return {**context, "service": service, "link": absolute(reverse("single_sign_on"))}
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    link = absolute(reverse("account_reset_password_from_key", kwargs=key))
    return {**context, "link": link, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}


def _account_changed(context: Context) -> Context:
    what = _CHANGES.get(context["change"], "Something about how you sign in was changed.")
    at = datetime.fromisoformat(context["at"])
    return {**context, "what": what, "at": at, "reset": absolute(reverse("account_reset_password"))}


_CHANGES: Final = {
    "password_changed": "Your password was changed.",
    "password_reset": "Your password was changed with a link sent to this address.",
    "totp_activated": "An authenticator app was added as your second factor.",
    "totp_deactivated": "Your authenticator app was removed as a second factor.",
    "webauthn_added": "A passkey was added to your account.",
    "webauthn_removed": "A passkey was removed from your account.",
    "recovery_codes_generated": "New recovery codes were made. The earlier ones no longer work.",
}
"""What changed, by django-allauth's name for it."""

_ADDS: Final[dict[str, Callable[[Context], Context | None]]] = {
    "invitation": _invitation,
    "confirm_request": _confirmation,
    "request_to_decide": _to_decide,
    "unused_warning": _unused,
    "account_disabled": _disabled,
    "last_administrator_unused": _last_administrator,
    "password_reset": _password_reset,
    "account_changed": _account_changed,
}
