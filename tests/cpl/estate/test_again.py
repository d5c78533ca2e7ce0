"""An estate checked again from the counts of an earlier check."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.access import Forbidden
from accounts.models import AuditEvent
from cpl.actions.estate import again, deleting, keeping, running
from cpl.choices import EstateState
from cpl.models import EstateCheck, EstateRefusal
from cpl.workflow import WrongMoveError
from tests.conftest import SignedIn
from tests.factories import Cast, make_estate_check

HELD: Any = [("7A01", "8B0B030D", "09030A07", 40, "North"), ("7A01", "8B0B030D", "FFFFFFFF", 2, "")]


@pytest.fixture
def check(cast: Cast) -> EstateCheck:
    made = make_estate_check(
        cast.supplier, HELD, answered=False, name="october.csv", rows_in=3, rows_answered=2, rows_refused=1,
        counted_at=timezone.now() - timedelta(days=30),
    )  # fmt: skip
    EstateRefusal.objects.create(
        estate_check=made, column="count", value="-1", message="Negative", cure="Count anew", rows=1, lines=[4]
    )
    return made


def held(check: EstateCheck) -> list[Any]:
    return list(check.holdings.values_list("manufacturer_code", "duis_model", "firmware_version", "devices", "label"))


def test_it_has_the_counts_the_refused_rows_and_the_day_of_the_first(check: EstateCheck, cast: Cast) -> None:
    made = again.again(check=check, by=cast.administrator)
    assert not made.holdings.exists(), "the request copies nothing"
    running.run(estate_check=made.pk)

    made.refresh_from_db()
    assert (made.state, held(made)) == (EstateState.DONE, HELD)
    assert list(made.refusals.values_list("value", "lines")) == [("-1", [4])]
    assert (made.rows_in, made.rows_answered, made.rows_refused, made.devices) == (3, 2, 1, 42)
    assert (made.origin, made.counted_at, made.name) == (check, check.counted_at, "october.csv")


@pytest.mark.parametrize(("days", "left"), [(50, 20), (10, 1)])
def test_counts_made_again_are_kept_no_longer_than_the_party_wants(
    check: EstateCheck, cast: Cast, days: int, left: int
) -> None:
    keeping.keep_for(party=check.party_id, days=days, by=cast.administrator)
    made = again.again(check=check, by=cast.supplier)
    assert made.keep_until == timezone.localdate() + timedelta(days=left)


def test_a_longer_wish_counts_from_the_day_of_the_counts_as_well(check: EstateCheck, cast: Cast) -> None:
    made = again.again(check=check, by=cast.supplier)
    keeping.keep_for(party=check.party_id, days=100, by=cast.administrator)
    made.refresh_from_db()
    assert made.keep_until == timezone.localdate() + timedelta(days=70)


def test_the_worker_is_asked_for_it_by_its_number_alone(check: EstateCheck, cast: Cast) -> None:
    made = again.again(check=check, by=cast.supplier)

    assert made.state == EstateState.WAITING
    assert [job.args for job in ProcrastinateJob.objects.filter(task_name=again.JOB)] == [{"estate_check": made.pk}]


def test_it_waits_from_the_moment_it_was_asked_for(check: EstateCheck, cast: Cast) -> None:
    before = timezone.now()
    made = again.again(check=check, by=cast.supplier)

    assert made.moved_at and before <= made.moved_at <= timezone.now()


def test_the_audit_event_says_that_a_check_was_made_and_nothing_of_it(check: EstateCheck, cast: Cast) -> None:
    made = again.again(check=check, by=cast.supplier)

    event = AuditEvent.objects.get(name="estate.checked")
    assert (event.object_label, event.owner) == (f"Estate check {made.pk}", "Ashdown Energy")
    assert (event.object_key, event.before, event.after, event.details) == ("", None, None, {})


def test_made_again_twice_it_is_of_the_first(check: EstateCheck, cast: Cast) -> None:
    second = again.again(check=check, by=cast.supplier)
    now = timezone.now()
    EstateCheck.objects.filter(pk=second.pk).update(state=EstateState.DONE, finished_at=now)

    assert again.again(check=second, by=cast.supplier).origin == check


def test_while_it_is_under_way_it_is_not_begun_once_more(check: EstateCheck, cast: Cast) -> None:
    again.again(check=check, by=cast.supplier)

    with pytest.raises(WrongMoveError, match="being checked again already"):
        again.again(check=check, by=cast.administrator)


@pytest.mark.parametrize("state", [EstateState.UPLOADED, EstateState.STOPPED, EstateState.CANCELLED])
def test_what_has_no_counts_is_not_made_again(check: EstateCheck, cast: Cast, state: EstateState) -> None:
    EstateCheck.objects.filter(pk=check.pk).update(state=state)

    with pytest.raises(WrongMoveError, match="Only an estate check that is done"):
        again.again(check=check, by=cast.supplier)


def test_the_first_may_be_deleted_meanwhile(check: EstateCheck, cast: Cast) -> None:
    made = again.again(check=check, by=cast.supplier)

    deleting.delete(check=check, by=cast.supplier)

    made.refresh_from_db()
    assert (made.origin, held(made)) == (None, HELD)
    running.run(estate_check=made.pk)
    made.refresh_from_db()
    assert (made.state, held(made), made.answers.count()) == (EstateState.DONE, HELD, 2)


def test_run_twice_it_has_its_counts_once(check: EstateCheck, cast: Cast) -> None:
    made = again.again(check=check, by=cast.supplier)
    running.run(estate_check=made.pk)
    EstateCheck.objects.filter(pk=made.pk).update(state=EstateState.RUNNING)
    made.answers.all().delete()

    running.run(estate_check=made.pk)

    assert (held(made), list(made.refusals.values_list("value", "lines"))) == (HELD, [("-1", [4])])


def test_without_its_counts_it_stops_and_says_so(check: EstateCheck, cast: Cast) -> None:
    made = again.again(check=check, by=cast.supplier)
    check.holdings.all().delete()
    check.refusals.all().delete()

    running.run(estate_check=made.pk)

    made.refresh_from_db()
    assert (made.state, made.problem["message"]) == (
        EstateState.STOPPED, "The counts that were to be checked again are not there any more.",
    )  # fmt: skip


def test_it_watches_for_whoever_asked_for_that_and_for_nobody_else(check: EstateCheck, cast: Cast) -> None:
    EstateCheck.objects.filter(pk=check.pk).update(watches=True)
    theirs = again.again(check=check, by=cast.administrator)
    EstateCheck.objects.filter(pk=theirs.pk).update(state=EstateState.CANCELLED)

    assert not theirs.watches
    assert again.again(check=check, by=cast.supplier).watches


@pytest.mark.parametrize("who", ["moderator", "auditor", "manufacturer", "rival_supplier", "stranger"])
def test_nobody_but_people_of_the_party_makes_it_again(check: EstateCheck, cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        again.again(check=check, by=getattr(cast, who))
    assert EstateCheck.objects.count() == 1


def test_the_button_leads_to_the_new_check_and_pressed_twice_to_the_same(
    check: EstateCheck, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.supplier)
    address = f"/estate/{check.pk}/again/"

    first, second = client.post(address), client.post(address)

    made = EstateCheck.objects.get(origin=check)
    assert [first["Location"], second["Location"]] == [f"/estate/{made.pk}/"] * 2


def test_the_button_of_another_party_is_not_found_and_of_another_role_refused(
    check: EstateCheck, cast: Cast, signed_in: SignedIn
) -> None:
    answers = [signed_in(who).post(f"/estate/{check.pk}/again/") for who in (cast.rival_supplier, cast.auditor)]

    assert [answer.status_code for answer in answers] == [404, 403]
