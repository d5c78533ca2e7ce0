"""May this person do this? The one module that speaks to django-guardian.

Permission for a kind of act comes from roles (`permissions.HELD_BY`); permission for a single record
is granted to a Party's group in a direct foreign-key table, which a query joins by index.
"""

import copy
from typing import Any

from django.contrib.auth.models import AnonymousUser, Permission
from django.db import models
from django.http import HttpRequest
from guardian.models import GroupObjectPermissionBase

from accounts.choices import PartyCategory, Role
from accounts.models import Party, User
from accounts.permissions import HELD_BY, MANAGE_EVERY_PARTY, MANAGE_PARTY, MAY_GIVE, READ_EVERY_PARTY, ROLES_IN

Person = User | AnonymousUser
PartyGrant = GroupObjectPermissionBase
"""Base of a table of grants: a subclass adds `content_object`, a foreign key to the record granted."""


Grants = type[models.Model]
"""A table of grants as `granted` needs it: a subclass of PartyGrant."""


class Forbidden(Exception):
    """The person is signed in and the page is not for their role: shown as 403."""


def can(person: Person, permission: str) -> bool:
    """Whether any role of this person holds the permission."""
    return isinstance(person, User) and permission in person.held_permissions


def can_for(person: Person, permission: str, party: Party) -> bool:
    """Whether a role of this person in this very Party holds the permission."""
    return isinstance(person, User) and permission in person.permissions_in(party.pk)


def acting_for(user: User, party: int) -> User:
    """The same person as if this were their only Party: for what is one Party's alone, whoever of it looks.

    What is visible to them is what that Party may see, without what they see for another. Whoever has no other is
    given back themselves, with what is known of them already.
    """
    if all(acting.party == party for acting in user.active_memberships):
        return user
    alone = copy.copy(user)
    for kept in ("held_permissions", "_manufacturers"):
        alone.__dict__.pop(kept, None)
    alone.active_memberships = [acting for acting in user.active_memberships if acting.party == party]
    return alone


def manages(person: Person, party: Party) -> bool:
    """Whether this person decides who acts for the Party: its administrator, or SECAS."""
    return can(person, MANAGE_EVERY_PARTY) or can_for(person, MANAGE_PARTY, party)


def sees_people_of(person: Person, party: Party) -> bool:
    """Whether this person may see who acts for the Party: its own people, SECAS and auditors."""
    own = isinstance(person, User) and bool(person.permissions_in(party.pk))
    return own or can(person, READ_EVERY_PARTY)


def roles_to_give(person: Person, party: Party) -> list[Role]:
    """Roles that this person may give in the Party, and take back: none above the own one."""
    if not isinstance(person, User) or not manages(person, party):
        return []
    # A role in another Party counts only if it manages every Party.
    own = [acting.role for acting in person.active_memberships if _counts(person, acting.party, party)]
    may = frozenset().union(*(MAY_GIVE.get(role, frozenset()) for role in own))
    return [role for role in Role if role in may & ROLES_IN[PartyCategory(party.category)]]


def commands(person: Person, category: str) -> bool:
    """Whether this person may open and close the way in to Parties of this category: who may give every role there.

    Whoever decides which sign-in service or e-mail domain speaks for a Party could come in as any of its people.
    """
    if not isinstance(person, User):
        return False
    own = [acting.role for acting in person.active_memberships if MANAGE_EVERY_PARTY in HELD_BY[Role(acting.role)]]
    may = frozenset().union(*(MAY_GIVE.get(role, frozenset()) for role in own))
    return ROLES_IN[PartyCategory(category)] <= may


def _counts(person: User, held_in: int, party: Party) -> bool:
    return held_in == party.pk or MANAGE_EVERY_PARTY in person.permissions_in(held_in)


def require(request: HttpRequest, permission: str) -> User:
    """Return the signed-in user; raise Forbidden if their role does not hold `permission`."""
    if not isinstance(request.user, User) or not can(request.user, permission):
        raise Forbidden(permission)
    return request.user


class IsGranted(models.Expression):
    """Whether the record of a row was granted to one of these groups: looked up by index for each row that is met.

    Ready SQL, for composing the same from querysets took longer than running it. OFFSET 0 keeps PostgreSQL from
    reading all 5,000 grants of a Party for every query instead (measured: 4 ms each).
    """

    conditional = True
    template = (
        "EXISTS (SELECT 1 FROM {table} g WHERE g.content_object_id = {key} AND g.group_id = ANY(%s)"
        " AND g.permission_id = (SELECT p.id FROM auth_permission p JOIN django_content_type t"
        " ON t.id = p.content_type_id WHERE t.app_label = %s AND p.codename = %s) OFFSET 0)"
    )

    def __init__(self, groups: list[int], permission: str, grants: Grants, key: str = "pk") -> None:
        super().__init__(output_field=models.BooleanField())
        self.groups, self.permission, self.grants = groups, permission, grants
        self.key: Any = models.F(key)

    def get_source_expressions(self) -> list[Any]:
        """Django resolves the row's key for us."""
        return [self.key]

    def set_source_expressions(self, exprs: Any) -> None:
        """Take the key as Django resolved it."""
        (self.key,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """One indexed look-up in the table of grants."""
        key, parameters = compiler.compile(self.key)
        table = connection.ops.quote_name(self.grants._meta.db_table)
        sql = self.template.format(table=table, key=key)
        return sql, (*parameters, self.groups, *self.permission.split("."))


def is_granted(user: User, permission: str, grants: Grants, key: str = "pk") -> IsGranted:
    """A condition for rows of the table that `grants` speaks of: granted to a Party of this user.

    `key` is the path to that table's key, where a query starts from another.
    """
    return IsGranted([acting.group for acting in user.active_memberships], permission, grants, key)


def grant(permission: str, party: Party, record: models.Model, grants: Grants) -> bool:
    """Let the Party's people see this record; returns whether that was new."""
    _, created = grants._default_manager.get_or_create(
        group=party.group, permission=_permission(permission), content_object=record
    )
    return created


def revoke(permission: str, party: Party, record: models.Model, grants: Grants) -> bool:
    """Take the grant back; returns whether there was one."""
    rows = grants._default_manager.filter(group=party.group, permission=_permission(permission), content_object=record)
    return rows.delete()[0] > 0


def _permission(name: str) -> Permission:
    """Django's row for a permission name."""
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)
