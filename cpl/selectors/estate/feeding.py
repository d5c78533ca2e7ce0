"""Whose watch lists the finished estate checks of a Party feed."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.permissions import CHECK_ESTATE
from cpl.models import EstateFeed, EstatePreference


@dataclass(frozen=True)
class Fed:
    """Whether a Party's checks feed somebody's list: what they chose (None: nothing) and what the Party does."""

    own: bool | None
    party: bool

    @property
    def is_on(self) -> bool:
        """The own choice wins."""
        return self.party if self.own is None else self.own


def feeds(party: int) -> bool:
    """Whether the Party's checks feed the lists of all who may check its estates and have not chosen otherwise."""
    return EstatePreference.objects.filter(pk=party, feeds=True).exists()


def fed(person: User, party: int) -> Fed:
    """What holds for this person, who may check an estate for the Party."""
    own = EstateFeed.objects.visible_to(person).filter(party=party).values_list("wanted", flat=True).first()
    return Fed(own, feeds(party))


def people_fed(party: int) -> QuerySet[User]:
    """Active people of this active Party who chose it, or did not choose where the Party did; for the job alone, never
    to be shown. Whether their role is one that checks estates is asked of each.
    """
    chosen = EstateFeed.objects.filter(party=party, person=OuterRef("pk"))
    people = User.objects.filter(is_active=True).filter(
        pk__in=User.objects.filter(memberships__party=party, memberships__party__is_active=True).values("pk")
    )
    wanting = people.exclude(Exists(chosen.filter(wanted=False)))
    return wanting if feeds(party) else people.filter(Exists(chosen.filter(wanted=True)))


def may_be_fed(person: User, party: int) -> bool:
    """Whether this person may check an estate for the Party, and so read the check that would feed their list."""
    return CHECK_ESTATE in person.permissions_in(party)
