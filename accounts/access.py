"""May this person do this? The one module that speaks to django-guardian.

Permission for a kind of act comes from roles (`permissions.HELD_BY`); permission for a single record
is granted to a Party's group in a direct foreign-key table, which a query joins by index.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser, Permission
from django.db import models
from django.db.models import OuterRef
from django.http import HttpRequest
from guardian.models import GroupObjectPermissionBase

from accounts.models import Party, User

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


def require(request: HttpRequest, permission: str) -> User:
    """Return the signed-in user; raise Forbidden if their role does not hold `permission`."""
    if not isinstance(request.user, User) or not can(request.user, permission):
        raise Forbidden(permission)
    return request.user


def granted(user: User, permission: str, grants: Grants) -> models.QuerySet[Any]:
    """The grants to Parties of this user for the record of an outer query, for use inside `Exists`.

    Correlated, so that PostgreSQL looks up only the grants of the rows it meets.
    """
    groups = [group for _, _, group, _ in user.active_memberships]
    # Asked for as a value of its own, the permission's key is read once and not joined to every grant.
    named = _permissions(permission).values("pk")[:1]
    return grants._default_manager.filter(group__in=groups, permission=named, content_object=OuterRef("pk"))


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
    return _permissions(name).get()


def _permissions(name: str) -> models.QuerySet[Permission]:
    app, codename = name.split(".")
    return Permission.objects.filter(content_type__app_label=app, codename=codename).order_by()
