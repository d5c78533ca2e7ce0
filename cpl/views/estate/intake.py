"""An estate is uploaded: the file goes through the gate into the spool, or is refused with what to do."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.models import Party, User
from accounts.permissions import CHECK_ESTATE
from cpl.actions.estate import beginning
from cpl.estate.errors import EstateFileError
from cpl.estate.guard import PersonalDataError
from cpl.estate.personal import looks_personal, personal_name
from cpl.estate.spool import Spool
from cpl.forms.estate_upload import FILE, LEAVE_OUT, PARTY, EstateFileForm, Tick, left_out_by, ticks, ticks_again
from cpl.querysets import parties_with_estate
from cpl.spreadsheets.estate_upload import Intake, too_large
from cpl.views.estate.uploading import AT_A_TIME, FieldsFirst

_BESIDE_THE_FILE: Final = 1024 * 1024
"""So much longer than its file a request may be."""
_TOO_LARGE: Final = 413
_BUSY: Final = 503
# What the Party left out before was looked up when the file began.
_PARTY_LAST: Final = EstateFileError(
    "The file came before the Party that it is for.", "Choose the Party, then the file, and upload it again."
)
_NO_PARTY: Final = "It was not said whose estate it is.", "Choose the Party, then the file, and upload it again."
_NO_FILE: Final = EstateFileError("Choose a file first.", "")


@csrf_exempt  # asked for in _take: Django reads the whole request to find the token, and must know where to put it
@require_http_methods(["GET", "HEAD", "POST"])
def estate_new(request: HttpRequest) -> HttpResponse:
    """Choose a file; on POST go on to its columns, or say what is wrong with it."""
    user = require(request, CHECK_ESTATE)
    if request.method != "POST":
        return _page(request, user)
    if _length(request) > settings.ESTATE_MAX_BYTES + _BESIDE_THE_FILE:
        return _page(request, user, too_large("you chose", settings.ESTATE_MAX_BYTES), status=_TOO_LARGE)
    if not AT_A_TIME.acquire(blocking=False):
        words = "Several estates are being uploaded at this moment.", "Try again in a minute."
        return _page(request, user, EstateFileError(*words), status=_BUSY)
    try:
        return _receive(request, user)
    finally:
        AT_A_TIME.release()


def _receive(request: HttpRequest, user: User) -> HttpResponse:
    handler = FieldsFirst(request, lambda fields, name: _intake(user, fields, name))
    request.upload_handlers = [handler]
    is_begun = False
    try:
        answer = _take(request, user, handler)
        is_begun = answer.status_code == 302  # it leads on to the check
    finally:
        # Whatever went wrong, a wrong token included: no check names the file.
        if not is_begun:
            handler.receiver.drop()
    return answer


@csrf_protect
def _take(request: HttpRequest, user: User, handler: FieldsFirst) -> HttpResponse:
    fields, file = request.POST, handler.receiver
    if file.problem is not None:
        return _page(request, user, file.problem)
    if file.taken is not None and file.fields_then.get(PARTY) != fields.get(PARTY):
        return _page(request, user, _PARTY_LAST)
    if file.taken is None:
        return _page(request, user, _NO_FILE)
    try:
        check = beginning.begin(
            party=_party(user, fields), name=_name(file.name), layout=file.taken.layout, spool=file.taken.token,
            rows_total=file.taken.rows_total, by=user,
        )  # fmt: skip
    except beginning.TooManyWaitingError as error:
        return _page(request, user, EstateFileError(str(error), error.cure), are_waiting=True)
    return redirect("cpl:estate_columns", check.pk)


def _intake(user: User, fields: QueryDict, name: str) -> Intake:
    party, ticked = _party(user, fields), fields.getlist(LEAVE_OUT)

    def leave_out(headings: Sequence[str]) -> list[int]:
        """What was ticked, and what the Party left out of such a file before."""
        known = beginning.remembered(party, headings)
        return [*left_out_by(ticked, headings), *(known.left_out if known else ())]

    return Intake(
        Spool(Path(settings.ESTATE_SPOOL)), name, max_bytes=settings.ESTATE_MAX_BYTES,
        max_workbook_bytes=settings.ESTATE_WORKBOOK_MAX_BYTES, leave_out=leave_out,
    )  # fmt: skip


def _party(user: User, fields: QueryDict) -> int:
    """The person's Party; of several the one chosen. Raises EstateFileError where that is none of theirs."""
    parties = parties_with_estate(user)
    chosen = parties if len(parties) == 1 else [party for party in parties if str(party) == fields.get(PARTY)]
    if not chosen:
        raise EstateFileError(*_NO_PARTY)
    return chosen[0]


def _name(file_name: str) -> str:
    """The name of the file, as long as it does not name a person or a device."""
    stem = PurePath(file_name).stem.replace("_", " ").strip()
    if not stem or personal_name(file_name) or any(looks_personal(word) for word in re.split(r"[\W_]+", stem)):
        return f"Estate of {formats.date_format(timezone.localdate(), 'j F Y')}"
    return stem


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() else 0


def _page(
    request: HttpRequest, user: User, problem: EstateFileError | None = None, *, status: int = 200,
    are_waiting: bool = False,
) -> HttpResponse:  # fmt: skip
    """The form. A request that is too long was not read: what stood in its fields is not known."""
    fields = request.POST if request.method == "POST" and status not in (_TOO_LARGE, _BUSY) else QueryDict()
    parties = list(Party.objects.filter(pk__in=parties_with_estate(user)).order_by("name"))
    form = EstateFileForm(parties, fields if fields or problem is _NO_FILE else None)
    if problem is _NO_FILE:
        form.add_error(FILE, problem.message)
    elif problem is not None:
        form.ask_again()
    context: dict[str, Any] = {
        "form": form,
        "problem": problem,
        "file_field": FILE,
        "max_bytes": settings.ESTATE_MAX_BYTES,
        "most_kinds": settings.ESTATE_MAX_KINDS,
        "ticks": _ticks(problem, fields.getlist(LEAVE_OUT)),
        "name": LEAVE_OUT,
        "is_personal": isinstance(problem, PersonalDataError),
        "are_waiting": are_waiting,
    }
    return render(request, "cpl/estate/new.html", context, status=status)


def _ticks(problem: EstateFileError | None, ticked: Sequence[str]) -> list[Tick]:
    """The columns that are to be left out when the file is sent again."""
    if isinstance(problem, PersonalDataError):
        return ticks(problem.columns, problem.headings, left_out_by(ticked, problem.headings))
    return ticks_again(ticked) if problem is _NO_FILE else []
