"""What an import of a workbook would do, worked out against the repository without writing anything."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cpl.actions.imports import Writes
from cpl.choices import Outcome
from cpl.spreadsheets.columns import SheetKind, find_headers, issue_date, issue_number, title
from cpl.spreadsheets.errors import IssueDateError
from cpl.spreadsheets.plan import claims, device_models, known, own, pathways, records, sheets, warnings
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.plan.known import Absent, Known
from cpl.spreadsheets.plan.outcome import Decided, decide
from cpl.spreadsheets.reader import Workbook
from cpl.spreadsheets.row_form import Form
from cpl.spreadsheets.row_form.listed import model_key

__all__ = ["Plan", "PlannedRow", "Settled", "make_plan", "settle"]

# A list may be drawn up for a day to come, but not for another year: a typing error there moves all it says.
_ISSUED_AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the preview; `row_number` is None for an entry that the workbook does not have."""

    sheet: str
    row_number: int | None
    cpl_entry_id: str
    outcome: Outcome
    # Asked for only where the row is kept.
    raw: Callable[[], Mapping[str, Any]]
    changes: list[list[str]]
    problems: list[Any]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an import would do and everything the preview shows of it."""

    rows: list[PlannedRow]
    counts: dict[str, int]
    sheets: list[dict[str, Any]]
    writes: Writes
    # What the repository held before, as far as the rows touch it.
    known: Known
    sha256: str
    fingerprint: str
    issue_date: date | None
    issue_number: str
    holds_cpl: bool
    # Rows of the list of which it is not clear which entry they speak of.
    unclear_ids: int

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return self.counts[Outcome.REFUSED]


@dataclass(frozen=True, slots=True)
class Settled:
    """A workbook as understood, its rows checked against one another and against what is known."""

    draft: Draft
    understood: sheets.Understood
    issue_date: date | None
    issue_number: str


def settle(workbook: Workbook, *, remembered: Mapping[str, str], as_of: date, scope: known.Scope) -> Settled:
    """Read and check the rows of a workbook, as far as `scope` lets them know the repository.

    Raises a WorkbookError where a sheet of the workbook cannot be understood or its date of issue cannot be.
    Reads the database, writes nothing.
    """
    found = find_headers(workbook, remembered)
    issued, number = _issue([line for _, header in found for line in header.banner])
    _check_issued(issued, as_of)
    form = Form(max(as_of, issued or as_of), from_1904=any(sheet.from_1904 for sheet in workbook.sheets))
    understood = [(sheet, header, list(form.rows(sheet, header))) for sheet, header in found]
    draft = Draft(
        listed=[row for _, header, rows in understood if header.kind is not SheetKind.FIR for row in rows],
        records=[row for _, header, rows in understood if header.kind is SheetKind.FIR for row in rows],
        given_on=issued or as_of,
        known=Known(scope),
    )
    _settle(draft)
    return Settled(draft, understood, issued, number)


def make_plan(workbook: Workbook, *, remembered: Mapping[str, str], as_of: date) -> Plan:
    """Plan the import of a workbook; `as_of` is the day of its preview, `remembered` the column mapping.

    Raises what `settle` raises. Reads the database, writes nothing.
    """
    settled = settle(workbook, remembered=remembered, as_of=as_of, scope=known.everything())
    draft = settled.draft
    decided = decide(draft)
    warnings.warn(draft)
    holds_cpl = any(header.kind is SheetKind.CPL for _, header, _ in settled.understood)
    absent = known.absent(draft.claims.keys() | draft.recognised) if holds_cpl else []
    planned = [*_planned(draft, decided), *map(_planned_absence, absent)]
    described = sheets.described(workbook, settled.understood, decided.outcomes)
    return Plan(
        rows=planned,
        counts=_counts(draft, decided, absent),
        sheets=described,
        writes=decided.writes,
        known=draft.known,
        sha256=workbook.sha256,
        fingerprint=_fingerprint(decided.writes, described, planned),
        issue_date=settled.issue_date,
        issue_number=settled.issue_number,
        holds_cpl=holds_cpl,
        unclear_ids=_unclear_ids(draft),
    )


def _issue(banner: list[str]) -> tuple[date | None, str]:
    return issue_date(banner), issue_number(banner)


def _check_issued(issued: date | None, as_of: date) -> None:
    latest = as_of + _ISSUED_AHEAD
    if issued and issued > latest:
        raise IssueDateError(
            f"The banner says that the list is issued on {issued:%-d %B %Y}, which lies too far ahead: "
            f"expected {latest:%-d %B %Y} at the latest.",
            "Correct the date in the banner above the column names, and upload the file again.",
        )


def _settle(draft: Draft) -> None:
    """Refuse whatever cannot be, until the accepted rows hold together."""
    claims.claim_entries(draft)
    _load(draft)
    claims.claim_versions(draft)
    claims.compare_with_repository(draft)
    if draft.known.scope.is_own:
        own.check(draft)
    device_models.agree(draft)
    records.claim_records(draft)
    records.check_withdrawn(draft)
    while True:
        device_models.settle(draft)
        if records.check(draft):
            continue
        pathways.propose(draft)
        if not pathways.check(draft):
            return


def _load(draft: Draft) -> None:
    named = pathways.named_entries([*draft.listed, *draft.records])
    spoken_of = {row.entry_id for row in draft.records if row.entry_id}
    draft.known = known.load(
        draft.known.scope,
        entry_ids=draft.claims.keys() | spoken_of | named,
        models={key for row in draft.listed if (key := model_key(row))},
        hashes={value for row in draft.listed if (value := row.given("firmware_hash"))},
    )
    known.load_links(draft.known)
    if spoken_of:
        known.load_records(draft.known, spoken_of)


def _planned(draft: Draft, decided: Decided) -> Iterator[PlannedRow]:
    for row in (*draft.listed, *draft.records):
        outcome = Outcome.REFUSED if row.problems else decided.outcomes[row]
        if outcome is not Outcome.UNCHANGED or row.warnings:
            changes = [] if row.problems else decided.changes.get(row, [])
            yield PlannedRow(
                row.layout.sheet,
                row.number,
                row.entry_id,
                outcome,
                row.raw,
                changes,
                row.problems,
                row.warnings,
            )


def _planned_absence(entry: Absent) -> PlannedRow:
    raw = {
        title("manufacturer"): entry.manufacturer,
        title("model_name"): entry.model_name,
        title("firmware_version"): entry.firmware_version,
    }
    return PlannedRow("", None, entry.cpl_entry_id, Outcome.ABSENT, lambda: raw, [], [], [])


def _counts(draft: Draft, decided: Decided, absent: list[Absent]) -> dict[str, int]:
    counts = Counter(decided.outcomes.values())
    counts[Outcome.REFUSED] = sum(row.refused for row in (*draft.listed, *draft.records))
    counts[Outcome.ABSENT] = len(absent)
    return {outcome.value: counts[outcome] for outcome in Outcome}


def _unclear_ids(draft: Draft) -> int:
    """Rows of the list that are refused and may speak of any entry."""
    refused = (row for row in draft.listed if row.problems)
    return sum(1 for row in refused if not row.entry_id or row.has_problem_with("cpl_entry_id"))


def _fingerprint(writes: Writes, described: list[dict[str, Any]], rows: Iterable[PlannedRow]) -> str:
    """One number for all that would be written and all that was shown of it."""
    digest = hashlib.sha256()
    for part in _parts(writes, described, rows):
        digest.update(repr(part).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _parts(writes: Writes, described: list[dict[str, Any]], rows: Iterable[PlannedRow]) -> Iterator[Any]:
    yield [(sheet["name"], sheet["kind"], sheet["rows"], sheet["hidden"]) for sheet in described]
    yield sorted(writes.uses)
    yield from (writes.makers, writes.new_models, writes.changed_models, writes.new_entries)
    yield from (writes.changed_entries, writes.pathways, writes.records)
    for row in rows:
        yield (
            row.sheet,
            row.row_number,
            row.cpl_entry_id,
            row.outcome.value,
            row.changes,
            row.problems,
            row.warnings,
        )
