"""Requests for access: what waits, and the decision."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.access import Forbidden, can
from accounts.actions import access_requests, invitations
from accounts.choices import RequestState, Role
from accounts.forms.joining import ApproveForm, RefuseForm
from accounts.models import AccessRequest, Invitation, User
from accounts.permissions import MANAGE_EVERY_PARTY, MANAGE_PARTY, NEEDS_SECOND_FACTOR
from accounts.selectors import managed_parties, requests_to_decide

LATELY = timedelta(days=90)
MOST_SHOWN = 50


def decider(request: HttpRequest) -> User:
    """The signed-in person; raises Forbidden unless they decide who acts for some Party."""
    user = request.user
    if not isinstance(user, User) or not (can(user, MANAGE_PARTY) or can(user, MANAGE_EVERY_PARTY)):
        raise Forbidden(MANAGE_PARTY)
    return user


def access_request_list(request: HttpRequest) -> HttpResponse:
    """What waits for this person, the oldest first, and what was decided lately."""
    user = decider(request)
    decided = _concerning(user).filter(decided_at__gte=timezone.now() - LATELY)
    context = {
        "waiting": requests_to_decide(user).select_related("party").order_by("confirmed_at"),
        "decided": decided.order_by("-decided_at")[:MOST_SHOWN],
        "is_secas": can(user, MANAGE_EVERY_PARTY),
        "days": LATELY.days,
    }
    return render(request, "accounts/joining/access_requests.html", context)


def access_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: approve or refuse, or see who did."""
    user = decider(request)
    found = get_object_or_404(_concerning(user), pk=pk)
    return _page(request, user, found)


def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve with a Party and a role."""
    user = decider(request)
    found = get_object_or_404(_concerning(user), pk=pk)
    if request.method != "POST":
        return redirect("accounts:access_request", pk)
    form = ApproveForm(request.POST, request=found, by=user)
    if found.state != RequestState.WAITING:
        return _told_who(request, access_requests.AlreadyDecided(found))
    if not form.is_valid():
        return _page(request, user, found, approving=form)
    answer: HttpResponse = _approved(request, user, found, form)
    return answer


def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse with a reason."""
    user = decider(request)
    found = get_object_or_404(_concerning(user), pk=pk)
    if request.method != "POST":
        return redirect("accounts:access_request", pk)
    form = RefuseForm(request.POST)
    if found.state != RequestState.WAITING:
        return _told_who(request, access_requests.AlreadyDecided(found))
    if not form.is_valid():
        return _page(request, user, found, refusing=form)
    try:
        access_requests.refuse(request=found, reason=form.cleaned_data["reason"], by=user)
    except access_requests.AlreadyDecided as error:
        return _told_who(request, error)
    messages.success(request, f"The request of {found.name} is refused. They are told by e-mail.")
    return redirect("accounts:access_requests")


def _concerning(user: User) -> QuerySet[AccessRequest]:
    """Confirmed requests, decided ones too, that are this person's to decide."""
    shown = (RequestState.WAITING, RequestState.APPROVED, RequestState.REFUSED)
    confirmed = AccessRequest.objects.select_related("party").filter(state__in=shown)
    return confirmed if can(user, MANAGE_EVERY_PARTY) else confirmed.filter(party__in=managed_parties(user))


def _page(
    request: HttpRequest,
    user: User,
    found: AccessRequest,
    approving: ApproveForm | None = None,
    refusing: RefuseForm | None = None,
) -> HttpResponse:
    context = {
        "asked": found,
        "approving": approving or ApproveForm(request=found, by=user),
        "refusing": refusing or RefuseForm(),
        "invitation": Invitation.objects.filter(request=found).first(),
        "is_secas": can(user, MANAGE_EVERY_PARTY),
        "errors": approving or refusing,
    }
    return render(request, "accounts/joining/access_request.html", context)


def _privileged(request: HttpRequest) -> bool:
    return request.POST.get("role") in NEEDS_SECOND_FACTOR


# django-allauth comes without types.
@reauthentication_required(enabled=_privileged)  # type: ignore[untyped-decorator]
def _approved(request: HttpRequest, user: User, found: AccessRequest, form: ApproveForm) -> HttpResponse:
    """A role that nobody uses with a password alone is not given by an unattended screen either."""
    party, role = form.cleaned_data["party"], Role(form.cleaned_data["role"])
    try:
        access_requests.approve(request=found, party=party, role=role, by=user)
    except access_requests.AlreadyDecided as error:
        return _told_who(request, error)
    except invitations.CannotInvite as error:
        form.add_error(None, str(error))
        return _page(request, user, found, approving=form)
    messages.success(request, f"{found.name} is invited to {party} as {role.label}.")
    if invitations.outside_domains(party, found.email):
        messages.warning(request, f"{found.email} is outside the e-mail domains of {party}. Be sure who this is.")
    return redirect("accounts:access_requests")


def _told_who(request: HttpRequest, error: access_requests.AlreadyDecided) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("accounts:access_request", error.request.pk)
