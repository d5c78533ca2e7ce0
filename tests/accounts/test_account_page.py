"""One's own account."""

import pytest
from django.test import Client

from accounts import audit, audit_names, whence
from accounts.choices import Channel
from accounts.models import AuditEvent, SingleSignOn
from accounts.sign_in_history import ENDED_BY_PERSON
from tests.accounts.pages import text_of
from tests.accounts.signing_in import give_code, give_password, with_app, with_passkey, with_password
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]


def test_it_shows_parties_roles_and_how_one_signs_in(cast: Cast, signed_in: SignedIn) -> None:
    with_app(cast.administrator)
    with_passkey(cast.administrator, "Blue key")
    page = text_of(signed_in(cast.administrator).get("/account/"))
    assert "ben@ashdown.example" in page
    assert "Party administrator Ashdown Energy" in page
    assert "Blue key" in page
    assert "Manage your second factor" in page


def test_it_shows_the_partys_single_sign_on(cast: Cast, signed_in: SignedIn) -> None:
    party = cast.supplier.memberships.get().party
    party.email_domains = ["ashdown.example"]
    party.save()
    SingleSignOn.objects.create(party=party, provider_id="a", issuer="https://a.example", client_id="x")
    assert "Single sign-on Ashdown Energy" in text_of(signed_in(cast.supplier).get("/account/"))


def test_somebody_without_a_role_reaches_it_too(cast: Cast, signed_in: SignedIn) -> None:
    assert "None: ask your Party’s administrator" in text_of(signed_in(cast.stranger).get("/account/"))


def test_signed_out_people_are_sent_to_sign_in(client: Client) -> None:
    assert client.get("/account/")["Location"] == "/accounts/login/?next=/account/"


def test_a_name_is_changed_and_the_change_written_down(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.supplier)
    client.post("/account/", {"name": "  Ana Lytton "})
    cast.supplier.refresh_from_db()
    assert cast.supplier.name == "Ana Lytton"
    event = AuditEvent.objects.get(name=audit_names.ACCOUNT_RENAMED)
    assert (event.before, event.after) == ({"name": "Ana"}, {"name": "Ana Lytton"})
    client.post("/account/", {"name": "Ana Lytton"})
    assert AuditEvent.objects.filter(name=audit_names.ACCOUNT_RENAMED).count() == 1


def test_an_empty_name_is_refused(cast: Cast, signed_in: SignedIn) -> None:
    assert "Enter your name" in text_of(signed_in(cast.supplier).post("/account/", {"name": " "}))


def test_the_history_tells_what_happened_to_ones_own_sign_in_and_nobody_elses(cast: Cast, client: Client) -> None:
    ana, app = with_password(cast.supplier), with_app(cast.supplier)
    give_password(Client(), ana.email, "wrong")
    give_password(Client(), "pia@pennine.example", "wrong")
    give_password(client, ana.email)
    give_code(client, app.now())
    page = text_of(client.get("/account/"))
    assert "Signed in password and authenticator app" in page
    assert page.count("Sign-in failed") == 1


def test_the_history_does_not_show_where_an_administrator_was(cast: Cast, signed_in: SignedIn) -> None:
    with whence.arriving(Channel.PAGE, "192.0.2.77"):
        audit.record(audit_names.SECOND_FACTOR_RESET, by=cast.administrator, about=cast.supplier)
    page = text_of(signed_in(cast.supplier).get("/account/"))
    assert "Second factor reset by an administrator –" in page
    assert "192.0.2.77" not in page


def test_a_session_that_one_ended_oneself_reads_so(cast: Cast, signed_in: SignedIn) -> None:
    audit.record(audit_names.SESSION_ENDED, by=cast.supplier, about=cast.supplier, reason=ENDED_BY_PERSON)
    assert "Session ended ended by you" in text_of(signed_in(cast.supplier).get("/account/"))
