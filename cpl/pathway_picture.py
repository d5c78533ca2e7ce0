"""The pathways of a Device Model as a picture: one row a version, newest first, an arc for each link.

Drawn on the server as SVG without inline style, so that the strict content policy holds. The table beside it
says the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cpl.selectors.pathways import Links
from cpl.selectors.versions import Version

ROW: Final = 30
TOP: Final = 18
LANE: Final = 16
WIDEST: Final = 6
"""Arcs beyond this many lanes share the outermost one: a picture of sixty versions must stay narrow."""


@dataclass(frozen=True)
class Node:
    """A version at its place; `shape` tells its state without colour."""

    version: Version
    y: int
    shape: str
    words: str


@dataclass(frozen=True)
class Arc:
    """A link as an SVG path from the older version to the newer one; `kind` is plain or retracted."""

    path: str
    kind: str


@dataclass(frozen=True)
class Picture:
    """Everything that the template draws, in SVG units."""

    nodes: list[Node]
    arcs: list[Arc]
    spine: int
    height: int

    @property
    def width(self) -> int:
        """Room for arcs at the left and words at the right."""
        return self.spine + 330


def draw(versions: Sequence[Version], links: Links, recommended: Version | None, silent: set[int]) -> Picture:
    """Place `versions` (newest first) and their links; `silent` are those whose predecessors are not provided."""
    rows = {version.pk: number for number, version in enumerate(versions)}
    known = [(old, new) for old, new in links if old in rows and new in rows]
    lanes = [_lane(rows[old], rows[new]) for old, new in known]
    spine = 20 + LANE * max(lanes, default=0)
    listed = {version.pk for version in versions if version.is_listed and not version.withdrawn_on}
    arcs = [
        Arc(_path(rows[old], rows[new], lane, spine), "plain" if {old, new} <= listed else "retracted")
        for (old, new), lane in zip(known, lanes, strict=True)
    ]
    nodes = [_node(version, row, recommended, silent) for row, version in enumerate(versions)]
    return Picture(nodes, arcs, spine, TOP * 2 + ROW * max(len(versions) - 1, 0))


def _lane(old: int, new: int) -> int:
    """How far out an arc runs: a single step is straight, longer jumps nest around shorter ones."""
    return min(abs(old - new) - 1, WIDEST)


def _y(row: int) -> int:
    return TOP + ROW * row


def _path(old: int, new: int, lane: int, spine: int) -> str:
    """A straight arrow to a neighbour, else a curve around those between; ends before the node's rim."""
    start, end, up = _y(old), _y(new), new < old
    if lane == 0:
        return f"M{spine} {start - 8 if up else start + 8}V{end + 9 if up else end - 9}"
    out = spine - 10 - LANE * lane
    return f"M{spine - 8} {start - 2}C{out} {start} {out} {end} {spine - 9} {end + 2}"


def _node(version: Version, row: int, recommended: Version | None, silent: set[int]) -> Node:
    states = [
        ("recommended", "★ recommended", recommended is not None and version.pk == recommended.pk),
        ("removed", "removed", not version.is_listed),
        ("removed", "withdrawn", version.withdrawn_on is not None),
        ("test", "test version", version.is_test),
        ("plain", "urgent", version.is_urgent),
        ("unknown", "pathway not yet provided", version.pk in silent),
    ]
    true = [(shape, words) for shape, words, holds in states if holds]
    return Node(version, _y(row), true[0][0] if true else "plain", " · ".join(words for _, words in true))
