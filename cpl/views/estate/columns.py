"""The columns of an uploaded estate are confirmed on its first rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.models import User
from accounts.permissions import CHECK_ESTATE
from cpl.actions.estate import beginning
from cpl.choices import EstateColumn, EstateState
from cpl.estate.errors import EstateFileError
from cpl.estate.head import Record, read_rows
from cpl.estate.headings import Against, Recognised, lacking, recognise
from cpl.estate.layout import PARTS, Layout
from cpl.estate.spool import path_of
from cpl.forms.estate_upload import NAME_LENGTH, NOT_USED, Column, answered, asked, chosen_of, twice
from cpl.models import EstateCheck, EstateColumns
from cpl.selectors.estate.feeding import fed
from cpl.views.estate.finding import visible_check
from cpl.workflow import WrongMoveError

ROWS_SHOWN: Final = 5
ROWS_TOLD_BY: Final = 1_000


@dataclass(frozen=True)
class Problem:
    """For the summary of what has to be put right."""

    text: str
    href: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def estate_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column holds, as far as it was recognised; on POST the estate goes to be counted."""
    user = require(request, CHECK_ESTATE)
    try:
        check = visible_check(user, pk)
    except Http404:
        return _swept(request)
    if check.state != EstateState.UPLOADED:
        return redirect(check)
    if request.POST.get("go") == "discard":
        return _discard(request, check, user)
    rows = _first_rows(check)
    if rows is None:
        return _gone(request, check)
    return _confirm(request, check, rows, user) if request.method == "POST" else _ask(request, check, rows)


def _ask(request: HttpRequest, check: EstateCheck, rows: Sequence[Record]) -> HttpResponse:
    layout = Layout.from_json(check.layout)
    known = beginning.remembered_for(check)
    told = _as_remembered(known, layout) if known else _recognised(layout, rows)
    columns = asked(layout, told, _shown(rows))
    return _page(request, check, rows, columns, known=known)


def _recognised(layout: Layout, rows: Sequence[Record]) -> Recognised:
    return recognise(layout.headings, [row.fields for row in rows])


def _confirm(request: HttpRequest, check: EstateCheck, rows: Sequence[Record], user: User) -> HttpResponse:
    layout = Layout.from_json(check.layout)
    columns = answered(request.POST, layout, _shown(rows), _recognised(layout, rows))
    if doubtful := _doubts(columns):
        return _page(request, check, rows, columns, doubtful)
    if doubled := twice(columns):
        return _page(request, check, rows, _marked(columns, doubled), _chosen_twice(doubled))
    try:
        confirmed = beginning.confirm(
            check=check, columns=chosen_of(columns), name=request.POST.get("name", ""),
            watches="watches" in request.POST, by=user,
        )  # fmt: skip
    except beginning.ColumnsError as error:
        problems = [Problem(against.words, _place(against)) for against in error.problems]
        return _page(request, check, rows, columns, problems)
    except beginning.PersonalNameError as error:
        return _page(request, check, rows, columns, [Problem(str(error), "#name")])
    except WrongMoveError as error:
        messages.warning(request, str(error))
        return redirect("cpl:estate")
    return redirect(confirmed)


def _discard(request: HttpRequest, check: EstateCheck, user: User) -> HttpResponse:
    try:
        beginning.discard(check=check, by=user)
    except WrongMoveError as error:
        messages.warning(request, str(error))
        return redirect("cpl:estate")
    messages.success(request, f"“{check.name}” was thrown away. Nothing of it is kept.")
    return redirect("cpl:estate_new")


def _swept(request: HttpRequest) -> HttpResponse:
    """404, with what becomes of a file that waits too long: the same words whether or not there ever was one here."""
    return render(request, "cpl/estate/swept.html", {"minutes": settings.ESTATE_UNCONFIRMED_MINUTES}, status=404)


