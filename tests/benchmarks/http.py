"""Pages under gunicorn, as a browser gets them: a closed loop of one or more clients."""

import http.client
import itertools
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.benchmarks.timing import p95
from tests.conftest import with_second_factor


@dataclass(frozen=True)
class Load:
    """What a number of requests took, from sending to the last byte, in milliseconds."""

    taken: list[float]
    seconds: float
    size: int

    @property
    def median(self) -> float:
        """Of all requests."""
        return statistics.median(self.taken)

    @property
    def p95(self) -> float:
        """Of all requests."""
        return p95(self.taken)

    @property
    def rate(self) -> float:
        """Pages a second."""
        return len(self.taken) / self.seconds


def joined(loads: Sequence[Load]) -> Load:
    """Several rounds as one."""
    taken = [each for load in loads for each in load.taken]
    return Load(taken, sum(load.seconds for load in loads), loads[0].size)


@dataclass(frozen=True)
class Site:
    """A portal that is being served."""

    port: int

    def load(self, paths: Sequence[str], cookie: str, *, clients: int = 1, requests: int = 200, warm: int = 20) -> Load:
        """Ask for the paths in turn, each client waiting for its answer before it asks again."""
        for path in itertools.islice(itertools.cycle(paths), warm):
            self._get(path, cookie)
        waiting, lock = itertools.islice(itertools.cycle(paths), requests), threading.Lock()
        answers: list[tuple[float, int]] = []

        def client() -> None:
            while True:
                with lock:
                    path = next(waiting, None)
                if path is None:
                    return
                answers.append(self._get(path, cookie))

        threads = [threading.Thread(target=client) for _ in range(clients)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        size = int(statistics.median(size for _, size in answers))
        return Load([taken for taken, _ in answers], time.perf_counter() - start, size)

    def _get(self, path: str, cookie: str) -> tuple[float, int]:
        """Milliseconds and bytes; anything but 200 ends the run, so that no refusal is taken for speed."""
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("GET", path, headers={"Cookie": cookie, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return (time.perf_counter() - start) * 1000, len(body)


@contextmanager
def served(workers: int = 2) -> Iterator[Site]:
    """The portal under gunicorn with the production settings of this process, as long as the block."""
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:firmware_repo.gunicorn",
        "--log-level",
        "warning",
    ]
    environment = {**os.environ, "BIND": f"127.0.0.1:{port}", "WEB_WORKERS": str(workers)}
    process = subprocess.Popen([*command, "firmware_repo.wsgi"], env=environment)
    try:
        _wait_for(port, process)
        yield Site(port)
    finally:
        process.terminate()
        process.wait(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("gunicorn did not start")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("gunicorn does not answer")


def signed_in(user: User) -> str:
    """The session cookie of a person who signed in with a second factor."""
    client = Client()
    client.force_login(user)
    with_second_factor(client, user)
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
