"""Lines of an answer in total: shares, and the bars of each chart. Every figure counts devices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils import timezone

from cpl.choices import EstateRoute, EstateStanding
from cpl.selectors.estate.lines import STANDINGS, UNKNOWN, Judged

NOT_KNOWN_AGE: Final = "not_known"
AGES: Final = (
    ("under_1", "Under 1 year", 1),
    ("1_to_2", "1 to 2 years", 2),
    ("2_to_3", "2 to 3 years", 3),
    ("3_to_5", "3 to 5 years", 5),
    ("over_5", "5 years or more", 1000),
)
"""Bands of the age of firmware: each goes up to so many years, that day not included."""
MONTHS_AHEAD: Final = 12


@dataclass(frozen=True)
class Figure:
    """So many devices of all: `share` is from 0 to 1, and 0 where there are none at all."""

    devices: int
    of: int

    @property
    def share(self) -> float:
        """The part of all devices."""
        return self.devices / self.of if self.of else 0.0

    @property
    def percent(self) -> str:
        """The share in words: 62%; what is more than nothing is never told as 0%, nor less than all as 100%."""
        if self.devices and self.share < 0.005:
            return "under 1%"
        if self.devices < self.of and self.share >= 0.995:
            return "over 99%"
        return f"{self.share * 100:.0f}%"


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: `key` as an address chooses it, `words` as people read it, and its devices by standing."""

    key: str
    words: str
    figure: Figure
    standings: Mapping[str, int] = field(default_factory=dict)

    @property
    def devices(self) -> int:
        """How many devices it stands for."""
        return self.figure.devices

    @property
    def up_to_date(self) -> Figure:
        """How many of its own devices are up to date."""
        return Figure(self.standings.get(EstateStanding.UP_TO_DATE.value, 0), self.devices)


Bars = tuple[Bar, ...]


@dataclass(frozen=True)
class Totals:
    """`up_to_date`, `behind`, `no_route`, `urgent` and `unlisted` are the standings, which add up to all devices.

    The others overlap with them, for they count versions that are not on the list as well: `urgent_at_all` what is
    urgent to leave, and `urgent_with_route` the part of it that has a known way; `behind_at_all` what has a newer
    recommended version, whether or not a way to it is known; `without_route` whatever is known here and has no known
    way to a recommended version; `noticed` what an open notice stands against, and `up_to_date_noticed` the part of
    `up_to_date` that one stands against. `certificates` are those that end within twelve months, by month, and
    `certificates_ended` those whose date has passed.
    """

    kinds: int
    models: int
    rows: int
    devices: int
    up_to_date: Figure
    behind: Figure
    no_route: Figure
    urgent: Figure
    unlisted: Figure
    urgent_at_all: Figure
    urgent_with_route: Figure
    behind_at_all: Figure
    without_route: Figure
    not_known: Figure
    noticed: Figure
    up_to_date_noticed: Figure
    by_standing: Bars
    by_maker: Bars
    by_age: Bars
    by_label: Bars
    certificates: Bars
    certificates_ending: Figure
    certificates_ended: Figure


def totals(lines: Sequence[Judged], today: date | None = None) -> Totals:
    """What the lines come to; those that somebody chose, or all."""
    day = today or timezone.localdate()
    everything = sum(line.devices for line in lines)
    alike = _alike(lines)

    def counted(holds: Callable[[Judged], bool]) -> Figure:
        return Figure(sum(devices for line, devices in alike if holds(line)), everything)

    standings = {name: counted(_stands_as(name)) for name in STANDINGS}
    months = months_ahead(day)
    end = _same_day(months[-1], day)
    return Totals(
        kinds=len(lines),
        models=len({line.model for line in lines}),
        rows=sum(line.rows for line in lines),
        devices=everything,
        **standings,
        urgent_at_all=counted(lambda line: line.is_urgent),
        urgent_with_route=counted(lambda line: line.is_urgent and line.route == EstateRoute.ROUTE),
        behind_at_all=counted(lambda line: line.is_behind),
        without_route=counted(lambda line: line.is_without_route),
        not_known=counted(lambda line: line.status in UNKNOWN),
        noticed=counted(lambda line: line.has_open_notice),
        up_to_date_noticed=counted(lambda line: line.has_open_notice and line.standing == EstateStanding.UP_TO_DATE),
        by_standing=_by_standing(standings),
        by_maker=_most_first(_parts(lines, lambda line: line.maker), everything),
        by_age=_in_order(
            _by_band(lines, day),
            [*((key, words) for key, words, _ in AGES), (NOT_KNOWN_AGE, "Not known")], everything,
        ),
        by_label=_by_label(lines, everything),
        certificates=_in_order(
            _parts(_ending(lines, day, end), lambda line: f"{line.certificate_ends:%Y-%m}"),
            [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months], everything,
        ),
        certificates_ending=Figure(sum(line.devices for line in _ending(lines, day, end)), everything),
        certificates_ended=Figure(
            sum(line.devices for line in lines if line.certificate_ends and line.certificate_ends < day), everything
        ),
    )  # fmt: skip


