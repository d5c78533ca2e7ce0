"""Taking time: medians, and how fast the machine is just now."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType
from typing import Any

from django.db import connection


def milliseconds(work: Callable[[], Any], times: int, *, warm: int = 3) -> list[float]:
    """How long each of `times` calls took, after some that do not count."""
    for _ in range(warm):
        work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def median(work: Callable[[], Any], times: int = 30, *, warm: int = 3) -> float:
    """The median of so many calls, in milliseconds."""
    return statistics.median(milliseconds(work, times, warm=warm))


class Statements:
    """Counts what is sent to the database inside a `with` block, however much it is, without keeping it."""

    def __init__(self) -> None:
        self.count = 0
        self._wrapper = connection.execute_wrapper(self._one)

    def __enter__(self) -> "Statements":
        self._wrapper.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wrapper.__exit__(kind, error, trace)

    def _one(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


def p95(taken: list[float]) -> float:
    """The value that 95 in 100 do not exceed."""
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * 0.95))]


def calibration() -> str:
    """A fixed loop of pure Python, which tells how fast the machine is just now; then two such at once."""
    taken = milliseconds(_loop, 9, warm=0)
    return f"{min(taken):.0f} ms best, {statistics.median(taken):.0f} ms median; {_second_core()}"


def _loop() -> int:
    total = 0
    for number in range(1_000_000):
        total += number * number % 7
    return total


def _second_core() -> str:
    """What a second core is worth: two at once take as long as one alone, if it is a core of its own."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_pages, [1, 1]))
        alone = pool.submit(_pages, 20).result()
        both = statistics.mean(pool.map(_pages, [20, 20]))
    return f"two at once take {both / alone:.2f} times as long as one alone"


def _pages(times: int) -> float:
    """Text and dictionaries, as rendering a page makes them."""
    start = time.perf_counter()
    for _ in range(times):
        rows = [{"name": f"model {number}", "versions": list(range(20))} for number in range(2_000)]
        "".join(f"<td>{row['name']}</td><td>{row['versions']}</td>" for row in rows)
    return time.perf_counter() - start
