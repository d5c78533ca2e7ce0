"""One person of a Party: roles, account, second factor, and when they signed in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import sign_in_history, single_sign_on
from accounts.access import Forbidden, manages, roles_to_give
from accounts.actions import people, second_factors
from accounts.actions.memberships import join, leave
from accounts.choices import DisabledReason, Role
from accounts.forms.parties import GiveRoleForm
from accounts.models import Membership, Party, User
from accounts.party_page import Colleague, roles_still_to_give
from accounts.permissions import MANAGE_PARTY
from accounts.views.asking import managed_party, of_party, overseen_party
from accounts.views.confirm import Question, ask
from accounts.views.sensitive import sensitive

PAGE_SIZE = 50
_FORM = ["GET", "HEAD", "POST"]


@require_safe
def person(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Roles and state of a person, what may be done about them, and their sign-ins of late."""
    user, party = overseen_party(request, pk)
    return _page(request, user, party, of_party(party, person))


def _page(
    request: HttpRequest, user: User, party: Party, one: Colleague, giving: GiveRoleForm | None = None
) -> HttpResponse:
    history = Paginator(sign_in_history.events_of(one.user), PAGE_SIZE).get_page(request.GET.get("page"))
    to_give = roles_still_to_give(user, party, one.roles) if one.user != user else []
    context = {
        "shown": party,
        "one": one,
        "roles": [(role, one.user != user and role in roles_to_give(user, party)) for role in one.roles],
        "giving": giving or (GiveRoleForm(to_give) if to_give else None),
        "manages": manages(user, party),
        "is_self": one.user == user,
        "is_tied": single_sign_on.is_tied(one.user),
        "may_disable": people.may_disable(user, one.user),
        "may_enable": people.may_enable(user, one.user),
        "others": _other_parties(one.user, party),
        "history": [sign_in_history.told(event) for event in history],
        "pages": history,
        "days": sign_in_history.DAYS,
    }
    return render(request, "accounts/party_person.html", context)


def _other_parties(user: User, party: Party) -> int:
    return Membership.objects.filter(user=user).exclude(party=party).values("party").distinct().count()


# Roles ----------------------------------------------------------------------------------------------------


