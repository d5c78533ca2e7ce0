"""The way through a model of 200 versions: worked out for the first time, and from what is kept, beside networkx.

No database has a part in it: a page reads versions and links in two queries, which the figures of pages hold.
"""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

import networkx as nx

from cpl.routes import MOST_WAYS, Link, Network, Routes, Stop
from cpl.selectors.known import KnownModel
from cpl.selectors.notices import NONE_OPEN
from cpl.selectors.pathways import _network
from cpl.selectors.versions import Version, by_date, summarise
from tests.benchmarks.report import Figure
from tests.benchmarks.timing import median

COUNT: Final = 200
MOST: Final = 5.0
FIRST, LAST = 0, COUNT - 1


def measure() -> list[Figure]:
    """From the first version to the last, over pathways of three kinds."""
    return [figure for name, links, target in _kinds() for figure in _of(name, links, target)]


def _kinds() -> list[tuple[str, list[Link], float | None]]:
    """The last is none that any manufacturer would give: 19,900 links. It has no target the first time."""
    chain = [(number, number + 1) for number in range(COUNT - 1)]
    three = [(old, new) for new in range(COUNT) for old in range(max(0, new - 3), new)]
    dense = [(old, new) for new in range(COUNT) for old in range(new)]
    return [
        ("chain of 200", chain, MOST),
        ("each names the last three", three, MOST),
        ("each names all before it", dense, None),
    ]


def _of(name: str, links: list[Link], cold_target: float | None) -> list[Figure]:
    stops = {key: Stop(is_barred=key % 7 == 3, disturbs=key % 5 == 0) for key in range(COUNT)}
    given, kept = tuple(links), Network(range(COUNT), links)
    known = _known(links)
    graph: nx.DiGraph[int] = nx.DiGraph(links)
    answer = kept.find(FIRST, LAST, stops)
    if not isinstance(answer, Routes):
        raise TypeError("the pathways of the benchmark have a way")
    ways = f"{answer.count:,} ways" if answer.count < 10**6 else f"{answer.count:.1e} ways"
    plain = f"networkx.shortest_simple_paths, {min(answer.count, MOST_WAYS)} ways by steps alone: "
    first, kept_ms = _time(lambda: _plain(nx.DiGraph(links))), _time(lambda: _plain(graph))

    def anew() -> object:
        return Network(range(COUNT), given).find(FIRST, LAST, stops)

    return [
        _figure(f"route, {name}: first time", cold_target, anew, f"{plain}{first:.2f} ms"),
        _figure(
            f"route, {name}: kept ({ways})", MOST, lambda: kept.find(FIRST, LAST, stops), f"{plain}{kept_ms:.2f} ms"
        ),
        _figure(f"route, {name}: kept, as a page asks", MOST, lambda: _asked(known)),
    ]


def _figure(work: str, target: float | None, run: Callable[[], Any], plain: str = "") -> Figure:
    taken = _time(run)
    goal = f"≤ {target:g} ms" if target else ""
    return Figure(work, goal, f"{taken:.2f} ms", plain, met=taken <= target if target else None)


def _time(run: Callable[[], Any]) -> float:
    return median(run, 50)


def _plain(graph: "nx.DiGraph[int]") -> list[list[int]]:
    return list(islice(nx.shortest_simple_paths(graph, FIRST, LAST), MOST_WAYS))


def _known(links: list[Link]) -> KnownModel:
    """What a page has once it has read the rows."""
    versions = {number: _version(number) for number in range(COUNT)}
    network = Network([version.pk for version in by_date(versions.values())], links)
    return KnownModel(1, versions, network, NONE_OPEN, summarise(versions.values(), links))


def _version(number: int) -> Version:
    day = date(2010, 1, 1) + timedelta(days=14 * number)
    return Version(
        number, 1, f"CPL-{number:06}", f"{number:08X}", day, None, "all_parties", release_date=day, stage="production",
        notes="Corrects tariff switching at clock change.",
    )  # fmt: skip


def _asked(known: KnownModel) -> object:
    """With the key under which the network is kept made and looked up, and every version judged anew."""
    network = _network(tuple(known.versions), known.network.links, known.network.silent)
    return KnownModel(known.model, known.versions, network, known.notices, known.summary).route(FIRST, LAST)
