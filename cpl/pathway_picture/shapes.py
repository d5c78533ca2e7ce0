"""What the picture is drawn with: every state has a shape or a sign, and words. Nothing is told by colour alone."""

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

CIRCLE: Final = "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z"
DIAMOND: Final = "M0-10 10 0 0 10-10 0z"
STAR: Final = "M0-5.8 1.5-1.9 5.5-1.8 2.3.8 3.4 4.7 0 2.4-3.4 4.7-2.3.8-5.5-1.8-1.5-1.9z"
CROSS: Final = "M-4-4 4 4M4-4-4 4"
BAR: Final = "M-4.5 0H4.5"
SQUARE: Final = "M-13-13H13V13H-13z"
RING: Final = "M-13 0a13 13 0 1 0 26 0a13 13 0 1 0-26 0z"
TRIANGLE: Final = "M11.5-14 18-3H5z"
BEGINNING: Final = "M-7 0H7"


class Stroke(NamedTuple):
    """One piece of a drawing around the point 0 0: what it is, and its SVG path."""

    kind: str
    path: str


class Sign(NamedTuple):
    """Something that is true of a version: what it is, its sign, and in words."""

    kind: str
    sign: str
    words: str


class KeyItem(NamedTuple):
    """A sign of the picture with its meaning: drawn, or as the character that stands in the picture."""

    strokes: list[Stroke]
    sign: str
    words: str


def strokes_of(kinds: Collection[str]) -> list[Stroke]:
    """A node by the kinds of its signs: its outline, what is inside it, around it and beside it."""
    retracted = "-retracted" if {"removed", "withdrawn"} & {*kinds} else ""
    full = "-recommended" if "recommended" in kinds and not retracted else ""
    pieces = [
        (True, Stroke(f"node{retracted or full}", DIAMOND if "test" in kinds else CIRCLE)),
        ("recommended" in kinds, Stroke("star", STAR)),
        ("removed" in kinds, Stroke("cross", CROSS)),
        ("withdrawn" in kinds and "removed" not in kinds, Stroke("cross", BAR)),
        ("installed" in kinds, Stroke("frame-mark", SQUARE)),
        ("target" in kinds, Stroke("frame-mark", RING)),
        ("notice" in kinds, Stroke("alert", TRIANGLE)),
    ]
    return [stroke for holds, stroke in pieces if holds]


_NODES: Final = (
    ("plain", "On the list"),
    ("recommended", "Recommended"),
    ("installed", "Your version"),
    ("target", "Target of the route"),
    ("test", "Test version"),
    ("removed", "Removed from the list"),
    ("withdrawn", "Withdrawn by its manufacturer"),
    ("notice", "An open notice stands against it"),
)
_SIGNS: Final = (("urgent", "!", "Urgent"), ("against", "⊘", "The manufacturer advises against it"))
_LINES: Final = (
    ("edge-plain", "May be upgraded to"),
    ("edge-plain-retracted", "From or to a version removed or withdrawn"),
    ("edge-way", "Your route"),
    ("edge-way-retracted", "Your route, through a version removed or withdrawn"),
)
_UNKNOWN: Final = "The manufacturer has not said what comes before"


def key_of(kinds: Collection[str], edges: Collection[str]) -> Iterator[KeyItem]:
    """What the picture has, and no more. `kinds` are those of its nodes, `edges` those of its lines."""
    yield from (KeyItem(strokes_of([kind]), "", words) for kind, words in _NODES if kind in kinds)
    yield from (KeyItem([], sign, words) for kind, sign, words in _SIGNS if kind in kinds)
    for edge, words in _LINES:
        if edge in edges:
            yield KeyItem([Stroke(edge, "M7 0H-15")], "", words)
    if "edge-unknown" in edges:
        yield KeyItem([Stroke("edge-unknown", "M-14 0H15")], "", _UNKNOWN)
    if "beginning" in edges:
        yield KeyItem([Stroke("beginning", BEGINNING)], "", "Nothing comes before")
