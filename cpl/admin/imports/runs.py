"""Imports: the register of them, and the page on which one is read and decided."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from accounts.access import require
from accounts.models import User
from accounts.permissions import IMPORT_WORKBOOK
from cpl.admin.imports import decisions, downloads, preview
from cpl.admin.register import Register
from cpl.choices import Outcome
from cpl.models import ImportRun

Decide = Callable[[HttpRequest, ImportRun, User], HttpResponse]


@admin.register(ImportRun)
class ImportRunAdmin(Register):
    """Every workbook that was previewed, with what became of it."""

    list_display = ["file_name", "status", "issue_date", "issue_number", "added", "changed", "removed",
                    "refused", "created_at", "created_by", "decided_at"]  # fmt: skip
    list_filter = ["status", "holds_cpl"]
    list_select_related = ["created_by"]
    search_fields = ["file_name", "issue_number", "sha256"]
    search_help_text = "File name, number of issue, or SHA-256 of the file"
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        """All, without the files they keep."""
        return ImportRun.objects.defer("content").select_related("created_by")

    @admin.display(description="added")
    def added(self, run: ImportRun) -> int:
        """Rows that add something."""
        return _count(run, Outcome.ADDED)

    @admin.display(description="changed")
    def changed(self, run: ImportRun) -> int:
        """Rows that change something."""
        return _count(run, Outcome.CHANGED)

    @admin.display(description="removed")
    def removed(self, run: ImportRun) -> int:
        """Entries that leave the list."""
        return _count(run, Outcome.REMOVED)

    @admin.display(description="refused")
    def refused(self, run: ImportRun) -> int:
        """Rows with a problem."""
        return _count(run, Outcome.REFUSED)

    def get_urls(self) -> list[URLPattern]:
        """The register's addresses, and those of reading and deciding over one import."""
        decide = {
            "choose": lambda request, run, by: decisions.choose(request, run),
            "discard": decisions.discard,
            "again": decisions.again,
        }
        own = [self._path(f"{name}/", name, self._deciding(view, post_only=True)) for name, view in decide.items()]
        return [
            *own,
            self._path("apply/", "apply", self._deciding(decisions.confirm)),
            self._path("columns/", "columns", self._deciding(decisions.columns)),
            self._path("rows/<str:outcome>.<str:file_format>", "rows", self._rows),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The import's own page in place of a form: nothing of it can be edited."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        run = self._run(request, object_id)
        context = preview.each_context(request) | preview.context(request, run)
        return TemplateResponse(request, "admin/cpl/importrun/preview.html", context)

    def _path(self, route: str, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
        pattern: URLPattern = path(f"<int:pk>/{route}", self.admin_site.admin_view(view), name=f"cpl_importrun_{name}")
        return pattern

    def _deciding(self, view: Decide, *, post_only: bool = False) -> Callable[..., HttpResponse]:
        """A view for people who may import."""

        def inner(request: HttpRequest, pk: int) -> HttpResponse:
            by = require(request, IMPORT_WORKBOOK)
            if post_only and request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            return view(request, self._run(request, pk), by)

        return inner

    def _rows(self, request: HttpRequest, pk: int, outcome: str, file_format: str) -> HttpResponse:
        return downloads.rows(self._run(request, pk), outcome, file_format)

    def _run(self, request: HttpRequest, key: Any) -> ImportRun:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not str(key).isdecimal():
            raise Http404
        return get_object_or_404(self.get_queryset(request), pk=key)


def _count(run: ImportRun, outcome: Outcome) -> int:
    return int(run.counts.get(outcome.value, 0))
