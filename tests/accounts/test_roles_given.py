"""Giving and taking roles: nobody above the own one, nobody to themselves, nobody elsewhere."""

import pytest

from accounts import audit_names
from accounts.access import Forbidden, roles_to_give
from accounts.actions.memberships import join, leave
from accounts.choices import Role
from accounts.models import AuditEvent, Membership, Party, User
from tests.factories import Cast, make_user

pytestmark = pytest.mark.django_db

EVERYBODY = frozenset(Role)
OF_A_SUPPLIER = {Role.PARTY_USER, Role.PARTY_ADMINISTRATOR, Role.SUBMITTER}
OF_A_MAKER = {Role.PARTY_USER, Role.PARTY_ADMINISTRATOR, Role.MANUFACTURER_EDITOR}


def party(name: str) -> Party:
    return Party.objects.get(name=name)


@pytest.mark.parametrize(
    ("who", "where", "may"),
    [
        ("administrator", "Ashdown Energy", OF_A_SUPPLIER),
        ("administrator", "Pennine Power", set()),
        ("administrator", "SECAS", set()),
        ("supplier", "Ashdown Energy", set()),
        ("manufacturer", "Northmoor Metering Ltd", set()),
        ("moderator", "Ashdown Energy", OF_A_SUPPLIER),
        ("moderator", "Northmoor Metering Ltd", OF_A_MAKER),
        ("moderator", "SECAS", {Role.SECAS_MODERATOR}),
        ("moderator", "Security Sub-Committee", set()),
        ("moderator", "Auditors", set()),
        ("publisher", "SECAS", {Role.SECAS_MODERATOR, Role.SECAS_PUBLISHER}),
        ("publisher", "Security Sub-Committee", {Role.SSC_MEMBER}),
        ("publisher", "Auditors", {Role.AUDITOR}),
        ("auditor", "Ashdown Energy", set()),
        ("stranger", "Ashdown Energy", set()),
    ],
)
def test_who_may_give_which_role_where(cast: Cast, who: str, where: str, may: set[Role]) -> None:
    by, there = getattr(cast, who), party(where)
    assert set(roles_to_give(by, there)) == may
    for role in EVERYBODY:
        newcomer = make_user(f"{role.value}@new.example")
        if role in may:
            assert join(user=newcomer, party=there, role=role, by=by)
        else:
            with pytest.raises(Forbidden):
                join(user=newcomer, party=there, role=role, by=by)


@pytest.mark.parametrize("who", ["administrator", "moderator", "publisher"])
def test_nobody_gives_themselves_a_role(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    with pytest.raises(Forbidden):
        join(user=by, party=party("Ashdown Energy"), role=Role.SUBMITTER, by=by)


def test_nobody_takes_their_own_role_so_the_last_administrator_stays(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        leave(membership=cast.administrator.memberships.get(), by=cast.administrator)
    assert cast.administrator.memberships.exists()


def test_secas_may_take_the_last_administrators_role(cast: Cast) -> None:
    leave(membership=cast.administrator.memberships.get(), by=cast.moderator)
    assert not Membership.objects.filter(role=Role.PARTY_ADMINISTRATOR).exists()


@pytest.mark.parametrize("who", ["supplier", "rival_supplier", "auditor", "stranger"])
def test_a_role_is_not_taken_by_who_may_not_give_it(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        leave(membership=cast.administrator.memberships.get(), by=getattr(cast, who))


def test_a_moderator_does_not_take_a_publishers_role(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        leave(membership=cast.publisher.memberships.get(), by=cast.moderator)
    leave(membership=cast.moderator.memberships.get(), by=cast.publisher)
    assert not User.objects.get(pk=cast.moderator.pk).held_permissions


def test_the_group_goes_with_the_last_role_and_not_before(cast: Cast) -> None:
    ashdown = party("Ashdown Energy")
    join(user=cast.supplier, party=ashdown, role=Role.SUBMITTER, by=cast.administrator)
    first, second = cast.supplier.memberships.order_by("pk")
    leave(membership=first, by=cast.administrator)
    assert ashdown.group in cast.supplier.groups.all()
    leave(membership=second, by=cast.administrator)
    assert ashdown.group not in cast.supplier.groups.all()


def test_taking_a_role_twice_is_recorded_once(cast: Cast) -> None:
    membership = cast.supplier.memberships.get()
    leave(membership=membership, by=cast.administrator)
    leave(
        membership=Membership(user=cast.supplier, party=membership.party, role=membership.role), by=cast.administrator
    )
    event = AuditEvent.objects.get(name=audit_names.ROLE_TAKEN)
    assert (event.owner, event.before) == ("Ashdown Energy", {"party": "Ashdown Energy", "role": "party_user"})


def test_a_role_taken_is_gone_at_the_next_request(cast: Cast) -> None:
    leave(membership=cast.supplier.memberships.get(), by=cast.administrator)
    assert User.objects.get(pk=cast.supplier.pk).held_permissions == frozenset()
