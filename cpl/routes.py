"""Route finding over the pathway links of one Device Model: which upgrades lead from one version to another.

Versions are keys here, and what counts about each is told in a `Stop`: nothing in this module knows a database.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import networkx as nx

Link = tuple[int, int]
"""May be upgraded from, to."""

MOST_WAYS: Final = 5
"""The best way and four alternatives: who wants more wants the picture."""


class Stop(NamedTuple):
    """What counts about a version as a stop of a route.

    `is_barred` if nobody goes through it unless there is no other way, `disturbs` if upgrading to it interrupts
    power or needs a visit.
    """

    is_barred: bool = False
    disturbs: bool = False


_PLAIN: Final = Stop()


@dataclass(frozen=True)
class Way:
    """One route: the keys from the version in the house to the one aimed at, both included."""

    keys: tuple[int, ...]

    @property
    def steps(self) -> list[Link]:
        """Each upgrade, in order."""
        return list(zip(self.keys, self.keys[1:], strict=False))


@dataclass(frozen=True)
class Routes:
    """There is a way: the best first. `count` tells how many there are in all, with those not listed."""

    ways: tuple[Way, ...]
    count: int

    @property
    def best(self) -> Way:
        """The one to take."""
        return self.ways[0]


@dataclass(frozen=True)
class AlreadyThere:
    """The version in the house is the one aimed at."""


@dataclass(frozen=True)
class NoRoute:
    """The manufacturer named what comes before the version aimed at, and the version in the house is not among it.

    `is_behind`: the version aimed at comes before the one in the house.
    """

    is_behind: bool = False


@dataclass(frozen=True)
class NotKnown:
    """No way is known, and the manufacturer has not said what comes before these versions, on which one may hang."""

    silent: tuple[int, ...]
    is_behind: bool = False


Answer = Routes | AlreadyThere | NoRoute | NotKnown


class Network:
    """The pathways of a Device Model, as far as one person may see. Built once and shared: nothing changes it.

    `dated` are the keys of its versions by release date, oldest first; `silent` those of which the manufacturer has
    not said what comes before them. Links to or from other keys are left out.
    """

    def __init__(self, dated: Sequence[int], links: Iterable[Link], silent: Collection[int] = ()) -> None:
        place = {key: number for number, key in enumerate(dated)}
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(dated)
        graph.add_edges_from((old, new) for old, new in links if old in place and new in place and old != new)
        self.links: tuple[Link, ...] = tuple(graph.edges)
        self.silent = frozenset(silent) & place.keys()
        self._place = place
        # Circles are refused when pathways come in. One that got in all the same must not end in an endless search.
        self._graph = _opened(graph, place)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The keys by pathway and release date, oldest first: a version never stands before one it is upgraded from."""
        if all(self._place[old] < self._place[new] for old, new in self._graph.edges):
            return tuple(self._place)
        return tuple(nx.lexicographical_topological_sort(self._graph, key=self._place.__getitem__))

    @cached_property
    def rank(self) -> dict[int, int]:
        """The place of each key in `order`."""
        return {key: number for number, key in enumerate(self.order)}

    @cached_property
    def _before(self) -> dict[int, tuple[int, ...]]:
        """What each version may be upgraded from, for every version in order."""
        return {key: tuple(self._graph.predecessors(key)) for key in self.order}

    def befores(self, key: int) -> set[int]:
        """Every version from which some way leads to this one."""
        return set(nx.ancestors(self._graph, key))

    def afters(self, key: int) -> set[int]:
        """Every version to which some way leads from this one."""
        return set(nx.descendants(self._graph, key))

    def steps_from(self, key: int) -> dict[int, int]:
        """Every version that can be reached from this one with the number of steps to it, nearest first."""
        steps = nx.single_source_shortest_path_length(self._graph, key)
        return {reached: number for reached, number in steps.items() if reached != key}

    def find(self, start: int, target: int, stops: Mapping[int, Stop], most: int = MOST_WAYS) -> Answer:
        """Every way from one version to another, best first, or why there is none. Both keys must be of the network.

        Fewest barred stops between the two ends, then fewest steps, then fewest that disturb, then the newest stop
        first. Where one way passes no barred stop, none that does is offered.
        """
        if start == target:
            return AlreadyThere()
        befores = self.befores(target)
        if start not in befores:
            return self._why_none(start, target, befores)
        between = (self.afters(start) & befores) | {start, target}
        free = {key for key in between if key in (start, target) or not stops.get(key, _PLAIN).is_barred}
        return (
            self._ways(start, target, free, stops, most) or self._ways(start, target, between, stops, most) or NoRoute()
        )

    def _why_none(self, start: int, target: int, befores: set[int]) -> NoRoute | NotKnown:
        is_behind = start in self.afters(target)
        silent = self.silent & (befores | {target})
        if silent:
            return NotKnown(tuple(sorted(silent, key=self.rank.__getitem__)), is_behind)
        return NoRoute(is_behind)

    def _ways(self, start: int, target: int, keys: set[int], stops: Mapping[int, Stop], most: int) -> Routes | None:
        """The best ways by way of `keys` only, found version by version in order of the pathway."""
        best: dict[int, list[_Label]] = {start: [_Label(0, 0, 0, (), (start,))]}
        count = {start: 1}
        for key in self.order[self.rank[start] + 1 : self.rank[target] + 1]:
            before = [old for old in self._before[key] if old in best] if key in keys else []
            if before:
                stop = stops.get(key, _PLAIN)
                label = _Extension(key, -self.rank[key], stop.is_barred and key != target, stop.disturbs)
                best[key] = heapq.nsmallest(most, [label.of(way) for old in before for way in best[old]])
                count[key] = sum(count[old] for old in before)
        found = best.get(target)
        return Routes(tuple(Way(label.keys) for label in found), count[target]) if found else None


class _Label(NamedTuple):
    """A way so far, compared by what makes one better than another: the smallest is the best."""

    barred: int
    steps: int
    disturbing: int
    newest_first: tuple[int, ...]
    keys: tuple[int, ...]


class _Extension(NamedTuple):
    """One more step, to `key`."""

    key: int
    newness: int
    is_barred: bool
    disturbs: bool

    def of(self, way: _Label) -> _Label:
        """The way with this step at its end."""
        return _Label(
            way.barred + self.is_barred, way.steps + 1, way.disturbing + self.disturbs,
            (*way.newest_first, self.newness), (*way.keys, self.key),
        )  # fmt: skip


def _opened(graph: "nx.DiGraph[int]", place: Mapping[int, int]) -> "nx.DiGraph[int]":
    """The graph without circles: of each, the link is left out that goes back furthest in time."""
    while not nx.is_directed_acyclic_graph(graph):
        circle = nx.find_cycle(graph)
        graph.remove_edge(*max(circle, key=lambda link: place[link[0]] - place[link[1]]))
    return graph


def in_order(dated: Sequence[int], links: Iterable[Link]) -> tuple[int, ...]:
    """Keys by pathway and release date, oldest first, where they come by release date.

    Most pathways agree with the dates, so that nothing has to be built.
    """
    place = {key: number for number, key in enumerate(dated)}
    known = [(old, new) for old, new in links if old in place and new in place]
    if all(place[old] < place[new] for old, new in known):
        return tuple(dated)
    return Network(dated, known).order
