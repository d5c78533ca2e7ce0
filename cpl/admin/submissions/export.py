"""What the queue lists, as a file."""

from datetime import datetime
from typing import Any, Final

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from cpl.actions.exports import note_export
from cpl.admin.submissions import words
from cpl.models import Submission
from cpl.selectors.queue import open_problems
from cpl.spreadsheets.exporter import FORMATS
from cpl.spreadsheets.exporter import download as as_file
from cpl.targets import due_at

HEADINGS: Final = (
    "Submission", "Kind", "State", "In this state since", "Due", "Late", "Party", "Manufacturer", "Model",
    "Firmware version", "CPL Entry ID", "Held by", "Blocking problems", "Advising problems",
    "Confirmation by the manufacturer", "First submitted", "Spreadsheet",
)  # fmt: skip


def download(request: HttpRequest, register: Any, file_format: str, by: User) -> HttpResponse:
    """Every submission that the queue lists for this address, in its order; taking it away is recorded."""
    if file_format not in FORMATS:
        raise Http404
    try:
        listed = register.get_changelist_instance(request).queryset
    except (IncorrectLookupParameters, DisallowedModelAdminLookup) as unclear:
        raise BadRequest("The address asks for a filter that there is not.") from unclear
    now = timezone.now()
    lines = [_line(submission, now) for submission in listed]
    note_export(what="Moderation queue", rows=len(lines), file_format=file_format, by=by)
    return as_file(file_format, "submissions", HEADINGS, lines)


def _line(submission: Submission, now: datetime) -> tuple[Any, ...]:
    about, problems = words.subject_of(submission), open_problems(submission)
    due = due_at(submission.state, submission.state_since)
    return (
        submission.reference,
        words.kind_words(submission),
        submission.get_state_display(),
        _moment(submission.state_since),
        _moment(due),
        "Yes" if due and now > due else "No",
        submission.party.name,
        about.maker,
        about.model,
        about.version,
        about.entry_id,
        str(submission.held_by or ""),
        problems.blocking,
        problems.advising,
        submission.get_confirmation_display(),
        _moment(submission.submitted_at),
        str(submission.batch or ""),
    )


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
