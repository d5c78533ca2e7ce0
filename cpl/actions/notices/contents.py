"""What a notice says: cleaned, checked, compared, kept, and put on record."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from django.utils import timezone

from accounts.models import User
from cpl.actions.notices.errors import NotWholeError, UnknownVersionError
from cpl.actions.submissions.content import words_of
from cpl.choices import VersionStatus
from cpl.models import CPLEntry, Notice, NoticeRevision, NoticeVersion
from cpl.notice_checks import Named, NoticeProblem, Said, Weight, as_published, problems_of

Content = Mapping[str, Any]
"""Fields of a notice by name, with their typed values; a field that is not there keeps what it says."""

Versions = Mapping[int, tuple[VersionStatus | str, str]]
"""By the key of the entry: its status, and why or what to do on it ('' for nothing)."""

TEXTS: Final = ("kind", "title", "severity", "urgency", "summary", "action", "advisory_link", "audience")
FIELDS: Final = (*TEXTS, "deadline", "cves", "references")


class Row(NamedTuple):
    """What is said of one entry."""

    entry: CPLEntry
    status: str
    words: str


def put(notice: Notice, content: Content) -> None:
    """Let the notice say this, as it is kept. Saves nothing. Raises TypeError for a field that is not the author's."""
    if unknown := sorted(set(content) - set(FIELDS)):
        raise TypeError(f"the author of a notice fills in {', '.join(FIELDS)}, and not: {', '.join(unknown)}")
    for name, value in content.items():
        setattr(notice, name, _CLEAN[name](value))


def text(value: Any) -> str:
    """Words as they were typed, without what no database keeps and without space around them; '' for none."""
    return words_of(value).replace("\r\n", "\n")


def _day(value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not hasattr(value, "hour")):
        return value or None
    raise TypeError(f"a deadline is a day, not {value!r}")


def _cves(values: Iterable[Any]) -> list[str]:
    """In upper case, and cut where no identifier goes on: the check says of the rest that it is none."""
    return [word for value in values if (word := text(value).upper()[:30])]


def _references(values: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    found = [{"summary": text(one.get("summary"))[:200], "url": text(one.get("url"))[:500]} for one in values]
    return [one for one in found if any(one.values())]


_CLEAN: Final[Mapping[str, Any]] = {
    **dict.fromkeys(TEXTS, text), "deadline": _day, "cves": _cves, "references": _references,
}  # fmt: skip


def rows_of(notice: Notice) -> list[Row]:
    """What the notice says of versions as it stands, by Entry ID: of all of them, whoever may see them."""
    kept = NoticeVersion.objects.filter(notice=notice).select_related("entry") if notice.pk else []
    return sorted((Row(one.entry, one.status, one.words) for one in kept), key=lambda row: row.entry.cpl_entry_id)


def rows_for(notice: Notice, versions: Versions, by: User) -> list[Row]:
    """What the notice is to say of versions, by Entry ID: what `by` says, and what was said of those hidden from them.

    Raises UnknownVersionError where one that they may not see is among them.
    """
    visible = CPLEntry.objects.visible_to(by)
    named = visible.in_bulk([*versions])
    if len(named) != len(versions):
        raise UnknownVersionError
    kept = rows_of(notice)
    seen = set(visible.filter(pk__in=[row.entry.pk for row in kept]).values_list("pk", flat=True))
    rows = [Row(named[key], text(status), text(words)) for key, (status, words) in versions.items()]
    rows += [row for row in kept if row.entry.pk not in seen]
    return sorted(rows, key=lambda row: row.entry.cpl_entry_id)


def problems(notice: Notice, rows: Iterable[Row] | None = None) -> list[NoticeProblem]:
    """What the named checks find in the notice as it stands, or with these rows in the place of what it says."""
    return problems_of(_said(notice, rows_of(notice) if rows is None else rows))


def refuse(notice: Notice, rows: Iterable[Row], weight: Weight) -> None:
    """Raise NotWholeError where checks of this weight and above find something."""
    if found := problems_of(_said(notice, rows), weight):
        raise NotWholeError(found)


def _said(notice: Notice, rows: Iterable[Row]) -> Said:
    named = [Named(row.entry.cpl_entry_id, row.entry.manufacturer_id, row.status, row.words) for row in rows]
    fields = {name: getattr(notice, name) for name in FIELDS}
    said = Said(manufacturer=notice.manufacturer_id, today=timezone.localdate(), versions=named, **fields)
    last = NoticeRevision.objects.filter(notice=notice).last() if notice.revision else None
    return as_published(said, last.content) if last else said


def keep(notice: Notice, rows: Iterable[Row]) -> None:
    """Let the table say of versions what the rows say; the notice is locked, and saved already."""
    wanted = {row.entry.pk: row for row in rows}
    kept = {one.entry_id: one for one in NoticeVersion.objects.filter(notice=notice)}
    NoticeVersion.objects.filter(notice=notice).exclude(entry__in=wanted).delete()
    NoticeVersion.objects.bulk_create(
        NoticeVersion(notice=notice, entry=row.entry, status=row.status, words=row.words)
        for key, row in wanted.items()
        if key not in kept
    )
    changed = [(kept[key], row) for key, row in wanted.items() if key in kept and _differs(kept[key], row)]
    for one, row in changed:
        one.status, one.words = row.status, row.words
    NoticeVersion.objects.bulk_update([one for one, _ in changed], ["status", "words"])


def _differs(one: NoticeVersion, row: Row) -> bool:
    return (one.status, one.words) != (row.status, row.words)


def snapshot(notice: Notice, rows: Iterable[Row]) -> dict[str, Any]:
    """What it says, whole, as a revision keeps it: JSON, with names copied and no keys."""
    fields = {name: getattr(notice, name) for name in FIELDS}
    fields["deadline"] = notice.deadline.isoformat() if notice.deadline else None
    return {"fields": fields, "versions": {row.entry.cpl_entry_id: [row.status, row.words] for row in rows}}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields in which two snapshots differ, in order; 'versions' where they say something else of a version."""
    names = [name for name in FIELDS if before["fields"].get(name) != after["fields"].get(name)]
    return [*names, *(["versions"] if before["versions"] != after["versions"] else [])]
