"""Pages of sign-in that differ from django-allauth's."""

from typing import Any, cast

from allauth.account.views import PasswordChangeView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actions.sessions import end_sessions
from accounts.devices import device
from accounts.models import User
from accounts.sessions import open_sessions
from accounts.sign_in_history import ENDED_BY_PERSON


class ChangePasswordView(PasswordChangeView):
    """Changes the password; whoever has none yet gets a letter for it, as if it were forgotten."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Every method."""
        if not cast(User, request.user).has_usable_password():
            return redirect("account_reset_password")
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))


class RemovePasskeyView(RemoveWebAuthnView):
    """Removes a passkey, but not the only second factor of somebody whose role needs one."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or say why not."""
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.object):
            return cast(HttpResponse, super().form_valid(form))
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")


@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in; ends one of these sessions, or all others."""
    user = cast(User, request.user)  # every address needs sign-in (LoginRequiredMiddleware)
    if request.method == "POST":
        return _end(request, user)
    found = sorted(open_sessions(user), key=lambda row: not row.is_current())
    shown = [{"row": row, "device": device(row.user_agent), "current": row.is_current()} for row in found]
    return render(request, "usersessions/usersession_list.html", {"sessions": shown})


def _end(request: HttpRequest, user: User) -> HttpResponse:
    key, current = request.POST.get("end", ""), request.session.session_key
    if key == "others":
        ended = end_sessions(user=user, reason=ENDED_BY_PERSON, by=user, keep=current)
    elif key.isdecimal():
        ended = end_sessions(user=user, reason=ENDED_BY_PERSON, by=user, only=int(key), keep=current)
    else:
        raise Http404
    messages.success(request, f"{ended} session{'' if ended == 1 else 's'} ended.")
    return redirect("usersessions_list")
