"""May this person do this? The one module that speaks to django-guardian.

Permission for a kind of act comes from roles (`permissions.HELD_BY`); permission for a single record
is granted to a Party's group in a direct foreign-key table, which a query joins by index.
"""

from typing import Any, Protocol

from django.contrib.auth.models import AnonymousUser, Permission
from django.db import models
from django.http import HttpRequest
from guardian.models import GroupObjectPermissionBase

from accounts.models import Party, User

Person = User | AnonymousUser
PartyGrant = GroupObjectPermissionBase
"""Base of a table of grants: a subclass adds `content_object`, a foreign key to the record granted."""


class Granting(Protocol):
    """A table of grants as `granted` needs it."""

    objects: Any


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


def granted(user: User, permission: str, grants: type[Granting]) -> models.QuerySet[Any]:
    """Keys of the records that were granted to any Party of this user: a subquery, not a list."""
    groups = [group for _, _, group, _ in user.active_memberships]
    app, codename = permission.split(".")
    held = {"permission__content_type__app_label": app, "permission__codename": codename}
    rows = grants.objects.filter(group__in=groups, **held)
    return rows.values("content_object_id")  # type: ignore[no-any-return]


def grant(permission: str, party: Party, record: models.Model, grants: type[Granting]) -> bool:
    """Let the Party's people see this record; returns whether that was new."""
    _, created = grants.objects.get_or_create(
        group=party.group, permission=_permission(permission), content_object=record
    )
    return bool(created)


def revoke(permission: str, party: Party, record: models.Model, grants: type[Granting]) -> bool:
    """Take the grant back; returns whether there was one."""
    rows = grants.objects.filter(group=party.group, permission=_permission(permission), content_object=record)
    return bool(rows.delete()[0])


def _permission(name: str) -> Permission:
    """Django's row for a permission name."""
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)
