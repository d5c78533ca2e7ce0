"""What tests of People and Parties in the admin site share."""

from typing import Any

from django.db.models import Model

from accounts.models import AccessRequest, ApiToken, Invitation, Membership, Party, Review, SingleSignOn, User

REGISTERS: tuple[type[Model], ...] = (
    Party, User, Membership, AccessRequest, Invitation, Review, ApiToken, SingleSignOn,
)  # fmt: skip
CHANGING = (Party, SingleSignOn)
ISSUER = "https://id.ashdown.example"
ABOVE = ("SECAS", "Security Sub-Committee", "Auditors")
"""Parties whose people have roles that a moderator may not give."""


def first(model: type[Model]) -> Any:
    return model._default_manager.order_by("pk")[0]
