"""Issues of the list as one person may read them: what each published, as far as that person may see it."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.access import Person, can
from accounts.permissions import MARK_LOADED, READ_EVERY_RECORD
from cpl import proposals
from cpl.choices import Audience, FieldState, IssueState, PathwayState, SubmissionKind
from cpl.models import Contact, CPLEntry, CPLIssue, FirmwareInformation, Submission, UpgradePathLink
from cpl.models.fields import label_of
from cpl.selectors.history import differences
from cpl.targets import due_at, is_late

_MOMENT: Final = timedelta(microseconds=1)

PUBLISHED: Final = (IssueState.PUBLISHED, IssueState.LOADED)

Kind = SubmissionKind

GROUPS: Final[Mapping[str, tuple[SubmissionKind, ...]]] = {
    "New entries": (Kind.NEW_ENTRY, Kind.ADDED_MODEL),
    "Corrected": (Kind.CORRECTION,),
    "Hashes given": (Kind.HASH,),
    "Removed": (Kind.REMOVAL,),
    "Withdrawn by their manufacturers": (Kind.WITHDRAWAL,),
    "Firmware information": (Kind.INFORMATION,),
    "Upgrade pathways": (Kind.PATHWAY,),
    "Contacts": (Kind.CONTACT,),
}
"""What an issue did, in the order in which its page tells it."""


@dataclass(frozen=True)
class Line:
    """One thing that an issue did: to which entry, and each changed fact with its value in the issue before."""

    submission: Submission
    entry: CPLEntry | None
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    answered: str = ""
    """Of firmware information, which fields it answered, and how: "Urgency; declined: Vulnerabilities"."""


@dataclass(frozen=True)
class Group:
    """Everything of one sort that an issue did."""

    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Listed:
    """An issue in the list of issues: how many of each kind, as far as the person may see, and whether it is late."""

    issue: CPLIssue
    counts: list[tuple[int, str]]
    late: bool


def published_in(person: Person, issues: Iterable[CPLIssue]) -> QuerySet[Submission]:
    """What these issues published, without everything that tells of a record which this person may not see."""
    entries = CPLEntry.objects.visible_to(person).order_by()
    records = FirmwareInformation.objects.visible_to(person).order_by()
    contacts = Contact.objects.visible_to(person).order_by()
    links = UpgradePathLink.objects.filter(entry=OuterRef("entry")).order_by()
    seen_links = links.filter(predecessor__in=entries.values("pk"))
    of_entry = Exists(entries.filter(pk=OuterRef("entry")))
    of_record = Q(of_entry) & Exists(records.filter(entry=OuterRef("entry")))
    # Predecessors that are all hidden read as not yet provided.
    of_pathway = Q(of_entry) & (
        Exists(seen_links) | (~Exists(links) & ~Q(entry__pathway_state=PathwayState.THESE_ENTRIES))
    )
    shown = (
        Q(of_entry, kind__in=[Kind.NEW_ENTRY, Kind.ADDED_MODEL, Kind.CORRECTION, Kind.HASH, Kind.REMOVAL])
        | (Q(kind__in=[Kind.INFORMATION, Kind.WITHDRAWAL]) & of_record)
        | (Q(kind=Kind.PATHWAY) & of_pathway)
        | (Q(kind=Kind.CONTACT) & Exists(contacts.filter(pk=OuterRef("contact"))))
    )
    rows = Submission.objects.filter(issue__in=list(issues), published_at__isnull=False)
    return rows if can(person, READ_EVERY_RECORD) else rows.filter(shown)


def listed(person: Person, issues: Sequence[CPLIssue], now: datetime) -> list[Listed]:
    """Each issue with what it did, in numbers of what this person may see. One query."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    rows = published_in(person, issues).order_by().values_list("issue", "kind").annotate(number=Count("pk"))
    for issue, kind, number in rows:
        counts[issue][kind] = number
    return [Listed(issue, _in_groups(counts[issue.pk]), is_overdue(issue, now)) for issue in issues]


def _in_groups(counts: Mapping[str, int]) -> list[tuple[int, str]]:
    """How many of each sort, leaving out what did not happen."""
    numbers = {title: sum(counts.get(kind.value, 0) for kind in kinds) for title, kinds in GROUPS.items()}
    return [(number, title) for title, number in numbers.items() if number]


def told(person: Person, issue: CPLIssue) -> list[Group]:
    """What one issue did, each change beside what stood in the list before it. Seven queries at most.

    Entries have their FIR record beside them as `information`, where the person may see it.
    """
    rows = list(published_in(person, [issue]).select_related("contact").order_by("entry__cpl_entry_id", "pk"))
    keys = [row.entry_id for row in rows if row.entry_id]
    visible = CPLEntry.objects.visible_to(person).with_information(person).filter(pk__in=keys).defer("search_text")
    entries = visible.select_related("device_model__manufacturer", "device_model__identifier").in_bulk()
    changes, open_then = _changes(person, issue, entries), _open_then(person, issue, entries)
    lines = [_line(row, entries, changes, open_then) for row in rows]
    groups = {title: [line for line in lines if line.submission.kind in kinds] for title, kinds in GROUPS.items()}
    return [Group(title, found) for title, found in groups.items() if found]


