"""Who acts for which Party, in which role."""

from django.db import transaction

from accounts import audit, audit_names
from accounts.access import Forbidden, roles_to_give
from accounts.choices import Role
from accounts.models import Membership, Party, User
from accounts.permissions import MANAGE_PARTY


@transaction.atomic
def join(*, user: User, party: Party, role: Role, by: User | None) -> Membership:
    """Give a person a role in a Party and put them into its group; asking twice changes nothing.

    Raises Forbidden where `by` may not give that role there; nobody gives a role to themselves.
    """
    _require(by, user, party, role)
    membership, created = Membership.objects.get_or_create(user=user, party=party, role=role)
    user.groups.add(party.group)
    if created:
        audit.record(audit_names.ROLE_GIVEN, by=by, about=user, owner=party.name, after=_told(party, role))
    return membership


@transaction.atomic
def leave(*, membership: Membership, by: User | None) -> None:
    """Take a role back; with the last role in a Party its group goes too.

    Raises Forbidden where `by` may not give that role either, or it is their own.
    """
    user, party, role = membership.user, membership.party, Role(membership.role)
    _require(by, user, party, role)
    membership.delete()
    if not user.memberships.filter(party=party).exists():
        user.groups.remove(party.group)
    audit.record(audit_names.ROLE_TAKEN, by=by, about=user, owner=party.name, before=_told(party, role))


def _require(by: User | None, user: User, party: Party, role: Role) -> None:
    if by is not None and (by == user or role not in roles_to_give(by, party)):
        raise Forbidden(MANAGE_PARTY)


def _told(party: Party, role: Role) -> dict[str, object]:
    return {"party": party.name, "role": role.value}
