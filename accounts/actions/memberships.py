"""Who acts for which Party, in which role."""

from django.db import transaction

from accounts import audit, audit_names
from accounts.access import Forbidden, roles_to_give
from accounts.actions.api_tokens import revoke_all
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
    """Take a role back; with the last role in a Party its group and the person's API tokens for it go too.

    Raises Forbidden where `by` may not give that role either, or it is their own: an administrator cannot leave
    a Party without one. Taking back what is gone already changes nothing.
    """
    user, party, role = membership.user, membership.party, Role(membership.role)
    _require(by, user, party, role)
    # Two requests at once take roles of this person one after the other.
    User.objects.select_for_update().get(pk=user.pk)
    gone, _ = Membership.objects.filter(user=user, party=party, role=role).delete()
    if gone:
        audit.record(audit_names.ROLE_TAKEN, by=by, about=user, owner=party.name, before=_told(party, role))
    if gone and not user.memberships.filter(party=party).exists():
        user.groups.remove(party.group)
        revoke_all(user=user, party=party, by=by)


def _require(by: User | None, user: User, party: Party, role: Role) -> None:
    if by is not None and (by == user or role not in roles_to_give(by, party)):
        raise Forbidden(MANAGE_PARTY)


def _told(party: Party, role: Role) -> dict[str, object]:
    return {"party": party.name, "role": role.value}
