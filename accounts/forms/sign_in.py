"""Forms of sign-in that differ from django-allauth's."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.webauthn import forms as passkeys
from allauth.mfa.webauthn.internal import auth as challenges
from django import forms
from django.http import HttpRequest

from accounts.actions import passwords
from accounts.models import User


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """Asks for a letter; does not look whether the address has an account."""

    def clean_email(self) -> str:
        """The address as it is kept."""
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queue the letter: the worker finds out whether there is somebody to write to."""
        passwords.ask_reset(email=self.cleaned_data["email"])
        return str(self.cleaned_data["email"])


class ResetLinkForm(allauth_forms.UserTokenForm):
    """Checks the link of a letter: it opens nothing for a disabled account."""

    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user and user.is_active else None


class WorkEmailForm(forms.Form):
    """The address by which the sign-in service of a Party is found."""

    email = forms.EmailField(
        label="Work e-mail address",
        max_length=254,
        error_messages={
            "required": "Enter your e-mail address",
            "invalid": "Enter an e-mail address in full, like name@organisation.example",
        },
        widget=forms.EmailInput(attrs={"class": "govuk-input", "autocomplete": "email", "spellcheck": "false"}),
    )


class _Unspoilt(forms.Form):
    """What a script sends for a passkey may be anything: nonsense is a wrong passkey, not a fault of ours."""

    def clean_credential(self) -> Any:
        """The passkey that was used."""
        try:
            # It stands before one of django-allauth's forms, which has this method; Django's has not.
            checked: Any = super().clean_credential()  # type: ignore[misc]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise forms.ValidationError("The passkey was not accepted. Try again, or choose another way.") from error
        return checked


class PasskeySignInForm(_Unspoilt, passkeys.LoginWebAuthnForm):
    """Signing in with nothing but a passkey."""

    def clean_credential(self) -> Any:
        """The passkey that was used, its person verified by the device.

        django-allauth keeps one challenge a session: that of the step after a password asks for a touch only, and
        must not serve here.
        """
        if (challenges.get_state() or {}).get("user_verification") != "required":
            raise forms.ValidationError("The passkey was not accepted. Try again, or choose another way.")
        return super().clean_credential()


class PasskeyFactorForm(_Unspoilt, passkeys.AuthenticateWebAuthnForm):
    """A passkey after the password."""


class PasskeyAgainForm(_Unspoilt, passkeys.ReauthenticateWebAuthnForm):
    """A passkey before a sensitive act."""


class AddPasskeyForm(passkeys.AddWebAuthnForm):
    """A new passkey."""

    def clean(self) -> dict[str, Any]:
        """Check what the browser made."""
        try:
            return dict(super().clean())
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise forms.ValidationError("The passkey was not made. Try again.") from error
