"""Issues of the list in the admin: prepare one from what is accepted, look at it once more, publish it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from accounts.access import can, require
from accounts.models import User
from accounts.permissions import PUBLISH
from cpl.admin.issues import deciding, preparing, reviewing
from cpl.admin.issues.preparing import key_of
from cpl.admin.register import Register, of
from cpl.choices import IssueState
from cpl.models import CPLIssue
from cpl.selectors.issues import is_overdue

Decide = Callable[[HttpRequest, CPLIssue, User], HttpResponse]

__all__ = ["CPLIssueAdmin", "deciding", "preparing", "reviewing"]


@admin.register(CPLIssue)
class CPLIssueAdmin(Register):
    """Every issue with where it stands; what changes one has a page of its own and calls the action."""

    list_display = ["number", "issue_date", "shown_state", "published_at", "loaded_at", "shown_late", "size"]
    list_filter = ["state"]
    search_fields = ["number", "note"]
    search_help_text = "Number of the issue, words of its note"
    date_hierarchy = "issue_date"
    actions_list = ["prepare_issue"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CPLIssue]:
        """Every issue, with the number of its submissions."""
        rows = CPLIssue.objects.select_related("prepared_by", "published_by", "loaded_by")
        return rows.annotate(size=Count("submissions"))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """A year that no calendar has is as wrong as every other filter that cannot be: it is left out."""
        try:
            shown: ChangeList = super().get_changelist_instance(request)
        except OverflowError as error:
            raise IncorrectLookupParameters from error
        return shown

    @action(description="Prepare an issue", url_path="start", permissions=["publish"])  # type: ignore[untyped-decorator]  # unfold has no types
    def prepare_issue(self, request: HttpRequest) -> HttpResponse:
        """The button above the register."""
        require(request, PUBLISH)
        return redirect("admin:cpl_cplissue_prepare")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether this person prepares and publishes issues."""
        return can(request.user, PUBLISH)

    @admin.display(description="state", ordering="state")
    def shown_state(self, issue: CPLIssue) -> SafeString:
        """Where it stands, in a tag as on every other page."""
        return format_html('<span class="fa-tag fa-tag--{}">{}</span>', issue.state, issue.get_state_display())

    # unfold comes without types.
    @display(description="alarm", label={"Not loaded in time": "danger", "Could not be published": "danger"})  # type: ignore[untyped-decorator]
    def shown_late(self, issue: CPLIssue) -> str | None:
        """What somebody has to see to."""
        if is_overdue(issue, timezone.now()):
            return "Not loaded in time"
        return "Could not be published" if issue.failure and issue.state == IssueState.PREPARED else None

    @admin.display(description="submissions")
    def size(self, issue: CPLIssue) -> int:
        """How many submissions it holds."""
        return int(of(issue, "size"))

    def get_urls(self) -> list[URLPattern]:
        """The register's addresses, and those of preparing and deciding over one issue."""
        ways: dict[str, Decide] = {
            "change": preparing.change,
            "publish": deciding.publish,
            "schedule": deciding.schedule,
            "unschedule": deciding.unschedule,
            "abandon": deciding.abandon,
        }
        own = [
            path("prepare/", self.admin_site.admin_view(self._prepare), name="cpl_cplissue_prepare"),
            path("<int:pk>/review/", self.admin_site.admin_view(self._review), name="cpl_cplissue_review"),
        ]
        own += [
            path(
                f"<int:pk>/{'edit' if name == 'change' else name}/",
                self.admin_site.admin_view(self._deciding(view, post_only=name not in ("change", "publish"))),
                name=f"cpl_cplissue_{'edit' if name == 'change' else name}",
            )
            for name, view in ways.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The issue has a page of its own in place of a form: nothing of it is edited field by field."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return redirect("admin:cpl_cplissue_review", self._issue(request, object_id).pk)

    def _prepare(self, request: HttpRequest) -> HttpResponse:
        return preparing.prepare(request, require(request, PUBLISH))

    def _review(self, request: HttpRequest, pk: int) -> HttpResponse:
        return reviewing.review(request, self._issue(request, pk))

    def _deciding(self, view: Decide, *, post_only: bool) -> Callable[..., HttpResponse]:
        """A view for people who may publish."""

        def inner(request: HttpRequest, pk: int) -> HttpResponse:
            by = require(request, PUBLISH)
            if post_only and request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            return view(request, self._issue(request, pk), by)

        return inner

    def _issue(self, request: HttpRequest, key: Any) -> CPLIssue:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if (number := key_of(str(key))) is None:
            raise Http404
        return get_object_or_404(self.get_queryset(request), pk=number)
