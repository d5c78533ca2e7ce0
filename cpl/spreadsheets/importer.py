"""Importing a workbook: preview it, then apply it once or discard it.

A preview says row by row what would happen and keeps the file; applying plans again from that file and goes
on only if it would do exactly what the preview showed. Pages, admin and command all call these functions.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import PurePath
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.access import Forbidden, can
from accounts.job_queue import enqueue
from accounts.models import User
from accounts.permissions import IMPORT_WORKBOOK
from cpl.actions import interest_letters
from cpl.actions.imports import hold_repository, moment_of_writing, write
from cpl.actions.publication_log import append
from cpl.audit_names import COLUMN_MAPPED, IMPORT_APPLIED, IMPORT_DISCARDED
from cpl.choices import ImportStatus, Outcome
from cpl.models import ColumnMapping, CPLEntry, ImportRun
from cpl.spreadsheets import import_rows
from cpl.spreadsheets.columns import NAMES, normalise
from cpl.spreadsheets.decisions import (
    AlreadyDecidedError,
    PreviewOutdatedError,
    RowsRefusedError,
    UnknownFieldError,
)
from cpl.spreadsheets.log_drafts import drafts_of
from cpl.spreadsheets.plan import Plan, make_plan
from cpl.spreadsheets.reader import Limits, read_workbook
from cpl.spreadsheets.removals import Removal, check_removal, remove

SOURCE = "import"
_NAME_LENGTH = 255


def preview(*, content: bytes, file_name: str, by: User | None, columns: Mapping[str, str] | None = None) -> ImportRun:
    """Read a workbook, plan its import and keep both; nothing else in the database changes.

    `columns` maps headings to fields for this file, beside what was remembered.
    Raises a WorkbookError, having stored nothing, where the file cannot be read.
    """
    _require(by)
    today = timezone.localdate()
    mapping = remembered() | {normalise(heading): name for heading, name in (columns or {}).items()}
    with transaction.atomic():
        plan = _plan(content, file_name, mapping, today)
        run = _store(plan, content, file_name, by)
        import_rows.store(run, plan.rows)
    return run


def apply(  # noqa: PLR0913 - a decision has this many parts
    *,
    run: ImportRun,
    by: User | None,
    accepted_only: bool = False,
    remove: Sequence[str] = (),
    removal_reason: str = "",
    removal_date: date | None = None,
    removal_reference: str = "",
) -> ImportRun:
    """Do what the preview showed, all of it or nothing, in one transaction; return the run as applied.

    `accepted_only` leaves refused rows out. `remove` names proposed removals that are to be done, with
    reason and date. Raises AlreadyDecidedError, PreviewOutdatedError, RowsRefusedError or RemovalError,
    each with a message and a cure; then nothing was written.
    """
    _require(by)
    asked = Removal(tuple(dict.fromkeys(remove)), removal_reason, removal_date, removal_reference)
    with transaction.atomic(), _history_of(run, by):
        held = _hold(run)
        hold_repository()
        plan = _plan_again(held)
        if plan.refused and not accepted_only:
            raise RowsRefusedError(plan.refused)
        removal = check_removal(asked, plan, timezone.localdate())
        written = _write(held, plan, removal)
        _decide(held, ImportStatus.APPLIED, accepted_only=accepted_only)
        if written:
            _record(IMPORT_APPLIED, held, by, counts=held.counts, accepted_only=accepted_only)
            enqueue("cpl.jobs.merge_search_index", queue="housekeeping")
    return held


def discard(*, run: ImportRun, by: User | None) -> ImportRun:
    """Give a preview up: its file is forgotten, what it showed is kept. Raises AlreadyDecidedError."""
    _require(by)
    with transaction.atomic():
        held = _hold(run)
        _decide(held, ImportStatus.DISCARDED)
        _record(IMPORT_DISCARDED, held, by)
    return held


def remember(*, header: str, field: str, by: User | None) -> ColumnMapping:
    """Keep what a person said a column header means, for the next file; '' leaves the column out.

    Raises UnknownFieldError where there is no such field.
    """
    _require(by)
    if field and field not in NAMES:
        raise UnknownFieldError(field, NAMES)
    key = normalise(header)[: ColumnMapping._meta.get_field("header").max_length]
    with transaction.atomic():
        mapping, _ = ColumnMapping.objects.update_or_create(
            header=key, defaults={"field": field, "corrected_by": by.email if by else ""}
        )
        audit.record(COLUMN_MAPPED, by=by, about=header, field=field)
    return mapping


def remembered() -> dict[str, str]:
    """What people said of column headers, by normalised heading."""
    return dict(ColumnMapping.objects.values_list("header", "field"))


def changes_nothing(run: ImportRun) -> bool:
    """Whether the repository has all of this file already."""
    doing = (Outcome.ADDED, Outcome.CHANGED, Outcome.REMOVED, Outcome.REFUSED)
    return not any(run.counts.get(outcome) for outcome in doing)


def _require(by: User | None) -> None:
    """`None` is the system itself: the command line of the server."""
    if by is not None and not can(by, IMPORT_WORKBOOK):
        raise Forbidden(IMPORT_WORKBOOK)


def limits() -> Limits:
    """How much of a file is read, from the settings."""
    return Limits(
        file_bytes=settings.SPREADSHEET_MAX_BYTES,
        inflated_bytes=settings.SPREADSHEET_MAX_INFLATED_BYTES,
        rows=settings.SPREADSHEET_MAX_ROWS,
    )


def _plan(content: bytes, file_name: str, mapping: Mapping[str, str], as_of: date) -> Plan:
    with _no_collection():
        return make_plan(read_workbook(content, file_name, limits()), remembered=mapping, as_of=as_of)


@contextmanager
def _no_collection() -> Iterator[None]:
    """A plan keeps all it makes until it is done: looking for garbage meanwhile costs a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _plan_again(run: ImportRun) -> Plan:
    """The plan as of now; raises PreviewOutdatedError where it is not what the preview showed."""
    created = timezone.localdate(run.created_at)
    plan = _plan(bytes(run.content or b""), run.file_name, _mapping_of(run), created)
    if plan.fingerprint != run.fingerprint:
        raise PreviewOutdatedError
    return plan