def _gone(request: HttpRequest, check: EstateCheck) -> HttpResponse:
    """The file waited too long; the check that names it is swept away next."""
    messages.error(request, f"The file of “{check.name}” waited too long and was thrown away. Upload it again.")
    return redirect("cpl:estate_new")


def _first_rows(check: EstateCheck) -> list[Record] | None:
    """The rows by which the columns are told; None where the file is gone."""
    layout = Layout.from_json(check.layout)
    try:
        return read_rows(path_of(Path(settings.ESTATE_SPOOL), check.spool), layout, ROWS_TOLD_BY)
    except (FileNotFoundError, ValueError, EstateFileError):
        return None


def _as_remembered(known: EstateColumns, layout: Layout) -> Recognised:
    """What was confirmed for such a file before, at the places that its columns have now."""
    places = [at for at in range(len(layout.sent or layout.headings)) if at not in layout.left_out]
    kept = {EstateColumn(name): places.index(at) for name, at in known.columns.items() if at in places}
    return Recognised(kept, {})


def _shown(rows: Sequence[Record]) -> list[tuple[str, ...]]:
    return [row.fields for row in rows[:ROWS_SHOWN]]


def _marked(columns: Sequence[Column], doubled: Mapping[str, Sequence[Column]]) -> list[Column]:
    return [replace(column, error="Chosen twice.") if column.chosen in doubled else column for column in columns]


def _chosen_twice(doubled: Mapping[str, Sequence[Column]]) -> list[Problem]:
    return [
        Problem(
            f"{EstateColumn(name).label} is chosen for {' and '.join(f'“{column.heading}”' for column in those)}. "
            "Choose one of them.",
            f"#{those[0].field}",
        )
        for name, those in doubled.items()
    ]


def _doubts(columns: Sequence[Column]) -> list[Problem]:
    """Each doubt once, with the first column that nobody decided on."""
    first: dict[str, Column] = {}
    for column in columns:
        if column.error:
            first.setdefault(column.error, column)
    return [Problem(words, f"#{column.field}") for words, column in first.items()]


def _place(against: Against) -> str:
    """Where to go: to the column spoken of, or to the line that says what no column was chosen for."""
    return f"#missing_{against.lacks}" if against.lacks else f"#column_{(*against.places, 0)[0]}"


def _missing(columns: Sequence[Column]) -> list[EstateColumn]:
    """What is needed and stands at no column: neither chosen nor among those in doubt."""
    chosen = {EstateColumn(column.chosen) for column in columns if column.chosen in EstateColumn.values}
    return lacking({*chosen, *(column.maybe for column in columns if column.maybe and column.error)})


def _page(
    request: HttpRequest, check: EstateCheck, rows: Sequence[Record], columns: Sequence[Column],
    problems: Sequence[Problem] = (), *, known: EstateColumns | None = None,
) -> HttpResponse:  # fmt: skip
    layout, is_sent = Layout.from_json(check.layout), request.method == "POST"
    context = {
        "check": check,
        "columns": columns,
        "lines": [row.line for row in rows[:ROWS_SHOWN]],
        "choices": EstateColumn.choices,
        "parts": [part.label for part in PARTS],
        "problems": problems,
        "missing": _missing(columns),
        "not_used": NOT_USED,
        "sheet": layout.sheet,
        "other_sheets": layout.other_sheets,
        "known": known,
        "left_out": [layout.sent[at] for at in layout.left_out if at < len(layout.sent)],
        "name": request.POST.get("name", check.name) if is_sent else check.name,
        "name_error": next((problem.text for problem in problems if problem.href == "#name"), ""),
        "name_length": NAME_LENGTH,
        "watches": "watches" in request.POST,
        "is_fed": fed(require(request, CHECK_ESTATE), check.party_id).is_on,
        "minutes": settings.ESTATE_UNCONFIRMED_MINUTES,
    }
    return render(request, "cpl/estate/columns.html", context)
