"""What changed of one Device Model and when, as far as one person may know: every change, and the days of changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import TextChoices
from django.utils import timezone

from accounts.access import Person, can
from accounts.permissions import READ_EVERY_RECORD
from cpl.choices import Audience, FieldState, NoticeEvent, PathwayState, VersionStatus
from cpl.models import VOLUNTARY_FIELDS, CPLEntry, FirmwareInformation, NoticeRevision
from cpl.models.fields import label_of
from cpl.models.notice import notice_reference
from cpl.selectors import history
from cpl.selectors.history import Difference, Whence, shown
from cpl.selectors.model_past import ModelPast, Predecessors, Transition, VersionPast, named_in, was_open
from cpl.selectors.notices import OpenNotice


class ChangeKind(TextChoices):
    """What may happen to a Device Model."""

    PUBLISHED = "published", "Entry published"
    CORRECTED = "corrected", "Entry corrected"
    REMOVED = "removed", "Entry removed"
    LOADED = "loaded", "Loaded by the DCC"
    INFORMATION = "information", "Firmware information"
    WITHDRAWN = "withdrawn", "Version withdrawn by its manufacturer"
    PATHWAY = "pathway", "Upgrade pathway"
    NOTICE = "notice", "Notice"
    RESTRICTION = "restriction", "Restriction"


FieldChange = tuple[str, Any, Any]
"""Label, old and new value."""
PATHWAY_LABEL: Final = "May be upgraded from"
_REMOVAL: Final = frozenset({"removed_on", "removal_reason", "removal_reference"})
_WITHDRAWAL: Final = frozenset({"withdrawn_on", "withdrawal_reason"})


@dataclass(frozen=True)
class Change:
    """One thing that happened: when, of what kind, to which versions, in words, and field by field.

    `whence` tells the workbook or issue that it came with; `notice` is the key of the notice that it is about.
    """

    at: datetime
    kind: ChangeKind
    versions: tuple[int, ...]
    words: str
    fields: Sequence[FieldChange] = field(default_factory=list)
    whence: Whence = field(default_factory=Whence)
    notice: int | None = None

    @property
    def day(self) -> date:
        """The day in London."""
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Neighbours:
    """The days of the changes before and after a day, None where there is none."""

    before: date | None
    after: date | None


def changes_of(past: ModelPast, person: Person) -> list[Change]:
    """Every change that the person may know of, newest first. No query.

    Who made a change is told only to those who read everything.
    """
    named = can(person, READ_EVERY_RECORD)
    found = [
        change
        for key, version in past.versions.items()
        for told in (_of_entry(version, named), _of_record(version, named), _of_pathway(past, key, named))
        for change in told
    ]
    found += [change for revisions in past.notices.values() for change in _of_notice(past, revisions)]
    order = {kind: place for place, kind in enumerate(ChangeKind)}
    name = {key: version.entry.cpl_entry_id for key, version in past.versions.items()}
    told = sorted(found, key=lambda change: (name[change.versions[0]], order[change.kind]))
    return sorted(told, key=lambda change: change.at, reverse=True)


def days_of(changes: Iterable[Change]) -> list[date]:
    """The days on which something changed, oldest first."""
    return sorted({change.day for change in changes})


def neighbours(days: Sequence[date], day: date) -> Neighbours:
    """The nearest of these days before and after a day."""
    return Neighbours(
        max((each for each in days if each < day), default=None),
        min((each for each in days if each > day), default=None),
    )


def _of_entry(version: VersionPast, named: bool) -> Iterator[Change]:
    for step in version.own.transitions():
        came = history.whence(step.after.pgh_context, named=named)
        for kind, words, fields in _of_list(step) if step.before else _first(step):
            yield Change(step.at, kind, (version.entry.pk,), words, fields, came)


_Told = Iterator[tuple[ChangeKind, str, Sequence[FieldChange]]]


def _first(step: Transition) -> _Told:
    """That the entry came to be known here, with what it said then of its end and its loading."""
    if not step.first:
        return
    row = step.after
    yield ChangeKind.PUBLISHED, f"First recorded here; on the list since {_day(row.published_on)}.", []
    if row.removed_on:
        yield ChangeKind.REMOVED, _removed(row), []


def _of_list(step: Transition) -> _Told:
    """What changed of the list's own fields."""
    before, row = step.before, step.after
    differing = {each.name: each for each in history.differing(before, row, CPLEntry)}
    if row.removed_on and not before.removed_on:
        _drop(differing, _REMOVAL)
        yield ChangeKind.REMOVED, _removed(row), []
    if "loaded_on" in differing and row.loaded_on:
        _drop(differing, {"loaded_on"})
        yield ChangeKind.LOADED, f"On {_day(row.loaded_on)}.", []
    # Told with the pathway alone.
    _drop(differing, history.OF_PATHWAY)
    if differing:
        yield ChangeKind.CORRECTED, "", _fields(differing)
    if before.audience != row.audience:
        yield ChangeKind.RESTRICTION, f"The entry: {_audience(row)}.", []


def _of_record(version: VersionPast, named: bool) -> Iterator[Change]:
    for step in version.told.transitions():
        # A record that was written while the entry was closed is known from the day on which that was opened.
        row = step.after if step.after.pgh_created_at == step.at else version.own.at(step.at)
        came = history.whence(row.pgh_context, named=named)
        for kind, words, fields in _said(step) if step.before else _first_said(step):
            yield Change(step.at, kind, (version.entry.pk,), words, fields, came)


