"""What an import does with each accepted row, and why: added, changed field by field, removed, unchanged."""

from dataclasses import dataclass, field
from typing import Any

from cpl.actions.imports import LISTED_FACTS, ModelFacts, NewEntry, Pathway, Writes
from cpl.choices import Outcome, PathwayState
from cpl.models import CPLEntry
from cpl.spreadsheets.columns import title
from cpl.spreadsheets.plan import pathways, records
from cpl.spreadsheets.plan.device_models import by_model
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.plan.known import KnownEntry
from cpl.spreadsheets.row_form import Row, shown

Change = list[str]

_BLANK_FACTS = tuple(None if CPLEntry._meta.get_field(name).null else "" for name in LISTED_FACTS)
_HASH = LISTED_FACTS.index("firmware_hash")
_PUBLISHED = LISTED_FACTS.index("published_on")
_REMOVED = LISTED_FACTS.index("removed_on")
_NOT_PROVIDED = Pathway(PathwayState.NOT_PROVIDED.value, (), "", None)
_MODEL_TITLES = {"maker": "manufacturer", "device_type": "device_type", "esme_variant": "esme_variant"}
_MODEL_NAME = "Name of the Device Model"


@dataclass(slots=True)
class Decided:
    """What comes of the accepted rows: the outcome and changes of each, and all that is to be written."""

    outcomes: dict[Row, Outcome] = field(default_factory=dict)
    changes: dict[Row, list[Change]] = field(default_factory=dict)
    writes: Writes = field(default_factory=Writes)


def decide(draft: Draft) -> Decided:
    """Decide over every accepted row; the draft is settled by now."""
    decided = Decided()
    changed = pathways.changes(draft)
    _decide_models(draft, decided)
    for row in draft.accepted_listed():
        _decide_listed(draft, row, changed, decided)
    for row in draft.accepted_records():
        _decide_record(draft, row, changed, decided)
    decided.writes.pathways = {
        name: pathway for name, pathway in changed.items() if name not in decided.writes.new_entries
    }
    return decided


def _decide_models(draft: Draft, decided: Decided) -> None:
    writes = decided.writes
    for key, rows in by_model(draft).items():
        facts, known = draft.models[key], draft.known.models.get(key)
        if known is None:
            writes.new_models[key] = facts
        elif facts != known:
            writes.changed_models[key] = facts
            _explain_model(draft, rows, known, facts, decided)
        if facts.maker not in draft.known.makers:
            writes.makers.setdefault(facts.maker, draft.maker_name(facts.maker))
        if (use := (facts.maker, key.manufacturer_identifier)) not in draft.known.uses:
            writes.uses.add(use)


def _explain_model(draft: Draft, rows: list[Row], known: ModelFacts, facts: ModelFacts, decided: Decided) -> None:
    """What changes for a Device Model is shown with each of its rows; its name, once."""
    old, new = known._asdict(), facts._asdict()
    old["maker"], new["maker"] = draft.maker_name(known.maker), draft.maker_name(facts.maker)
    changes = [[title(_MODEL_TITLES[f]), old[f], new[f]] for f in _MODEL_TITLES if old[f] != new[f]]
    for row in rows:
        decided.changes[row] = list(changes)
    if known.name != facts.name:
        decided.changes[rows[0]].append([_MODEL_NAME, known.name, facts.name])


def _decide_listed(draft: Draft, row: Row, changed: dict[str, Pathway], decided: Decided) -> None:
    name = row.entry_id
    known = draft.known.entries.get(name)
    facts = _facts(draft, row, known)
    if known is None:
        _add(draft, row, facts, decided)
        return
    changes = decided.changes.get(row, [])
    if facts != known.facts:
        decided.writes.changed_entries[name] = facts
        changes = changes + _differences(known.facts, facts)
    changes = changes + _pathway_change(draft, row, known, changed)
    is_removal = not known.is_removed and facts[_REMOVED] is not None
    decided.changes[row] = changes
    decided.outcomes[row] = _outcome(is_removal=is_removal, is_changed=bool(changes))


def _outcome(*, is_removal: bool, is_changed: bool) -> Outcome:
    if is_removal:
        return Outcome.REMOVED
    return Outcome.CHANGED if is_changed else Outcome.UNCHANGED


