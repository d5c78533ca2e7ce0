"""What changed since a moment: the state then against the state now, entry by entry."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from accounts.access import Person
from cpl.choices import ImportStatus
from cpl.models import CPLEntry, CPLIssue, FirmwareInformation, ImportRun
from cpl.selectors.history import differences

MOST_COMPARED: Final = 2_000
"""Beyond this many changed entries only counts would help, and a first load is not news."""


@dataclass(frozen=True)
class Change:
    """One entry that is not as it was: `kind` is withdrawn, removed, added, changed or information.

    `entry` has the FIR record beside it as `information`, where the person may see it.
    """

    entry: CPLEntry
    kind: str
    fields: list[str]


@dataclass(frozen=True)
class Changes:
    """Changes since `since`, newest first; `too_many` tells that there were more than could be compared."""

    since: datetime
    found: list[Change]
    too_many: bool = False

    def counts(self) -> list[tuple[int, str]]:
        """How many of each kind, in words, leaving out what did not happen."""
        kinds = Counter(change.kind for change in self.found)
        return [(kinds[kind], words[kinds[kind] != 1]) for kind, words in _WORDS.items() if kinds[kind]]


class InForce(NamedTuple):
    """The Central Products List in force: imported as a workbook, or published here as an issue."""

    number: str
    issue_date: date | None
    since: datetime
    written_at: datetime | None
    is_imported: bool

    @property
    def told(self) -> str:
        """Since when it stands, as a page says it after the date: imported, or published here."""
        return "Imported" if self.is_imported else "Published"


def list_in_force() -> InForce | None:
    """The Central Products List in force: of what was imported and what was published here, what is dated last.

    One query.
    """
    found = [InForce._make(row) for row in _imported().union(_issued(), all=True)]
    return max(found, key=lambda each: (each.issue_date or timezone.localdate(each.since), each.since), default=None)


def _imported() -> QuerySet[Any]:
    """The applied import that was issued last."""
    applied = ImportRun.objects.filter(status=ImportStatus.APPLIED, holds_cpl=True, decided_at__isnull=False)
    rows = applied.order_by("-issue_date", "-decided_at")
    return rows.values_list("issue_number", "issue_date", "decided_at", "written_at", Value(True))[:1]


def _issued() -> QuerySet[Any]:
    """The issue published here last. Every row of history that it writes bears the time of its publication."""
    rows = CPLIssue.objects.filter(published_at__isnull=False).order_by("-issue_date", "-published_at", "-pk")
    return rows.values_list("number", "issue_date", "published_at", F("published_at"), Value(False))[:1]


def moment_before(in_force: InForce) -> datetime | None:
    """The moment just before the list in force was written; None if its import wrote nothing."""
    return in_force.written_at - timedelta(microseconds=1) if in_force.written_at else None


def changes_since(person: Person, since: datetime) -> Changes:
    """What changed among the entries this person may see. Three queries."""
    touched = _touched(person, since)
    keys = {key for key, _ in touched}
    if len(keys) > MOST_COMPARED:
        return Changes(since, [], too_many=True)
    visible = CPLEntry.objects.visible_to(person).with_information(person).filter(pk__in=keys)
    entries = visible.annotate(was_withdrawn_on=_withdrawn_by(since)).defer("search_text")
    now = list(entries.select_related("device_model__manufacturer", "device_model__identifier"))
    before = _states_at(since, [entry.pk for entry in now])
    told = [_change(before.get(entry.pk), entry, said=(entry.pk, _SAID) in touched) for entry in now]
    found = [change for change in told if change]
    return Changes(since, sorted(found, key=lambda change: (_ORDER[change.kind], change.entry.cpl_entry_id)))


_WORDS = {
    "withdrawn": ("version withdrawn", "versions withdrawn"),
    "added": ("entry added", "entries added"),
    "removed": ("entry removed", "entries removed"),
    "changed": ("entry changed", "entries changed"),
    "information": ("entry with new firmware information", "entries with new firmware information"),
}
_ORDER = {"withdrawn": 0, "removed": 1, "added": 2, "changed": 3, "information": 4}


def _events(name: str) -> Any:
    return apps.get_model("cpl", name).objects


_LISTED, _SAID = "listed", "said"


def _touched(person: Person, since: datetime) -> set[tuple[int, str]]:
    """Keys of visible entries written to, with what was: the entry itself, or what the manufacturer says of it.

    A link counts only if its other end is visible too, and a FIR record only if the person may see it: else they
    would tell that there are restricted records.
    """
    visible = CPLEntry.objects.visible_to(person).order_by().values("pk")
    records = FirmwareInformation.objects.visible_to(person).order_by()
    listed = _events("CPLEntryEvent").filter(pgh_created_at__gt=since, pgh_obj__in=visible).order_by()
    said = _events("FirmwareInformationEvent").filter(pgh_created_at__gt=since).order_by()
    said = said.filter(Exists(records.filter(pk=OuterRef("pgh_obj"))))
    links = _events("UpgradePathLinkEvent").filter(pgh_created_at__gt=since, predecessor__in=visible).order_by()
    rows = listed.values_list("pgh_obj_id", Value(_LISTED)).union(
        said.values_list("entry_id", Value(_SAID)), links.values_list("entry_id", Value(_SAID))
    )
    return set(rows[: 2 * MOST_COMPARED + 2])


def _states_at(moment: datetime, keys: list[int]) -> dict[int, Any]:
    rows = _events("CPLEntryEvent").filter(pgh_obj__in=keys, pgh_created_at__lte=moment)
    latest = rows.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return {row.pgh_obj_id: row for row in latest}


def _withdrawn_by(moment: datetime) -> Subquery:
    """The day of withdrawal as the FIR record of an entry gave it at `moment`."""
    said = _events("FirmwareInformationEvent").filter(entry=OuterRef("pk"), pgh_created_at__lte=moment)
    return Subquery(said.order_by("-pgh_id").values("withdrawn_on")[:1])


def _change(before: Any, entry: CPLEntry, *, said: bool) -> Change | None:
    """What became of one entry; None if it stands as it stood."""
    if before is None:
        return Change(entry, "added", [])
    if entry.removed_on and not before.removed_on:
        return Change(entry, "removed", [])
    if said and _is_withdrawn_since(entry):
        return Change(entry, "withdrawn", [])
    fields = [label for label, _, _ in differences(before, entry, CPLEntry)]
    if fields:
        return Change(entry, "changed", fields)
    return Change(entry, "information", []) if said else None


def _is_withdrawn_since(entry: Any) -> bool:
    """Whether a record that the person may see says so now and did not then."""
    return bool(entry.information and entry.information.withdrawn_on and not entry.was_withdrawn_on)


def totals(person: Person) -> dict[str, int]:
    """How much is on the list, as far as this person may see. One query."""
    listed = Q(removed_on__isnull=True)
    counts: dict[str, int] = CPLEntry.objects.visible_to(person).aggregate(
        listed=Count("pk", filter=listed),
        removed=Count("pk", filter=~listed),
        models=Count("device_model", filter=listed, distinct=True),
        makers=Count("manufacturer", filter=listed, distinct=True),
    )
    return counts
