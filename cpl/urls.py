"""Addresses of the list: /search/, /models/7A01-406F0811/, /entries/CPL-001003/."""

from django.urls import path, register_converter

from cpl.spreadsheets.exporter import FORMATS
from cpl.views import contacts, device_models, entries, search


class FileFormat:
    """The ending of an export's address."""

    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


class Hex(FileFormat):
    """An identifier in an address, in any case."""

    regex = "[0-9A-Fa-f]+"


class EntryId(FileFormat):
    """A CPL Entry ID: opaque, printable ASCII, as the database has it."""

    regex = "[!-~]+"


register_converter(EntryId, "entry_id")
register_converter(FileFormat, "format")
register_converter(Hex, "hex")

app_name = "cpl"
urlpatterns = [
    path("search/", search.search, name="search"),
    path("search/device-models.<format:file_format>", search.export, name="search_export"),
    path("models/<hex:code>-<hex:duis>/", device_models.device_model, name="device_model"),
    path("models/<hex:code>-<hex:duis>/versions.<format:file_format>", device_models.versions, name="versions"),
    path("entries/<entry_id:entry_id>/", entries.entry, name="entry"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contact-views/", contacts.contact_views, name="contact_views"),
    path("contact-views.<format:file_format>", contacts.contact_views_export, name="contact_views_export"),
]
