"""A person who signs in by e-mail address."""

from functools import cached_property
from typing import ClassVar, Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import connection, models
from django.db.models.functions import Lower

from accounts.choices import DisabledReason, PartyCategory, Role
from accounts.permissions import NEEDS_SECOND_FACTOR, USE_ADMIN, held


class Acting(NamedTuple):
    """One role of a person in one active Party."""

    role: Role
    party: int
    group: int
    name: str
    category: PartyCategory


_ROLES: Final = """
SELECT m.role, m.party_id, p.group_id, p.name, p.category
FROM accounts_membership m JOIN accounts_party p ON p.id = m.party_id
WHERE m.user_id = %s AND p.is_active ORDER BY m.id
"""
"""Ready, for every page asks it: composing it took twice as long as PostgreSQL's answer."""


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail addresses are kept in lower case so that one person cannot have two accounts."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        """Return a saved user; without a password nobody can sign in as them."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail address in any case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do comes only from their memberships in Parties."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    last_active_at = models.DateTimeField(null=True, blank=True, editable=False)
    previous_visit_at = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_reason = models.CharField(max_length=15, choices=DisabledReason, blank=True, editable=False)
    unused_warned_at = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
        ]

    def get_full_name(self) -> str:
        """The name, as the admin's side bar asks for it."""
        return self.name

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def active_memberships(self) -> list[Acting]:
        """Every role in an active Party, the oldest first; one query a request."""
        with connection.cursor() as cursor:
            cursor.execute(_ROLES, [self.pk])
            return [
                Acting(Role(role), party, group, name, PartyCategory(category))
                for role, party, group, name, category in cursor.fetchall()
            ]

    @cached_property
    def held_permissions(self) -> frozenset[str]:
        """Every permission that any of this person's roles holds; none while the account is inactive."""
        return self.permissions_in(None)

    def permissions_in(self, party: int | None) -> frozenset[str]:
        """Permissions held by roles in this Party (None: in any)."""
        if not self.is_active:
            return frozenset()
        acting = (acting for acting in self.active_memberships if party in (None, acting.party))
        return frozenset().union(*(held(each.role, each.category) for each in acting))

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role of this person must not be used with a password alone."""
        return any(acting.role in NEEDS_SECOND_FACTOR for acting in self.active_memberships)

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this person in."""
        return USE_ADMIN in self.held_permissions
