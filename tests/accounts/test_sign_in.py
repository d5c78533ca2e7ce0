"""Signing in and out by e-mail address and password; changing and forgetting it."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import audit_names
from accounts.models import AuditEvent, User
from tests.accounts.pages import text_of
from tests.accounts.signing_in import confirm, give_password, is_in, letters, names_of_events, waiting
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db

RESET = "/accounts/password/reset/"
NEW = "another long enough password"


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana@ashdown.example", PASSWORD, name="Ana")


def ask_reset(client: Client, email: str) -> Any:
    return client.post(RESET, {"email": email})


def link_in(text: object) -> str:
    found = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(text))
    assert found, text
    return found[1]


def choose(client: Client, link: str, password: str = NEW) -> Any:
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})


def test_the_right_password_signs_in(client: Client, ana: User) -> None:
    assert give_password(client, ana.email).status_code == 302
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_the_address_may_be_in_any_case(client: Client, ana: User) -> None:
    assert give_password(client, "Ana@Ashdown.EXAMPLE").status_code == 302


def plain(answer: Any) -> bytes:
    """The page without what differs between any two requests: tokens, nonces and the typed address."""
    page = re.sub(rb'(csrfmiddlewaretoken" value=|nonce=|X-CSRFToken": )"[^"]*"', b"", answer.content)
    return re.sub(rb"[a-z]+@[a-z]+\.example", b"", page)


def test_wrong_unknown_disabled_and_without_password_are_answered_with_the_same_bytes(
    client: Client, ana: User
) -> None:
    User.objects.create_user("off@ashdown.example", PASSWORD)
    User.objects.filter(email="off@ashdown.example").update(is_active=False)
    User.objects.create_user("sso@ashdown.example")
    people = [ana.email, "nobody@ashdown.example", "off@ashdown.example", "sso@ashdown.example"]
    answers = [give_password(Client(), email, "wrong") for email in people]
    assert {answer.status_code for answer in answers} == {200}
    assert len({plain(answer) for answer in answers}) == 1
    assert "The e-mail address or the password is not right" in text_of(answers[0])


def work_of_an_attempt(email: str) -> tuple[int, list[str]]:
    """Passwords hashed, and what was asked of which table, in order."""
    hashed: list[str] = []

    def counted(work: Any) -> Any:
        def counting(*given: Any) -> Any:
            hashed.append(work.__name__)
            return work(*given)

        return counting

    with (
        # Counted, not replaced: what runs is the real work.
        patch.object(Argon2PasswordHasher, "encode", counted(Argon2PasswordHasher.encode)),
        patch.object(Argon2PasswordHasher, "verify", counted(Argon2PasswordHasher.verify)),
        CaptureQueriesContext(connection) as queries,
    ):
        give_password(Client(), email, "wrong")
    return len(hashed), [
        " ".join(re.findall(r'^[A-Z]+|"accounts_\w+?"(?=[ .])', query["sql"])[:2]) for query in queries
    ]


def test_the_same_work_is_done_whether_an_account_exists_or_not(client: Client, ana: User) -> None:
    User.objects.create_user("sso@ashdown.example")
    work = [
        work_of_an_attempt(email) for email in ("warm@up.example", ana.email, "no@one.example", "sso@ashdown.example")
    ]
    assert [hashed for hashed, _ in work] == [1, 1, 1, 1]
    assert work[1][1] == work[2][1] == work[3][1]


def test_a_disabled_account_learns_so_only_with_the_right_password(client: Client, ana: User) -> None:
    User.objects.update(is_active=False)
    answer = give_password(client, ana.email)
    assert answer["Location"] == "/accounts/inactive/"
    assert not is_in(client)


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    form = {"email": "x@y.example", "password1": "long enough 123", "password2": "long enough 123"}
    assert client.post("/accounts/signup/", form).status_code == 404
    assert User.objects.count() == 0


def test_signing_out_needs_a_deliberate_act(client: Client, ana: User) -> None:
    client.force_login(ana)
    client.get("/accounts/logout/")
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_passwords_are_kept_with_argon2(ana: User) -> None:
    assert ana.password.startswith("argon2")


def test_sign_in_does_not_lead_to_another_site(client: Client, ana: User) -> None:
    answer = give_password(client, ana.email, next="https://attacker.example/")
    assert answer["Location"] == "/"


@pytest.mark.parametrize("address", ["login", "logout", "inactive", "reauthenticate", "password/reset", "sso"])
def test_each_account_page_opens_in_our_look(client: Client, ana: User, address: str) -> None:
    if address in ("logout", "reauthenticate"):
        client.force_login(ana)
    answer = client.get(f"/accounts/{address}/")
    assert answer.status_code == 200
    assert b"fir-header" in answer.content


@pytest.mark.parametrize(
    "address",
    ["signup", "email", "confirm-email", "password/set", "login/code", "3rdparty", "2fa/recovery-codes/download"],
)
def test_what_is_not_offered_has_no_address(client: Client, ana: User, address: str) -> None:
    client.force_login(ana)
    assert client.get(f"/accounts/{address}/").status_code == 404


def test_signing_in_failing_and_leaving_are_written_down(client: Client, ana: User) -> None:
    give_password(client, "ANA@ashdown.example", "wrong")
    give_password(client, ana.email)
    client.post("/accounts/logout/")
    assert names_of_events(ana) == [audit_names.SIGN_IN_FAILED, audit_names.SIGNED_IN, audit_names.SIGNED_OUT]
    failed, signed_in, _ = AuditEvent.objects.filter(actor=ana.email).order_by("pk")
    assert (failed.actor_name, failed.address) == ("", "127.0.0.1")
    assert signed_in.details["methods"] == ["password"]


def test_an_overlong_address_is_cut_where_it_is_written_down(client: Client) -> None:
    give_password(client, f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example", "wrong")
    give_password(client, f"{'a' * 400}@b.example", "wrong")
    assert all(len(actor) <= 254 for actor in AuditEvent.objects.values_list("actor", flat=True))


def test_a_new_password_is_as_good_as_the_first_and_ends_every_other_session(client: Client, ana: User) -> None:
    other = Client()
    for browser in (client, other):
        give_password(browser, ana.email)
    form = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert "too short" in text_of(client.post("/accounts/password/change/", form))
    done = client.post("/accounts/password/change/", {**form, "password1": NEW, "password2": NEW})
    assert done["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert Session.objects.filter(session_key=other.cookies["sessionid"].value).count() == 0
    assert audit_names.PASSWORD_CHANGED in names_of_events(ana)


@pytest.mark.parametrize("password", ["short", "password1234", "ana@ashdown.example", "123456789012"])
def test_weak_passwords_are_refused(client: Client, ana: User, password: str) -> None:
    ask_reset(client, ana.email)
    choose(client, link_in(letters()[0].body), password)
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_changing_the_password_is_told_by_letter(client: Client, ana: User) -> None:
    give_password(client, ana.email)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/accounts/password/change/", form, headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    (letter,) = letters()
    assert letter.to == [ana.email]
    assert "Your password was changed." in letter.body
    assert "Firefox on Linux, address 127.0.0.1" in letter.body


def test_known_and_unknown_addresses_are_answered_alike_and_at_the_same_cost(client: Client, ana: User) -> None:
    with CaptureQueriesContext(connection) as known:
        first = ask_reset(Client(), ana.email)
    with CaptureQueriesContext(connection) as unknown:
        second = ask_reset(Client(), "nobody@ashdown.example")
    assert first["Location"] == second["Location"] == "/accounts/password/reset/done/"
    assert len(known) == len(unknown)
    assert not [query for query in known if '"accounts_user"' in query["sql"]]


def test_only_a_known_active_address_gets_the_letter(client: Client, ana: User) -> None:
    User.objects.create_user("off@ashdown.example", PASSWORD)
    User.objects.filter(email="off@ashdown.example").update(is_active=False)
    for email in (ana.email, "nobody@ashdown.example", "off@ashdown.example"):
        ask_reset(client, email)
    assert [letter.to for letter in letters()] == [[ana.email]]


def test_no_table_holds_the_link(client: Client, ana: User) -> None:
    ask_reset(client, "Ana@Ashdown.example")
    (job,) = waiting()
    # The letter's own name is for its Message-ID: it opens nothing.
    assert job.keys() == {"template", "to", "context", "letter"}
    assert (job["template"], job["to"], job["context"]) == ("password_reset", ana.email, {"email": ana.email})


def test_the_link_lets_choose_a_new_password_once_and_ends_every_session(client: Client, ana: User) -> None:
    signed_in = Client()
    give_password(signed_in, ana.email)
    ask_reset(client, ana.email)
    link = link_in(letters()[0].body)
    assert choose(client, link).status_code == 302
    assert not is_in(client)
    assert signed_in.get("/account/").status_code == 302
    assert give_password(client, ana.email, NEW).status_code == 302
    assert "This link does not work" in text_of(Client().get(link, follow=True))


def test_the_link_runs_out(client: Client, ana: User, settings: Any) -> None:
    ask_reset(client, ana.email)
    link = link_in(letters()[0].body)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link does not work" in text_of(client.get(link, follow=True))


def test_the_link_is_worth_nothing_once_the_account_is_disabled(client: Client, ana: User) -> None:
    ask_reset(client, ana.email)
    link = link_in(letters()[0].body)
    User.objects.update(is_active=False)
    assert "This link does not work" in text_of(client.get(link, follow=True))


def test_a_sensitive_act_wants_the_person_to_confirm_again_and_that_runs_out(
    client: Client, ana: User, settings: Any
) -> None:
    give_password(client, ana.email)
    page = "/accounts/2fa/totp/activate/"
    assert client.get(page)["Location"].startswith("/accounts/reauthenticate/")
    assert client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert client.get(page).status_code == 302
    confirm(client)
    assert client.get(page).status_code == 200
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    assert client.get(page).status_code == 302
    assert audit_names.REAUTHENTICATED in names_of_events(ana)
