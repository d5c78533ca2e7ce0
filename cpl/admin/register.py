"""What all registers of the admin have in common."""

from typing import Any

from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.admin.register import Register, person

__all__ = ["Register", "how_many", "of", "person"]


def how_many(rows: QuerySet[Any], key: str) -> Any:
    """The number of `rows` whose `key` is the outer record, counted for the shown page only."""
    counted = rows.order_by().filter(**{key: OuterRef("pk")}).values(key).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def of(record: Model, name: str) -> Any:
    """A value that the register's query adds to its records."""
    return getattr(record, name)
