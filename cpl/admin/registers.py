"""Registers: Device Models, manufacturers and identifiers, firmware information, contacts, search misses."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RelatedDropdownFilter

from cpl.admin.register import Register, how_many, of, person
from cpl.models import (
    VOLUNTARY_FIELDS,
    Contact,
    CPLEntry,
    DeviceModel,
    FirmwareInformation,
    Manufacturer,
    ManufacturerIdentifier,
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
class FirmwareInformationAdmin(Register):
    """FIR records: each field beside its state, since blank and declined are different facts."""

    list_display = [
        "entry", "release_date", "stage", "recommendation", "urgency", "contact_state", "notes_state",
        "withdrawn_on",
    ]  # fmt: skip
    list_filter = [
        "stage", "recommendation", "urgency", "contact_state", "notes_state",
        ("withdrawn_on", admin.EmptyFieldListFilter),
    ]  # fmt: skip
    list_select_related = ["entry"]
    search_fields = ["=entry__cpl_entry_id", "notes", "vulnerabilities"]
    search_help_text = "CPL Entry ID, or words of the notes"
    fields = [
        "entry", *((name, f"{name}_state") for name in VOLUNTARY_FIELDS), "withdrawn_on", "withdrawal_reason",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[FirmwareInformation]:
        """Records of entries that the person may see."""
        visible = CPLEntry.objects.visible_to(person(request))
        records = FirmwareInformation.objects.filter(entry__in=visible)
        return records.select_related("entry", "contact").defer("entry__search_text")


@admin.register(Contact)
class ContactAdmin(Register):
    """Whom to ask, by manufacturer."""

    list_display = ["__str__", "manufacturer", "team", "email", "telephone", "confirmed_on"]
    list_filter = [("confirmed_on", admin.EmptyFieldListFilter), ("manufacturer", RelatedDropdownFilter)]
    list_select_related = ["manufacturer"]
    search_fields = ["team", "email", "telephone", "manufacturer__name"]
    search_help_text = "Team, e-mail address, telephone or manufacturer"


@admin.register(SearchMiss)
class SearchMissAdmin(Register):
    """What people looked for and did not find: unmet demand, by Party."""

    list_display = ["text", "understood", "party", "at"]
    list_filter = [("party", RelatedDropdownFilter)]
    list_select_related = ["party"]
    search_fields = ["text", "understood"]
    date_hierarchy = "at"
    readonly_fields: Any = ["at"]
