"""Restricted notes of a FIR record: SECAS writes them down for the manufacturer, and says who may read them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from cpl.actions.notes import write_notes
from cpl.admin import audience
from cpl.admin.register import person
from cpl.choices import Source
from cpl.models import FirmwareInformation, RestrictedNotes
from cpl.selectors.audiences import named_parties

_SOURCES = [(source.value, source.label) for source in (Source.MANUFACTURER, Source.OTHER_PARTY)]


class NotesForm(forms.Form):
    """The text with its source, or the reason why there is none any more."""

    text = forms.CharField(
        label="Restricted notes", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 8, "cols": 80})
    )
    source = forms.ChoiceField(label="Where they come from", choices=_SOURCES)
    given_on = forms.DateField(
        label="Given on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), initial=timezone.localdate
    )
    reason = forms.CharField(
        label="Why there is no text any more",
        max_length=300,
        required=False,
        help_text="Only where the text is emptied: notes are never deleted.",
    )

    def __init__(self, notes: RestrictedNotes | None, data: Any = None) -> None:
        words = ("text", "source", "given_on")
        known = {name: getattr(notes, name) for name in words} | {"reason": notes.emptied_reason} if notes else {}
        super().__init__(data, initial=known)

    def clean_given_on(self) -> Any:
        """Not a day to come."""
        day = self.cleaned_data["given_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Give the day on which the notes were given: it has not come yet.")
        return day

    def clean(self) -> dict[str, Any]:
        """A text, or a reason."""
        cleaned = super().clean() or {}
        text, reason = cleaned.get("text", "").strip(), cleaned.get("reason", "").strip()
        if not text and not reason:
            self.add_error("text", "Write the notes; to empty them, say below why there is no text any more.")
        if text and reason:
            self.add_error("reason", "Leave this blank while there is a text.")
        return cleaned


def page(request: HttpRequest, information: FirmwareInformation) -> HttpResponse:
    """Show the notes and who may read them; on a valid POST write them."""
    notes = RestrictedNotes.objects.filter(information=information).first()
    form = NotesForm(notes, request.POST or None)
    if request.method == "POST" and form.is_valid():
        write_notes(information=information, by=person(request), **form.cleaned_data)
        messages.success(request, f"Restricted notes on {information.entry} saved.")
        return redirect(request.path)
    context = {
        **admin.site.each_context(request),
        "opts": FirmwareInformation._meta,
        "title": f"Restricted notes on {information.entry}",
        "information": information,
        "notes": notes,
        "named": named_parties(notes) if notes else [],
        "form": form,
    }
    return TemplateResponse(request, "admin/cpl/notes.html", context)


def audience_page(request: HttpRequest, information: FirmwareInformation) -> HttpResponse:
    """Who may read the notes; 404 until there are any."""
    notes = get_object_or_404(RestrictedNotes, information=information)
    return audience.page(request, notes, reverse("admin:cpl_firmwareinformation_notes", args=[information.pk]))
