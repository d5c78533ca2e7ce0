"""What each e-mail needs besides its words: the link that opens something, made at the moment of writing."""

from collections.abc import Callable
from typing import Any, Final

from django.urls import reverse

from accounts.choices import RequestState
from accounts.links import absolute, proof
from accounts.models import AccessRequest, Invitation

Context = dict[str, Any]


def written(template: str, context: Context) -> Context | None:
    """The context of an e-mail with its link; None if its purpose is gone by now."""
    add = _ADDS.get(template)
    return add(context) if add else context


def _invitation(context: Context) -> Context | None:
    found = Invitation.objects.select_related("party").filter(pk=context["invitation"]).first()
    if found is None or not found.is_open:
        return None
    link = reverse("accounts:accept", args=[found.pk, proof("invitation", found.pk, found.nonce)])
    return {**context, "invitation": found, "link": absolute(link)}


def _confirmation(context: Context) -> Context | None:
    found = AccessRequest.objects.filter(pk=context["request"], state=RequestState.UNCONFIRMED).first()
    if found is None:
        return None
    link = reverse("accounts:confirm_request", args=[found.pk, proof("request", found.pk, found.nonce)])
    return {**context, "request": found, "link": absolute(link)}


_ADDS: Final[dict[str, Callable[[Context], Context | None]]] = {
    "invitation": _invitation,
    "confirm_request": _confirmation,
}
