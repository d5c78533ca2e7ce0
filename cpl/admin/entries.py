"""CPL Entries in the admin: look up, export, import a workbook, and say who may see an entry."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from import_export.admin import ImportExportMixin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import display

from accounts.access import can
from accounts.permissions import IMPORT_WORKBOOK
from cpl.admin.audience import WithAudience
from cpl.admin.exporting import TakenAway
from cpl.admin.imports.upload import upload
from cpl.admin.register import person
from cpl.admin.resources import CPLEntryResource, with_predecessors
from cpl.choices import PathwayState
from cpl.models import CPLEntry
from cpl.search import matching, understand
from cpl.selectors.certificates import has_lapsed, lapsed

_FIELDSETS: Sequence[tuple[str | None, dict[str, Any]]] = [
    (None, {"fields": ["cpl_entry_id", "device_model", "model_name", "firmware_version", "firmware_label",
                       "firmware_hash", "source"]}),
    ("On the list", {"fields": ["published_on", "loaded_on", "removed_on", "removal_reason",
                                "removal_reference"]}),
    ("Versions and certificates", {"fields": [
        ("smets_chts_version", "gbcs_version"), ("zigbee_certificate", "dlms_certificate"),
        ("cpa_certificate", "cpa_date_kind", "cpa_date")]}),
    ("Upgrade pathway", {"fields": ["previous_entries", ("pathway_source", "pathway_given_on")]}),
    ("Who may see it", {"fields": ["shown_to"]}),
]  # fmt: skip


class CertificateFilter(admin.SimpleListFilter):
    """Listed entries whose certificate's date has passed."""

    title = "CPA certificate"
    parameter_name = "certificate"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one thing to be asked for."""
        return [("lapsed", "Date has passed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those entries, where they are asked for."""
        return queryset.filter(has_lapsed()) if self.value() == "lapsed" else queryset


@admin.register(CPLEntry)
class CPLEntryAdmin(TakenAway, ImportExportMixin, WithAudience):
    """The list as SECAS works with it."""

    list_display = ["cpl_entry_id", "model_name", "manufacturer", "kind", "firmware_version",
                    "published_on", "removed_on", "certificate", "audience"]  # fmt: skip
    list_filter = [
        "device_type",
        ("removed_on", admin.EmptyFieldListFilter),
        ("loaded_on", admin.EmptyFieldListFilter),
        CertificateFilter,
        "audience",
        "pathway_state",
        ("manufacturer", RelatedDropdownFilter),
    ]
    list_select_related = ["manufacturer"]
    search_fields = ["search_text"]
    search_help_text = "Entry ID, names, identifiers in any writing, firmware version, part of a hash"
    fieldsets = _FIELDSETS
    readonly_fields = ["previous_entries", "shown_to"]

    resource_classes = [CPLEntryResource]
    export_form_class = ExportForm
    taken_away_as = "CPL Entries"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CPLEntry]:
        """What the person may see; the change list, the entry and the export start here."""
        visible = CPLEntry.objects.visible_to(person(request)).defer("search_text")
        return visible.select_related("device_model", "manufacturer")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Understand what was typed as the portal's search does."""
        return queryset.filter(matching(understand(search_term))), False

    @admin.display(description="type", ordering="device_type")
    def kind(self, entry: CPLEntry) -> str:
        """The device type without its explanation."""
        return entry.device_type

    @display(description="certificate", label="warning")  # type: ignore[untyped-decorator]  # unfold has no types
    def certificate(self, entry: CPLEntry) -> str | None:
        """That the date of its CPA certificate has passed."""
        return None if entry.is_removed else lapsed(entry.cpa_date, entry.cpa_date_kind) or None

    # Import and export ------------------------------------------------------------------------------

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whether the person may preview and apply workbooks."""
        return can(request.user, IMPORT_WORKBOOK)

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[CPLEntry]:
        """The entries of the change list as filtered and searched."""
        return with_predecessors(super().get_export_queryset(request))

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Plan the import of a file in bulk and show its preview.

        django-import-export saves row by row: ten times too slow for the list, and blind to what is absent.
        """
        return upload(request)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Never: a preview is applied on its own page."""
        raise Http404

    @admin.display(description="previous CPL Entry IDs")
    def previous_entries(self, entry: CPLEntry) -> str:
        """The entries that may be upgraded to this one, or why none is named."""
        if entry.pathway_state != PathwayState.THESE_ENTRIES:
            return entry.get_pathway_state_display()
        visible = CPLEntry.objects.filter(links_to__entry=entry).order_by("cpl_entry_id")
        pages = ((reverse("admin:cpl_cplentry_change", args=[pk]), name)
                 for pk, name in visible.values_list("pk", "cpl_entry_id"))  # fmt: skip
        return format_html_join(", ", '<a href="{}">{}</a>', pages)
