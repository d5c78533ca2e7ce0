"""`manage.py import_cpl FILE`: preview a CPL or FIR workbook on the command line, then apply it."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import QuerySet

from accounts.access import Forbidden
from accounts.models import User
from cpl.choices import Outcome
from cpl.models import ImportRow, ImportRun
from cpl.readings import cells
from cpl.readings.cells import CellError
from cpl.spreadsheets import importer
from cpl.spreadsheets.columns import NAMES, title
from cpl.spreadsheets.decisions import DecisionError
from cpl.spreadsheets.errors import WorkbookError

Lines = Callable[[ImportRow], Iterator[str]]

_SHOWN = 20


class Command(BaseCommand):
    """Imports all of a file or nothing; a run that fails leaves nothing behind, not even its preview."""

    help = "Import a CPL or FIR workbook (.xlsx or .csv): show what it would do, then do it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--preview", action="store_true", help="show what it would do, and do nothing")
        parser.add_argument("--accepted-only", action="store_true", help="leave refused rows out")
        parser.add_argument("--remove-absent", action="store_true", help="remove listed entries that the file lacks")
        parser.add_argument("--removal-reason", default="", metavar="REASON")
        parser.add_argument("--removal-date", metavar="DATE", help="day/month/year or year-month-day")
        parser.add_argument("--removal-reference", default="", metavar="REFERENCE")
        parser.add_argument(
            "--column", action="append", default=[], metavar="HEADER=FIELD", help="what a column header means"
        )
        parser.add_argument("--by", metavar="EMAIL", help="the person who imports")

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview, print, apply. Raises CommandError with message and cure; then nothing was saved."""
        try:
            with transaction.atomic():
                self._import(options)
        except (WorkbookError, DecisionError) as error:
            raise CommandError(f"{error.message}\n{error.cure}") from error
        except Forbidden as error:
            raise CommandError(f"{options['by']} may not import workbooks.") from error

    def _import(self, options: dict[str, Any]) -> None:
        by = _person(options["by"])
        run = importer.preview(
            content=_content(options["file"]),
            file_name=options["file"].name,
            by=by,
            columns=dict(map(_column, options["column"])),
        )
        self._show(run, everything=options["verbosity"] > 1)
        if options["preview"]:
            self.stdout.write(f"Previewed as import {run.pk}; nothing was imported.")
        else:
            self._show_result(self._apply(run, by, options))

    def _apply(self, run: ImportRun, by: User | None, options: dict[str, Any]) -> ImportRun:
        absent = run.rows.filter(outcome=Outcome.ABSENT).values_list("cpl_entry_id", flat=True)
        return importer.apply(
            run=run,
            by=by,
            accepted_only=options["accepted_only"],
            remove=list(absent) if options["remove_absent"] else [],
            removal_reason=options["removal_reason"],
            removal_date=_day(options["removal_date"]),
            removal_reference=options["removal_reference"],
        )

    def _show(self, run: ImportRun, *, everything: bool) -> None:
        self.stdout.write(f"File: {run.file_name} (SHA-256 {run.sha256})")
        if run.issue_date:
            self.stdout.write(f"Issued {run.issue_date:%-d %B %Y} {run.issue_number}".rstrip())
        for sheet in run.sheets:
            self._show_sheet(sheet)
        self.stdout.write(_counted(run.counts))
        for heading, rows, lines in _sections(run):
            self._show_rows(heading, rows, lines, everything=everything)

    def _show_sheet(self, sheet: dict[str, Any]) -> None:
        hidden, columns = " (hidden)" if sheet["hidden"] else "", ", columns" if sheet["columns"] else ""
        self.stdout.write(f"Sheet '{sheet['name']}'{hidden}: {sheet['kind']}, {sheet['rows']} rows{columns}")
        for column in sheet["columns"]:
            self.stdout.write(f"  {column['column']} {column['heading']} = {column['field']}")
        if sheet["ignored"]:
            self.stdout.write(f"  not read: {', '.join(sheet['ignored'])}")

    def _show_rows(self, heading: str, rows: QuerySet[ImportRow], lines: Lines, *, everything: bool) -> None:
        """Refused rows are all shown, since each is to be corrected; of the others the first."""
        count = rows.count()
        limit = count if everything or lines is _refusals else _SHOWN
        if count:
            self.stdout.write(f"{heading}:")
        for row in rows[:limit]:
            self.stdout.write("\n".join(f"  {line}" for line in lines(row)))
        if count > limit:
            self.stdout.write(f"  and {count - limit} more (--verbosity 2 shows all)")

    def _show_result(self, run: ImportRun) -> None:
        if importer.changes_nothing(run):
            self.stdout.write("Nothing changes: this file is already in the repository.")
        else:
            self.stdout.write(f"Applied as import {run.pk}. {_counted(run.counts)}")


def _person(email: str | None) -> User | None:
    if email is None:
        return None
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError(f"Nobody here has the e-mail address {email}. Check it, or leave --by out.") from None


def _day(text: str | None) -> date | None:
    try:
        return cells.day(text)
    except CellError as error:
        raise CommandError(f"--removal-date: {error.message} {error.cure}") from error


def _content(path: Path) -> bytes:
    """The file's bytes; one that is too large is not taken into memory."""
    try:
        with path.open("rb") as file:
            return file.read(settings.SPREADSHEET_MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path} cannot be opened: {error.strerror}. Check the name.") from error


def _column(text: str) -> tuple[str, str]:
    header, equals, field = text.rpartition("=")
    if not equals or (field and field not in NAMES):
        raise CommandError(f"--column '{text}': write 'Header=field', the field one of {', '.join(NAMES)}.")
    return header, field


def _counted(counts: dict[str, int]) -> str:
    words = (f"{counts.get(outcome, 0):,} {outcome.value}" for outcome in Outcome)
    return f"Rows: {', '.join(words)}."


def _sections(run: ImportRun) -> Iterator[tuple[str, QuerySet[ImportRow], Lines]]:
    rows = run.rows.order_by("pk")
    yield "Refused", rows.filter(outcome=Outcome.REFUSED), _refusals
    yield "Changed", rows.filter(outcome=Outcome.CHANGED), _changes
    yield "Removed", rows.filter(outcome=Outcome.REMOVED), _changes
    yield "On the list in the repository and not in this file", rows.filter(outcome=Outcome.ABSENT), _absence
    yield "Accepted with a warning", rows.exclude(outcome=Outcome.REFUSED).exclude(warnings=[]), _warnings


def _place(row: ImportRow) -> str:
    return f"{row.sheet} row {row.row_number}, {row.cpl_entry_id or 'no CPL Entry ID'}"


def _refusals(row: ImportRow) -> Iterator[str]:
    for problem in row.problems:
        cell = f" ({problem['cell']})" if problem["cell"] else ""
        yield f"{_place(row)}, column '{problem['column']}'{cell}, value '{problem['value']}':"
        yield f"  {problem['message']} {problem['cure']}"


def _changes(row: ImportRow) -> Iterator[str]:
    for field, old, new in row.changes:
        yield f"{_place(row)}: {field}: '{old}' becomes '{new}'"


def _absence(row: ImportRow) -> Iterator[str]:
    facts = (row.raw.get(title(name)) for name in ("manufacturer", "model_name", "firmware_version"))
    yield f"{row.cpl_entry_id}: {', '.join(filter(None, facts))}"


def _warnings(row: ImportRow) -> Iterator[str]:
    for warning in row.warnings:
        yield f"{_place(row)}: {warning}"
