"""CPL Entries as a spreadsheet, through django-import-export: columns under the names the importer knows."""

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import ModelResource
from import_export.widgets import Widget

from cpl.choices import PathwayState
from cpl.models import CPLEntry, UpgradePathLink
from cpl.selectors.certificates import lapsed_on
from cpl.spreadsheets.columns import title
from cpl.spreadsheets.exporter import as_csv, as_xlsx

_NOTHING_BEFORE = "N/A"


class Xlsx(XLSX):
    """XLSX as every export of the portal: text cells, none of which can run."""

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        """The file."""
        return as_xlsx(dataset.title, dataset.headers, dataset)


class Csv(CSV):
    """CSV as every export of the portal."""

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        """The file."""
        return as_csv(dataset.headers, dataset)


FORMATS = [Xlsx, Csv]


class AsItIs(Widget):
    """Dates stay dates, and what a spreadsheet would run is neutralised where the file is written."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """The value of the cell."""
        return value


def with_predecessors(entries: QuerySet[CPLEntry]) -> QuerySet[CPLEntry]:
    """The entries with all that a row of the export needs, in one query."""
    before = UpgradePathLink.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
    named = before.annotate(ids=StringAgg("predecessor__cpl_entry_id", ", ", order_by="predecessor__cpl_entry_id"))
    related = entries.select_related("device_model__manufacturer", "device_model__identifier")
    return related.defer("search_text").annotate(
        predecessors=Coalesce(Subquery(named.values("ids")), Value(""), output_field=TextField())
    )


def _column(name: str, attribute: str = "") -> Field:
    return Field(attribute=attribute or name, column_name=title(name), widget=AsItIs(), readonly=True)


class CPLEntryResource(ModelResource):
    """One row an entry. Export only: files are imported by `spreadsheets.importer`, with a preview."""

    cpl_entry_id = _column("cpl_entry_id")
    device_type = _column("device_type")
    esme_variant = _column("esme_variant", "device_model__esme_variant")
    manufacturer = _column("manufacturer", "device_model__manufacturer__name")
    manufacturer_identifier = _column("manufacturer_identifier", "device_model__identifier__code")
    model_name = _column("model_name")
    model_identifier = _column("model_identifier", "device_model__model_identifier")
    hardware_version = _column("hardware_version", "device_model__hardware_version")
    hardware_revision = _column("hardware_revision", "device_model__hardware_revision")
    firmware_version = _column("firmware_version")
    firmware_label = _column("firmware_label")
    smets_chts_version = _column("smets_chts_version")
    gbcs_version = _column("gbcs_version")
    zigbee_certificate = _column("zigbee_certificate")
    dlms_certificate = _column("dlms_certificate")
    cpa_certificate = _column("cpa_certificate")
    cpa_date_kind = _column("cpa_date_kind", "get_cpa_date_kind_display")
    cpa_date = _column("cpa_date")
    firmware_hash = _column("firmware_hash")
    published_on = _column("published_on")
    loaded_on = _column("loaded_on")
    predecessors = _column("predecessors")
    removed_on = _column("removed_on")
    removal_reason = _column("removal_reason")
    removal_reference = _column("removal_reference")
    audience = Field(attribute="get_audience_display", column_name="Who may see it", widget=AsItIs())
    certificate = Field(column_name="CPA date passed", readonly=True, widget=AsItIs())

    class Meta:
        model = CPLEntry
        fields = export_order = (
            "cpl_entry_id", "device_type", "esme_variant", "manufacturer", "manufacturer_identifier",
            "model_name", "model_identifier", "hardware_version", "hardware_revision", "firmware_version",
            "firmware_label", "smets_chts_version", "gbcs_version", "zigbee_certificate", "dlms_certificate",
            "cpa_certificate", "cpa_date_kind", "cpa_date", "firmware_hash", "published_on", "loaded_on",
            "predecessors", "removed_on", "removal_reason", "removal_reference", "audience",
            "certificate",
        )  # fmt: skip
        chunk_size = 2_000

    def dehydrate_predecessors(self, entry: Any) -> str:
        """*N/A* and *not yet provided* are different facts: the latter is a blank cell."""
        if entry.pathway_state == PathwayState.NOT_APPLICABLE:
            return _NOTHING_BEFORE
        return str(entry.predecessors)

    def after_export(self, queryset: Any, dataset: Any, **kwargs: Any) -> None:
        """Name the sheet."""
        dataset.title = "CPL Entries"

    def dehydrate_certificate(self, entry: CPLEntry) -> str:
        """That the date of the certificate of a listed entry has passed."""
        return "" if entry.is_removed else lapsed_on(entry.cpa_date, entry.cpa_date_kind)
