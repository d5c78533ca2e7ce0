"""What sign-in leaves behind: audit events, sessions marked and ended. django-allauth's signals arrive here."""

from typing import Any, Final

from allauth.account import signals as account_signals
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import Signal
from django.http import HttpRequest

from accounts import audit, audit_names, second_factor, sessions
from accounts.actions.api_tokens import revoke_all
from accounts.actions.sessions import end_sessions
from accounts.devices import device
from accounts.models import User

_TYPED: Final = 254
"""As much of what was typed for an e-mail address as an event keeps."""


def device_of(request: HttpRequest) -> str:
    """The browser and system of a request, in a few words."""
    return device(request.headers.get("User-Agent", ""))


def failed(request: HttpRequest, email: str, *, reason: str, **details: Any) -> None:
    """Note an attempt that failed: of the address that was typed, whether or not it has an account.

    Without looking the account up, so that known and unknown addresses take the same time.
    """
    typed = email.strip().lower()[:_TYPED]
    again = {"again": True} if request.user.is_authenticated else {}
    what = {"reason": reason, "device": device_of(request), **again, **details}
    audit.record(audit_names.SIGN_IN_FAILED, by=typed or "unknown", about=typed, **what)


def connect() -> None:
    """Listen to django-allauth and Django; once, when the app is ready."""
    for signal, listener in _LISTENERS:
        signal.connect(listener, dispatch_uid=f"accounts.sign_in.{listener.__name__}.{id(signal)}")


def _mark_session(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    sessions.begin(request)


def _note_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    records = get_authentication_records(request, user)
    methods = [record.get("type") or record["method"] for record in records]
    session = UserSession.objects.filter(session_key=request.session.session_key).first()
    service = next((record["provider"] for record in records if "provider" in record), "")
    own: dict[str, Any] = {"methods": methods, "device": device_of(request), "session": session.pk if session else None}
    own |= {"service": service} if service else {}
    audit.record(audit_names.SIGNED_IN, by=user, about=user, **own)


def _note_sign_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is None:
        return
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    audit.record(audit_names.SIGNED_OUT, by=user, about=user)


def _note_again(sender: Any, request: HttpRequest, user: User, method: str, **kwargs: Any) -> None:
    """Who signs in again before a sensitive act."""
    if kwargs.get("reauthenticated"):
        audit.record(audit_names.REAUTHENTICATED, by=user, about=user, method=kwargs.get("type") or method)


def _note_new_password(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Every other session ends with the old password."""
    reset = kwargs["signal"] is account_signals.password_reset
    audit.record(audit_names.PASSWORD_CHANGED, by=user, about=user, by_letter=reset)
    end_sessions(user=user, reason="password", by=user, keep=None if reset else request.session.session_key)
    if reset:
        # Whoever has to ask for a letter may have lost the account for a while: what was made meanwhile ends.
        revoke_all(user=user, by=user)


def _note_factor(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever sets up a first factor has given it; sessions opened without it end."""
    if authenticator.type not in second_factor.FACTORS:
        audit.record(audit_names.RECOVERY_CODES_MADE, by=user, about=user)
        return
    audit.record(audit_names.SECOND_FACTOR_ADDED, by=user, about=user, type=authenticator.type)
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    if second_factor.is_last(authenticator):
        end_sessions(user=user, reason="second factor", by=user, keep=request.session.session_key)


def _note_new_codes(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    audit.record(audit_names.RECOVERY_CODES_MADE, by=user, about=user)


def _note_factor_gone(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    audit.record(audit_names.SECOND_FACTOR_REMOVED, by=user, about=user, type=authenticator.type)
    if not second_factor.exists(user):
        # What was given is no longer there to be given: a role that needs one asks for a new one.
        second_factor.forget(request)
        end_sessions(user=user, reason="second factor", by=user, keep=request.session.session_key)


def _note_wrong_code(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    failed(request, user.email, reason="second factor")


_LISTENERS: Final[tuple[tuple[Signal, Any], ...]] = (
    (user_logged_in, _mark_session),
    (user_logged_out, _note_sign_out),
    (account_signals.user_logged_in, _note_sign_in),
    (account_signals.authentication_step_completed, _note_again),
    (account_signals.password_changed, _note_new_password),
    (account_signals.password_reset, _note_new_password),
    (factor_signals.authenticator_added, _note_factor),
    (factor_signals.authenticator_reset, _note_new_codes),
    (factor_signals.authenticator_removed, _note_factor_gone),
    (factor_signals.authentication_failed, _note_wrong_code),
)