@require_http_methods(_FORM)
def give_role(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Give a person of the Party one more role."""
    user, party = managed_party(request, pk)
    one = of_party(party, person)
    to_give = roles_still_to_give(user, party, one.roles)
    if one.user == user or not to_give:
        raise Forbidden(MANAGE_PARTY)
    if request.method != "POST":
        return redirect(_home(party, one))
    form = GiveRoleForm(to_give, request.POST)
    if not form.is_valid():
        return _page(request, user, party, one, giving=form)
    return _give(request, user, party, one, Role(form.cleaned_data["role"]))


@sensitive
def _give(request: HttpRequest, user: User, party: Party, one: Colleague, role: Role) -> HttpResponse:
    join(user=one.user, party=party, role=role, by=user)
    messages.success(request, f"{one.user} is {role.label} of {party} now.")
    return redirect(_home(party, one))


@require_http_methods(_FORM)
def take_role(request: HttpRequest, pk: int, person: int, role: str) -> HttpResponse:
    """Take a role back, after asking."""
    user, party = managed_party(request, pk)
    one = of_party(party, person)
    held = next((held for held in one.roles if held.value == role), None)
    if held is None:
        raise Http404
    if one.user == user or held not in roles_to_give(user, party):
        raise Forbidden(MANAGE_PARTY)
    if request.method == "POST":
        return _take(request, user, party, one, held)
    consequences = [f"{one.user} loses what a {held.label} of {party} may do, at once."]
    if len(one.roles) == 1:
        consequences.append(
            f"It is their only role in {party}: they see nothing of it any more, and their API tokens end."
        )
    if one.is_administrator and len(administrators(party)) == 1 and held == Role.PARTY_ADMINISTRATOR:
        consequences.append(f"{party} has no administrator then: SECAS decides who acts for it.")
    return ask(request, party, Question(
        f"Take the role {held.label} from {one.user}", consequences, "Take the role away", _home(party, one)
    ))  # fmt: skip


def administrators(party: Party) -> set[int]:
    """Keys of the people who are administrators of the Party."""
    held = Membership.objects.filter(party=party, role=Role.PARTY_ADMINISTRATOR, user__is_active=True)
    return set(held.values_list("user_id", flat=True))


@sensitive
def _take(request: HttpRequest, user: User, party: Party, one: Colleague, role: Role) -> HttpResponse:
    for membership in Membership.objects.filter(user=one.user, party=party, role=role).select_related("user", "party"):
        leave(membership=membership, by=user)
    messages.success(request, f"{one.user} is no longer {role.label} of {party}.")
    return redirect("accounts:party", party.pk) if len(one.roles) == 1 else redirect(_home(party, one))


# Account --------------------------------------------------------------------------------------------------


@require_http_methods(_FORM)
def disable(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Disable the account, after asking."""
    user, party, one = _to_act_on(request, pk, person)
    if request.method == "POST":
        return _disable(request, user, party, one)
    consequences = [
        "They are signed out everywhere at once and cannot sign in.",
        "Their API tokens end, and stay ended.",
        "Their roles stay, so that enabling the account gives back what they had. They are told by e-mail.",
    ]
    return ask(
        request, party, Question(f"Disable the account of {one.user}", consequences, "Disable", _home(party, one))
    )


@sensitive
def _disable(request: HttpRequest, user: User, party: Party, one: Colleague) -> HttpResponse:
    people.disable(user=one.user, reason=DisabledReason.ADMINISTRATOR, by=user)
    messages.success(request, f"The account of {one.user} is disabled.")
    return redirect(_home(party, one))


@require_http_methods(_FORM)
def enable(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Enable a disabled account, after asking."""
    user, party, one = _to_act_on(request, pk, person)
    if not people.may_enable(user, one.user):
        raise Forbidden(MANAGE_PARTY)
    if request.method == "POST":
        return _enable(request, user, party, one)
    roles = ", ".join(str(role.label) for role in one.roles)
    consequences = [f"They can sign in again as {roles} of {party}.", "They are told by e-mail."]
    return ask(request, party, Question(
        f"Enable the account of {one.user}", consequences, "Enable", _home(party, one), warns=False
    ))  # fmt: skip


@sensitive
def _enable(request: HttpRequest, user: User, party: Party, one: Colleague) -> HttpResponse:
    people.enable(user=one.user, by=user)
    messages.success(request, f"The account of {one.user} is enabled.")
    return redirect(_home(party, one))


@require_http_methods(_FORM)
def reset_second_factor(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Remove a second factor that its person has lost, after asking."""
    user, party, one = _to_act_on(request, pk, person)
    if request.method == "POST":
        return _reset(request, user, party, one)
    consequences = [
        "Be sure that it is really they who ask: ring them on a number you know.",
        "Their authenticator app, passkeys and recovery codes stop working.",
        "If their organisation’s own service signs them in, their account is untied from it: "
        "whoever it next vouches for under this address is tied anew.",
        "They are signed out everywhere. At the next sign-in they set up a new second factor, if their role needs one.",
        "They are told by e-mail.",
    ]
    return ask(request, party, Question(
        f"Reset the second factor of {one.user}", consequences, "Reset the second factor", _home(party, one)
    ))  # fmt: skip


@sensitive
def _reset(request: HttpRequest, user: User, party: Party, one: Colleague) -> HttpResponse:
    second_factors.reset(user=one.user, by=user)
    messages.success(request, f"The second factor of {one.user} is reset. They are told by e-mail.")
    return redirect(_home(party, one))


def _to_act_on(request: HttpRequest, pk: int, person: int) -> tuple[User, Party, Colleague]:
    """Who acts, on whom; raises Forbidden where the account is not theirs to end."""
    user, party = managed_party(request, pk)
    one = of_party(party, person)
    if not people.may_disable(user, one.user):
        raise Forbidden(MANAGE_PARTY)
    return user, party, one


def _home(party: Party, one: Colleague) -> str:
    return reverse("accounts:party_person", args=[party.pk, one.user.pk])
