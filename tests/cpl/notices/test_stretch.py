"""A stretch of the pathway: against the meaning of the words, on random pathways."""

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpl.routes import Network
from cpl.selectors.stretch import NoStretchError, stretch


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to eight versions in any order of release, with any links that make no circle."""
    keys = draw(st.permutations(range(draw(st.integers(1, 8)))))
    links = [pair for pair in combinations(sorted(keys), 2) if draw(st.booleans())]
    return Network(keys, links, draw(st.sets(st.sampled_from(keys))))


@given(networks(), st.data())
def test_it_is_every_version_on_any_way_between_the_two_in_order(network: Network, data: st.DataObject) -> None:
    first, last = (data.draw(st.sampled_from(network.order)) for _ in range(2))
    graph = nx.DiGraph(network.links)
    graph.add_nodes_from(network.order)
    on_some_way = {key for way in nx.all_simple_paths(graph, first, [last]) for key in way} | ({first} & {last})
    try:
        found = stretch(network, first, last)
    except NoStretchError as error:
        assert not on_some_way
        assert error.message.endswith(".")
        assert error.cure.endswith(".")
    else:
        assert set(found) == on_some_way
        assert found == sorted(found, key=network.rank.__getitem__)
        assert (found[0], found[-1]) == (first, last)


CHAIN = Network([1, 2, 3, 4], [(1, 2), (2, 3)], silent=[4])


def test_one_version_is_a_stretch() -> None:
    assert stretch(CHAIN, 2, 2) == [2]


@pytest.mark.parametrize(
    ("first", "last", "message", "cure"),
    [
        (3, 1, "The pathway leads from the second version to the first.", "Exchange the two."),
        (1, 4, "No way from the first version to the second is known", "one by one"),
        (4, 3, "No way leads from the first version to the second.", "one by one"),
        (1, 9, "A version is not one of this Device Model.", "from its versions"),
    ],
)
def test_where_no_way_leads_it_says_why_and_what_to_do(first: int, last: int, message: str, cure: str) -> None:
    with pytest.raises(NoStretchError) as caught:
        stretch(CHAIN, first, last)
    assert caught.value.message.startswith(message)
    assert cure in caught.value.cure
