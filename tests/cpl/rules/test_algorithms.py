"""Circles, reversed bytes, codings and edited examples, against the plainest way to say the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpl.rules import coding
from cpl.rules.circles import way_back
from cpl.rules.examples import EXAMPLES, Example, left_over, places
from cpl.rules.plausible import why_no_hash
from cpl.rules.subject import reversed_bytes

NODES = "ABCDEF"
EDGES = st.dictionaries(st.sampled_from(NODES), st.sets(st.sampled_from(NODES)))
VERSIONS = st.text("0123456789ABCDEF", min_size=8, max_size=8)
HASHES = st.text("0123456789ABCDEF", min_size=64, max_size=64)


def comes_back(edges: dict[str, set[str]], node: str) -> bool:
    """Whether some walk against the upgrades, however long, ends where it began: every step tried."""
    reached: set[str] = set(edges.get(node, ()))
    for _ in NODES:
        reached |= {before for after in reached for before in edges.get(after, ())}
    return node in reached


@given(EDGES, st.sampled_from(NODES))
def test_a_circle_is_found_exactly_where_there_is_one(edges: dict[str, set[str]], node: str) -> None:
    assert bool(way_back(lambda name: edges.get(name, ()), node)) == comes_back(edges, node)


@given(EDGES, st.sampled_from(NODES))
def test_a_circle_is_made_of_upgrades_and_ends_where_it_began(edges: dict[str, set[str]], node: str) -> None:
    way = way_back(lambda name: edges.get(name, ()), node)

    assert all(before in edges[after] for before, after in pairwise(way))
    assert not way or way[0] == way[-1] == node
    assert len(set(way)) == max(len(way) - 1, 0)


@given(VERSIONS)
def test_reversed_twice_is_the_same(value: str) -> None:
    other = reversed_bytes(value)

    assert (reversed_bytes(other) == value) if other else (value == value[6:] + value[4:6] + value[2:4] + value[:2])


@given(VERSIONS)
def test_reversed_bytes_keep_each_byte(value: str) -> None:
    other = reversed_bytes(value) or value

    assert [other[start : start + 2] for start in (6, 4, 2, 0)] == [value[start : start + 2] for start in (0, 2, 4, 6)]


@given(VERSIONS, st.lists(VERSIONS, max_size=4))
def test_a_version_is_unlike_others_only_where_it_departs_from_all(version: str, others: list[str]) -> None:
    def is_hex(text: str, place: int) -> bool:
        return any(digit in "ABCDEF" for digit in text[2 * place - 2 : 2 * place])

    departs = [place for place in (1, 2, 3, 4) if all(is_hex(version, place) != is_hex(o, place) for o in others)]

    assert coding.unlike(version, others) == (departs if len(others) >= coding.ENOUGH else [])


def test_the_real_successor_departs_from_its_family() -> None:
    assert coding.unlike("01040605", ["09030A07", "10030A08"]) == [3]
    assert [coding.described(version) for version in ("09031007", "09030A07", "0A0B0C0D")] == [
        "decimal",
        "mixed",
        "hex",
    ]


@given(HASHES)
def test_a_hash_without_pattern_is_plausible(value: str) -> None:
    is_odd = len(set(value)) < 8 or any(value == value[:size] * (64 // size) for size in (1, 2, 4, 8, 16, 32))

    assert bool(why_no_hash(value)) == is_odd


def edited(example: Example, words: str) -> str:
    """The example with every place filled in."""
    text = example.text
    for place in places(text):
        text = text.replace(place, words)
    return text


CHOSEN = st.sampled_from(EXAMPLES)
OWN_WORDS = st.text(st.characters(codec="ascii", categories=("Ll", "Nd")), min_size=1, max_size=12)


@given(CHOSEN, st.randoms(use_true_random=False))
def test_other_spaces_and_capitals_do_not_edit_an_example(example: Example, random: object) -> None:
    words = [word.upper() if len(word) % 2 else word for word in example.text.split()]

    assert left_over("\n  ".join(words))
    assert left_over(f"  {example.text.lower()} Thank you.")


@given(CHOSEN)
def test_to_take_the_brackets_away_does_not_edit_an_example(example: Example) -> None:
    assert left_over(example.text.replace("[", "").replace("]", ""))


@given(CHOSEN, st.data(), OWN_WORDS)
def test_one_place_left_is_too_many(example: Example, data: st.DataObject, words: str) -> None:
    kept = data.draw(st.sampled_from(places(example.text)))
    text = example.text
    for place in places(text):
        text = text if place == kept else text.replace(place, words)

    assert left_over(text)
    assert left_over(kept[:-1] + " and so on")


@pytest.mark.parametrize("left", ["[CPL Entry ID, or 'no version yet'", '[CPL Entry ID, or "no version yet"'])
def test_other_quotation_marks_do_not_edit_a_place(left: str) -> None:
    assert left_over(f"Devices on it should move to {left} soon.")


@given(CHOSEN, OWN_WORDS)
def test_an_example_with_every_place_filled_in_is_edited(example: Example, words: str) -> None:
    assert left_over(edited(example, f"{words} of ours")) == ""


@given(st.text(st.characters(codec="utf-8", exclude_characters="[]［］【】"), max_size=200))
def test_own_words_are_nobodys_example(text: str) -> None:
    assert left_over(text) == ""
