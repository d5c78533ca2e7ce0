"""What waits for a person to decide."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.access import can
from accounts.choices import RequestState
from accounts.models import AccessRequest, Party, Review, User
from accounts.permissions import MANAGE_EVERY_PARTY, MANAGE_PARTY


@dataclass(frozen=True)
class Waiting:
    """Requests for access and open reviews that this person may answer."""

    requests: int
    reviews: list[Review]

    def __bool__(self) -> bool:
        return bool(self.requests or self.reviews)


def managed_parties(user: User) -> QuerySet[Party]:
    """Parties whose people this person decides over: all for SECAS, the own ones for an administrator."""
    if can(user, MANAGE_EVERY_PARTY):
        return Party.objects.filter(is_active=True)
    own = [acting.party for acting in user.active_memberships if MANAGE_PARTY in user.permissions_in(acting.party)]
    return Party.objects.filter(pk__in=own)


def requests_to_decide(user: User) -> QuerySet[AccessRequest]:
    """Confirmed requests that this person may approve or refuse; those of no Party are for SECAS."""
    waiting = AccessRequest.objects.filter(state=RequestState.WAITING)
    return waiting if can(user, MANAGE_EVERY_PARTY) else waiting.filter(party__in=managed_parties(user))


def waiting_for(user: User) -> Waiting | None:
    """What waits for this person; None for those who decide over nobody, without asking the database."""
    if not (can(user, MANAGE_PARTY) or can(user, MANAGE_EVERY_PARTY)):
        return None
    # SECAS answers no review in a Party's place; overdue ones are in its list of Parties.
    own = [acting.party for acting in user.active_memberships if MANAGE_PARTY in user.permissions_in(acting.party)]
    reviews = Review.objects.filter(party__in=own, closed_at__isnull=True).select_related("party")
    return Waiting(requests_to_decide(user).count(), list(reviews) if own else [])
