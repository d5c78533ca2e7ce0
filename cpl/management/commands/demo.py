"""`manage.py demo`: the whole portal on this machine, with sample data and known people."""

import fcntl
import hashlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from accounts.permissions import NEEDS_SECOND_FACTOR
from cpl.actions import demo, demo_estate, demo_notices, demo_submissions
from cpl.choices import ImportStatus
from cpl.models import ImportRun
from cpl.spreadsheets import importer

SAMPLES = Path(settings.BASE_DIR) / "tests" / "samples"
PATIENCE = 10
"""Seconds that a part of the demo has to end when it is asked to."""
WORKBOOKS = ("cpl-2026-10-30.xlsx", "fir-2026-10-30.xlsx", "cpl-2026-11-20.xlsx")


class Command(BaseCommand):
    """Prepares the data once, then serves until Ctrl-C; a second start keeps what was there."""

    help = "Start the portal with sample data, known people and a worker on 127.0.0.1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and whether to serve at all."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare-only", action="store_true", help="prepare the data, then stop")

    def handle(self, *args: Any, port: int, prepare_only: bool, **options: Any) -> None:
        """Raises CommandError where the demo must not or cannot run."""
        if not settings.DEBUG:
            raise CommandError("The demo makes people with a known password: it runs with DEBUG=1 only.")
        _require_free(port)
        with _only_one():
            self._run(port, prepare_only)

    def _run(self, port: int, prepare_only: bool) -> None:
        # A kill is as good as Ctrl-C: everything this command started must end with it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        # So is the end of the terminal, unless it was told to outlive that.
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, signal.default_int_handler)
        # A shell script that starts it with `&` lets it ignore Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            self._prepare()
            if not prepare_only:
                self._serve(port)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped. The data is kept; start again with the same command.")
        finally:
            _stop_embedded_server()

    def _prepare(self) -> None:
        # Without a line for each job that is queued, and that the worker finds done.
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        demo.make_people()
        *earlier, newest = WORKBOOKS
        for name in earlier:
            self._import(SAMPLES / name)
        made = demo_estate.make_checks(demo_estate.BEFORE_THE_LAST_LIST, SAMPLES)
        self._import(SAMPLES / newest)
        demo.show_roles()
        self._submit()
        made += demo_estate.make_checks(demo_estate.AFTERWARDS, SAMPLES)
        if made:
            self.stdout.write(f"  checked {made} estates of Ashdown Energy")

    def _import(self, path: Path) -> None:
        """Each workbook once, so that a start that was killed half-way is finished by the next."""
        content = path.read_bytes()
        applied = ImportRun.objects.filter(status=ImportStatus.APPLIED, sha256=hashlib.sha256(content).hexdigest())
        if applied.exists():
            return
        run = importer.preview(content=content, file_name=path.name, by=None)
        importer.apply(run=run, by=None)
        counts = ", ".join(f"{number} {words}" for words, number in run.counts.items() if number)
        self.stdout.write(f"  imported {path.name}: {counts}")

    def _submit(self) -> None:
        """Submissions in every state, an issue, and notices."""
        if made := demo_submissions.make_submissions():
            self.stdout.write(f"  prepared {made} submissions, some published as issue {demo_submissions.ISSUE}")
        if made := demo_notices.make_notices():
            self.stdout.write(f"  prepared {made} notices")

    def _serve(self, port: int) -> None:
        connections.close_all()
        manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
        # Letters lead back to this very demo; its one-time code is known to the processes started here only.
        own = {"PUBLIC_URL": f"http://localhost:{port}", "DEMO_SECOND_FACTOR_CODE": demo.CODE}
        environment = {**os.environ, "BIND": f"127.0.0.1:{port}", **own}
        # Within the patience of `_end`: a worker that does not stop is ended by its own master, or nobody would.
        web = [sys.executable, "-m", "gunicorn", "--log-level", "warning", "--graceful-timeout", str(PATIENCE // 2),
               "-c", "python:firmware_repo.gunicorn", "firmware_repo.wsgi"]  # fmt: skip
        worker = [*manage, "procrastinate", "worker"]
        # In groups of their own, so that Ctrl-C reaches them once, by `_end`: asked to stop twice at the same moment,
        # by the terminal and by its master, one of gunicorn's workers may wait for itself for ever.
        running = [
            subprocess.Popen(line, env=environment, process_group=0)  # noqa: S603 - our own programs
            for line in (web, worker)
        ]
        try:
            _wait_until_open(port, running)
            self._introduce(port)
            _wait_for_the_first_to_end(running)
        finally:
            _end(running)

    def _introduce(self, port: int) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nThe portal is on http://127.0.0.1:{port}/"))
        self.stdout.write(f"Passkeys need a name in place of a number: http://localhost:{port}/")
        self.stdout.write(f"Sign in as any of these with the password {demo.PASSWORD}")
        self.stdout.write(f"and, where a second factor is asked for, the code {demo.CODE}\n")
        for known in demo.PEOPLE:
            asked = " (second factor)" if known.role in NEEDS_SECOND_FACTOR else ""
            self.stdout.write(f"  {known.email:26} {known.role.label}, {known.party}{asked}")
        self.stdout.write("\nCtrl-C stops everything.")


@contextmanager
def _only_one() -> Iterator[None]:
    """A second demo on the same data would stop the database under the first: refuse it."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(f"A demo already runs on {folder}. Use that one, or give another DATA_DIR.") from None
        yield


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(f"Port {port} is taken. Choose another: manage.py demo --port 8001") from None


def _wait_until_open(port: int, running: list[subprocess.Popen[bytes]]) -> None:
    for _ in range(300):
        if any(process.poll() is not None for process in running):
            raise CommandError("A part of the demo ended while starting; its message is above.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise CommandError("The portal did not open its port within 30 seconds.")


def _wait_for_the_first_to_end(running: list[subprocess.Popen[bytes]]) -> None:
    while all(process.poll() is None for process in running):
        time.sleep(0.5)
    raise CommandError("A part of the demo ended by itself; everything was stopped.")


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    """Ask each to end, then make it."""
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _stop_embedded_server() -> None:
    """Nothing stays behind: the embedded server ends with the demo that started it."""
    stop = getattr(connections["default"], "stop_server", None)
    if stop:
        stop()
