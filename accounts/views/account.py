"""One's own account: name, Parties and roles, how one signs in, and what happened."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import second_factor, sign_in_history, single_sign_on
from accounts.actions.account import rename
from accounts.forms.account import NameForm
from accounts.models import User
from accounts.sessions import open_sessions


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Shows everything about the person's own account; changes the name."""
    user = cast(User, request.user)  # every address needs sign-in (LoginRequiredMiddleware)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        rename(user=user, name=form.cleaned_data["name"], by=user)
        messages.success(request, "Your name is saved.")
        return redirect("accounts:account")
    return render(request, "accounts/account.html", {"form": form, **_state(user)})


def _state(user: User) -> dict[str, object]:
    """How the person signs in, in counts and dates."""
    authenticators = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    by_type = {type_: [one for one in authenticators if one.type == type_] for type_ in Authenticator.Type.values}
    return {
        "app": next(iter(by_type["totp"]), None),
        "passkeys": [(one, one.wrap().name) for one in by_type["webauthn"]],
        "codes_left": sum(len(one.wrap().get_unused_codes()) for one in by_type["recovery_codes"]),
        "has_factor": bool(by_type["totp"] or by_type["webauthn"]),
        "session_count": len(open_sessions(user)),
        "service": single_sign_on.of_address(user.email),
        "history": sign_in_history.of(user),
        "days": sign_in_history.DAYS,
    }


@require_POST
def later(request: HttpRequest) -> HttpResponse:
    """Stop urging the person to set up a second factor, for a while, in this browser."""
    answer = redirect(_back(request))
    age = second_factor.LATER_DAYS * 86_400
    secure = request.is_secure()
    answer.set_cookie(second_factor.LATER_COOKIE, "1", max_age=age, secure=secure, httponly=True, samesite="Lax")
    return answer


def _back(request: HttpRequest) -> str:
    """Home, or the account page if the person came from there."""
    return "accounts:account" if request.POST.get("from") == "account" else "home"
