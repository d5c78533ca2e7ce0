"""Estate checks as pages ask for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404, HttpRequest
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


@contextmanager
def whole(*checks: EstateCheck) -> Iterator[None]:
    """What is read within is all that these checks have: 404 at its end where somebody deleted one meanwhile, which
    would read as an estate without devices.

    Enough to ask afterwards: of a check that is done nothing is changed, and nothing goes before itself.
    """
    yield
    keys = {check.pk for check in checks}
    if EstateCheck.objects.filter(pk__in=keys).count() < len(keys):
        raise Http404("The check was deleted meanwhile.")
