"""Invitations: who may send, renew and withdraw which."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import audit_names
from accounts.access import Forbidden
from accounts.actions.invitations import (
    CannotInvite,
    NotOpen,
    invite,
    outside_domains,
    renew,
    withdraw,
)
from accounts.choices import PartyCategory, Role
from accounts.models import AuditEvent, Invitation, Party
from accounts.permissions import ROLES_IN
from tests.accounts.joining import NEW, offer, path_of
from tests.accounts.mailbox import Mailbox, run_jobs, secret_link
from tests.factories import Cast, make_user

pytestmark = pytest.mark.django_db


# Who may invite ----------------------------------------------------------------------------------------------

ADMINISTRATORS_GIVE = {Role.PARTY_USER, Role.PARTY_ADMINISTRATOR, Role.SUBMITTER, Role.MANUFACTURER_EDITOR}
MAY_GIVE = {
    "administrator": {"Ashdown Energy": ADMINISTRATORS_GIVE},
    "moderator": {
        "Ashdown Energy": ADMINISTRATORS_GIVE,
        "Kestrel Gas Measurement Ltd": ADMINISTRATORS_GIVE,
        "SECAS": {Role.SECAS_MODERATOR},
    },
    "publisher": {
        name: set(Role)
        for name in ("Ashdown Energy", "Kestrel Gas Measurement Ltd", "SECAS", "Auditors", "Security Sub-Committee")
    },
}
"""Written out here, not taken from the code: who may give what, in which Party. Everybody else gives nothing."""

EVERYBODY = ("supplier", "administrator", "rival_supplier", "network", "manufacturer", "submitter", "moderator",
             "publisher", "ssc", "auditor", "stranger")  # fmt: skip


@pytest.mark.parametrize("who", EVERYBODY)
def test_exactly_the_roles_of_the_table_can_be_given(cast: Cast, who: str) -> None:
    by, given = getattr(cast, who), set()
    for party in Party.objects.all():
        for role in Role:
            try:
                invite(party=party, email=f"{role}.{party.pk}@new.example", role=role, by=by)
                given.add((party.name, role))
            except (Forbidden, CannotInvite):
                pass
    # A Party has only the roles of its category.
    expected = {
        (party.name, role)
        for party in Party.objects.filter(name__in=MAY_GIVE.get(who, {}))
        for role in MAY_GIVE[who][party.name] & ROLES_IN[PartyCategory(party.category)]
    }
    if who in ("moderator", "publisher"):
        rest = Party.objects.exclude(name__in=MAY_GIVE[who])
        general = ADMINISTRATORS_GIVE if who == "moderator" else set(Role)
        expected |= {(p.name, role) for p in rest for role in general & ROLES_IN[PartyCategory(p.category)]}
    assert given == expected


def test_nobody_invites_themselves(ashdown: Party, cast: Cast) -> None:
    with pytest.raises(CannotInvite, match="yourself"):
        offer(ashdown, email="Ben@Ashdown.example", by=cast.administrator)


def test_the_command_line_cannot_give_a_party_a_role_that_its_category_has_not(ashdown: Party) -> None:
    with pytest.raises(CannotInvite, match="Large Supplier"):
        offer(ashdown, Role.SECAS_PUBLISHER)


def test_whoever_has_the_role_already_is_not_invited(ashdown: Party, cast: Cast) -> None:
    with pytest.raises(CannotInvite, match="has this role"):
        offer(ashdown, email=cast.supplier.email, by=cast.administrator)


def test_addresses_are_kept_in_lower_case(ashdown: Party) -> None:
    assert offer(ashdown, email=" Nora@Ashdown.EXAMPLE ").email == NEW


def test_an_address_outside_the_domains_is_allowed_and_flagged(ashdown: Party, cast: Cast) -> None:
    ashdown.email_domains = ["ashdown.example"]
    ashdown.save()
    assert outside_domains(ashdown, offer(ashdown, email="x@contractor.example", by=cast.administrator).email)
    assert not outside_domains(ashdown, NEW)
    assert not outside_domains(Party.objects.get(name="SECAS"), NEW)


def test_inviting_again_to_the_same_role_ends_the_earlier_link(ashdown: Party, client: Client, cast: Cast) -> None:
    first = offer(ashdown, by=cast.administrator)
    earlier = path_of(first)
    second = offer(ashdown, by=cast.moderator)
    assert (second.pk, second.invited_by) == (first.pk, cast.moderator.email)
    assert client.get(earlier).status_code == 404
    assert client.get(path_of(second)).status_code == 200


def test_renewing_gives_a_new_link_and_a_new_end(ashdown: Party, client: Client, mailbox: Mailbox) -> None:
    invitation = offer(ashdown)
    earlier = path_of(invitation)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    renewed = renew(invitation=invitation, by=None)
    run_jobs()
    assert renewed.is_open
    assert client.get(earlier).status_code == 404
    assert {secret_link(letter) for letter in mailbox.to(NEW)} == {path_of(renewed)}


def test_withdrawing_ends_the_link_and_is_recorded(ashdown: Party, client: Client, cast: Cast) -> None:
    invitation = offer(ashdown, by=cast.administrator)
    withdraw(invitation=invitation, by=cast.administrator)
    assert client.get(path_of(invitation)).status_code == 410
    assert AuditEvent.objects.get(name=audit_names.INVITATION_WITHDRAWN).owner == "Ashdown Energy"
    for act in (renew, withdraw):
        with pytest.raises(NotOpen):
            act(invitation=invitation, by=cast.administrator)


@pytest.mark.parametrize(("who", "allowed"), [("supplier", False), ("administrator", True), ("kestrel", False)])
def test_only_who_may_give_the_role_renews_and_withdraws(ashdown: Party, cast: Cast, who: str, allowed: bool) -> None:
    kestrel = Party.objects.get(name="Kestrel Gas Measurement Ltd")
    people = {
        "supplier": cast.supplier,
        "administrator": cast.administrator,
        "kestrel": make_user("kim@kestrel.example", Role.PARTY_ADMINISTRATOR, kestrel),
    }
    invitation = offer(ashdown)
    for act in (renew, withdraw):
        if allowed:
            act(invitation=invitation, by=people[who])
        else:
            with pytest.raises(Forbidden):
                act(invitation=invitation, by=people[who])


def test_a_letter_of_a_withdrawn_invitation_is_not_sent_any_more(ashdown: Party, mailbox: Mailbox) -> None:
    withdraw(invitation=offer(ashdown), by=None)
    run_jobs()
    assert mailbox.letters == []
