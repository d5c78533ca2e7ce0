"""From where the act that is under way came: set once by the middleware, read by `audit.record`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from accounts.choices import Channel


@dataclass(frozen=True)
class Whence:
    """A door and the network address behind it."""

    channel: Channel = Channel.PROCESS
    address: str | None = None


_PROCESS = Whence()
_current: ContextVar[Whence] = ContextVar("whence", default=_PROCESS)


def current() -> Whence:
    """Where the act comes from; outside a request it is the command line or a job."""
    return _current.get()


@contextmanager
def arriving(channel: Channel, address: str | None) -> Iterator[None]:
    """Whatever is done inside came by this door."""
    mark = _current.set(Whence(channel, address or None))
    try:
        yield
    finally:
        _current.reset(mark)
