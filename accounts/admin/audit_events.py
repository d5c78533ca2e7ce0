"""The audit trail in the admin site: found, read and taken away; never changed."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.views import ChangeList

from accounts import audit_export, audit_search, audit_words
from accounts.access import require
from accounts.admin import audit_filters
from accounts.admin.read_only import ReadOnly
from accounts.admin.register import NamedFilters
from accounts.models import AuditEvent
from accounts.permissions import READ_AUDIT


class BoundedPaginator(Paginator[AuditEvent]):
    """Pages of a list that may be endless: counts no further than anybody turns pages."""

    template_name = "admin/accounts/auditevent/_paging.html"

    @cached_property
    def found(self) -> int:
        """How many there are, counted to one past the bound."""
        # Stubs leave open what is paged; here it is always this.
        return audit_search.counted(cast(QuerySet[AuditEvent], self.object_list))

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are counted."""
        return self.found > audit_search.COUNTED_TO

    @property
    def count(self) -> int:
        """As many as can be turned to."""
        return min(self.found, audit_search.COUNTED_TO)


class BoundedChangeList(ChangeList):
    """A list whose page is looked up in the way that suits the number found."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django does; what is rare is looked up by key."""
        super().get_results(request)
        # Else the head of the page would give the bound as the number found.
        self.full_result_count = self.result_count
        if not self.paginator.is_cut:
            start = (self.page_num - 1) * self.list_per_page
            self.result_list = audit_search.newest(self.queryset, start, self.list_per_page)


@admin.register(AuditEvent)
class AuditEventAdmin(NamedFilters, ReadOnly, ModelAdmin):
    """What was done, newest first."""

    list_display = ["when", "what", "who", "acting_as", "about", "door"]
    list_display_links = ["when"]
    list_filter = [
        ("at", audit_filters.PeriodFilter),
        audit_filters.EventFilter,
        ("party_category", ChoicesDropdownFilter),
        ("channel", audit_filters.DoorFilter),
        audit_filters.KindFilter,
        audit_filters.PersonFilter,
        audit_filters.PartyFilter,
        audit_filters.AddressFilter,
        audit_filters.ObjectFilter,
    ]
    search_fields = ["actor"]
    search_help_text = "Beginning of an e-mail address, Party, object or owner; a whole network address or event name"
    ordering = ["-at", "-pk"]
    sortable_by: list[str] = []
    actions = None
    paginator = BoundedPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_filter_submit = True
    # For our own page of an empty list, in place of words about creating an item.
    empty_words = "No event fits. Take a filter away, or ask for a longer period."
    list_before_template = "admin/accounts/auditevent/_export.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Pages that stay quick."""
        return BoundedChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By what indexes serve."""
        return (queryset.filter(audit_search.matching(search_term)) if search_term else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; what cannot be read of its filters is said, not passed over."""
        for words in audit_filters.unreadable(request.GET):
            messages.warning(request, words)
        page: HttpResponse = super().changelist_view(request, extra_context)
        return page

    # Columns ----------------------------------------------------------------------------------------

    @admin.display(description="time")
    def when(self, event: AuditEvent) -> str:
        """To the second, in the time of the United Kingdom."""
        return f"{timezone.localtime(event.at):%-d %b %Y, %H:%M:%S}"

    @admin.display(description="event")
    def what(self, event: AuditEvent) -> str:
        """In words."""
        return audit_words.in_words(event.name)

    @admin.display(description="who")
    def who(self, event: AuditEvent) -> str:
        """The e-mail address, which tells people of one name apart, and whether it was only typed."""
        return f"{event.actor} {audit_words.NOT_PROVEN}" if audit_words.only_typed(event) else event.actor

    @admin.display(description="as which Party, in which role")
    def acting_as(self, event: AuditEvent) -> str:
        """Party and role as they were then."""
        return ", ".join(part for part in (event.party, event.get_role_display()) if part)

    @admin.display(description="object")
    def about(self, event: AuditEvent) -> str:
        """The object, and whose it was where that is not the object itself."""
        owner = event.owner if event.owner != event.object_label else ""
        return f"{event.object_label} ({owner})" if owner and event.object_label else event.object_label or owner

    @admin.display(description="door and address")
    def door(self, event: AuditEvent) -> str:
        """Page, administration site, token or process; and the network address where there is one."""
        return ", ".join(part for part in (event.get_channel_display(), event.address or "") if part)

    # Pages ------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """The register's addresses, and the files of what it lists."""
        export = path(
            "export.<str:file_format>", self.admin_site.admin_view(self.export_view), name="accounts_auditevent_export"
        )
        return [export, *super().get_urls()]

    def export_view(self, request: HttpRequest, file_format: str) -> StreamingHttpResponse:
        """What the register lists under the same filters, as a file that is written while it is sent."""
        by = require(request, READ_AUDIT)
        if file_format not in audit_export.FORMATS:
            raise Http404
        listed = self._listed(request)
        asked = {name: ", ".join(request.GET.getlist(name)) for name in request.GET if request.GET[name]}
        # A search for what no column can hold is none, and the event could not hold it either.
        filters = {name: text for name, text in asked.items() if "\x00" not in f"{name}{text}"}
        lines, _ = audit_export.export(listed, file_format=file_format, filters=filters, by=by)
        answer = StreamingHttpResponse(lines, content_type=audit_export.FORMATS[file_format])
        name = f"audit-events-{timezone.localdate():%Y-%m-%d}.{file_format}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _listed(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        try:
            listed: QuerySet[AuditEvent] = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters as unclear:
            raise BadRequest("The address asks for a filter that there is not.") from unclear
        return listed

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The event: who, from where, and before and after side by side."""
        require(request, READ_AUDIT)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        return TemplateResponse(request, "admin/accounts/auditevent/event.html", self._context(request, object_id))

    def _context(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        event = get_object_or_404(AuditEvent, pk=object_id)
        return {
            **self.admin_site.each_context(request),
            "opts": AuditEvent._meta,
            "original": event,
            "title": audit_words.in_words(event.name),
            "event": event,
            "not_proven": audit_words.NOT_PROVEN if audit_words.only_typed(event) else "",
            "comparison": audit_words.comparison(event.before, event.after),
            "particulars": audit_words.particulars(event.details),
        }
