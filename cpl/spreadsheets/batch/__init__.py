"""A whole spreadsheet of a manufacturer's records submitted at once: previewed, then made drafts or sent, or not.

It is read as an import is, by the same reader, columns and checks, but knows the manufacturer's own products only
(`plan.known.own`): what its people may not see does not exist for it.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import PurePath
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.access import Forbidden, can_for
from accounts.models import Party, User
from accounts.permissions import SUBMIT_AS_MANUFACTURER
from cpl import audit_names
from cpl.actions.imports import fold_maker
from cpl.actions.submissions.batches import Asked, BlockedManyError, begin_many, submit_many
from cpl.choices import Outcome, SubmissionKind
from cpl.models import CPLEntry, Manufacturer, Submission, SubmissionBatch, SubmissionPreview
from cpl.spreadsheets import importer
from cpl.spreadsheets.batch.errors import (
    AlreadyDecidedError,
    BlockedRow,
    BlockedRowsError,
    NothingToSubmitError,
    OutdatedError,
    ReasonNeededError,
    RowsRefusedError,
)
from cpl.spreadsheets.batch.requests import Request, requests_of
from cpl.spreadsheets.errors import TooManyRowsError
from cpl.spreadsheets.import_rows import storable
from cpl.spreadsheets.plan import Settled, settle, sheets
from cpl.spreadsheets.plan.known import own
from cpl.spreadsheets.plan.warnings import warn
from cpl.spreadsheets.reader import Workbook, read_workbook
from cpl.spreadsheets.row_form import Row

_NAME_LENGTH: Final = 255


def parties_of(person: User) -> list[Party]:
    """The Parties with a manufacturer for which this person may submit a spreadsheet."""
    held = (acting for acting in person.active_memberships)
    keys = [acting.party for acting in held if SUBMIT_AS_MANUFACTURER in person.permissions_in(acting.party)]
    return list(Party.objects.filter(pk__in=keys, manufacturers__isnull=False).distinct().order_by("name"))


def preview(*, content: bytes, file_name: str, party: Party, by: User) -> SubmissionPreview:
    """Read a spreadsheet, work out what its rows ask for, and keep both; nothing else in the database changes.

    Raises a WorkbookError, having stored nothing, where the file cannot be read or asks for too much at once;
    Forbidden for whoever may not submit for the Party's manufacturers.
    """
    _require(by, party)
    workbook, settled, asked = _read(content, file_name, party, by, timezone.localdate())
    if len(asked) > settings.SUBMISSION_SPREADSHEET_MAX:
        raise _too_many(file_name, len(asked))
    shown = _shown(workbook, settled, asked)
    return SubmissionPreview.objects.create(
        author=by,
        party=party,
        file_name=PurePath(file_name).name[-_NAME_LENGTH:],
        sha256=workbook.sha256,
        content=content,
        shown=storable(shown),
        fingerprint=_fingerprint(shown, asked),
    )


@transaction.atomic
def decide(
    *, preview: SubmissionPreview, by: User, send: bool, reason: str = "", leave_out: bool = False
) -> SubmissionBatch:
    """Make a draft for each request of the spreadsheet and, with `send`, submit them all: all of it or nothing.

    `leave_out` leaves refused rows out; `reason` goes with every correction. Raises AlreadyDecidedError, OutdatedError,
    RowsRefusedError, NothingToSubmitError, ReasonNeededError or BlockedRowsError, each with a message and a cure;
    Forbidden.
    """
    held = _hold(preview, by)
    asked = _asked_again(held, by)
    _check(held, asked, reason, leave_out=leave_out)
    batch = SubmissionBatch.objects.create(
        file_name=held.file_name, sha256=held.sha256, party=held.party, created_by=by
    )
    made = _begin(asked, batch, by, reason)
    if send:
        _submit(asked, made, by)
    kinds = Counter(str(request.kind.value) for request in asked)
    audit.record(
        audit_names.SUBMISSIONS_SENT, by=by, about=batch, owner=held.party.name, sha256=batch.sha256, sent=send,
        kinds=dict(kinds),
    )  # fmt: skip
    held.delete()
    return batch


@transaction.atomic
def discard(*, preview: SubmissionPreview, by: User) -> None:
    """Throw the preview away with its file. Raises AlreadyDecidedError."""
    _hold(preview, by).delete()


def _require(by: User, party: Party) -> None:
    if not can_for(by, SUBMIT_AS_MANUFACTURER, party):
        raise Forbidden(SUBMIT_AS_MANUFACTURER)


def _hold(preview: SubmissionPreview, by: User) -> SubmissionPreview:
    """Lock the preview: of two windows that decide at once exactly one goes on."""
    rows = SubmissionPreview.objects.select_for_update(of=("self",)).select_related("party")
    held = rows.filter(pk=preview.pk, author=by).first()
    if held is None:
        raise AlreadyDecidedError
    _require(by, held.party)
    return held


def _read(
    content: bytes, file_name: str, party: Party, by: User, as_of: date
) -> tuple[Workbook, Settled, list[Request]]:
    workbook = read_workbook(content, file_name, importer.limits())
    makers = list(Manufacturer.objects.filter(party=party).values_list("pk", flat=True))
    settled = settle(workbook, remembered=importer.remembered(), as_of=as_of, scope=own(by, makers))
    asked = requests_of(settled.draft)
    warn(settled.draft)
    return workbook, settled, asked


def _asked_again(held: SubmissionPreview, by: User) -> list[Request]:
    """The requests as of now. Raises OutdatedError where they are not what the preview showed."""
    created = timezone.localdate(held.created_at)
    workbook, settled, asked = _read(bytes(held.content), held.file_name, held.party, by, created)
    if _fingerprint(_shown(workbook, settled, asked), asked) != held.fingerprint:
        raise OutdatedError
    return asked


def _check(held: SubmissionPreview, asked: Sequence[Request], reason: str, *, leave_out: bool) -> None:
    refused = len(held.shown["refused"])
    if refused and not leave_out:
        raise RowsRefusedError(refused)
    if not asked:
        raise NothingToSubmitError
    if not reason.strip() and any(request.kind is SubmissionKind.CORRECTION for request in asked):
        raise ReasonNeededError


def _begin(asked: Sequence[Request], batch: SubmissionBatch, by: User, reason: str) -> list[Submission]:
    """The drafts in the order of the requests; a label of the file stands for the new entry that bears it."""
    entries = _entries(asked)
    makers = {fold_maker(maker.name): maker for maker in Manufacturer.objects.filter(party=batch.party)}
    fresh = {one.label: place for place, one in enumerate(asked) if one.kind is SubmissionKind.NEW_ENTRY}
    wanted = [
        Asked(one.kind, makers[one.maker], _entry(one, entries), partial(_content, one, fresh, reason)) for one in asked
    ]
    return begin_many(asked=wanted, batch=batch, by=by)


def _entry(request: Request, entries: Mapping[str, CPLEntry]) -> CPLEntry | None:
    """The published entry it is about. That a label of the file is also the ID of somebody's entry means nothing."""
    return None if request.kind is SubmissionKind.NEW_ENTRY else entries[request.label]


