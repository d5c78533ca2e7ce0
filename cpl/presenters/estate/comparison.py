"""Two estate checks side by side, in the words of the page and of its export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from cpl.choices import EstateStanding
from cpl.selectors.estate.comparing import Change, Comparison
from cpl.selectors.estate.lines import STANDINGS, Line
from cpl.selectors.estate.totals import Figure, Totals

SORTS: Final[Mapping[str, tuple[str, str]]] = {
    "better": ("Better", "Stands better than before: listed again, a way became known, or no longer urgent."),
    "worse": ("Worse", "Stands worse than before: a newer version, a notice, a removal or a withdrawal."),
    "new": ("New", "No device had this version before."),
    "gone": ("Gone", "No device has this version any more."),
    "changed": ("Changed", "Stands as before; the number of devices, the recommended version or the way is another."),
}
"""What can have become of a model and version: what it is called, and what that means."""
ALL: Final = "all"
SEEN: Final = 0.0005
"""A difference of shares that a reader of percentages would see."""

HEADINGS: Final = (
    "What changed", "Manufacturer", "Manufacturer identifier", "Device Model (DUIS)", "Model name", "Firmware version",
    "Devices before", "Devices after", "Standing before", "Standing after", "List before", "List after",
    "Recommended before", "Recommended after", "Route before", "Route after", "Urgency before", "Urgency after",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One model and version with what became of it."""

    sort: str
    change: Change

    @property
    def words(self) -> str:
        """What became of it, in a word."""
        return SORTS[self.sort][0]

    def cells(self) -> list[object]:
        """The row as an export writes it, in the order of HEADINGS."""
        change, line = self.change, self.change.line
        pairs = chain.from_iterable(zip(_said(change.before), _said(change.after), strict=True))
        return [
            self.words, line.manufacturer, line.kind.manufacturer_code, line.kind.duis_model, line.model_name,
            line.firmware_version, change.devices_before, change.devices_after, *pairs,
        ]  # fmt: skip


def _said(line: Line | None) -> list[str]:
    if line is None:
        return ["", "", "", "", ""]
    return [line.standing_words, line.status_words, line.target_version, line.route_words, line.urgency_words]


@dataclass(frozen=True)
class Tab:
    """One sort of change: how many models and versions it has."""

    key: str
    label: str
    number: int


@dataclass(frozen=True)
class Standing:
    """How many devices stand so, before and after."""

    key: str
    words: str
    before: Figure
    after: Figure

    @property
    def more(self) -> int:
        """How many more do now; fewer where it is negative."""
        return self.after.devices - self.before.devices

    @property
    def way(self) -> str:
        """Whether a share of the devices that differs by more than it takes to be seen is "better" or "worse"; else ''.

        By the share, for an estate that grows has more of everything.
        """
        grown = self.after.share - self.before.share
        if abs(grown) < SEEN:
            return ""
        return "better" if (grown > 0) == (self.key == EstateStanding.UP_TO_DATE) else "worse"


def told(found: Comparison, sort: str) -> list[Told]:
    """Every model and version of which something differs, or those of one sort; most devices first."""
    sorts = [sort] if sort in SORTS else list(SORTS)
    rows = [Told(name, change) for name in sorts for change in _changes(found, name)]
    return sorted(rows, key=lambda row: (-row.change.touched, row.change.line.kind))


def tabs(found: Comparison) -> list[Tab]:
    """All of them, then each sort, with its number."""
    numbers = {name: len(_changes(found, name)) for name in SORTS}
    every = Tab(ALL, "Everything that differs", sum(numbers.values()))
    return [every, *(Tab(name, SORTS[name][0], number) for name, number in numbers.items())]


def standings(found: Comparison) -> list[Standing]:
    """From the best to the worst."""
    return [
        Standing(name, str(EstateStanding(name).label), _figure(found.before, name), _figure(found.after, name))
        for name in STANDINGS
    ]


def _changes(found: Comparison, name: str) -> Sequence[Change]:
    changes: Sequence[Change] = getattr(found, name)
    return changes


def _figure(all_of_it: Totals, name: str) -> Figure:
    figure: Figure = getattr(all_of_it, name)
    return figure