def _mapping_of(run: ImportRun) -> dict[str, str]:
    """The columns as the preview understood them, whatever was remembered since.

    A heading that one kind of sheet has no use for may be read on another: what is read goes first.
    """
    ignored = {normalise(heading): "" for sheet in run.sheets for heading in sheet["ignored"]}
    read = {normalise(c["heading"]): c["field"] for sheet in run.sheets for c in sheet["columns"]}
    return ignored | read


def _store(plan: Plan, content: bytes, file_name: str, by: User | None) -> ImportRun:
    return ImportRun.objects.create(
        file_name=PurePath(file_name).name[-_NAME_LENGTH:],
        sha256=plan.sha256,
        content=content,
        issue_date=plan.issue_date,
        issue_number=plan.issue_number[:30],
        holds_cpl=plan.holds_cpl,
        sheets=plan.sheets,
        counts=plan.counts,
        fingerprint=plan.fingerprint,
        created_by=by,
    )


def _hold(run: ImportRun) -> ImportRun:
    """Lock the run: of two people who decide at once exactly one goes on."""
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.status != ImportStatus.PREVIEWED:
        raise AlreadyDecidedError(held.get_status_display())
    return held


def _history_of(run: ImportRun, by: User | None) -> Any:
    """Every row of history written inside says which import it came from, and who applied it."""
    return pghistory.context(import_run=run.pk, user=by.email if by else "system", source=SOURCE, file=run.file_name)


def _write(run: ImportRun, plan: Plan, removal: Removal) -> bool:
    """Do what was planned and chosen; returns whether there was anything to do."""
    if plan.writes:
        write(writes=plan.writes)
    if removal.entries:
        remove(run, removal)
    if not (plan.writes or removal.entries):
        return False
    run.written_at = moment_of_writing()
    append(drafts_of(run, plan, removal), at=run.written_at)
    removed = {row.cpl_entry_id for row in plan.rows if row.outcome is Outcome.REMOVED} | set(removal.entries)
    interest_letters.retracted(CPLEntry.objects.filter(cpl_entry_id__in=removed))
    interest_letters.published(CPLEntry.objects.filter(cpl_entry_id__in=plan.writes.new_entries))
    return True


def _decide(run: ImportRun, status: ImportStatus, *, accepted_only: bool = False) -> None:
    run.status, run.decided_at, run.content = status, timezone.now(), None
    run.accepted_only = accepted_only
    run.save(update_fields=["status", "decided_at", "content", "accepted_only", "counts", "written_at"])


def _record(name: str, run: ImportRun, by: User | None, **details: Any) -> None:
    audit.record(name, by=by, about=run.file_name, run=run.pk, sha256=run.sha256, **details)
