"""The beginning of an estate check: whose it is, what is remembered, what is swept away."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.access import Forbidden
from accounts.models import AuditEvent, User
from cpl.actions.estate import beginning
from cpl.actions.estate.errors import EstateMovedError
from cpl.choices import EstateColumn, EstateState
from cpl.estate.layout import Layout
from cpl.models import EstateCheck, EstateColumns
from tests.factories import Cast
from tests.factories.estate_files import make_uploaded_estate

COLUMNS = {EstateColumn.MANUFACTURER: 0, EstateColumn.DEVICE_MODEL: 1, EstateColumn.FIRMWARE_VERSION: 2}


@pytest.fixture
def spool(settings: Any, tmp_path: Path) -> Path:
    settings.ESTATE_SPOOL = tmp_path
    return tmp_path


@pytest.fixture
def check(cast: Cast, spool: Path) -> EstateCheck:
    return make_uploaded_estate(cast.supplier)


def confirm(check: EstateCheck, by: User, **more: Any) -> EstateCheck:
    return beginning.confirm(check=check, columns=COLUMNS, name="gains", watches=False, by=by, **more)


def test_a_confirmed_check_waits_for_the_worker(check: EstateCheck, cast: Cast) -> None:
    confirmed = confirm(check, cast.administrator)
    assert confirmed.state == EstateState.WAITING
    assert confirmed.layout["columns"] == {"manufacturer": 0, "device_model": 1, "firmware_version": 2}
    jobs = ProcrastinateJob.objects.filter(task_name=beginning.JOB)
    assert [(job.queue_name, job.args) for job in jobs] == [("estate", {"estate_check": check.pk})]


def test_it_waits_from_the_moment_its_columns_were_confirmed(check: EstateCheck, cast: Cast) -> None:
    before = timezone.now()
    confirmed = EstateCheck.objects.get(pk=confirm(check, cast.supplier).pk)
    assert confirmed.moved_at and before <= confirmed.moved_at <= timezone.now()


def test_the_audit_event_says_that_a_check_was_made_and_nothing_of_it(check: EstateCheck, cast: Cast) -> None:
    confirm(check, cast.supplier)
    event = AuditEvent.objects.get(name="estate.checked")
    assert (event.actor, event.owner, event.object_label) == (
        cast.supplier.email,
        "Ashdown Energy",
        f"Estate check {check.pk}",
    )
    assert (event.before, event.after, event.details) == (None, None, {})


def test_a_check_is_kept_for_as_long_as_the_party_keeps_them(check: EstateCheck, settings: Any) -> None:
    assert check.keep_until == timezone.localdate() + timedelta(days=settings.ESTATE_KEEP_DAYS)


def test_a_check_is_confirmed_once(check: EstateCheck, cast: Cast) -> None:
    confirm(check, cast.supplier)
    with pytest.raises(EstateMovedError, match="confirmed already"):
        confirm(check, cast.administrator)
    assert ProcrastinateJob.objects.filter(task_name=beginning.JOB).count() == 1


def test_columns_are_remembered_whatever_the_writing_of_the_headings(check: EstateCheck, cast: Cast) -> None:
    confirm(check, cast.supplier)
    known = beginning.remembered(check.party_id, ["MANUFACTURER", " model", "Firm-ware", "devices"])
    assert known == EstateColumns.objects.get()
    assert beginning.remembered(check.party_id, ["Model", "Manufacturer", "Firmware", "Devices"]) is None


@pytest.mark.parametrize("who", ["rival_supplier", "manufacturer", "moderator", "auditor", "stranger"])
def test_nobody_but_the_party_begins_confirms_or_throws_away(check: EstateCheck, cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    with pytest.raises(Forbidden):
        confirm(check, person)
    with pytest.raises(Forbidden):
        beginning.discard(check=check, by=person)
    with pytest.raises(Forbidden):
        make_begun(check, person)


def make_begun(check: EstateCheck, by: User) -> EstateCheck:
    return beginning.begin(
        party=check.party_id, name="x", layout=Layout.from_json(check.layout), spool="", rows_total=1, by=by
    )


def test_what_nobody_confirms_in_time_is_thrown_away_with_its_file(
    check: EstateCheck, spool: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert beginning.sweep(now=timezone.now() + timedelta(minutes=59)) == 0
        assert beginning.sweep(now=timezone.now() + timedelta(minutes=61)) > 0
    assert not EstateCheck.objects.exists()
    assert list(spool.iterdir()) == []


def test_the_file_of_a_check_that_waits_is_never_swept(check: EstateCheck, cast: Cast, spool: Path) -> None:
    confirm(check, cast.supplier)
    os.utime(spool / check.spool, (0, 0))
    assert beginning.sweep(now=timezone.now() + timedelta(days=2)) == 0
    assert [path.name for path in spool.iterdir()] == [check.spool]


def test_leavings_of_a_killed_process_are_swept_and_nothing_else_in_the_folder(check: EstateCheck, spool: Path) -> None:
    part, whole, other = spool / f"{'a' * 32}.part", spool / ("b" * 32), spool / "readme"
    for path in (part, whole, other):
        path.write_text("x")
        os.utime(path, (0, 0))
    assert beginning.sweep(now=timezone.now()) == 2
    assert sorted(path.name for path in spool.iterdir()) == sorted([check.spool, "readme"])
