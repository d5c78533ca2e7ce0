"""A second factor that its person has lost, and a tie to a sign-in service that does not know them any more."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from accounts import audit, audit_names, mail
from accounts.access import Forbidden
from accounts.actions.api_tokens import revoke_all
from accounts.actions.people import may_disable
from accounts.actions.sessions import end_sessions
from accounts.models import User
from accounts.permissions import MANAGE_PARTY


@transaction.atomic
def reset(*, user: User, by: User | None) -> list[str]:
    """Delete the authenticator app, passkeys and recovery codes of a person, and tell them.

    Their sessions and API tokens end, and they are untied from single sign-on. Returns the kinds that were there.
    Somebody whose role needs a second factor sets one up anew at the next sign-in, and single sign-on ties them
    anew. Raises Forbidden where `by` may not disable this person either, or it is themselves.
    """
    if by is not None and not may_disable(by, user):
        raise Forbidden(MANAGE_PARTY)
    User.objects.select_for_update().get(pk=user.pk)
    kept = Authenticator.objects.filter(user=user)
    kinds = sorted(set(kept.values_list("type", flat=True)))
    kept.delete()
    ties = SocialAccount.objects.filter(user=user)
    before = {"kinds": kinds, "ties": ties.count()}
    ties.delete()
    end_sessions(user=user, reason="second factor reset", by=by)
    # Whoever had the account for a while may have made some.
    revoke_all(user=user, by=by)
    membership = user.memberships.select_related("party").order_by("pk").first()
    owner = membership.party.name if membership else ""
    audit.record(audit_names.SECOND_FACTOR_RESET, by=by, about=user, owner=owner, before=before)
    mail.later("second_factor_reset", to=user.email)
    return kinds
