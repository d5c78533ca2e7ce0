"""Numbers of Parties that may be told: none below a threshold, and none below it that follows from those told.

A Party may have devices on several versions, so the numbers of versions do not add up to that of their model: a small
number can follow from two large ones, as a difference (who has devices on the one and not on the other) or as what two
have in common.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain, combinations
from typing import Final

Cell = frozenset[int]
"""Keys of versions: its number is how many Parties have devices on any of them."""

NOBODY: Final[frozenset[int]] = frozenset()


def tellable(cells: Iterable[Cell], holders: Mapping[int, Collection[int]], least: int) -> dict[Cell, int]:
    """The number of each cell that may be told beside those before it; a cell that is left out is not to be told.

    `holders` are the Parties by version. The first cells are the most wanted: what would give away a number below
    `least`, none included, together with one that is told already, is kept back. Which cells are given must not depend
    on numbers.
    """
    told: dict[Cell, int] = {}
    for cell in dict.fromkeys(cells):
        number = number_of(cell, holders)
        if number < least or any(abs(other - number) < least for other in _nested(cell, told)):
            continue
        if all(overlap >= least for overlap in _overlaps({**told, cell: number})):
            told[cell] = number
    return told


def number_of(cell: Cell, holders: Mapping[int, Collection[int]]) -> int:
    """How many Parties have devices on any version of the cell: not to be told as it is."""
    return len(set(chain.from_iterable(holders.get(version, NOBODY) for version in cell)))


def _nested(cell: Cell, told: Mapping[Cell, int]) -> Iterable[int]:
    """The numbers of cells within this one or around it."""
    return (number for other, number in told.items() if other < cell or cell < other)


def _overlaps(told: Mapping[Cell, int]) -> Iterable[int]:
    """How many Parties two cells have in common that make up a third; and where the cells within a third make it up
    only together, how often a Party is counted more than once in them.
    """
    for whole, all_of_it in told.items():
        parts = {cell: number for cell, number in told.items() if cell < whole}
        yield from (
            one + other - all_of_it for (a, one), (b, other) in combinations(parts.items(), 2) if a | b == whole
        )
        if len(parts) > 2 and NOBODY.union(*parts) == whole:
            yield sum(parts.values()) - all_of_it
