"""The demo in a process of its own: started, waited for, signed in to and stopped as a person would."""

import atexit
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "DEBUG",
    "DATABASE_URL",
    "DATA_DIR",
    "SECRET_KEY",
    "EMBEDDED_THROWAWAY",
    "DJANGO_SETTINGS_MODULE",
    "BIND",
    "EMAIL_URL",
    "PUBLIC_URL",
)
MARK = "FIRST_START_MARK"
"""Carried in the environment of everything a portal starts, so that what is left of it can be found."""


@dataclass
class Portal:
    """A running demo. `log` holds what it printed."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    mark: str

    def printed(self) -> str:
        """What the demo has printed so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, words: str, *, seconds: float) -> float:
        """Wait until the demo prints `words`; return how long that took."""
        began = time.monotonic()
        while words not in self.printed():
            self._still_waiting(began, seconds, f"'{words}' was not printed")
        return time.monotonic() - began

    def wait_until_open(self, *, seconds: float) -> float:
        """Wait until the portal answers; return how long that took."""
        began = time.monotonic()
        while not self._answers():
            self._still_waiting(began, seconds, "the portal did not answer")
        return time.monotonic() - began

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/health/", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _still_waiting(self, began: float, seconds: float, what: str) -> None:
        assert self.process.poll() is None, f"The demo ended by itself:\n{self.printed()}"
        assert time.monotonic() - began < seconds, f"After {seconds} seconds {what}:\n{self.printed()}"
        time.sleep(0.1)

    def home_page_of(self, email: str, password: str) -> str:
        """Sign in without a browser; return the page that follows."""
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        address = f"{self.url}/accounts/login/"
        with browser.open(address, timeout=30) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        assert token, "the sign-in page has no form"
        form = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
        with browser.open(address, urlencode(form).encode(), timeout=30) as page:
            return str(page.read().decode())

    def press_control_c(self, *, seconds: float = 30) -> float:
        """Interrupt the demo and all it started, as a terminal does; return how long it took to end."""
        began = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=seconds)
        return time.monotonic() - began

    def interrupt(self, *, seconds: float = 30) -> int:
        """Interrupt the demo alone; return its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=seconds)

    def left_behind(self, *, seconds: float = 5) -> list[str]:
        """What still runs of it after a moment's grace, in words; nothing is what one hopes for."""
        began = time.monotonic()
        while (left := _running(self.mark)) and time.monotonic() - began < seconds:
            time.sleep(0.2)
        return left

    def kill(self) -> None:
        """End it, whatever state it is in: a test that failed must not leave a server behind."""
        self.process.kill()
        self.process.wait(timeout=10)
        # Again until none is left: one may have been starting another, and none ends at once.
        while left := _marked(self.mark):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)


def start(command: Sequence[str], *, port: int, folder: Path, log: Path, environment: Mapping[str, str]) -> Portal:
    """Start a demo by `command` in `folder`; of this process's settings it inherits none."""
    mark = f"{os.getpid()}-{port}"
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**inherited, "PYTHONUNBUFFERED": "1", MARK: mark, **environment},
        stdin=subprocess.DEVNULL,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # A shell starts background jobs with interrupts ignored, and what they start inherits that.
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - no threads are started before
    )
    return Portal(f"http://127.0.0.1:{port}", process, log, mark)


@contextmanager
def demo(**environment: str) -> Iterator[Portal]:
    """A demo with prepared data of its own, open to visitors; ended afterwards, whatever state it is in."""
    # Not pytest's own folder: the embedded server must reach it without being root.
    with tempfile.TemporaryDirectory(prefix="firmware-journeys-") as folder:
        Path(folder).chmod(0o755)
        port = free_port()
        running = start(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            port=port,
            folder=ROOT,
            log=Path(folder, "log"),
            environment={"DATA_DIR": str(prepared_data(Path(folder))), "EMBEDDED_THROWAWAY": "1", **environment},
        )
        try:
            running.wait_until_open(seconds=120)
            yield running
        finally:
            running.kill()


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _marked(mark: str) -> list[int]:
    """Processes that carry the mark in their environment (where the system tells)."""
    wanted = f"{MARK}={mark}".encode()
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if wanted in _read(folder / "environ")]


def _running(mark: str) -> list[str]:
    lines = (_read(Path("/proc", str(pid), "cmdline")) for pid in _marked(mark))
    return [line.replace(b"\0", b" ").decode() for line in lines if line]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def prepared_data(folder: Path) -> Path:
    """The demo's data, in `folder`: prepared once for all processes of a run, for importing the list takes long."""
    source = Path(tempfile.gettempdir(), f"firmware-prepared-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}")
    with source.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not source.exists():
            _prepare(source)
    data = folder / "data"
    # Keeps owners: the embedded server's files may belong to a user of its own.
    subprocess.run(["cp", "-a", str(source), str(data)], check=True)
    return data


def _prepare(source: Path) -> None:
    atexit.register(_forget, source)
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"DEBUG": "1", "DATA_DIR": f"{source}.new", "EMBEDDED_THROWAWAY": "1"}
    command = [sys.executable, "manage.py", "demo", "--prepare-only", "--port", str(free_port())]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, preexec_fn=_heed_interrupts)
    Path(f"{source}.new").rename(source)


def _forget(source: Path) -> None:
    shutil.rmtree(source, ignore_errors=True)
    source.with_suffix(".lock").unlink(missing_ok=True)
