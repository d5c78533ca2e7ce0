"""Notices in the admin: to look up, with what each said at any time. They are written on the portal's own pages."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.resources import ModelResource
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.contrib.import_export.forms import ExportForm

from accounts.access import can
from accounts.admin.read_only import ReadOnly
from accounts.permissions import READ_EVERY_RECORD
from cpl.admin.exporting import TakenAway
from cpl.admin.register import Register, how_many, of, person
from cpl.admin.resources import AsItIs
from cpl.choices import NoticeState
from cpl.models import Notice, NoticeRevision, NoticeVersion
from cpl.models.notice import notice_reference


class _Inline(ReadOnly, TabularInline):
    """Read with its notice, by whoever may read that."""

    extra = 0
    hide_title = True
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """As the notice's own."""
        return can(request.user, READ_EVERY_RECORD)


class NoticeVersionInline(_Inline):
    """What it says of versions now."""

    model = NoticeVersion
    fields = readonly_fields = ["entry", "device_model", "firmware_version", "status", "words"]
    verbose_name_plural = "versions"

    def get_queryset(self, request: HttpRequest) -> QuerySet[NoticeVersion]:
        """Of versions that the person may see."""
        rows = NoticeVersion.objects.visible_to(person(request)).select_related("entry__device_model")
        return rows.order_by("entry__cpl_entry_id")

    @admin.display(description="Device Model")
    def device_model(self, named: NoticeVersion) -> str:
        """The model by its name: an identifier alone says little."""
        return str(named.entry.device_model.name)

    @admin.display(description="firmware version")
    def firmware_version(self, named: NoticeVersion) -> str:
        """The version as its manufacturer calls it."""
        return named.entry.firmware_version or "none"


class NoticeRevisionInline(_Inline):
    """What was done when, by whom and why; each revision whole has its page in the portal."""

    model = NoticeRevision
    fields = readonly_fields = ["number", "event", "at", "name", "party", "words"]
    verbose_name_plural = "revisions"

    @admin.display(description="name")
    def name(self, revision: NoticeRevision) -> str:
        """Who did it."""
        return revision.by_name

    @admin.display(description="Party")
    def party(self, revision: NoticeRevision) -> str:
        """For whom."""
        return revision.by_party


def _column(name: str, title: str) -> Field:
    return Field(attribute=name, column_name=title, widget=AsItIs(), readonly=True)


class NoticeResource(ModelResource):
    """One row a notice. Export only."""

    reference = _column("reference", "Reference")
    state = _column("get_state_display", "State")
    kind = _column("get_kind_display", "Kind")
    severity = _column("get_severity_display", "Severity")
    urgency = _column("get_urgency_display", "How soon to upgrade")
    title = _column("title", "Title")
    manufacturer = _column("manufacturer__name", "Manufacturer")
    party = _column("party__name", "Issued by")
    versions = _column("number", "Versions named")
    deadline = _column("deadline", "To be done by")
    cves = Field(column_name="CVE identifiers", readonly=True, widget=AsItIs())
    audience = _column("get_audience_display", "Who reads it")
    published_at = _column("published_at", "Published at")
    revision = _column("revision", "Revision")
    revised_at = _column("revised_at", "Last revised at")
    withdrawn_at = _column("withdrawn_at", "Withdrawn at")
    withdrawal_reason = _column("withdrawal_reason", "Reason for withdrawal")

    class Meta:
        model = Notice
        fields = export_order = (
            "reference", "state", "kind", "severity", "urgency", "title", "manufacturer", "party", "versions",
            "deadline", "cves", "audience", "published_at", "revision", "revised_at", "withdrawn_at",
            "withdrawal_reason",
        )  # fmt: skip

    def dehydrate_cves(self, notice: Notice) -> str:
        """One after the other."""
        return ", ".join(notice.cves)

    def after_export(self, queryset: Any, dataset: Any, **kwargs: Any) -> None:
        """Name the sheet."""
        dataset.title = "Notices"


