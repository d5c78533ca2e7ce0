"""Signing in and out by e-mail address."""

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana@ashdown.example", "a long enough password", name="Ana")


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post("/accounts/login/", {"login": email, "password": password}).status_code


def test_the_right_password_signs_in(client: Client, ana: User) -> None:
    assert sign_in(client, "ana@ashdown.example", "a long enough password") == 302
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_the_address_may_be_in_any_case(client: Client, ana: User) -> None:
    assert sign_in(client, "Ana@Ashdown.EXAMPLE", "a long enough password") == 302


def test_a_wrong_password_and_an_unknown_address_answer_alike(client: Client, ana: User) -> None:
    wrong = client.post("/accounts/login/", {"login": "ana@ashdown.example", "password": "wrong"})
    unknown = client.post("/accounts/login/", {"login": "nobody@ashdown.example", "password": "wrong"})
    message = b"The email address and/or password you specified are not correct."
    assert (wrong.status_code, unknown.status_code) == (200, 200)
    assert message in wrong.content
    assert message in unknown.content


def test_an_inactive_account_is_not_signed_in(client: Client, ana: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client, "ana@ashdown.example", "a long enough password")
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    client.post(
        "/accounts/signup/",
        {"email": "x@y.example", "password1": "long enough 123", "password2": "long enough 123"},
    )
    assert User.objects.count() == 0


def test_signing_out_needs_a_deliberate_act(client: Client, ana: User) -> None:
    client.force_login(ana)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_passwords_are_kept_with_argon2(ana: User) -> None:
    assert ana.password.startswith("argon2")


def test_sign_in_does_not_lead_to_another_site(client: Client, ana: User) -> None:
    answer = client.post(
        "/accounts/login/?next=https://attacker.example/",
        {
            "login": "ana@ashdown.example",
            "password": "a long enough password",
            "next": "https://attacker.example/",
        },
    )
    assert answer["Location"] == "/"


@pytest.mark.parametrize("address", ["login", "logout", "inactive", "reauthenticate", "signup"])
def test_each_account_page_opens_in_our_look(client: Client, ana: User, address: str) -> None:
    if address in ("logout", "reauthenticate"):
        client.force_login(ana)
    answer = client.get(f"/accounts/{address}/")
    assert answer.status_code == 200
    assert b"Firmware Information Repository" in answer.content
    assert b"fir-header" in answer.content


@pytest.mark.parametrize("address", ["password/reset", "email", "password/change"])
def test_pages_that_do_not_work_yet_have_no_address(client: Client, ana: User, address: str) -> None:
    client.force_login(ana)
    assert client.get(f"/accounts/{address}/").status_code == 404
