"""Addresses of the list: /search/, /models/7A01-406F0811/, /entries/CPL-001003/."""

from django.urls import path, register_converter

from cpl.spreadsheets.exporter import FORMATS
from cpl.views import (
    contacts,
    device_models,
    entries,
    issues,
    model_history,
    process,
    publication_log,
    routes,
    search,
    submission_spreadsheets,
    watching,
)
from cpl.views.estate import campaigns as estate_campaigns
from cpl.views.estate import changing as estate_changing
from cpl.views.estate import check as estate_check
from cpl.views.estate import columns as estate_columns
from cpl.views.estate import comparing as estate_comparing
from cpl.views.estate import demand as estate_demand
from cpl.views.estate import exports as estate_exports
from cpl.views.estate import intake as estate_intake
from cpl.views.estate import lists as estate_lists
from cpl.views.estate import preferences as estate_preferences
from cpl.views.estate import progress as estate_progress
from cpl.views.estate import refused as estate_refused
from cpl.views.estate import watching as estate_watching
from cpl.views.notices import csaf as notice_csaf
from cpl.views.notices import deciding as notice_deciding
from cpl.views.notices import lists as notice_lists
from cpl.views.notices import reading as notice_reading
from cpl.views.notices import writing as notice_writing
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
    path("models/<hex:code>-<hex:duis>/history/", model_history.model_history, name="model_history"),
    path(
        "models/<hex:code>-<hex:duis>/history.<format:file_format>",
        model_history.export,
        name="model_history_export",
    ),
    path("models/<hex:code>-<hex:duis>/watch/", watching.watch, name="watch"),
    path("watching/", watching.watching, name="watching"),
    path("watching.<format:file_format>", watching.watching_export, name="watching_export"),
    path("models/<hex:code>-<hex:duis>/route/", routes.route, name="route"),
    path("models/<hex:code>-<hex:duis>/route.<format:file_format>", routes.export, name="route_export"),
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
    path("notices/", notice_lists.notices, name="notices"),
    path("notices.<format:file_format>", notice_lists.export, name="notices_export"),
    path("notices/new/", notice_writing.new, name="notice_new"),
    path("notices/from-csaf/", notice_csaf.from_csaf, name="notice_from_csaf"),
    path("notices/<int:pk>/csaf.json", notice_csaf.download, name="notice_csaf"),
    path("notices/<int:pk>/", notice_reading.notice, name="notice"),
    path("notices/<int:pk>/edit/", notice_writing.edit, name="notice_edit"),
    path("notices/<int:pk>/publish/", notice_deciding.publish, name="notice_publish"),
    path("notices/<int:pk>/withdraw/", notice_deciding.withdraw, name="notice_withdraw"),
    path("notices/<int:pk>/discard/", notice_deciding.discard, name="notice_discard"),
    path("notices/<int:pk>/revisions/<int:number>/", notice_reading.revision, name="notice_revision"),
    path("estate/", estate_lists.estate, name="estate"),
    path("estate/new/", estate_intake.estate_new, name="estate_new"),
    path("estate/<int:pk>/columns/", estate_columns.estate_columns, name="estate_columns"),
    path("estate/demand/", estate_demand.demand, name="demand"),
    path("estate/demand.<format:file_format>", estate_demand.export, name="demand_export"),
    path("estate/preferences/", estate_preferences.estate_preferences, name="estate_preferences"),
    path("estate/compare/", estate_comparing.estate_compare, name="estate_compare"),
    path("estate/compare.<format:file_format>", estate_comparing.estate_compare_export, name="estate_compare_export"),
    path("estate/<int:pk>/", estate_check.estate_check, name="estate_check"),
    path("estate/<int:pk>/progress/", estate_progress.estate_progress, name="estate_progress"),
    path("estate/<int:pk>/cancel/", estate_progress.estate_cancel, name="estate_cancel"),
    path("estate/<int:pk>/lines.<format:file_format>", estate_exports.lines, name="estate_lines"),
    path("estate/<int:pk>/campaigns/", estate_campaigns.campaigns, name="estate_campaigns"),
    path("estate/<int:pk>/campaigns.<format:file_format>", estate_campaigns.export, name="estate_campaigns_export"),
    path("estate/<int:pk>/refused/", estate_refused.refused, name="estate_refused"),
    path("estate/<int:pk>/refused.<format:file_format>", estate_refused.refused_export, name="estate_refused_export"),
    path("estate/<int:pk>/again/", estate_changing.estate_again, name="estate_again"),
    path("estate/<int:pk>/delete/", estate_changing.estate_delete, name="estate_delete"),
    path("estate/<int:pk>/watch/", estate_watching.estate_watch, name="estate_watch"),
    path("issues/", issues.issues, name="issues"),
    path("issues/<str:number>/", issues.issue, name="issue"),
    path("issues/<str:number>/workbook.xlsx", issues.workbook, name="issue_workbook"),
    path("issues/<str:number>/loaded/", issues.loaded, name="issue_loaded"),
]
