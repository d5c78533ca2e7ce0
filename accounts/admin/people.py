"""The registers of people, and of who acts for whom."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RelatedDropdownFilter

from accounts.admin.parties import MembershipInline
from accounts.admin.register import Register, page_of
from accounts.models import Membership, Party, User

admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(Register):
    """People; never their passwords. What is done about them is done on their Party's page."""

    list_display = ["email", "name", "is_active", "disabled_reason", "last_active_at"]
    list_filter = ["is_active", "disabled_reason", "memberships__role"]
    search_fields = ["email", "name"]
    search_help_text = "E-mail address or name"
    fields = readonly_fields = [
        "email", "name", "is_active", "disabled_at", "disabled_reason", "joined_at", "last_login", "last_active_at",
        "unused_warned_at", "parties",
    ]  # fmt: skip
    inlines = [MembershipInline]

    @admin.display(description="in the portal")
    def parties(self, user: User) -> SafeString:
        """The pages of the Parties that they act for."""
        found = Party.objects.filter(memberships__user=user).distinct()
        return format_html_join(", ", "{}", ((page_of(party),) for party in found))


@admin.register(Membership)
class MembershipAdmin(Register):
    """Who acts for which Party, in which role."""

    list_display = ["user", "role", "party_page", "created_at"]
    list_filter = ["role", ("party", RelatedDropdownFilter)]
    list_select_related = ["user", "party"]
    search_fields = ["user__email", "user__name", "party__name"]
    search_help_text = "E-mail address, name or Party"
    fields = readonly_fields = ["user", "party", "role", "created_at", "party_page"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """All, with person and Party."""
        return Membership.objects.select_related("user", "party")
