"""How django-allauth behaves here."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, Final, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import mail, second_factor, sign_in, single_sign_on
from accounts.models import User

_WAYS: Final = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code from your authenticator app",
    "mfa_reauthenticate:webauthn": "Use your passkey",
}


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Accounts are given by a Party's administrator or SECAS: nobody signs up by themselves."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right. Check both.",
        "incorrect_password": "The password is not right.",
        "enter_current_password": "This is not your current password.",
        "incorrect_code": "The code is not right, or was used before. Enter the one shown now.",
        "too_many_login_attempts": "Too many attempts have failed. Wait five minutes, then try again.",
        "rate_limited": "Too many attempts. Wait a minute, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; note one that is turned away because too many failed before."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            sign_in.failed(request, credentials.get("email", ""), reason="too many attempts")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note the wrong address or password."""
        sign_in.failed(request, credentials.get("email", ""), reason="address or password")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Turn away disabled accounts, and people whose Party insists on its own sign-in service.

        This comes after the right password or passkey: before, everybody gets the same answer.
        """
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is not None or "sociallogin" in (kwargs["signal_kwargs"] or {}):
            return response
        service = single_sign_on.required_for(user)
        if service is None:
            return None
        sign_in.failed(request, user.email, reason="single sign-on required")
        return redirect(f"{reverse('single_sign_on')}?required=1")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """The page for disabled accounts."""
        sign_in.failed(request, user.email, reason="disabled")
        return cast(HttpResponse, super().respond_user_inactive(request, user))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways to confirm that it is oneself, in our words."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**way, "description": _WAYS.get(way["id"], way["description"])} for way in methods]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """One's own account."""
        return reverse("accounts:account")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Queue a letter about a change to the account; django-allauth's own words are not used."""
        mail.later(
            "account_changed",
            to=user.email,
            change=template_prefix.rpartition("/")[2],
            at=timezone.now().isoformat(),
            address=self.get_client_ip(self.request),
            device=sign_in.device_of(self.request),
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuse: whatever django-allauth would write here besides has no letter of ours."""
        words = f"There is no letter of ours for {template_prefix}, and django-allauth's own is not sent."
        raise ImproperlyConfigured(words)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are encrypted at rest with a key derived from SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "Your role needs a second factor and this is your only one. "
        "Add another first, then remove this one.",
        "incorrect_code": ClosedAccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        """As it is kept in the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given; keys of SECRET_KEY_FALLBACKS still open what they closed."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody whose role needs one."""
        user = cast(User, authenticator.user)
        return not (user.needs_second_factor and second_factor.is_last(authenticator))

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a new passkey is called until its person names it."""
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The portal as browsers show it when they ask for a passkey."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """A Party's own provider signs in people who have an account here; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """No."""
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The services in use, from our own table."""
        found = single_sign_on.in_use()
        if provider and provider != "openid_connect":
            found = found.filter(provider_id=provider)
        if client_id:
            found = found.filter(client_id=client_id)
        return [single_sign_on.app_of(service) for service in found]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in whom the service vouches for, or answer with the reason and its cure."""
        service = single_sign_on.in_use().get(provider_id=sociallogin.account.provider)
        try:
            # Only signing in: nobody ties a service to the account that happens to be signed in.
            if sociallogin.state.get("process") != "login":
                raise single_sign_on.Refused(single_sign_on.BROKEN)
            single_sign_on.admit(sociallogin, service)
        except single_sign_on.Refused as refused:
            raise ImmediateHttpResponse(self.refuse(request, refused, service.party.name)) from refused

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Answer with our page in place of django-allauth's."""
        reason = single_sign_on.CANCELLED if error == AuthError.CANCELLED else single_sign_on.BROKEN
        raise ImmediateHttpResponse(self.refuse(request, single_sign_on.Refused(reason), provider.app.name))

    def refuse(
        self, request: HttpRequest, refused: single_sign_on.Refused, party: str, *, required: bool = False
    ) -> HttpResponse:
        """Note it, and say what is the matter and what to do; `required` where a password opens nothing."""
        sign_in.failed(request, refused.email, reason=f"single sign-on: {refused.reason}", service=party)
        context = {"reason": refused.reason, "party": party, "email": refused.email, "required": required}
        return render(request, "socialaccount/refused.html", context, status=403)


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(f"accounts.mfa:{key}".encode()).digest())) for key in keys])
