"""Deciding over a preview: apply all of it, the accepted rows only, preview it again, or discard it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cpl.admin.imports import preview
from cpl.admin.imports.headings import HeadingsForm, headings_of_run
from cpl.admin.imports.removals import keep_ticks, tick_all, ticked, untick_all
from cpl.admin.imports.upload import preview_and_remember
from cpl.admin.register import person
from cpl.choices import Outcome
from cpl.models import CPLEntry, ImportRow, ImportRun
from cpl.selectors.retraction import standing
from cpl.spreadsheets import importer
from cpl.spreadsheets.decisions import AlreadyDecidedError, DecisionError, PreviewOutdatedError
from cpl.spreadsheets.errors import WorkbookError

ALL, ACCEPTED = "all", "accepted"
_CONFLICT = 409


class ApplyForm(forms.Form):
    """The last word before an import is applied; the fields of a removal are there only if there is one."""

    rows = forms.ChoiceField(choices=[(ALL, "all"), (ACCEPTED, "accepted")], widget=forms.HiddenInput)
    remove = forms.CharField(required=False, widget=forms.HiddenInput)
    removal_reason = forms.CharField(
        label="Reason for removal",
        max_length=CPLEntry._meta.get_field("removal_reason").max_length,
        help_text="Shown with each removed entry for good.",
    )
    removal_date = forms.DateField(
        label="Date of removal", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    removal_reference = forms.CharField(
        label="Reference",
        max_length=CPLEntry._meta.get_field("removal_reference").max_length,
        help_text="For example the number of the Panel’s decision.",
    )

    def __init__(self, removals: list[str], data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"remove": " ".join(removals), **initial})
        if not removals:
            for name in ("removal_reason", "removal_date", "removal_reference"):
                del self.fields[name]

    def clean_remove(self) -> list[str]:
        """The entries as a list."""
        return str(self.cleaned_data["remove"]).split()


def page_of(run: ImportRun) -> str:
    """The address of the import's page."""
    return reverse("admin:cpl_importrun_change", args=[run.pk])


