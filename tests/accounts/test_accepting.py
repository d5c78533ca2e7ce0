"""Accepting an invitation: as somebody new, known or come back, and once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import audit_names
from accounts.actions.invitations import (
    CannotAccept,
    CannotInvite,
    NotOpen,
    accept,
    withdraw,
)
from accounts.actions.memberships import join, leave
from accounts.actions.people import disable
from accounts.choices import DisabledReason, Role
from accounts.models import AuditEvent, Invitation, Party, SingleSignOn, User
from tests.accounts.joining import GOOD, NEW, offer, path_of
from tests.accounts.mailbox import Mailbox, run_jobs, text
from tests.accounts.pages import text_of
from tests.conftest import SignedIn
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db


def test_opening_the_link_says_what_is_offered_and_uses_nothing(ashdown: Party, client: Client) -> None:
    invitation = offer(ashdown)
    answer = client.get(path_of(invitation))
    for word in ("Ashdown Energy", "Party user", NEW):
        assert word in text_of(answer)
    assert "no-store" in answer["Cache-Control"]
    assert Invitation.objects.get().is_open


def test_accepting_makes_an_account_with_exactly_the_role_and_signs_in(ashdown: Party, client: Client) -> None:
    answer = client.post(path_of(offer(ashdown)), GOOD)
    person = User.objects.get(email=NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert person.name == "Nora Finch"
    assert person.check_password(GOOD["password"])
    assert [(m.party, m.role) for m in person.memberships.all()] == [(ashdown, Role.PARTY_USER)]
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == (NEW, True, True)
    assert client.get("/").status_code == 200


def test_what_happened_is_recorded(ashdown: Party, client: Client, cast: Cast) -> None:
    client.post(path_of(offer(ashdown, by=cast.administrator)), GOOD)
    recorded = {event.name: event for event in AuditEvent.objects.filter(actor__in=[NEW, cast.administrator.email])}
    assert recorded[audit_names.ACCOUNT_CREATED].actor == NEW
    assert recorded[audit_names.ROLE_GIVEN].actor == cast.administrator.email
    accepted = recorded[audit_names.INVITATION_ACCEPTED]
    assert (accepted.actor, accepted.party, accepted.role) == (NEW, "Ashdown Energy", Role.PARTY_USER)
    assert (accepted.channel, accepted.address) == ("page", "127.0.0.1")


def test_a_privileged_role_leads_to_the_second_factor_without_typing_the_password_again(
    ashdown: Party, client: Client
) -> None:
    client.post(path_of(offer(ashdown, Role.PARTY_ADMINISTRATOR)), GOOD)
    assert client.get("/")["Location"].startswith(reverse("mfa_index"))
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize("password", ["", "short", "qwerty123456", "nora@ashdown.example", "Nora Finch 1"])
def test_a_weak_password_is_refused_and_uses_nothing(ashdown: Party, client: Client, password: str) -> None:
    answer = client.post(path_of(offer(ashdown)), {**GOOD, "password": password})
    assert answer.status_code == 200
    assert b"There is a problem" in answer.content
    assert not User.objects.filter(email=NEW).exists()
    assert Invitation.objects.get().is_open


def test_the_link_works_once(ashdown: Party, client: Client) -> None:
    link = path_of(offer(ashdown))
    client.post(link, GOOD)
    for again in (Client().get(link), Client().post(link, {**GOOD, "password": "another of enough length"})):
        assert again.status_code == 410
    assert User.objects.get(email=NEW).check_password(GOOD["password"])


def test_the_link_runs_out_after_seven_days(ashdown: Party, client: Client) -> None:
    invitation = offer(ashdown)
    assert timedelta(days=6, hours=23) < invitation.expires_at - timezone.now() <= timedelta(days=7)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(path_of(invitation), GOOD)
    assert answer.status_code == 410
    assert "ask whoever invited you to send it again" in text_of(answer)
    assert not User.objects.filter(email=NEW).exists()


def test_a_wrong_link_tells_a_stranger_nothing(ashdown: Party, client: Client) -> None:
    invitation = offer(ashdown)
    other = offer(ashdown, email="other@ashdown.example")
    proof = path_of(other).rstrip("/").rpartition("/")[2]
    for wrong in (f"/invitations/{invitation.pk}/{proof}/", "/invitations/999999/x/"):
        answer = client.get(wrong)
        assert answer.status_code == 404
        assert "Ashdown" not in answer.content.decode()
        assert client.post(wrong, GOOD).status_code == 404


def test_an_ended_link_tells_a_stranger_nothing(ashdown: Party, client: Client) -> None:
    invitation = offer(ashdown)
    withdraw(invitation=invitation, by=None)
    answer = client.get(path_of(invitation)).content.decode()
    assert "Ashdown" not in answer
    assert NEW not in answer


def test_the_link_is_in_no_table(ashdown: Party, client: Client) -> None:
    proof = path_of(offer(ashdown)).rstrip("/").rpartition("/")[2]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs j, accounts_invitation i, accounts_auditevent e"
            " WHERE (j::text || i::text || e::text) LIKE %s",
            [f"%{proof}%"],
        )
        assert cursor.fetchone() == (0,)


# Accepting as somebody known ---------------------------------------------------------------------------------


def test_a_person_with_an_account_must_sign_in_first(ashdown: Party, cast: Cast, client: Client) -> None:
    link = path_of(offer(ashdown, email=cast.network.email))
    answer = client.get(link)
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.find_all("a", string="Sign in", role="button")[0]["href"] == f"/accounts/login/?next={link}"
    client.post(link, GOOD)
    assert Invitation.objects.get().is_open


def test_the_very_person_accepts_with_one_button(ashdown: Party, cast: Cast, signed_in: SignedIn) -> None:
    link, client = path_of(offer(ashdown, email=cast.network.email)), signed_in(cast.network)
    assert client.get(link).status_code == 200
    assert not cast.network.memberships.filter(party=ashdown).exists()
    assert client.post(link)["Location"] == "/"
    assert cast.network.memberships.filter(party=ashdown, role=Role.PARTY_USER).exists()
    assert ashdown.group in cast.network.groups.all()


def test_somebody_else_who_is_signed_in_is_told_so(ashdown: Party, cast: Cast, signed_in: SignedIn) -> None:
    link, client = path_of(offer(ashdown)), signed_in(cast.rival_supplier)
    assert "This invitation is for another person" in text_of(client.get(link))
    assert client.post(link).status_code == 403
    assert Invitation.objects.get().is_open


def test_a_person_who_comes_back_is_enabled_again_and_needs_a_new_password(
    ashdown: Party, cast: Cast, client: Client
) -> None:
    disable(user=cast.supplier, reason=DisabledReason.UNUSED, by=None)
    invitation = offer(ashdown, email=cast.supplier.email, by=cast.administrator)
    client.post(path_of(invitation), GOOD)
    person = User.objects.get(pk=cast.supplier.pk)
    assert (person.is_active, person.disabled_reason, person.disabled_at) == (True, "", None)
    assert person.check_password(GOOD["password"])
    assert client.session["_auth_user_id"] == str(person.pk)
    assert AuditEvent.objects.get(name=audit_names.ACCOUNT_ENABLED).actor == cast.administrator.email


def test_nobody_is_brought_back_into_roles_that_the_inviter_could_not_give(
    ashdown: Party, cast: Cast, client: Client
) -> None:
    """Otherwise an administrator could enable a disabled SECAS publisher by inviting them."""
    disable(user=cast.publisher, reason=DisabledReason.ADMINISTRATOR, by=None)
    invitation = offer(ashdown, email=cast.publisher.email, by=cast.administrator)
    answer = client.post(path_of(invitation), GOOD)
    assert answer.status_code == 403
    assert "Ask SECAS" in text_of(answer)
    person = User.objects.get(pk=cast.publisher.pk)
    assert (person.is_active, person.has_usable_password()) == (False, False)
    assert Invitation.objects.get().is_open


def test_an_invitation_falls_with_the_right_to_make_it(ashdown: Party, cast: Cast, client: Client) -> None:
    invitation = offer(ashdown, by=cast.administrator)
    leave(membership=cast.administrator.memberships.get(), by=None)
    assert client.post(path_of(invitation), GOOD).status_code == 403
    assert not User.objects.filter(email=NEW).exists()


def test_nobody_joins_a_party_that_is_not_active(ashdown: Party, cast: Cast, client: Client) -> None:
    invitation = offer(ashdown, by=cast.publisher)
    Party.objects.filter(pk=ashdown.pk).update(is_active=False)
    assert client.post(path_of(invitation), GOOD).status_code == 403
    with pytest.raises(CannotInvite):
        offer(Party.objects.get(pk=ashdown.pk), email="x@ashdown.example", by=cast.publisher)


def test_whose_party_signs_them_in_needs_no_password(ashdown: Party, client: Client) -> None:
    Party.objects.filter(pk=ashdown.pk).update(email_domains=["ashdown.example"])
    SingleSignOn.objects.create(
        party=ashdown, provider_id="ashdown", issuer="https://id.ashdown.example", client_id="x", is_required=True
    )
    link = path_of(offer(ashdown))
    assert 'type="password"' not in client.get(link).content.decode()
    answer = client.post(link, {"name": "Nora Finch"})
    assert answer["Location"] == reverse("single_sign_on")
    person = User.objects.get(email=NEW)
    assert not person.has_usable_password()
    assert person.memberships.filter(party=ashdown).exists()
    assert "_auth_user_id" not in client.session


def test_whoever_is_outside_the_domains_of_single_sign_on_chooses_a_password(ashdown: Party, client: Client) -> None:
    Party.objects.filter(pk=ashdown.pk).update(email_domains=["ashdown.example"])
    SingleSignOn.objects.create(
        party=ashdown, provider_id="ashdown", issuer="https://id.ashdown.example", client_id="x", is_required=True
    )
    link = path_of(offer(ashdown, email="x@contractor.example"))
    assert 'type="password"' in client.get(link).content.decode()


def test_accepting_for_an_account_made_meanwhile_asks_to_sign_in(ashdown: Party, cast: Cast) -> None:
    invitation = offer(ashdown, email=cast.network.email)
    with pytest.raises(CannotAccept, match="have an account"):
        accept(invitation=invitation, by=None, **GOOD)


def test_joining_twice_by_different_ways_changes_nothing_more(ashdown: Party, cast: Cast) -> None:
    invitation = offer(ashdown, email=cast.network.email)
    join(user=cast.network, party=ashdown, role=Role.PARTY_USER, by=None)
    accept(invitation=invitation, by=cast.network)
    assert cast.network.memberships.filter(party=ashdown).count() == 1


def test_the_letter_names_who_invites_to_what_until_when(ashdown: Party, cast: Cast, mailbox: Mailbox) -> None:
    invitation = offer(ashdown, by=cast.administrator)
    run_jobs()
    words = text(mailbox.only(NEW))
    until = timezone.localtime(invitation.expires_at).strftime("%-d %B %Y, %H:%M")
    for expected in (cast.administrator.email, "Ashdown Energy", "Party user", until, path_of(invitation)):
        assert expected in words


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_exactly_one_wins() -> None:
    make_cast()
    invitation = offer(Party.objects.get(name="Ashdown Energy"))
    start, outcomes = Barrier(2), []

    def click() -> None:
        start.wait()
        try:
            accept(invitation=invitation, by=None, **GOOD)
            outcomes.append("won")
        except NotOpen:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["too late", "won"]
    assert User.objects.get(email=NEW).memberships.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_invitations_of_one_new_address_at_once_the_second_asks_to_sign_in() -> None:
    make_cast()
    offers = [offer(Party.objects.get(name="Ashdown Energy"), role) for role in (Role.PARTY_USER, Role.SUBMITTER)]
    start, outcomes = Barrier(2), []

    def click(invitation: Invitation) -> None:
        start.wait()
        try:
            accept(invitation=invitation, by=None, **GOOD)
            outcomes.append("won")
        except CannotAccept as cannot:
            outcomes.append(str(cannot))
        finally:
            connection.close()

    threads = [Thread(target=click, args=[one]) for one in offers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["You have an account already. Sign in, then open the link again.", "won"]
    assert Invitation.objects.open().count() == 1
