"""About whose versions somebody may issue notices, for menus and choices."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.access import Forbidden
from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.notices import drafts, may, publishing
from cpl.actions.visibility import restrict
from cpl.choices import NoticeState
from cpl.models import CPLEntry, Manufacturer, Notice
from tests.conftest import SignedIn
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


# When the Party is gone -------------------------------------------------------------------------------------


def again(person: User) -> User:
    """As the next request knows them."""
    return User.objects.get(pk=person.pk)


def hand_over(notice: Notice) -> Notice:
    """Northmoor's products are Kestrel's from now on."""
    kestrel = Party.objects.get(name=KESTREL)
    Manufacturer.objects.filter(pk=notice.manufacturer_id).update(party=kestrel)
    return Notice.objects.get(pk=notice.pk)


def end(name: str) -> None:
    Party.objects.filter(name=name).update(is_active=False)


def withdraw(notice: Notice, by: User) -> Notice:
    return publishing.withdraw(notice=notice, reason="It was the cable.", by=again(by), edition=notice.edition)


def test_the_manufacturers_present_party_writes_what_its_predecessor_published(
    cast: Cast, catalogue: Catalogue
) -> None:
    notice = hand_over(make_notice(cast, catalogue))
    held = {name for name in ("manufacturer", "competitor", "moderator", "ssc", "auditor", "supplier")
            if may.is_author(again(getattr(cast, name)), notice)}  # fmt: skip
    assert held == {"competitor"}
    done = withdraw(notice, cast.competitor)
    assert done.revisions.last().by_party == KESTREL  # type: ignore[union-attr]
    assert str(done.party) == NORTHMOOR


def test_the_manufacturers_present_party_does_not_write_what_another_issued(cast: Cast, catalogue: Catalogue) -> None:
    notice = hand_over(make_notice(cast, catalogue, by=cast.ssc))
    assert not may.is_author(again(cast.competitor), notice)
    assert may.is_author(again(cast.ssc), notice)


def test_a_draft_of_the_predecessor_is_not_the_present_partys(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    draft = hand_over(make_notice(cast, catalogue, NoticeState.DRAFT))
    assert not may.may_end(again(cast.competitor), draft)
    assert signed_in(cast.competitor).get(f"/notices/{draft.pk}/discard/").status_code == 404


def test_secas_withdraws_what_nobody_else_may_and_is_named(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    notice = make_notice(cast, catalogue)
    end(NORTHMOOR)
    client = signed_in(again(cast.moderator))
    assert "Withdraw this notice for SECAS" in client.get(f"/notices/{notice.pk}/").content.decode()
    assert client.get(f"/notices/{notice.pk}/edit/").status_code == 403
    assert "you withdraw it for SECAS" in client.get(f"/notices/{notice.pk}/withdraw/").content.decode()
    client.post(f"/notices/{notice.pk}/withdraw/", {"reason": "Its Party ended.", "edition": notice.edition})
    last = Notice.objects.get(pk=notice.pk).revisions.last()
    assert last and (last.event, last.by_party, last.words) == ("withdrawn", "SECAS", "Its Party ended.")


@pytest.mark.parametrize("who", ["moderator", "publisher"])
def test_secas_does_not_withdraw_while_somebody_there_may(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str
) -> None:
    notice, draft = make_notice(cast, catalogue), make_notice(cast, catalogue, NoticeState.DRAFT)
    with pytest.raises(Forbidden):
        withdraw(notice, getattr(cast, who))
    with pytest.raises(Forbidden):
        drafts.discard(notice=draft, by=getattr(cast, who))
    client = signed_in(getattr(cast, who))
    assert client.get(f"/notices/{notice.pk}/withdraw/").status_code == 403
    assert client.get(f"/notices/{draft.pk}/discard/").status_code == 404


@pytest.mark.parametrize("who", ["ssc", "auditor", "competitor", "supplier", "manufacturer"])
def test_nobody_but_secas_withdraws_what_nobody_there_may(cast: Cast, catalogue: Catalogue, who: str) -> None:
    notice, draft = make_notice(cast, catalogue), make_notice(cast, catalogue, NoticeState.DRAFT)
    end(NORTHMOOR)
    with pytest.raises(Forbidden):
        withdraw(notice, getattr(cast, who))
    with pytest.raises(Forbidden):
        drafts.discard(notice=draft, by=again(getattr(cast, who)))


def test_a_party_whose_last_editor_left_has_nobody_who_may(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    assert may.has_author(notice) and not may.may_end(again(cast.moderator), notice)
    User.objects.filter(pk=cast.manufacturer.pk).update(is_active=False)
    assert not may.has_author(notice) and may.may_end(again(cast.moderator), notice)


def test_secas_withdraws_a_notice_of_the_ssc_that_has_no_member_left(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, by=cast.ssc)
    assert not may.may_end(again(cast.moderator), notice)
    cast.ssc.memberships.all().delete()
    assert withdraw(notice, cast.moderator).state == NoticeState.WITHDRAWN


def test_secas_discards_the_draft_of_a_party_that_ended_without_reading_it(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT)
    end(NORTHMOOR)
    client = signed_in(again(cast.moderator))
    for page in ("", "edit/", "publish/"):
        assert client.get(f"/notices/{draft.pk}/{page}").status_code == 404
    assert "where nobody is left who may publish it" in client.get(f"/notices/{draft.pk}/discard/").content.decode()
    client.post(f"/notices/{draft.pk}/discard/")
    assert not Notice.objects.filter(pk=draft.pk).exists()
