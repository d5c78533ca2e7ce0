"""What people said of column headers: to look up, to correct, to forget."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from accounts import audit
from cpl import audit_names
from cpl.admin.register import Register, person
from cpl.models import ColumnMapping
from cpl.spreadsheets import importer
from cpl.spreadsheets.columns import NAMES, title

LEFT_OUT = "Leave this column out"


def field_choices() -> list[tuple[str, str]]:
    """Every field of an import by its usual heading, and the choice to leave a column out."""
    return [("", LEFT_OUT), *((name, title(name)) for name in NAMES)]


class ColumnMappingForm(forms.ModelForm[ColumnMapping]):
    """What the column is read as."""

    field = forms.ChoiceField(label="is read as", choices=field_choices, required=False, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = ColumnMapping
        fields = ["field"]


@admin.register(ColumnMapping)
class ColumnMappingAdmin(Register):
    """Remembered column headers. Changing and forgetting them needs the permission to import."""

    form = ColumnMappingForm
    list_display = ["header", "read_as", "corrected_by", "corrected_at"]
    search_fields = ["header", "field"]
    fields = ["header", "field", "corrected_by", "corrected_at"]
    readonly_fields = ["header", "corrected_by", "corrected_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People who may import."""
        return bool(ModelAdmin.has_change_permission(self, request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People who may import."""
        return bool(ModelAdmin.has_delete_permission(self, request, obj))

    @admin.display(description="is read as", ordering="field")
    def read_as(self, mapping: ColumnMapping) -> str:
        """The usual heading of the field."""
        return title(mapping.field) if mapping.field in NAMES else mapping.field or LEFT_OUT

    def save_model(self, request: HttpRequest, obj: ColumnMapping, form: Any, change: bool) -> None:
        """Remember it as the pages of an import do, with its audit event."""
        importer.remember(header=obj.header, field=obj.field, by=person(request))

    def delete_model(self, request: HttpRequest, obj: ColumnMapping) -> None:
        """Forget it: the column is understood by its name again."""
        with transaction.atomic():
            obj.delete()
            audit.record(
                audit_names.COLUMN_MAPPED,
                by=person(request),
                about=obj.header,
                forgotten=True,
            )
