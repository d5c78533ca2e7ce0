"""Two checks of one Party side by side: what got better, what got worse, what is new, and what is gone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from accounts.models import User
from cpl.choices import EstateStanding
from cpl.estate.tally import Kind
from cpl.models import EstateCheck
from cpl.selectors.estate.choosing import EVERYTHING, Chosen
from cpl.selectors.estate.lines import STANDINGS, Line
from cpl.selectors.estate.reading import lines_of
from cpl.selectors.estate.totals import Figure, Totals, totals

_PLACE: Final = {standing: place for place, standing in enumerate(STANDINGS)}
_SORTS: Final = ("better", "worse", "new", "gone", "advice", "changed", "same")


@dataclass(frozen=True)
class Change:
    """One kind in two checks; one of the lines is None where it has no devices in that check."""

    before: Line | None
    after: Line | None

    @property
    def line(self) -> Line:
        """Whichever names it: the later one, if there is one."""
        found = self.after or self.before
        if found is None:
            raise ValueError("A change needs a line before or after")
        return found

    @property
    def devices_before(self) -> int:
        """How many devices had it."""
        return self.before.devices if self.before else 0

    @property
    def devices_after(self) -> int:
        """How many devices have it."""
        return self.after.devices if self.after else 0

    @property
    def more(self) -> int:
        """How many more devices have it now; fewer where it is negative."""
        return self.devices_after - self.devices_before

    @property
    def touched(self) -> int:
        """How many devices it is about, for the order: most first."""
        return max(self.devices_before, self.devices_after)

    @property
    def is_advised_otherwise(self) -> bool:
        """Whether anything but the number of devices is told differently of it."""
        return _told(self.before) != _told(self.after)


def _told(line: Line | None) -> tuple[object, ...]:
    if line is None:
        return ()
    notices = tuple(notice.pk for notice in line.notices)
    return (line.status, line.standing, line.route, line.target_version, line.urgency, line.stops, notices)


@dataclass(frozen=True)
class ModelChange:
    """One Device Model in two checks: how many of all its devices stand how, by standing. What an upgrade moves leaves
    one version and comes to another; here it is counted once.
    """

    line: Line
    before: Mapping[str, Figure]
    after: Mapping[str, Figure]

    @property
    def gained(self) -> int:
        """How many more devices are up to date; fewer where it is negative."""
        return self._more(EstateStanding.UP_TO_DATE.value)

    @property
    def moved(self) -> int:
        """By how many devices a standing differs, that of which it is most."""
        return max(abs(self._more(name)) for name in STANDINGS)

    @property
    def devices_before(self) -> int:
        """All its devices."""
        return self.before[EstateStanding.UP_TO_DATE.value].of

    @property
    def devices_after(self) -> int:
        """All its devices."""
        return self.after[EstateStanding.UP_TO_DATE.value].of

    @property
    def more(self) -> int:
        """How many more devices the model has; fewer where it is negative."""
        return self.devices_after - self.devices_before

    def _more(self, name: str) -> int:
        return self.after[name].devices - self.before[name].devices


@dataclass(frozen=True)
class Comparison:
    """Every kind with devices in either check is in just one of `better` to `same`, most devices first.

    Better and worse is a kind that stands better or worse than before. One of `advice` stands as before, and something
    else is said of it; of `changed` nothing differs but the number of devices. `models` are those of which devices
    stand otherwise, the most first.
    """

    before: Totals
    after: Totals
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    new: tuple[Change, ...]
    gone: tuple[Change, ...]
    advice: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: tuple[Change, ...]
    models: tuple[ModelChange, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.better or self.worse or self.new or self.gone or self.advice or self.changed)


def compare(person: User, before: EstateCheck, after: EstateCheck, chosen: Chosen = EVERYTHING) -> Comparison:
    """What differs between two checks, as far as the person sees of either today."""
    return compared(*(lines_of(person, check, chosen, with_labels=False) for check in (before, after)))


def compared(before: Sequence[Line], after: Sequence[Line]) -> Comparison:
    """The same of lines that are at hand."""
    # A file may name a version of which there are no devices: that is as if it did not.
    old, new = ({line.kind: line for line in lines if line.devices} for lines in (before, after))
    changes = sorted(_changes(old, new), key=lambda change: (-change.touched, change.line.kind))
    sorts: dict[str, list[Change]] = {}
    for change in changes:
        sorts.setdefault(_sort(change), []).append(change)
    named = {name: tuple(sorts.get(name, ())) for name in _SORTS}
    return Comparison(totals(before), totals(after), **named, models=_models(before, after))


def _changes(old: Mapping[Kind, Line], new: Mapping[Kind, Line]) -> list[Change]:
    return [Change(old.get(kind), new.get(kind)) for kind in {**old, **new}]


def _sort(change: Change) -> str:
    if change.before is None:
        return "new"
    if change.after is None:
        return "gone"
    was, now = (_PLACE[line.standing] for line in (change.before, change.after))
    if was != now:
        return "better" if now < was else "worse"
    if change.is_advised_otherwise:
        return "advice"
    return "changed" if change.more else "same"


def _models(before: Sequence[Line], after: Sequence[Line]) -> tuple[ModelChange, ...]:
    old, new = _figures(before), _figures(after)
    named = {line.model: line for line in (*before, *after)}
    none = _of_model({})
    found = [ModelChange(line, old.get(model, none), new.get(model, none)) for model, line in named.items()]
    most = sorted(found, key=lambda one: (-one.moved, -max(one.devices_before, one.devices_after), one.line.kind))
    return tuple(one for one in most if one.moved)


def _figures(lines: Iterable[Line]) -> dict[str, Mapping[str, Figure]]:
    """Of each model, the devices by standing, of all of the model."""
    found: dict[str, dict[str, int]] = {}
    for line in lines:
        own = found.setdefault(line.model, {})
        own[line.standing] = own.get(line.standing, 0) + line.devices
    return {model: _of_model(own) for model, own in found.items()}


def _of_model(devices: Mapping[str, int]) -> Mapping[str, Figure]:
    every = sum(devices.values())
    return {name: Figure(devices.get(name, 0), every) for name in STANDINGS}
