"""What the records said at other times, read from the append-only row history."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from cpl.models import CPLEntry, FirmwareInformation

NOT_SHOWN: Final = frozenset(
    {"id", "entry", "search_text", "manufacturer", "source", "provenance", "audience", "device_model"}
)


@dataclass(frozen=True)
class Step:
    """One change of a record: when, by whom or what, and each field with its old and new value."""

    at: datetime
    first: bool
    what: str
    actor: str
    origin: str
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)


def end_of(day: date) -> datetime:
    """The last moment of a day in London: what *as at* that day means."""
    return timezone.make_aware(datetime.combine(day, time.max))


def entry_as_at(entry: CPLEntry, moment: datetime) -> Model | None:
    """The entry's row as it stood at `moment`, or None if the repository did not hold it yet."""
    return _latest(_events("CPLEntryEvent").filter(pgh_obj=entry.pk), moment)


def information_as_at(entry: CPLEntry, moment: datetime) -> Model | None:
    """The entry's FIR record as it stood at `moment`, or None if there was none."""
    return _latest(_events("FirmwareInformationEvent").filter(entry=entry.pk), moment)


def predecessors_as_at(entry: CPLEntry, moment: datetime) -> list[int]:
    """Keys of the entries that might be upgraded to this one at `moment`."""
    events = _events("UpgradePathLinkEvent").filter(entry=entry.pk, pgh_created_at__lte=moment)
    latest = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return [event.predecessor_id for event in latest if event.pgh_label != "delete"]


def history_of(entry: CPLEntry) -> list[Step]:
    """Every change of the entry and of its FIR record, newest first. Two queries."""
    own = _events("CPLEntryEvent").filter(pgh_obj=entry.pk)
    said = _events("FirmwareInformationEvent").filter(entry=entry.pk)
    steps = [*_steps(own, CPLEntry), *_steps(said, FirmwareInformation)]
    return sorted((step for step in steps if step.first or step.changes), key=lambda step: step.at, reverse=True)


def _events(name: str) -> Any:
    return apps.get_model("cpl", name).objects


def _latest(events: Any, moment: datetime) -> Model | None:
    found: Model | None = events.filter(pgh_created_at__lte=moment).order_by("-pgh_id").first()
    return found


def _steps(events: Any, model: type[Model]) -> list[Step]:
    related = ["pgh_context", "contact"] if model is FirmwareInformation else ["pgh_context"]
    rows = list(events.select_related(*related).order_by("pgh_id"))
    pairs = zip([None, *rows], rows, strict=False)
    return [_step(before, after, model) for before, after in pairs]


def _step(before: Any, after: Any, model: type[Model]) -> Step:
    said = (after.pgh_context.metadata if after.pgh_context else None) or {}
    return Step(
        at=after.pgh_created_at,
        first=before is None,
        what="The entry" if model is CPLEntry else "Firmware information",
        actor=str(said.get("user") or ""),
        origin=str(said.get("file") or said.get("source") or ""),
        changes=[] if before is None else differences(before, after, model),
    )


def differences(before: Any, after: Any, model: type[Model]) -> list[tuple[str, Any, Any]]:
    """Label, old and new value of each field that differs between two states of a row."""
    fields = [f for f in model._meta.concrete_fields if f.name not in NOT_SHOWN]
    return [
        (str(f.verbose_name), shown(before, f.name), shown(after, f.name))
        for f in fields
        if f.name not in {"duis_model"}
        and getattr(before, f.attname) != getattr(after, f.attname)
        and not f.name.endswith("_state")
    ]


def shown(row: Any, name: str) -> Any:
    """A value as pages show it: a choice by its label, everything else as it is."""
    label = getattr(row, f"get_{name}_display", None)
    return label() if label else getattr(row, name)
