"""Parties in the admin site: made and changed by SECAS, within what each of its people may."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db.models import Model

from accounts import audit_names
from accounts.access import Forbidden
from accounts.actions.parties import CannotChange, change_party, create_party
from accounts.choices import Channel, PartyCategory
from accounts.models import AuditEvent, Membership, Party
from tests.accounts.admin_parties.registers import ABOVE, CHANGING, first
from tests.accounts.pages import whole_text_of
from tests.accounts.signing_in import gone_stale
from tests.admin_pages import address
from tests.conftest import SignedIn
from tests.factories import Cast
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Tarn Gas",
    "category": "gas_network",
    "signifier": "TARN",
    "email_domains": "@Tarn.Example\n\ntarngas.example",
}


def test_secas_makes_a_party(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.moderator).post(address(Party, "add"), NEW)
    party = Party.objects.get(name="Tarn Gas")
    assert answer.status_code == 302
    assert (party.signifier, party.is_active, party.group.name) == ("TARN", True, "Party: Tarn Gas")
    assert party.email_domains == ["tarn.example", "tarngas.example"]
    assert AuditEvent.objects.filter(name=audit_names.PARTY_CREATED, actor=cast.moderator.email).count() == 1


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"name": "Ashdown Energy"}, "already exists"),
        ({"category": "supermarket"}, "Select a valid choice"),
        ({"email_domains": "tarn.example\nnot a domain"}, "Line 2: “not a domain” is not a domain."),
        ({"email_domains": "a@b.example"}, "Line 1: “a@b.example” is not a domain."),
        ({"invited_by_secas": "on"}, "has no Party Signifier"),
        ({"signifier": "TAKEN"}, "signifier"),
        ({"name": "Long " * 28 + "more and other words"}, "begins with the same 143 characters"),
    ],
)
def test_a_party_that_cannot_be_is_refused_in_words(
    cast: Cast, signed_in: SignedIn, new: dict[str, str], words: str
) -> None:
    Party.objects.filter(name="DCC").update(signifier="TAKEN")
    create_party(name="Long " * 28 + "more words", category=PartyCategory.GAS_NETWORK, by=None)
    before = Party.objects.count()
    answer = signed_in(cast.moderator).post(address(Party, "add"), {**NEW, **new})
    assert answer.status_code == 200
    assert words in whole_text_of(answer)
    assert Party.objects.count() == before


def test_a_manufacturer_without_a_signifier_comes_by_invitation(cast: Cast, signed_in: SignedIn) -> None:
    form = {**NEW, "category": "manufacturer", "signifier": ""}
    answer = signed_in(cast.moderator).post(address(Party, "add"), form, follow=True)
    assert Party.objects.get(name="Tarn Gas").invited_by_secas
    assert "“Invited by SECAS” is ticked" in whole_text_of(answer)


def test_a_party_that_becomes_a_manufacturer_comes_by_invitation(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    Membership.objects.filter(party=ashdown).delete()
    form = changed(ashdown, category="manufacturer")
    signed_in(cast.moderator).post(address(Party, "change", ashdown.pk), form)
    ashdown.refresh_from_db()
    assert (ashdown.category, ashdown.invited_by_secas) == (PartyCategory.MANUFACTURER, True)


def test_nobody_makes_a_party_of_the_first_category_by_oversight(cast: Cast, signed_in: SignedIn) -> None:
    page = BeautifulSoup(signed_in(cast.moderator).get(address(Party, "add")).content, "html.parser")
    assert page.select("[name=category] option[selected]:not([value=''])") == []
    assert next(box["value"] for box in page.select("[name=category] option")) == ""


def changed(party: Party, **new: str) -> dict[str, str]:
    """The form of the Party as it is, with these changes."""
    form = {"name": party.name, "category": party.category, "signifier": party.signifier, "is_active": "on",
            "email_domains": "\n".join(party.email_domains)}  # fmt: skip
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    return {name: value for name, value in {**form, **inline, **new}.items() if value != "off"}


def test_secas_changes_a_party(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    form = changed(ashdown, signifier="ASHD", email_domains="ashdown.example")
    signed_in(cast.publisher).post(address(Party, "change", ashdown.pk), form)
    ashdown.refresh_from_db()
    assert (ashdown.signifier, ashdown.email_domains) == ("ASHD", ["ashdown.example"])
    event = AuditEvent.objects.get(name=audit_names.PARTY_CHANGED)
    assert event.before is not None
    assert event.after is not None
    assert (event.before["signifier"], event.after["signifier"]) == ("", "ASHD")


def test_saving_without_a_change_records_none(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    change_party(party=ashdown, email_domains=["b.example", "a.example"], by=None)
    ashdown.refresh_from_db()
    signed_in(cast.publisher).post(address(Party, "change", ashdown.pk), changed(ashdown))
    assert AuditEvent.objects.filter(name=audit_names.PARTY_CHANGED).count() == 1


def test_making_a_party_inactive_says_first_who_loses_access(
    cast: Cast, ashdown: Party, filled: str, signed_in: SignedIn
) -> None:
    client, form = signed_in(cast.moderator), changed(ashdown, is_active="off")
    asked = client.post(address(Party, "change", ashdown.pk), form)
    assert "2 people lose access at once" in whole_text_of(asked)
    assert "1 API token opens nothing any more" in whole_text_of(asked)
    assert Party.objects.get(pk=ashdown.pk).is_active
    hidden = {
        box["name"]: box["value"]
        for box in BeautifulSoup(asked.content, "html.parser").select(".fa-form [type=hidden]")
    }
    client.post(address(Party, "change", ashdown.pk), {**hidden, "confirmed": "yes"})
    assert not Party.objects.get(pk=ashdown.pk).is_active
    assert signed_in(cast.supplier).get("/").status_code == 403


def test_nobody_makes_the_party_they_act_for_inactive(cast: Cast, signed_in: SignedIn) -> None:
    secas = Party.objects.get(name="SECAS")
    answer = signed_in(cast.publisher).post(address(Party, "change", secas.pk), changed(secas, is_active="off"))
    assert "You act for this Party yourself." in whole_text_of(answer)
    with pytest.raises(CannotChange):
        change_party(party=secas, is_active=False, by=cast.publisher)


def test_a_party_does_not_become_one_whose_roles_its_people_cannot_hold(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    answer = signed_in(cast.publisher).post(address(Party, "change", ashdown.pk), changed(ashdown, category="ssc"))
    assert "Party administrator, Party user. Take those away first." in whole_text_of(answer)
    ashdown.refresh_from_db()
    assert ashdown.category == PartyCategory.LARGE_SUPPLIER


@pytest.mark.parametrize("who", ["supplier", "administrator", "auditor", "ssc", "stranger"])
def test_only_secas_makes_and_changes_parties(cast: Cast, ashdown: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        create_party(name="x", category="dcc", by=getattr(cast, who))
    with pytest.raises(Forbidden):
        change_party(party=ashdown, name="x", by=getattr(cast, who))


WAYS_IN: tuple[dict[str, Any], ...] = (
    {"email_domains": ["evil.example"]}, {"is_active": False}, {"category": PartyCategory.GAS_NETWORK},
)  # fmt: skip


@pytest.mark.parametrize("new", WAYS_IN)
@pytest.mark.parametrize("name", ABOVE)
def test_a_moderator_does_not_change_the_way_in_of_people_above(cast: Cast, name: str, new: dict[str, Any]) -> None:
    party = Party.objects.get(name=name)
    Membership.objects.filter(party=party).exclude(user=cast.moderator).delete()
    with pytest.raises(Forbidden):
        change_party(party=party, by=cast.moderator, **new)


@pytest.mark.parametrize("new", WAYS_IN)
def test_a_moderator_changes_it_of_every_other_party(cast: Cast, ashdown: Party, new: dict[str, Any]) -> None:
    found = change_party(party=ashdown, by=cast.moderator, **new)
    assert {field: getattr(found, field) for field in new} == new


@pytest.mark.parametrize("new", WAYS_IN[:2])
@pytest.mark.parametrize("name", ABOVE[1:])
def test_a_publisher_changes_it_of_every_party(cast: Cast, name: str, new: dict[str, Any]) -> None:
    found = change_party(party=Party.objects.get(name=name), by=cast.publisher, **new)
    assert {field: getattr(found, field) for field in new} == new


def test_a_moderator_may_still_rename_a_party_of_people_above(cast: Cast) -> None:
    ssc = Party.objects.get(name="Security Sub-Committee")
    new: dict[str, Any] = {"name": "SSC", "is_active": True, "category": "ssc", "email_domains": []}
    assert change_party(party=ssc, by=cast.moderator, **new).name == "SSC"


@pytest.mark.parametrize("category", ["secas", "ssc", "auditor"])
def test_a_moderator_neither_makes_nor_turns_a_party_into_one_of_people_above(
    cast: Cast, ashdown: Party, signed_in: SignedIn, category: str
) -> None:
    Membership.objects.filter(party=ashdown).delete()
    client, words = signed_in(cast.moderator), "roles that you may not give. Ask a SECAS publisher"
    add, change = address(Party, "add"), address(Party, "change", ashdown.pk)
    assert words in whole_text_of(client.post(add, {**NEW, "category": category}))
    assert words in whole_text_of(client.post(change, changed(ashdown, category=category)))
    with pytest.raises(Forbidden):
        create_party(name="x", category=category, by=cast.moderator)
    with pytest.raises(Forbidden):
        change_party(party=ashdown, category=category, by=cast.moderator)
    assert create_party(name="x", category=category, by=cast.publisher).category == category


@pytest.mark.parametrize("name", ABOVE)
def test_the_register_lets_only_a_publisher_change_a_party_of_people_above(
    cast: Cast, signed_in: SignedIn, name: str
) -> None:
    party = Party.objects.get(name=name)
    page, form = address(Party, "change", party.pk), changed(party, email_domains="evil.example")
    moderator = signed_in(cast.moderator)
    assert 'name="_save"' not in moderator.get(page).content.decode()
    assert moderator.post(page, form).status_code == 403
    assert moderator.post(page, changed(party, is_active="off")).status_code == 403
    assert 'name="_save"' in signed_in(cast.publisher).get(page).content.decode()
    party.refresh_from_db()
    assert (party.email_domains, party.is_active) == ([], True)


@pytest.mark.parametrize("model", CHANGING)
def test_changing_asks_who_it_is_first(
    cast: Cast, ashdown: Party, filled: str, signed_in: SignedIn, model: type[Model]
) -> None:
    cast.moderator.password = "md5$x$x"
    cast.moderator.save()
    client, record = gone_stale(signed_in(cast.moderator)), first(model)
    for page in (address(model, "add"), address(model, "change", record.pk)):
        assert client.get(page).status_code == 200
        assert client.post(page, {"name": "x"})["Location"].startswith("/accounts/reauthenticate/")


def test_a_change_made_right_after_the_password_was_asked_for_came_by_the_admins_door(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    cast.moderator.set_password(PASSWORD)
    cast.moderator.save()
    client, page = gone_stale(signed_in(cast.moderator)), address(Party, "change", ashdown.pk)
    asked = client.post(page, changed(ashdown, name="Ashdown Power"))
    client.post(asked["Location"], {"password": PASSWORD})
    event = AuditEvent.objects.get(name=audit_names.PARTY_CHANGED)
    assert (event.channel, event.address) == (Channel.ADMIN, "127.0.0.1")
