"""A worker that dies in the middle of a job: the job goes back into the queue, and is done once more."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import jobs, mail
from tests.accounts.mailbox import Mailbox
from tests.processes import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue(transactional_db: None) -> Iterator[None]:
    """What a test with real transactions leaves in the queue stays there: its tables are not Django's to empty."""
    _empty()
    yield
    _empty()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def defer() -> int:
    """One letter in the queue; the key of its job."""
    mail.later("request_refused", to="ana@ashdown.example", organisation="Ashdown", reason="Not known here.")
    return int(ProcrastinateJob.objects.latest("id").pk)


def pretend(key: int, *, attempts: int = 0, seconds: int | None = None) -> None:
    """Let a worker be at the job, whose last heartbeat was so many seconds ago (None: it is gone altogether)."""
    with connection.cursor() as cursor:
        worker = None
        if seconds is not None:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second')"
                " RETURNING id",
                [seconds],
            )
            (worker,) = cursor.fetchone() or (None,)
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
            [worker, attempts, key],
        )


def look_after() -> None:
    """One round of the periodic job, by a worker of this process."""
    task: Any = jobs.put_back_stalled_jobs
    task.defer(timestamp=0)
    asyncio.run(_work())


async def _work() -> None:
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker:
        async with worker.open_async():
            await worker.run_worker_async(
                queues=["housekeeping"], wait=False, install_signal_handlers=False, listen_notify=False
            )


def status(key: int) -> tuple[str, int]:
    job = ProcrastinateJob.objects.get(pk=key)
    return job.status, job.attempts


def test_what_a_dead_worker_was_doing_goes_back_into_the_queue_and_what_a_living_one_does_stays() -> None:
    silent, gone, busy = defer(), defer(), defer()
    pretend(silent, seconds=jobs.DEAD_AFTER + 5)
    pretend(gone)
    pretend(busy, seconds=5)
    look_after()
    assert [status(key) for key in (silent, gone, busy)] == [("todo", 1), ("todo", 1), ("doing", 0)]


def test_a_job_that_every_worker_dies_of_is_given_up() -> None:
    key = defer()
    pretend(key, attempts=jobs.MOST_DEATHS)
    look_after()
    assert status(key)[0] == "failed"


def test_a_periodic_job_that_waits_again_already_is_not_put_back_beside_it() -> None:
    nightly: Any = jobs.expire_access_requests.configure(schedule_in={"hours": 1})
    dead = int(nightly.defer(timestamp=0))
    pretend(dead)
    waiting = int(nightly.defer(timestamp=60))
    other = defer()
    pretend(other)
    look_after()
    assert status(dead)[0] == "aborted"
    assert status(waiting)[0] == "todo"
    assert status(other)[0] == "todo", "one that cannot be put back keeps none from it"


class Slow(Mailbox):
    """Takes a letter, and does not thank for the first one: by then its sender is dead."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep it, then let the first sender wait."""
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.letters) == 1:
            await asyncio.sleep(300)
        return answer


@pytest.fixture
def slow_server() -> Iterator[Slow]:
    box = Slow(port=_free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def worker(port: int) -> subprocess.Popen[bytes]:
    """A real worker in a process of its own, on the database of this test."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker"],
        env=environment(EMAIL_URL=f"smtp://127.0.0.1:{port}"),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(number: int, box: Mailbox, seconds: float) -> None:
    began = time.monotonic()
    while len(box.letters) < number:
        assert time.monotonic() - began < seconds, f"{len(box.letters)} letters after {seconds} seconds"
        time.sleep(0.2)


@pytest.mark.slow
def test_a_worker_killed_while_it_delivers_loses_no_letter_and_the_second_copy_is_known_again(
    slow_server: Slow,
) -> None:
    key = defer()
    first = worker(slow_server.port)
    try:
        wait_for(1, slow_server, 60)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait(timeout=10)
    assert status(key) == ("doing", 0)
    second = worker(slow_server.port)
    try:
        wait_for(2, slow_server, 180)
        began = time.monotonic()
        while status(key)[0] != "succeeded" and time.monotonic() - began < 20:
            time.sleep(0.2)
    finally:
        second.terminate()
        second.wait(timeout=30)
    assert status(key)[0] == "succeeded"
    copies = {str(letter["Message-ID"]) for letter in slow_server.letters}
    assert len(slow_server.letters) == 2
    assert len(copies) == 1
