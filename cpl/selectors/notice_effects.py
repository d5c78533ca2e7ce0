"""What a notice would change before it does: which versions are to be left, and what is recommended then."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cpl.choices import Urgency, VersionStatus
from cpl.models import DeviceModel, Notice
from cpl.selectors.notice_versions import NamedModel, Statuses
from cpl.selectors.notices import OpenNotice, OpenNotices
from cpl.selectors.versions import BY_MANUFACTURER, Summary, Version, summarise


@dataclass(frozen=True)
class Said:
    """What a notice would say of all its versions alike."""

    pk: int
    title: str
    kind: str
    severity: str
    urgency: str
    statuses: Statuses

    @classmethod
    def of(cls, notice: Notice, statuses: Statuses) -> "Said":
        """What a notice says as it stands."""
        return cls(notice.pk, notice.title, notice.kind, notice.severity, notice.urgency, statuses)

    def on(self, entry: int) -> OpenNotice | None:
        """What it would say of one version."""
        if entry not in self.statuses:
            return None
        status, words = self.statuses[entry]
        return OpenNotice(self.pk, entry, status, words, self.title, self.kind, self.severity, self.urgency, None)


@dataclass(frozen=True)
class ModelEffect:
    """One Device Model before and after; `leaving` are the affected versions that there is something to upgrade from
    to, `stuck` those for which there is nothing. Of `leaving`, `urgent_already` are so by another notice.
    """

    model: DeviceModel
    before: Version | None
    after: Version | None
    leaving: list[Version]
    stuck: list[Version]
    is_against_recommended: bool
    urgent_already: list[Version] = field(default_factory=list)

    @property
    def newly(self) -> list[Version]:
        """The versions to leave that no other notice makes urgent to leave."""
        return [version for version in self.leaving if version not in self.urgent_already]

    @property
    def changes(self) -> bool:
        """Whether another version is recommended afterwards, or none."""
        return self.before != self.after

    @property
    def is_left_without(self) -> bool:
        """Whether the model had a recommended version and has none afterwards."""
        return self.before is not None and self.after is None


def effect_of(said: Said, named: NamedModel) -> ModelEffect:
    """What it would mean for this model that the notice says this."""
    return _effect(said, named, without(said.pk, named.summary.notices, named.summary.versions))


def effect_of_withdrawal(said: Said, named: NamedModel) -> ModelEffect:
    """What it would mean for this model that the notice says nothing any more."""
    clear = without(said.pk, named.summary.notices, named.summary.versions)
    after = _summary(named, clear)
    return ModelEffect(named.model, named.summary.recommended, after.recommended, [], [], is_against_recommended=False)


def _effect(said: Said, named: NamedModel, others: OpenNotices) -> ModelEffect:
    notices = _with(said, others, named.summary.versions)
    # As it stands now: a revision is compared with what is in force, not with a world without the notice.
    after = _summary(named, notices)
    affected = [one.version for one in named.named if one.status == VersionStatus.AFFECTED]
    older = _older(after) if after.recommended and not _is_against(said, after.recommended) else set()
    leaving = [version for version in affected if version.pk in older]
    return ModelEffect(
        named.model, named.summary.recommended, after.recommended, leaving,
        [version for version in affected if version.pk not in older],
        is_against_recommended=after.basis == BY_MANUFACTURER and _is_against(said, after.recommended),
        urgent_already=[version for version in leaving if _is_urgent(version, after.recommended, others)],
    )  # fmt: skip


def _is_urgent(version: Version, target: Version | None, others: OpenNotices) -> bool:
    notice = others.to_leave(version.pk, target.pk) if target else None
    return notice is not None and notice.urgency == Urgency.URGENT


def _older(summary: Summary) -> set[int]:
    """The versions that come before the recommended one: nobody is sent back to an older version."""
    keys = [version.pk for version in summary.versions]
    return set(keys[keys.index(summary.recommended.pk) + 1 :]) if summary.recommended else set()


def _is_against(said: Said, version: Version | None) -> bool:
    found = said.on(version.pk) if version else None
    return bool(found and found.is_against)


def without(notice: int, notices: OpenNotices, versions: Sequence[Version]) -> OpenNotices:
    """The open notices but this one."""
    kept = {each.pk: [one for one in notices.on(each.pk) if one.pk != notice] for each in versions}
    return OpenNotices(kept, notices.unread)


def _with(said: Said, others: OpenNotices, versions: Sequence[Version]) -> OpenNotices:
    own = {version.pk: found for version in versions if (found := said.on(version.pk))}
    told = {
        version.pk: [*others.on(version.pk), *([own[version.pk]] if version.pk in own else [])] for version in versions
    }
    return OpenNotices(told, others.unread)


def _summary(named: NamedModel, notices: OpenNotices) -> Summary:
    return summarise(named.summary.versions, named.links, notices)
