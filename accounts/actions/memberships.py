"""Who acts for which Party."""

from django.db import transaction

from accounts import audit
from accounts.choices import Role
from accounts.models import Membership, Party, User


@transaction.atomic
def join(*, user: User, party: Party, role: Role, by: User | None) -> Membership:
    """Give a person a role in a Party and put them into its group; asking twice changes nothing."""
    membership, created = Membership.objects.get_or_create(user=user, party=party, role=role)
    user.groups.add(party.group)
    if created:
        audit.record("membership.created", by=by, about=user.email, party_joined=party.name, role=role.value)
    return membership
