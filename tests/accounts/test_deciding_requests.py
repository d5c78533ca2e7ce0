"""Deciding requests for access: who may, with which role, and exactly once."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import audit_names
from accounts.access import Forbidden
from accounts.actions.access_requests import (
    AlreadyDecided,
    approve,
    refuse,
    request_access,
)
from accounts.actions.invitations import CannotInvite
from accounts.actions.memberships import leave
from accounts.choices import RequestState, Role
from accounts.models import AccessRequest, AuditEvent, Invitation, Party, User
from tests.accounts.joining import ASKED, NEW, waiting, with_domain
from tests.accounts.mailbox import Mailbox, run_jobs, secret_link, text
from tests.accounts.pages import text_of
from tests.accounts.signing_in import gone_stale
from tests.conftest import SignedIn
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def ashdown(cast: Cast) -> Party:
    return with_domain("Ashdown Energy")


def page(asked: AccessRequest) -> str:
    return reverse("accounts:access_request", args=[asked.pk])


NOT_DECIDERS = ["supplier", "rival_supplier", "manufacturer", "submitter", "ssc", "auditor", "stranger"]


@pytest.mark.parametrize("who", NOT_DECIDERS)
def test_people_who_decide_over_nobody_are_refused(ashdown: Party, cast: Cast, signed_in: SignedIn, who: str) -> None:
    asked, client = waiting(), signed_in(getattr(cast, who))
    addresses = ["/access-requests/", page(asked), f"{page(asked)}approve/", f"{page(asked)}refuse/"]
    assert {client.get(address).status_code for address in addresses} == {403}
    assert {client.post(address).status_code for address in addresses} == {403}
    assert AccessRequest.objects.get(pk=asked.pk).state == RequestState.WAITING


def test_signed_out_people_are_sent_to_sign_in(ashdown: Party, client: Client) -> None:
    assert client.get(page(waiting()))["Location"].startswith("/accounts/login/")


def test_an_administrator_sees_the_requests_of_the_own_party_only(
    ashdown: Party, cast: Cast, signed_in: SignedIn
) -> None:
    own, other = waiting(), waiting("x@elsewhere.example")
    client = signed_in(cast.administrator)
    listed = text_of(client.get("/access-requests/"))
    assert NEW in listed
    assert "x@elsewhere.example" not in listed
    assert client.get(page(own)).status_code == 200
    for address in (page(other), f"{page(other)}approve/", f"{page(other)}refuse/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": "No"}).status_code == 404


def test_secas_sees_every_request(ashdown: Party, cast: Cast, signed_in: SignedIn) -> None:
    asked = [waiting(), waiting("x@elsewhere.example")]
    client = signed_in(cast.moderator)
    assert {client.get(page(one)).status_code for one in asked} == {200}


def test_an_unconfirmed_request_is_nobodys_to_see(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.moderator).get(page(request_access(**ASKED))).status_code == 404


def test_approving_invites(ashdown: Party, cast: Cast, signed_in: SignedIn, mailbox: Mailbox) -> None:
    asked, client = waiting(), signed_in(cast.administrator)
    answer = client.post(f"{page(asked)}approve/", {"party": ashdown.pk, "role": Role.PARTY_USER})
    assert answer.status_code == 302
    run_jobs()
    invitation = Invitation.objects.get()
    assert (invitation.party, invitation.role, invitation.email) == (ashdown, Role.PARTY_USER, NEW)
    assert invitation.request == asked
    assert secret_link(mailbox.only(NEW)).startswith(f"/invitations/{invitation.pk}/")
    event = AuditEvent.objects.get(name=audit_names.ACCESS_APPROVED)
    assert (event.actor, event.owner, event.after) == (
        cast.administrator.email,
        "Ashdown Energy",
        {"party": "Ashdown Energy", "role": "party_user"},
    )


def test_refusing_tells_the_reason(ashdown: Party, cast: Cast, signed_in: SignedIn, mailbox: Mailbox) -> None:
    asked, client = waiting(), signed_in(cast.administrator)
    client.post(f"{page(asked)}refuse/", {"reason": "We know no such person."})
    run_jobs()
    assert "We know no such person." in text(mailbox.only(NEW))
    assert AccessRequest.objects.get().state == RequestState.REFUSED
    assert AuditEvent.objects.get(name=audit_names.ACCESS_REFUSED).after == {"reason": "We know no such person."}


def test_refusing_needs_a_reason(ashdown: Party, cast: Cast, signed_in: SignedIn) -> None:
    asked = waiting()
    answer = signed_in(cast.administrator).post(f"{page(asked)}refuse/", {"reason": "  "})
    assert b"Enter a reason" in answer.content
    assert AccessRequest.objects.get().state == RequestState.WAITING


def test_an_administrator_cannot_approve_for_another_party(ashdown: Party, cast: Cast, signed_in: SignedIn) -> None:
    asked, pennine = waiting(), Party.objects.get(name="Pennine Power")
    signed_in(cast.administrator).post(f"{page(asked)}approve/", {"party": pennine.pk, "role": Role.PARTY_USER})
    with pytest.raises(Forbidden):
        approve(request=asked, party=pennine, role=Role.PARTY_USER, by=cast.administrator)
    assert Invitation.objects.count() == 0
    assert AccessRequest.objects.get().state == RequestState.WAITING


@pytest.mark.parametrize(
    ("who", "party", "role"),
    [
        ("administrator", "Ashdown Energy", Role.SECAS_MODERATOR),
        ("administrator", "Ashdown Energy", Role.MANUFACTURER_EDITOR),
        ("moderator", "SECAS", Role.SECAS_PUBLISHER),
        ("moderator", "Auditors", Role.AUDITOR),
        ("publisher", "Ashdown Energy", Role.AUDITOR),
        ("supplier", "Ashdown Energy", Role.PARTY_USER),
    ],
)
def test_nobody_approves_with_a_role_that_is_not_theirs_to_give(
    ashdown: Party, cast: Cast, who: str, party: str, role: Role
) -> None:
    asked = waiting()
    with pytest.raises((Forbidden, CannotInvite)):
        approve(request=asked, party=Party.objects.get(name=party), role=role, by=getattr(cast, who))
    assert AccessRequest.objects.get().state == RequestState.WAITING
    assert Invitation.objects.count() == 0


def test_the_form_says_which_roles_can_be_given(cast: Cast, signed_in: SignedIn) -> None:
    asked, kestrel = waiting(), Party.objects.get(name="Kestrel Gas Measurement Ltd")
    answer = signed_in(cast.publisher).post(f"{page(asked)}approve/", {"party": kestrel.pk, "role": Role.SUBMITTER})
    assert "You cannot give this role in Kestrel Gas Measurement Ltd" in text_of(answer)
    assert "Manufacturer editor" in text_of(answer)


def test_an_address_outside_the_partys_domains_is_invited_with_a_warning(
    ashdown: Party, cast: Cast, signed_in: SignedIn
) -> None:
    asked = waiting("x@elsewhere.example")
    client = signed_in(cast.moderator)
    answer = client.post(f"{page(asked)}approve/", {"party": ashdown.pk, "role": Role.PARTY_USER}, follow=True)
    assert "outside the e-mail domains of Ashdown Energy" in text_of(answer)


def test_a_privileged_role_needs_a_fresh_sign_in_and_the_decision_is_kept_meanwhile(
    ashdown: Party, cast: Cast, signed_in: SignedIn
) -> None:
    cast.administrator.set_password("a long enough password")
    cast.administrator.save()
    asked, client = waiting(), gone_stale(signed_in(cast.administrator))
    privileged = {"party": ashdown.pk, "role": Role.PARTY_ADMINISTRATOR}

    answer = client.post(f"{page(asked)}approve/", privileged)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert Invitation.objects.count() == 0

    client.post(answer["Location"], {"password": "a long enough password"})
    assert Invitation.objects.get().role == Role.PARTY_ADMINISTRATOR


def test_an_ordinary_role_needs_no_fresh_sign_in(ashdown: Party, cast: Cast, signed_in: SignedIn) -> None:
    cast.administrator.set_password("a long enough password")
    cast.administrator.save()
    asked, client = waiting(), gone_stale(signed_in(cast.administrator))
    client.post(f"{page(asked)}approve/", {"party": ashdown.pk, "role": Role.PARTY_USER})
    assert Invitation.objects.get().role == Role.PARTY_USER


def test_whoever_comes_second_is_told_who_decided_what(ashdown: Party, cast: Cast, signed_in: SignedIn) -> None:
    asked, client = waiting(), signed_in(cast.moderator)
    refuse(request=asked, reason="Not one of us.", by=cast.administrator)
    answer = client.post(f"{page(asked)}approve/", {"party": ashdown.pk, "role": Role.PARTY_USER}, follow=True)
    assert "ben@ashdown.example has decided already: refused." in text_of(answer)
    assert Invitation.objects.count() == 0


def test_an_administrator_who_lost_the_role_decides_nothing(ashdown: Party, cast: Cast) -> None:
    asked = waiting()
    leave(membership=cast.administrator.memberships.get(), by=None)
    with pytest.raises(Forbidden):
        refuse(request=asked, reason="No.", by=User.objects.get(pk=cast.administrator.pk))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_exactly_one_wins() -> None:
    cast = make_cast()
    ashdown = with_domain("Ashdown Energy")
    asked, start, outcomes = waiting(), Barrier(2), []

    def decide(user: User) -> None:
        start.wait()
        try:
            approve(request=asked, party=ashdown, role=Role.PARTY_USER, by=user)
            outcomes.append("won")
        except AlreadyDecided as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=decide, args=[user]) for user in (cast.administrator, cast.moderator)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = AccessRequest.objects.get().decided_by
    assert sorted(outcomes) == sorted(["won", f"{winner} has decided already: approved."])
    assert Invitation.objects.count() == 1
