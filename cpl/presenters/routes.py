"""A route as a person reads it: what is said at each step, what is passed over, and where the whole way leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from cpl.choices import Recommendation, Stage, Urgency
from cpl.models import CPLEntry, DeviceModel
from cpl.routes import AlreadyThere, Answer, Network, NotKnown, Routes, Way
from cpl.selectors.known import KnownModel
from cpl.selectors.notices import OpenNotice
from cpl.selectors.urgency import PairUrgency
from cpl.selectors.versions import INTERRUPTS, SITE_VISIT, Version

SHORT: Final = 2
"""So many releases passed over are shown open; more are folded away on a screen, never on paper."""
MOST_COUNTED: Final = 1_000_000


def name_of(version: Version) -> str:
    """What a version is called: its firmware version, or its CPL Entry ID where it has none."""
    return version.firmware_version or version.entry_id


def route_address(model: DeviceModel, start: Version, target: Version | None = None, way: int = 1) -> str:
    """The page of the route between two versions; to the recommended one where no target is given."""
    given = {"from": name_of(start), "to": name_of(target) if target else "", "way": way if way > 1 else ""}
    asked = urlencode({name: value for name, value in given.items() if value})
    return f"{model.get_absolute_url()}route/?{asked}"


@dataclass(frozen=True)
class Mark:
    """Something that stands against going through a version: a tag, and the reason with its date."""

    tag: str
    label: str
    words: str = ""

    @property
    def after_label(self) -> str:
        """The reason where the label is read before it: by its manufacturer on 3 May 2025: Clock fault."""
        return self.words.removeprefix(self.label).strip()


def marks_of(version: Version, entry: CPLEntry) -> list[Mark]:
    """That a version was removed or withdrawn, is for tests, advised against or not out yet, each with its reason."""
    marks = []
    record = entry.information
    if version.removed_on:
        reference = f" ({entry.removal_reference})" if entry.removal_reference else ""
        reason = f"Removed on {day_words(version.removed_on)}: {entry.removal_reason}{reference}"
        marks.append(Mark("removed", "Removed", reason))
    if version.withdrawn_on and record:
        reason = f"Withdrawn by its manufacturer on {day_words(version.withdrawn_on)}: {record.withdrawal_reason}"
        marks.append(Mark("withdrawn", "Withdrawn", reason))
    if version.is_test:
        marks.append(Mark("test", "Test version", "" if version.stage == Stage.TEST else "Its note says so"))
    if version.is_advised_against:
        where = "" if version.recommendation == Recommendation.DO_NOT_DEPLOY else ", in its note"
        marks.append(Mark("do_not_deploy", "Advised against", f"The manufacturer advises against deploying it{where}"))
    if not version.is_out:
        marks.append(Mark("soon", "Not out yet", _announced(version)))
    return marks


def _announced(version: Version) -> str:
    days = [day for day in (version.release_date, version.published_on) if day]
    return f"Announced for {day_words(max(days))}" if days else ""


def day_words(day: date) -> str:
    """8 January 2024."""
    return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True)
class Place:
    """A version on the way, or passed over: its entry, what stands against it, and the open notices about it."""

    version: Version
    entry: CPLEntry
    notices: list[OpenNotice]

    @property
    def name(self) -> str:
        """What the version is called."""
        return name_of(self.version)

    @property
    def marks(self) -> list[Mark]:
        """What stands against it, with reasons."""
        return marks_of(self.version, self.entry)

    @property
    def against(self) -> list[OpenNotice]:
        """The open notices that stand against it; one that says fixed is none of them."""
        return [notice for notice in self.notices if notice.is_against]

    @property
    def in_its_favour(self) -> list[OpenNotice]:
        """The open notices that say that it is fixed or not affected."""
        return [notice for notice in self.notices if not notice.is_against]

    @property
    def is_in_question(self) -> bool:
        """Whether nobody may say of a house with this version that all is well there."""
        return bool(self.marks or self.against)

    @property
    def certificate(self) -> str:
        """The CPA certificate with its date, in words; '' where the list has none."""
        entry = self.entry
        told = f"{entry.get_cpa_date_kind_display().lower()} {day_words(entry.cpa_date)}" if entry.cpa_date else ""
        return ", ".join(filter(None, (entry.cpa_certificate, told)))


@dataclass(frozen=True)
class Step:
    """One upgrade: from the stop before to this one.

    `urgency` is that of going from the version in the house to this one; `passed` are the releases between the two
    stops, oldest first; `told` the notices that were told before this step.
    """

    number: int
    old: Version
    place: Place
    urgency: PairUrgency
    passed: list[Place]
    is_last: bool
    told: frozenset[int] = frozenset()

    @property
    def new_notices(self) -> list[OpenNotice]:
        """Open notices about the version that were not told before this step."""
        return [notice for notice in self.place.notices if notice.pk not in self.told]

    @property
    def notices_again(self) -> list[OpenNotice]:
        """Those that were told with the version in the house or at a step before: a line is enough."""
        return [notice for notice in self.place.notices if notice.pk in self.told]

    @property
    def passed_is_short(self) -> bool:
        """Whether the releases passed over are few enough to be shown at once."""
        return len(self.passed) <= SHORT


@dataclass(frozen=True)
class Choice:
    """One of the ways, in a line."""

    number: int
    address: str
    stops: list[Version]
    words: str
    is_shown: bool


@dataclass(frozen=True)
class Route:
    """The way that is shown, and all that are offered."""

    steps: list[Step]
    choices: list[Choice]
    count: int
    number: int

    @property
    def keys(self) -> list[int]:
        """The keys of the way from one end to the other, for the picture."""
        return [self.steps[0].old.pk, *(step.place.version.pk for step in self.steps)]

    @property
    def stops(self) -> list[str]:
        """What its stops are called, from one end to the other."""
        return [name_of(self.steps[0].old), *(step.place.name for step in self.steps)]

    @property
    def passed(self) -> int:
        """How many releases the way passes over."""
        return sum(len(step.passed) for step in self.steps)

    @property
    def length(self) -> str:
        """1 step, 5 steps."""
        return counted(len(self.steps), "step")

    @property
    def others_not_shown(self) -> int:
        """How many ways there are beside those offered."""
        return self.count - len(self.choices)

    @property
    def count_words(self) -> str:
        """How many ways there are: 1,024; a number that nobody reads is not written out."""
        return f"{self.count:,}" if self.count <= MOST_COUNTED else f"more than {MOST_COUNTED:,}"

    @property
    def on_the_way(self) -> list[tuple[str, list[int]]]:
        """What the upgrades do, with the numbers of the steps that do it."""
        flags = dict.fromkeys(flag for step in self.steps for flag in step.place.version.flags)
        return [(flag, [step.number for step in self.steps if flag in step.place.version.flags]) for flag in flags]

    @property
    def urgent_before_target(self) -> list[Place]:
        """Stops and releases passed over, before the target, for which the manufacturer asks urgently."""
        places = [place for step in self.steps for place in (*step.passed, step.place)]
        return [place for place in places[:-1] if place.version.is_urgent]

    @property
    def barred(self) -> int:
        """How many stops between the two ends nobody should go through; there are some only where no way is free."""
        return sum(step.place.version.is_barred for step in self.steps[:-1])

    @property
    def marked(self) -> list[Step]:
        """Steps to a version that something stands against."""
        return [step for step in self.steps if step.place.marks]


def counted(number: int, thing: str) -> str:
    """1 step, 5 steps."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


