"""Which numbers of Parties are told: none below the threshold, and none that one could work out."""

from collections.abc import Collection, Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpl.estate.disclosure import Cell, tellable

LEAST = 5

ESTATES = st.dictionaries(st.frozensets(st.integers(1, 3), min_size=1), st.integers(1, 14)).map(
    lambda alike: [held for held, parties in alike.items() for _ in range(parties)]
)
"""For each Party the versions on which it has devices: several Parties have the same."""

CELLS = st.lists(st.frozensets(st.integers(1, 3), min_size=2), max_size=2)


def by_version(estates: Collection[Collection[int]]) -> dict[int, set[int]]:
    return {version: {party for party, held in enumerate(estates) if version in held} for version in range(1, 4)}


def cells_of(first: list[Cell]) -> list[Cell]:
    return [*first, *(frozenset({version}) for version in range(1, 4))]


def among(
    estates: Collection[Collection[int]], cell: Cell, also: Cell | None = None, without: Cell = frozenset()
) -> int:
    """Parties with devices on the cell, and on the other cell, and none on the third: by counting them one by one."""
    return sum(bool(cell & {*held} and (also is None or also & {*held}) and not without & {*held}) for held in estates)


@given(CELLS, ESTATES)
def test_what_is_told_is_true_and_not_small(first: list[Cell], estates: list[frozenset[int]]) -> None:
    for cell, number in tellable(cells_of(first), by_version(estates), LEAST).items():
        assert number == among(estates, cell) >= LEAST


@given(CELLS, ESTATES)
def test_no_small_difference_follows(first: list[Cell], estates: list[frozenset[int]]) -> None:
    told = tellable(cells_of(first), by_version(estates), LEAST)
    for small, large in ((a, b) for a in told for b in told if a < b):
        assert among(estates, large, without=small) >= LEAST


@given(CELLS, ESTATES)
def test_no_small_overlap_follows(first: list[Cell], estates: list[frozenset[int]]) -> None:
    told: Mapping[Cell, int] = tellable(cells_of(first), by_version(estates), LEAST)
    for one, other in combinations(told, 2):
        if one | other in told and one | other not in (one, other):
            assert among(estates, one, also=other) >= LEAST


def test_a_number_on_the_threshold_is_told() -> None:
    assert tellable([frozenset({1})], {1: range(5)}, 5) == {frozenset({1}): 5}


def test_a_number_below_it_is_not() -> None:
    assert tellable([frozenset({1})], {1: range(4)}, 5) == {}


def test_a_version_is_kept_back_that_would_give_away_the_rest_of_the_model() -> None:
    both, old, new = frozenset({1, 2}), frozenset({1}), frozenset({2})
    assert tellable([both, old, new], {1: range(9), 2: range(9, 11)}, 5) == {both: 11}


def test_two_versions_with_much_in_common_are_told_beside_their_model() -> None:
    both, old, new = frozenset({1, 2}), frozenset({1}), frozenset({2})
    assert tellable([both, old, new], {1: range(15), 2: range(10, 20)}, 5) == {both: 20, old: 15, new: 10}


def test_three_versions_that_hardly_share_a_party_are_not_all_told() -> None:
    cells = [frozenset({1, 2, 3}), *(frozenset({version}) for version in (1, 2, 3))]
    told = tellable(cells, {1: range(10), 2: range(9, 19), 3: range(18, 28)}, 5)
    assert list(told) == cells[:3]


@pytest.mark.parametrize("held", [{1: range(6), 2: range(5, 30)}, {1: range(5, 30), 2: range(6)}])
def test_of_two_versions_the_later_asked_for_is_kept_back_whichever_is_larger(held: Mapping[int, range]) -> None:
    both, old, new = frozenset({1, 2}), frozenset({1}), frozenset({2})
    assert list(tellable([both, old, new], held, 5)) == [both, old]
