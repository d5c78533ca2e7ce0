"""Two things that happen to an estate check at the same moment, in transactions of their own: each is whole or not at
all, nobody waits for ever, and whoever comes too late is told what to do.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import jobs
from accounts.choices import Role
from accounts.models import AuditEvent, Membership, Party, User
from cpl.actions.estate import again, beginning, deleting, feeding, giving_up, keeping, running, watching
from cpl.actions.estate.errors import EstateMovedError
from cpl.choices import EstateColumn, EstateState, InterestKind
from cpl.estate.spool import Spool
from cpl.models import EstateCheck, EstateColumns, EstateFeed, EstatePreference, ModelInterest
from cpl.selectors.estate import reading
from cpl.selectors.estate.watchable import watchable
from tests.accounts.test_dead_workers import look_after, pretend
from tests.conftest import SignedIn
from tests.cpl.estate.at_once import Pause, at_once, meanwhile
from tests.factories import Cast, Catalogue, make_estate_check, make_user
from tests.factories.estate_files import HEADINGS, ROW, make_uploaded_estate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

EMBER, GAS, SECRET = (
    ("7A01", "8B0B030D", "09030A07", 40), ("7A03", "406F0811", "01030000", 70), ("7A03", "5EC00101", "0DECAF02", 3),
)  # fmt: skip
COLUMNS = {EstateColumn.MANUFACTURER: 0, EstateColumn.DEVICE_MODEL: 1, EstateColumn.FIRMWARE_VERSION: 2}
LATE = timedelta(hours=2)


@pytest.fixture(autouse=True)
def spool(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """What a test leaves in the queue stays there: its tables are not Django's to empty."""
    settings.ESTATE_SPOOL = str(tmp_path)
    yield tmp_path
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


@pytest.fixture
def ashdown(cast: Cast, catalogue: Catalogue) -> Party:
    return Party.objects.get(name="Ashdown Energy")


def waiting(by: User, held: Any = (EMBER, GAS), **fields: Any) -> EstateCheck:
    """A check with its counts, which the worker may begin to answer."""
    return make_estate_check(by, held, answered=False, state=EstateState.WAITING, finished_at=None, **fields)


def run(check: EstateCheck) -> None:
    running.run(estate_check=check.pk)


def now_of(check: EstateCheck) -> EstateCheck:
    return EstateCheck.objects.get(pk=check.pk)


def confirm(check: EstateCheck, by: User) -> EstateCheck:
    return beginning.confirm(check=check, columns=COLUMNS, name="gains", watches=False, by=by)


def words(*outcomes: object) -> str:
    """What those who came too late are told."""
    return " ".join(str(one) for one in outcomes if isinstance(one, EstateMovedError))


def queued() -> int:
    return ProcrastinateJob.objects.filter(task_name=beginning.JOB).count()


def watched(person: User) -> list[int]:
    own = ModelInterest.objects.filter(person=person, kind=InterestKind.WATCHED)
    return sorted(own.values_list("device_model", flat=True))


# Feeding watch lists ----------------------------------------------------------------------------------------


def test_two_checks_done_at_once_feed_each_model_once_and_each_is_taken_back(ashdown: Party, cast: Cast) -> None:
    feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator)
    checks = [waiting(cast.supplier, [EMBER, GAS]), waiting(cast.administrator, [GAS, SECRET])]
    assert at_once(*(lambda check=check: run(check) for check in checks)) == [None, None]
    for person in (cast.supplier, cast.administrator):
        assert len(watched(person)) == len(set(watched(person))) == 3
        for check in map(now_of, checks):
            assert check.finished_at is not None
            fed = sum(batch.models for batch in watchable(person, check).batches if batch.is_fed)
            assert watching.unwatch_found(check=check, began=check.finished_at, by=person) == fed > 0
        assert watched(person) == []