class RoutePresenter:
    """Turns answers about one Device Model into what is read of them."""

    def __init__(self, model: DeviceModel, known: KnownModel, entries: Mapping[int, CPLEntry]) -> None:
        self._model, self._known, self._entries = model, known, entries

    def place(self, key: int) -> Place:
        """One version with all that is said of it."""
        return Place(self._known.versions[key], self._entries[key], self._known.notices.on(key))

    def places(self, keys: Iterable[int]) -> list[Place]:
        """Several of them."""
        return [self.place(key) for key in keys]

    def route(self, answer: Answer, number: int) -> Route | None:
        """The way of this number among those found, or the best if there is none of it; None without a way."""
        if not isinstance(answer, Routes):
            return None
        shown = number if number <= len(answer.ways) else 1
        choices = [self._choice(way, place, shown) for place, way in enumerate(answer.ways, 1)]
        return Route(self.steps(answer.ways[shown - 1]), choices, answer.count, shown)

    def steps(self, way: Way) -> list[Step]:
        """Each upgrade of a way, in order."""
        start, last = way.keys[0], way.keys[-1]
        return [
            Step(
                number, self._known.versions[old], self.place(new), self._known.urgency(start, new),
                self.places(self._between(old, new)), new == last, self._told(way.keys[:number]),
            )
            for number, (old, new) in enumerate(way.steps, 1)
        ]  # fmt: skip

    def _told(self, keys: Iterable[int]) -> frozenset[int]:
        return frozenset(notice.pk for key in keys for notice in self._known.notices.on(key))

    def _between(self, old: int, new: int) -> tuple[int, ...]:
        rank, order = self._known.network.rank, self._known.network.order
        return order[rank[old] + 1 : rank[new]]

    def _choice(self, way: Way, number: int, shown: int) -> Choice:
        stops = [self._known.versions[key] for key in way.keys]
        address = route_address(self._model, stops[0], stops[-1], number)
        return Choice(number, address, stops, _in_short(stops), number == shown)


