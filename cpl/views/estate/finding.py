"""Estate checks as pages ask for them."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from cpl.choices import EstateState
from cpl.models import EstateCheck


class EstateRequest(HttpRequest):
    """A request after htmx's middleware has looked at it."""

    htmx: HtmxDetails


def visible_check(user: User, pk: int) -> EstateCheck:
    """A check of one of the person's Parties; 404 for everybody else's, as for none."""
    return get_object_or_404(EstateCheck.objects.visible_to(user).select_related("party", "created_by"), pk=pk)


def done_check(user: User, pk: int) -> EstateCheck:
    """The same, if it has its answer; 404 before that, for there is nothing to take away yet."""
    done = EstateCheck.objects.visible_to(user).filter(state=EstateState.DONE)
    return get_object_or_404(done.select_related("party", "created_by"), pk=pk)
