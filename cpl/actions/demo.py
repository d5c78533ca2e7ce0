"""The known people of the demo, one for each role, and what makes their roles visible."""

from dataclasses import dataclass
from typing import Final

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction

from accounts import second_factor
from accounts.actions.memberships import join
from accounts.actions.parties import create_party
from accounts.actions.people import create_account
from accounts.choices import PartyCategory, Role
from accounts.models import Party, User
from accounts.permissions import NEEDS_SECOND_FACTOR
from cpl.actions.visibility import restrict
from cpl.choices import Stage
from cpl.models import CPLEntry, EntryGrant, Manufacturer

PASSWORD: Final = "firmware-demo-2026"  # noqa: S105 - printed by `demo` and of no use anywhere else
CODE: Final = "202611"
"""Opens the second factor of everybody, in the processes that `demo` starts and nowhere else."""


@dataclass(frozen=True)
class Known:
    """One invented person of the demo."""

    name: str
    email: str
    role: Role
    party: str


_CATEGORIES: Final = {
    "Ashdown Energy": (PartyCategory.LARGE_SUPPLIER, "ASHD"),
    "Pennine Power": (PartyCategory.SMALL_SUPPLIER, "PENN"),
    "Severn Wires": (PartyCategory.ELECTRICITY_NETWORK, "SEVW"),
    "Northmoor Metering Ltd": (PartyCategory.MANUFACTURER, ""),
    "Kestrel Gas Measurement Ltd": (PartyCategory.MANUFACTURER, ""),
    "DCC": (PartyCategory.DCC, "DCCX"),
    "SECAS": (PartyCategory.SECAS, ""),
    "Security Sub-Committee": (PartyCategory.SSC, ""),
    "Independent Auditor": (PartyCategory.AUDITOR, ""),
}
PEOPLE: Final = (
    Known("Ana Lytton", "ana@ashdown.example", Role.PARTY_USER, "Ashdown Energy"),
    Known("Ben Okafor", "ben@ashdown.example", Role.PARTY_ADMINISTRATOR, "Ashdown Energy"),
    Known("Pia Lindqvist", "pia@pennine.example", Role.PARTY_USER, "Pennine Power"),
    Known("Nia Prosser", "nia@severnwires.example", Role.PARTY_USER, "Severn Wires"),
    Known("Mei Tan", "mei@northmoor.example", Role.MANUFACTURER_EDITOR, "Northmoor Metering Ltd"),
    Known("Carl Voss", "carl@kestrel.example", Role.MANUFACTURER_EDITOR, "Kestrel Gas Measurement Ltd"),
    Known("Dora Quill", "dora@dcc.example", Role.SUBMITTER, "DCC"),
    Known("Sam Underhill", "sam@secas.example", Role.SECAS_MODERATOR, "SECAS"),
    Known("Petra Nowak", "petra@secas.example", Role.SECAS_PUBLISHER, "SECAS"),
    Known("Sol Adeyemi", "sol@ssc.example", Role.SSC_MEMBER, "Security Sub-Committee"),
    Known("Ada Brandt", "ada@audit.example", Role.AUDITOR, "Independent Auditor"),
)


@transaction.atomic
def make_people() -> None:
    """Make every person of PEOPLE who is missing; those who are there keep their password and second factor."""
    for known in PEOPLE:
        user = User.objects.filter(email=known.email).first()
        user = user or create_account(email=known.email, name=known.name, password=PASSWORD, by=None)
        join(user=user, party=_party(known), role=known.role, by=None)
        if known.role in NEEDS_SECOND_FACTOR and not second_factor.exists(user):
            TOTP.activate(user, generate_totp_secret())


def _party(known: Known) -> Party:
    category, signifier = _CATEGORIES[known.party]
    found, domain = Party.objects.filter(name=known.party).first(), known.email.rpartition("@")[2]
    return found or create_party(
        name=known.party, category=category, signifier=signifier, email_domains=[domain], by=None
    )


@transaction.atomic
def show_roles() -> None:
    """Tie manufacturers to their Parties, and give Northmoor's newest test versions to Ashdown Energy only."""
    for party in Party.objects.filter(category=PartyCategory.MANUFACTURER):
        Manufacturer.objects.filter(name=party.name, party=None).update(party=party)
    ashdown = Party.objects.get(name="Ashdown Energy")
    tests = CPLEntry.objects.filter(manufacturer__name="Northmoor Metering Ltd", fir__stage=Stage.TEST).listed()
    if not EntryGrant.objects.filter(group=ashdown.group).exists():
        for entry in tests.order_by("-published_on")[:3]:
            restrict(record=entry, parties=[ashdown], by=None)