def _first_said(step: Transition) -> _Told:
    """That there came to be firmware information, with every field that was answered."""
    if not step.first:
        return
    row = step.after
    answered = [name for name in VOLUNTARY_FIELDS if getattr(row, f"{name}_state") != FieldState.NOT_SUPPLIED]
    yield (
        ChangeKind.INFORMATION,
        "Given." if answered else "A record was begun; nothing was supplied.",
        [(label_of(FirmwareInformation, name), "", _answer(row, name)) for name in answered],
    )
    if row.withdrawn_on:
        yield ChangeKind.WITHDRAWN, _withdrawn(row), []


def _said(step: Transition) -> _Told:
    """What changed of what the manufacturer says."""
    before, row = step.before, step.after
    differing = {each.name: each for each in history.differing(before, row, FirmwareInformation)}
    if row.withdrawn_on and not before.withdrawn_on:
        _drop(differing, _WITHDRAWAL)
        yield ChangeKind.WITHDRAWN, _withdrawn(row), []
    if differing:
        yield ChangeKind.INFORMATION, "Changed.", _fields(differing)
    if before.audience != row.audience:
        yield ChangeKind.RESTRICTION, f"Its firmware information: {_audience(row)}.", []


def _drop(differing: dict[str, Difference], names: Iterable[str]) -> None:
    for name in names:
        differing.pop(name, None)


def _fields(differing: Mapping[str, Difference]) -> list[FieldChange]:
    return [(each.label[:1].upper() + each.label[1:], each.old, each.new) for each in differing.values()]


def _answer(row: Any, name: str) -> Any:
    state = getattr(row, f"{name}_state")
    if state != FieldState.SUPPLIED:
        return FieldState(state).label
    return "given" if name == "contact" else shown(row, name)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _removed(row: Any) -> str:
    reference = f" ({row.removal_reference})" if row.removal_reference else ""
    return f"On {_day(row.removed_on)}: {row.removal_reason}{reference}"


def _withdrawn(row: Any) -> str:
    return f"On {_day(row.withdrawn_on)}: {row.withdrawal_reason}"


def _audience(row: Any) -> str:
    return "for named Parties only from now on" if row.audience == Audience.NAMED_PARTIES else "for all SEC Parties"


def _of_pathway(past: ModelPast, key: int, named: bool) -> Iterator[Change]:
    """What may be upgraded to a version, whenever the person came to know it as something else."""
    own = past.versions[key].own
    before, seen = Predecessors(), False
    for at in sorted(_moments(past, key)):
        if own.at(at) is None:
            continue
        now = past.predecessors_at(key, at)
        if now != before:
            fields = [(PATHWAY_LABEL, _pathway(past, before) if seen else "", _pathway(past, now))]
            words = "Given." if before == Predecessors() else "Changed."
            yield Change(at, ChangeKind.PATHWAY, (key,), words, fields, _pathway_came(past, key, at, named))
        before, seen = now, True


def _moments(past: ModelPast, key: int) -> set[datetime]:
    """When a pathway may have changed: with a link, with the version's own state, or with who may see its other end."""
    links = past.links_to.get(key, [])
    ends = {row.old for row in links} & past.versions.keys()
    return {row.at for row in links}.union(*(past.versions[end].own.times for end in {key, *ends}))


def _pathway_came(past: ModelPast, key: int, at: datetime, named: bool) -> Whence:
    rows = [row.context for row in past.links_to.get(key, []) if row.at == at]
    own = past.versions[key].own.at(at)
    context = next((row for row in rows if row), own.pgh_context if own.pgh_created_at == at else None)
    return history.whence(context, named=named)


def _pathway(past: ModelPast, predecessors: Predecessors) -> str:
    if predecessors.nothing:
        return PathwayState.NOT_APPLICABLE.label
    return ", ".join(sorted(past.versions[key].name for key in predecessors.named)) or PathwayState.NOT_PROVIDED.label


def _of_notice(past: ModelPast, revisions: Sequence[NoticeRevision]) -> Iterator[Change]:
    """What a notice came to say of versions that the person could see at the time."""
    before: tuple[int, ...] = ()
    for revision in revisions:
        said = [
            one for one in named_in(revision, past.by_entry_id) if was_open(past.versions[one.entry].own, revision.at)
        ]
        named = tuple(one.entry for one in said)
        if named or before:
            fields = [*_statuses(past, said), *([("Why", "", revision.words)] if revision.words else [])]
            whence = Whence(f"Notice from {revision.by_party}")
            words = _notice_words(revision, named)
            yield Change(revision.at, ChangeKind.NOTICE, named or before, words, fields, whence, revision.notice_id)
        before = named


def _notice_words(revision: NoticeRevision, named: Sequence[int]) -> str:
    title = revision.content.get("fields", {}).get("title", "")
    told = f"{notice_reference(revision.notice_id)} {NoticeEvent(revision.event).label.lower()}: {title}"
    return told if named else f"{told}. It names no version of this model that is shown to you any more"


def _statuses(past: ModelPast, said: Sequence[OpenNotice]) -> list[FieldChange]:
    """The versions by what is said of them."""
    by_status = {
        status: [past.versions[one.entry].name for one in said if one.status == status] for status in VersionStatus
    }
    return [(str(status.label), "", ", ".join(names)) for status, names in by_status.items() if names]
