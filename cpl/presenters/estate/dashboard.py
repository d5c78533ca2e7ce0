"""The totals of an answer as its page shows them: shares as one bar, and a table for each chart."""

from calendar import month_abbr
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from cpl.choices import EstateStanding
from cpl.presenters.estate.asked import Asked
from cpl.selectors.estate.choosing import NO_LABEL
from cpl.selectors.estate.lines import STANDINGS
from cpl.selectors.estate.totals import Bar, Bars, Figure, Totals

MOST_BARS: Final = 12
"""Manufacturers, or labels, that a chart names; the rest are one bar."""

STANDING_COLUMNS: Final = tuple((name, str(EstateStanding(name).label)) for name in STANDINGS)


_SAID: Final = {
    EstateStanding.UP_TO_DATE: "are up to date",
    EstateStanding.BEHIND: "are behind and have a known route",
    EstateStanding.NO_ROUTE: "have no known route",
    EstateStanding.URGENT: "are urgent to upgrade",
    EstateStanding.UNLISTED: "are not on the list",
}


@dataclass(frozen=True)
class Segment:
    """A part of the bar of shares: where it begins and how wide it is, in percent of the bar, and where it leads.

    One that is chosen leads back to all of them; `is_left_out` are the others meanwhile.
    """

    bar: Bar
    begins: float
    width: float
    address: str
    is_chosen: bool
    is_left_out: bool


@dataclass(frozen=True)
class ChartRow:
    """A row of a chart's table: its words, short ones for the chart, where it leads, and its numbers."""

    words: str
    short: str
    address: str
    figure: Figure
    numbers: Sequence[tuple[str, int]] = ()


def segments(totals: Totals, asked: Asked) -> list[Segment]:
    """The standings from the best to the worst, side by side; `totals` leave the chosen standing out of account."""
    widths = [bar.figure.share * 100 for bar in totals.by_standing]
    begins = accumulate(widths, initial=0.0)
    return [
        _segment(bar, begin, width, asked)
        for bar, begin, width in zip(totals.by_standing, begins, widths, strict=False)
    ]


def _segment(bar: Bar, begins: float, width: float, asked: Asked) -> Segment:
    chosen = asked.chosen.standing
    address = asked.turned(standing="" if bar.key == chosen else bar.key).address
    return Segment(bar, begins, width, address, bar.key == chosen, chosen not in ("", bar.key))


def headline(totals: Totals, asked: Asked) -> str:
    """What the eye meets first: the share that is up to date, or that has the standing that is chosen."""
    if not totals.devices:
        return "No device is counted"
    standing = EstateStanding(asked.chosen.standing or EstateStanding.UP_TO_DATE)
    figure: Figure = getattr(totals, standing.value)
    return f"{figure.percent.capitalize()} of {totals.devices:,} devices {_SAID[standing]}"


def makers(totals: Totals, asked: Asked) -> list[ChartRow]:
    """Devices by manufacturer and standing."""
    return [_row(bar, asked.turned(maker=bar.key).address) for bar in _most(totals.by_maker, "other manufacturers")]


def labels(totals: Totals, asked: Asked) -> list[ChartRow]:
    """Devices by the label that the file gave them; nothing where it gave none, or one is chosen."""
    if asked.chosen.label or len(totals.by_label) < 2:
        return []
    bars = _most(totals.by_label, "other labels")
    return [_row(bar, asked.turned(label=bar.key or NO_LABEL).address, "Without a label") for bar in bars]


def ages(totals: Totals) -> list[ChartRow]:
    """Devices by the age of their firmware and standing."""
    return [_row(bar, "") for bar in totals.by_age]


def certificates(totals: Totals) -> list[ChartRow]:
    """Devices by the month in which the certificate of their model ends."""
    return [ChartRow(bar.words, _short_month(bar.key), "", bar.figure) for bar in totals.certificates]


_REST: Final = "\x00"
"""The key of the bar that stands for all that are not named: no name has such a character."""


def _most(bars: Bars, rest: str) -> list[Bar]:
    if len(bars) <= MOST_BARS + 1:
        return list(bars)
    named, others = bars[:MOST_BARS], bars[MOST_BARS:]
    figure = Figure(sum(bar.devices for bar in others), others[0].figure.of)
    return [*named, Bar(_REST, f"{len(others)} {rest}", figure, _together(others))]


def _together(bars: Iterable[Bar]) -> dict[str, int]:
    found = dict.fromkeys(STANDINGS, 0)
    for bar in bars:
        for name, devices in bar.standings.items():
            found[name] += devices
    return found


def _row(bar: Bar, address: str, unnamed: str = "") -> ChartRow:
    numbers = [(name, bar.standings.get(name, 0)) for name in STANDINGS]
    words = bar.words or unnamed
    return ChartRow(words, words, "" if bar.key == _REST else address, bar.figure, numbers)


def _short_month(key: str) -> str:
    """Nov of 2026-11; a year begins with its number, below the month: Jan|2027."""
    year, month = key.split("-")
    name = month_abbr[int(month)]
    return f"{name}|{year}" if month == "01" else name