def _content(request: Request, fresh: Mapping[str, int], reason: str, references: Sequence[str]) -> dict[str, str]:
    """What the draft says; a label that the file gave to a new entry becomes the reference of its submission."""
    named = ", ".join(references[fresh[name]] if name in fresh else name for name in request.named)
    content = {**request.content, **({"predecessors": named} if named else {})}
    return {**content, "reason": reason} if request.kind is SubmissionKind.CORRECTION else content


def _entries(asked: Sequence[Request]) -> dict[str, CPLEntry]:
    labels = {request.label for request in asked}
    rows = CPLEntry.objects.filter(cpl_entry_id__in=labels).select_related("manufacturer", "device_model__manufacturer")
    return {entry.cpl_entry_id: entry for entry in rows.defer("search_text")}


def _submit(asked: Sequence[Request], made: Sequence[Submission], by: User) -> None:
    """Send every draft. Raises BlockedRowsError with all that stands against any, and then none is sent."""
    try:
        submit_many(submissions=made, by=by)
    except BlockedManyError as error:
        rows = [BlockedRow(asked[at].places[0], asked[at].label, found) for at, found in error.problems.items()]
        raise BlockedRowsError(rows) from None


def _too_many(file_name: str, count: int) -> TooManyRowsError:
    most = settings.SUBMISSION_SPREADSHEET_MAX
    return TooManyRowsError(
        f"“{file_name}” asks for {count:,} submissions; at most {most:,} can be made of one file.",
        "Split it into several files.",
    )


def _shown(workbook: Workbook, settled: Settled, asked: Sequence[Request]) -> dict[str, Any]:
    """What the preview shows, as it is kept."""
    rows = [*settled.draft.listed, *settled.draft.records]
    places = {place for request in asked for place in request.places}
    accepted = [row for row in rows if not row.problems]
    outcomes = {row: _outcome(row, places) for row in rows}
    return {
        "sheets": sheets.described(workbook, settled.understood, outcomes),
        "requests": [_told(request) for request in asked],
        "refused": [{**_place(row), "problems": list(row.problems)} for row in rows if row.problems],
        "warnings": [{**_place(row), "warnings": row.warnings} for row in accepted if row.warnings],
        "unchanged": sum(row.place not in places for row in accepted),
    }


def _outcome(row: Row, places: Collection[str]) -> Outcome:
    if row.refused:
        return Outcome.REFUSED
    return Outcome.CHANGED if row.place in places else Outcome.UNCHANGED


def _told(request: Request) -> dict[str, Any]:
    return {
        "kind": request.kind.value,
        "label": request.label,
        "places": list(request.places),
        "changes": [list(change) for change in request.changes],
    }


def _place(row: Row) -> dict[str, Any]:
    return {"sheet": row.layout.sheet, "row": row.number, "label": row.entry_id}


def _fingerprint(shown: Mapping[str, Any], asked: Sequence[Request]) -> str:
    """One number for all that was shown and all that would be submitted."""
    told = repr((shown, [(request.label, request.named, dict(request.content)) for request in asked]))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()
