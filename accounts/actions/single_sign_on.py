"""A Party's own sign-in service: made and changed by SECAS."""

from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit, audit_names
from accounts.access import Forbidden, can
from accounts.actions.parties import require_command, rival_sign_on
from accounts.models import Party, SingleSignOn, User
from accounts.permissions import MANAGE_EVERY_PARTY

_TOLD = ("provider_id", "issuer", "client_id", "is_required", "is_active")
_SUBJECTS_OF = ("provider_id", "issuer", "client_id")
"""A provider's names for people hold as long as these do."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@transaction.atomic
def save_single_sign_on(*, party: Party, by: User | None, **new: str | bool) -> SingleSignOn:
    """Make the Party's single sign-on, or change what is named of it.

    Accounts that were tied to another issuer or client are untied: the next sign-in ties them anew. Raises Forbidden
    without the permission to manage every Party and to give every role in this one, ValidationError (by field) for
    values that cannot work.
    """
    if by is not None and not can(by, MANAGE_EVERY_PARTY):
        raise Forbidden(MANAGE_EVERY_PARTY)
    # The Party's row: there may be none of the provider's yet to lock.
    locked = Party.objects.select_for_update().get(pk=party.pk)
    require_command(by, locked.category)
    found = SingleSignOn.objects.filter(party=locked).first()
    before = _told(found) if found else None
    changed = found or SingleSignOn()
    changed.party = locked
    for field, value in new.items():
        setattr(changed, field, value)
    check_single_sign_on(changed)
    changed.save()
    if before != (after := _told(changed)):
        name = audit_names.SINGLE_SIGN_ON_CHANGED
        audit.record(name, by=by, about=changed, owner=party.name, before=before, after=after)
        _untie(changed, before, by)
    return changed


def _untie(changed: SingleSignOn, before: dict[str, object] | None, by: User | None) -> None:
    """Forget the names for people that another provider gave: they mean nothing to this one, or somebody else."""
    if before is None or all(before[field] == getattr(changed, field) for field in _SUBJECTS_OF):
        return
    ties = SocialAccount.objects.filter(provider=before["provider_id"])
    if people := ties.count():
        ties.delete()
        name = audit_names.SINGLE_SIGN_ON_UNTIED
        audit.record(name, by=by, about=changed, owner=changed.party.name, people=people)


def check_single_sign_on(changed: SingleSignOn) -> None:
    """Raise ValidationError, by field, for values that cannot work or would not be safe."""
    changed.full_clean()
    issuer = urlsplit(changed.issuer)
    here = settings.DEBUG and issuer.scheme == "http" and issuer.hostname in _LOOPBACK
    if issuer.scheme != "https" and not here:
        words = f"Give the issuer’s https address. “{changed.issuer}” does not begin with https://."
        raise ValidationError({"issuer": words})
    if changed.is_required and not changed.party.email_domains:
        words = "The Party has no e-mail domain, so nobody could be sent there. Add one to the Party first."
        raise ValidationError({"is_required": words})
    if rival := rival_sign_on(changed.party, changed.party.email_domains):
        raise ValidationError(f"The single sign-on of {rival} speaks for one of the Party’s e-mail domains already.")


def _told(single: SingleSignOn) -> dict[str, object]:
    """What the audit event keeps; the client secret is not here at all."""
    return {field: getattr(single, field) for field in _TOLD}
