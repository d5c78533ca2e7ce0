"""Whether an upgrade pathway leads back to where it began."""

from collections import deque
from collections.abc import Callable, Iterable

Befores = Callable[[str], Iterable[str]]
"""What may be upgraded to an entry (or to what a submission asks for), by name."""


def way_back(befores: Befores, node: str) -> list[str]:
    """The shortest circle of upgrades through `node`, beginning and ending with it; empty where there is none.

    Only what comes before `node` is looked at, one step after the other: of a maker's thousands of upgrades a few.
    """
    nexts: dict[str, str] = {}
    waiting = deque([node])
    while waiting:
        after = waiting.popleft()
        for before in sorted(befores(after)):
            if before == node:
                return [node, *_way(nexts, after, node)]
            if before not in nexts:
                nexts[before] = after
                waiting.append(before)
    return []


def _way(nexts: dict[str, str], start: str, end: str) -> list[str]:
    way = [start]
    while way[-1] != end:
        way.append(nexts[way[-1]])
    return way