def _line(
    row: Submission, entries: Mapping[int, CPLEntry], changes: Mapping[int, Any], open_then: Container[int]
) -> Line:
    entry = entries.get(row.entry_id or 0)
    differs = row.kind in (Kind.CORRECTION, Kind.HASH)
    told = _answered(row) if row.kind == Kind.INFORMATION and entry and entry.pk in open_then else ""
    return Line(row, entry, changes.get(entry.pk, []) if entry and differs else [], told)


def _open_then(person: Person, issue: CPLIssue, entries: Mapping[int, CPLEntry]) -> set[int]:
    """Entries with a FIR record that was not for others alone when the issue said something of it.

    As above: opening a record does not open its past.
    """
    shown = {key: entry for key, entry in entries.items() if entry.information}
    if issue.published_at is None or can(person, READ_EVERY_RECORD):
        return set(shown)
    events = apps.get_model("cpl", "FirmwareInformationEvent").objects
    then = events.filter(entry__in=list(shown), pgh_created_at__lte=issue.published_at)
    latest = then.order_by("entry_id", "-pgh_id").distinct("entry_id").values_list("entry_id", "audience")
    closed = {key for key, audience in latest if audience == Audience.NAMED_PARTIES}
    own = _states(list(shown), issue.published_at)
    closed_entries = {key for key, row in own.items() if row.audience == Audience.NAMED_PARTIES}
    return {
        key
        for key, entry in shown.items()
        if (key not in closed or (entry.information and entry.information.is_restricted))
        and (key not in closed_entries or entry.is_restricted)
    }


_STATES: Final = {
    FieldState.SUPPLIED: "",
    FieldState.DECLINED: "declined: ",
    FieldState.NOT_APPLICABLE: "not applicable: ",
}


def _answered(row: Submission) -> str:
    """The names of the fields alone: what they say stands on the page of the entry, which says who may read it."""
    answers = proposals.read(row).answers
    by_state = {state: [_label(name) for name, (_, how) in answers.items() if how == state] for state in _STATES}
    return "; ".join(f"{words}{', '.join(by_state[state])}" for state, words in _STATES.items() if by_state[state])


def _label(voluntary: str) -> str:
    return label_of(FirmwareInformation, voluntary)


def _changes(person: Person, issue: CPLIssue, entries: Mapping[int, CPLEntry]) -> dict[int, list[tuple[str, Any, Any]]]:
    """By entry what differs between the list just before the issue and with it.

    Not where the entry was for named Parties then and is for all today: opening a record does not open its past.
    """
    if issue.published_at is None:
        return {}
    keys, every = list(entries), can(person, READ_EVERY_RECORD)
    old, new = _states(keys, issue.published_at - _MOMENT), _states(keys, issue.published_at)
    return {
        key: differences(old[key], new[key], CPLEntry)
        for key in old.keys() & new.keys()
        if every or entries[key].is_restricted or Audience.NAMED_PARTIES not in (old[key].audience, new[key].audience)
    }


def _states(keys: list[int], moment: datetime) -> dict[int, Any]:
    events = apps.get_model("cpl", "CPLEntryEvent").objects.filter(pgh_obj__in=keys, pgh_created_at__lte=moment)
    return {row.pgh_obj_id: row for row in events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")}


def before(issue: CPLIssue) -> CPLIssue | None:
    """The issue published here just before this one."""
    if issue.published_at is None:
        return None
    earlier = CPLIssue.objects.filter(published_at__lt=issue.published_at)
    return earlier.order_by("-published_at").first()


def is_overdue(issue: CPLIssue, now: datetime) -> bool:
    """Whether the issue ought to have been loaded by now."""
    waits = issue.state == IssueState.PUBLISHED and issue.published_at is not None
    return waits and issue.published_at is not None and is_late("published", issue.published_at, now)


def load_due(issue: CPLIssue) -> datetime | None:
    """Until when the issue ought to be loaded."""
    return due_at("published", issue.published_at) if issue.published_at else None


def overdue(person: Person, now: datetime) -> list[CPLIssue]:
    """Issues that are not loaded in time, for whoever can mark them as loaded."""
    if not can(person, MARK_LOADED):
        return []
    since = now - timedelta(hours=settings.LOAD_TARGET_HOURS)
    return list(CPLIssue.objects.filter(state=IssueState.PUBLISHED, published_at__lt=since).order_by("published_at"))
