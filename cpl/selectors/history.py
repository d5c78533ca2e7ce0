"""What the records said at other times, read from the append-only row history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.access import Person, can
from accounts.permissions import READ_EVERY_RECORD
from cpl.choices import Audience, FieldState, PathwayState
from cpl.models import VOLUNTARY_FIELDS, CPLEntry, FirmwareInformation

NOT_SHOWN: Final = frozenset(
    {"id", "entry", "search_text", "manufacturer", "source", "provenance", "audience", "device_model"}
)

OF_PATHWAY: Final = frozenset({"pathway_source", "pathway_given_on"})
"""Who named what comes before an entry, and when. Of predecessors that are all hidden not even that is known."""


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


class Difference(NamedTuple):
    """A field that differs between two states of a row, with both values as pages show them."""

    name: str
    label: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Whence:
    """Where a change came from: the workbook or issue it came with, the issue's number, and who made it if told."""

    origin: str = ""
    issue: str = ""
    actor: str = ""


def end_of(day: date) -> datetime:
    """The last moment of a day in London: what *as at* that day means."""
    return timezone.make_aware(datetime.combine(day, time.max))


def day_asked(text: str) -> tuple[date | None, str]:
    """The day that an address asks for; and the text instead if it is no day or has not come yet."""
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    past = day is not None and day <= timezone.localdate()
    return (day, "") if past else (None, text.strip())


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
    own = _as_written(_events("CPLEntryEvent").filter(pgh_obj=entry.pk))
    said = _said(entry) if entry.information else []
    listed = readable(own, entry, person)
    open_at = [(row.pgh_created_at, shown is not None) for row, shown in zip(own, listed, strict=True)]
    told = readable(said, entry.information, person)
    named = can(person, READ_EVERY_RECORD)
    steps = [
        *_steps(listed, CPLEntry, named=named),
        *_steps([row if row and _was_open(open_at, row) else None for row in told], FirmwareInformation, named=named),
    ]
    return sorted((step for step in steps if step.first or step.changes), key=lambda step: step.at, reverse=True)


def _said(entry: CPLEntry) -> list[Any]:
    return _as_written(_events("FirmwareInformationEvent").filter(entry=entry.pk))


def _as_written(events: Any) -> list[Any]:
    # Not ordered by the database: Django takes longer to look for the column among thirty.
    return sorted(events.select_related("pgh_context").order_by(), key=attrgetter("pgh_id"))


def readable(rows: Sequence[Any], record: Any, person: Person) -> list[Any]:
    """The rows of a record in the order of writing, None for each that the person may not read.

    The record is one that they may see today. What was never open to them is not told: neither a state for named
    Parties of what is open today, nor one that was open only inside the transaction that closed it.
    """
    open_at = [(row.pgh_created_at, _may_read(row, record, person)) for row in rows]
    return [row if _may_read(row, record, person) and _was_open(open_at, row) else None for row in rows]


def _may_read(row: Any, record: Any, person: Person) -> bool:
    """Whether a state of the record was for all, or this person sees restricted states of it anyway."""
    restricted = row.audience == Audience.NAMED_PARTIES
    return not restricted or record.is_restricted or can(person, READ_EVERY_RECORD)


def _was_open(open_at: list[tuple[datetime, bool]], row: Any) -> bool:
    """Whether a record could be read when `row` was written: as its last state before says, of the same moment too."""
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
    came = whence(after.pgh_context, named=named)
    return Step(
        at=after.pgh_created_at,
        first=first,
        what="The entry" if model is CPLEntry else "Firmware information",
        actor=came.actor,
        origin=came.origin,
        changes=[] if before is None else differences(before, after, model),
        issue=came.issue,
    )


def whence(context: Any, *, named: bool) -> Whence:
    """What the context of a row of history tells of where it came from; who made the change only where `named`."""
    said = (context.metadata if context else None) or {}
    return Whence(_origin(said), _issue(said), str(said.get("user") or "") if named else "")


def _origin(said: Mapping[str, Any]) -> str:
    """The workbook or the issue of the list that a change came with."""
    if number := _issue(said):
        return f"Issue {number}"
    return str(said.get("file") or said.get("source") or "")


def _issue(said: Mapping[str, Any]) -> str:
    return str(said.get("issue") or "") if said.get("source") == "issue" else ""


def differences(before: Any, after: Any, model: type[Model]) -> list[tuple[str, Any, Any]]:
    """Label, old and new value of each field that differs between two states of a row."""
    return [(each.label, each.old, each.new) for each in differing(before, after, model)]


def differing(before: Any, after: Any, model: type[Model]) -> list[Difference]:
    """Each field that differs between two states of a row.

    A voluntary field without a value is told by how it was answered: declined is not the same as not supplied. Who
    named predecessors is not told here: that is known only with the predecessors (`cpl.selectors.model_history`).
    """
    hidden = NOT_SHOWN | (OF_PATHWAY if _names_predecessors(before) or _names_predecessors(after) else frozenset())
    fields = [f for f in model._meta.concrete_fields if f.name not in hidden]
    return [
        Difference(f.name, str(f.verbose_name), *_told(before, after, f.name))
        for f in fields
        if f.name not in {"duis_model"} and not f.name.endswith("_state") and _differs(before, after, f)
    ]


def _names_predecessors(row: Any) -> bool:
    return getattr(row, "pathway_state", "") == PathwayState.THESE_ENTRIES


def _differs(before: Any, after: Any, column: Any) -> bool:
    state = f"{column.name}_state" if _is_voluntary(before, column.name) else column.attname
    return any(getattr(before, name) != getattr(after, name) for name in (column.attname, state))


def _is_voluntary(row: Any, name: str) -> bool:
    return name in VOLUNTARY_FIELDS and hasattr(row, f"{name}_state")


def _told(before: Any, after: Any, name: str) -> tuple[Any, Any]:
    """Old and new value in words. Of a contact only that there was one: it has an audience of its own."""
    if name == "contact" and after.contact_id:
        return (_told_of(before, name, "given"), "another" if before.contact_id else "given")
    return _told_of(before, name, "given"), _told_of(after, name, "given")


def _told_of(row: Any, name: str, contact: str) -> Any:
    """One value in words; of a voluntary field without one how it was answered."""
    if _is_voluntary(row, name) and (state := getattr(row, f"{name}_state")) != FieldState.SUPPLIED:
        return FieldState(state).label
    return contact if name == "contact" else shown(row, name)


def shown(row: Any, name: str) -> Any:
    """A value as pages show it: a choice by its label, everything else as it is."""
    label = getattr(row, f"get_{name}_display", None)
    return label() if label else getattr(row, name)
