"""Addresses of the list: /search/, /models/7A01-406F0811/, /entries/CPL-001003/."""

from django.urls import path, register_converter

from cpl.spreadsheets.exporter import FORMATS
from cpl.views import (
    contacts,
    device_models,
    entries,
    issues,
    process,
    publication_log,
    search,
    submission_spreadsheets,
)
from cpl.views.submissions import beginning, following, lists, sending, writing


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
    path("process/", process.process, name="process"),
    path("process/checks/", process.checks, name="process_checks"),
    path("publication-log/", publication_log.publication_log, name="publication_log"),
    path("publication-log/<int:number>/", publication_log.log_record, name="log_record"),
    path("publication-log.jsonl", publication_log.publication_log_file, name="publication_log_file"),
    path("publication-log-verifier.zip", publication_log.publication_log_verifier, name="publication_log_verifier"),
    path("submissions/", lists.submissions, name="submissions"),
    path("submissions.<format:file_format>", lists.export, name="submissions_export"),
    path("submissions/new/", beginning.choose, name="submission_choose"),
    path("submissions/new/<slug:kind>/", beginning.new, name="submission_new"),
    path("submissions/spreadsheet/", submission_spreadsheets.upload, name="submissions_spreadsheet"),
    path(
        "submissions/spreadsheet/my-records.xlsx",
        submission_spreadsheets.records,
        name="submissions_spreadsheet_records",
    ),
    path(
        "submissions/spreadsheet/<int:pk>/",
        submission_spreadsheets.preview,
        name="submissions_spreadsheet_preview",
    ),
    path("submissions/<int:pk>/", following.submission, name="submission"),
    path("submissions/<int:pk>/edit/", writing.edit, name="submission_edit"),
    path("submissions/<int:pk>/save/", writing.save, name="submission_save"),
    path("submissions/<int:pk>/send/", sending.send, name="submission_send"),
    path("submissions/<int:pk>/<slug:act>/", following.act, name="submission_act"),
    path("issues/", issues.issues, name="issues"),
    path("issues/<str:number>/", issues.issue, name="issue"),
    path("issues/<str:number>/workbook.xlsx", issues.workbook, name="issue_workbook"),
    path("issues/<str:number>/loaded/", issues.loaded, name="issue_loaded"),
]
