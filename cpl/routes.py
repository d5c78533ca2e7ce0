"""Route finding over the pathway links of one Device Model: which upgrades lead from one version to another.

Versions are keys here, and what counts about each is told in a `Stop`: nothing in this module knows a database.
"""

import heapq
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
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


Stops = Mapping[int, Stop]
_PLAIN: Final = Stop()
_NO_STOPS: Final[Stops] = {}


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


Answer = Routes | AlreadyThere | NoRoute | NotKnown


class Network:
    """The pathways of a Device Model, as far as one person may see. Built once and shared: nothing changes it.

    `dated` are the keys of its versions by release date, oldest first; `silent` those of which the manufacturer has
    not said what comes before them. Links to or from other keys are left out.
    """

    def __init__(self, dated: Sequence[int], links: Iterable[Link], silent: Collection[int] = ()) -> None:
        self._place = {key: number for number, key in enumerate(dated)}
        self.links: tuple[Link, ...] = _among(self._place, links)
        self.silent = frozenset(key for key in silent if key in self._place)

    @cached_property
    def _ways_on(self) -> tuple[Link, ...]:
        """The links without circles: of each circle, those are left out that go back in time.

        Circles are refused when pathways come in. One that got in all the same must not end in an endless search.
        """
        place = self._place
        if all(place[old] < place[new] for old, new in self.links):
            return self.links
        circle = {
            key: number
            for number, keys in enumerate(nx.strongly_connected_components(nx.DiGraph(self.links)))
            for key in keys
        }
        return tuple((old, new) for old, new in self.links if circle[old] != circle[new] or place[old] < place[new])

    @cached_property
    def _graph(self) -> "nx.DiGraph[int]":
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(self._place)
        graph.add_edges_from(self._ways_on)
        return graph

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The keys by pathway and release date, oldest first: a version never stands before one it is upgraded from."""
        if all(self._place[old] < self._place[new] for old, new in self._ways_on):
            return tuple(self._place)
        return tuple(nx.lexicographical_topological_sort(self._graph, key=self._place.__getitem__))

    @cached_property
    def rank(self) -> dict[int, int]:
        """The place of each key in `order`."""
        return {key: number for number, key in enumerate(self.order)}

    @cached_property
    def after(self) -> dict[int, list[int]]:
        """What each version may be upgraded to at once."""
        found: dict[int, list[int]] = {key: [] for key in self._place}
        for old, new in self._ways_on:
            found[old].append(new)
        return found

    def befores(self, key: int) -> set[int]:
        """Every version from which some way leads to this one."""
        return set(nx.ancestors(self._graph, key))

    def afters(self, key: int) -> set[int]:
        """Every version to which some way leads from this one."""
        return set(nx.descendants(self._graph, key))

    def steps_from(self, key: int, stops: Stops = _NO_STOPS) -> dict[int, int]:
        """Every version that can be reached from this one with the number of steps of its best way, nearest first."""
        # What the way costs that ends in a version, and what it costs to go on from there.
        ends, goes_on = {key: (0, 0)}, {key: (0, 0)}
        for here in self.order[self.rank[key] :]:
            if here not in ends:
                continue
            barred, steps = ends[here]
            goes_on[here] = (barred + (here != key and stops.get(here, _PLAIN).is_barred), steps + 1)
            for new in self.after[here]:
                ends[new] = min(ends.get(new, goes_on[here]), goes_on[here])
        found = {reached: steps for reached, (_, steps) in ends.items() if reached != key}
        return dict(sorted(found.items(), key=lambda item: (item[1], -self.rank[item[0]])))

    def find(self, start: int, target: int, stops: Stops, most: int = MOST_WAYS) -> Answer:
        """Every way from one version to another, best first, or why there is none. Both keys must be of the network.

        Fewest barred stops between the two ends, then fewest steps, then fewest that disturb, then the newest stop
        first. Where one way passes no barred stop, none that does is offered.
        """
        if start == target:
            return AlreadyThere()
        barred = {key for key, stop in stops.items() if stop.is_barred}
        found = _Search(self, start, target, stops, barred - {start, target}).routes(most)
        if not found and barred:
            found = _Search(self, start, target, stops, ()).routes(most)
        return found or self._why_none(start, target)

    def _why_none(self, start: int, target: int) -> NoRoute | NotKnown:
        """A silent version matters only if a way from the first one may still lead to it.

        None can where it comes before that one: the way would go in a circle.
        """
        befores = self.befores(start)
        silent = self.silent & (self.befores(target) | {target}) - befores
        if silent:
            return NotKnown(tuple(sorted(silent, key=self.rank.__getitem__)))
        return NoRoute(is_behind=target in befores)


class _Search:
    """The ways from one version to another that pass none of `shut`."""

    def __init__(self, network: Network, start: int, target: int, stops: Stops, shut: Container[int]) -> None:
        self._after, self._rank = network.after, network.rank
        self._start, self._target = start, target
        between = network.order[self._rank[start] : self._rank[target]]
        # One number stands for barred stops, steps and disturbing ones: the smaller the better, in that order.
        base = len(between) + 2
        self._none = base**4
        self._cost = dict.fromkeys(self._rank, self._none)
        self._count = dict.fromkeys(self._rank, 0)
        self._cost[target], self._count[target] = _cost(stops.get(target, _PLAIN), base), 1
        for key in reversed(between):
            if key not in shut:
                self._settle(key, 0 if key == start else _cost(stops.get(key, _PLAIN), base, is_passed=True))

    def _settle(self, key: int, own: int) -> None:
        """What the best way from a version on costs, with the step to it, and how many ways there are from it on."""
        after = self._after[key]
        best = min(map(self._cost.__getitem__, after), default=self._none)
        if best < self._none:
            self._cost[key] = own + best
            self._count[key] = sum(map(self._count.__getitem__, after))

    def routes(self, most: int) -> Routes | None:
        """The best ways, by always following the most promising one; None where there is none."""
        if not self._count[self._start]:
            return None
        found: list[Way] = []
        offered: dict[int, list[tuple[int, int, int]]] = {}
        waiting: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = [(self._cost[self._start], (), (self._start,))]
        while waiting and len(found) < most:
            cost, newest_first, keys = heapq.heappop(waiting)
            here = keys[-1]
            if here == self._target:
                found.append(Way(keys))
                continue
            if here not in offered:
                offered[here] = self._best_after(here, most)
            for whole, newness, new in offered[here]:
                extra = whole - offered[here][0][0]
                heapq.heappush(waiting, (cost + extra, (*newest_first, newness), (*keys, new)))
        return Routes(tuple(found), self._count[self._start])

    def _best_after(self, key: int, most: int) -> list[tuple[int, int, int]]:
        """What to go on to: more than `most` need not be tried, for each leads to a better way than those left out."""
        cost, rank = self._cost, self._rank
        after = ((cost[new], -rank[new], new) for new in self._after[key] if cost[new] < self._none)
        return heapq.nsmallest(most, after)


def _cost(stop: Stop, base: int, *, is_passed: bool = False) -> int:
    """Of a step to this version; that it is barred counts where the way goes on from there."""
    return ((is_passed and stop.is_barred) * base + 1) * base + stop.disturbs


def _among(keys: Container[int], links: Iterable[Link]) -> tuple[Link, ...]:
    """The links between two of these keys, each once; a link of a version with itself says nothing."""
    return tuple(dict.fromkeys((old, new) for old, new in links if old != new and old in keys and new in keys))


def in_order(dated: Sequence[int], links: Iterable[Link]) -> tuple[int, ...]:
    """Keys by pathway and release date, oldest first, where they come by release date."""
    return Network(dated, links).order
