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
    def differs(self) -> bool:
        """Whether anything is told differently of it, the number of devices included."""
        return _told(self.before) != _told(self.after)


def _told(line: Line | None) -> tuple[object, ...]:
    if line is None:
        return ()
    notices = tuple(notice.pk for notice in line.notices)
    told = (line.status, line.standing, line.route, line.target_version, line.urgency, line.stops)
    return (line.devices, *told, notices)


@dataclass(frozen=True)
class ModelChange:
    """One Device Model in two checks: all its devices, and those up to date. It shows what an upgrade has moved, which
    leaves one version and comes to another.
    """

    line: Line
    before: Figure
    after: Figure

    @property
    def gained(self) -> int:
        """How many more devices are up to date; fewer where it is negative."""
        return self.after.devices - self.before.devices


@dataclass(frozen=True)
class Comparison:
    """Every kind of either check is in just one of `better` to `same`, most devices first.

    Better and worse is a kind that stands better or worse than before; `changed` stands as before, and something else
    differs, if only the number of devices.
    """

    before: Totals
    after: Totals
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    new: tuple[Change, ...]
    gone: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: tuple[Change, ...]
    models: tuple[ModelChange, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.better or self.worse or self.new or self.gone or self.changed)


def compare(person: User, before: EstateCheck, after: EstateCheck, chosen: Chosen = EVERYTHING) -> Comparison:
    """What differs between two checks, as far as the person sees of either today."""
    return compared(lines_of(person, before, chosen), lines_of(person, after, chosen))


def compared(before: Sequence[Line], after: Sequence[Line]) -> Comparison:
    """The same of lines that are at hand."""
    old, new = ({line.kind: line for line in lines} for lines in (before, after))
    changes = sorted(_changes(old, new), key=lambda change: (-change.touched, change.line.kind))
    sorts: dict[str, list[Change]] = {}
    for change in changes:
        sorts.setdefault(_sort(change), []).append(change)
    named = {name: tuple(sorts.get(name, ())) for name in ("better", "worse", "new", "gone", "changed", "same")}
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
    return "changed" if change.differs else "same"


def _models(before: Sequence[Line], after: Sequence[Line]) -> tuple[ModelChange, ...]:
    """The Device Models of which more or fewer devices are up to date than before, or which are new or gone."""
    old, new = _figures(before), _figures(after)
    named = {line.model: line for line in (*before, *after)}
    none = Figure(0, 0)
    found = [ModelChange(line, old.get(model, none), new.get(model, none)) for model, line in named.items()]
    moved = [one for one in found if (one.before.devices, one.before.of) != (one.after.devices, one.after.of)]
    return tuple(sorted(moved, key=lambda one: (-abs(one.gained), -max(one.before.of, one.after.of), one.line.kind)))


def _figures(lines: Iterable[Line]) -> dict[str, Figure]:
    """Of each model, the devices up to date, of all."""
    found: dict[str, Figure] = {}
    for line in lines:
        had = found.get(line.model, Figure(0, 0))
        well = line.devices if line.standing == EstateStanding.UP_TO_DATE else 0
        found[line.model] = Figure(had.devices + well, had.of + line.devices)
    return found
