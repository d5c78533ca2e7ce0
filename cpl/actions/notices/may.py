"""Who may do what with a notice. Every action asks here again, with the row locked."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import Person, can
from accounts.addressees import holders_of
from accounts.choices import PartyCategory
from accounts.models import Party, User
from accounts.permissions import HELD_BY, ISSUE_NOTICE, ISSUE_NOTICE_AS_MANUFACTURER, ROLES_IN
from cpl.choices import NoticeState
from cpl.models import CPLEntry, Manufacturer, Notice
from cpl.querysets import manufacturers_of


def parties_for(person: Person, manufacturer: Manufacturer) -> list[int]:
    """Keys of the Parties for which this person may issue a notice about this maker, the maker's own first.

    SECAS and the SSC may about everybody's versions, a manufacturer's editors about their own.
    """
    if not isinstance(person, User):
        return []
    maker = manufacturer.party_id
    acting = dict.fromkeys(each.party for each in person.active_memberships)
    found = [party for party in acting if _may_for(person, party, maker)]
    return sorted(found, key=lambda party: party != maker)


def _may_for(person: User, party: int, maker: int | None) -> bool:
    held = person.permissions_in(party)
    return ISSUE_NOTICE in held or (ISSUE_NOTICE_AS_MANUFACTURER in held and party == maker)


def may_issue(person: Person, manufacturer: Manufacturer) -> bool:
    """Whether this person may issue notices about versions of this manufacturer."""
    return bool(parties_for(person, manufacturer))


def may_issue_any(person: Person) -> bool:
    """Whether there is a manufacturer about whose versions this person may issue notices: for menus."""
    return can(person, ISSUE_NOTICE) or bool(_own(person))


def is_author(person: Person, notice: Notice) -> bool:
    """Whether this person may change, publish, revise and withdraw the notice: of its own Party, and of no other.

    What SECAS says about a manufacturer's version is SECAS's to take back, what the manufacturer says is theirs: also
    what was published by the Party that the manufacturer had before.
    """
    return _writing_party(notice) in parties_for(person, notice.manufacturer)


def may_end(person: Person, notice: Notice) -> bool:
    """Whether this person may withdraw a published notice, or discard a draft: its authors, and where none is left
    people of SECAS who issue notices.
    """
    return is_author(person, notice) or (_secas_of(person) is not None and not has_author(notice))


def has_author(notice: Notice) -> bool:
    """Whether anybody is left who may change, publish, revise and withdraw the notice: an active person, now."""
    party = _writing_party(notice)
    if party is None:
        return False
    of_it = Party.objects.get(pk=party)
    own = party == notice.manufacturer.party_id and holders_of(ISSUE_NOTICE_AS_MANUFACTURER, of_it).exists()
    return own or holders_of(ISSUE_NOTICE, of_it).exists()


def acting_party(person: User, notice: Notice) -> str:
    """The name of the Party for which a person who may takes a step of the notice, as its revision tells it."""
    party = _writing_party(notice) if is_author(person, notice) else _secas_of(person)
    return next(each.name for each in person.active_memberships if each.party == party)


def _writing_party(notice: Notice) -> int | None:
    """The Party whose people write the notice: its own; of what a manufacturer published about its products, the Party
    that the manufacturer has now, or None. A draft stays its Party's alone.
    """
    for_all = any(ISSUE_NOTICE in HELD_BY[role] for role in ROLES_IN[PartyCategory(notice.party.category)])
    own = for_all or notice.state == NoticeState.DRAFT
    return notice.party_id if own else notice.manufacturer.party_id


def _secas_of(person: Person) -> int | None:
    """SECAS, for whoever issues notices there; None for everybody else."""
    if not isinstance(person, User):
        return None
    own = (each.party for each in person.active_memberships if each.category == PartyCategory.SECAS)
    return next((party for party in own if ISSUE_NOTICE in person.permissions_in(party)), None)


def manufacturers_for(person: Person) -> QuerySet[Manufacturer]:
    """Manufacturers about whose versions this person may issue a notice, by name: their own, and for SECAS and the
    SSC every one that has a version which they may see.
    """
    about = Q(pk__in=_own(person))
    if can(person, ISSUE_NOTICE):
        about |= Q(Exists(CPLEntry.objects.visible_to(person).filter(manufacturer=OuterRef("pk"))))
    return Manufacturer.objects.filter(about).order_by("name")


def _own(person: Person) -> list[int]:
    """The manufacturers of Parties in which the person issues their notices."""
    if not isinstance(person, User) or not can(person, ISSUE_NOTICE_AS_MANUFACTURER):
        return []
    rows = Manufacturer.objects.filter(pk__in=manufacturers_of(person)).values_list("pk", "party")
    return [key for key, party in rows if ISSUE_NOTICE_AS_MANUFACTURER in person.permissions_in(party)]
