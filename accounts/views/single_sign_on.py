"""Signing in with a Party's own service (OpenID Connect): there, and back."""

from typing import Any, cast

from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from accounts import single_sign_on
from accounts.forms.sign_in import WorkEmailForm
from accounts.models import SingleSignOn


class CheckedOpenIDConnect(OpenIDConnectOAuth2Adapter):
    """Checks the signature and the issuer of every token, however it was fetched."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        issuer = self.openid_config["issuer"]
        if str(issuer).rstrip("/") != app.settings["server_url"]:
            raise OAuth2Error(f"The service calls itself {issuer}")
        checked = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=issuer,
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return cast(dict[str, Any], checked)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the work e-mail address and lead to the service that speaks for its domain.

    The answer depends on the domain alone, never on whether the address has an account: that a Party signs its
    people in itself is no secret.
    """
    if request.user.is_authenticated:
        return redirect("home")
    if limited := request.method == "POST" and ratelimit.consume_or_429(request, action="single_sign_on"):
        return cast(HttpResponse, limited)
    form = WorkEmailForm(request.POST or None)
    if form.is_valid():
        service = single_sign_on.of_address(form.cleaned_data["email"])
        if service is not None:
            return _leave(request, service)
        form.add_error("email", "No organisation signs its people in with this address. Use your password instead.")
    context = {"form": form, "next": _next(request), "required": "required" in request.GET}
    return render(request, "socialaccount/start.html", context)


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the service sends people back to: checks what it says, and signs in."""
    service = get_object_or_404(single_sign_on.in_use(), provider_id=provider_id)
    view = OAuth2CallbackView.adapter_view(CheckedOpenIDConnect(request, provider_id))
    try:
        return cast(HttpResponse, view(request))
    except (RequestException, KeyError, ValueError):
        return _refuse(request, service, single_sign_on.SILENT)


def _leave(request: HttpRequest, service: SingleSignOn) -> HttpResponse:
    """A page that leads on by itself: the policy lets no form, and no redirect after one, leave this server."""
    provider = get_adapter().get_provider(request, service.provider_id)
    try:
        away = provider.redirect(request, process="login", next_url=_next(request))
    except (RequestException, KeyError, ValueError):
        return _refuse(request, service, single_sign_on.SILENT)
    return render(request, "socialaccount/leave.html", {"party": service.party, "address": away["Location"]})


def _refuse(request: HttpRequest, service: SingleSignOn, reason: str) -> HttpResponse:
    refused = single_sign_on.Refused(reason)
    return cast(HttpResponse, get_adapter().refuse(request, refused, service.party.name, required=service.is_required))


def _next(request: HttpRequest) -> str | None:
    """Where the person wanted to go, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else None
