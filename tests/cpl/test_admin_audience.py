"""*Who may see this entry* in the admin."""

import pytest
from django.urls import reverse

from accounts.models import Party
from cpl.choices import Audience
from cpl.models import CPLEntry
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def page_of(entry: CPLEntry) -> str:
    return reverse("admin:cpl_cplentry_audience", args=[entry.pk])


def party(name: str) -> Party:
    return Party.objects.get(name=name)


def visible_to(cast: Cast, entry: CPLEntry) -> list[str]:
    who = {"Ashdown": cast.supplier, "Pennine": cast.rival_supplier, "Northmoor": cast.manufacturer}
    return [name for name, user in who.items() if CPLEntry.objects.visible_to(user).filter(pk=entry.pk)]


def test_a_moderator_gives_an_entry_to_named_parties(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    form = {"audience": "named_parties", "parties": [party("Pennine Power").pk]}
    answer = signed_in(cast.moderator).post(page_of(catalogue.second), form)
    assert answer["Location"] == reverse("admin:cpl_cplentry_change", args=[catalogue.second.pk])
    assert visible_to(cast, catalogue.second) == ["Pennine", "Northmoor"]


def test_parties_without_a_tick_lose_the_entry(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    form = {"audience": "named_parties", "parties": [party("Pennine Power").pk]}
    signed_in(cast.moderator).post(page_of(catalogue.restricted), form)
    assert visible_to(cast, catalogue.restricted) == ["Pennine", "Northmoor"]


def test_a_moderator_opens_an_entry_to_all(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    signed_in(cast.moderator).post(page_of(catalogue.restricted), {"audience": "all_parties"})
    assert visible_to(cast, catalogue.restricted) == ["Ashdown", "Pennine", "Northmoor"]


def test_named_parties_need_a_name(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    answer = signed_in(cast.moderator).post(page_of(catalogue.second), {"audience": "named_parties"})
    assert b"Choose at least one Party" in answer.content
    catalogue.second.refresh_from_db()
    assert catalogue.second.audience == Audience.ALL_PARTIES


def test_the_page_shows_who_may_see_the_entry_now(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    page = signed_in(cast.moderator).get(page_of(catalogue.restricted)).content.decode()
    assert "Now: Named Parties only.</strong> Ashdown Energy." in page
    key = party("Ashdown Energy").pk
    ashdown = f'name="parties" value="{key}"'
    boxes = page.count('name="parties"'), page.count(ashdown)
    assert boxes == (Party.objects.count(), 1)


@pytest.mark.parametrize("who", ["publisher", "auditor", "supplier", "manufacturer"])
def test_others_may_not_restrict_an_entry(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    form = {"audience": "named_parties", "parties": [party("Pennine Power").pk]}
    assert client.get(page_of(catalogue.second), follow=True).status_code == 403
    assert client.post(page_of(catalogue.second), form, follow=True).status_code == 403
    catalogue.second.refresh_from_db()
    assert catalogue.second.audience == Audience.ALL_PARTIES
