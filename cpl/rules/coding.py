"""How the eight digits of a firmware version are coded: each byte in decimal digits (BCD) or in hex.

A byte such as 10 may be either; one such as 0A is hex for certain. So codings are compared byte by byte, and only
where a version departs from all the others is anything said.
"""

from collections.abc import Collection
from typing import Final

ENOUGH: Final = 2
"""So many other versions at least make a habit."""


def lettered_bytes(version: str) -> frozenset[int]:
    """Places (1 is the first) of the bytes that hold a letter: those that are hex for certain."""
    pairs = (version[start : start + 2] for start in range(0, len(version), 2))
    return frozenset(place for place, pair in enumerate(pairs, 1) if not pair.isdecimal())


def described(version: str) -> str:
    """The coding in a word: decimal, hex or mixed."""
    letters, count = len(lettered_bytes(version)), len(version) // 2
    if not letters:
        return "decimal"
    return "hex" if letters == count else "mixed"


def unlike(version: str, others: Collection[str]) -> list[int]:
    """Places of the bytes in which a version departs from what all of the others do; empty without a habit."""
    habits = [lettered_bytes(other) for other in others if len(other) == len(version)]
    if len(habits) < ENOUGH:
        return []
    ever, always = frozenset[int]().union(*habits), habits[0].intersection(*habits[1:])
    own = lettered_bytes(version)
    return sorted((own - ever) | (always - own))