def _in_short(stops: list[Version]) -> str:
    """What tells one way from another: steps, what is passed, what the upgrades do."""
    flags = [flag for stop in stops[1:] for flag in stop.flags]
    barred = sum(stop.is_barred for stop in stops[1:-1])
    parts = [
        counted(len(stops) - 1, "step"),
        f"passes {counted(barred, 'version')} that should not be installed" if barred else "",
        *(f"{words} {_times(flags.count(flag))}" for flag, words in _DOES.items() if flag in flags),
    ]
    return ", ".join(filter(None, parts))


_DOES: Final = {INTERRUPTS: "interrupts hub power", SITE_VISIT: "needs a site visit"}


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def urgency_words(urgency: PairUrgency) -> str:
    """How urgent an upgrade is and who says so, for an export and for one line."""
    if not urgency.urgency:
        return "Nobody has said"
    deadline = urgency.notice.deadline if urgency.notice else None
    by = f", to be done by {day_words(deadline)}" if deadline else ""
    return f"{Urgency(urgency.urgency).label}: {urgency.basis[:1].lower()}{urgency.basis[1:]}{by}"


def whom_to_ask(known: KnownModel, entries: Mapping[int, CPLEntry], first: Iterable[int]) -> CPLEntry:
    """The first of these versions, else the newest, that names a contact the person may see.

    Where none does, one that says why: its contact is not shown; else the first of all.
    """
    ordered = [entries[key] for key in dict.fromkeys([*first, *reversed(known.network.order)])]
    given = [entry for entry in ordered if entry.information and entry.information.contact_id]
    return next((entry for entry in given if entry.contact), (given or ordered)[0])


def further_silent(network: Network, start: int, silent: Iterable[int]) -> list[int]:
    """Versions on which a way may hang beside these, oldest first: what comes before them is not provided either.

    `silent` are those of a NotKnown. What was released between the version in the house and the newest of them may
    come before them, unless it is known to come before the version in the house or is reached from it.
    """
    named = set(silent)
    settled = {start, *named, *network.befores(start), *network.afters(start)}
    newest = max((network.rank[key] for key in named), default=0)
    between = network.order[network.rank[start] + 1 : newest]
    return [key for key in between if key in network.silent and key not in settled]


def in_question(place: Place) -> str:
    """What stands against the version in a house, and what to do about it, in a line; '' where nothing does."""
    if not place.is_in_question:
        return ""
    said = [f"notice {notice.reference}: {notice.status_words.lower()}" for notice in place.against]
    reasons = "; ".join([*(mark.words or mark.label for mark in place.marks), *said])
    return f"In the house: {place.name}. {reasons[:1].upper()}{reasons[1:]}. Ask the manufacturer what to do"


ASK, MISREAD, UNKNOWN, NO_TARGET = "ask", "misread", "unknown", "no_target"
ROUTE, ALREADY, BEHIND, NO_ROUTE, NOT_KNOWN = "route", "already", "behind", "no_route", "not_known"


def kind_of(answer: Answer) -> str:
    """Which of the answers it is, for what a page and an export say."""
    if isinstance(answer, Routes):
        return ROUTE
    if isinstance(answer, AlreadyThere):
        return ALREADY
    if isinstance(answer, NotKnown):
        return NOT_KNOWN
    return BEHIND if answer.is_behind else NO_ROUTE


def headline(kind: str, start: Version, target: Version | None, *, is_recommended: bool) -> str:
    """The answer in one sentence; a route's is told with its number of steps."""
    if target is None:
        return "No recommended version is known"
    here, there = name_of(start), name_of(target)
    what = "the recommended version" if is_recommended else "the version you chose"
    return {
        ALREADY: f"Already there: {here} is {what}",
        BEHIND: f"{what[:1].upper()}{what[1:]}, {there}, comes before yours",
        NO_ROUTE: f"No route exists from {here} to {there}",
        NOT_KNOWN: f"Not known: the manufacturer has not said whether a route leads from {here} to {there}",
    }.get(kind, f"From {here} to {there}")
