"""Where everything stands in the picture: rows for versions, lanes for links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from cpl.pathway_picture.shapes import Sign
from cpl.pathway_picture.telling import Telling, is_retracted
from cpl.routes import Link

MARGIN: Final = 14
ROW: Final = 36
LINE: Final = 16
"""What each line of words adds to the row of its version."""
CHARACTERS: Final = 27
"""In a line of words, so that the picture of a plain pathway fits a narrow screen."""
LANE: Final = 12
GAP: Final = 32
"""From the nodes to the innermost lane: room for an arrowhead and a bend."""
PORT: Final = 4
"""Lines come in this far below the middle of a node and leave as far above it, so that the two never meet."""
BEND: Final = 6
HEAD: Final = 9
"""Length of an arrowhead: the line ends where it begins, so that its tip stays sharp."""
STUB: Final = 12
"""How far the dotted line goes below the first version of all."""
SHEET: Final = 900
"""What goes on one sheet of paper: a taller picture is printed in parts, cut between two rows."""


class Row(NamedTuple):
    """Where a version stands: the middle of its node, the height of its row, how far its node reaches."""

    y: int
    height: int
    rim: int

    @property
    def top(self) -> int:
        """Its upper edge."""
        return self.y - ROW // 2

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.top + self.height


class Run(NamedTuple):
    """A stretch along a lane, from the top down."""

    top: int
    bottom: int


@dataclass(frozen=True)
class Arc:
    """A link as an SVG path that begins at the arrowhead: all that lead to one version share their beginning.

    `lane` counts from the nodes outwards; None for a straight line between neighbours. `run` tells where along it.
    """

    old: int
    new: int
    path: str
    lane: int | None
    run: Run
    is_retracted: bool
    is_on_way: bool

    @property
    def kind(self) -> str:
        """How it is drawn."""
        return f"edge-{'way' if self.is_on_way else 'plain'}{'-retracted' if self.is_retracted else ''}"


class Unknown(NamedTuple):
    """The dotted stretch below a version of which the manufacturer has not said what comes before it."""

    new: int
    path: str


class Sheet(NamedTuple):
    """The part of the picture that goes on one sheet of paper."""

    y: int
    height: int


def in_lines(signs: Iterable[Sign]) -> list[list[Sign]]:
    """Signs in lines, none broken: as many to a line as it holds."""
    lines: list[list[Sign]] = []
    room = 0
    for sign in signs:
        wide = len(sign.words) + 4
        if wide > room:
            lines.append([])
            room = CHARACTERS
        lines[-1].append(sign)
        room -= wide
    return lines


def rows_of(told: Telling) -> dict[int, Row]:
    """A place for each version, from the top down; the more is to be told of it, the taller is its row."""
    rows, edge = {}, MARGIN
    for version in told.versions:
        height = ROW + LINE * len(in_lines(told.signs[version.pk]))
        framed = version.pk in (told.installed, told.target)
        rows[version.pk] = Row(edge + ROW // 2, height, 15 if framed else 10)
        edge += height
    return rows


def lanes_of(links: Iterable[Link], rows: Mapping[int, Row]) -> dict[Link, int]:
    """A lane for each link that is not between neighbours, so that no two lines lie on one another.

    What leads to one version from one side runs in one lane: it is one line with several beginnings. The shortest
    take the lanes next to the nodes, so that lines cross as little as may be.
    """
    place = {key: number for number, key in enumerate(rows)}
    bundles: dict[tuple[int, bool], list[Link]] = {}
    for old, new in links:
        if abs(place[old] - place[new]) > 1:
            bundles.setdefault((new, place[old] > place[new]), []).append((old, new))
    runs = {key: _hull(run_of(link, rows) for link in bundle) for key, bundle in bundles.items()}
    taken: list[list[Run]] = []
    lanes = {}
    for key in sorted(runs, key=lambda key: (runs[key].bottom - runs[key].top, runs[key].top)):
        lane = next((number for number, held in enumerate(taken) if _fits(runs[key], held)), len(taken))
        taken[lane:] = taken[lane:] or [[]]
        taken[lane].append(runs[key])
        lanes.update(dict.fromkeys(bundles[key], lane))
    return lanes


def run_of(link: Link, rows: Mapping[int, Row]) -> Run:
    """Where a link runs along its lane."""
    old, new = (rows[key].y for key in link)
    return Run(min(old, new) + PORT, max(old, new) - PORT)


def _hull(runs: Iterable[Run]) -> Run:
    tops, bottoms = zip(*runs, strict=True)
    return Run(min(tops), max(bottoms))


def _fits(run: Run, held: list[Run]) -> bool:
    return all(run.bottom < other.top or other.bottom < run.top for other in held)


def spine_of(lanes: Mapping[Link, int]) -> int:
    """How far from the left edge the nodes stand."""
    return MARGIN + (GAP + LANE * max(lanes.values()) if lanes else 2)


def arcs_of(told: Telling, rows: Mapping[int, Row], lanes: Mapping[Link, int]) -> list[Arc]:
    """A line for each link, in the order of painting: the route last, over all others."""
    spine = spine_of(lanes)
    arcs = []
    for link in told.links:
        lane = lanes.get(link)
        path = _straight(link, rows, spine) if lane is None else _around(link, rows, spine, spine - GAP - LANE * lane)
        gone = any(is_retracted(told.by_key[key]) for key in link)
        arcs.append(Arc(*link, path, lane, run_of(link, rows), gone, link in told.steps))
    return sorted(arcs, key=lambda arc: (arc.is_on_way, not arc.is_retracted))


def _straight(link: Link, rows: Mapping[int, Row], spine: int) -> str:
    old, new = (rows[key] for key in link)
    side = 1 if old.y > new.y else -1
    return f"M{spine} {new.y + side * (new.rim + HEAD)}V{old.y - side * old.rim}"


def _around(link: Link, rows: Mapping[int, Row], spine: int, x: int) -> str:
    """In below the middle of the node, along the lane, and from above the middle of the other node."""
    old, new = (rows[key] for key in link)
    side = 1 if old.y > new.y else -1
    end, start, bend = new.y + side * PORT, old.y - side * PORT, side * BEND
    return (
        f"M{spine - new.rim - HEAD} {end}H{x + BEND}Q{x} {end} {x} {end + bend}"
        f"V{start - bend}Q{x} {start} {x + BEND} {start}H{spine - old.rim + 1}"
    )


def unknown_of(told: Telling, rows: Mapping[int, Row], spine: int) -> list[Unknown]:
    """From each version of which nothing is known before it, to the release below it in the picture."""
    keys = list(rows)
    found = []
    for number, key in enumerate(keys):
        if told.is_unknown(key):
            start = rows[key].y + rows[key].rim + 1
            below = rows[keys[number + 1]] if number + 1 < len(keys) else None
            end = below.y - below.rim if below else start + STUB
            found.append(Unknown(key, f"M{spine} {start}V{end}"))
    return found


def sheets_of(rows: Mapping[int, Row], height: int) -> list[Sheet]:
    """The picture in parts that each go on one sheet, cut between rows; one part if it fits."""
    cuts = [0]
    for row in rows.values():
        if row.bottom > cuts[-1] + SHEET:
            cuts.append(row.top)
    return [Sheet(top, bottom - top) for top, bottom in zip(cuts, [*cuts[1:], height], strict=True)]
