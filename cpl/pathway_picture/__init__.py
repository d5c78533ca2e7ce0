"""The pathways of a Device Model as a picture: one row a version, newest at the top, a line for each link.

Drawn on the server as SVG without inline style, so that the strict content policy holds. Every state of a version has
a shape or sign and words: nothing is told by colour alone. A table says the same beside it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cpl.pathway_picture.layout import (
    LINE,
    MARGIN,
    STUB,
    Arc,
    Row,
    Sheet,
    Unknown,
    arcs_of,
    in_lines,
    lanes_of,
    rows_of,
    sheets_of,
    spine_of,
    unknown_of,
)
from cpl.pathway_picture.shapes import KeyItem, Sign, Stroke, key_of, strokes_of
from cpl.pathway_picture.telling import Telling, is_retracted, label
from cpl.selectors.known import KnownModel
from cpl.selectors.notices import NONE_OPEN, OpenNotices
from cpl.selectors.pathways import Links
from cpl.selectors.versions import Version

__all__ = ["Node", "Picture", "draw", "draw_versions"]

TEXT: Final = 24
"""From the middle of a node to its label."""
LABEL_CHARACTER: Final = 9.2
"""Widths of characters, rather too wide than too narrow: fonts differ, and no text may reach the edge."""
WORD_CHARACTER: Final = 7.4
DATE_WIDTH: Final = 90


@dataclass(frozen=True)
class Node:
    """A version at its place; `name` says everything that the picture says of it."""

    version: Version
    label: str
    day: str
    row: Row
    strokes: list[Stroke]
    lines: list[list[Sign]]
    befores: list[Version]
    befores_words: str
    name: str
    is_retracted: bool

    @property
    def kinds(self) -> list[str]:
        """What its signs say, without their words."""
        return [sign.kind for sign in self.signs]

    @property
    def signs(self) -> list[Sign]:
        """What is told of it, the most important first."""
        return [sign for line in self.lines for sign in line]

    @property
    def words(self) -> list[tuple[int, list[Sign]]]:
        """Its lines of words with the base line of each, below the label."""
        return [(5 + LINE * number, line) for number, line in enumerate(self.lines, 1)]


@dataclass(frozen=True)
class Picture:
    """Everything that the template draws, in SVG units.

    `dates` says which dates it shows and is ordered by, `beginnings` where bars stand for "nothing comes before".
    """

    nodes: list[Node]
    arcs: list[Arc]
    unknown: list[Unknown]
    beginnings: list[int]
    spine: int
    day_x: int
    width: int
    height: int
    dates: str
    key: list[KeyItem]
    sheets: list[Sheet]

    @property
    def row_width(self) -> int:
        """From the left of the nodes to the right edge of the picture."""
        return self.width - self.spine + 12

    @property
    def marker_kinds(self) -> list[str]:
        """The kinds of its arrows."""
        return sorted({arc.kind for arc in self.arcs})


def draw(
    known: KnownModel, *, installed: int | None = None, target: int | None = None, way: Sequence[int] = ()
) -> Picture:
    """Draw what a person may know of a model, with the version in the house, the one aimed at and the route between.

    All three are keys of `known.versions`; `way` has both ends.
    """
    recommended = known.summary.recommended
    return draw_versions(
        [known.versions[key] for key in reversed(known.network.order)],
        known.network.links,
        recommended=recommended.pk if recommended else None,
        silent=known.network.silent,
        notices=known.notices,
        installed=installed,
        target=target,
        way=way,
        urgent=_urgent_from(known, installed, target),
    )


def _urgent_from(known: KnownModel, installed: int | None, target: int | None) -> list[int]:
    """The target, where a notice makes it urgent for the version in the house."""
    if installed is None or target is None:
        return []
    pair = known.urgency(installed, target)
    return [target] if pair.is_urgent and pair.notice else []


def draw_versions(  # noqa: PLR0913 - what a picture may show, each by name
    versions: Sequence[Version],
    links: Links,
    *,
    recommended: int | None,
    silent: Collection[int],
    notices: OpenNotices = NONE_OPEN,
    installed: int | None = None,
    target: int | None = None,
    way: Sequence[int] = (),
    urgent: Collection[int] = (),
) -> Picture:
    """Draw `versions`, newest first, and the links among them; `silent` are those whose predecessors are not provided.

    `urgent` are versions that are urgent from the one installed, whatever is said of them otherwise.
    """
    told = Telling(versions, links, recommended, silent, notices, installed, target, way, urgent)
    rows = rows_of(told)
    lanes = lanes_of(told.links, rows)
    spine = spine_of(lanes)
    nodes = [_node(told, version, rows[version.pk]) for version in versions]
    arcs, unknown = arcs_of(told, rows, lanes), unknown_of(told, rows, spine)
    beginnings = [row.y + row.rim + 4 for key, row in rows.items() if told.begins(key)]
    height = max((row.bottom for row in rows.values()), default=0) + STUB + MARGIN
    day_x = int(TEXT + LABEL_CHARACTER * max((len(node.label) for node in nodes), default=0)) + 8
    return Picture(
        nodes, arcs, unknown, beginnings, spine, day_x, spine + _text_width(nodes, day_x) + MARGIN, height,
        "release date" if told.by_release else "day of publication",
        list(key_of(_kinds(nodes), {*(arc.kind for arc in arcs), *_lines(unknown, beginnings)})),
        sheets_of(rows, height),
    )  # fmt: skip


def _node(told: Telling, version: Version, row: Row) -> Node:
    signs = told.signs[version.pk]
    return Node(
        version, label(version), told.day(version), row, strokes_of({sign.kind for sign in signs}), in_lines(signs),
        told.befores.get(version.pk, []), told.befores_words(version.pk), told.name(version), is_retracted(version),
    )  # fmt: skip


def _text_width(nodes: Iterable[Node], day_x: int) -> int:
    lines = (line for node in nodes for line in node.lines)
    words = (TEXT + WORD_CHARACTER * sum(len(sign.words) + 4 for sign in line) for line in lines)
    return int(max([day_x + DATE_WIDTH, *words]))


def _kinds(nodes: Iterable[Node]) -> set[str]:
    """What the key has to explain of the nodes."""
    return {kind for node in nodes for kind in (node.kinds or ["plain"])}


def _lines(unknown: Sequence[object], beginnings: Sequence[object]) -> set[str]:
    return {kind for kind, found in (("edge-unknown", unknown), ("beginning", beginnings)) if found}
