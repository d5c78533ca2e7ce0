"""Sign-in, second factor, sessions, and one's own account: about nobody but oneself."""

from typing import Any, Final

from tests.sweeps.page import (
    EVERY_ROLE,
    NOBODY,
    SIGN_IN,
    Answer,
    Page,
    everyone,
    for_everyone_signed_in,
    open_to_all,
)

HOME: Final = "/"
_AGAIN: Final = "/accounts/reauthenticate/"


def _for_strangers(pattern: str, address: str, *, signed_out: Answer = 200, **more: Any) -> Page:
    """For people who are not signed in; the others have no business there."""
    return Page(pattern, address, signed_out, HOME, NOBODY, NOBODY, everyone(HOME, *EVERY_ROLE), **more)


_RESET = "accounts/password/^reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
_KEYS = "accounts/2fa/webauthn/keys/<int:pk>/"


def _of_one(pattern: str, address: str) -> Page:
    """Somebody's own passkey: for everybody else it does not exist."""
    return Page(pattern, address, SIGN_IN, 404, everyone(404, *EVERY_ROLE), NOBODY, {"rival_administrator": 200})


PAGES = (
    _for_strangers("accounts/login/", "/accounts/login/"),
    for_everyone_signed_in("accounts/logout/", "/accounts/logout/"),
    open_to_all("accounts/inactive/", "/accounts/inactive/"),
    for_everyone_signed_in("accounts/reauthenticate/", "/accounts/reauthenticate/"),
    for_everyone_signed_in("accounts/password/change/", "/accounts/password/change/"),
    open_to_all("accounts/password/reset/", "/accounts/password/reset/"),
    open_to_all("accounts/password/reset/done/", "/accounts/password/reset/done/"),
    open_to_all("accounts/password/reset/key/done/", "/accounts/password/reset/key/done/"),
    # A link that was made up says so, and nothing else.
    open_to_all(_RESET, "/accounts/password/reset/key/1-guessed/"),
    for_everyone_signed_in("accounts/sessions/", "/accounts/sessions/", head=False),
    _for_strangers("accounts/sso/", "/accounts/sso/", head=False),
    open_to_all(
        "accounts/oidc/<slug:provider_id>/login/callback/", "/accounts/oidc/nobody/login/callback/", 404, head=False
    ),
    for_everyone_signed_in("accounts/2fa/", "/accounts/2fa/"),
    # Asks for a second factor in the middle of signing in only.
    _for_strangers("accounts/2fa/authenticate/", "/accounts/2fa/authenticate/", signed_out=SIGN_IN),
    # Nobody here has a second factor to give: the password is asked for instead.
    for_everyone_signed_in("accounts/2fa/reauthenticate/", "/accounts/2fa/reauthenticate/", _AGAIN),
    for_everyone_signed_in("accounts/2fa/totp/activate/", "/accounts/2fa/totp/activate/"),
    for_everyone_signed_in("accounts/2fa/totp/deactivate/", "/accounts/2fa/totp/deactivate/", 404),
    for_everyone_signed_in("accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/", 404),
    for_everyone_signed_in("accounts/2fa/recovery-codes/generate/", "/accounts/2fa/recovery-codes/generate/"),
    for_everyone_signed_in("accounts/2fa/webauthn/", "/accounts/2fa/webauthn/"),
    for_everyone_signed_in("accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/add/"),
    _for_strangers("accounts/2fa/webauthn/login/", "/accounts/2fa/webauthn/login/", signed_out=SIGN_IN),
    for_everyone_signed_in("accounts/2fa/webauthn/reauthenticate/", "/accounts/2fa/webauthn/reauthenticate/", _AGAIN),
    _of_one(f"{_KEYS}remove/", "/accounts/2fa/webauthn/keys/{passkey.pk}/remove/"),
    _of_one(f"{_KEYS}edit/", "/accounts/2fa/webauthn/keys/{passkey.pk}/edit/"),
    for_everyone_signed_in("account/", "/account/", head=False),
    for_everyone_signed_in("account/second-factor-later/", "/account/second-factor-later/", 405),
)
