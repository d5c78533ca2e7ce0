"""What the records said at other times, read from the append-only row history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from accounts.access import Person, can
from accounts.permissions import READ_EVERY_RECORD
from cpl.choices import Audience
from cpl.models import CPLEntry, FirmwareInformation

NOT_SHOWN: Final = frozenset(
    {"id", "entry", "search_text", "manufacturer", "source", "provenance", "audience", "device_model"}
)


@dataclass(frozen=True)
class Step:
    """One change of a record: when, by whom or what, and each field with its old and new value.

    `origin` is the workbook or the issue that it came with; `issue` the number of the latter.
    """

    at: datetime
    first: bool
    what: str
    actor: str
    origin: str
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    issue: str = ""


def end_of(day: date) -> datetime:
    """The last moment of a day in London: what *as at* that day means."""
    return timezone.make_aware(datetime.combine(day, time.max))


def entry_as_at(entry: CPLEntry, moment: datetime, person: Person) -> Model | None:
    """The entry's row as it stood at `moment`; None if the repository did not hold it yet.

    None as well where it was for named Parties then and this person has not come to know it as one of them:
    opening a record does not open its past.
    """
    row = _latest(_events("CPLEntryEvent").filter(pgh_obj=entry.pk), moment)
    return row if row is None or _may_read(row, entry, person) else None


def information_as_at(entry: CPLEntry, moment: datetime, person: Person) -> Model | None:
    """The FIR record as it stood at `moment`; None if there was none that this person may read.

    `entry` was loaded `with_information` for the person: a record that is hidden today has no past to read either.
    """
    if entry.information is None:
        return None
    row = _latest(_events("FirmwareInformationEvent").filter(entry=entry.pk), moment)
    return row if row is None or _may_read(row, entry.information, person) else None


def entry_before(entry: CPLEntry, published_at: datetime, person: Person) -> Model | None:
    """The entry's row as it stood before what was published at that moment; as `entry_as_at` for what is closed."""
    row = _before(_events("CPLEntryEvent").filter(pgh_obj=entry.pk), published_at)
    return row if row is None or _may_read(row, entry, person) else None


def information_before(entry: CPLEntry, published_at: datetime, person: Person) -> Model | None:
    """The FIR record as it stood before what was published at that moment; as `information_as_at` for the rest."""
    if entry.information is None:
        return None
    row = _before(_events("FirmwareInformationEvent").filter(entry=entry.pk), published_at)
    return row if row is None or _may_read(row, entry.information, person) else None


def predecessors_before(entry: CPLEntry, published_at: datetime) -> list[int]:
    """Keys of the entries that might be upgraded to this one before what was published at that moment."""
    last: Any = _latest(_events("UpgradePathLinkEvent").filter(entry=entry.pk), published_at)
    # All rows of one publication bear the moment at which its transaction began.
    return predecessors_as_at(entry, last.pgh_created_at - timedelta(microseconds=1)) if last else []


def _before(events: Any, moment: datetime) -> Any:
    """The row before the one that stood at `moment`; what one transaction wrote counts as one."""
    last: Any = _latest(events, moment)
    return events.filter(pgh_created_at__lt=last.pgh_created_at).order_by("pgh_id").last() if last else None


def predecessors_as_at(entry: CPLEntry, moment: datetime) -> list[int]:
    """Keys of the entries that might be upgraded to this one at `moment`."""
    events = _events("UpgradePathLinkEvent").filter(entry=entry.pk, pgh_created_at__lte=moment)
    latest = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return [event.predecessor_id for event in latest if event.pgh_label != "delete"]