def _add(draft: Draft, row: Row, facts: tuple[Any, ...], decided: Decided) -> None:
    key = draft.key(row)
    if key is None:
        raise ValueError(f"{row.place} was accepted without a Device Model")
    _, pathway = draft.pathways.get(row.entry_id, (row, _NOT_PROVIDED))
    version = row.values.get("firmware_version") or ""
    decided.writes.new_entries[row.entry_id] = NewEntry(key, version, facts, pathway)
    decided.outcomes[row] = Outcome.ADDED


def _facts(draft: Draft, row: Row, known: KnownEntry | None) -> tuple[Any, ...]:
    """The facts of the entry after the import, in the order of LISTED_FACTS.

    The list has the last word, even where a cell is blank. But a blank never takes back a published hash or
    a date of publication, and a column that the sheet does not have says nothing.
    """
    before = known.facts if known else _BLANK_FACTS
    values = row.values
    facts = [values.get(name, old) for name, old in zip(LISTED_FACTS, before, strict=True)]
    if not facts[_HASH] and before[_HASH]:
        facts[_HASH] = before[_HASH]
        row.warn("firmware_hash", "The cell is blank; the published hash is kept.")
    if facts[_PUBLISHED] is None:
        facts[_PUBLISHED] = before[_PUBLISHED] or _assumed_publication(draft, row)
    return tuple(facts)


def _assumed_publication(draft: Draft, row: Row) -> Any:
    """What stands on the published list is published: at the latest on the day the list was issued."""
    removed_on = row.given("removed_on")
    day = min(removed_on, draft.given_on) if removed_on else draft.given_on
    if "published_on" in row.values:
        row.warn("published_on", f"No date is given; {shown(day)} is taken.")
    return day


def _differences(old: tuple[Any, ...], new: tuple[Any, ...]) -> list[Change]:
    pairs = zip(LISTED_FACTS, old, new, strict=True)
    return [[title(name), _shown(name, a), _shown(name, b)] for name, a, b in pairs if a != b]


def _shown(name: str, value: Any) -> str:
    return str(value).title() if name == "cpa_date_kind" else shown(value)


def _pathway_change(draft: Draft, row: Row, known: KnownEntry, changed: dict[str, Pathway]) -> list[Change]:
    """The change of the pathway, with the row that said it first."""
    name = row.entry_id
    if name not in changed or draft.pathways[name][0] is not row:
        return []
    old = pathways.described(known.pathway_state, draft.known.links.get(name, ()))
    return [[title("predecessors"), old, pathways.words(changed[name])]]


def _decide_record(draft: Draft, row: Row, changed: dict[str, Pathway], decided: Decided) -> None:
    name = row.entry_id
    known_entry, known = draft.known.entries.get(name), draft.known.records.get(name)
    changes = _pathway_change(draft, row, known_entry, changed) if known_entry else []
    changes = changes + _label_change(draft, row, decided)
    said = records.news(draft, row)
    written = records.record(said, known, draft.given_on)
    if known is None:
        decided.writes.records.added[name] = written
        decided.outcomes[row] = Outcome.ADDED
    else:
        if said:
            decided.writes.records.changed[name] = written
        changes = changes + records.changes(said, known)
        decided.outcomes[row] = Outcome.CHANGED if changes else Outcome.UNCHANGED
    decided.changes[row] = changes


def _label_change(draft: Draft, row: Row, decided: Decided) -> list[Change]:
    """The manufacturer's own label of a version is a fact of the entry, though this sheet gives it."""
    name, label = row.entry_id, row.given("firmware_label")
    index = LISTED_FACTS.index("firmware_label")
    if not label:
        return []
    if (new := decided.writes.new_entries.get(name)) is not None:
        facts = (*new.facts[:index], label, *new.facts[index + 1 :])
        decided.writes.new_entries[name] = new._replace(facts=facts)
        return []
    old = decided.writes.changed_entries.get(name, draft.known.entries[name].facts)
    if old[index] == label:
        return []
    decided.writes.changed_entries[name] = (*old[:index], label, *old[index + 1 :])
    return [[title("firmware_label"), old[index], label]]
