"""What changed since a moment: the state then against the state now, entry by entry."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db.models import Count, Exists, OuterRef, Q, Value

from accounts.access import Person
from cpl.choices import ImportStatus
from cpl.models import CPLEntry, FirmwareInformation, ImportRun
from cpl.selectors.history import differences

MOST_COMPARED: Final = 2_000
"""Beyond this many changed entries only counts would help, and a first load is not news."""


@dataclass(frozen=True)
class Change:
    """One entry that is not as it was: `kind` is added, removed, changed or information."""

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


def list_in_force() -> ImportRun | None:
    """The import that holds the Central Products List in force: the applied one issued last."""
    applied = ImportRun.objects.filter(status=ImportStatus.APPLIED, holds_cpl=True).defer("content")
    return applied.order_by("-issue_date", "-decided_at").first()


def moment_before(run: ImportRun) -> datetime | None:
    """The moment just before an import wrote its rows; None if it wrote none."""
    return run.written_at - timedelta(microseconds=1) if run.written_at else None


def changes_since(person: Person, since: datetime) -> Changes:
    """What changed among the entries this person may see. Three queries."""
    touched = _touched(person, since)
    keys = {key for key, _ in touched}
    if len(keys) > MOST_COMPARED:
        return Changes(since, [], too_many=True)
    entries = CPLEntry.objects.visible_to(person).filter(pk__in=keys)
    now = list(entries.select_related("device_model__manufacturer", "device_model__identifier"))
    before = _states_at(since, [entry.pk for entry in now])
    told = [_change(before.get(entry.pk), entry, said=(entry.pk, _SAID) in touched) for entry in now]
    found = [change for change in told if change]
    return Changes(since, sorted(found, key=lambda change: (_ORDER[change.kind], change.entry.cpl_entry_id)))


_WORDS = {
    "added": ("entry added", "entries added"),
    "removed": ("entry removed", "entries removed"),
    "changed": ("entry changed", "entries changed"),
    "information": ("entry with new firmware information", "entries with new firmware information"),
}
_ORDER = {"removed": 0, "added": 1, "changed": 2, "information": 3}


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


def _change(before: Any, entry: CPLEntry, *, said: bool) -> Change | None:
    """What became of one entry; None if it stands as it stood."""
    if before is None:
        return Change(entry, "added", [])
    if entry.removed_on and not before.removed_on:
        return Change(entry, "removed", [])
    fields = [label for label, _, _ in differences(before, entry, CPLEntry)]
    if fields:
        return Change(entry, "changed", fields)
    return Change(entry, "information", []) if said else None


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
