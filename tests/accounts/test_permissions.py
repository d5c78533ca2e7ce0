"""Permissions are named once, and each role holds exactly what the roles table says."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.test import RequestFactory

from accounts.access import Forbidden, can, require
from accounts.choices import Role
from accounts.models import User
from accounts.permissions import (
    CHECK_ESTATE,
    HELD_BY,
    IMPORT_WORKBOOK,
    ISSUE_NOTICE,
    ISSUE_NOTICE_AS_MANUFACTURER,
    MANAGE_EVERY_PARTY,
    MANAGE_PARTY,
    MARK_LOADED,
    MODEL_PERMISSIONS,
    MODERATE,
    PUBLISH,
    READ_AUDIT,
    READ_EVERY_PARTY,
    READ_EVERY_RECORD,
    READ_REPOSITORY,
    RESTRICT_ENTRY,
    SUBMIT_AS_MANUFACTURER,
    SUBMIT_FOR_OTHERS,
    SUBMIT_FOR_SECAS,
    USE_ADMIN,
    USE_API,
)
from tests.factories import Cast, make_user

pytestmark = pytest.mark.django_db

_READER = {READ_REPOSITORY, USE_API}
_SECAS = {READ_REPOSITORY, READ_EVERY_RECORD, READ_EVERY_PARTY, USE_ADMIN, USE_API}
ROLES = {
    "supplier": _READER | {CHECK_ESTATE},
    "administrator": _READER | {CHECK_ESTATE, MANAGE_PARTY},
    "manufacturer": _READER | {SUBMIT_AS_MANUFACTURER, ISSUE_NOTICE_AS_MANUFACTURER},
    # Of the DCC, which says when an issue is loaded.
    "submitter": _READER | {CHECK_ESTATE, SUBMIT_FOR_OTHERS, MARK_LOADED},
    "ssc": _READER | {ISSUE_NOTICE},
    "moderator": _SECAS
    | {IMPORT_WORKBOOK, RESTRICT_ENTRY, MANAGE_EVERY_PARTY, MODERATE, SUBMIT_FOR_SECAS, MARK_LOADED, ISSUE_NOTICE},
    "publisher": _SECAS | {MANAGE_EVERY_PARTY, PUBLISH, SUBMIT_FOR_SECAS, MARK_LOADED, ISSUE_NOTICE},
    "auditor": _SECAS | {READ_AUDIT},
    "stranger": set(),
}


@pytest.mark.parametrize("who", ROLES)
def test_a_role_holds_exactly_its_permissions(cast: Cast, who: str) -> None:
    assert getattr(cast, who).held_permissions == ROLES[who]


def test_every_role_is_in_the_table() -> None:
    assert set(HELD_BY) == set(Role)


def test_a_suppliers_submitter_does_not_speak_for_the_dcc(cast: Cast) -> None:
    party = cast.supplier.memberships.get().party
    person = make_user("sue@ashdown.example", Role.SUBMITTER, party)
    assert person.held_permissions == _READER | {CHECK_ESTATE, SUBMIT_FOR_OTHERS}


def test_an_inactive_account_holds_nothing(cast: Cast) -> None:
    cast.moderator.is_active = False
    assert cast.moderator.held_permissions == frozenset()


def test_an_inactive_party_gives_its_people_nothing(cast: Cast) -> None:
    membership = cast.supplier.memberships.get()
    membership.party.is_active = False
    membership.party.save()
    assert User.objects.get(pk=cast.supplier.pk).held_permissions == frozenset()


def test_signed_out_people_can_do_nothing() -> None:
    assert not any(can(AnonymousUser(), permission) for held in HELD_BY.values() for permission in held)


def test_require_gives_the_person_or_refuses(cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = cast.supplier
    assert require(request, READ_REPOSITORY) == cast.supplier
    with pytest.raises(Forbidden):
        require(request, IMPORT_WORKBOOK)


def test_permissions_in_djangos_own_tables_count_for_nothing(cast: Cast) -> None:
    cast.supplier.user_permissions.set(Permission.objects.all())
    cast.supplier.is_superuser = True
    cast.supplier.save()
    user = User.objects.get(pk=cast.supplier.pk)
    backend_says = {name for name in MODEL_PERMISSIONS if can(user, MODEL_PERMISSIONS[name])}
    assert backend_says == set()
    assert not user.is_staff


def test_no_role_may_change_or_delete_records_in_the_admin(cast: Cast) -> None:
    for who in ROLES:
        user = getattr(cast, who)
        assert not user.has_perm("cpl.change_cplentry")
        assert not user.has_perm("cpl.delete_cplentry")
        assert not user.has_perm("accounts.change_user")
