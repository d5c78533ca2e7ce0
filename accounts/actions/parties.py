"""Making Parties."""

from django.contrib.auth.models import Group
from django.db import transaction

from accounts import audit
from accounts.models import Party, User


@transaction.atomic
def create_party(*, name: str, category: str, signifier: str = "", by: User | None) -> Party:
    """Make a Party with its group; the group's name carries the Party's so that guardian's tables read well."""
    group = Group.objects.create(name=f"Party: {name}"[:150])
    party = Party.objects.create(name=name, category=category, signifier=signifier, group=group)
    audit.record("party.created", by=by, about=name, category=category)
    return party
