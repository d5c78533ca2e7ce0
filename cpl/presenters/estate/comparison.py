"""Two estate checks side by side, in the words of the page and of its export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from cpl.choices import EstateStanding
from cpl.selectors.estate.comparing import Change, Comparison, ModelChange
from cpl.selectors.estate.lines import STANDINGS, Line
from cpl.selectors.estate.totals import Figure

SORTS: Final[Mapping[str, tuple[str, str]]] = {
    "better": (
        "Better standing",
        "The version itself stands better than before: it is on the list again, a route to the recommended version "
        "became known, or the upgrade is no longer urgent.",
    ),
    "worse": (
        "Worse standing",
        "The version itself stands worse than before: a newer version was recommended, a notice was published, or it "
        "was removed or withdrawn.",
    ),
    "new": ("New", "No device had this version before. Devices upgraded to it count here."),
    "gone": ("Gone", "No device has this version any more. Devices upgraded from it count here."),
    "advice": (
        "Advice changed",
        "The standing is the same. The recommended version, the route, its urgency or the notices are different.",
    ),
    "changed": ("Number changed", "Only the number of devices is different."),
}
"""What can have become of a model and version: what it is called, and what that means."""
ALL: Final = "all"
MODELS: Final = "models"
"""Asks for the Device Models in place of their versions."""

HEADINGS: Final = (
    "What changed", "Manufacturer", "Manufacturer identifier", "Device Model (DUIS)", "Model name", "Firmware version",
    "Devices before", "Devices after", "Standing before", "Standing after", "List before", "List after",
    "Recommended before", "Recommended after", "Route before", "Route after", "Urgency before", "Urgency after",
)  # fmt: skip
MODEL_HEADINGS: Final = (
    "Manufacturer", "Manufacturer identifier", "Device Model (DUIS)", "Model name", "Devices before", "Devices after",
    *(
        f"{EstateStanding(name).label}: {when}"
        for name in STANDINGS
        for when in ("before", "after", "difference")
    ),
)  # fmt: skip
COUNTS: Final = (*HEADINGS[6:8], *MODEL_HEADINGS[4:])
"""Headings of whole numbers."""


@dataclass(frozen=True)
class Told:
    """One model and version with what became of it."""

    sort: str
    change: Change

    @property
    def words(self) -> str:
        """What became of it, in a word or two."""
        return SORTS[self.sort][0]

    @property
    def is_told_once(self) -> bool:
        """Whether the same is said of it before and after, but for the number of devices."""
        return self.sort == "changed"

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
    def points(self) -> str:
        """By how much the share of the devices differs: "+0.4 points", or "unchanged"; '' where there was nothing to
        have a share of.
        """
        if not (self.before.of and self.after.of):
            return ""
        grown = round(100 * (self.after.share - self.before.share), 1)
        if not grown:
            return "share unchanged"
        return f"{'+' if grown > 0 else '−'}{abs(grown):.1f} point{'' if abs(grown) == 1 else 's'}"

    @property
    def way(self) -> str:
        """Whether the share is "better" or "worse" as far as a reader sees it; '' where the same percentage is shown.

        By the share, for an estate that grows has more of everything.
        """
        if not self.points or self.before.percent == self.after.percent:
            return ""
        has_grown = self.after.share > self.before.share
        return "better" if has_grown == (self.key == EstateStanding.UP_TO_DATE) else "worse"


@dataclass(frozen=True)
class ToldModel:
    """One Device Model with how its devices stand, before and after."""

    change: ModelChange

    @property
    def standings(self) -> list[Standing]:
        """From the best to the worst."""
        return _standings(self.change.before, self.change.after)

    def cells(self) -> list[object]:
        """The row as an export writes it, in the order of MODEL_HEADINGS."""
        change, line = self.change, self.change.line
        numbers = chain.from_iterable((one.before.devices, one.after.devices, one.more) for one in self.standings)
        return [
            line.manufacturer, line.kind.manufacturer_code, line.kind.duis_model, line.model_name,
            change.devices_before, change.devices_after, *numbers,
        ]  # fmt: skip


def told_models(found: Comparison) -> list[ToldModel]:
    """Every Device Model of which devices stand otherwise, the most first."""
    return [ToldModel(change) for change in found.models]


def told(found: Comparison, sort: str) -> list[Told]:
    """Every model and version of which something differs, or those of one sort; most devices first."""
    sorts = [sort] if sort in SORTS else list(SORTS)
    rows = [Told(name, change) for name in sorts for change in _changes(found, name)]
    return sorted(rows, key=lambda row: (-row.change.touched, row.change.line.kind))


def tabs(found: Comparison) -> list[Tab]:
    """All of them, then each sort, with its number."""
    numbers = {name: len(_changes(found, name)) for name in SORTS}
    every = Tab(ALL, "Every version that differs", sum(numbers.values()))
    return [every, *(Tab(name, SORTS[name][0], number) for name, number in numbers.items())]


def standings(found: Comparison) -> list[Standing]:
    """From the best to the worst."""
    return _standings(*({name: getattr(one, name) for name in STANDINGS} for one in (found.before, found.after)))


def _standings(before: Mapping[str, Figure], after: Mapping[str, Figure]) -> list[Standing]:
    return [Standing(name, _label(name), before[name], after[name]) for name in STANDINGS]


def _label(standing: str) -> str:
    return str(EstateStanding(standing).label)


def _changes(found: Comparison, name: str) -> Sequence[Change]:
    changes: Sequence[Change] = getattr(found, name)
    return changes
