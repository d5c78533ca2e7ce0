"""Where the registers of the admin site are."""

from django.db.models import Model
from django.urls import reverse


def address(model: type[Model], view: str, *args: object) -> str:
    """The address of a register's page: its list, a new record, or a record."""
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{view}", args=args)
