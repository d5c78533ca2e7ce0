"""What tests of asking for access and of invitations share."""

from accounts.actions.access_requests import confirm, request_access
from accounts.actions.invitations import invite
from accounts.choices import Role
from accounts.letters import link_of
from accounts.models import AccessRequest, Invitation, Party, User

NEW = "nora@ashdown.example"
ASKED = {"name": "Nora Finch", "email": NEW, "organisation": "Ashdown", "reason": "Upgrades of prepayment meters."}
GOOD = {"name": "Nora Finch", "password": "seven herons over the weir"}


def with_domain(name: str, domain: str = "ashdown.example") -> Party:
    """The Party, with this e-mail domain and no other."""
    Party.objects.filter(name=name).update(email_domains=[domain])
    return Party.objects.get(name=name)


def waiting(email: str = NEW) -> AccessRequest:
    """A confirmed request."""
    return confirm(request=request_access(**{**ASKED, "email": email}))


def offer(party: Party, role: Role = Role.PARTY_USER, email: str = NEW, by: User | None = None) -> Invitation:
    """An open invitation."""
    return invite(party=party, email=email, role=role, by=by)


def path_of(invitation: Invitation) -> str:
    """Its link, without the portal's name."""
    return link_of(invitation).removeprefix("http://localhost:8000")
