"""Which version may be upgraded to which, as far as one person may see."""

from collections import defaultdict, deque
from collections.abc import Iterable

from cpl.models import UpgradePathLink

Links = list[tuple[int, int]]
"""Pairs of keys: may be upgraded from, to."""


def links_among(entries: Iterable[int]) -> Links:
    """The links whose two ends are both among these entries: what is not visible is not on the pathway."""
    keys = list(entries)
    rows = UpgradePathLink.objects.filter(entry__in=keys, predecessor__in=keys)
    return list(rows.order_by("predecessor_id", "entry_id").values_list("predecessor_id", "entry_id"))


def reachable_upgrades(start: int, links: Links) -> dict[int, int]:
    """Every version that can be reached from `start`, with the number of steps to it, nearest first."""
    following = defaultdict(list)
    for before, after in links:
        following[before].append(after)
    steps = {start: 0}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for after in following[here]:
            if after not in steps:
                steps[after] = steps[here] + 1
                waiting.append(after)
    del steps[start]
    return steps
