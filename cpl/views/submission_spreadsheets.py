"""A manufacturer submits a whole spreadsheet: the file, its preview, and the decision to make drafts or submit all."""

from typing import Any, BinaryIO, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Forbidden, require
from accounts.models import Party, User
from accounts.permissions import SUBMIT_AS_MANUFACTURER
from cpl.actions.exports import note_export
from cpl.models import SubmissionPreview
from cpl.presenters import batch_preview
from cpl.spreadsheets import batch, importer
from cpl.spreadsheets.batch import errors, own_records
from cpl.spreadsheets.decisions import DecisionError
from cpl.spreadsheets.errors import WorkbookError
from cpl.spreadsheets.exporter import XLSX
from cpl.spreadsheets.reader.limits import megabytes
from cpl.spreadsheets.reader.source import read_bytes

_CONFLICT = 409
DRAFTS, SUBMIT, DISCARD = "drafts", "submit", "discard"


class SpreadsheetForm(forms.Form):
    """The file, and for whom: the latter only of people who submit for several Parties."""

    file = forms.FileField(
        label="Spreadsheet",
        allow_empty_file=True,  # the reader says better what is wrong with an empty one
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choose a file first.", "missing": "Choose a file first."},
    )

    def __init__(self, parties: list[Party], *args: Any) -> None:
        super().__init__(*args)
        self.parties = parties
        largest, rows = megabytes(settings.SPREADSHEET_MAX_BYTES), settings.SPREADSHEET_MAX_ROWS
        most = settings.SUBMISSION_SPREADSHEET_MAX
        self.fields["file"].help_text = (
            f".xlsx or .csv, at most {largest} and {rows:,} rows a sheet, "
            f"of which at most {most:,} may change something."
        )
        if len(parties) > 1:
            choices = [(party.pk, party.name) for party in parties]
            self.fields["party"] = forms.ChoiceField(label="Submit for", choices=choices)

    def party(self) -> Party:
        """For whom; of a valid form."""
        chosen = self.cleaned_data.get("party", str(self.parties[0].pk))
        return next(party for party in self.parties if str(party.pk) == chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose the file; on POST go to its preview, or say what is wrong with it."""
    user = require(request, SUBMIT_AS_MANUFACTURER)
    parties = batch.parties_of(user)
    form = (
        SpreadsheetForm(parties, request.POST, request.FILES) if request.method == "POST" else SpreadsheetForm(parties)
    )
    if not parties or not form.is_valid():
        return _upload_page(request, user, form)
    file: UploadedFile[Any] = form.cleaned_data["file"]
    try:
        content = read_bytes(cast(BinaryIO, file), file.name or "", importer.limits())
        found = batch.preview(content=content, file_name=file.name or "", party=form.party(), by=user)
    except WorkbookError as error:
        return _upload_page(request, user, form, error)
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the rows of the person's own file ask for; on POST make drafts, submit all of it, or discard it."""
    user = require(request, SUBMIT_AS_MANUFACTURER)
    found = get_object_or_404(SubmissionPreview.objects.defer("content").select_related("party"), pk=pk, author=user)
    if request.method != "POST":
        return _preview_page(request, found)
    try:
        return _decide(request, found, user)
    except errors.AlreadyDecidedError as error:
        messages.error(request, str(error))
        return redirect("cpl:submissions")
    except DecisionError as error:
        return _preview_page(request, found, error)


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The own records as a workbook to fill in; contacts too, which are the own ones."""
    user = require(request, SUBMIT_AS_MANUFACTURER)
    party = _party_asked_for(request, batch.parties_of(user))
    content = own_records.build(user, party)
    count = own_records.own_entries(user, party).count()
    note_export(what=f"Own records of {party.name}, with contacts", rows=count, file_format="xlsx", by=user)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="my-records-{timezone.localdate():%Y-%m-%d}.xlsx"'
    return response


def _party_asked_for(request: HttpRequest, parties: list[Party]) -> Party:
    """The Party of the address, else the first. Raises Forbidden where there is none: nothing can be submitted."""
    asked = request.GET.get("party", "")
    found = [party for party in parties if not asked or str(party.pk) == asked]
    if not found:
        raise Forbidden(SUBMIT_AS_MANUFACTURER)
    return found[0]


def _decide(request: HttpRequest, found: SubmissionPreview, user: User) -> HttpResponse:
    button = request.POST.get("go", "")
    if button == DISCARD:
        batch.discard(preview=found, by=user)
        messages.success(request, f"The preview of {found.file_name} was discarded; nothing was submitted.")
        return redirect("cpl:submissions_spreadsheet")
    if button not in (DRAFTS, SUBMIT):
        return _preview_page(request, found)
    made = batch.decide(
        preview=found,
        by=user,
        send=button == SUBMIT,
        reason=request.POST.get("reason", ""),
        leave_out=bool(request.POST.get("leave_out")),
    )
    messages.success(request, _done(made.submissions.count(), made.file_name, sent=button == SUBMIT))
    return redirect(f"{reverse('cpl:submissions')}?state=all&batch={made.pk}")


def _done(count: int, name: str, *, sent: bool) -> str:
    one = count == 1
    if sent:
        return f"{count} submission{' was' if one else 's were'} sent to SECAS, from {name}."
    made = f"{count} draft{' was' if one else 's were'} made from {name}."
    return f"{made} Nothing was sent yet: open {'it' if one else 'each'} below to read it and send it to SECAS."


def _upload_page(
    request: HttpRequest, user: User, form: SpreadsheetForm, error: WorkbookError | None = None
) -> HttpResponse:
    waiting = SubmissionPreview.objects.filter(author=user).defer("content", "shown")[:5]
    context = {"form": form, "error": error, "parties": form.parties, "waiting": waiting}
    return render(request, "cpl/submission_spreadsheet.html", context)


def _preview_page(request: HttpRequest, found: SubmissionPreview, error: DecisionError | None = None) -> HttpResponse:
    context = {
        **batch_preview.context(found, request.GET.get("show", ""), request.GET.get("page")),
        "error": error,
        "blocked": error.rows if isinstance(error, errors.BlockedRowsError) else [],
        "reason_missing": isinstance(error, errors.ReasonNeededError),
        "refused_missing": isinstance(error, errors.RowsRefusedError),
        "outdated": isinstance(error, errors.OutdatedError),
        "reason": request.POST.get("reason", ""),
        "left_out": bool(request.POST.get("leave_out")),
        "days": settings.IMPORT_PREVIEW_DAYS,
    }
    return render(request, "cpl/submission_spreadsheet_preview.html", context, status=_CONFLICT if error else 200)
