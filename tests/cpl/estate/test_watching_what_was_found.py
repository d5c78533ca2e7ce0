"""An estate check feeds the watch list of whoever wants that, and takes it back."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.access import Forbidden
from accounts.models import AuditEvent
from cpl.actions import interest
from cpl.actions.estate import watching
from cpl.models import EstateCheck, ModelInterest
from cpl.selectors.estate.watchable import watchable
from cpl.selectors.watching import watched_models
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_estate_check

EMBER, GAS, SECRET, UNKNOWN = (
    ("7A01", "8B0B030D", "09030A07", 40), ("7A03", "406F0811", "01030000", 70), ("7A03", "5EC00101", "0DECAF02", 3),
    ("7AFF", "11111111", "01030000", 9),
)  # fmt: skip


@pytest.fixture
def check(cast: Cast, catalogue: Catalogue) -> EstateCheck:
    held: Any = [EMBER, ("7A01", "8B0B030D", "01040605", 1), GAS, SECRET, UNKNOWN]
    return make_estate_check(cast.supplier, held)


def test_every_model_that_is_known_is_watched_once(check: EstateCheck, cast: Cast, catalogue: Catalogue) -> None:
    assert watching.watch_found(check=check, by=cast.supplier) == (3, 0)
    assert set(watched_models(cast.supplier)) >= {catalogue.ember.pk, catalogue.gas.pk}
    assert watching.watch_found(check=check, by=cast.supplier) == (0, 0)


def test_a_model_that_the_party_may_not_see_is_not_watched(cast: Cast, catalogue: Catalogue) -> None:
    theirs = make_estate_check(cast.rival_supplier, [GAS, SECRET])

    assert watching.watch_found(check=theirs, by=cast.rival_supplier) == (1, 0)


def test_where_there_is_no_room_for_all_those_with_most_devices_come_first(
    check: EstateCheck, cast: Cast, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "MOST_WATCHED", 1)

    assert watching.watch_found(check=check, by=cast.supplier) == (1, 2)
    assert set(watched_models(cast.supplier)) == {catalogue.gas.pk}


def test_taken_back_what_was_watched_before_stays_watched(check: EstateCheck, cast: Cast, catalogue: Catalogue) -> None:
    interest.watch(model=catalogue.ember, by=cast.supplier)
    watching.watch_found(check=check, by=cast.supplier)
    (batch,) = watchable(cast.supplier, check).batches

    assert watching.unwatch_found(check=check, began=batch.began, by=cast.supplier) == batch.models == 2
    assert set(watched_models(cast.supplier)) == {catalogue.ember.pk}


def test_a_colleague_s_watch_list_is_left_alone(check: EstateCheck, cast: Cast) -> None:
    watching.watch_found(check=check, by=cast.supplier)
    began = ModelInterest.objects.first()
    assert began is not None

    assert watching.unwatch_found(check=check, began=began.last_at, by=cast.administrator) == 0
    assert ModelInterest.objects.filter(person=cast.supplier).count() == 3


def test_nobody_of_another_party_or_role_can(check: EstateCheck, cast: Cast) -> None:
    for who in (cast.rival_supplier, cast.auditor, cast.manufacturer):
        with pytest.raises(Forbidden):
            watching.watch_found(check=check, by=who)
        with pytest.raises(Forbidden):
            watching.unwatch_found(check=check, began=timezone.now(), by=who)


def test_the_page_says_how_many_watches_them_and_takes_it_back(
    check: EstateCheck, cast: Cast, signed_in: SignedIn
) -> None:
    client, address = signed_in(cast.supplier), f"/estate/{check.pk}/watch/"

    assert b"Watch 3 Device Models" in client.get(address).content
    done = client.post(address, {"watch": "begin"}, follow=True).content.decode()
    assert "You now watch 3 more Device Models." in done and "You watch all of them." in done
    began = watchable(cast.supplier, check).batches[0].began.isoformat()
    undone = client.post(address, {"undo": began}, follow=True).content.decode()
    assert "You no longer watch 3 Device Models." in undone


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-13-40T00:00:00Z", "2026-01-01T00:00:00"])
def test_a_moment_that_makes_no_sense_takes_nothing_back(
    check: EstateCheck, cast: Cast, signed_in: SignedIn, typed: str
) -> None:
    watching.watch_found(check=check, by=cast.supplier)
    signed_in(cast.supplier).post(f"/estate/{check.pk}/watch/", {"undo": typed})

    assert ModelInterest.objects.count() == 3


def test_no_audit_event_tells_of_it(check: EstateCheck, cast: Cast) -> None:
    before = AuditEvent.objects.count()
    watching.watch_found(check=check, by=cast.supplier)

    assert AuditEvent.objects.count() == before
