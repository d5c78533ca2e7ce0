"""What the registers of people and Parties have in common."""

import re
from typing import Any, Final

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

_NARROWED_BY: Final = frozenset(
    {"", "__exact", "__id__exact", "__in", "__isnull", "__isempty", "__year", "__month", "__day", "_from", "_to"}
)
"""What Django's and unfold's filters append to the name of a field."""

_OF_A_DATE: Final = ("__year", "__month", "__day")
_FEW_DIGITS: Final = re.compile("[0-9]{1,4}")


class NamedFilters:
    """A list that its address narrows by nothing but the filters beside it.

    Django takes every column of the model: whoever may look at people could ask letter by letter how a password's
    hash goes on, or send an expression that the database refuses.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Whether a filter of this list asks so; Django answers 400 if not. No column can hold a NUL."""
        named = [name for name in _names_of(self, request) if lookup.startswith(name)]
        # Django reads a year of nineteen digits, and then finds no date that holds it.
        if lookup.endswith(_OF_A_DATE) and not _FEW_DIGITS.fullmatch(str(value)):
            return False
        return "\x00" not in str(value) and any(lookup.removeprefix(name) in _NARROWED_BY for name in named)


def _names_of(register: Any, request: HttpRequest | None) -> set[str]:
    """Fields and parameters of the filters, and the field of the dates above the list."""
    filters = register.get_list_filter(request) if request else register.list_filter
    named = {getattr(one, "parameter_name", one[0] if isinstance(one, list | tuple) else one) for one in filters}
    return {name for name in {*named, register.date_hierarchy} if isinstance(name, str)}


class Register(NamedFilters, ReadOnly, ModelAdmin):
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
