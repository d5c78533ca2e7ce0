"""A Party's own sign-in service: which one speaks for an address, and whom it may sign in."""

from typing import Any, Final

from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts import audit, audit_names
from accounts.choices import PartyCategory
from accounts.models import Party, SingleSignOn, User
from accounts.permissions import ROLES_IN

UNVERIFIED: Final = "unverified"
OTHER_DOMAIN: Final = "other_domain"
NO_ACCOUNT: Final = "no_account"
DISABLED: Final = "disabled"
BEYOND: Final = "beyond"
OTHER_PERSON: Final = "other_person"
BROKEN: Final = "broken"
CANCELLED: Final = "cancelled"
SILENT: Final = "silent"
"""Why single sign-on came to nothing; `socialaccount/refused.html` has the words and the cure for each."""


class Refused(Exception):
    """The service vouches for somebody who may not come in; `reason` is one of the above."""

    def __init__(self, reason: str, email: str = "") -> None:
        super().__init__(reason)
        self.reason, self.email = reason, email


def in_use() -> QuerySet[SingleSignOn]:
    """Services that may sign people in: outside DEBUG only those reached by HTTPS."""
    found = SingleSignOn.objects.filter(is_active=True, party__is_active=True).select_related("party")
    return found if settings.DEBUG else found.filter(issuer__startswith="https://")


def of_address(email: str) -> SingleSignOn | None:
    """The service that speaks for the domain of this address."""
    return in_use().filter(party__in=Party.objects.of_email(email)).order_by("pk").first()


def required_for(user: User) -> SingleSignOn | None:
    """The service by which this person must sign in: their address and their role are of a Party that insists."""
    found = of_address(user.email)
    if found is None or not found.is_required or not vouches_for(found, user):
        return None
    return found if user.memberships.filter(party=found.party).exists() else None


def vouches_for(service: SingleSignOn, user: User) -> bool:
    """Whether every role of this person is one that the service's Party can have.

    A supplier's service must not open the account of somebody who is a SECAS publisher too.
    """
    own = ROLES_IN[PartyCategory(service.party.category)]
    return all(acting.role in own for acting in user.active_memberships)


def is_tied(user: User) -> bool:
    """Whether a service has a name for this person, which another sign-in there must bear."""
    return bool(SocialAccount.objects.filter(user=user).exists())


def app_of(service: SingleSignOn) -> SocialApp:
    """The service as django-allauth knows it; kept in no table, for its secret comes from the environment."""
    return SocialApp(
        provider="openid_connect",
        provider_id=service.provider_id,
        name=service.party.name,
        client_id=service.client_id,
        secret=settings.SSO_SECRETS.get(service.provider_id, ""),
        settings={"server_url": service.issuer.rstrip("/"), "oauth_pkce_enabled": True},
    )


@transaction.atomic
def admit(login: SocialLogin, service: SingleSignOn) -> User:
    """Return the person whom the service signs in, and tie them to its name for them at first use.

    It makes no account and ties nobody of another Party. Raises Refused, with the reason.
    """
    email, subject = _vouched(login, service)
    user = User.objects.select_for_update().filter(email=email).first()
    if user is None or not user.memberships.filter(party=service.party).exists():
        raise Refused(NO_ACCOUNT, email)
    if not user.is_active:
        raise Refused(DISABLED, email)
    if not vouches_for(service, user):
        raise Refused(BEYOND, email)
    _tie(user, subject, login, service)
    return user


def _vouched(login: SocialLogin, service: SingleSignOn) -> tuple[str, str]:
    """The address and the service's name for the person, from claims that agree with each other."""
    claims: dict[str, Any] = login.account.extra_data
    proven, told = claims.get("id_token") or {}, claims.get("userinfo") or {}
    subject, email = proven.get("sub"), str(told.get("email", "")).strip().lower()
    # What the second request told belongs to whom the signed token names, or is of no worth.
    if not subject or told.get("sub") != subject or login.account.uid != subject:
        raise Refused(BROKEN, email)
    if told.get("email_verified") is not True or "@" not in email:
        raise Refused(UNVERIFIED, email)
    if email.rpartition("@")[2] not in service.party.email_domains:
        raise Refused(OTHER_DOMAIN, email)
    return email, str(subject)


def _tie(user: User, subject: str, login: SocialLogin, service: SingleSignOn) -> None:
    """One name for one person: an address that was given to a successor does not open the predecessor's account."""
    ties = SocialAccount.objects.filter(provider=service.provider_id)
    if ties.filter(user=user).exclude(uid=subject).exists() or ties.filter(uid=subject).exclude(user=user).exists():
        raise Refused(OTHER_PERSON, user.email)
    if not ties.filter(user=user).exists():
        login.account.user = user
        login.account.save()
        audit.record(audit_names.SINGLE_SIGN_ON_TIED, by=user, about=user, owner=service.party.name, subject=subject)
    login.user = user
