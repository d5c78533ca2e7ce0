"""What the publication log is told of an import: a record for each entry published, corrected, removed or told of."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import F

from cpl.actions.imports import LISTED_FACTS, ModelFacts, NewEntry, Pathway
from cpl.actions.publication_log import LogDraft
from cpl.choices import FieldState, LogKind, Source
from cpl.models import VOLUNTARY_FIELDS, CPLEntry, ImportRun
from cpl.readings.records import ContactDetails
from cpl.spreadsheets.plan import Plan
from cpl.spreadsheets.plan.known import KnownRecord, OneOf
from cpl.spreadsheets.removals import Removal

Body = dict[str, Any]

_REMOVED: Final = LISTED_FACTS.index("removed_on")
_WHY: Final = ("removal_reason", "removal_reference")
_LIST, _FIR = Source.CPL_WORKBOOK.value, Source.FIR_WORKBOOK.value
_STATES: Final = {state.value: str(state.label) for state in FieldState}


def drafts_of(run: ImportRun, plan: Plan, removal: Removal) -> list[LogDraft]:
    """The records of an import that was written, inside its transaction; in the order of the kinds."""
    told = list(_told(plan, removal))
    entries = _entries(name for _, name, _, _ in told)
    common = {"workbook": run.sha256, **({"issue": plan.issue_number} if plan.issue_number else {})}
    return [
        LogDraft(kind, {**common, "cpl_entry_id": name, "source": source, **body}, entries[name])
        for kind, name, source, body in told
    ]


def _told(plan: Plan, removal: Removal) -> Iterator[tuple[LogKind, str, str, Body]]:
    """Kind, CPL Entry ID, source and the rest of the body of each record."""
    writes, known = plan.writes, plan.known
    for name, entry in writes.new_entries.items():
        yield LogKind.ENTRY_PUBLISHED, name, _LIST, _published(plan, entry)
    for name, facts in writes.changed_entries.items():
        yield (*_changed(name, known.entries[name].facts, facts),)
    for name, pathway in writes.pathways.items():
        yield LogKind.PATHWAY_PUBLISHED, name, pathway.source, _pathway(pathway, known.links.get(name, ()))
    for name, record in {**writes.records.added, **writes.records.changed}.items():
        if fields := _answers(record.answers, known.records.get(name)):
            yield LogKind.INFORMATION_PUBLISHED, name, _FIR, {"fields": fields}
    for name in removal.entries:
        yield LogKind.ENTRY_REMOVED, name, _LIST, _removed(removal)


def _published(plan: Plan, entry: NewEntry) -> Body:
    """Everything the list says of a new entry; of one that left it already, that too."""
    facts = _facts_of_model(plan, entry)
    maker = plan.known.makers.get(facts.maker) or plan.writes.makers.get(facts.maker, facts.maker)
    told = {
        "manufacturer_identifier": entry.model.manufacturer_identifier,
        "device_model": "".join(entry.model[1:]),
        "device_type": facts.device_type,
        "esme_variant": facts.esme_variant,
        "firmware_version": entry.firmware_version,
        **dict(zip(LISTED_FACTS, entry.facts, strict=True)),
        "predecessors": sorted(entry.pathway.predecessors),
    }
    # As `_value`, written out: it is asked for a hundred thousand times.
    fields = {
        name: {"after": value.isoformat() if value.__class__ is date else value}
        for name, value in told.items()
        if value
    }
    if entry.pathway.source:
        fields["pathway_state"] = {"after": entry.pathway.state}
    return {"manufacturer": maker, "fields": fields}


def _facts_of_model(plan: Plan, entry: NewEntry) -> ModelFacts:
    writes = plan.writes
    found = writes.new_models.get(entry.model) or writes.changed_models.get(entry.model)
    return found or plan.known.models[entry.model]


def _changed(name: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[LogKind, str, str, Body]:
    pairs = zip(LISTED_FACTS, before, after, strict=True)
    fields = {fact: {"before": _value(a), "after": _value(b)} for fact, a, b in pairs if a != b}
    if before[_REMOVED] is not None or after[_REMOVED] is None:
        return LogKind.ENTRY_CORRECTED, name, _LIST, {"fields": fields}
    reason, reference = (fields.pop(why, {"after": ""})["after"] for why in _WHY)
    told = {"fields": fields, "reason": reason, "reference": reference}
    return LogKind.ENTRY_REMOVED, name, _LIST, {key: value for key, value in told.items() if value}


def _removed(removal: Removal) -> Body:
    told = {"reason": removal.reason, "reference": removal.reference}
    return {"fields": {"removed_on": {"after": _value(removal.day)}}, **{k: v for k, v in told.items() if v}}


def _pathway(pathway: Pathway, before: Iterable[str]) -> Body:
    ends = {"before": sorted(before), "after": sorted(pathway.predecessors)}
    return {"fields": {"pathway_state": {"after": pathway.state}, "predecessors": ends}}


def _answers(answers: tuple[tuple[Any, str], ...], known: KnownRecord | None) -> dict[str, Mapping[str, Any]]:
    """The voluntary fields that changed; of a contact only whether there is one."""
    before = known.answers if known else {}
    pairs = zip(VOLUNTARY_FIELDS, answers, strict=True)
    told = {name: (_answer(*before.get(name, _BLANK)), _answer(*answer)) for name, answer in pairs
            if answer != _as_stored(before.get(name, _BLANK), answer)}  # fmt: skip
    return {name: {"before": old, "after": new} for name, (old, new) in told.items()}


_BLANK: Final = (None, FieldState.NOT_SUPPLIED.value)


def _as_stored(before: tuple[Any, str], now: tuple[Any, str]) -> tuple[Any, str]:
    """What was known as it is written: a blank value may be None or ''."""
    return (now[0], before[1]) if before[0] is None and now[0] in (None, "") else before


def _answer(value: Any, state: str) -> Any:
    if state != FieldState.SUPPLIED:
        return _STATES[state]
    return "Given" if isinstance(value, ContactDetails) else _value(value)


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


class _Key(NamedTuple):
    """An entry by its key: the log asks for no more, and making thousands of records takes a second."""

    pk: int


def _entries(names: Iterable[str]) -> dict[str, _Key]:
    """The keys of the entries, by CPL Entry ID."""
    rows = CPLEntry.objects.filter(OneOf(F("cpl_entry_id"), set(names))).order_by()
    return {name: _Key(key) for name, key in rows.values_list("cpl_entry_id", "pk")}
