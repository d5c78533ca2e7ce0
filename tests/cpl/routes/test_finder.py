"""The route finder against trying every way, on any pathways."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpl.routes import AlreadyThere, Link, Network, NoRoute, NotKnown, Routes, Stop, in_order
from tests.cpl.routes.plainly import Pathways, answer, every_way, pathways, reached

BARRED = Stop(is_barred=True)
DISTURBS = Stop(disturbs=True)
CHAIN = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
"""Five compulsory hops."""


def best(links: list[Link], stops: dict[int, Stop], start: int = 0, target: int = 5) -> tuple[int, ...]:
    found = Network(range(10), links).find(start, target, stops)
    assert isinstance(found, Routes)
    return found.best.keys


@given(pathways(), st.data())
@settings(max_examples=400)
def test_ways_their_order_and_their_number_are_those_of_trying_everything(given: Pathways, data: st.DataObject) -> None:
    start, target = (data.draw(st.integers(0, given.count - 1)) for _ in range(2))
    most = data.draw(st.integers(1, 6))
    assert given.network().find(start, target, given.stops, most) == answer(given, start, target, most)


@given(pathways(), st.data())
def test_a_version_that_every_way_must_pass_is_a_stop_of_each(given: Pathways, data: st.DataObject) -> None:
    barrier = data.draw(st.integers(0, given.count - 1))
    links = [(old, new) for old, new in given.links if not old < barrier < new]
    network = Network(range(given.count), links)
    for start in range(barrier):
        for target in range(barrier + 1, given.count):
            found = network.find(start, target, {barrier: BARRED})
            ways = found.ways if isinstance(found, Routes) else ()
            assert all(barrier in way.keys for way in ways)
            assert bool(ways) == (barrier in reached(links, start) and target in reached(links, barrier))


@given(pathways(), st.data())
def test_the_steps_told_of_each_version_are_those_of_its_best_way(given: Pathways, data: st.DataObject) -> None:
    start, network = data.draw(st.integers(0, given.count - 1)), given.network()
    found = {target: network.find(start, target, given.stops) for target in range(given.count)}
    lengths = {key: len(way.best.steps) for key, way in found.items() if isinstance(way, Routes)}
    assert network.steps_from(start, given.stops) == lengths
    assert list(network.steps_from(start, given.stops).values()) == sorted(lengths.values())


@given(st.integers(2, 8), st.data())
def test_circles_never_hang_and_every_way_is_made_of_links(count: int, data: st.DataObject) -> None:
    keys = st.integers(0, count - 1)
    links = data.draw(st.lists(st.tuples(keys, keys), max_size=40))
    network = Network(range(count), links)
    start, target = data.draw(keys), data.draw(keys)
    found = network.find(start, target, {})
    if isinstance(found, Routes):
        assert {way.keys for way in found.ways} <= set(every_way(links, start, target))
    assert sorted(network.order) == list(range(count))


def test_a_tangle_of_200_versions_that_all_name_each_other_is_answered() -> None:
    network = Network(range(200), [(old, new) for old in range(200) for new in range(200)])
    began = time.monotonic()
    found = network.find(0, 199, {})
    assert isinstance(found, Routes)
    assert (found.best.keys, found.count) == ((0, 199), 2**198)
    # Not a measurement: unravelling circle by circle took minutes.
    assert time.monotonic() - began < 20


def test_a_chain_of_five_compulsory_hops_is_told_whole() -> None:
    assert best(CHAIN, {}) == (0, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("retracted", [1, 2, 3, 4])
def test_a_retracted_hop_is_passed_where_there_is_no_other_way(retracted: int) -> None:
    assert best(CHAIN, {retracted: BARRED}) == (0, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("retracted", [1, 2, 3, 4])
def test_a_longer_way_round_a_retracted_hop_is_taken_alone(retracted: int) -> None:
    around = [(retracted - 1, 7), (7, 8), (8, 9), (9, retracted + 1)]
    # The order of release lets the way round come between: 7, 8 and 9 are older than what follows them.
    dated = [*range(retracted + 1), 7, 8, 9, *range(retracted + 1, 6)]
    found = Network(dated, CHAIN + around).find(0, 5, {retracted: BARRED})
    assert isinstance(found, Routes)
    assert retracted not in found.best.keys
    assert (len(found.best.steps), found.count) == (7, 1)


def test_of_two_ways_through_what_is_barred_the_one_with_less_of_it_is_better() -> None:
    links = [(0, 1), (1, 2), (2, 5), (0, 3), (3, 5), (0, 4), (4, 6), (6, 7), (7, 5)]
    stops = dict.fromkeys((1, 2, 3, 4), BARRED)
    found = Network([0, 1, 2, 3, 4, 6, 7, 5], links).find(0, 5, stops)
    assert isinstance(found, Routes)
    assert [way.keys for way in found.ways] == [(0, 3, 5), (0, 4, 6, 7, 5), (0, 1, 2, 5)]


def test_a_barred_version_may_be_where_one_is_and_where_one_goes() -> None:
    assert best([(0, 5)], {0: BARRED, 5: BARRED}) == (0, 5)


def test_fewer_steps_count_more_than_fewer_disturbances() -> None:
    assert best([(0, 1), (1, 5), (0, 5)], {5: DISTURBS}) == (0, 5)
    assert best([(0, 1), (1, 5), (0, 2), (2, 3), (3, 5)], {1: DISTURBS}) == (0, 1, 5)


def test_of_ways_with_as_many_steps_the_one_that_disturbs_less_is_better() -> None:
    assert best([(0, 1), (1, 5), (0, 2), (2, 5)], {2: DISTURBS}) == (0, 1, 5)


def test_of_ways_alike_the_one_by_the_newer_version_is_better_whatever_its_number() -> None:
    links = [(100, 30), (30, 50), (100, 7), (7, 50)]
    found = Network([100, 30, 7, 50], links).find(100, 50, {})
    assert isinstance(found, Routes)
    assert [way.keys for way in found.ways] == [(100, 7, 50), (100, 30, 50)]


@given(pathways(), st.permutations(range(9)))
def test_numbers_of_versions_decide_nothing(given: Pathways, numbers: list[int]) -> None:
    dated = numbers[: given.count]
    links = [(dated[old], dated[new]) for old, new in given.links]
    stops = {dated[key]: stop for key, stop in given.stops.items()}
    renamed = Network(dated, links, {dated[key] for key in given.silent})
    plain, other = given.network().find(0, given.count - 1, given.stops), renamed.find(dated[0], dated[-1], stops)
    if isinstance(plain, Routes) and isinstance(other, Routes):
        assert [way.keys for way in other.ways] == [tuple(dated[key] for key in way.keys) for way in plain.ways]
    elif isinstance(plain, NotKnown):
        assert other == NotKnown(tuple(dated[key] for key in plain.silent))
    else:
        assert other == plain


def test_a_version_stands_after_what_it_is_upgraded_from_even_if_its_date_says_otherwise() -> None:
    assert in_order([5, 6, 7], [(7, 5)]) == (6, 7, 5)


def test_a_predecessor_that_is_named_and_is_not_mine_means_no_route() -> None:
    assert Network([1, 2, 3], [(1, 3)]).find(2, 3, {}) == NoRoute()


def test_a_silent_version_before_the_target_means_not_known() -> None:
    assert Network([1, 2, 3, 4], [(3, 4)], silent={1, 3}).find(2, 4, {}) == NotKnown((3,))


def test_a_silent_version_that_comes_before_the_one_in_the_house_leaves_no_doubt() -> None:
    """The two grew from one root: whatever comes before the root, no way leads from one to the other."""
    assert Network([1, 2, 3], [(1, 2), (1, 3)], silent={1}).find(2, 3, {}) == NoRoute()


def test_the_way_back_is_no_route_whoever_is_silent() -> None:
    assert Network([1, 2, 3], [(1, 2), (2, 3)], silent={1}).find(3, 2, {}) == NoRoute(is_behind=True)


def test_where_one_is_there_is_nothing_to_do() -> None:
    assert Network([1], []).find(1, 1, {1: BARRED}) == AlreadyThere()
