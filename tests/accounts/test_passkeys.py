"""Passkeys without a browser: what the server promises of them. The real ones are in tests/journeys."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.accounts.pages import text_of
from tests.accounts.signing_in import with_app, with_passkey
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_a_passkey_without_a_password_must_check_its_person(client: Client) -> None:
    asked = client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    options = asked["request_options"]["publicKey"]
    assert (options["userVerification"], options.get("allowCredentials", [])) == ("required", [])


def test_the_last_passkey_of_a_role_that_needs_one_stays(cast: Cast, signed_in: SignedIn) -> None:
    key = with_passkey(cast.administrator)
    client = signed_in(cast.administrator)
    address = f"/accounts/2fa/webauthn/keys/{key.pk}/remove/"
    answer = client.post(address, follow=True)
    assert "Your role needs a second factor and this is your only one" in text_of(answer)
    assert Authenticator.objects.filter(pk=key.pk).exists()
    with_app(cast.administrator)
    client.post(address)
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_a_passkey_is_renamed(cast: Cast, signed_in: SignedIn) -> None:
    key = with_passkey(cast.supplier)
    client = signed_in(cast.supplier)
    client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/", {"name": "Blue key"})
    key.refresh_from_db()
    assert key.data["name"] == "Blue key"


@pytest.mark.parametrize("act", ["remove", "edit"])
def test_another_persons_passkey_is_not_there(cast: Cast, signed_in: SignedIn, act: str) -> None:
    key = with_passkey(cast.supplier)
    client = signed_in(cast.administrator)
    assert client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/", {"name": "x"}).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk, user=cast.supplier).exists()


@pytest.mark.parametrize("credential", ['{"id": 1}', "{}", "[]", "x", "", '{"id": "YQ", "rawId": "YQ"}', "1", "null"])
def test_nonsense_in_place_of_a_passkey_leads_back_to_sign_in(client: Client, credential: str) -> None:
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential}, follow=True)
    assert answer.status_code == 200
    assert "Sign in" in text_of(answer)
    assert "_auth_user_id" not in client.session


def test_nonsense_in_place_of_a_new_passkey_is_refused(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.supplier)
    client.get("/accounts/2fa/webauthn/add/")
    answer = client.post("/accounts/2fa/webauthn/add/", {"name": "x", "credential": '{"id": 1}'})
    assert "The passkey was not made" in text_of(answer)
    assert not Authenticator.objects.exists()
