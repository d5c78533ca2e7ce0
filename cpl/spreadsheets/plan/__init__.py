"""What an import of a workbook would do, worked out against the repository without writing anything."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl.actions.imports import Writes
from cpl.choices import Outcome
from cpl.spreadsheets.columns import SheetKind, find_headers, issue_date, issue_number, title
from cpl.spreadsheets.plan import claims, device_models, known, pathways, records, warnings
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.plan.known import Absent
from cpl.spreadsheets.plan.outcome import Decided, decide
from cpl.spreadsheets.reader import Workbook, column_letter
from cpl.spreadsheets.row_form import Form, Row
from cpl.spreadsheets.row_form.listed import model_key

__all__ = ["Plan", "PlannedRow", "make_plan"]


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
    sha256: str
    fingerprint: str
    issue_date: date | None
    issue_number: str
    holds_cpl: bool

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return self.counts[Outcome.REFUSED]


def make_plan(workbook: Workbook, *, remembered: Mapping[str, str], as_of: date) -> Plan:
    """Plan the import of a workbook; `as_of` is the day of its preview, `remembered` the column mapping.

    Raises a WorkbookError where no sheet of the workbook can be understood. Reads the database, writes
    nothing.
    """
    found = find_headers(workbook, remembered)
    issued, number = _issue([line for _, header in found for line in header.banner])
    form = Form(max(as_of, issued or as_of))
    sheets = [(header, list(form.rows(sheet, header))) for sheet, header in found]
    draft = Draft(
        listed=[row for header, rows in sheets if header.kind is not SheetKind.FIR for row in rows],
        records=[row for header, rows in sheets if header.kind is SheetKind.FIR for row in rows],
        given_on=issued or as_of,
    )
    _settle(draft)
    decided = decide(draft)
    warnings.warn(draft)
    holds_cpl = any(header.kind is SheetKind.CPL for header, _ in sheets)
    absent = known.absent(draft.claims) if holds_cpl else []
    planned = [*_planned(draft, decided), *map(_planned_absence, absent)]
    return Plan(
        rows=planned,
        counts=_counts(draft, decided, absent),
        sheets=[
            _described(sheet.name, header, rows, decided)
            for (sheet, header), (_, rows) in zip(found, sheets, strict=True)
        ],
        writes=decided.writes,
        sha256=workbook.sha256,
        fingerprint=_fingerprint(decided.writes, planned),
        issue_date=issued,
        issue_number=number,
        holds_cpl=holds_cpl,
    )


def _issue(banner: list[str]) -> tuple[date | None, str]:
    return issue_date(banner), issue_number(banner)


def _settle(draft: Draft) -> None:
    """Refuse whatever cannot be, until the accepted rows hold together."""
    claims.claim_entries(draft)
    _load(draft)
    claims.claim_versions(draft)
    claims.compare_with_repository(draft)
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


def _described(name: str, header: Any, rows: list[Row], decided: Decided) -> dict[str, Any]:
    """A sheet as it was understood, for the preview."""
    used: Mapping[str, int] = rows[0].layout.columns if rows else header.columns
    columns = [
        {
            "column": column_letter(index),
            "heading": header.headings[index],
            "field": field,
            "title": title(field),
        }
        for field, index in sorted(used.items(), key=lambda item: item[1])
    ]
    read = set(used.values())
    counts = Counter(Outcome.REFUSED if row.problems else decided.outcomes[row] for row in rows)
    return {
        "name": name,
        "kind": header.kind.value,
        "header_row": header.row_number,
        "rows": len(rows),
        "columns": columns,
        "ignored": [heading for index, heading in header.headings.items() if index not in read],
        "counts": {outcome.value: count for outcome, count in counts.items()},
    }


def _fingerprint(writes: Writes, rows: Iterable[PlannedRow]) -> str:
    """One number for all that would be written and all that was shown of it."""
    digest = hashlib.sha256()
    for part in _parts(writes, rows):
        digest.update(repr(part).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _parts(writes: Writes, rows: Iterable[PlannedRow]) -> Iterator[Any]:
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
