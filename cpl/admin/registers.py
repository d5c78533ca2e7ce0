"""Registers: Device Models, manufacturers and identifiers, firmware information, contacts, search misses."""

from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import RelatedDropdownFilter

from accounts.access import require
from accounts.permissions import RESTRICT_ENTRY
from cpl.actions.contacts import look
from cpl.admin import notes
from cpl.admin.audience import WithAudience
from cpl.admin.register import Register, how_many, of, person
from cpl.models import (
    VOLUNTARY_FIELDS,
    Contact,
    CPLEntry,
    DeviceModel,
    FirmwareInformation,
    Manufacturer,
    ManufacturerIdentifier,
    RestrictedNotes,
    SearchMiss,
)


@admin.register(DeviceModel)
class DeviceModelAdmin(Register):
    """Device Models with the number of their entries."""

    list_display = [
        "name",
        "manufacturer",
        "identifier",
        "duis_model",
        "device_type",
        "esme_variant",
        "entries",
    ]
    list_filter = ["device_type", "esme_variant", ("manufacturer", RelatedDropdownFilter)]
    list_select_related = ["manufacturer", "identifier"]
    search_fields = ["name", "manufacturer__name", "=identifier__code", "duis_model"]
    search_help_text = "Name, manufacturer, manufacturer identifier, or model as DUIS writes it"
    fields = [
        "name", "manufacturer", "identifier", "duis_model", ("model_identifier", "hardware_version",
        "hardware_revision"), ("device_type", "esme_variant"),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeviceModel]:
        """What the person may see."""
        visible = CPLEntry.objects.visible_to(person(request))
        models = DeviceModel.objects.visible_to(person(request)).select_related("identifier", "manufacturer")
        return models.annotate(number=how_many(visible, "device_model"))

    @admin.display(description="entries")
    def entries(self, model: DeviceModel) -> int:
        """How many entries it has, removed ones included."""
        return int(of(model, "number"))


@admin.register(Manufacturer)
class ManufacturerAdmin(Register):
    """Manufacturers with the identifiers they use."""

    list_display = ["name", "codes", "device_models", "party"]
    list_filter = [("party", admin.EmptyFieldListFilter)]
    list_select_related = ["party"]
    search_fields = ["name", "=identifiers__code"]
    search_help_text = "Name or manufacturer identifier"
    fields = readonly_fields = ["name", "codes", "device_models", "party"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Manufacturer]:
        """All, with their identifiers."""
        makers = Manufacturer.objects.prefetch_related("identifiers")
        return makers.annotate(number=how_many(DeviceModel.objects.visible_to(person(request)), "manufacturer"))

    @admin.display(description="identifiers")
    def codes(self, maker: Manufacturer) -> str:
        """The identifiers, one after the other."""
        return ", ".join(identifier.code for identifier in maker.identifiers.all())

    @admin.display(description="Device Models")
    def device_models(self, maker: Manufacturer) -> int:
        """How many Device Models it has."""
        return int(of(maker, "number"))


