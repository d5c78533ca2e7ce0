"""The queue: submissions as SECAS works through them. Nothing of one is edited here: every decision is an action."""

from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.views import ChangeList

from accounts.access import can, require
from accounts.models import User
from accounts.permissions import MODERATE, PUBLISH, READ_EVERY_RECORD, SUBMIT_FOR_SECAS
from cpl.admin.register import Register, person
from cpl.admin.submissions import bulk, export, review, saved_views, words
from cpl.admin.submissions.changelist import QueueList, review_page, without_paging
from cpl.admin.submissions.filters import FILTERS, usual_view, views_for
from cpl.choices import SubmissionState
from cpl.models import Submission
from cpl.selectors import queue

_HELD_BY_ME: Final = "held=me&state=open"


def _views(by: User, filters: str) -> dict[str, Any]:
    """The views above the queue that everybody has, and which of them this is."""
    usual, views = usual_view(by), views_for(by)
    here = next((name for name, _ in views if filters == f"state={name}"), "" if filters else usual)
    return {"own_views": views, "here": here, "held_here": filters == _HELD_BY_ME, "may_hold": can(by, MODERATE)}


def _in_no_issue() -> int:
    """How many accepted submissions a new issue may take in."""
    return Submission.objects.filter(state=SubmissionState.ACCEPTED, issue=None).count()


