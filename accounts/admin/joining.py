"""Registers of the ways in, and of what is reviewed: to look up; decisions are made in the portal."""

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import RelatedDropdownFilter

from accounts.admin.read_only import ReadOnly
from accounts.admin.register import Register, page_of
from accounts.models import AccessRequest, ApiToken, Invitation, Review, ReviewAnswer


class StateFilter(ABC, admin.SimpleListFilter):
    """Records by a state that no single column holds."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Each state in words."""
        return [(key, words) for key, (words, _) in self.now().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Records in the chosen state."""
        chosen = self.now().get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset

    @abstractmethod
    def now(self) -> dict[str, tuple[str, Q]]:
        """The states as they are at this moment: several depend on it."""


@admin.register(AccessRequest)
class AccessRequestAdmin(Register):
    """Who asked to be let in, and what was decided."""

    list_display = ["email", "name", "organisation", "state", "decided_by", "created_at", "decision"]
    list_filter = ["state", ("party", RelatedDropdownFilter)]
    list_select_related = ["party"]
    search_fields = ["email", "name", "organisation"]
    search_help_text = "E-mail address, name or organisation"
    fields = readonly_fields = [
        "name", "email", "organisation", "reason", "state", "party", "created_at", "confirmed_at", "decided_at",
        "decided_by", "refusal_reason", "decision",
    ]  # fmt: skip

    @admin.display(description="in the portal")
    def decision(self, asked: AccessRequest) -> SafeString | str:
        """The Party's page, and the request's own while it waits."""
        if asked.state == "waiting":
            decide = reverse("accounts:access_request", args=[asked.pk])
            return format_html('<a class="fa-link" href="{}">Decide</a>', decide)
        return page_of(asked.party) if asked.party else ""


class InvitationStateFilter(StateFilter):
    """Whether it can still be accepted."""

    def now(self) -> dict[str, tuple[str, Q]]:
        """Open, run out, accepted, withdrawn."""
        waits, now = Q(accepted_at=None, withdrawn_at=None), timezone.now()
        return {
            "open": ("Open", waits & Q(expires_at__gt=now)),
            "ran_out": ("Ran out", waits & Q(expires_at__lte=now)),
            "accepted": ("Accepted", Q(accepted_at__isnull=False)),
            "withdrawn": ("Withdrawn", Q(withdrawn_at__isnull=False)),
        }


@admin.register(Invitation)
class InvitationAdmin(Register):
    """Places offered by e-mail; never their links."""

    list_display = ["email", "role", "invited_by", "created_at", "expires_at", "accepted_at", "party_page"]
    list_filter = [InvitationStateFilter, "role", ("party", RelatedDropdownFilter)]
    list_select_related = ["party"]
    search_fields = ["email", "name", "party__name"]
    search_help_text = "E-mail address, name or Party"
    fields = readonly_fields = [
        "party", "email", "name", "role", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at",
        "party_page",
    ]  # fmt: skip


class ReviewStateFilter(StateFilter):
    """Whether it still waits, and for too long."""

    def now(self) -> dict[str, tuple[str, Q]]:
        """Overdue, open, answered."""
        today = timezone.localdate()
        return {
            "overdue": ("Overdue", Q(closed_at=None, due_on__lt=today)),
            "open": ("Open", Q(closed_at=None)),
            "answered": ("Answered", Q(closed_at__isnull=False)),
        }


class ReviewAnswerInline(ReadOnly, TabularInline):
    """What was said of each person."""

    model = ReviewAnswer
    fields = ["email", "roles", "decision"]
    extra = 0


@admin.register(Review)
class ReviewAdmin(Register):
    """Joiner/leaver reviews with their answers."""

    list_display = ["party", "opened_at", "due_on", "reminded_at", "closed_at", "closed_by", "party_page"]
    list_filter = [ReviewStateFilter, ("party", RelatedDropdownFilter)]
    list_select_related = ["party"]
    search_fields = ["party__name"]
    search_help_text = "Party"
    fields = readonly_fields = [
        "party", "opened_at", "due_on", "reminded_at", "closed_at", "closed_by", "party_page",
    ]  # fmt: skip
    inlines = [ReviewAnswerInline]


class TokenStateFilter(StateFilter):
    """Whether it opens anything."""

    def now(self) -> dict[str, tuple[str, Q]]:
        """Usable, run out, revoked."""
        moment = timezone.now()
        return {
            "usable": ("Usable", Q(revoked_at=None, expires_at__gt=moment)),
            "ran_out": ("Ran out", Q(revoked_at=None, expires_at__lte=moment)),
            "revoked": ("Revoked", Q(revoked_at__isnull=False)),
        }


@admin.register(ApiToken)
class ApiTokenAdmin(Register):
    """API tokens by their beginning; neither the token nor its digest."""

    list_display = [
        "name",
        "starts_with",
        "user",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
        "party_page",
    ]
    list_filter = [TokenStateFilter, ("party", RelatedDropdownFilter)]
    list_select_related = ["user", "party"]
    search_fields = ["name", "beginning", "user__email", "party__name"]
    search_help_text = "What it is for, its beginning, a person’s e-mail address or a Party"
    fields = readonly_fields = [
        "name", "starts_with", "user", "party", "created_at", "last_used_at", "expires_at", "revoked_at",
        "revoked_by", "party_page",
    ]  # fmt: skip

    @admin.display(description="begins with")
    def starts_with(self, token: ApiToken) -> str:
        """As much of it as is known."""
        return f"{token.beginning}…"
