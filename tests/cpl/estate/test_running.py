"""The job of an estate check: done once, whatever happens to it, and nothing kept where it ends otherwise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError

from accounts.access import Forbidden
from accounts.models import AuditEvent, Membership, User
from cpl import audit_names
from cpl.actions.estate import again, beginning, running
from cpl.choices import EstateColumn, EstateState, EstateStatus, InterestKind
from cpl.estate.layout import Layout
from cpl.estate.spool import Spool
from cpl.models import EstateAnswer, EstateCheck, EstateHolding, EstateRefusal, ModelInterest
from cpl.selectors.estate.codes import maker_codes
from cpl.workflow import WrongMoveError
from tests.factories import Cast, Catalogue, make_estate_check

pytestmark = pytest.mark.django_db

HEADINGS = ("Manufacturer", "Model", "Firmware", "Devices", "Region")
COLUMNS = dict(zip(
    (EstateColumn.MANUFACTURER, EstateColumn.DEVICE_MODEL, EstateColumn.FIRMWARE_VERSION, EstateColumn.COUNT,
     EstateColumn.LABEL),
    range(5), strict=True,
))  # fmt: skip
ROWS = "7A01,8B0B030D,09030A07,40,North\n7A01,8b:0b:03:0d,0x09030A07,2,South\nFFFF,FFFFFFFF,00000001,3,\n7A01,x,y,1,\n"
Begun = Callable[..., EstateCheck]


@pytest.fixture
def begun(cast: Cast, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Begun:
    """A check of these rows whose columns are confirmed: the worker may begin."""
    monkeypatch.setattr(settings, "ESTATE_SPOOL", str(tmp_path))

    def begin(rows: str = ROWS, *, by: User = cast.supplier, watches: bool = False) -> EstateCheck:
        spool = Spool(tmp_path)
        spool.write((",".join(HEADINGS) + "\n" + rows).encode())
        party = by.active_memberships[0].party
        check = beginning.begin(
            party=party, name="gains", layout=Layout("utf-8", ",", 1, HEADINGS, {}), spool=spool.keep(),
            rows_total=rows.count("\n"), by=by,
        )  # fmt: skip
        return beginning.confirm(check=check, columns=COLUMNS, name="gains", watches=watches, by=by)

    return begin


@pytest.fixture
def run(django_capture_on_commit_callbacks: Any) -> Callable[[EstateCheck], EstateCheck]:
    """Runs the job as the worker does; the check as it is then."""

    def run_it(check: EstateCheck) -> EstateCheck:
        with django_capture_on_commit_callbacks(execute=True):
            running.run(estate_check=check.pk)
        return EstateCheck.objects.get(pk=check.pk)

    return run_it


Run = Callable[[EstateCheck], EstateCheck]


def left_of(check: EstateCheck) -> int:
    tables = (EstateHolding, EstateAnswer, EstateRefusal)
    return sum(table.objects.filter(estate_check=check).count() for table in tables)


def files() -> list[Path]:
    return list(Path(settings.ESTATE_SPOOL).iterdir())


def test_a_check_is_counted_and_answered_and_its_file_removed(begun: Begun, run: Run) -> None:
    done = run(begun())
    assert (done.state, done.spool, done.problem) == (EstateState.DONE, "", {})
    assert (done.rows_in, done.rows_answered, done.rows_refused, done.devices) == (4, 3, 1, 45)
    assert done.finished_at == done.counted_at
    assert files() == []
    assert set(done.answers.values_list("devices", "status")) == {
        (42, EstateStatus.LISTED), (3, EstateStatus.MODEL_NOT_KNOWN),
    }  # fmt: skip
    assert set(done.holdings.values_list("label", "devices")) == {("North", 40), ("South", 2), ("", 3)}
    assert list(done.refusals.values_list("column", "value", "rows", "lines")) == [("device_model", "x", 1, [5])]


def test_a_job_that_runs_twice_counts_once(begun: Begun, run: Run) -> None:
    check = begun()
    first = run(check)
    left = left_of(check)
    assert run(check) == first
    assert (left_of(check), run(check).finished_at) == (left, first.finished_at)


def test_a_check_that_a_killed_worker_left_is_begun_anew(begun: Begun, run: Run) -> None:
    check = begun()
    EstateCheck.objects.filter(pk=check.pk).update(state=EstateState.RUNNING, rows_read=3)
    assert run(check).rows_in == 4


def test_a_worker_that_was_taken_for_dead_writes_nothing_when_another_has_taken_over(
    begun: Begun, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    check, codes = begun(), maker_codes

    def meanwhile() -> dict[str, str]:
        monkeypatch.setattr(running, "maker_codes", codes)
        running.run(estate_check=check.pk)
        return codes()

    monkeypatch.setattr(running, "maker_codes", meanwhile)
    done = run(check)
    assert (done.state, done.devices, done.answers.count(), done.holdings.count()) == (EstateState.DONE, 45, 2, 3)


def test_a_check_that_is_cancelled_while_it_is_counted_keeps_nothing(
    begun: Begun, run: Run, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = begun()

    def meanwhile() -> dict[str, str]:
        running.cancel(check=check, by=cast.administrator)
        return {}

    monkeypatch.setattr(running, "maker_codes", meanwhile)
    ended = run(check)
    assert (ended.state, ended.spool, ended.rows_in, left_of(check)) == (EstateState.CANCELLED, "", 0, 0)
    assert files() == []


def test_a_check_that_is_cancelled_before_it_is_taken_up_is_left_alone(begun: Begun, run: Run, cast: Cast) -> None:
    check = begun()
    running.cancel(check=check, by=cast.supplier)
    assert run(check).state == EstateState.CANCELLED
    event = AuditEvent.objects.get(name=audit_names.ESTATE_CANCELLED)
    assert (event.object_label, event.details) == (f"Estate check {check.pk}", {})


def test_what_is_wrong_with_the_file_stops_the_check_and_is_told(begun: Begun, run: Run) -> None:
    ended = run(begun('7A01,8B0B030D,09030A07,40,"North\n'))
    assert (ended.state, ended.spool, left_of(ended), files()) == (EstateState.STOPPED, "", 0, [])
    assert ended.problem["message"].startswith("A quotation mark is opened in line 2")
    assert ended.problem["cure"].startswith("Close it")


def test_a_file_that_is_gone_stops_the_check(begun: Begun, run: Run) -> None:
    check = begun()
    for path in files():
        path.unlink()
    assert run(check).problem == {"message": "The uploaded file is not there any more.", "cure": "Upload it again."}


def test_an_error_of_ours_stops_the_check_and_is_raised(begun: Begun, run: Run) -> None:
    check = begun()
    EstateCheck.objects.filter(pk=check.pk).update(layout={})
    with pytest.raises(KeyError):
        run(check)
    ended = EstateCheck.objects.get(pk=check.pk)
    assert (ended.state, left_of(ended)) == (EstateState.STOPPED, 0)
    assert str(check.pk) in ended.problem["cure"]


def test_a_database_that_goes_away_stops_no_check(begun: Begun, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    check, codes = begun(), maker_codes

    def gone() -> dict[str, str]:
        raise OperationalError

    monkeypatch.setattr(running, "maker_codes", gone)
    with pytest.raises(OperationalError):
        run(check)
    monkeypatch.setattr(running, "maker_codes", codes)
    assert run(check).state == EstateState.DONE


def test_whoever_left_the_party_meanwhile_gets_no_answer(begun: Begun, run: Run, cast: Cast) -> None:
    check = begun()
    Membership.objects.filter(user=cast.supplier).delete()
    ended = run(check)
    assert (ended.state, left_of(ended), files()) == (EstateState.STOPPED, 0, [])
    assert "may no longer check an estate" in ended.problem["message"]


def test_a_check_made_again_is_answered_from_the_counts_of_the_first(begun: Begun, run: Run, cast: Cast) -> None:
    first = run(begun())
    second = run(again.again(check=first, by=cast.administrator))
    assert (second.state, second.devices, second.counted_at) == (EstateState.DONE, 45, first.counted_at)
    told = ("duis_model", "devices", "status", "standing")
    assert set(second.answers.values_list(*told)) == set(first.answers.values_list(*told))


def test_a_check_made_again_and_cancelled_keeps_no_counts(begun: Begun, run: Run, cast: Cast) -> None:
    second = again.again(check=run(begun()), by=cast.supplier)
    running.cancel(check=second, by=cast.supplier)
    second.refresh_from_db()
    assert (left_of(second), second.rows_in, second.devices, second.counted_at) == (0, 0, 0, None)


@pytest.mark.parametrize("watches", [False, True])
def test_models_found_are_checked_ones_and_watched_if_that_was_wanted(
    begun: Begun, run: Run, cast: Cast, watches: bool
) -> None:
    run(begun(watches=watches))
    kinds = set(ModelInterest.objects.filter(person=cast.supplier).values_list("kind", flat=True))
    assert kinds == ({InterestKind.CHECKED, InterestKind.WATCHED} if watches else {InterestKind.CHECKED})


def test_the_same_refusal_of_very_many_rows_takes_several_lines_of_the_table(
    begun: Begun, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cpl.actions.estate.keeping_counts.LINES_TOGETHER", 2)
    done = run(begun("7A01,x,09030A07,1,\n" * 5))
    assert list(done.refusals.values_list("lines", flat=True)) == [[2, 3], [4, 5], [6]]


@pytest.mark.parametrize("who", ["rival_supplier", "manufacturer", "moderator", "auditor"])
def test_nobody_else_cancels(begun: Begun, cast: Cast, who: str) -> None:
    check = begun()
    with pytest.raises(Forbidden):
        running.cancel(check=check, by=getattr(cast, who))
    check.refresh_from_db()
    assert check.state == EstateState.WAITING


def test_what_is_done_is_not_cancelled(cast: Cast, catalogue: Catalogue) -> None:
    check = make_estate_check(cast.supplier, [("7A01", "8B0B030D", "09030A07", 40)])
    with pytest.raises(WrongMoveError, match="nothing to cancel"):
        running.cancel(check=check, by=cast.supplier)
    assert left_of(check) == 2
