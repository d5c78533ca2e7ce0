"""Sessions: listed, ended at once, and ended by themselves."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit_names, sessions
from accounts.devices import device
from accounts.models import AuditEvent, User
from tests.accounts.pages import text_of
from tests.accounts.signing_in import give_password, with_password
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.fixture
def ana(cast: Cast) -> User:
    return with_password(cast.supplier)


def browser(user: User, agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    give_password(client, user.email)
    return client


def shift(client: Client, seconds: int, *keys: str) -> None:
    """As if so much time had passed."""
    session = client.session
    for key in keys:
        session[key] -= seconds
    session.save()


def test_the_list_names_device_address_since_and_last_seen(ana: User) -> None:
    here, _ = browser(ana), browser(ana, EDGE)
    page = text_of(here.get("/accounts/sessions/"))
    assert "Firefox on Linux This session 127.0.0.1" in page
    assert "Edge on Windows 127.0.0.1" in page


def test_the_list_leaves_out_what_has_run_out(ana: User) -> None:
    here, there = browser(ana), browser(ana, EDGE)
    UserSession.objects.filter(session_key=there.session.session_key).update(
        last_seen_at=timezone.now() - timedelta(hours=2)
    )
    assert "Edge" not in text_of(here.get("/accounts/sessions/"))


def test_ending_one_takes_effect_with_its_next_request(ana: User) -> None:
    here, there, third = browser(ana), browser(ana, EDGE), browser(ana)
    row = UserSession.objects.get(session_key=there.session.session_key)
    here.post("/accounts/sessions/", {"end": row.pk})
    assert there.get("/account/")["Location"] == "/accounts/login/?next=/account/&ended=gone"
    assert [client.get("/account/").status_code for client in (here, third)] == [200, 200]
    event = AuditEvent.objects.get(name=audit_names.SESSION_ENDED)
    assert (event.actor, event.details["device"]) == (ana.email, "Edge on Windows")


def test_ending_all_others_keeps_this_one(ana: User) -> None:
    here, there = browser(ana), browser(ana)
    here.post("/accounts/sessions/", {"end": "others"})
    assert (here.get("/account/").status_code, there.get("/account/").status_code) == (200, 302)


def test_another_persons_session_is_not_ended(ana: User, cast: Cast) -> None:
    other = browser(with_password(cast.rival_supplier))
    row = UserSession.objects.get(session_key=other.session.session_key)
    browser(ana).post("/accounts/sessions/", {"end": row.pk})
    assert other.get("/account/").status_code == 200


def test_nonsense_ends_nothing(ana: User) -> None:
    assert browser(ana).post("/accounts/sessions/", {"end": "x"}).status_code == 404


def test_an_idle_session_ends_and_sign_in_says_why_and_leads_back(ana: User) -> None:
    client = browser(ana)
    shift(client, 3601, sessions.SEEN_AT)
    answer = client.get("/search/?q=x")
    assert answer["Location"] == "/accounts/login/?next=/search/%3Fq%3Dx&ended=idle"
    assert "You were away for a while" in text_of(client.get(answer["Location"]))
    again = give_password(client, ana.email, next="/search/?q=x")
    assert again["Location"] == "/search/?q=x"
    assert AuditEvent.objects.filter(name=audit_names.SESSION_ENDED, details__reason="idle").count() == 1


def test_a_session_ends_after_its_hours_however_busy_it_is(ana: User) -> None:
    client = browser(ana)
    shift(client, 12 * 3600 + 1, sessions.SIGNED_IN_AT)
    assert client.get("/account/")["Location"].endswith("ended=limit")
    assert client.get("/account/").status_code == 302


def test_a_session_within_its_limits_goes_on(ana: User) -> None:
    client = browser(ana)
    shift(client, 3500, sessions.SEEN_AT, sessions.SIGNED_IN_AT)
    assert client.get("/account/").status_code == 200


def test_the_limits_are_settings(ana: User, settings: Any) -> None:
    settings.SESSION_IDLE_AGE = 300
    client = browser(ana)
    shift(client, 301, sessions.SEEN_AT)
    assert client.get("/account/").status_code == 302


def test_a_session_of_unknown_age_ends(ana: User) -> None:
    client = browser(ana)
    session = client.session
    del session[sessions.SIGNED_IN_AT]
    session.save()
    assert client.get("/account/").status_code == 302


def test_open_pages_are_shown_to_whoever_was_put_out(ana: User) -> None:
    client = browser(ana)
    shift(client, 3601, sessions.SEEN_AT)
    assert client.get("/about/").status_code == 200


def test_somebody_who_never_signed_in_is_told_nothing_about_sessions(client: Client) -> None:
    assert client.get("/search/")["Location"] == "/accounts/login/?next=/search/"


def test_a_disabled_person_is_put_out_at_once(ana: User) -> None:
    client = browser(ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get("/account/")["Location"].endswith("ended=gone")


def test_being_there_is_written_once_a_minute_and_costs_nothing_between(
    ana: User, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    client = browser(ana)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    with CaptureQueriesContext(connection) as common:
        client.get("/entries/CPL-001072/")
    assert not [query for query in common if query["sql"].startswith(("UPDATE", "INSERT"))]
    shift(client, 61, sessions.SEEN_AT)
    with CaptureQueriesContext(connection) as minutely:
        client.get("/entries/CPL-001072/")
    assert len([query for query in minutely if query["sql"].startswith("UPDATE")]) == 2
    assert UserSession.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)
    with CaptureQueriesContext(connection) as next_one:
        client.get("/entries/CPL-001072/")
    assert len(next_one) == len(common)


def test_signing_out_forgets_the_session(ana: User) -> None:
    client = browser(ana)
    client.post("/accounts/logout/")
    assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("agent", "words"), [(FIREFOX, "Firefox on Linux"), (EDGE, "Edge on Windows"), ("", "Unknown device"),
                         ("Chrome/1", "Chrome"), ("(iPad) thing", "Unknown browser on iPad")]
)  # fmt: skip
def test_devices_are_named_as_people_call_them(agent: str, words: str) -> None:
    assert device(agent) == words
