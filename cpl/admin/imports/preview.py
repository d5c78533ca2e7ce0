"""What the page of an import shows: its file, its sheets, its rows by outcome, and what can be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access import can
from accounts.models import AuditEvent
from accounts.permissions import IMPORT_WORKBOOK
from cpl import audit_names
from cpl.admin.imports.removals import ticked
from cpl.admin.register import person
from cpl.choices import ImportStatus, Outcome
from cpl.models import CPLEntry, ImportRow, ImportRun
from cpl.selectors.retraction import standing_on_each
from cpl.spreadsheets import importer
from cpl.spreadsheets.columns import NAMES

ROWS_A_PAGE: Final = 50
WARNINGS: Final = "warnings"
TABS: Final[Mapping[str, str]] = {
    Outcome.REFUSED.value: "Refused",
    Outcome.ADDED.value: "Added",
    Outcome.CHANGED.value: "Changed",
    Outcome.REMOVED.value: "Removed",
    Outcome.ABSENT.value: "Absent: removal proposed",
    WARNINGS: "Warnings",
}
_SHOWN_FIELDS = ("device_type", "manufacturer", "model_name", "firmware_version")


@dataclass(frozen=True)
class Tab:
    """One list of rows: its name in the address, its label and how many rows it has."""

    name: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class ShownRow:
    """A row with its cells in the order of the sheet; `main` are those that tell which version it is.

    `entry` is what the repository has of it and `stands` what stands on that, where the list is of entries that go.
    """

    row: ImportRow
    main: list[tuple[str, Any]]
    cells: list[tuple[str, Any]]
    entry: CPLEntry | None = None
    stands: Sequence[str] = ()


def rows_of(run: ImportRun, outcome: str) -> QuerySet[ImportRow]:
    """The rows of a list; those with a warning may have any outcome."""
    rows = ImportRow.objects.filter(run=run)
    return rows.exclude(warnings=[]) if outcome == WARNINGS else rows.filter(outcome=outcome)


def context(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """Everything the page shows."""
    tabs = _tabs(run, request.GET.get("outcome", ""))
    chosen = next(tab for tab in tabs if tab.chosen)
    page = Paginator(rows_of(run, chosen.name), ROWS_A_PAGE).get_page(request.GET.get("page"))
    undecided = run.status == ImportStatus.PREVIEWED
    return {
        **frame(run, run.file_name),
        "tabs": tabs,
        "tab": chosen,
        "page": page,
        "rows": _about_to_go(request, run, chosen.name, shown(run, page)),
        "sheets_read": sum(bool(sheet["header_row"]) for sheet in run.sheets),
        "columns_read": sum(len(sheet["columns"]) for sheet in run.sheets),
        "ignored": [(sheet["name"], heading) for sheet in run.sheets for heading in sheet["ignored"]],
        "undecided": undecided,
        "may_decide": undecided and can(request.user, IMPORT_WORKBOOK),
        "decided_by": None if undecided else decision_of(run),
        "preview_days": settings.IMPORT_PREVIEW_DAYS,
        **what_it_does(run, len(ticked(request, run))),
        "ticked": ticked(request, run),
    }


def frame(run: ImportRun, title: str) -> dict[str, Any]:
    """What every page of an import needs."""
    return {"opts": ImportRun._meta, "original": run, "run": run, "title": title}


def what_it_does(run: ImportRun, removals: int = 0) -> dict[str, Any]:
    """Numbers of an import, and whether there is anything to apply."""
    numbers = {outcome.value: run.counts.get(outcome.value, 0) for outcome in Outcome}
    accepted = sum(numbers[outcome] for outcome in (Outcome.ADDED, Outcome.CHANGED, Outcome.REMOVED))
    new_issue = not accepted and is_new_issue(run)
    return {
        "numbers": numbers,
        "accepted": accepted,
        "changes_nothing": importer.changes_nothing(run),
        "new_issue": new_issue,
        "applying": _applying(accepted, removals, new_issue),
        "nothing_to_apply": not (accepted or new_issue or numbers[Outcome.ABSENT]),
        "removals": removals,
    }


def _applying(accepted: int, removals: int, new_issue: bool) -> str:
    """What applying would do, in words."""
    does = [
        f"{accepted:,} row{'' if accepted == 1 else 's'} of the file" if accepted else "",
        f"{removals:,} ticked removal{'' if removals == 1 else 's'}" if removals else "",
        "the list is recorded as the one in force" if new_issue else "",
    ]
    return "; ".join(filter(None, does)) or "Nothing as yet: no row changes anything, and no removal is ticked"


def _about_to_go(request: HttpRequest, run: ImportRun, outcome: str, rows: list[ShownRow]) -> list[ShownRow]:
    """The rows of entries that go, with what the repository has of them; until it is decided, what stands on each."""
    if outcome not in (Outcome.ABSENT, Outcome.REMOVED):
        return rows
    found = CPLEntry.objects.filter(cpl_entry_id__in=[one.row.cpl_entry_id for one in rows])
    entries = {one.cpl_entry_id: one for one in found.select_related("device_model").defer("search_text")}
    is_open = run.status == ImportStatus.PREVIEWED
    stands = standing_on_each(person(request), entries.values()) if is_open else {}
    return [
        replace(one, entry=entry, stands=stands.get(entry.pk, ()) if entry else ())
        for one in rows
        for entry in [entries.get(one.row.cpl_entry_id)]
    ]


def is_new_issue(run: ImportRun) -> bool:
    """Whether the list was issued anew without a change: applying it still makes it the list in force."""
    if not run.holds_cpl or run.issue_date is None:
        return False
    applied = ImportRun.objects.filter(status=ImportStatus.APPLIED, holds_cpl=True)
    return not applied.filter(issue_date__gte=run.issue_date).exists()


def decision_of(run: ImportRun) -> AuditEvent | None:
    """The audit event of the decision, which says by whom; None where nobody decided in time."""
    names = (audit_names.IMPORT_APPLIED, audit_names.IMPORT_DISCARDED)
    return AuditEvent.objects.filter(name__in=names, at__gte=run.decided_at, details__run=run.pk).first()


def shown(run: ImportRun, page: Page[ImportRow]) -> list[ShownRow]:
    """The rows of a page, their cells in the order in which the sheet has them."""
    headings = {sheet["name"]: _ordered(sheet) for sheet in run.sheets}
    return [_shown(row, headings.get(row.sheet, [])) for row in page]


def _tabs(run: ImportRun, asked: str) -> list[Tab]:
    """The lists with rows; the first of them is open unless another was asked for."""
    counts = {name: run.counts.get(name, 0) for name in TABS} | {WARNINGS: rows_of(run, WARNINGS).count()}
    filled = [name for name in TABS if counts[name]] or [Outcome.ADDED.value]
    chosen = asked if asked in TABS else filled[0]
    return [Tab(name, label, counts[name], name == chosen) for name, label in TABS.items()]


def _ordered(sheet: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(column["heading"], column["field"]) for column in sheet["columns"]]


def _shown(row: ImportRow, headings: list[tuple[str, str]]) -> ShownRow:
    """An absent entry has no row in the file: its cells come under the usual headings."""
    order = headings or [(names[0], field) for field, names in NAMES.items()]
    known = [(heading, row.raw[heading]) for heading, _ in order if heading in row.raw]
    others = [(heading, value) for heading, value in row.raw.items() if heading not in dict(known)]
    by_field = {field: row.raw[heading] for heading, field in order if heading in row.raw}
    main = [(field, by_field.get(field, "")) for field in _SHOWN_FIELDS]
    return ShownRow(row, main, known + others)


def each_context(request: HttpRequest) -> dict[str, Any]:
    """What every page of the admin needs."""
    return dict(admin.site.each_context(request))
