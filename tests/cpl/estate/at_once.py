"""Two people, or a person and a job, at the same moment: each on a thread and a connection of their own."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any, Final

import pytest
from django.db import connection, connections

Act = Callable[[], object]

PATIENCE: Final = 30


def outcome(act: Act) -> object:
    """What became of it: what it returned, or what it raised."""
    try:
        return act()
    except Exception as error:
        return error
    finally:
        connections.close_all()


def at_once(*acts: Act) -> list[object]:
    """What became of each act, begun together."""
    start = Barrier(len(acts))

    def run(act: Act) -> object:
        start.wait(timeout=PATIENCE)
        return outcome(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


class Pause:
    """A function of ours that waits before its first call goes on, so that something can happen meanwhile."""

    def __init__(self, patch: pytest.MonkeyPatch, module: Any, name: str) -> None:
        self.reached, self.go = Event(), Event()
        self._real = getattr(module, name)
        patch.setattr(module, name, self._wait)

    def _wait(self, *args: Any, **named: Any) -> Any:
        if not self.reached.is_set():
            self.reached.set()
            assert self.go.wait(PATIENCE), "nobody let it go on"
        return self._real(*args, **named)


def meanwhile(pause: Pause, first: Act, *others: Act) -> list[object]:
    """What became of `first`, which came as far as the pause, and then of the others, which were begun meanwhile. It
    goes on as soon as each of them is through, or waits for what it holds.
    """
    with ThreadPoolExecutor(1 + len(others)) as pool:
        begun = [pool.submit(outcome, first)]
        try:
            if not pause.reached.wait(PATIENCE):
                raise AssertionError(f"It never came to the pause: {begun[0].result()!r}")
            for number, other in enumerate(others, 1):
                begun.append(pool.submit(outcome, other))
                _through_or_waiting(begun[1:], number)
        finally:
            pause.go.set()
        return [one.result(timeout=2 * PATIENCE) for one in begun]


def _through_or_waiting(begun: list[Future[object]], number: int) -> None:
    until = time.monotonic() + PATIENCE
    while sum(one.done() for one in begun) + _waiting() < number:
        assert time.monotonic() < until, "neither through nor waiting"
        time.sleep(0.01)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (number,) = cursor.fetchone() or (0,)
        return int(number)
