"""The history of a Device Model in words: its changes by day, its versions as at a day, and what differs from today."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from django.utils import timezone

from cpl.models import CPLEntry, FirmwareInformation
from cpl.presenters.field_words import words_of
from cpl.presenters.fields import pathway_words
from cpl.selectors import history
from cpl.selectors.history import Whence
from cpl.selectors.known import KnownModel
from cpl.selectors.model_history import PATHWAY_LABEL, Change
from cpl.selectors.model_past import ModelPast, ModelThen, VersionPast
from cpl.selectors.notices import OpenNotice
from cpl.selectors.versions import Version

CHANGE_HEADINGS: Final = (
    "When", "Kind", "CPL Entry ID(s)", "Firmware version(s)", "What", "Field", "Before", "After", "Came with",
)  # fmt: skip
VERSION_HEADINGS: Final = (
    "As at", "CPL Entry ID", "Firmware version", "Status", "Recommended then", "Release stage", "Recommendation",
    "Urgency", "May be upgraded from", "Released on", "Published on", "Removed on", "Reason for removal",
    "Withdrawn on", "Reason for withdrawal", "Notices in force",
)  # fmt: skip

Line = tuple[str, str, str]
"""Label, before and after, in words."""


@dataclass(frozen=True)
class Item:
    """What happened at once to the same versions."""

    versions: list[CPLEntry]
    changes: list["Told"]


@dataclass(frozen=True)
class Told:
    """A change with its fields in words; `lines` without a value before are told as given."""

    change: Change
    lines: list[Line]

    @property
    def is_given(self) -> bool:
        """Whether every line is new: then there is nothing to compare."""
        return not any(before for _, before, _ in self.lines)


@dataclass(frozen=True)
class Group:
    """What came with one issue or workbook on one day."""

    whence: Whence
    items: list[Item]


@dataclass(frozen=True)
class Day:
    """The changes of one day, newest first."""

    day: date
    groups: list[Group]


def days(changes: Sequence[Change], past: ModelPast) -> list[Day]:
    """The changes, newest first as they are given, by day and by what they came with."""
    return [Day(day, _groups(list(found), past)) for day, found in groupby(changes, key=lambda change: change.day)]


def _groups(changes: list[Change], past: ModelPast) -> list[Group]:
    """In the order of the newest change of each."""
    found: dict[Whence, list[Change]] = {}
    for change in changes:
        found.setdefault(change.whence, []).append(change)
    return [Group(whence, _items(each, past)) for whence, each in found.items()]


def _items(changes: list[Change], past: ModelPast) -> list[Item]:
    def key(change: Change) -> tuple[datetime, tuple[int, ...]]:
        return change.at, change.versions

    return [
        Item([past.versions[pk].entry for pk in versions], [Told(change, _lines(change)) for change in found])
        for (_, versions), found in groupby(changes, key=key)
    ]


def _lines(change: Change) -> list[Line]:
    return [(label, words(old), words(new)) for label, old, new in change.fields]


def words(value: Any) -> str:
    """A value as people read it; '' where there is none."""
    return words_of("", value)


def change_cells(changes: Sequence[Change], past: ModelPast) -> Iterator[list[Any]]:
    """The changes as an export writes them: a row for each field, in the order of CHANGE_HEADINGS."""
    for change in changes:
        entries = [past.versions[pk].entry for pk in change.versions]
        head = [
            f"{timezone.localtime(change.at):%Y-%m-%d %H:%M}", change.kind.label,
            ", ".join(entry.cpl_entry_id for entry in entries), ", ".join(entry.firmware_version for entry in entries),
            change.words,
        ]  # fmt: skip
        for line in _lines(change) or [("", "", "")]:
            yield [*head, *line, change.whence.origin]


@dataclass(frozen=True)
class Row:
    """A version as it stood at the end of a day: `entry` and `record` are the rows of then."""

    version: Version
    entry: Any
    record: Any
    predecessors: list[Version]
    recommended: bool
    notices: list[OpenNotice]

    @property
    def status(self) -> str:
        """Where the version stood, in words."""
        if self.version.withdrawn_on:
            return "Withdrawn by its manufacturer"
        return "On the list" if self.version.is_listed else "Removed"

    def cells(self, day: date) -> list[Any]:
        """The row as an export writes it, in the order of VERSION_HEADINGS."""
        entry, record, version = self.entry, self.record, self.version
        said = [history.shown(record, name) if record else "" for name in ("stage", "recommendation", "urgency")]
        return [
            day, version.entry_id, version.firmware_version, self.status, "Yes" if self.recommended else "",
            *said,
            pathway_words(version.pathway_state, [each.entry_id for each in self.predecessors]),
            version.release_date, version.published_on, version.removed_on, entry.removal_reason, version.withdrawn_on,
            record.withdrawal_reason if record else "",
            ", ".join(f"{notice.reference}: {notice.status_words}" for notice in self.notices),
        ]  # fmt: skip


def rows(then: ModelThen) -> list[Row]:
    """One row for each version of then, newest first."""
    known = then.known
    before = _before(known)
    return [
        Row(
            version, then.entries[version.pk], then.records[version.pk],
            [known.versions[key] for key in before.get(version.pk, [])],
            version is known.summary.recommended, known.notices.on(version.pk),
        )
        for version in known.summary.versions
    ]  # fmt: skip


def _before(known: KnownModel) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for old, new in known.network.links:
        found.setdefault(new, []).append(old)
    return found


@dataclass(frozen=True)
class Since:
    """What became of one version since a day: it came to be known here, or these lines differ."""

    version: Version
    is_new: bool
    lines: list[Line]


def since(then: ModelThen, today: KnownModel, entries: Mapping[int, CPLEntry]) -> list[Since]:
    """Every version that is not as it was, newest first; `entries` are those of today, as the person may see them."""
    before, after = _before(then.known), _before(today)
    told = []
    for version in today.summary.versions:
        key = version.pk
        if key not in then.entries:
            told.append(Since(version, is_new=True, lines=[]))
            continue
        lines = [*_listed(then.entries[key], entries[key]), *_said(then.records[key], entries[key])]
        beside = (
            (PATHWAY_LABEL, _pathway(key, then.known, before), _pathway(key, today, after)),
            ("Notices in force", _notices(key, then.known), _notices(key, today)),
        )
        lines += [line for line in beside if line[1] != line[2]]
        told.append(Since(version, is_new=False, lines=lines))
    return [each for each in told if each.is_new or each.lines]


def _listed(before: Any, entry: CPLEntry) -> list[Line]:
    differing = history.differing(before, entry, CPLEntry)
    return [_line(each) for each in differing if each.name not in history.OF_PATHWAY]


def _said(before: Any, entry: CPLEntry) -> list[Line]:
    if before is not None and entry.information is not None:
        return [_line(each) for each in history.differing(before, entry.information, FirmwareInformation)]
    return [("Firmware information", "", "given")] if entry.information else []


def _line(each: history.Difference) -> Line:
    return each.label[:1].upper() + each.label[1:], words(each.old), words(each.new)


def _pathway(key: int, known: KnownModel, before: Mapping[int, Sequence[int]]) -> str:
    named = [known.versions[old] for old in before.get(key, ())]
    names = sorted(version.firmware_version or version.entry_id for version in named)
    return pathway_words(known.versions[key].pathway_state, names)


def _notices(key: int, known: KnownModel) -> str:
    return ", ".join(f"{each.reference} ({each.status_words.lower()})" for each in known.notices.on(key)) or "none"


@dataclass(frozen=True)
class EverVersion:
    """One version of all there ever were: since when it is known here, and how often it changed since."""

    entry: CPLEntry
    first: datetime | None
    changes: int

    @property
    def ended(self) -> str:
        """How and when it ended, if it did."""
        record = self.entry.information
        withdrawn = f"Withdrawn {_short(record.withdrawn_on)}" if record and record.withdrawn_on else ""
        removed = f"Removed {_short(self.entry.removed_on)}" if self.entry.removed_on else ""
        return ", ".join(filter(None, (withdrawn, removed)))


def ever(past: ModelPast, changes: Sequence[Change]) -> list[EverVersion]:
    """Every version there ever was, the one that came to be known last first."""
    counts: dict[int, int] = {}
    for change in changes:
        for key in change.versions:
            counts[key] = counts.get(key, 0) + 1
    found = [EverVersion(each.entry, _first(each), counts.get(key, 0)) for key, each in past.versions.items()]
    return sorted(found, key=_newness, reverse=True)


def _first(version: VersionPast) -> datetime | None:
    return next((step.at for step in version.own.transitions()), None)


def _newness(version: EverVersion) -> tuple[date, str]:
    return version.entry.published_on or date.min, version.entry.cpl_entry_id


def _short(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""
