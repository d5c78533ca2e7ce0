"""A worker killed in the middle of an estate check, two at once, and a check cancelled under the worker's hands.

Whatever happens, the estate is counted and answered once or not at all, and no file is left behind.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.server import Parts, portal, wait_for

pytestmark = [pytest.mark.slow]

ROWS = 6_000_000
LINES = 24
"""Different lines, each as often as the others; one in six cannot be read."""

BEGIN = """
from pathlib import Path
from django.conf import settings
from accounts.models import User
from cpl.actions.estate import beginning
from cpl.choices import EstateColumn as Column
from cpl.estate.layout import Layout
from cpl.estate.spool import Spool
from tests.factories import make_cast, make_catalogue
if not User.objects.exists():
    make_cast(), make_catalogue()
ana = User.objects.get(email="ana@ashdown.example")
headings = ("Manufacturer", "Model", "Firmware", "Region")
spool, rows, different = Spool(Path(settings.ESTATE_SPOOL)), int(sys.argv[1]), int(sys.argv[2])
good, bad = "7A01,8B0B030D,{:08X},North\\n", "7A01,8B0B030D,{:07X},North\\n"
block = "".join((good if number % 6 else bad).format(number) for number in range(different)).encode()
spool.write((",".join(headings) + "\\n").encode())
for _ in range(rows // different // 1000):
    spool.write(block * 1000)
check = beginning.begin(
    party=ana.active_memberships[0].party, name="gains", layout=Layout("utf-8", ",", 1, headings, {}, False),
    spool=spool.keep(), rows_total=rows, by=ana,
)
columns = {Column.MANUFACTURER: 0, Column.DEVICE_MODEL: 1, Column.FIRMWARE_VERSION: 2, Column.LABEL: 3}
beginning.confirm(check=check, columns=columns, name="gains", watches=True, by=ana)
print("SAID", json.dumps(check.pk))
"""
CANCEL = """
import time
from accounts.models import User
from cpl.actions.estate import running
from cpl.models import EstateCheck
ana, until = User.objects.get(email="ana@ashdown.example"), time.monotonic() + 120
under_way = EstateCheck.objects.filter(pk=sys.argv[1], state="running", rows_read__gt=0)
while not (check := under_way.first()) and time.monotonic() < until:
    time.sleep(0.01)
running.cancel(check=check, by=ana)
print("SAID", json.dumps(True))
"""
"""Waits until the worker is in the middle: to start a process takes longer than to count the file."""
RUN = """
from cpl.actions.estate import running
running.run(estate_check=int(sys.argv[1]))
print("SAID", json.dumps(True))
"""


@pytest.fixture(scope="module")
def parts() -> Iterator[Parts]:
    with portal() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_worker_is_left(parts: Parts) -> Iterator[None]:
    yield
    for name in [name for name in parts.running if name.startswith("worker")]:
        parts.kill(name)


def begin(parts: Parts, rows: int = ROWS) -> int:
    return int(parts.run(BEGIN, str(rows), str(LINES)))


def state(parts: Parts, check: int) -> str:
    return str(parts.sql("SELECT state FROM cpl_estatecheck WHERE id = %s", (check,)))


def is_read(parts: Parts, check: int) -> bool:
    """Whether a worker is in the middle of its file."""
    query = "SELECT rows_read > 0 AND rows_read < rows_total AND state = 'running' FROM cpl_estatecheck WHERE id = %s"
    return bool(parts.sql(query, (check,)))


def kept(parts: Parts, check: int) -> tuple[int, ...]:
    """Rows of holdings, answers and refusals, and the devices of holdings and of answers."""
    return tuple(
        int(parts.sql(f"SELECT {what} FROM cpl_{table} WHERE estate_check_id = %s", (check,)))
        for table, what in (
            ("estateholding", "count(*)"), ("estateanswer", "count(*)"), ("estaterefusal", "coalesce(sum(rows), 0)"),
            ("estateholding", "coalesce(sum(devices), 0)"), ("estateanswer", "coalesce(sum(devices), 0)"),
        )
    )  # fmt: skip


def whole(rows: int = ROWS) -> tuple[int, ...]:
    good = LINES - LINES // 6
    devices = rows // LINES * good
    return good, good, rows - devices, devices, devices


def spooled(parts: Parts) -> list[str]:
    folder = parts.folder / "data" / "estate-uploads"
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def test_the_worker_is_killed_in_the_middle_and_another_counts_it_once(parts: Parts) -> None:
    check = begin(parts)
    parts.start_worker()
    wait_for(lambda: is_read(parts, check), seconds=120, what="reading", every=0.01)
    parts.kill("worker")
    assert state(parts, check) == "running", "the worker was not killed in the middle"
    assert kept(parts, check) == (0, 0, 0, 0, 0)
    assert len(spooled(parts)) == 1
    parts.start_worker()
    wait_for(lambda: state(parts, check) == "done", seconds=240, what="the other worker", every=0.5)
    assert kept(parts, check) == whole()
    wait_for(lambda: not spooled(parts), seconds=10, what="the end of the file")


def test_two_runs_at_once_of_one_check_count_it_once(parts: Parts) -> None:
    check = begin(parts)
    with ThreadPoolExecutor(2) as both:
        ended = list(both.map(lambda _: parts.run(RUN, str(check)), range(2)))
    assert ended == [True, True]
    assert (state(parts, check), kept(parts, check), spooled(parts)) == ("done", whole(), [])
    # The job itself is still in the queue: it finds nothing to do.
    parts.start_worker()
    waiting = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'estate' AND status NOT IN ('succeeded')"
    wait_for(lambda: not parts.sql(waiting), seconds=60, what="the job")
    assert (state(parts, check), kept(parts, check)) == ("done", whole())


def test_two_workers_share_checks_and_one_cancelled_under_way_keeps_nothing(parts: Parts) -> None:
    cancelled = begin(parts)
    with ThreadPoolExecutor(1) as somebody:
        cancelling = somebody.submit(parts.run, CANCEL, str(cancelled))
        parts.start_worker()
        assert cancelling.result()
    assert spooled(parts) == []
    checks = [begin(parts, 240_000) for _ in range(4)]
    parts.running["worker 1"] = parts.running.pop("worker")
    parts.start_worker()
    wait_for(lambda: all(state(parts, check) == "done" for check in checks), seconds=120, what="all four", every=0.2)
    assert [kept(parts, check) for check in checks] == [whole(240_000)] * 4
    assert (state(parts, cancelled), kept(parts, cancelled)) == ("cancelled", (0, 0, 0, 0, 0))
    wait_for(lambda: not spooled(parts), seconds=10, what="the end of the files")
