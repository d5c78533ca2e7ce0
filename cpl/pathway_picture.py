"""The pathways of a Device Model as a picture: one row a version, newest first, an arc for each link.

Drawn on the server as SVG without inline style, so that the strict content policy holds. The table beside it
says the same in words.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from cpl.selectors.pathways import Links
from cpl.selectors.versions import Version

ROW: Final = 30
TOP: Final = 18
SPINE: Final = 64
LANE: Final = 13
OUTERMOST: Final = 54
"""Long jumps share the outermost lane: a picture of sixty versions must stay as narrow as one of three."""


@dataclass(frozen=True)
class Node:
    """A version at its place; `shape` tells its state without colour."""

    version: Version
    y: int
    shape: str
    words: str
    short: str


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


def draw(versions: Sequence[Version], links: Links, recommended: Version | None, silent: Collection[int]) -> Picture:
    """Place `versions` (newest first) and their links; `silent` are those whose predecessors are not provided."""
    rows = {version.pk: number for number, version in enumerate(versions)}
    known = [(old, new) for old, new in links if old in rows and new in rows]
    listed = {version.pk for version in versions if version.is_listed and not version.withdrawn_on}
    arcs = [Arc(_path(rows[old], rows[new]), "plain" if {old, new} <= listed else "retracted") for old, new in known]
    nodes = [_node(version, row, recommended, silent) for row, version in enumerate(versions)]
    return Picture(nodes, arcs, SPINE, TOP * 2 + ROW * max(len(versions) - 1, 0))


def _y(row: int) -> int:
    return TOP + ROW * row


def _path(old: int, new: int) -> str:
    """A straight arrow to a neighbour, else a curve around those between; ends before the node's rim."""
    start, end, up = _y(old), _y(new), new < old
    if abs(old - new) == 1:
        return f"M{SPINE} {start - 8 if up else start + 8}V{end + 9 if up else end - 9}"
    out = SPINE - 8 - min(16 + LANE * (abs(old - new) - 1), OUTERMOST)
    return f"M{SPINE - 8} {start - 2}C{out} {start} {out} {end} {SPINE - 9} {end + 2}"


def _node(version: Version, row: int, recommended: Version | None, silent: Collection[int]) -> Node:
    states = [
        ("recommended", "★ recommended", recommended is not None and version.pk == recommended.pk),
        ("removed", "removed", not version.is_listed),
        ("removed", "withdrawn", version.withdrawn_on is not None),
        ("test", "test version", version.is_test),
        ("plain", "advised against", version.is_advised_against),
        ("plain", "urgent", version.is_urgent),
        ("unknown", "pathway not yet provided", version.pk in silent),
    ]
    true = [(shape, words) for shape, words, holds in states if holds]
    day = version.release_date or version.published_on
    words = " · ".join([words for _, words in true] + ([f"{day.day} {day:%b %Y}"] if day else []))
    short = true[0][1].replace("pathway not yet provided", "no pathway yet") if true else ""
    return Node(version, _y(row), true[0][0] if true else "plain", words, short)
