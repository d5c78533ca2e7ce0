"""*Who may see it*: one page for entries, FIR records, contacts and restricted notes."""

from typing import Any, Final, NamedTuple, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join

from accounts.access import can, require
from accounts.choices import PartyCategory
from accounts.models import Party
from accounts.permissions import RESTRICT_ENTRY
from cpl.actions.visibility import ChangedMeanwhile, restrict, unrestrict
from cpl.admin.register import Register, person
from cpl.choices import Audience, ContactAudience, NotesAudience
from cpl.models import Contact, CPLEntry, FirmwareInformation, RestrictedNotes
from cpl.selectors.audiences import NAMED, READ_EVERYTHING, Record, difference, named_parties, state_of


class Words(NamedTuple):
    """How a kind of record is spoken of on the page."""

    choices: type[Audience] | type[ContactAudience] | type[NotesAudience]
    thing: str
    hidden: str


_WORDS: Final[dict[type[Record], Words]] = {
    CPLEntry: Words(Audience, "the entry", "for everybody else it does not exist."),
    FirmwareInformation: Words(
        Audience,
        "the FIR record",
        "everybody else who may see the entry reads that no firmware information is shown to their Party.",
    ),
    Contact: Words(
        ContactAudience,
        "the contact",
        "everybody else reads that a contact was given and is shown to those with need only.",
    ),
    RestrictedNotes: Words(NotesAudience, "the notes", "nobody else learns that there are notes."),
}


# Django's class takes a type argument in its stubs only, not when it runs.
class ByCategory(ModelChoiceIterator):  # type: ignore[type-arg]
    """Parties in groups by category."""

    def __iter__(self) -> Any:
        """One group a category, in the order of the categories."""
        parties = list(self.queryset)
        for category in PartyCategory:
            group = [self.choice(party) for party in parties if party.category == category]
            if group:
                yield category.label, group


# As above: generic in the stubs only.
class PartiesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any number of Parties, each with its box: works by keyboard and without a script."""

    iterator = ByCategory
    widget = forms.CheckboxSelectMultiple


class AudienceForm(forms.Form):
    """Who may see a record; `seen` is the state of its audience that the person decides over."""

    audience = forms.ChoiceField(label="Who may see it", widget=forms.RadioSelect)
    parties = PartiesField(Party.objects.none(), label="Named Parties", required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, record: Record, data: Any = None) -> None:
        held = [party.pk for party in named_parties(record)]
        # A choice of notes is its manufacturer alone; naming that Party would say nothing. Others are shown to the
        # manufacturer alone by naming its Party.
        maker = record.maker.party_id if isinstance(record, RestrictedNotes) else None
        super().__init__(data, initial={"audience": record.audience, "parties": held, "seen": state_of(record)})
        # The stubs know a form's fields by their base class, which has neither choices nor a queryset.
        audience, parties = cast(forms.ChoiceField, self.fields["audience"]), cast(PartiesField, self.fields["parties"])
        audience.choices = _WORDS[type(record)].choices.choices
        parties.queryset = Party.objects.filter(
            (Q(is_active=True) & ~Q(category__in=READ_EVERYTHING) & ~Q(pk=maker or 0)) | Q(pk__in=held)
        )

    def party_groups(self) -> list[Any]:
        """The boxes by category, for a page that frames each group."""
        bound = self["parties"]
        widget: Any = bound.field.widget
        groups: list[Any] = widget.optgroups(bound.html_name, widget.format_value(bound.value()), {"id": bound.auto_id})
        return groups

    def clean(self) -> dict[str, Any]:
        """Named Parties need a name; an audience without names needs none."""
        cleaned = super().clean() or {}
        if cleaned.get("audience") != NAMED:
            return {**cleaned, "parties": []}
        if not cleaned.get("parties"):
            self.add_error(
                "parties",
                "Choose at least one Party. To show it to its manufacturer alone, choose the manufacturer’s Party.",
            )
        return cleaned


def page(request: HttpRequest, record: Record, back: str) -> HttpResponse:
    """Show the form; on a valid POST what would change; when that is confirmed, do it and go `back`."""
    form = AudienceForm(record, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _answer(request, record, form, back, "admin/cpl/audience.html")
    if "confirmed" not in request.POST:
        chosen = form.cleaned_data
        changes = difference(record, chosen["audience"], chosen["parties"])
        same = chosen["audience"] == record.audience and set(chosen["parties"]) == set(named_parties(record))
        more = {"changes": changes, "same": same}
        return _answer(request, record, form, back, "admin/cpl/audience_confirm.html", **more)
    try:
        _decide(request, record, form.cleaned_data)
    except ChangedMeanwhile:
        messages.error(request, "Somebody else has changed this meanwhile. Nothing was saved: look again.")
        return redirect(request.path)
    return redirect(back)


def _answer(
    request: HttpRequest, record: Record, form: AudienceForm, back: str, template: str, **more: Any
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        # Notes have no register: they hang on that of their FIR record.
        "opts": (FirmwareInformation if isinstance(record, RestrictedNotes) else type(record))._meta,
        "title": f"Who may see: {record}",
        "record": record,
        "words": _WORDS[type(record)],
        "form": form,
        "parties": form.party_groups(),
        "named": named_parties(record),
        "audience_chosen": dict(_WORDS[type(record)].choices.choices).get(form["audience"].value()),
        "back": back,
        **more,
    }
    return TemplateResponse(request, template, context)


def _decide(request: HttpRequest, record: Record, chosen: dict[str, Any]) -> None:
    if chosen["audience"] != NAMED:
        unrestrict(record=record, by=person(request), seen=chosen["seen"])
        label = dict(_WORDS[type(record)].choices.choices)[chosen["audience"]]
        messages.success(request, f"{record}: {label}.")
        return
    parties = list(chosen["parties"])
    restrict(record=record, parties=parties, by=person(request), seen=chosen["seen"])
    names = ", ".join(party.name for party in parties)
    messages.success(request, f"{record}: now for these Parties and its manufacturer only: {names}.")


class WithAudience(Register):
    """A register of records with an audience: a page *Who may see it* beside each, and the audience in words."""

    change_form_template = "admin/cpl/change_form_with_audience.html"

    def get_urls(self) -> list[URLPattern]:
        """The register's addresses and the page *Who may see it*."""
        view = self.admin_site.admin_view(self.audience_view)
        name = f"cpl_{self.opts.model_name}_audience"
        return [path("<int:pk>/audience/", view, name=name), *super().get_urls()]

    def audience_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give the record to named Parties, or to its usual audience again."""
        require(request, RESTRICT_ENTRY)
        records: QuerySet[Any] = self.get_queryset(request)
        return page(request, get_object_or_404(records, pk=pk), self._page_of(pk))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The record, with a way to restrict it for those who may."""
        extra = {**self.links_of(request, object_id), **(extra_context or {})}
        response: HttpResponse = super().change_view(request, object_id, form_url, extra)
        return response

    def links_of(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """What the person may do beside looking."""
        if not can(request.user, RESTRICT_ENTRY) or not object_id.isdigit():
            return {}
        return {"audience_page": reverse(f"admin:cpl_{self.opts.model_name}_audience", args=[object_id])}

    def _page_of(self, pk: int) -> str:
        return reverse(f"admin:cpl_{self.opts.model_name}_change", args=[pk])

    @admin.display(description="audience")
    def shown_to(self, record: Any) -> str:
        """The audience, and the Parties it names."""
        parties = ((party,) for party in named_parties(record))
        return format_html("{}{}", record.get_audience_display(), format_html_join("", "<br>{}", parties))
