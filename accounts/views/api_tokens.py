"""API tokens: made by oneself and shown once, revoked by oneself or by whoever manages the Party."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.access import Forbidden, can_for, manages
from accounts.actions import api_tokens
from accounts.forms.parties import TokenForm
from accounts.links import absolute
from accounts.models import ApiToken, Party, User
from accounts.party_page import tokens_shown
from accounts.permissions import MANAGE_PARTY, USE_API
from accounts.views.asking import seen_party
from accounts.views.confirm import Question, ask
from accounts.views.sensitive import sensitive


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a token for oneself; the answer to the form is the only page that ever shows it."""
    user, party = seen_party(request, pk)
    if not can_for(user, USE_API, party):
        raise Forbidden(USE_API)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _make(request, user, party, form)):
        return made
    return render(request, "accounts/party_token.html", {"shown": party, "form": form})


@sensitive
@sensitive_variables("token")
def _make(request: HttpRequest, user: User, party: Party, form: TokenForm) -> HttpResponse | None:
    try:
        made, token = api_tokens.make_token(user=user, party=party, by=user, **form.cleaned_data)
    except api_tokens.CannotMakeToken as wrong:
        form.add_error(None, str(wrong))
        return None
    context = {"shown": party, "made": made, "token": token, "portal": absolute("")}
    return render(request, "accounts/party_token_made.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int, token: int) -> HttpResponse:
    """End a token, after asking."""
    user, party = seen_party(request, pk)
    found = get_object_or_404(tokens_shown(party, user), pk=token)
    if found.user != user and not manages(user, party):
        raise Forbidden(MANAGE_PARTY)
    if request.method == "POST":
        return _revoke(request, user, found)
    whose = "your" if found.user == user else f"{found.user}’s"
    consequences = ["Programs that use it are refused at once. It cannot be brought back: make a new one instead."]
    back = reverse("accounts:party", args=[party.pk]) + "#tokens"
    return ask(request, party, Question(f"Revoke {whose} API token “{found.name}”", consequences, "Revoke", back))


def _revoke(request: HttpRequest, user: User, found: ApiToken) -> HttpResponse:
    api_tokens.revoke(token=found, by=user)
    messages.success(request, f"The API token “{found.name}” is revoked.")
    return redirect("accounts:party", found.party_id)