def test_two_parties_with_people_in_common_feed_them_without_waiting_for_each_other_for_ever(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    both = [make_user(f"both{number}@both.example", Role.PARTY_USER, ashdown) for number in range(4)]
    for person in both:
        Membership.objects.create(user=person, party=pennine, role=Role.PARTY_USER)
    # Chosen in opposite order: the tables give them back as they were written.
    for party, people in ((ashdown, both), (pennine, both[::-1])):
        for person in people:
            feeding.choose(party=party.pk, wanted=True, by=User.objects.get(pk=person.pk))
    checks = waiting(cast.supplier), waiting(cast.rival_supplier)
    pause = Pause(monkeypatch, feeding, "watch_models")
    assert meanwhile(pause, lambda: run(checks[0]), lambda: run(checks[1])) == [None, None]
    assert [now_of(check).state for check in checks] == [EstateState.DONE] * 2
    for person in both:
        assert len(watched(person)) == 2, "what one Party's check fed is watched, so the other's fed nothing again"


def test_what_a_check_fed_is_taken_back_while_another_feeds(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeding.choose(party=ashdown.pk, wanted=True, by=cast.supplier)
    first, second = waiting(cast.supplier), waiting(cast.supplier, [EMBER, SECRET])
    run(first)
    first = now_of(first)
    assert first.finished_at is not None
    began = first.finished_at
    pause = Pause(monkeypatch, running, "feed")
    done = meanwhile(
        pause, lambda: run(second), lambda: watching.unwatch_found(check=first, began=began, by=cast.supplier)
    )
    assert (done, len(watched(cast.supplier))) == ([None, 2], 2)


def test_who_leaves_the_party_when_the_check_is_done_is_not_fed(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator)
    check = waiting(cast.supplier)
    pause = Pause(monkeypatch, running, "feed")
    leaves = Membership.objects.filter(user=cast.administrator).delete
    meanwhile(pause, lambda: run(check), leaves)
    assert (now_of(check).state, watched(cast.administrator)) == (EstateState.DONE, [])
    assert len(watched(cast.supplier)) == 2


# How long checks are kept -----------------------------------------------------------------------------------


def test_days_are_changed_while_a_check_is_about_to_be_done(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeding.choose(party=ashdown.pk, wanted=True, by=cast.supplier)
    check = waiting(cast.supplier)
    pause = Pause(monkeypatch, running, "feed")
    days = lambda: keeping.keep_for(party=ashdown.pk, days=30, by=cast.administrator)  # noqa: E731
    assert meanwhile(pause, lambda: run(check), days) == [None, None]
    done = now_of(check)
    assert (done.state, done.keep_until) == (EstateState.DONE, timezone.localdate() + timedelta(days=30))


def test_days_are_changed_while_the_first_of_two_checks_is_deleted(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_estate_check(cast.supplier, [EMBER])
    made = again.again(check=first, by=cast.supplier)
    # Now it stands behind the other in the table, and PostgreSQL knows how small that is: it reads all of it.
    EstateCheck.objects.filter(pk=first.pk).update(name="renamed")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cpl_estatecheck")
    pause = Pause(monkeypatch, deleting, "hand_over")
    days = lambda: keeping.keep_for(party=ashdown.pk, days=30, by=cast.administrator)  # noqa: E731
    assert meanwhile(pause, lambda: deleting.delete(check=first, by=cast.supplier), days) == [None, None]
    run(made)
    assert (now_of(made).state, now_of(made).devices) == (EstateState.DONE, 40)


def test_a_check_made_again_while_the_days_are_changed_is_kept_by_the_new_days(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_estate_check(cast.supplier, [EMBER])
    pause = Pause(monkeypatch, again, "enqueue")
    days = lambda: keeping.keep_for(party=ashdown.pk, days=30, by=cast.administrator)  # noqa: E731
    made, changed = meanwhile(pause, lambda: again.again(check=first, by=cast.supplier), days)
    assert isinstance(made, EstateCheck) and changed is None
    assert now_of(made).keep_until == timezone.localdate() + timedelta(days=30)


def test_a_party_s_days_and_lists_and_a_person_s_choice_are_saved_at_once(ashdown: Party, cast: Cast) -> None:
    done = at_once(
        lambda: keeping.keep_for(party=ashdown.pk, days=30, by=cast.administrator),
        lambda: feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator),
        lambda: feeding.choose(party=ashdown.pk, wanted=True, by=cast.supplier),
        lambda: feeding.choose(party=ashdown.pk, wanted=True, by=cast.supplier),
    )
    preference = EstatePreference.objects.get(pk=ashdown.pk)
    assert (done, preference.keep_days, preference.feeds) == ([None] * 4, 30, True)
    assert [one.wanted for one in EstateFeed.objects.filter(person=cast.supplier)] == [True]


# Columns ----------------------------------------------------------------------------------------------------


def test_what_somebody_is_confirming_is_not_swept(
    ashdown: Party, cast: Cast, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = make_uploaded_estate(cast.supplier)
    pause = Pause(monkeypatch, beginning, "_remember")
    confirmed, swept = meanwhile(
        pause, lambda: confirm(check, cast.supplier), lambda: beginning.sweep(now=timezone.now() + LATE)
    )
    assert isinstance(confirmed, EstateCheck) and swept == 0
    assert (queued(), (spool / check.spool).exists()) == (1, True)
    run(check)
    assert now_of(check).state == EstateState.DONE


def test_whoever_confirms_what_is_being_swept_is_told_to_upload_it_again(
    ashdown: Party, cast: Cast, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = make_uploaded_estate(cast.supplier)
    pause = Pause(monkeypatch, beginning, "_throw_away")
    swept, confirmed = meanwhile(
        pause, lambda: beginning.sweep(now=timezone.now() + LATE), lambda: confirm(check, cast.supplier)
    )
    assert (swept, words(confirmed)) == (1, "This file was thrown away meanwhile. Upload it again.")
    assert (queued(), EstateCheck.objects.count(), list(spool.iterdir())) == (0, 0, [])
    assert not AuditEvent.objects.filter(name="estate.checked").exists()


def test_of_two_who_confirm_at_once_one_has_started_the_check(ashdown: Party, cast: Cast) -> None:
    check, people = make_uploaded_estate(cast.supplier), (cast.supplier, cast.administrator)
    done = at_once(*(lambda by=by: confirm(check, by) for by in people))
    (won,) = (one for one in done if isinstance(one, EstateCheck))
    assert words(*done) == "Its columns were confirmed already."
    assert (queued(), EstateColumns.objects.count()) == (1, 1)
    events = AuditEvent.objects.filter(name="estate.checked").values_list("actor", flat=True)
    assert now_of(check).created_by == won.created_by and list(events) == [str(won.created_by and won.created_by.email)]


def test_two_files_with_the_same_headings_are_confirmed_at_once(ashdown: Party, cast: Cast, spool: Path) -> None:
    first = make_uploaded_estate(cast.supplier)
    other = Spool(spool)
    other.write(HEADINGS + ROW)
    second = EstateCheck.objects.create(
        party=ashdown, created_by=cast.administrator, name="x", layout=first.layout, spool=other.keep(), rows_total=1,
        keep_until=first.keep_until,
    )  # fmt: skip
    done = at_once(lambda: confirm(first, cast.supplier), lambda: confirm(second, cast.administrator))
    assert [type(one) for one in done] == [EstateCheck] * 2, done
    assert (queued(), EstateColumns.objects.count()) == (2, 1)


# Made again, cancelled and deleted --------------------------------------------------------------------------


def test_of_two_who_check_again_at_once_one_begins(ashdown: Party, cast: Cast) -> None:
    first = make_estate_check(cast.supplier, [EMBER])
    done = at_once(*(lambda by=by: again.again(check=first, by=by) for by in (cast.supplier, cast.administrator)))
    assert sum(isinstance(one, EstateCheck) for one in done) == 1
    assert (words(*done), queued()) == ("This estate is being checked again already.", 1)


def test_a_check_that_is_being_deleted_is_not_made_again(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_estate_check(cast.supplier, [EMBER])
    pause = Pause(monkeypatch, deleting, "hand_over")
    deleted, made = meanwhile(
        pause,
        lambda: deleting.delete(check=first, by=cast.supplier),
        lambda: again.again(check=first, by=cast.supplier),
    )
    assert deleted is None and "deleted meanwhile" in words(made) and "Upload the file" in words(made)
    assert (queued(), EstateCheck.objects.count()) == (0, 0)


def test_a_check_that_is_deleted_while_it_is_made_again_hands_its_counts_over(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_estate_check(cast.supplier, [EMBER])
    pause = Pause(monkeypatch, again, "enqueue")
    made, deleted = meanwhile(
        pause,
        lambda: again.again(check=first, by=cast.supplier),
        lambda: deleting.delete(check=first, by=cast.supplier),
    )
    assert isinstance(made, EstateCheck) and deleted is None
    run(made)
    done = now_of(made)
    assert (done.state, done.origin, done.devices, done.answers.count()) == (EstateState.DONE, None, 40, 1)


def test_the_first_is_deleted_at_night_while_its_counts_are_copied(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_estate_check(cast.supplier, [EMBER], keep_until=timezone.localdate())
    made = again.again(check=first, by=cast.supplier)
    pause = Pause(monkeypatch, running, "bring_counts")
    night = timezone.now() + timedelta(days=2)
    done, gone = meanwhile(pause, lambda: run(made), lambda: deleting.delete_overdue(now=night))
    assert (done, gone) == (None, 0), "whoever copies its counts has it: it goes the next night"
    assert (now_of(made).state, made.holdings.count()) == (EstateState.DONE, 1)
    assert deleting.delete_overdue(now=night) == 1
    assert (now_of(made).origin, made.holdings.count()) == (None, 1)


def test_who_cancels_when_the_check_is_about_to_be_done_is_told_so_and_nothing_is_half(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = waiting(cast.supplier)
    pause = Pause(monkeypatch, running, "feed")
    done, cancelled, deleted = meanwhile(
        pause, lambda: run(check), lambda: running.cancel(check=check, by=cast.administrator),
        lambda: deleting.delete(check=check, by=cast.supplier),
    )  # fmt: skip
    assert done is None and "nothing to cancel" in words(cancelled)
    assert deleted is None and not EstateCheck.objects.exists(), "by the time it was done, it could be deleted"


def test_of_a_check_cancelled_and_deleted_while_it_is_worked_on_nothing_is_left(
    ashdown: Party, cast: Cast, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = confirm(make_uploaded_estate(cast.supplier), cast.supplier)
    pause = Pause(monkeypatch, running, "maker_codes")

    def cancel_and_delete() -> None:
        running.cancel(check=check, by=cast.administrator)
        deleting.delete(check=check, by=cast.administrator)

    assert meanwhile(pause, lambda: run(check), cancel_and_delete) == [None, None]
    assert (EstateCheck.objects.exists(), list(spool.iterdir())) == (False, [])


# Read while it is deleted ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/estate/{}/lines.csv",
        "/estate/{}/campaigns.csv",
        "/estate/compare.csv?before={}&after={}",
        "/estate/compare/?before={}&after={}",
    ],
)
def test_what_is_read_of_a_check_that_is_being_deleted_is_not_taken_for_an_estate_without_devices(
    ashdown: Party, cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    first, second = (make_estate_check(cast.supplier, [EMBER]) for _ in range(2))
    client = signed_in(cast.supplier)
    pause = Pause(monkeypatch, reading, "stored_answers")
    answer, deleted = meanwhile(
        pause, lambda: client.get(address.format(first.pk, second.pk)),
        lambda: deleting.delete(check=first, by=cast.supplier),
    )  # fmt: skip
    assert (getattr(answer, "status_code", answer), deleted) == (404, None)
    assert not AuditEvent.objects.filter(name__contains="export").exists()


# Given up ---------------------------------------------------------------------------------------------------


def test_a_check_of_which_every_worker_died_is_stopped_with_a_word_of_why(
    ashdown: Party, cast: Cast, spool: Path
) -> None:
    check = confirm(make_uploaded_estate(cast.supplier), cast.supplier)
    job = ProcrastinateJob.objects.get(task_name=beginning.JOB).pk
    EstateCheck.objects.update(state=EstateState.RUNNING, rows_read=1)
    later = timezone.now() + giving_up.SILENT + timedelta(seconds=5)
    pretend(job, attempts=jobs.MOST_DEATHS - 1)
    look_after()
    assert giving_up.stop_given_up(now=later) == 0, "its job is in the queue again"
    pretend(job, attempts=jobs.MOST_DEATHS)
    look_after()
    assert giving_up.stop_given_up(now=later) == 1
    ended = now_of(check)
    assert (ended.state, ended.spool, list(spool.iterdir())) == (EstateState.STOPPED, "", [])
    assert "broke off each time" in ended.problem["message"] and str(check.pk) in ended.problem["cure"]


def test_a_check_that_a_run_without_a_job_is_settling_is_not_stopped(
    ashdown: Party, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = waiting(cast.supplier)
    pause = Pause(monkeypatch, running, "feed")
    later = timezone.now() + giving_up.SILENT + timedelta(seconds=5)
    assert meanwhile(pause, lambda: run(check), lambda: giving_up.stop_given_up(now=later)) == [None, 0]
    assert now_of(check).state == EstateState.DONE
