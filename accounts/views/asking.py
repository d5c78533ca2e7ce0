"""Who asks about which Party: the first line of every page of Parties."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.access import Forbidden, manages, sees_people_of
from accounts.models import Party, User
from accounts.party_page import Colleague, colleague, sees_everything
from accounts.permissions import MANAGE_PARTY, READ_EVERY_PARTY


def seen_party(request: HttpRequest, pk: int) -> tuple[User, Party]:
    """Who asks, and the Party; raises 404 for a Party whose people are none of theirs."""
    party = get_object_or_404(Party, pk=pk)
    if not isinstance(request.user, User) or not sees_people_of(request.user, party):
        raise Http404
    return request.user, party


def overseen_party(request: HttpRequest, pk: int) -> tuple[User, Party]:
    """As `seen_party`; raises Forbidden for those who see no more than names and roles."""
    user, party = seen_party(request, pk)
    if not sees_everything(user, party):
        raise Forbidden(READ_EVERY_PARTY)
    return user, party


def managed_party(request: HttpRequest, pk: int) -> tuple[User, Party]:
    """As `seen_party`; raises Forbidden for those who do not decide who acts for the Party."""
    user, party = seen_party(request, pk)
    if not manages(user, party):
        raise Forbidden(MANAGE_PARTY)
    return user, party


def of_party(party: Party, person: int) -> Colleague:
    """A person of the Party; raises 404 for anybody else."""
    found = colleague(party, person)
    if found is None:
        raise Http404
    return found