def history_of(entry: CPLEntry, person: Person) -> list[Step]:
    """Every change of the entry and of its FIR record that this person may know of, newest first. Two queries.

    `entry` was loaded `with_information` for the person: without a record only the entry's own changes are told.
    Who made a change is told only to those who read everything: names of SECAS's people are no Party's business.
    """
    own = list(_events("CPLEntryEvent").filter(pgh_obj=entry.pk).select_related("pgh_context").order_by("pgh_id"))
    said = list(_said(entry)) if entry.information else []
    open_at = [(row.pgh_created_at, _may_read(row, entry, person)) for row in own]
    named = can(person, READ_EVERY_RECORD)
    steps = [
        *_steps([row if shown else None for row, (_, shown) in zip(own, open_at, strict=True)], CPLEntry, named=named),
        *_steps(
            [row if _was_open(open_at, row) and _may_read(row, entry.information, person) else None for row in said],
            FirmwareInformation,
            named=named,
        ),
    ]
    return sorted((step for step in steps if step.first or step.changes), key=lambda step: step.at, reverse=True)


def _said(entry: CPLEntry) -> Any:
    rows = _events("FirmwareInformationEvent").filter(entry=entry.pk)
    return rows.select_related("pgh_context").order_by("pgh_id")


def _may_read(row: Any, record: Any, person: Person) -> bool:
    """Whether a state of the record was for all, or this person sees restricted states of it anyway."""
    restricted = row.audience == Audience.NAMED_PARTIES
    return not restricted or record.is_restricted or can(person, READ_EVERY_RECORD)


def _was_open(open_at: list[tuple[datetime, bool]], row: Any) -> bool:
    """Whether the entry could be read when `row` was written: as its last state before says."""
    return next((shown for at, shown in reversed(open_at) if at <= row.pgh_created_at), True)


def _events(name: str) -> Any:
    return apps.get_model("cpl", name).objects


def _latest(events: Any, moment: datetime) -> Model | None:
    found: Model | None = events.filter(pgh_created_at__lte=moment).order_by("-pgh_id").first()
    return found


def _steps(rows: list[Any], model: type[Model], *, named: bool) -> list[Step]:
    """Each state against the one before; None stands for a state that is not shown, and with it what led to it."""
    steps, seen = [], False
    for before, after in zip([None, *rows], rows, strict=False):
        if after is not None:
            steps.append(_step(before, after, model, first=not seen, named=named))
            seen = True
    return steps


def _step(before: Any, after: Any, model: type[Model], *, first: bool, named: bool) -> Step:
    said = (after.pgh_context.metadata if after.pgh_context else None) or {}
    return Step(
        at=after.pgh_created_at,
        first=first,
        what="The entry" if model is CPLEntry else "Firmware information",
        actor=str(said.get("user") or "") if named else "",
        origin=_origin(said),
        changes=[] if before is None else differences(before, after, model),
        issue=_issue(said),
    )


def _origin(said: Mapping[str, Any]) -> str:
    """The workbook or the issue of the list that a change came with."""
    if number := _issue(said):
        return f"Issue {number}"
    return str(said.get("file") or said.get("source") or "")


def _issue(said: Mapping[str, Any]) -> str:
    return str(said.get("issue") or "") if said.get("source") == "issue" else ""


def differences(before: Any, after: Any, model: type[Model]) -> list[tuple[str, Any, Any]]:
    """Label, old and new value of each field that differs between two states of a row."""
    fields = [f for f in model._meta.concrete_fields if f.name not in NOT_SHOWN]
    return [
        (str(f.verbose_name), *_told(before, after, f.name))
        for f in fields
        if f.name not in {"duis_model"}
        and getattr(before, f.attname) != getattr(after, f.attname)
        and not f.name.endswith("_state")
    ]


def _told(before: Any, after: Any, name: str) -> tuple[Any, Any]:
    """Old and new value in words. Of a contact only that there was one: it has an audience of its own."""
    if name != "contact":
        return shown(before, name), shown(after, name)
    return before.contact_id and "given", after.contact_id and ("another" if before.contact_id else "given")


def shown(row: Any, name: str) -> Any:
    """A value as pages show it: a choice by its label, everything else as it is."""
    label = getattr(row, f"get_{name}_display", None)
    return label() if label else getattr(row, name)
