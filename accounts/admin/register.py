"""What the registers of people and Parties have in common."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from accounts.admin.read_only import ReadOnly
from accounts.models import Party, User


class Register(ReadOnly, ModelAdmin):
    """A list to look things up in: pages of fifty, no bulk actions, one count a page."""

    actions = None
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_filter_sheet = False
    list_filter_submit = True

    @admin.display(description="in the portal")
    def party_page(self, record: models.Model) -> SafeString:
        """The way to the Party's own page."""
        party: Any = getattr(record, "party", None) or record
        return page_of(party)


def page_of(party: Party) -> SafeString:
    """A link to the Party's own page."""
    return format_html('<a class="fa-link" href="{}">{}</a>', reverse("accounts:party", args=[party.pk]), party.name)


def person(request: HttpRequest) -> User:
    """The signed-in person: the admin site lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
