"""*Who may see this entry*: all SEC Parties, or named ones."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from accounts.choices import PartyCategory
from accounts.models import Party
from cpl.actions.visibility import open_to_all, restrict
from cpl.admin.register import person
from cpl.choices import Audience
from cpl.models import CPLEntry


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
    """Who may see an entry."""

    audience = forms.ChoiceField(label="Who may see it", choices=Audience, widget=forms.RadioSelect)
    parties = PartiesField(Party.objects.none(), label="Named Parties", required=False)

    def __init__(self, entry: CPLEntry, data: Any = None) -> None:
        held = Party.objects.filter(group__in=entry.grants.values("group"))
        super().__init__(data, initial={"audience": entry.audience, "parties": held})
        # The stubs know a form's fields by their base class, which has no queryset.
        self.fields["parties"].queryset = Party.objects.filter(  # type: ignore[attr-defined]
            Q(is_active=True) | Q(pk__in=held)
        )

    def party_groups(self) -> list[Any]:
        """The boxes by category, for a page that frames each group."""
        bound = self["parties"]
        widget: Any = bound.field.widget
        groups: list[Any] = widget.optgroups(bound.html_name, widget.format_value(bound.value()), {"id": bound.auto_id})
        return groups

    def clean(self) -> dict[str, Any]:
        """Named Parties need a name."""
        cleaned = super().clean() or {}
        if cleaned.get("audience") == Audience.NAMED_PARTIES and not cleaned.get("parties"):
            self.add_error(
                "parties",
                "Choose at least one Party. To show the entry to its manufacturer alone, choose the "
                "manufacturer's Party.",
            )
        return cleaned


def page(request: HttpRequest, entries: QuerySet[CPLEntry], pk: int) -> HttpResponse:
    """Show the form; on a valid POST do what it says and go back to the entry."""
    entry = get_object_or_404(entries, pk=pk)
    form = AudienceForm(entry, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _decide(request, entry, form.cleaned_data)
        return redirect("admin:cpl_cplentry_change", entry.pk)
    context = {
        **admin.site.each_context(request),
        "opts": CPLEntry._meta,
        "original": entry,
        "title": f"Who may see {entry}",
        "entry": entry,
        "form": form,
        "parties": form.party_groups(),
        "named": Party.objects.filter(group__in=entry.grants.values("group")),
    }
    return TemplateResponse(request, "admin/cpl/cplentry/audience.html", context)


def _decide(request: HttpRequest, entry: CPLEntry, chosen: dict[str, Any]) -> None:
    if chosen["audience"] == Audience.ALL_PARTIES:
        open_to_all(entry=entry, by=person(request))
        messages.success(request, f"All SEC Parties may see {entry} now.")
        return
    parties = list(chosen["parties"])
    restrict(entry=entry, parties=parties, by=person(request))
    names = ", ".join(party.name for party in parties)
    messages.success(request, f"Only these Parties and its manufacturer may see {entry} now: {names}.")
