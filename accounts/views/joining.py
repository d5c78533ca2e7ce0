"""Asking for access, and accepting an invitation: pages for people who have no account yet."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.ratelimit import consume, respond_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts.actions import access_requests, invitations
from accounts.forms.joining import AcceptForm, AskForm
from accounts.models import Invitation, User

NOT_FOUND, GONE, FORBIDDEN = 404, 410, 403


@login_not_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for access. The answer is the same whoever's the address is."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not consume(request, action="request_access", key=form.cleaned_data["email"]):
            return _too_often(request)
        access_requests.request_access(**form.cleaned_data)
        return redirect("accounts:ask_sent")
    return render(request, "accounts/joining/ask.html", {"form": form})


@login_not_required
def ask_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, once asked."""
    return render(request, "accounts/joining/ask_sent.html", {"days": settings.REQUEST_CONFIRM_DAYS})


@never_cache
@login_not_required
def confirm(request: HttpRequest, pk: int, proof: str) -> HttpResponse:
    """Confirm the e-mail address of a request by a button; opening the link does nothing."""
    found = access_requests.proven(pk=pk, proof=proof)
    if found is None:
        return _wrong_link(request)
    try:
        access_requests.check_confirmable(found)
        if request.method == "POST":
            found = access_requests.confirm(request=found)
            return render(request, "accounts/joining/confirmed.html", {"asked": found})
    except access_requests.CannotConfirm as error:
        return render(request, "accounts/joining/cannot_confirm.html", {"reason": str(error)}, status=GONE)
    return render(request, "accounts/joining/confirm.html", {"asked": found})


@never_cache
@login_not_required
def accept(request: HttpRequest, pk: int, proof: str) -> HttpResponse:
    """What is offered; a button, or name and password, accepts it."""
    invitation = invitations.proven(pk=pk, proof=proof)
    if invitation is None:
        return _wrong_link(request)
    if not invitation.is_open:
        return _ended(request)
    try:
        return _answer(request, invitation)
    except invitations.NotOpen:
        return _ended(request)
    except invitations.CannotAccept as error:
        context = {"invitation": invitation, "reason": str(error)}
        return render(request, "accounts/joining/cannot_accept.html", context, status=FORBIDDEN)


def _answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    account = invitations.account_of(invitation)
    if isinstance(request.user, User):
        return _as_signed_in(request, invitation, request.user)
    if account is not None and account.is_active:
        return render(request, "accounts/joining/accept_sign_in.html", {"invitation": invitation})
    return _as_newcomer(request, invitation, account)


def _as_signed_in(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    """One button for the very person; somebody else is told so."""
    if request.method == "POST":
        invitations.accept(invitation=invitation, by=user)
        messages.success(request, f"You now act for {invitation.party}: {invitation.get_role_display()}.")
        return redirect("home")
    context = {"invitation": invitation, "is_theirs": user.email == invitation.email}
    return render(request, "accounts/joining/accept_signed_in.html", context)


def _as_newcomer(request: HttpRequest, invitation: Invitation, account: User | None) -> HttpResponse:
    """A form for a new account, or for one that was disabled."""
    needs_password = invitations.needs_password(invitation)
    name = (account.name if account else "") or invitation.name
    form = AcceptForm(
        request.POST or None, invitation=invitation, needs_password=needs_password, initial={"name": name}
    )
    if request.method == "POST" and form.is_valid():
        person = invitations.accept(invitation=invitation, by=None, **form.cleaned_data)
        state = "enabled again" if account else "made"
        messages.success(
            request,
            f"Your account is {state}: you act for {invitation.party} as {invitation.get_role_display()}.",
        )
        return _let_in(request, invitation, person, needs_password)
    context = {"invitation": invitation, "form": form, "comes_back": account is not None}
    return render(request, "accounts/joining/accept.html", context)


def _let_in(request: HttpRequest, invitation: Invitation, person: User, by_password: bool) -> HttpResponse:
    """Sign in whoever has just chosen a password; the others' Party does that."""
    if not by_password:
        messages.info(request, f"Sign in through {invitation.party}.")
        return redirect("single_sign_on")
    # Chosen this moment: nobody needs to type it again to set up a second factor.
    record_authentication(request, person, method="password", email=person.email, reauthenticated=True)
    answer: HttpResponse = perform_login(request, person, email=person.email)
    return answer


def _too_often(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = respond_429(request)
    return answer


def _wrong_link(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/joining/wrong_link.html", status=NOT_FOUND)


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/joining/ended.html", status=GONE)
