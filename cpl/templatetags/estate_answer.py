"""What pages of an estate's answer show again and again; functions, since a page has hundreds of them."""

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cpl.choices import EstateStanding, EstateStatus
from cpl.presenters.estate.asked import Asked
from cpl.presenters.estate.dashboard import STANDING_COLUMNS
from cpl.selectors.estate.lines import UNKNOWN, Line
from cpl.templatetags.fir import tag

register = template.Library()

_LONG: Final = ("devices", "behind")
"""Orders that begin with the largest; the others go up."""


@register.simple_tag
def standing_tag(line: Line) -> SafeString:
    """Where the devices of a line stand, in a word with a sign; of what is not on the list, why it is not."""
    if line.status == EstateStatus.REMOVED:
        return tag(line.status)
    words = "Not known here" if line.status in UNKNOWN else EstateStanding(line.standing).label
    return format_html('<strong class="fir-tag fir-tag--standing-{}">{}</strong>', line.standing, words)


@register.simple_tag
def standing_columns() -> tuple[tuple[str, str], ...]:
    """The standings, from the best to the worst, as columns: name and heading."""
    return STANDING_COLUMNS


@register.simple_tag
def amount(devices: int, most: int) -> SafeString:
    """A bar under a number, as long as the number is of the greatest; the number itself says it."""
    width = f"{devices * 100 / most:.2f}" if most else "0"
    return format_html(
        '<svg class="fir-amount" aria-hidden="true" focusable="false">'
        '<rect class="fir-amount__ground" width="100%" height="100%"/><rect width="{}%" height="100%"/></svg>',
        width,
    )


@register.simple_tag
def sort_heading(name: str, words: str, asked: Asked, sorts: Mapping[str, str], kind: str = "") -> SafeString:
    """The heading of a column by which the lines may be put in order, saying whether they are."""
    numeric = SafeString(' class="fir-table__heading--numeric"') if kind == "numeric" else SafeString("")
    way = "descending" if name in _LONG else "ascending"
    here = asked.sort == name
    return format_html(
        '<th scope="col"{}{}><a class="fir-sort{}" href="?{}#lines">{}</a></th>',
        numeric,
        format_html(' aria-sort="{}"', way) if here else "",
        f" fir-sort--{'down' if way == 'descending' else 'up'}" if here else "",
        sorts[name],
        words,
    )
