"""What a person who opens a page of a Device Model is told: looking at one with an open notice is checking it."""

from django.http import HttpRequest

from accounts.models import User
from cpl.actions.interest import note_check
from cpl.models import DeviceModel
from cpl.selectors.known import KnownModel, known_model
from cpl.selectors.linked import Linked
from cpl.selectors.notices import open_notices


def is_looked_at(request: HttpRequest) -> bool:
    """Whether a person asked for the page, not a browser ahead of them and not for its headers alone."""
    purposes = request.headers.get("Sec-Purpose", ""), request.headers.get("Purpose", "")
    return request.method == "GET" and not any("prefetch" in purpose for purpose in purposes)


def known_on_looking(user: User, model: DeviceModel, versions: Linked) -> KnownModel:
    """What `known_model` says. Where a notice for the concerned stands against a version of the model, whoever looks
    has checked an affected model: that is noted, and the notice is there at this first look.

    Nothing is written otherwise. Who acts for no Party, or for one whose looks concern nobody, is told as before.
    """
    known = known_model(user, model.pk, versions)
    if not known.notices.unread:
        return known
    note_check(model=model, by=user)
    return known.told_again(user)


def note_looking(user: User, model: DeviceModel) -> None:
    """The same for a page that reads the notices by itself, later than this: noted only where it makes a difference."""
    if open_notices(user, [model.pk]).unread:
        note_check(model=model, by=user)
