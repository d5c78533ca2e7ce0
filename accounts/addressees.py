"""Who hears of it when something waits for a decision."""

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import Party, User
from accounts.permissions import HELD_BY, HELD_IN, MANAGE_EVERY_PARTY, MANAGE_PARTY


def administrators_of(party: Party) -> QuerySet[User]:
    """Active people who decide who acts for this Party, as its own administrators."""
    roles = _holding(MANAGE_PARTY)
    return User.objects.filter(
        is_active=True, memberships__party=party, memberships__party__is_active=True, memberships__role__in=roles
    ).distinct()


def managers_of_every_party() -> QuerySet[User]:
    """Active people of SECAS who decide where a Party has nobody who does."""
    roles = _holding(MANAGE_EVERY_PARTY)
    return User.objects.filter(
        is_active=True, memberships__party__is_active=True, memberships__role__in=roles
    ).distinct()


def holders_of(permission: str, party: Party | None = None) -> QuerySet[User]:
    """Active people who hold the permission by a role in an active Party: in this very one, where it is given."""
    role = Q(memberships__role__in=_holding(permission))
    for (category, more), held in HELD_IN.items():
        if permission in held:
            role |= Q(memberships__role=more, memberships__party__category=category)
    own = Q(memberships__party=party) if party else Q()
    return User.objects.filter(role & own, is_active=True, memberships__party__is_active=True).distinct()


def _holding(permission: str) -> list[Role]:
    return [role for role, held in HELD_BY.items() if permission in held]
