"""Single sign-on against a real provider: the whole code flow, over HTTP, with django-allauth's own provider."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts import audit_names
from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import AuditEvent, Party, SingleSignOn, User
from tests.accounts.pages import text_of
from tests.accounts.signing_in import give_code, give_password, is_in, letters, with_app, with_password
from tests.factories import Cast
from tests.factories.people import make_user
from tests.journeys.portal import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]

ROOT = Path(__file__).resolve().parents[2]
SECRET = "the-clients-secret"
WORD = "word-at-the-provider"
CALLBACK = "/accounts/oidc/ashdown/login/callback/"
PEOPLE = [
    ("ana", "ana@ashdown.example", True),
    ("anas-successor", "ana@ashdown.example", True),
    ("ben", "ben@ashdown.example", True),
    ("unverified", "ulf@ashdown.example", False),
    ("elsewhere", "pia@pennine.example", True),
    ("unknown", "new@ashdown.example", True),
    ("disabled", "off@ashdown.example", True),
    ("stranger", "sid@ashdown.example", True),
]


@dataclass(frozen=True)
class Provider:
    """The provider's process."""

    url: str

    def session_of(self, person: str) -> requests.Session:
        """A browser in which this person is signed in at the provider."""
        browser = requests.Session()
        form = browser.get(f"{self.url}/accounts/login/", timeout=10).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token, form
        given = {"login": person, "password": WORD, "csrfmiddlewaretoken": token[1]}
        answer = browser.post(f"{self.url}/accounts/login/", given, timeout=10, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return browser


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """One provider for all of these tests."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    folder = tmp_path_factory.mktemp("provider")
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.identity_provider", str(port)],
        cwd=ROOT, env={**kept, "PROVIDER_DATABASE": f"{folder}/provider.sqlite3"},
        stdin=subprocess.PIPE, stdout=log, stderr=log, text=True,
    )  # fmt: skip
    given = {
        "client_id": "portal", "secret": SECRET, "redirect_uri": f"http://testserver{CALLBACK}",
        "people": PEOPLE, "password": WORD,
    }  # fmt: skip
    assert process.stdin
    process.stdin.write(json.dumps(given))
    process.stdin.close()
    found = Provider(f"http://127.0.0.1:{port}")
    try:
        wait_until_it_answers(found, process, folder / "log")
        yield found
    finally:
        process.kill()
        process.wait(timeout=10)


def wait_until_it_answers(found: Provider, process: "subprocess.Popen[str]", log: Path) -> None:
    for _ in range(150):
        try:
            requests.get(f"{found.url}/.well-known/openid-configuration", timeout=5).raise_for_status()
            return
        except requests.RequestException:
            assert process.poll() is None, log.read_text()
            time.sleep(0.2)
    pytest.fail("The provider did not answer within 30 seconds.")


@pytest.fixture
def service(cast: Cast, provider: Provider, settings: Any) -> SingleSignOn:
    """Ashdown Energy signs its people in itself."""
    settings.SSO_SECRETS = {"ashdown": SECRET}
    # Without it a service would have to be reached by HTTPS.
    settings.DEBUG = True
    Party.objects.filter(name="Ashdown Energy").update(email_domains=["ashdown.example"])
    return SingleSignOn.objects.create(
        party=Party.objects.get(name="Ashdown Energy"), provider_id="ashdown", issuer=provider.url, client_id="portal"
    )


def leave(client: Client, email: str = "ana@ashdown.example", **more: str) -> str:
    """Ask for single sign-on; returns the address at the provider."""
    page = client.post("/accounts/sso/", {"email": email, **more})
    words = page.content.decode()
    leaves, way = re.search(r'id="leave">', words), re.search(r'href="(http[^"]+)"', words)
    assert leaves and way, text_of(page)
    return way[1].replace("&amp;", "&")


def come_back(client: Client, provider: Provider, person: str, away: str) -> Any:
    """Sign in at the provider and follow it back."""
    answer = provider.session_of(person).get(away, timeout=10, allow_redirects=False)
    back = urlsplit(answer.headers["Location"])
    assert (back.netloc, back.path) == ("testserver", CALLBACK), answer.headers
    return client.get(f"{back.path}?{back.query}")


def go_through(client: Client, provider: Provider, person: str, **more: str) -> Any:
    return come_back(client, provider, person, leave(client, **more))


def test_the_right_person_is_signed_in_and_led_on(
    client: Client, cast: Cast, service: SingleSignOn, provider: Provider
) -> None:
    answer = go_through(client, provider, "ana", next="/search/?q=x")
    assert answer["Location"] == "/search/?q=x"
    assert client.session["_auth_user_id"] == str(cast.supplier.pk)
    event = AuditEvent.objects.get(name=audit_names.SIGNED_IN)
    assert (event.details["methods"], event.details["service"]) == (["socialaccount"], "ashdown")
    assert AuditEvent.objects.filter(name=audit_names.SINGLE_SIGN_ON_TIED, details__subject="ana").count() == 1


def test_again_it_is_the_same_person(client: Client, cast: Cast, service: SingleSignOn, provider: Provider) -> None:
    go_through(Client(), provider, "ana")
    go_through(client, provider, "ana")
    assert is_in(client)
    assert SocialAccount.objects.get().user == cast.supplier


def test_the_way_there_carries_state_and_proof_key_and_keeps_the_secret(client: Client, service: SingleSignOn) -> None:
    asked = parse_qs(urlsplit(leave(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "code_challenge"} <= asked.keys()
    assert SECRET not in str(asked)


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("unverified", "does not say that your e-mail address is verified"),
        ("elsewhere", "That address is not of a domain"),
        ("unknown", "has no account here that acts for Ashdown Energy"),
        ("disabled", "Your account here is disabled"),
        ("stranger", "has no account here that acts for Ashdown Energy"),
    ],
)
def test_whoever_may_not_come_in_is_told_why_and_what_to_do(
    client: Client, cast: Cast, service: SingleSignOn, provider: Provider, person: str, words: str
) -> None:
    for name in ("ulf", "off"):
        user = make_user(f"{name}@ashdown.example", cast.supplier.active_memberships[0].role, service.party)
        User.objects.filter(pk=user.pk).update(is_active=name != "off")
    make_user("sid@ashdown.example")
    people = User.objects.count()

    answer = go_through(client, provider, person)

    assert answer.status_code == 403
    assert words in text_of(answer)
    assert not is_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (people, 0)
    assert AuditEvent.objects.filter(name=audit_names.SIGN_IN_FAILED).count() == 1


def test_a_service_opens_no_account_with_a_role_beyond_its_party(
    client: Client, cast: Cast, service: SingleSignOn, provider: Provider
) -> None:
    SingleSignOn.objects.update(is_required=True)
    join(user=cast.supplier, party=Party.objects.get(name="SECAS"), role=Role.SECAS_PUBLISHER, by=None)
    answer = go_through(client, provider, "ana")
    assert "cannot vouch for" in text_of(answer)
    assert not is_in(client)
    give_password(client, with_password(cast.supplier).email)
    assert is_in(client)


def test_a_successor_with_the_same_address_does_not_get_the_account(
    client: Client, cast: Cast, service: SingleSignOn, provider: Provider
) -> None:
    go_through(Client(), provider, "ana")
    answer = go_through(client, provider, "anas-successor")
    assert "names another person" in text_of(answer)
    assert not is_in(client)


def test_our_second_factor_is_still_asked_for(
    client: Client, cast: Cast, service: SingleSignOn, provider: Provider
) -> None:
    app = with_app(cast.administrator)
    assert go_through(client, provider, "ben")["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    give_code(client, app.now())
    assert is_in(client)


def test_a_role_that_needs_a_second_factor_sets_one_up(
    client: Client, cast: Cast, service: SingleSignOn, provider: Provider
) -> None:
    go_through(client, provider, "ben")
    assert client.get("/")["Location"] == "/accounts/2fa/"


def test_an_answer_for_another_browser_is_refused(client: Client, service: SingleSignOn, provider: Provider) -> None:
    away = leave(Client())
    assert "does not belong to this browser" in text_of(come_back(client, provider, "ana", away))
    assert not is_in(client)


def test_an_answer_works_once(client: Client, service: SingleSignOn, provider: Provider) -> None:
    answer = provider.session_of("ana").get(leave(client), timeout=10, allow_redirects=False)
    back = urlsplit(answer.headers["Location"])
    client.get(f"{back.path}?{back.query}")
    client.post("/accounts/logout/")
    client.get(f"{back.path}?{back.query}")
    assert not is_in(client)


def test_a_wrong_client_secret_signs_nobody_in(
    client: Client, service: SingleSignOn, provider: Provider, settings: Any
) -> None:
    settings.SSO_SECRETS = {"ashdown": "wrong"}
    assert go_through(client, provider, "ana").status_code == 403
    assert not is_in(client)


def test_somebody_who_stops_there_is_told_so(client: Client, service: SingleSignOn) -> None:
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    answer = client.get(f"{CALLBACK}?error=access_denied&state={state}")
    assert "You stopped signing in" in text_of(answer)


@pytest.mark.parametrize("required", [False, True])
def test_a_service_that_does_not_answer_is_named(client: Client, service: SingleSignOn, required: bool) -> None:
    SingleSignOn.objects.update(issuer=f"http://127.0.0.1:{free_port()}", is_required=required)
    answer = client.post("/accounts/sso/", {"email": "ana@ashdown.example"})
    assert "The sign-in service of Ashdown Energy does not answer" in text_of(answer)
    assert ("You can sign in with your password" in text_of(answer)) is not required


def test_a_service_under_another_name_than_its_own_is_refused(
    client: Client, service: SingleSignOn, provider: Provider
) -> None:
    away = leave(client)
    SingleSignOn.objects.update(issuer=provider.url.replace("127.0.0.1", "localhost"))
    assert come_back(client, provider, "ana", away).status_code == 403
    assert not is_in(client)


def test_the_answer_tells_of_domains_and_never_of_accounts(client: Client, service: SingleSignOn) -> None:
    known = [client.post("/accounts/sso/", {"email": f"{name}@ashdown.example"}) for name in ("ana", "nobody")]
    assert {answer.status_code for answer in known} == {200}
    assert all("To the sign-in service of Ashdown Energy" in text_of(answer) for answer in known)
    unknown = client.post("/accounts/sso/", {"email": "pia@pennine.example"})
    assert "Use your password instead" in text_of(unknown)


@pytest.mark.parametrize("change", [{"is_active": False}, {"provider_id": "other"}])
def test_a_service_that_is_not_in_use_has_no_way_back(
    client: Client, service: SingleSignOn, change: dict[str, Any]
) -> None:
    SingleSignOn.objects.update(**change)
    assert client.get(CALLBACK).status_code == 404


def test_outside_development_a_service_is_reached_by_https_only(
    client: Client, service: SingleSignOn, settings: Any
) -> None:
    settings.DEBUG = False
    answer = client.post("/accounts/sso/", {"email": "ana@ashdown.example"})
    assert "Use your password instead" in text_of(answer)


def test_where_it_is_required_the_right_password_leads_there_and_a_wrong_one_tells_nothing(
    client: Client, cast: Cast, service: SingleSignOn
) -> None:
    SingleSignOn.objects.update(is_required=True)
    ana = with_password(cast.supplier)
    assert "is not right" in text_of(give_password(client, ana.email, "wrong"))
    answer = give_password(client, ana.email)
    assert answer["Location"] == "/accounts/sso/?required=1"
    assert not is_in(client)
    assert "Your organisation signs its people in itself" in text_of(client.get(answer["Location"]))


def test_where_it_is_required_a_forgotten_password_gets_a_letter_that_says_so(
    client: Client, cast: Cast, service: SingleSignOn
) -> None:
    SingleSignOn.objects.update(is_required=True)
    client.post("/accounts/password/reset/", {"email": cast.supplier.email})
    assert "you need no password here" in letters()[0].body
    assert "/reset/key/" not in letters()[0].body


def test_where_it_is_required_people_of_other_parties_keep_their_password(
    client: Client, cast: Cast, service: SingleSignOn
) -> None:
    SingleSignOn.objects.update(is_required=True)
    pia = with_password(cast.rival_supplier)
    give_password(client, pia.email)
    assert is_in(client)
