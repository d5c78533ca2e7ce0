"""Entries that a newer list lacks: their removal is proposed, and done only where a person says so."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl.actions.imports import entry_keys
from cpl.actions.imports.bulk import update_each
from cpl.choices import Outcome
from cpl.models import CPLEntry, ImportRow, ImportRun
from cpl.spreadsheets.columns import title
from cpl.spreadsheets.decisions import RemovalError
from cpl.spreadsheets.plan import Plan
from cpl.spreadsheets.row_form import shown
from cpl.spreadsheets.row_form.readings import longest

_FIELDS = ("removed_on", "removal_reason", "removal_reference")


@dataclass(frozen=True, slots=True)
class Removal:
    """Which of the proposed removals are to be done, when and why."""

    entries: tuple[str, ...]
    reason: str
    day: date | None
    reference: str


def check_removal(removal: Removal, plan: Plan) -> None:
    """Raise RemovalError where an entry was not proposed, or reason or date is missing."""
    if not removal.entries:
        return
    proposed = {row.cpl_entry_id for row in plan.rows if row.outcome is Outcome.ABSENT}
    if strangers := [name for name in removal.entries if name not in proposed]:
        raise RemovalError(
            f"Removal of {', '.join(strangers[:5])} was not proposed by this preview.",
            "Choose among the entries that the preview shows as absent.",
        )
    if not removal.reason or removal.day is None:
        raise RemovalError(
            "An entry is removed with a reason and a date.", "Give both, or leave the entries on the list."
        )
    _check_lengths(removal)


def remove(run: ImportRun, removal: Removal) -> None:
    """Remove the entries, inside the caller's transaction, and show it in the import's rows and counts."""
    keys = entry_keys(removal.entries)
    facts = (removal.day, removal.reason, removal.reference)
    update_each(CPLEntry, _FIELDS, [(keys[name], *facts) for name in removal.entries])
    rows = ImportRow.objects.filter(run=run, outcome=Outcome.ABSENT, cpl_entry_id__in=removal.entries)
    rows.update(outcome=Outcome.REMOVED, changes=_changes(facts))
    count = len(removal.entries)
    run.counts[Outcome.REMOVED] = run.counts.get(Outcome.REMOVED, 0) + count
    run.counts[Outcome.ABSENT] = run.counts.get(Outcome.ABSENT, 0) - count


def _check_lengths(removal: Removal) -> None:
    for name, text in (("removal_reason", removal.reason), ("removal_reference", removal.reference)):
        most = longest(CPLEntry, name)
        if len(text) > most:
            raise RemovalError(f"{title(name)} has {len(text)} characters; at most {most} are allowed.", "Shorten it.")


def _changes(facts: tuple[Any, ...]) -> list[list[str]]:
    return [[title(name), "", shown(value)] for name, value in zip(_FIELDS, facts, strict=True) if value]
