"""What a route is, said plainly and worked out by trying everything: what the route finder is held against."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from cpl.routes import AlreadyThere, Answer, Link, Network, NoRoute, NotKnown, Routes, Stop, Way

PLAIN = Stop()


@dataclass(frozen=True)
class Pathways:
    """Versions 0 to `count` - 1, oldest first, with their links, what counts about them, and who is silent."""

    count: int
    links: Sequence[Link]
    stops: Mapping[int, Stop]
    silent: Collection[int]

    def network(self) -> Network:
        """What the route finder makes of them."""
        return Network(range(self.count), self.links, self.silent)


@st.composite
def pathways(draw: st.DrawFn, most: int = 9) -> Pathways:
    """Any pathways whose links go forward in time: what submissions and imports let in."""
    count = draw(st.integers(2, most))
    keys = st.integers(0, count - 1)
    pairs = st.tuples(keys, keys).filter(lambda pair: pair[0] < pair[1])
    stops = st.dictionaries(keys, st.builds(Stop, st.booleans(), st.booleans()))
    links = draw(st.lists(pairs, max_size=4 * count, unique=True))
    return Pathways(count, links, draw(stops), draw(st.sets(keys)))


def every_way(
    links: Collection[Link], start: int, target: int, passed: tuple[int, ...] = ()
) -> Iterator[tuple[int, ...]]:
    """Every simple path, one link after the other."""
    if start == target:
        yield (*passed, start)
        return
    for old, new in links:
        if old == start and new not in passed:
            yield from every_way(links, new, target, (*passed, start))


def barred(way: Sequence[int], stops: Mapping[int, Stop]) -> int:
    """How many versions between the two ends nobody should go through."""
    return sum(stops.get(key, PLAIN).is_barred for key in way[1:-1])


def worse(way: Sequence[int], stops: Mapping[int, Stop]) -> tuple[int, int, int, list[int]]:
    """The documented order: fewest barred, fewest steps, fewest that disturb, newest first."""
    disturbing = sum(stops.get(key, PLAIN).disturbs for key in way[1:])
    return barred(way, stops), len(way), disturbing, [-key for key in way[1:]]


def reached(links: Collection[Link], start: int) -> set[int]:
    """Everything that some way leads to."""
    found = {start}
    while more := {new for old, new in links if old in found} - found:
        found |= more
    return found - {start}


def answer(given: Pathways, start: int, target: int, most: int) -> Answer:
    """The answer by the definitions alone."""
    if start == target:
        return AlreadyThere()
    ways = sorted(every_way(given.links, start, target), key=lambda way: worse(way, given.stops))
    if ways:
        free = [way for way in ways if not barred(way, given.stops)]
        return Routes(tuple(Way(way) for way in (free or ways)[:most]), len(free or ways))
    told = {key for key in sorted(given.silent) if _would_help(given, key, start, target)}
    return NotKnown(tuple(sorted(told))) if told else NoRoute(start in reached(given.links, target))


def _would_help(given: Pathways, silent: int, start: int, target: int) -> bool:
    """If the silent version turned out to follow the one in the house, there were a way, and no circle."""
    said = [*given.links, (start, silent)]
    onward = {start, *reached(said, start)}
    in_a_circle = any(old in onward and new == start for old, new in said)
    return target in onward and not in_a_circle
