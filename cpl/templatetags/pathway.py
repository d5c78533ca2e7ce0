"""The picture of pathways as SVG.

Written as functions, not in a template: a model of sixty versions has a thousand pieces, and a template takes ten times
as long over them.
"""

from collections.abc import Iterator
from typing import Any, Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cpl.pathway_picture import Node, Picture
from cpl.pathway_picture.shapes import BEGINNING, Sign, Stroke

register = template.Library()

_STROKE: Final = '<path class="fir-pathway__{}" d="{}"/>'
_LINE: Final = '<path class="fir-pathway__{}" d="{}" marker-start="url(#fir-{})"/>'
_BAR: Final = '<path class="fir-pathway__beginning" transform="translate({} {})" d="{}"/>'
_NODE: Final = (
    '<a class="fir-pathway__version" href="{}" aria-label="{}" transform="translate({} {})"{}>'
    '<rect class="fir-pathway__row" x="-18" y="-16" width="{}" height="{}" rx="3"/>{}'
    '<text class="fir-pathway__label{}" x="24" y="5">{}</text>'
    '<text class="fir-pathway__day" x="{}" y="5">{}</text>{}</a>\n'
)
_WORDS: Final = '<text class="fir-pathway__words" x="24" y="{}">{}</text>'
_SIGN: Final = '<tspan class="fir-pathway__sign-{}"{}>{} {}</tspan>'


@register.simple_tag
def pathway_drawing(picture: Picture) -> SafeString:
    """Everything inside the picture: lines first, so that no line lies over a version."""
    unknown = format_html_join("\n", _STROKE, (("edge-unknown", line.path) for line in picture.unknown))
    arcs = format_html_join("\n", _LINE, ((arc.kind, arc.path, arc.kind) for arc in picture.arcs))
    bars = format_html_join("\n", _BAR, ((picture.spine, y, BEGINNING) for y in picture.beginnings))
    nodes = format_html_join("", "{}", ((_node(node, picture),) for node in picture.nodes))
    return format_html("{}\n{}\n{}\n{}", unknown, arcs, bars, nodes)


@register.simple_tag
def pathway_sample(strokes: list[Stroke]) -> SafeString:
    """One sign of the key; a line has its arrow."""
    return format_html_join("", "{}", ((_sample(stroke),) for stroke in strokes))


def _sample(stroke: Stroke) -> SafeString:
    has_arrow = stroke.kind.startswith(("edge-plain", "edge-way"))
    return format_html(_LINE, *stroke, stroke.kind) if has_arrow else format_html(_STROKE, *stroke)


def _node(node: Node, picture: Picture) -> SafeString:
    words = format_html_join("", _WORDS, ((y, _line(line)) for y, line in node.words))
    start = _START if "installed" in node.kinds else ""
    retracted = " fir-pathway__label--retracted" if node.is_retracted else ""
    return format_html(
        _NODE, node.version.get_absolute_url(), node.name, picture.spine, node.row.y, start, picture.row_width,
        node.row.height, format_html_join("", _STROKE, node.strokes), retracted, node.label, picture.day_x, node.day,
        words,
    )  # fmt: skip


def _line(signs: list[Sign]) -> SafeString:
    return format_html_join("", _SIGN, _spaced(signs))


def _spaced(signs: list[Sign]) -> Iterator[tuple[Any, ...]]:
    for number, sign in enumerate(signs):
        yield sign.kind, _SPACE if number else "", sign.sign, sign.words


_START: Final = SafeString(" data-fir-pathway-start")
_SPACE: Final = SafeString(' dx="9"')
