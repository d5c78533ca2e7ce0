"""Estate checks are deleted by their Party's people, and at night when their time is over."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.access import Forbidden
from accounts.models import AuditEvent
from cpl.actions.estate import deleting
from cpl.choices import EstateState
from cpl.jobs import delete_overdue_estate_checks
from cpl.models import EstateAnswer, EstateCheck, EstateHolding
from cpl.workflow import WrongMoveError
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_estate_check

HELD: Any = [("7A01", "8B0B030D", "09030A07", 40)]


@pytest.fixture
def check(cast: Cast, catalogue: Catalogue) -> EstateCheck:
    return make_estate_check(cast.supplier, HELD, name="our secret gains.csv")


def test_counts_and_answers_go_with_it(check: EstateCheck, cast: Cast) -> None:
    assert EstateAnswer.objects.exists()

    deleting.delete(check=check, by=cast.administrator)

    assert not EstateCheck.objects.exists() and not EstateHolding.objects.exists()
    assert not EstateAnswer.objects.exists()


def test_what_is_recorded_names_the_party_and_neither_check_nor_number(check: EstateCheck, cast: Cast) -> None:
    number = check.pk
    deleting.delete(check=check, by=cast.supplier)

    event = AuditEvent.objects.get(name="estate.deleted")
    assert (event.actor, event.owner, event.object_label) == (
        cast.supplier.email, "Ashdown Energy", f"Estate check {number}"
    )  # fmt: skip
    assert (event.before, event.after, event.details) == (None, None, {})


def test_deleted_twice_it_is_recorded_once(check: EstateCheck, cast: Cast) -> None:
    again = EstateCheck.objects.get(pk=check.pk)
    deleting.delete(check=check, by=cast.supplier)
    deleting.delete(check=again, by=cast.administrator)

    assert AuditEvent.objects.filter(name="estate.deleted").count() == 1


@pytest.mark.parametrize("state", [EstateState.WAITING, EstateState.RUNNING, EstateState.UPLOADED])
def test_what_is_under_way_or_waits_for_its_columns_is_not_deleted(
    check: EstateCheck, cast: Cast, state: EstateState
) -> None:
    EstateCheck.objects.filter(pk=check.pk).update(state=state)

    with pytest.raises(WrongMoveError):
        deleting.delete(check=check, by=cast.supplier)
    assert EstateCheck.objects.exists()


@pytest.mark.parametrize("who", ["publisher", "auditor", "manufacturer", "rival_supplier"])
def test_nobody_else_deletes_it(check: EstateCheck, cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        deleting.delete(check=check, by=getattr(cast, who))


def test_at_night_what_was_kept_to_its_last_day_stays_and_what_is_older_goes(check: EstateCheck, cast: Cast) -> None:
    today = timezone.localdate()
    due = make_estate_check(cast.supplier, HELD, answered=False, keep_until=today - timedelta(days=1))
    last_day = make_estate_check(cast.rival_supplier, HELD, answered=False, keep_until=today)

    delete_overdue_estate_checks(0)

    assert set(EstateCheck.objects.values_list("pk", flat=True)) == {check.pk, last_day.pk}
    event = AuditEvent.objects.get(name="estate.deleted")
    assert (event.actor, event.owner, event.object_label) == ("system", "Ashdown Energy", f"Estate check {due.pk}")


def test_what_is_kept_longer_since_the_night_began_is_not_deleted(check: EstateCheck) -> None:
    today = timezone.localdate()
    later = timezone.now()
    EstateCheck.objects.filter(pk=check.pk).update(keep_until=today - timedelta(days=1))
    keys = list(deleting._overdue(later).values_list("pk", flat=True))
    EstateCheck.objects.filter(pk=check.pk).update(keep_until=today)
    assert [deleting._delete_overdue(key, later) for key in keys] == [False]


def test_at_night_what_the_worker_has_is_left_alone(check: EstateCheck) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    EstateCheck.objects.filter(pk=check.pk).update(state=EstateState.RUNNING, keep_until=yesterday)

    assert deleting.delete_overdue(now=timezone.now()) == 0


def test_the_page_asks_first_and_then_says_that_it_is_gone(check: EstateCheck, cast: Cast, signed_in: SignedIn) -> None:
    client, address = signed_in(cast.supplier), f"/estate/{check.pk}/delete/"

    asked = client.get(address)
    done = client.post(address, follow=True)

    assert b"Delete this check?" in asked.content and b"40 devices" in asked.content
    assert "“our secret gains.csv” is deleted" in done.content.decode()
    assert client.get(f"/estate/{check.pk}/").status_code == 404
