"""People and Parties as SECAS and auditors see them: to read; changes are actions."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import AuditEvent, Membership, Party, User

admin.site.unregister(Group)


class ReadOnly:
    """Shows and looks up; adds, changes and deletes nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


class MembershipInline(ReadOnly, TabularInline):
    """The people of a Party, or the Parties of a person."""

    model = Membership
    fields = ["user", "party", "role"]
    extra = 0


@admin.register(Party)
class PartyAdmin(ReadOnly, ModelAdmin):
    """Parties with their category and Signifier."""

    list_display = ["name", "category", "signifier", "is_active"]
    list_filter = ["category", "is_active"]
    search_fields = ["name", "signifier"]
    inlines = [MembershipInline]


@admin.register(User)
class UserAdmin(ReadOnly, ModelAdmin):
    """People; never their passwords."""

    list_display = ["email", "name", "is_active", "last_active_at"]
    list_filter = ["is_active", "memberships__role"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "is_active", "joined_at", "last_login", "last_active_at"]
    inlines = [MembershipInline]


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, ModelAdmin):
    """What was done, newest first."""

    list_display = ["at", "name", "actor", "party", "object_label", "channel", "address"]
    list_filter = ["name"]
    search_fields = ["actor", "party", "object_label"]
    date_hierarchy = "at"