@admin.register(ManufacturerIdentifier)
class ManufacturerIdentifierAdmin(Register):
    """Identifiers with the manufacturers that use them."""

    list_display = ["code", "used_by"]
    search_fields = ["code", "manufacturers__name"]
    search_help_text = "Identifier or manufacturer"
    fields = readonly_fields = ["code", "used_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ManufacturerIdentifier]:
        """All, with their manufacturers."""
        return ManufacturerIdentifier.objects.prefetch_related("manufacturers")

    @admin.display(description="used by")
    def used_by(self, identifier: ManufacturerIdentifier) -> str:
        """Every manufacturer that uses it."""
        return ", ".join(maker.name for maker in identifier.manufacturers.all())


@admin.register(FirmwareInformation)
class FirmwareInformationAdmin(WithAudience):
    """FIR records: each field beside its state, since blank and declined are different facts."""

    list_display = [
        "entry", "release_date", "stage", "recommendation", "urgency", "contact_state", "notes_state",
        "withdrawn_on", "audience",
    ]  # fmt: skip
    list_filter = [
        "audience", "stage", "recommendation", "urgency", "contact_state", "notes_state",
        ("withdrawn_on", admin.EmptyFieldListFilter),
    ]  # fmt: skip
    list_select_related = ["entry"]
    search_fields = ["=entry__cpl_entry_id", "notes", "vulnerabilities"]
    search_help_text = "CPL Entry ID, or words of the notes"
    fields = [
        "entry", *((name, f"{name}_state") for name in VOLUNTARY_FIELDS), "withdrawn_on", "withdrawal_reason",
        "shown_to", "named_notes",
    ]  # fmt: skip
    readonly_fields = ["shown_to", "named_notes"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FirmwareInformation]:
        """Records that the person may see."""
        records = FirmwareInformation.objects.visible_to(person(request))
        return records.select_related("entry__manufacturer", "contact").defer("entry__search_text")

    def get_urls(self) -> list[URLPattern]:
        """The register's addresses, and the pages of the restricted notes."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/notes/", view(self.notes_view), name="cpl_firmwareinformation_notes"),
            path(
                "<int:pk>/notes/audience/",
                view(self.notes_audience_view),
                name="cpl_firmwareinformation_notes_audience",
            ),
            *super().get_urls(),
        ]

    def notes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write the restricted notes."""
        require(request, RESTRICT_ENTRY)
        return notes.page(request, get_object_or_404(self.get_queryset(request), pk=pk))

    def notes_audience_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Name the Parties that may read them."""
        require(request, RESTRICT_ENTRY)
        return notes.audience_page(request, get_object_or_404(self.get_queryset(request), pk=pk))

    def links_of(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """As everywhere, and the restricted notes."""
        links = super().links_of(request, object_id)
        return (
            {**links, "notes_page": reverse("admin:cpl_firmwareinformation_notes", args=[object_id])} if links else {}
        )

    @admin.display(description="restricted notes")
    def named_notes(self, record: FirmwareInformation) -> str:
        """The text of the restricted notes, or why there is none."""
        found = RestrictedNotes.objects.filter(information=record).first()
        return (found.text or f"Emptied: {found.emptied_reason}") if found else "None"


@admin.register(Contact)
class ContactAdmin(WithAudience):
    """Whom to ask, by manufacturer. Opening one shows its details, and that is recorded here as everywhere."""

    list_display = ["__str__", "manufacturer", "confirmed_on", "audience"]
    list_filter = ["audience", ("confirmed_on", admin.EmptyFieldListFilter), ("manufacturer", RelatedDropdownFilter)]
    list_select_related = ["manufacturer"]
    # Not by address or number: finding one would show it, and nobody would have looked.
    search_fields = ["team", "manufacturer__name"]
    search_help_text = "Team or manufacturer"
    fields = ["manufacturer", "team", "email", "telephone", "confirmed_on", "shown_to"]
    readonly_fields = ["shown_to"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        """What the person may see."""
        return Contact.objects.visible_to(person(request)).select_related("manufacturer")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The details of a contact: whoever is shown them has looked."""
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.method == "GET" and response.status_code == HTTPStatus.OK:
            look(contact=self.get_queryset(request).get(pk=object_id), by=person(request))
        return response

    def links_of(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """As everywhere, and the numbers of looks."""
        shown = self.get_queryset(request).filter(pk=object_id) if object_id.isdigit() else Contact.objects.none()
        counts = [f"{reverse('cpl:contact_views')}?manufacturer={contact.manufacturer_id}" for contact in shown]
        return {**super().links_of(request, object_id), "counts_page": next(iter(counts), "")}


@admin.register(SearchMiss)
class SearchMissAdmin(Register):
    """What people looked for and did not find: unmet demand, by Party."""

    list_display = ["text", "understood", "party", "at"]
    list_filter = [("party", RelatedDropdownFilter)]
    list_select_related = ["party"]
    search_fields = ["text", "understood"]
    date_hierarchy = "at"
    readonly_fields: Any = ["at"]
