"""What all registers of the admin have in common."""

from typing import Any

from django.contrib.admin import ShowFacets
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnly
from accounts.models import User


class Register(ReadOnly, ModelAdmin):
    """A list to look things up in: pages of fifty, no bulk actions, one count a page."""

    actions = None
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_filter_sheet = False
    list_filter_submit = True


def person(request: HttpRequest) -> User:
    """The signed-in person: the admin site lets nobody else in."""
    if not isinstance(request.user, User):
        raise TypeError("The admin site is only for people who are signed in.")
    return request.user


def how_many(rows: QuerySet[Any], key: str) -> Any:
    """The number of `rows` whose `key` is the outer record, counted for the shown page only."""
    counted = rows.order_by().filter(**{key: OuterRef("pk")}).values(key).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def of(record: Model, name: str) -> Any:
    """A value that the register's query adds to its records."""
    return getattr(record, name)
