"""Entries that a newer list lacks: their removal is proposed, and done only where a person says so."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cpl.actions.imports import entry_keys
from cpl.actions.imports.bulk import update_each
from cpl.choices import Outcome
from cpl.models import CPLEntry, ImportRow, ImportRun
from cpl.readings import cells
from cpl.readings.cells import CellError
from cpl.readings.parsing import FIRST_DAY, longest
from cpl.spreadsheets.columns import title
from cpl.spreadsheets.decisions import RemovalError
from cpl.spreadsheets.plan import Plan
from cpl.spreadsheets.row_form import shown

_FIELDS = ("removed_on", "removal_reason", "removal_reference")


@dataclass(frozen=True, slots=True)
class Removal:
    """Which of the proposed removals are to be done, when and why."""

    entries: tuple[str, ...]
    reason: str
    day: date | None
    reference: str


def check_removal(removal: Removal, plan: Plan, today: date) -> Removal:
    """The removal with its texts as they are kept.

    Raises RemovalError where an entry was not proposed or may stand in a refused row, where reason or date is
    missing, and where a text or the date cannot be.
    """
    if not removal.entries:
        return removal
    _check_proposed(removal, plan)
    checked = replace(
        removal,
        reason=_text("removal_reason", removal.reason, multiline=True),
        reference=_text("removal_reference", removal.reference),
    )
    if not checked.reason or checked.day is None:
        raise RemovalError(
            "An entry is removed with a reason and a date.", "Give both, or leave the entries on the list."
        )
    _check_day(checked.entries, checked.day, max(today, plan.issue_date or today))
    return checked


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


def _check_proposed(removal: Removal, plan: Plan) -> None:
    proposed = {row.cpl_entry_id for row in plan.rows if row.outcome is Outcome.ABSENT}
    if strangers := [name for name in removal.entries if name not in proposed]:
        raise RemovalError(
            f"Removal of {', '.join(strangers[:5])} was not proposed by this preview.",
            "Choose among the entries that the preview shows as absent.",
        )
    if count := plan.unclear_ids:
        rows = "1 row has" if count == 1 else f"{count:,} rows have"
        raise RemovalError(
            f"{rows} no readable CPL Entry ID, or one that is refused; the entries proposed for removal may be theirs.",
            "Correct the CPL Entry IDs and preview the file again, or leave the entries on the list.",
        )


def _text(name: str, given: str, *, multiline: bool = False) -> str:
    try:
        return cells.text(given, longest(CPLEntry, name), multiline=multiline)
    except CellError as error:
        raise RemovalError(f"{title(name)}: {error.message}", error.cure) from error


def _check_day(entries: tuple[str, ...], day: date, latest: date) -> None:
    """A removal is a fact: it lies neither ahead nor before the publication of what is removed."""
    if not FIRST_DAY <= day <= latest:
        raise RemovalError(
            f"{shown(day)} is not plausible as the date of removal: expected {FIRST_DAY:%Y} to {shown(latest)}.",
            "Correct the date.",
        )
    rows = CPLEntry.objects.filter(cpl_entry_id__in=entries, published_on__gt=day).order_by("cpl_entry_id")
    if later := list(rows.values_list("cpl_entry_id", "published_on")[:5]):
        names = ", ".join(f"{name} on {shown(published)}" for name, published in later if published)
        raise RemovalError(
            f"The date of removal, {shown(day)}, lies before the publication of what would be removed: {names}.",
            "Correct the date, or leave these entries on the list.",
        )


def _changes(facts: tuple[Any, ...]) -> list[list[str]]:
    return [[title(name), "", shown(value)] for name, value in zip(_FIELDS, facts, strict=True) if value]
