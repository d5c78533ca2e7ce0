"""`manage.py invite`: the first people of a new server."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.actions.invitations import CannotInvite, invite, outside_domains
from accounts.actions.parties import create_party
from accounts.choices import PartyCategory, Role
from accounts.letters import link_of
from accounts.models import Invitation, Party


class Command(BaseCommand):
    """Whoever may run commands on the server may give every role: nobody else can be the first."""

    help = "Invite a person to a Party by e-mail, and print the link that the e-mail will hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom, to which Party, as what."""
        parser.add_argument("email", help="the person's work e-mail address")
        parser.add_argument("--party", required=True, help="name of the Party")
        parser.add_argument(
            "--category", choices=PartyCategory.values, help="makes the Party, of this category, if it is missing"
        )
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", default="", help="the person's name, as a suggestion")

    def handle(self, *args: Any, email: str, party: str, category: str, role: str, name: str, **options: Any) -> None:
        """Raises CommandError, with nothing changed, where that makes no sense."""
        _require_address(email)
        with transaction.atomic():
            invitation = _invite(_party(party, category), email, Role(role), name)
        if outside_domains(invitation.party, invitation.email):
            self.stderr.write(f"Note: {invitation.email} is outside the e-mail domains of {invitation.party}.")
        self.stdout.write(f"{invitation}\n{link_of(invitation)}")
        self.stdout.write(
            f"The link works once, until {invitation.expires_at:%Y-%m-%d %H:%M} UTC. The e-mail is queued."
        )


def _require_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email} is not an e-mail address. Give one such as name@company.example.") from None


def _party(name: str, category: str) -> Party:
    found = Party.objects.filter(name=name).first()
    if found is None and not category:
        raise CommandError(f"There is no Party named {name}. Check the name, or make it with --category.")
    if found is not None and category and found.category != category:
        raise CommandError(f"{name} exists, with the category {found.category}. Leave --category out to use it.")
    return found or create_party(name=name, category=category, by=None)


def _invite(party: Party, email: str, role: Role, name: str) -> Invitation:
    try:
        return invite(party=party, email=email, role=role, name=name, by=None)
    except CannotInvite as error:
        raise CommandError(str(error)) from None