@admin.register(Submission)
class SubmissionAdmin(Register):
    """What waits for SECAS, the most overdue first; under other filters every submission there is."""

    list_display = ["reference_and_kind", "subject", "party", "stands", "age", "holder", "open_problems"]
    list_display_links = ["reference_and_kind"]
    list_filter = FILTERS
    list_before_template = "admin/cpl/submission/_head.html"
    list_disable_select_all = True
    search_fields = ["party__name"]
    search_help_text = "Reference, CPL Entry ID, model, firmware version, hash, manufacturer or Party"
    # Other registers have none: this one has acts for several at once.
    actions = ["take_on", "accept_several"]  # type: ignore[assignment]
    nothing_words = "Nothing waits for SECAS."
    empty_words = "No submission fits. Take a filter away, or search for something else."

    # The list -----------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Lines that lead to the review."""
        return QueueList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        """What the person may see, in the order of the queue."""
        visible = Submission.objects.visible_to(person(request))
        shown = visible.select_related("party", "manufacturer", "device_model", "entry", "held_by", "batch")
        return queue.in_order(shown.defer("entry__search_text"), timezone.now())

    def get_ordering(self, request: HttpRequest) -> Any:
        """The most overdue first; not as an attribute, which Django checks for columns of the table."""
        return queue.ORDER

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By reference, entry, model, version, hash or Party, in any writing."""
        return queue.with_typed(queryset).filter(queue.found(search_term)), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue, with what waits at each step and the saved views above it."""
        by, now = person(request), timezone.now()
        filters = without_paging(request.GET.urlencode())
        head = {
            "title": "Moderation queue",
            "waiting": queue.waiting(Submission.objects.visible_to(by), now),
            "to_publish": _in_no_issue() if can(by, PUBLISH) else 0,
            "filters": filters,
            "saved": saved_views.shown(by, filters),
            "may_save": saved_views.may_save(by),
            **_views(by, filters),
            "may_submit": can(by, SUBMIT_FOR_SECAS),
        }
        page: HttpResponse = super().changelist_view(request, {**head, **(extra_context or {})})
        return page

    @admin.display(description="submission", ordering="id")
    def reference_and_kind(self, submission: Submission) -> SafeString:
        """What it is called, and what it asks for."""
        return format_html(
            '<span class="fa-stack"><strong>{}</strong><span class="fa-quiet">{}</span></span>',
            submission.reference,
            words.kind_words(submission),
        )

    @admin.display(description="about")
    def subject(self, submission: Submission) -> SafeString:
        """Model, version or entry; its maker where another Party speaks of it."""
        about = words.subject_of(submission)
        codes = ((code,) for code in (about.entry_id, about.version) if code)
        maker = about.maker if about.maker != submission.party.name else ""
        return format_html(
            '<span class="fa-stack"><span>{}</span>{}{}</span>',
            about.model or "–",
            format_html_join("", '<span class="fa-code">{}</span>', codes),
            format_html('<span class="fa-quiet">{}</span>', maker) if maker else "",
        )

    @admin.display(description="state", ordering="state")
    def stands(self, submission: Submission) -> SafeString:
        """Its state, what the manufacturer said of it, and the spreadsheet it came in."""
        said = words.confirmation_words(submission)
        came_in = f"from {submission.batch}" if submission.batch else ""
        return format_html(
            '<span class="fa-stack"><span><span class="fa-tag fa-tag--{}">{}</span></span>{}{}</span>',
            words.look_of(submission),
            submission.get_state_display(),
            format_html('<span class="fa-quiet">{}</span>', said) if said else "",
            format_html('<span class="fa-quiet fa-wrap">{}</span>', came_in) if came_in else "",
        )

    @admin.display(description="waits", ordering="due_about")
    def age(self, submission: Submission) -> SafeString:
        """Working days in this state against the target; what is late says so."""
        age = words.age_of(submission, timezone.now())
        if age.is_late:
            return format_html(
                '<span class="fa-stack"><span><span class="fa-late">Late</span> {}</span>'
                '<span class="fa-quiet">{}; target {}</span></span>',
                age.waited, age.due, age.target,
            )  # fmt: skip
        return format_html(
            '<span class="fa-stack"><span>{}</span><span class="fa-quiet">{}</span></span>', age.waited, age.due
        )

    @admin.display(description="held by", ordering="held_by__name")
    def holder(self, submission: Submission) -> str:
        """Who has taken it on."""
        return str(submission.held_by) if submission.held_by else "Nobody"

    @admin.display(description="problems")
    def open_problems(self, submission: Submission) -> SafeString | str:
        """How many are open."""
        blocking, advising = queue.open_problems(submission)
        if not blocking and not advising:
            return "None"
        return format_html(
            '<span class="fa-stack">{}{}</span>',
            format_html('<strong class="fa-blocking">{} blocking</strong>', blocking) if blocking else "",
            format_html("<span>{} advising</span>", advising) if advising else "",
        )

    # What is done with several ------------------------------------------------------------------------

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Whether this person takes submissions on and accepts them."""
        return can(request.user, MODERATE)

    @admin.action(description="Take on", permissions=["moderate"])
    def take_on(self, request: HttpRequest, chosen: QuerySet[Submission]) -> None:
        """Hold each of them."""
        bulk.take_on(request, chosen, by=require(request, MODERATE))

    @admin.action(description="Accept those without open problems", permissions=["moderate"])
    def accept_several(self, request: HttpRequest, chosen: QuerySet[Submission]) -> HttpResponse:
        """Ask once more before each of them is accepted."""
        filters = without_paging(request.GET.urlencode())
        return bulk.confirm(request, chosen, by=require(request, MODERATE), filters=filters)

    # Pages --------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """The register's addresses, and those of the review, of saved views, of several at once and of the files."""
        view = self.admin_site.admin_view
        own = {
            "<int:pk>/review/": (self.review_view, "review"),
            "accept/": (self.accept_view, "accept"),
            "views/": (saved_views.page, "views"),
            "views/save/": (saved_views.save, "save_view"),
            "views/<int:pk>/": (saved_views.change, "view"),
            "export.<str:file_format>": (self.export_view, "export"),
        }
        pages: list[URLPattern] = [
            path(route, view(page), name=f"cpl_submission_{name}") for route, (page, name) in own.items()
        ]
        return [*pages, *super().get_urls()]

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Read one submission and decide over it."""
        by = require(request, READ_EVERY_RECORD)
        submission = get_object_or_404(review.with_everything(Submission.objects.visible_to(by)), pk=pk)
        return review.page(request, self, submission, by)

    def accept_view(self, request: HttpRequest) -> HttpResponse:
        """Accept those that were confirmed, one by one, and tell the result of each."""
        return bulk.accept(request, by=require(request, MODERATE))

    def export_view(self, request: HttpRequest, file_format: str) -> HttpResponse:
        """What the queue lists under the same filters."""
        by = require(request, READ_EVERY_RECORD)
        return export.download(request, self, file_format, by)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Leads to the review: nothing of a submission can be edited in a form."""
        if not self.has_view_permission(request) or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        if not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        shown = get_object_or_404(Submission.objects.visible_to(person(request)), pk=object_id)
        return redirect(review_page(shown.pk))