@admin.register(Notice)
class NoticeAdmin(TakenAway, ExportMixin, Register):
    """Published notices of everybody, and the drafts of one's own Party."""

    list_display = [
        "shown_reference", "shown_title", "shown_state", "how_bad", "deadline", "shown_published", "versions",
    ]  # fmt: skip
    list_filter = [
        "state", "kind", "severity", "urgency", "audience", ("party", RelatedDropdownFilter),
        ("manufacturer", RelatedDropdownFilter),
    ]  # fmt: skip
    search_fields = ["title", "summary", "cves", "manufacturer__name", "=versions__entry__cpl_entry_id"]
    search_help_text = "Reference, words of the notice, CVE identifier, manufacturer, or CPL Entry ID"
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["page", ("shown_state", "revision"), "kind", ("shown_severity", "shown_urgency"), "title",
                           "summary", "action", "deadline"]}),
        ("About", {"fields": ["manufacturer", "party", "audience"]}),
        ("References", {"fields": ["shown_cves", "advisory_link", "shown_references", "shown_source"]}),
        ("When and by whom", {"fields": [("created_by", "created_at"), ("published_by", "published_at"), "revised_at",
                                         ("withdrawn_by", "withdrawn_at"), "withdrawal_reason", "reminded_for"]}),
    ]  # fmt: skip
    readonly_fields = [
        "page", "shown_state", "shown_severity", "shown_urgency", "shown_cves", "shown_references", "shown_source",
        "revision", "reminded_for", "created_at",
    ]  # fmt: skip
    inlines = [NoticeRevisionInline, NoticeVersionInline]

    resource_classes = [NoticeResource]
    export_form_class = ExportForm
    taken_away_as = "Notices"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """What the person may read."""
        rows = Notice.objects.visible_to(person(request)).select_related("party", "manufacturer")
        return rows.annotate(number=how_many(NoticeVersion.objects.all(), "notice"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A reference is what people have in hand: N-000017, or its number."""
        digits = search_term.strip().upper().removeprefix("N-")
        if digits.isascii() and digits.isdecimal() and len(digits) <= len(notice_reference(0)) + 6:
            return queryset.filter(pk=int(digits)), False
        found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)
        return found

    @admin.display(description="reference", ordering="pk")
    def shown_reference(self, notice: Notice) -> str:
        """What people call it."""
        return notice.reference

    @admin.display(description="title", ordering="title")
    def shown_title(self, notice: Notice) -> SafeString:
        """What it is about: kind, manufacturer and issuer stand below it, for columns of their own leave no room."""
        about = f"{notice.get_kind_display()}, {notice.manufacturer.name}"
        about += f", issued by {notice.party.name}" if notice.party.name != notice.manufacturer.name else ""
        return format_html('<span class="fa-about">{}<span class="fa-quiet">{}</span></span>', notice.title, about)

    @admin.display(description="state", ordering="state")
    def shown_state(self, notice: Notice) -> SafeString:
        """Where it stands, in a tag as on every other page."""
        return _tag(f"notice-{notice.state}", NoticeState(notice.state).label)

    @admin.display(description="severity and urgency", ordering="severity")
    def how_bad(self, notice: Notice) -> SafeString:
        """Both tags in one column of the register."""
        tags = self.shown_severity(notice), self.shown_urgency(notice)
        return format_html('<span class="fa-stack">{}{}</span>', *tags)

    @admin.display(description="severity")
    def shown_severity(self, notice: Notice) -> SafeString:
        """How bad it is, as the portal marks it; a draft need not say it."""
        return _tag(f"severity-{notice.severity}", notice.get_severity_display())

    @admin.display(description="urgency")
    def shown_urgency(self, notice: Notice) -> SafeString:
        """How soon to upgrade."""
        return _tag(notice.urgency, notice.get_urgency_display())

    @admin.display(description="published", ordering="published_at")
    def shown_published(self, notice: Notice) -> date | None:
        """The day: the time stands on its page."""
        return timezone.localdate(notice.published_at) if notice.published_at else None

    @admin.display(description="versions")
    def versions(self, notice: Notice) -> int:
        """How many versions it names."""
        return int(of(notice, "number"))

    @admin.display(description="CVE identifiers")
    def shown_cves(self, notice: Notice) -> str:
        """One after the other."""
        return ", ".join(notice.cves) or "None"

    @admin.display(description="other references")
    def shown_references(self, notice: Notice) -> str:
        """One after the other, in words."""
        return "; ".join(f"{one['summary']}: {one['url']}" for one in notice.references) or "None"

    @admin.display(description="drafted from")
    def shown_source(self, notice: Notice) -> str:
        """The CSAF file that it comes from."""
        told = (notice.drafted_from.get(name) for name in ("id", "version", "publisher"))
        return ", ".join(str(word) for word in told if word) or "Written here"

    @admin.display(description="in the portal")
    def page(self, notice: Notice) -> SafeString:
        """The way to its page, where it is revised and withdrawn."""
        address = reverse("cpl:notice", args=[notice.pk])
        return format_html('<a class="fa-link" href="{}">{}</a>', address, notice.reference)


def _tag(name: str, words: object) -> SafeString:
    """A word with the portal's colour and sign for it; a dash where nothing is said."""
    return format_html('<span class="fa-tag fa-tag--{}">{}</span>', name, words) if words else format_html("{}", "–")
