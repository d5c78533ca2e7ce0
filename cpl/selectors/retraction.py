"""What stands on versions that are about to be withdrawn or removed: routes, recommendations, successors, notices.

It is worked out as the pages would show it the moment after, from what one person may see; nothing is written. Whether
a version is withdrawn by its manufacturer or removed from the list is the same here: no route goes through either
unless it must, and neither is recommended.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from django.utils import timezone

from accounts.access import Person
from cpl.choices import SubmissionKind, SubmissionState, VersionStatus
from cpl.models import CPLEntry, DeviceModel, Submission
from cpl.routes import NotKnown
from cpl.selectors.known import KnownModel, known_models
from cpl.selectors.notices import OpenNotice
from cpl.selectors.versions import Version, summarise
from cpl.workflow import ENDED

Keys = tuple[int, ...]

RETRACTIONS: Final = (SubmissionKind.WITHDRAWAL, SubmissionKind.REMOVAL)
"""Submissions that take a version away."""

_OVER: Final = ENDED | {SubmissionState.PUBLISHED}

ANOTHER: Final = "another"
ONLY_THROUGH: Final = "only through"
NO_WAY: Final = "none"
NOT_KNOWN: Final = "not known"
NO_TARGET: Final = "no target"


@dataclass(frozen=True)
class Rerouted:
    """What becomes of the route from one version to the recommended one, which is or passes a retracted version.

    `becomes` is ANOTHER (`steps` of them), ONLY_THROUGH (the same number said of `steps`; `through` are the retracted
    versions that it must pass, each flagged at its step), NO_WAY, NOT_KNOWN (the manufacturer has not said) or
    NO_TARGET (nothing is recommended any more).
    """

    start: Version
    steps_today: int
    becomes: str
    steps: int = 0
    through: tuple[Version, ...] = ()

    @property
    def is_left_without(self) -> bool:
        """No way is left."""
        return self.becomes in (NO_WAY, NOT_KNOWN, NO_TARGET)

    @property
    def words(self) -> str:
        """What becomes of it, in words."""
        steps = f"{self.steps} step{'' if self.steps == 1 else 's'}"
        names = ", ".join(version.firmware_version or version.entry_id for version in self.through)
        return {
            ANOTHER: f"another way of {steps}" if self.steps else "it is the recommended version itself",
            ONLY_THROUGH: f"only through {names}, flagged at the step ({steps})",
            NO_WAY: "no way is left",
            NOT_KNOWN: "no way is known: the manufacturer has not said what comes before",
            NO_TARGET: "no way is left: no version is recommended",
        }[self.becomes]


@dataclass(frozen=True)
class ModelStanding:
    """What stands on the retracted versions of one Device Model, as it is now and as it would be."""

    model: DeviceModel
    retracted: list[Version]
    now: KnownModel
    then: KnownModel
    rerouted: list[Rerouted]

    @property
    def recommended_changes(self) -> bool:
        """Whether another version is recommended afterwards, or none any more."""
        return _key(self.now.summary.recommended) != _key(self.then.summary.recommended)

    @property
    def loses_recommended(self) -> bool:
        """Whether nothing is recommended any more."""
        return self.recommended_changes and self.then.summary.recommended is None

    @property
    def left_without(self) -> list[Version]:
        """Versions from which a way leads to the recommended version today, and none afterwards."""
        return [one.start for one in self.rerouted if one.is_left_without]

    @property
    def others_left(self) -> list[Version]:
        """Of those, the ones that are not retracted themselves."""
        gone = {one.pk for one in self.retracted}
        return [one for one in self.left_without if one.pk not in gone]

    @cached_property
    def successors(self) -> list[tuple[Version, list[Version]]]:
        """Each retracted version that others name as predecessor, with those, oldest first."""
        after: dict[int, list[Version]] = defaultdict(list)
        for old, new in self.now.network.links:
            after[old].append(self.now.versions[new])
        rank = self.now.network.rank
        return [
            (one, sorted(after[one.pk], key=lambda version: rank[version.pk]))
            for one in self.retracted
            if after[one.pk]
        ]

    @property
    def fixed_in(self) -> list[tuple[OpenNotice, Version]]:
        """Open notices that name a retracted version as the one in which it is mended."""
        return [
            (notice, one)
            for one in self.retracted
            for notice in self.now.notices.on(one.pk)
            if notice.status == VersionStatus.FIXED
        ]

    @property
    def in_short(self) -> list[str]:
        """What stands on them in a few words each, the weightiest first; none where nothing does."""
        target, gone = self.now.summary.recommended, {one.pk for one in self.retracted}
        others = [one for one in self.rerouted if one.start.pk not in gone]
        lost, notices = len(self.others_left), sorted({notice.reference for notice, _ in self.fixed_in})
        named = len({each.pk for _, after in self.successors for each in after})
        found = {
            f"recommended version of {self.model.name}": target is not None and target.pk in gone,
            "no other can be recommended": self.loses_recommended,
            f"{_versions(lost)} {'loses its' if lost == 1 else 'lose their'} route": lost,
            f"the route of {_versions(len(others) - lost)} changes": len(others) > lost,
            f"named as predecessor by {_versions(named)}": named,
            f"mended in it, says {', '.join(notices)}": notices,
        }
        return [words for words, holds in found.items() if holds]

    def __bool__(self) -> bool:
        """Whether anything stands on them."""
        return bool(self.rerouted or self.recommended_changes or self.successors or self.fixed_in)


@dataclass(frozen=True)
class Standing:
    """The same of every Device Model concerned: those on whose retracted versions something stands come first."""

    models: list[ModelStanding]

    @cached_property
    def standing(self) -> list[ModelStanding]:
        """Models on whose retracted versions something stands."""
        return [one for one in self.models if one]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """How much stands on them in all."""
        return {
            "versions": sum(len(one.retracted) for one in self.models),
            "routes": sum(len(one.rerouted) for one in self.models),
            "left_without": sum(len(one.others_left) for one in self.models),
            "left_themselves": sum(len(one.left_without) - len(one.others_left) for one in self.models),
            "changed": sum(one.recommended_changes and not one.loses_recommended for one in self.models),
            "lost": sum(one.loses_recommended for one in self.models),
            "successors": sum(len(after) for one in self.models for _, after in one.successors),
            "notices": len({notice.pk for one in self.models for notice, _ in one.fixed_in}),
        }

    def __bool__(self) -> bool:
        """Whether anything is to be retracted at all."""
        return bool(self.models)


def standing(person: Person, entries: Iterable[CPLEntry]) -> Standing:
    """What stands on these versions, as far as the person sees; entries that they do not see are left out.

    Five queries, however many entries.
    """
    by_model: dict[int, set[int]] = defaultdict(set)
    for entry in entries:
        by_model[entry.device_model_id].add(entry.pk)
    known = known_models(person, list(by_model))
    models = DeviceModel.objects.select_related("manufacturer", "identifier").in_bulk(list(known))
    told = [
        _of_model(models[key], now, retracted)
        for key, now in known.items()
        if (retracted := by_model[key] & now.versions.keys())
    ]
    return Standing(sorted(told, key=lambda one: (not one, -len(one.rerouted), one.model.name, one.model.pk)))


def standing_on_each(person: Person, entries: Iterable[CPLEntry]) -> dict[int, list[str]]:
    """By entry what stands on it in a few words, were it the only one to go; entries on which nothing stands are left
    out, and those that the person does not see.

    As many queries as `standing` takes, however many entries.
    """
    asked = list(entries)
    known = known_models(person, sorted({one.device_model_id for one in asked}))
    models = DeviceModel.objects.in_bulk(list(known))
    told = {
        one.pk: _of_model(models[one.device_model_id], now, {one.pk}).in_short
        for one in asked
        if (now := known.get(one.device_model_id)) and one.pk in now.versions
    }
    return {key: words for key, words in told.items() if words}


def standing_on(person: Person, submissions: Iterable[Submission]) -> Standing:
    """The same of what submissions would withdraw or remove; of those that are over, nothing."""
    asked = [one for one in submissions if one.kind in RETRACTIONS and one.state not in _OVER]
    return standing(person, [one.entry for one in asked if one.entry])


def without(now: KnownModel, retracted: Iterable[int]) -> KnownModel:
    """What would be known of the model if these versions were retracted today: links stay, recommendations change."""
    today, gone = timezone.localdate(), set(retracted)
    versions = {
        key: version._replace(removed_on=version.removed_on or today) if key in gone else version
        for key, version in now.versions.items()
    }
    return replace(now, versions=versions, summary=summarise(versions.values(), now.network.links, now.notices))


def _of_model(model: DeviceModel, now: KnownModel, retracted: set[int]) -> ModelStanding:
    then = without(now, retracted)
    rank = now.network.rank
    gone = [now.versions[key] for key in sorted(retracted, key=rank.__getitem__)]
    return ModelStanding(model, gone, now, then, _rerouted(now, then, retracted))


def _rerouted(now: KnownModel, then: KnownModel, retracted: set[int]) -> list[Rerouted]:
    """What becomes of each route of today that leads through a retracted version, or to one: the worst first.

    The recommended version itself has the shortest of all: it counts where it is retracted, for it stays in houses.
    """
    target, new = now.summary.recommended, then.summary.recommended
    if target is None or not retracted & (now.network.befores(target.pk) | {target.pk}):
        return []
    today, after = best_ways(now, target.pk), best_ways(then, new.pk) if new else {}
    concerned = [
        start for start, keys in today.items() if target.pk in retracted or not retracted.isdisjoint(keys[1:-1])
    ]
    concerned.sort(key=now.network.rank.__getitem__)
    found = [_becomes(then, start, len(today[start]) - 1, after.get(start), retracted) for start in concerned]
    return sorted(found, key=lambda one: (not one.is_left_without, one.becomes != ONLY_THROUGH))


def _becomes(then: KnownModel, start: int, steps: int, keys: Keys | None, retracted: set[int]) -> Rerouted:
    version, target = then.versions[start], then.summary.recommended
    if target is None:
        return Rerouted(version, steps, NO_TARGET)
    if keys is None:
        silent = isinstance(then.route(start, target.pk), NotKnown)
        return Rerouted(version, steps, NOT_KNOWN if silent else NO_WAY)
    through = tuple(then.versions[key] for key in keys[1:-1] if key in retracted)
    return Rerouted(version, steps, ONLY_THROUGH if through else ANOTHER, len(keys) - 1, through)


def best_ways(known: KnownModel, target: int) -> dict[int, Keys]:
    """The best way to a version from every version that has one, as `KnownModel.route` finds each, all at once.

    Ways are compared by what is added at their beginning, so that the best way on from a version is the rest of the
    best way to it: one look at each link, from the target back.
    """
    network = known.network
    found: dict[int, _Way] = {target: (0, 0, 0, (), (target,))}
    # What a step to each version that has a way costs, worked out once: a version may be named by many.
    costs = {target: _cost(known.versions[target], network.rank[target], is_end=True)}
    for key in reversed(network.order[: network.rank[target]]):
        ways = [_begun(key, found[new], costs[new]) for new in network.after[key] if new in found]
        if ways:
            found[key] = min(ways)
            costs[key] = _cost(known.versions[key], network.rank[key])
    return {key: way[-1] for key, way in found.items()}


_Way = tuple[int, int, int, Keys, Keys]
"""Barred stops, steps, steps that disturb, the newest stop first; then the keys."""

_Cost = tuple[bool, bool, int]


def _cost(to: Version, rank: int, *, is_end: bool = False) -> _Cost:
    """Of a step to the version: whether it is a barred stop, whether the step disturbs, and how new it is."""
    return not is_end and to.is_barred, to.disturbs, -rank


def _begun(key: int, way: _Way, cost: _Cost) -> _Way:
    """The way with one more step at its beginning."""
    barred, steps, disturbing, newest_first, keys = way
    is_barred, disturbs, newness = cost
    return barred + is_barred, steps + 1, disturbing + disturbs, (newness, *newest_first), (key, *keys)


def _versions(number: int) -> str:
    return f"{number:,} version{'' if number == 1 else 's'}"


def _key(version: Version | None) -> int | None:
    return version.pk if version else None