def age_band(released: date | None, today: date) -> str:
    """The key of the band into which the age of a firmware falls that was released on a day."""
    if released is None:
        return NOT_KNOWN_AGE
    years = today.year - released.year - ((today.month, today.day) < (released.month, released.day))
    return next(key for key, _, up_to in AGES if years < up_to)


def _by_band(lines: Iterable[Judged], today: date) -> "Parts":
    """By the age of the firmware: of each day on which some was released it is worked out once."""
    days = {released: age_band(released, today) for released in {line.released_on for line in lines}}
    return _parts(lines, lambda line: days[line.released_on])


def _alike(lines: Iterable[Judged]) -> list[tuple[Judged, int]]:
    """One line of all of which the same is said, with the devices of all of them: some dozens of thousands."""
    devices: dict[tuple[object, ...], int] = {}
    first: dict[tuple[object, ...], Judged] = {}
    for line in lines:
        said = (line.standing, line.status, line.route, line.urgency, line.has_open_notice)
        devices[said] = devices.get(said, 0) + line.devices
        first.setdefault(said, line)
    return [(line, devices[said]) for said, line in first.items()]


def months_ahead(today: date) -> list[date]:
    """The first day of this month and of each of the twelve that follow: what a year from a day on touches."""
    first = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, first + MONTHS_AHEAD + 1)]


def _same_day(month: date, day: date) -> date:
    """The day of a month that a year from a day ends on: the last of February for a 29th."""
    try:
        return month.replace(day=day.day)
    except ValueError:
        return month.replace(day=28)


def _ending(lines: Iterable[Judged], today: date, end: date) -> list[Judged]:
    return [line for line in lines if line.certificate_ends and today <= line.certificate_ends <= end]


Parts = Mapping[str, Mapping[str, int]]
"""Devices by standing, of each part."""


def _parts(lines: Iterable[Judged], part_of: Callable[[Judged], str]) -> Parts:
    return _summed((part_of(line), line.standing, line.devices) for line in lines)


def _summed(counts: Iterable[tuple[str, str, int]]) -> Parts:
    found: dict[str, dict[str, int]] = {}
    for part, standing, devices in counts:
        own = found.setdefault(part, {})
        own[standing] = own.get(standing, 0) + devices
    return found


def _bar(key: str, words: str, standings: Mapping[str, int], of: int) -> Bar:
    return Bar(key, words, Figure(sum(standings.values()), of), standings)


def _most_first(parts: Parts, of: int) -> Bars:
    bars = [_bar(key, key, own, of) for key, own in parts.items()]
    return tuple(sorted(bars, key=lambda bar: (-bar.devices, bar.words)))


def _in_order(parts: Parts, named: Iterable[tuple[str, str]], of: int) -> Bars:
    return tuple(_bar(key, words, parts.get(key, {}), of) for key, words in named)


def _by_standing(standings: Mapping[str, Figure]) -> Bars:
    return tuple(
        Bar(name, str(EstateStanding(name).label), figure, {name: figure.devices}) for name, figure in standings.items()
    )


def _by_label(lines: Iterable[Judged], of: int) -> Bars:
    """By the labels of the file; nothing where it has none."""
    every = [(label, line.standing, devices) for line in lines for label, devices in line.by_label]
    parts = _summed(every)
    return _most_first(parts, of) if set(parts) - {""} else ()


def _stands_as(standing: str) -> Callable[[Judged], bool]:
    return lambda line: line.standing == standing
