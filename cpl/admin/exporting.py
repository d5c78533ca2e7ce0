"""What the registers that can be taken away as a file have in common."""

from typing import Any

from django.http import HttpRequest

from accounts.access import can
from accounts.permissions import READ_EVERY_RECORD
from cpl.actions.exports import note_export
from cpl.admin.register import person
from cpl.admin.resources import FORMATS


class TakenAway:
    """Beside one of import-export's mixins: who may take the list away, as what, and the event that says so."""

    taken_away_as = ""
    """What the audit event calls the rows."""

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether the person may take the list away."""
        return can(request.user, READ_EVERY_RECORD)

    def get_export_formats(self) -> list[Any]:
        """XLSX and CSV."""
        return FORMATS

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        """The file, with the event that says who took it away."""
        # Import-export's mixin, which comes next among the bases, has no types.
        data = super().get_export_data(file_format, request, queryset, **kwargs)  # type: ignore[misc]
        kind = file_format.get_extension()
        note_export(what=self.taken_away_as, rows=queryset.count(), file_format=kind, by=person(request))
        return data