def choose(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Keep the ticks of the page shown, then go where the pressed button leads."""
    keep_ticks(request, run)
    button = request.POST.get("go", "")
    if button == ALL or (button == ACCEPTED and request.POST.get("leave_out")):
        return redirect(f"{reverse('admin:cpl_importrun_apply', args=[run.pk])}?rows={button}")
    if button == ACCEPTED:
        messages.error(request, "Tick that the refused rows are to be left out, then press the button again.")
        return redirect(f"{page_of(run)}#decision")
    if tick := {"tick-all": tick_all, "untick-all": untick_all}.get(button):
        tick(request, run)
    number = button.removeprefix("page-") if button.startswith("page-") else request.POST.get("page", "1")
    return redirect(f"{page_of(run)}?outcome={Outcome.ABSENT.value}&page={number}#rows")


def confirm(request: HttpRequest, run: ImportRun, by: User) -> HttpResponse:
    """Show in numbers what would be done; on POST do it."""
    removals = request.POST.get("remove", "").split() if request.method == "POST" else ticked(request, run)
    if request.method != "POST":
        form = ApplyForm(removals, rows=_rows(request), removal_date=run.issue_date or timezone.localdate())
        return _confirmation(request, run, form, removals)
    form = ApplyForm(removals, request.POST)
    if not form.is_valid():
        return _confirmation(request, run, form, removals)
    try:
        applied = _apply(run, form.cleaned_data, by)
    except (AlreadyDecidedError, PreviewOutdatedError) as error:
        return conflict(request, run, error)
    except DecisionError as error:
        form.add_error(None, str(error))
        return _confirmation(request, run, form, removals)
    untick_all(request, run)
    messages.success(request, f"{applied.file_name} was imported.")
    return redirect(page_of(run))


def discard(request: HttpRequest, run: ImportRun, by: User) -> HttpResponse:
    """Give the preview up."""
    try:
        importer.discard(run=run, by=by)
    except AlreadyDecidedError as error:
        return conflict(request, run, error)
    untick_all(request, run)
    messages.success(request, f"The preview of {run.file_name} was discarded; nothing was imported.")
    return redirect(page_of(run))


def again(request: HttpRequest, run: ImportRun, by: User) -> HttpResponse:
    """Preview the kept file against the repository as it is now; the old preview is given up."""
    try:
        fresh = _anew(run, {}, by)
    except (AlreadyDecidedError, WorkbookError) as error:
        return conflict(request, run, error)
    messages.success(request, "This is a new preview of the same file, against the repository as it is now.")
    return redirect(page_of(fresh))


def columns(request: HttpRequest, run: ImportRun, by: User) -> HttpResponse:
    """Show what each column is read as; on POST remember the corrections and preview the file again."""
    form = HeadingsForm(headings_of_run(run), request.POST or None)
    error: WorkbookError | None = None
    if request.method == "POST" and form.is_valid():
        corrections = form.corrections()
        if not corrections:
            return redirect(page_of(run))
        try:
            fresh = _anew(run, corrections, by)
        except AlreadyDecidedError as decided:
            return conflict(request, run, decided)
        except WorkbookError as found:
            error = found
        else:
            messages.success(request, "The columns are remembered. This is a new preview of the same file.")
            return redirect(page_of(fresh))
    context = preview.frame(run, "Columns as understood")
    context |= {**preview.each_context(request), "form": form, "error": error}
    return TemplateResponse(request, "admin/cpl/importrun/columns.html", context)


def conflict(request: HttpRequest, run: ImportRun, error: DecisionError | WorkbookError) -> HttpResponse:
    """The import's page as it is now, with what stands against the decision."""
    now = ImportRun.objects.defer("content").select_related("created_by").get(pk=run.pk)
    context = preview.each_context(request) | preview.context(request, now)
    context |= {"error": error, "outdated": isinstance(error, PreviewOutdatedError)}
    return TemplateResponse(request, "admin/cpl/importrun/preview.html", context, status=_CONFLICT)


def _rows(request: HttpRequest) -> str:
    return ACCEPTED if request.GET.get("rows") == ACCEPTED else ALL


def _confirmation(request: HttpRequest, run: ImportRun, form: ApplyForm, removals: list[str]) -> HttpResponse:
    rows = form["rows"].value()
    context = preview.each_context(request) | preview.frame(run, f"Apply {run.file_name}")
    context |= preview.what_it_does(run, len(removals))
    context |= {"form": form, "removal_ids": removals, "accepted_only": rows == ACCEPTED}
    context["standing"] = standing(person(request), _taken_away(run, removals))
    return TemplateResponse(request, "admin/cpl/importrun/confirm.html", context)


def _taken_away(run: ImportRun, removals: list[str]) -> list[CPLEntry]:
    """What the import removes, because the file says so or because the person ticked it."""
    by_file = ImportRow.objects.filter(run=run, outcome=Outcome.REMOVED).values_list("cpl_entry_id", flat=True)
    return list(CPLEntry.objects.filter(cpl_entry_id__in=[*by_file, *removals]).defer("search_text"))


def _apply(run: ImportRun, cleaned: dict[str, Any], by: User) -> ImportRun:
    return importer.apply(
        run=run,
        by=by,
        accepted_only=cleaned["rows"] == ACCEPTED,
        remove=cleaned["remove"],
        removal_reason=cleaned.get("removal_reason", ""),
        removal_date=cleaned.get("removal_date"),
        removal_reference=cleaned.get("removal_reference", ""),
    )


def _anew(run: ImportRun, corrections: dict[str, str], by: User) -> ImportRun:
    """A new preview of the kept file, in place of the run. Raises AlreadyDecidedError, WorkbookError."""
    with transaction.atomic():
        content = bytes(run.content or b"")
        importer.discard(run=run, by=by)
        return preview_and_remember(content, run.file_name, corrections, by)
