"""Parties: the list for SECAS and auditors, and a Party's own page."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Forbidden, can, can_for, manages, roles_to_give
from accounts.actions import invitations
from accounts.choices import Role
from accounts.forms.parties import FindPartiesForm, InviteForm
from accounts.models import Invitation, Party, User
from accounts.party_page import (
    HISTORY,
    colleagues,
    ended_invitations,
    last_review,
    open_invitations,
    open_review,
    parties_with_state,
    requests_waiting,
    sees_everything,
    tokens_shown,
)
from accounts.permissions import MANAGE_EVERY_PARTY, MANAGE_PARTY, READ_EVERY_PARTY, USE_API
from accounts.views.asking import managed_party, seen_party
from accounts.views.confirm import Question, ask
from accounts.views.sensitive import sensitive

PAGE_SIZE = 50


@require_safe
def parties(request: HttpRequest) -> HttpResponse:
    """Every Party for those who see every Party; the own ones, or the only one, for everybody else."""
    user = request.user
    if not isinstance(user, User) or not user.held_permissions:
        raise Forbidden(READ_EVERY_PARTY)
    if can(user, READ_EVERY_PARTY):
        return _register(request)
    own = parties_with_state().filter(pk__in={acting.party for acting in user.active_memberships})
    if len(own) == 1:
        return redirect("accounts:party", own[0].pk)
    return render(request, "accounts/parties.html", {"page": own, "today": timezone.localdate()})


def _register(request: HttpRequest) -> HttpResponse:
    form = FindPartiesForm(request.GET)
    found = form.narrowed(parties_with_state())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    may_make = can(request.user, MANAGE_EVERY_PARTY)
    context = {"form": form, "page": page, "today": timezone.localdate(), "may_make": may_make}
    return render(request, "accounts/parties.html", context)


@require_safe
def party(request: HttpRequest, pk: int) -> HttpResponse:
    """A Party's own page: who acts for it, and what its administrator has to look after."""
    user, found = seen_party(request, pk)
    oversees = sees_everything(user, found)
    context = {
        "shown": found,
        "colleagues": colleagues(found),
        "oversees": oversees,
        "manages": manages(user, found),
        "may_change": can(user, MANAGE_EVERY_PARTY),
        "may_invite": bool(roles_to_give(user, found)) and found.is_active,
        "tokens": tokens_shown(found, user),
        "may_make_token": can_for(user, USE_API, found),
        "single_sign_on": getattr(found, "single_sign_on", None),
        "now": timezone.now(),
        "today": timezone.localdate(),
        "days": HISTORY.days,
        **(_overseen(found) if oversees else {}),
    }
    return render(request, "accounts/party.html", context)


def _overseen(found: Party) -> dict[str, object]:
    """What names and roles alone do not tell."""
    return {
        "requests": requests_waiting(found),
        "invitations": open_invitations(found),
        "ended_invitations": ended_invitations(found),
        "review": open_review(found),
        "last_review": last_review(found),
    }


# Invitations ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a person with one of the roles that one may give."""
    user, found = managed_party(request, pk)
    roles = roles_to_give(user, found)
    if not roles:
        raise Forbidden(MANAGE_PARTY)
    form = InviteForm(roles, request.POST or None)
    if request.method == "POST" and form.is_valid() and (sent := _invite(request, user, found, form)):
        return sent
    context = {"shown": found, "form": form, "days": settings.INVITATION_DAYS}
    return render(request, "accounts/party_invite.html", context)


@sensitive
def _invite(request: HttpRequest, user: User, found: Party, form: InviteForm) -> HttpResponse | None:
    name, email, role = form.cleaned_data["name"], form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        sent = invitations.invite(party=found, email=email, role=role, name=name, by=user)
    except invitations.CannotInvite as wrong:
        form.add_error(None, str(wrong))
        return None
    messages.success(
        request, f"{sent.email} is invited as {role.label}. The link in the letter works until {_day(sent)}."
    )
    if invitations.outside_domains(found, email):
        messages.warning(request, f"{sent.email} is outside the e-mail domains of {found}. Be sure who this is.")
    return _to_party(found)


@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """Send the letter again, with a new link and a new end."""
    user, found = managed_party(request, pk)
    offer, has_ended = _offer(found, invitation)
    if has_ended:
        return _ended_meanwhile(request, offer)
    if request.method == "POST":
        return _send_again(request, user, offer)
    consequences = ["A new letter is sent. Its link works from today on.", "Links sent before stop working."]
    return ask(request, found, Question(
        f"Send the invitation of {offer.email} again", consequences, "Send again", _invitations(found), warns=False
    ))  # fmt: skip


@sensitive
def _send_again(request: HttpRequest, user: User, offer: Invitation) -> HttpResponse:
    try:
        sent = invitations.renew(invitation=offer, by=user)
    except invitations.NotOpen:
        return _ended_meanwhile(request, offer)
    messages.success(request, f"The invitation of {sent.email} was sent again. It works until {_day(sent)}.")
    return _to_party(offer.party)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """Take an invitation back, after asking."""
    user, found = managed_party(request, pk)
    offer, has_ended = _offer(found, invitation)
    if has_ended:
        return _ended_meanwhile(request, offer)
    if request.method == "POST":
        return _withdraw(request, user, offer)
    consequences = ["The link in the letter stops working at once. Nobody is told."]
    return ask(request, found, Question(
        f"Withdraw the invitation of {offer.email}", consequences, "Withdraw", _invitations(found)
    ))  # fmt: skip


def _withdraw(request: HttpRequest, user: User, offer: Invitation) -> HttpResponse:
    try:
        invitations.withdraw(invitation=offer, by=user)
    except invitations.NotOpen:
        return _ended_meanwhile(request, offer)
    messages.success(request, f"The invitation of {offer.email} is withdrawn.")
    return _to_party(offer.party)


def _ended_meanwhile(request: HttpRequest, offer: Invitation) -> HttpResponse:
    offer.refresh_from_db()
    end = "withdrawn" if offer.withdrawn_at else "accepted"
    messages.error(request, f"The invitation of {offer.email} was {end} meanwhile. Nothing was changed.")
    return _to_party(offer.party)


def _offer(found: Party, pk: int) -> tuple[Invitation, bool]:
    """An invitation of the Party, and whether it was accepted or withdrawn since the page was opened."""
    offer = get_object_or_404(Invitation.objects.select_related("party"), party=found, pk=pk)
    return offer, bool(offer.accepted_at or offer.withdrawn_at)


def _day(offer: Invitation) -> str:
    return f"{timezone.localtime(offer.expires_at):%-d %B %Y}"


def _invitations(found: Party) -> str:
    return reverse("accounts:party", args=[found.pk]) + "#invitations"


def _to_party(found: Party) -> HttpResponse:
    """To the top of the page, where the message is, not to its invitations."""
    return redirect("accounts:party", found.pk)
