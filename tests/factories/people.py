"""The cast: known people, one a role, and one with no business here."""

from dataclasses import dataclass

from accounts.actions.memberships import join
from accounts.actions.parties import create_party
from accounts.choices import PartyCategory, Role
from accounts.models import Party, User

PASSWORD = "a long enough password"


@dataclass
class Cast:
    """Everybody by what they are. `stranger` has an account but acts for no Party."""

    supplier: User
    administrator: User
    rival_supplier: User
    network: User
    manufacturer: User
    competitor: User
    submitter: User
    moderator: User
    publisher: User
    ssc: User
    auditor: User
    stranger: User


def make_user(email: str, role: Role | None = None, party: Party | None = None) -> User:
    """A person; with a role where a Party is given. The password is not usable: tests sign in by force."""
    user = User.objects.create_user(email, None, name=email.split("@", maxsplit=1)[0].title())
    if role and party:
        join(user=user, party=party, role=role, by=None)
    return user


def make_cast() -> Cast:
    """Everybody, with their Parties."""

    def party(name: str, category: PartyCategory) -> Party:
        return create_party(name=name, category=category, by=None)

    ashdown = party("Ashdown Energy", PartyCategory.LARGE_SUPPLIER)
    secas = party("SECAS", PartyCategory.SECAS)
    northmoor = party("Northmoor Metering Ltd", PartyCategory.MANUFACTURER)
    kestrel = party("Kestrel Gas Measurement Ltd", PartyCategory.MANUFACTURER)
    return Cast(
        supplier=make_user("ana@ashdown.example", Role.PARTY_USER, ashdown),
        administrator=make_user("ben@ashdown.example", Role.PARTY_ADMINISTRATOR, ashdown),
        rival_supplier=make_user(
            "pia@pennine.example", Role.PARTY_USER, party("Pennine Power", PartyCategory.SMALL_SUPPLIER)
        ),
        network=make_user(
            "nia@severnwires.example",
            Role.PARTY_USER,
            party("Severn Wires", PartyCategory.ELECTRICITY_NETWORK),
        ),
        manufacturer=make_user("mei@northmoor.example", Role.MANUFACTURER_EDITOR, northmoor),
        competitor=make_user("carl@kestrel.example", Role.MANUFACTURER_EDITOR, kestrel),
        submitter=make_user("dora@dcc.example", Role.SUBMITTER, party("DCC", PartyCategory.DCC)),
        moderator=make_user("sam@secas.example", Role.SECAS_MODERATOR, secas),
        publisher=make_user("petra@secas.example", Role.SECAS_PUBLISHER, secas),
        ssc=make_user("sol@ssc.example", Role.SSC_MEMBER, party("Security Sub-Committee", PartyCategory.SSC)),
        auditor=make_user("ada@audit.example", Role.AUDITOR, party("Auditors", PartyCategory.AUDITOR)),
        stranger=make_user("sid@nowhere.example"),
    )
