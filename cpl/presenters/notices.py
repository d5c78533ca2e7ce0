"""Notices in words: what one said at a time, what a revision changed, and a row of the export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from django.utils import timezone
from django.utils.dateformat import format as format_date

from cpl.choices import NoticeAudience, NoticeEvent, NoticeKind, NoticeState, Severity, Urgency, VersionStatus
from cpl.models import Notice, NoticeRevision
from cpl.selectors.notice_list import NamedIn

LABELS: Final[Mapping[str, str]] = {
    "title": "Title",
    "kind": "Kind",
    "severity": "Severity",
    "urgency": "How soon to upgrade",
    "summary": "What is wrong",
    "action": "What to do",
    "deadline": "To be done by",
    "cves": "CVE identifiers",
    "advisory_link": "Manufacturer’s own advisory",
    "references": "Other references",
    "audience": "Who reads it",
}
"""Every field of a notice in the order of its page."""

EXPORT_HEADINGS: Final = (
    "Reference", "State", "Kind", "Severity", "How soon to upgrade", "Title", "What is wrong", "What to do",
    "To be done by", "CVE identifiers", "Manufacturer", "Device Models against which it stands",
    "Other Device Models named", "Issued by", "Published on", "Last revised on", "Revision", "Withdrawn on",
    "Reason for withdrawal", "Manufacturer’s own advisory", "Who reads it",
)  # fmt: skip

_CHOICES: Final[Mapping[str, Any]] = {
    "kind": NoticeKind,
    "severity": Severity,
    "urgency": Urgency,
    "audience": NoticeAudience,
}


@dataclass(frozen=True)
class Told:
    """What a notice says, now or at some time, without its versions."""

    title: str
    kind: str
    severity: str
    urgency: str
    summary: str
    action: str
    deadline: date | None
    cves: Sequence[str]
    advisory_link: str
    references: Sequence[Mapping[str, str]]
    audience: str

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """Of typed values, or of those that a revision keeps."""
        values: dict[str, Any] = {name: content.get(name) or "" for name in LABELS}
        values["deadline"] = _day(content.get("deadline"))
        return cls(**values)

    @classmethod
    def now(cls, notice: Notice) -> Self:
        """As the notice stands."""
        return cls.of({name: getattr(notice, name) for name in LABELS})

    @property
    def kind_words(self) -> str:
        """Fault or vulnerability."""
        return str(NoticeKind(self.kind).label)

    @property
    def audience_words(self) -> str:
        """Which Parties read it."""
        return str(NoticeAudience(self.audience).label)

    @property
    def is_overdue(self) -> bool:
        """Whether the deadline is past."""
        return self.deadline is not None and self.deadline < timezone.localdate()


@dataclass(frozen=True)
class Change:
    """One field, or one version by its entry, before and after; '' is nothing."""

    label: str
    before: str
    after: str
    entry_id: str = ""


@dataclass(frozen=True)
class Revision:
    """A revision as the notice's page tells it, with what it changed."""

    record: NoticeRevision
    event: str
    changes: Sequence[Change]


def _day(value: Any) -> date | None:
    if isinstance(value, str):
        return date.fromisoformat(value) if value else None
    return value if isinstance(value, date) else None


def words_of(name: str, value: Any) -> str:
    """What stands in a field, as people read it; '' for nothing."""
    if name in _CHOICES:
        return str(_CHOICES[name](value).label) if value else ""
    if name == "deadline":
        day = _day(value)
        return format_date(day, "j F Y") if day else ""
    if name == "references":
        return "\n".join(f"{one.get('summary', '')} {one['url']}".strip() for one in value or [])
    return "\n".join(value) if name == "cves" else str(value or "")


def _version(said: Sequence[str] | None) -> str:
    if not said:
        return ""
    status = str(VersionStatus(said[0]).label)
    return f"{status}: {said[1]}" if said[1] else status


Versions = Mapping[str, Sequence[str]]
"""Status and words by Entry ID, as a revision keeps them."""


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The fields that differ, in the order of the page."""
    sides = [(name, words_of(name, before.get(name)), words_of(name, after.get(name))) for name in LABELS]
    return [Change(LABELS[name], old, new) for name, old, new in sides if old != new]


def version_changes(before: Versions, after: Versions, seen: Mapping[str, str]) -> list[Change]:
    """The versions of which something else is said. `seen` has the words for each entry that the person may see."""
    found = []
    for entry, words in seen.items():
        old, new = _version(before.get(entry)), _version(after.get(entry))
        if old != new:
            found.append(Change(words, old, new, entry))
    return found


def revisions(records: Sequence[NoticeRevision], seen: Mapping[str, str]) -> list[Revision]:
    """Each revision with what it changed, the newest first; `records` are all of a notice, the first one first."""
    found = []
    for number, record in enumerate(records):
        before = records[number - 1].content if number else None
        found.append(Revision(record, _event(record), _between(before, record.content, seen)))
    return found[::-1]


def _between(before: Mapping[str, Any] | None, after: Mapping[str, Any], seen: Mapping[str, str]) -> list[Change]:
    if before is None:
        return []
    fields = changes(before["fields"], after["fields"])
    return fields + version_changes(before["versions"], after["versions"], seen)


def _event(record: NoticeRevision) -> str:
    return str(NoticeEvent(record.event).label)


def export_cells(notice: Notice, named: Sequence[NamedIn]) -> list[object]:
    """A row of the export."""
    return [
        notice.reference, NoticeState(notice.state).label, *(words_of(name, getattr(notice, name)) for name in (
            "kind", "severity", "urgency", "title", "summary", "action",
        )), notice.deadline, "; ".join(notice.cves), notice.manufacturer,
        "; ".join(one.name for one in named if one.is_against),
        "; ".join(one.name for one in named if not one.is_against), notice.party, _on(notice.published_at),
        _on(notice.revised_at), notice.revision or None, _on(notice.withdrawn_at), notice.withdrawal_reason,
        notice.advisory_link, words_of("audience", notice.audience),
    ]  # fmt: skip


def _on(moment: Any) -> date | None:
    return timezone.localdate(moment) if moment else None
