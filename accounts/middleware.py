"""What holds for every request: where it came from, the second factor, privacy of pages, refusals in plain words."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from accounts import whence
from accounts.access import Forbidden
from accounts.choices import Channel
from accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class WhenceMiddleware:
    """Tells `audit.record` by which door and from which address the request came."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        door = Channel.ADMIN if request.path.startswith("/admin/") else Channel.PAGE
        with whence.arriving(door, get_adapter().get_client_ip(request)):
            return self.get_response(request)


class SecondFactorMiddleware:
    """People whose role needs a second factor see nothing but the pages that set one up, until they have one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Lead to the page that sets up a second factor."""
        if not isinstance(request.user, User) or not getattr(view, "login_required", True):
            return None
        if self._is_allowed(request) or not request.user.needs_second_factor or has_second_factor(request):
            return None
        return redirect("mfa_index")

    @staticmethod
    def _is_allowed(request: HttpRequest) -> bool:
        """Pages on which one sets a second factor up, or leaves."""
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        return name.startswith(("mfa_", "account_"))


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened with a second factor, or its person has set one up in it.

    Signing in asks for the second factor of everyone who has one: whoever has one and is signed in gave it.
    """
    if any(record["method"] == "mfa" for record in get_authentication_records(request, request.user)):
        return True
    return bool(is_mfa_enabled(request.user, ["totp", "webauthn"]))


class PrivatePagesMiddleware:
    """Marks every answer to a signed-in person `no-store`; turns Forbidden into the 403 page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and mark the answer."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer Forbidden and 404 with the pages for them, in the demo too; leave everything else alone."""
        if isinstance(exception, Forbidden):
            return render(request, "403.html", status=403)
        if isinstance(exception, Http404):
            return render(request, "404.html", status=404)
        return None
