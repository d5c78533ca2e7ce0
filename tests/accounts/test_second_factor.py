"""A second factor: who must have one, what it protects, and that no code works twice."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts import audit_names
from accounts.actions.memberships import join
from accounts.adapters import SecondFactorAdapter
from accounts.choices import Role
from accounts.models import AuditEvent, Party, User
from tests.accounts.pages import text_of
from tests.accounts.signing_in import (
    App,
    confirm,
    give_code,
    give_password,
    is_in,
    letters,
    names_of_events,
    secret_of,
    with_app,
    with_passkey,
    with_password,
)
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]

MUST = ("administrator", "manufacturer", "competitor", "moderator", "publisher", "ssc", "auditor")
MAY = ("supplier", "rival_supplier", "network", "submitter")
Commits = Callable[..., Any]


@pytest.fixture
def ana(cast: Cast) -> User:
    return with_password(cast.supplier)


@pytest.fixture
def ben(cast: Cast) -> User:
    return with_password(cast.administrator)


def enrol(client: Client, committed: Commits) -> App:
    """Set up an app as a person does."""
    confirm(client)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search(r'id="secret">(\w+)<', page.content.decode())
    assert secret
    app = App(secret[1])
    with committed(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": app.now()})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return app


def codes_on(answer: Any) -> list[str]:
    return re.findall(r"<li>(\d{8})</li>", answer.content.decode())


@pytest.mark.parametrize("who", MUST)
def test_a_role_that_needs_a_second_factor_sees_nothing_without(cast: Cast, who: str) -> None:
    client = Client()
    client.force_login(getattr(cast, who))
    for address in ("/", "/account/", "/accounts/sessions/", "/accounts/password/change/", "/admin/"):
        assert client.get(address)["Location"] == "/accounts/2fa/", address
    assert client.get("/accounts/2fa/").status_code == 200


@pytest.mark.parametrize("who", MAY)
def test_other_roles_are_only_urged(cast: Cast, who: str) -> None:
    client = Client()
    client.force_login(getattr(cast, who))
    assert "Set up a second factor : with it" in text_of(client.get("/"))


def test_whoever_is_urged_can_say_not_now(client: Client, cast: Cast) -> None:
    client.force_login(cast.supplier)
    assert client.post("/account/second-factor-later/")["Location"] == "/"
    assert "with it, a stolen password" not in text_of(client.get("/"))
    assert client.get("/account/second-factor-later/").status_code == 405


def test_a_piece_of_a_page_is_answered_with_the_way_to_the_whole(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    answer = client.get("/search/?q=x", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (200, "/accounts/2fa/", b"")


def test_a_role_given_in_the_middle_of_a_session_counts_at_the_next_click(client: Client, cast: Cast) -> None:
    client.force_login(cast.supplier)
    assert client.get("/").status_code == 200
    join(user=cast.supplier, party=Party.objects.get(name="Ashdown Energy"), role=Role.PARTY_ADMINISTRATOR, by=None)
    assert client.get("/")["Location"] == "/accounts/2fa/"


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_portal_and_ends_sessions_without_it(
    ben: User, client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    thief = Client()
    for browser in (client, thief):
        give_password(browser, ben.email)
    enrol(client, django_capture_on_commit_callbacks)
    assert client.get("/").status_code == 200
    assert thief.get("/accounts/2fa/").status_code == 302


def test_what_was_done_is_written_down_and_told_by_letter(
    ana: User, client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    give_password(client, ana.email)
    enrol(client, django_capture_on_commit_callbacks)
    client.post("/accounts/2fa/totp/deactivate/")
    with django_capture_on_commit_callbacks(execute=True):
        pass
    names = names_of_events(ana)
    assert names[-4:-2] == [audit_names.SECOND_FACTOR_ADDED, audit_names.RECOVERY_CODES_MADE]
    assert names[-2:] == [audit_names.SECOND_FACTOR_REMOVED] * 2
    assert ["app was added" in letters()[0].body, "app was removed" in letters()[1].body] == [True, True]


def test_the_password_alone_does_not_sign_in(ana: User, client: Client) -> None:
    with_app(ana)
    assert give_password(client, ana.email)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    assert client.get("/").status_code == 302


def test_the_code_of_the_app_does_and_the_event_says_so(ana: User, client: Client) -> None:
    app = with_app(ana)
    give_password(client, ana.email)
    assert give_code(client, app.now())["Location"] == "/"
    assert is_in(client)
    assert AuditEvent.objects.get(name=audit_names.SIGNED_IN).details["methods"] == ["password", "totp"]


def test_a_wrong_code_does_not_and_is_written_down(ana: User, client: Client) -> None:
    with_app(ana)
    give_password(client, ana.email)
    assert "The code is not right" in text_of(give_code(client, "000000"))
    assert not is_in(client)
    event = AuditEvent.objects.get(name=audit_names.SIGN_IN_FAILED)
    assert (event.actor, event.details["reason"]) == (ana.email, "second factor")


def test_a_code_works_once(ana: User) -> None:
    app, first, second = with_app(ana), Client(), Client()
    code = app.now()
    for browser in (first, second):
        give_password(browser, ana.email)
        give_code(browser, code)
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_recovery_code_works_once(ana: User, client: Client, django_capture_on_commit_callbacks: Commits) -> None:
    give_password(client, ana.email)
    enrol(client, django_capture_on_commit_callbacks)
    code, *_ = codes_on(client.get("/accounts/2fa/recovery-codes/"))
    first, second = Client(), Client()
    for browser in (first, second):
        give_password(browser, ana.email)
        give_code(browser, code)
    assert (is_in(first), is_in(second)) == (True, False)


def test_recovery_codes_are_shown_once_with_a_file_to_keep(
    ana: User, client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    give_password(client, ana.email)
    enrol(client, django_capture_on_commit_callbacks)
    first = client.get("/accounts/2fa/recovery-codes/")
    codes = codes_on(first)
    assert len(set(codes)) == 10
    assert all(f"{code}%0A" in first.content.decode() for code in codes)
    again = client.get("/accounts/2fa/recovery-codes/")
    assert codes_on(again) == []
    assert not [code for code in codes if code in again.content.decode()]


def test_new_recovery_codes_replace_the_old(
    ana: User, client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    give_password(client, ana.email)
    enrol(client, django_capture_on_commit_callbacks)
    old = codes_on(client.get("/accounts/2fa/recovery-codes/"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/recovery-codes/generate/")
    new = codes_on(client.get("/accounts/2fa/recovery-codes/"))
    assert len(new) == 10
    assert not set(old) & set(new)
    assert "The earlier ones no longer work" in letters()[-1].body


def test_resetting_the_password_does_not_pass_by_the_second_factor(ana: User, client: Client) -> None:
    with_app(ana)
    client.post("/accounts/password/reset/", {"email": ana.email})
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(letters()[0].body))
    assert link
    form = client.get(link[1], follow=True)
    new = {"password1": "another long enough password", "password2": "another long enough password"}
    client.post(form.request["PATH_INFO"], new)
    assert give_password(client, ana.email, new["password1"])["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_the_last_second_factor_of_a_role_that_needs_one_stays(cast: Cast, signed_in: SignedIn, client: Client) -> None:
    with_app(cast.administrator)
    client = signed_in(cast.administrator)
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert "Your role needs a second factor and this is your only one" in text_of(answer)
    with_passkey(cast.administrator)
    client.post("/accounts/2fa/totp/deactivate/")
    assert list(Authenticator.objects.values_list("type", flat=True)) == ["webauthn"]


def test_somebody_who_is_only_urged_may_remove_it(cast: Cast, signed_in: SignedIn) -> None:
    with_app(cast.supplier)
    signed_in(cast.supplier).post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()


def test_a_session_without_the_second_factor_that_there_is_must_give_it(cast: Cast, client: Client) -> None:
    app = with_app(cast.administrator)
    client.force_login(cast.administrator)
    assert client.get("/account/")["Location"] == "/accounts/2fa/reauthenticate/?next=/account/"
    assert client.get("/accounts/2fa/totp/deactivate/")["Location"].startswith("/accounts/2fa/reauthenticate/")
    answer = client.post("/accounts/2fa/reauthenticate/?next=/account/", {"code": app.now()})
    assert answer["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_the_secret_is_kept_encrypted(ana: User) -> None:
    with_app(ana)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert "JBSWY3DP" not in kept
    assert secret_of(ana).startswith("JBSWY3DP")


def test_a_secret_closed_with_an_earlier_key_still_opens(settings: Any) -> None:
    closed = SecondFactorAdapter().encrypt("JBSWY3DP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "b" * 60
    assert SecondFactorAdapter().decrypt(closed) == "JBSWY3DP"


def test_the_demos_code_opens_nothing_unless_the_demo_says_so(ana: User, client: Client) -> None:
    with_app(ana)
    give_password(client, ana.email)
    give_code(client, "202611")
    assert not is_in(client)
