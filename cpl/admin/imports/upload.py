"""Uploading a workbook: one file, then its preview; or what is wrong with it and what to do."""

from typing import Any, BinaryIO, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.access import require
from accounts.models import User
from accounts.permissions import IMPORT_WORKBOOK
from cpl.admin.imports.headings import HeadingsForm, headings_of_file, limits, posted_headings
from cpl.choices import ImportStatus
from cpl.models import CPLEntry, ImportRun
from cpl.spreadsheets import importer
from cpl.spreadsheets.errors import HeaderError, WorkbookError
from cpl.spreadsheets.reader.limits import megabytes
from cpl.spreadsheets.reader.source import read_bytes


class UploadForm(forms.Form):
    """The file alone: what it is, its content tells."""

    file = forms.FileField(
        label="Workbook",
        allow_empty_file=True,  # the importer says better what is wrong with an empty one
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choose a file first.", "missing": "Choose a file first."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f".xlsx or .csv, at most {megabytes(settings.SPREADSHEET_MAX_BYTES)}"


def upload(request: HttpRequest) -> HttpResponse:
    """Show the form; on POST preview the file and go to its preview, or say what is wrong with it."""
    user = require(request, IMPORT_WORKBOOK)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    columns = _posted_columns(request)
    if not form.is_valid():
        return _page(request, form, columns)
    file: UploadedFile[Any] = form.cleaned_data["file"]
    chosen = columns.corrections() if columns and columns.is_valid() else {}
    content = b""
    try:
        content = read_bytes(cast(BinaryIO, file), file.name or "", limits())
        run = preview_and_remember(content, file.name or "", chosen, user)
    except HeaderError as error:
        headings = headings_of_file(content, file.name or "")
        return _page(request, form, HeadingsForm(headings, chosen=chosen) if headings else None, error)
    except WorkbookError as error:
        return _page(request, form, None, error)
    return redirect("admin:cpl_importrun_change", run.pk)


def preview_and_remember(content: bytes, file_name: str, chosen: dict[str, str], by: User) -> ImportRun:
    """Preview the file with the person's corrections, and remember them if it can be read so."""
    with transaction.atomic():
        run = importer.preview(content=content, file_name=file_name, by=by, columns=chosen)
        for heading, field in chosen.items():
            importer.remember(header=heading, field=field, by=by)
    return run


def _posted_columns(request: HttpRequest) -> HeadingsForm | None:
    headings = posted_headings(request.POST)
    return HeadingsForm(headings, request.POST) if headings else None


def _page(
    request: HttpRequest, form: UploadForm, columns: HeadingsForm | None, error: WorkbookError | None = None
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "opts": CPLEntry._meta,
        "title": "Import a workbook",
        "form": form,
        "columns": columns,
        "error": error,
        "rows": settings.SPREADSHEET_MAX_ROWS,
        "waiting": waiting(),
    }
    return TemplateResponse(request, "admin/cpl/cplentry/import.html", context)


def waiting() -> QuerySet[ImportRun]:
    """The latest previews that nobody decided over."""
    runs = ImportRun.objects.filter(status=ImportStatus.PREVIEWED).defer("content", "sheets")
    return runs.select_related("created_by")[:5]
