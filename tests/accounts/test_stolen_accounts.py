"""What ends when somebody takes an account back, and ways in that must stay shut."""

import hashlib
import json
import os

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accounts.actions import second_factors
from accounts.actions.api_tokens import make_token
from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import ApiToken, Party, User
from tests.accounts.mailbox import Mailbox, run_jobs, secret_link
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db

HERE = "https://testserver"
Says = AuthenticatorData.FLAG
TOUCHED, VERIFIED = 0x01, 0x05
"""What a key says of its person: there, or there and known by PIN or finger."""


class SoftwareKey:
    """A security key in software, which signs what a real one would."""

    def __init__(self, owner: User) -> None:
        self.private, self.id, self.owner = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), owner
        Authenticator.objects.create(
            user=owner, type="webauthn", data={"name": "key", "credential": self._registration()}
        )

    def _registration(self) -> dict[str, object]:
        # Its module carries no types.
        public = ES256.from_cryptography_key(self.private.public_key())  # type: ignore[no-untyped-call]
        data = AttestedCredentialData.create(Aaguid(b"\0" * 16), self.id, public)
        made = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), Says(0x41), 0, data)
        client = CollectedClientData.create("webauthn.create", b"x" * 32, HERE)
        attested = AttestationObject.create("none", made, {})
        return self._message({"clientDataJSON": bytes(client), "attestationObject": bytes(attested)})

    def answer(self, challenge: str, says: int) -> str:
        """What the browser sends after the key was used."""
        made = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), Says(says), 1)
        client = CollectedClientData.create("webauthn.get", websafe_decode(challenge), HERE)
        signature = self.private.sign(bytes(made) + client.hash, ec.ECDSA(hashes.SHA256()))
        handle = user_pk_to_url_str(self.owner).encode()
        parts = {"clientDataJSON": bytes(client), "authenticatorData": bytes(made), "signature": signature}
        return json.dumps(self._message({**parts, "userHandle": handle}))

    def _message(self, parts: dict[str, bytes]) -> dict[str, object]:
        response = {name: websafe_encode(part) for name, part in parts.items()}
        key = websafe_encode(self.id)
        return {"id": key, "rawId": key, "type": "public-key", "clientExtensionResults": {}, "response": response}


def use(client: Client, key: SoftwareKey, says: int) -> str | None:
    """Sign in with nothing but the key; whom it signed in."""
    challenge = client.session["mfa.webauthn.state"]["challenge"]
    client.post(reverse("mfa_login_webauthn"), {"credential": key.answer(challenge, says)})
    return client.session.get("_auth_user_id")


def test_a_key_whose_device_knows_its_person_signs_in(cast: Cast, client: Client) -> None:
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json", "X-Requested-With": "x"})
    assert use(client, SoftwareKey(cast.supplier), VERIFIED) == str(cast.supplier.pk)


def test_a_touch_alone_signs_nobody_in(cast: Cast, client: Client) -> None:
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json", "X-Requested-With": "x"})
    assert use(client, SoftwareKey(cast.supplier), TOUCHED) is None


def test_the_challenge_after_a_password_serves_no_sign_in_without_one(
    cast: Cast, client: Client, quick_passwords: None
) -> None:
    own, stolen = SoftwareKey(cast.rival_supplier), SoftwareKey(cast.administrator)
    own.owner.set_password("a long enough password")
    own.owner.save()
    client.post(reverse("account_login"), {"login": own.owner.email, "password": "a long enough password"})
    client.get(reverse("mfa_authenticate"))
    session = client.session
    pending = {**session["account_login"]}
    # A quarter of an hour later.
    session["account_login"] = {**pending, "initiated_at": pending["initiated_at"] - 1000}
    session.save()
    assert use(client, stolen, TOUCHED) is None


def test_a_second_factor_taken_away_is_asked_for_again_when_a_role_needs_one(cast: Cast, signed_in: SignedIn) -> None:
    user, party = cast.supplier, Party.objects.get(name="Ashdown Energy")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    client = signed_in(user)
    client.post(reverse("mfa_deactivate_totp"))
    join(user=user, party=party, role=Role.PARTY_ADMINISTRATOR, by=None)
    assert client.get("/")["Location"] == reverse("mfa_index")


def token_of(user: User) -> ApiToken:
    token, _ = make_token(user=user, party=Party.objects.get(name="Ashdown Energy"), name="x", days=9, by=user)
    return token


def test_a_password_chosen_by_letter_ends_api_tokens(
    cast: Cast, client: Client, mailbox: Mailbox, quick_passwords: None
) -> None:
    token = token_of(cast.supplier)
    run_jobs()
    mailbox.letters.clear()
    cast.supplier.set_password("a long enough password")
    cast.supplier.save()
    client.post(reverse("account_reset_password"), {"email": cast.supplier.email})
    run_jobs()
    form = client.get(secret_link(mailbox.only(cast.supplier.email)), follow=True)
    new = "nine herons over the weir"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    token.refresh_from_db()
    assert not token.is_usable


def test_a_reset_of_the_second_factor_ends_api_tokens(cast: Cast) -> None:
    token = token_of(cast.supplier)
    second_factors.reset(user=cast.supplier, by=cast.administrator)
    token.refresh_from_db()
    assert not token.is_usable
