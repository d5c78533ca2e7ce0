"""Accounts of people: made, disabled, enabled again."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts import audit, audit_names, mail
from accounts.access import Forbidden, can, roles_to_give
from accounts.actions.api_tokens import revoke_all
from accounts.actions.sessions import end_sessions
from accounts.choices import DisabledReason, Role
from accounts.models import User
from accounts.permissions import MANAGE_EVERY_PARTY, MANAGE_PARTY, MAY_GIVE


def may_disable(by: User, user: User) -> bool:
    """Whether `by` may disable this person.

    Never oneself and nobody whose role one may not give. A Party's administrator: only people who act for
    nobody but Parties that the administrator manages.
    """
    held = list(user.memberships.select_related("party"))
    if by == user:
        return False
    if can(by, MANAGE_EVERY_PARTY):
        may_give = frozenset().union(*(MAY_GIVE.get(acting.role, frozenset()) for acting in by.active_memberships))
        return all(Role(membership.role) in may_give for membership in held)
    return bool(held) and all(membership.role in roles_to_give(by, membership.party) for membership in held)


def may_enable(by: User, user: User) -> bool:
    """Whether `by` may enable this person again: who may disable them, and what SECAS disabled SECAS enables."""
    by_secas = user.disabled_reason == DisabledReason.SECAS
    return may_disable(by, user) and (not by_secas or can(by, MANAGE_EVERY_PARTY))


@transaction.atomic
def create_account(*, email: str, name: str, password: str | None, by: User | None) -> User:
    """Make a person whose e-mail address is proven; without a password they sign in by single sign-on only.

    `by=None`: the person made it by accepting an invitation, or the command line did.
    """
    user = User.objects.create_user(email, password, name=name)
    _keep_address(user)
    audit.record(audit_names.ACCOUNT_CREATED, by=by or user, about=user, after={"email": user.email, "name": name})
    return user


@transaction.atomic
def disable(*, user: User, reason: DisabledReason, by: User | None) -> None:
    """End this person's way in: sessions end, API tokens are revoked, and they are told by e-mail.

    Their memberships stay, so that enabling gives back what was there. Disabling twice changes nothing.
    Raises Forbidden where `by` may not (`may_disable`); `by=None` is the system itself.
    """
    if by is not None and not may_disable(by, user):
        raise Forbidden(MANAGE_PARTY)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        return
    if by is not None and can(by, MANAGE_EVERY_PARTY) and reason == DisabledReason.ADMINISTRATOR:
        reason = DisabledReason.SECAS
    _set(locked, is_active=False, disabled_at=timezone.now(), disabled_reason=reason)
    end_sessions(user=locked, reason="disabled", by=by)
    revoke_all(user=locked, by=by)
    audit.record(audit_names.ACCOUNT_DISABLED, by=by, about=locked, owner=_owner(locked), after={"reason": reason})
    mail.later("account_disabled", to=locked.email, reason=reason)
    _copy_state(locked, user)


@transaction.atomic
def enable(*, user: User, by: User | None) -> None:
    """Let a disabled person sign in again with what they had; tell them. Enabling twice changes nothing.

    Sessions and API tokens of before stay ended. Raises Forbidden where `by` may not (`may_enable`).
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if by is not None and not may_enable(by, locked):
        raise Forbidden(MANAGE_PARTY)
    if locked.is_active:
        return
    revive(user=locked, by=by)
    mail.later("account_enabled", to=locked.email)
    _copy_state(locked, user)


def revive(*, user: User, by: User | None) -> None:
    """Make a disabled account active, inside the caller's transaction, which has settled the permission."""
    before = {"reason": user.disabled_reason}
    _set(user, is_active=True, disabled_at=None, disabled_reason="", unused_warned_at=None)
    audit.record(audit_names.ACCOUNT_ENABLED, by=by, about=user, owner=_owner(user), before=before)


def _set(user: User, **new: Any) -> None:
    for field, value in new.items():
        setattr(user, field, value)
    user.save(update_fields=list(new))


def _keep_address(user: User) -> None:
    """As django-allauth wants it: without a verified address nobody may set up a second factor."""
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def _owner(user: User) -> str:
    """The Party whose page shows what happened to this person: their oldest."""
    membership = user.memberships.select_related("party").order_by("pk").first()
    return membership.party.name if membership else ""


def _copy_state(source: User, to: User) -> None:
    """The caller's object says what the database says."""
    for field in ("is_active", "disabled_at", "disabled_reason", "unused_warned_at"):
        setattr(to, field, getattr(source, field))
    to.__dict__.pop("held_permissions", None)
