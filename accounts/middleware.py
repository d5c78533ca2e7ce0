"""What holds for every request: whence it came, how long a session lasts, the second factor, privacy, refusals."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import second_factor, sessions, whence
from accounts.access import Forbidden
from accounts.choices import Channel
from accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_PAGES_OF_SIGN_IN: Final = "/accounts/"


class WhenceMiddleware:
    """Tells `audit.record` by which door and from which address the request came."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        with whence.arriving(_door(request), get_adapter().get_client_ip(request)):
            return self.get_response(request)


def _door(request: HttpRequest) -> Channel:
    if hasattr(request, "api_token"):
        return Channel.TOKEN
    return Channel.ADMIN if request.path.startswith("/admin/") else Channel.PAGE


class SessionLimitsMiddleware:
    """Ends sessions that were idle too long or have lasted too long; leads people back to sign in, saying why.

    The times are in the session, which is read anyway: the common request costs no query more. Once a minute
    the time of the last request is written.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, as nobody's where its session is over."""
        reason = ""
        if isinstance(request.user, User) and not hasattr(request, "api_token"):
            reason = sessions.over(request)
            if reason:
                sessions.end(request, reason)
            else:
                sessions.touch(request)
        elif sessions.is_gone(request):
            reason = sessions.GONE
        return _led_back(request, self.get_response(request), reason)


def _led_back(request: HttpRequest, response: HttpResponseBase, reason: str) -> HttpResponseBase:
    """The answer; on the way to the sign-in page it tells why, and htmx loads a whole page instead of a piece."""
    to = response.headers.get("Location", "") if response.status_code == HTTPStatus.FOUND else ""
    if reason and to.startswith(reverse("account_login")):
        to = response.headers["Location"] = f"{to}{'&' if '?' in to else '?'}ended={reason}"
    if to.startswith(_PAGES_OF_SIGN_IN) and request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": to})
    return response


class SecondFactorMiddleware:
    """People whose role needs a second factor see nothing but the pages that set one up, until they have one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Lead to the page that sets up a second factor, or asks for the one that there is."""
        # Whoever needs a second factor could make a token only with one.
        if hasattr(request, "api_token") or not isinstance(request.user, User):
            return None
        if not getattr(view, "login_required", True):
            return None
        if not request.user.needs_second_factor or second_factor.given(request):
            return None
        return self._led_to_factor(request, request.user)

    @staticmethod
    def _led_to_factor(request: HttpRequest, user: User) -> HttpResponse | None:
        """Without one, the pages that set one up are open; with one, only those that ask for it."""
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if second_factor.exists(user):
            asks = name.startswith("mfa_reauthenticate")
            page = reverse(second_factor.page_that_asks(user))
            return None if asks else redirect_to_login(request.get_full_path(), page)
        sets_up = name.startswith("mfa_") or name == "account_reauthenticate"
        return None if sets_up else redirect("mfa_index")


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
