"""The versions that a notice names, by Device Model: what it says of each, and the way out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.access import Person
from cpl.choices import VersionStatus
from cpl.models import CPLEntry, DeviceModel, Notice
from cpl.querysets import OPEN_AGAINST
from cpl.routes import Link, Network
from cpl.selectors.notices import OpenNotices, open_notices
from cpl.selectors.pathways import links_of_models, network_of
from cpl.selectors.versions import Summary, Version, by_date, summarise, versions_of

Statuses = Mapping[int, tuple[str, str]]
"""What a notice says by the key of each entry: the status, and words for this version."""


@dataclass(frozen=True)
class NamedVersion:
    """A version with what a notice says of it; `target` is a newer one to which a route leads, if it is affected.

    `unreached` is what there would be to upgrade it to, where no route to it is known; `is_named` tells whether the
    notice itself says that the target is fixed or not affected.
    """

    version: Version
    status: str
    words: str
    target: Version | None = None
    unreached: Version | None = None
    is_named: bool = False

    @property
    def is_gone_fix(self) -> bool:
        """Named as fixed, and withdrawn or removed since."""
        return self.status == VersionStatus.FIXED and is_gone(self.version)

    @property
    def is_against(self) -> bool:
        """Affected, or under investigation."""
        return self.status in OPEN_AGAINST


@dataclass(frozen=True)
class NamedModel:
    """A Device Model with the versions of it that a notice names, newest first, and all that the person sees of it."""

    model: DeviceModel
    summary: Summary
    links: Sequence[Link]
    statuses: Statuses

    @cached_property
    def named(self) -> list[NamedVersion]:
        """The versions named, newest first."""
        place = {version.pk: number for number, version in enumerate(self.summary.versions)}
        found = [version for version in self.summary.versions if version.pk in self.statuses]
        return [self._named(version, place) for version in found]

    def _named(self, version: Version, place: Mapping[int, int]) -> NamedVersion:
        status, words = self.statuses[version.pk]
        if status not in OPEN_AGAINST:
            return NamedVersion(version, status, words)
        newer = [one for one in self._ways_out if place[one.pk] < place[version.pk]]
        reached = self._network.afters(version.pk)
        target = next((one for one in newer if one.pk in reached), None)
        unreached = newer[0] if newer and not target else None
        return NamedVersion(version, status, words, target, unreached, bool(self._said_of(target)))

    @cached_property
    def _network(self) -> Network:
        dated = by_date(self.summary.versions)
        states = {version.pk: version.pathway_state for version in dated}
        return network_of(self.links, [version.pk for version in dated], states)

    @cached_property
    def fixed(self) -> list[Version]:
        """The versions in which it is fixed: the recommended one, those that may be deployed, others; newest first."""
        found = [version for version in self.summary.versions if self._said_of(version) == VersionStatus.FIXED]
        own = self.summary.recommended
        return sorted(found, key=lambda one: (one != own, not one.is_deployable))

    @property
    def has_fix(self) -> bool:
        """Whether one of the fixed versions may be deployed."""
        return any(version.is_deployable for version in self.fixed)

    @property
    def unnamed(self) -> int:
        """Of how many versions of the model nothing is said."""
        return len(self.summary.versions) - len(self.named)

    @cached_property
    def _ways_out(self) -> list[Version]:
        """What to upgrade an affected version to, the best first: the recommended version if it is fixed or known to be
        free of it, then fixed ones that may be deployed, then the recommended one if nothing is said of it.
        """
        recommended = self.summary.recommended
        said = self._said_of(recommended)
        own = [recommended] if recommended and said not in OPEN_AGAINST else []
        fixed = [version for version in self.fixed if version.is_deployable]
        return [*own, *fixed] if said else [*fixed, *own]

    def _said_of(self, version: Version | None) -> str:
        return self.statuses.get(version.pk, ("", ""))[0] if version else ""


@dataclass(frozen=True)
class GoneFix:
    """A version that a notice names as fixed, and that was withdrawn or removed since, with the reason given."""

    version: Version
    how: str
    on: date
    reason: str


def is_gone(version: Version) -> bool:
    """Withdrawn by its manufacturer, or removed from the list."""
    return bool(version.withdrawn_on or version.removed_on)


def gone_fixes(person: Person, models: Iterable[NamedModel]) -> list[GoneFix]:
    """What was withdrawn or removed of the versions named as fixed. One query, and none where all stand."""
    gone = {version.pk: version for model in models for version in model.fixed if is_gone(version)}
    if not gone:
        return []
    # `information` is an annotation, which CPLEntry has no field for.
    rows: Any = CPLEntry.objects.visible_to(person).with_information(person).filter(pk__in=list(gone))
    reasons = rows.values_list("pk", "information__withdrawal_reason", "removal_reason")
    return [_gone(gone[key], withdrawal or "", removal) for key, withdrawal, removal in reasons.order_by("-pk")]


def _gone(version: Version, withdrawal: str, removal: str) -> GoneFix:
    if version.withdrawn_on:
        return GoneFix(version, "withdrawn", version.withdrawn_on, withdrawal)
    return GoneFix(version, "removed from the list", version.removed_on or date.min, removal)


_OF_NAMED = (
    "notice_id", "entry_id", "status", "words",
    "entry__cpl_entry_id",
    *(f"entry__device_model__{name}" for name in ("name", "duis_model", "device_type", "identifier__code")),
)  # fmt: skip


def named_models(person: Person, statuses: Statuses) -> list[NamedModel]:
    """The models of the versions named, by name, with what the person may see. Four queries."""
    if not statuses:
        return []
    visible = CPLEntry.objects.visible_to(person)
    named = visible.filter(pk__in=list(statuses), device_model=OuterRef("pk"))
    return described(person, list(DeviceModel.objects.filter(Exists(named)).select_related("identifier")), statuses)


def named_by(person: Person, notice: Notice, then: Mapping[str, Sequence[str]] | None = None) -> list[NamedModel]:
    """The models that a notice names, as far as the person sees them, with what it says; or with what it said `then`,
    status and words by Entry ID: an entry that was named stays named. Four queries.
    """
    rows = list(notice.versions.select_related("entry__device_model__identifier").only(*_OF_NAMED))
    now = {row.entry.cpl_entry_id: (row.status, row.words) for row in rows}
    said = now if then is None else {entry: (one[0], one[1]) for entry, one in then.items()}
    models = {row.entry.device_model_id: row.entry.device_model for row in rows}
    statuses = {row.entry_id: said[row.entry.cpl_entry_id] for row in rows if row.entry.cpl_entry_id in said}
    return [one for one in described(person, [*models.values()], statuses) if one.named]


def described(person: Person, models: Sequence[DeviceModel], statuses: Statuses) -> list[NamedModel]:
    """The same for models that the person was found to see, whether a version is named yet or not. Three queries."""
    keys = [model.pk for model in models]
    versions = versions_of(CPLEntry.objects.visible_to(person).with_information(person), keys)
    links, notices = links_of_models(keys), open_notices(person, keys)
    return [
        _model(model, versions.get(model.pk, []), links.get(model.pk, []), notices, statuses)
        for model in sorted(models, key=lambda model: (model.name, model.pk))
    ]


def _model(
    model: DeviceModel, versions: Iterable[Version], links: Iterable[Link], notices: OpenNotices, statuses: Statuses
) -> NamedModel:
    found = {version.pk: version for version in versions}
    # A pathway to what the person may not see is none for them.
    seen = [(old, new) for old, new in links if old in found and new in found]
    own = {key: said for key, said in statuses.items() if key in found}
    return NamedModel(model, summarise(found.values(), seen, notices), seen, own)


def counted(statuses: Iterable[str]) -> list[tuple[int, str]]:
    """How many versions have each status, in the order of the statuses, with the word for it."""
    numbers: dict[str, int] = defaultdict(int)
    for status in statuses:
        numbers[status] += 1
    return [(numbers[status], status) for status in VersionStatus if numbers[status]]
