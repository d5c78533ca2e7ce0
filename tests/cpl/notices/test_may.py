"""About whose versions somebody may issue notices, for menus and choices."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.notices import may
from cpl.actions.visibility import restrict
from cpl.choices import NoticeState
from cpl.models import CPLEntry, Manufacturer
from tests.factories import Cast, Catalogue, make_notice, make_user

pytestmark = pytest.mark.django_db

NORTHMOOR, KESTREL = "Northmoor Metering Ltd", "Kestrel Gas Measurement Ltd"


def names(person: User | AnonymousUser) -> list[str]:
    return [maker.name for maker in may.manufacturers_for(person)]


def test_a_manufacturers_editor_about_the_own_ones_alone(cast: Cast, catalogue: Catalogue) -> None:
    assert names(cast.manufacturer) == [NORTHMOOR]
    assert names(cast.competitor) == [KESTREL]


@pytest.mark.parametrize("who", ["moderator", "publisher", "ssc"])
def test_secas_and_the_ssc_about_everybodys(cast: Cast, catalogue: Catalogue, who: str) -> None:
    assert {NORTHMOOR, KESTREL, "Société Lumen Comptage SA"} <= set(names(getattr(cast, who)))


def test_the_ssc_about_none_of_whose_versions_it_sees_any(cast: Cast, catalogue: Catalogue) -> None:
    for entry in CPLEntry.objects.filter(manufacturer__name=KESTREL):
        restrict(record=entry, parties=[], by=cast.moderator)
    assert KESTREL not in names(cast.ssc)
    assert KESTREL in names(cast.moderator)


@pytest.mark.parametrize("who", ["supplier", "administrator", "network", "submitter", "auditor", "stranger"])
def test_nobody_else_about_any(cast: Cast, catalogue: Catalogue, who: str) -> None:
    person = getattr(cast, who)
    assert names(person) == []
    assert not may.may_issue_any(person)
    assert not any(may.may_issue(person, maker) for maker in Manufacturer.objects.all())


def test_a_colleague_without_the_role_about_none(cast: Cast, catalogue: Catalogue) -> None:
    reader = make_user("rea@northmoor.example", Role.PARTY_USER, Party.objects.get(name=NORTHMOOR))
    assert names(reader) == []
    assert not may.is_author(reader, make_notice(cast, catalogue, NoticeState.DRAFT))


def test_nobody_signed_in_about_none(catalogue: Catalogue) -> None:
    assert names(AnonymousUser()) == []
    assert may.parties_for(AnonymousUser(), Manufacturer.objects.get(name=NORTHMOOR)) == []


def test_a_manufacturer_whose_party_ended_has_no_author(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    Party.objects.filter(name=NORTHMOOR).update(is_active=False)
    editor = User.objects.get(pk=cast.manufacturer.pk)
    assert not may.is_author(editor, notice)
    assert not may.may_issue_any(editor)
