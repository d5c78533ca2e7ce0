"""Python's collector of cyclic rubbish, held off while the many rows of a large estate are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_holders = 0


@contextmanager
def collector_held_off() -> Iterator[None]:
    """For the making of rows, which have no cycles: the collector would look through all of them again and again, which
    takes a third of the time of a page with 20,000, and a tenth of that of counting a large file. Of several threads at
    once the last lets it go on, whatever happened.
    """
    _hold(+1)
    try:
        yield
    finally:
        _hold(-1)


def _hold(by: int) -> None:
    global _holders  # noqa: PLW0603 - the collector is one for the process, and so is the number of who hold it off
    with _lock:
        _holders += by
        if _holders:
            gc.disable()
        else:
            gc.enable()
