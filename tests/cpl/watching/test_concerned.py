"""Who is concerned by Device Models: for letters, as of the moment of asking."""

import pytest

from accounts.models import Membership, Party, User
from cpl.actions import interest
from cpl.choices import InterestKind
from cpl.models import DeviceModel
from cpl.selectors.concerned import interests_in, people_concerned
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def interested(cast: Cast, catalogue: Catalogue) -> Catalogue:
    """Ana watches the Ember and has checked it, Pia has checked it, Nia watches the Lantern."""
    interest.watch(model=catalogue.ember, by=cast.supplier)
    interest.note_check(model=catalogue.ember, by=cast.supplier)
    interest.note_check(model=catalogue.ember, by=cast.rival_supplier)
    interest.watch(model=catalogue.gas, by=cast.network)
    return catalogue


def test_whoever_watches_a_model_or_has_checked_it_is_concerned_once(cast: Cast, interested: Catalogue) -> None:
    assert list(people_concerned([interested.ember])) == [cast.supplier, cast.rival_supplier]


def test_models_may_be_given_by_key_or_as_a_query(cast: Cast, interested: Catalogue) -> None:
    every = [cast.supplier, cast.rival_supplier, cast.network]
    assert list(people_concerned([interested.ember.pk, interested.gas.pk])) == every
    assert list(people_concerned(DeviceModel.objects.all())) == every
    assert not people_concerned([]).exists()


def test_of_one_kind_only_those_are_named(cast: Cast, interested: Catalogue) -> None:
    watched = interests_in([interested.ember, interested.gas], InterestKind.WATCHED)
    assert [row.person for row in watched.order_by("pk")] == [cast.supplier, cast.network]


def test_who_is_disabled_or_has_left_is_concerned_no_more(cast: Cast, interested: Catalogue) -> None:
    User.objects.filter(pk=cast.rival_supplier.pk).update(is_active=False)
    Membership.objects.filter(user=cast.supplier).delete()
    assert not people_concerned([interested.ember]).exists()


def test_nobody_is_concerned_for_a_party_that_is_not_active(cast: Cast, interested: Catalogue) -> None:
    Party.objects.filter(name="Pennine Power").update(is_active=False)
    assert list(people_concerned([interested.ember])) == [cast.supplier]
