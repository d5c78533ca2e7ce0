"""The list of Parties: who sees which, how it is searched, and what it says of each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import Party, Review
from tests.accounts.pages import at, whole_text_of
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_people_of_one_party_are_led_to_it(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    assert signed_in(cast.supplier).get("/parties/")["Location"] == at("party", ashdown.pk)


def test_people_of_several_parties_choose(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    join(user=cast.rival_supplier, party=ashdown, role=Role.PARTY_USER, by=None)
    words = whole_text_of(signed_in(cast.rival_supplier).get("/parties/"))
    assert "Ashdown Energy" in words
    assert "Pennine Power" in words
    assert "Severn Wires" not in words


def test_a_person_without_a_party_is_refused(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.stranger).get("/parties/").status_code == 403


@pytest.mark.parametrize("who", ["moderator", "publisher", "auditor"])
def test_secas_and_auditors_see_every_party(cast: Cast, signed_in: SignedIn, who: str) -> None:
    words = whole_text_of(signed_in(getattr(cast, who)).get("/parties/"))
    assert all(party.name in words for party in Party.objects.all())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ashd", ["Ashdown Energy"]),
        ("q=SEVW", ["Severn Wires"]),
        ("category=small_supplier", ["Pennine Power"]),
        ("review=open", ["Ashdown Energy", "DCC"]),
        ("review=overdue", ["DCC"]),
        ("q=nothing+like+it", []),
        ("review=nonsense&category=nonsense&page=x", None),
    ],
)
def test_the_list_is_searched(
    cast: Cast, ashdown: Party, signed_in: SignedIn, query: str, found: list[str] | None
) -> None:
    Party.objects.filter(name="Severn Wires").update(signifier="SEVW")
    today = timezone.localdate()
    Review.objects.create(party=ashdown, due_on=today)
    Review.objects.create(party=Party.objects.get(name="DCC"), due_on=today - timedelta(days=1))
    page = signed_in(cast.moderator).get(f"/parties/?{query}").context["page"]
    assert [party.name for party in page] == (found if found is not None else [p.name for p in Party.objects.all()])


def test_the_list_says_how_each_party_stands(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    Review.objects.create(party=ashdown, due_on=timezone.localdate() - timedelta(days=1))
    page = {party.name: party for party in signed_in(cast.auditor).get("/parties/").context["page"]}
    assert (page["Ashdown Energy"].people, page["Ashdown Energy"].has_administrator) == (2, True)
    assert (page["Pennine Power"].people, page["Pennine Power"].has_administrator) == (1, False)
