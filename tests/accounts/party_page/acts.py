"""Acts on a Party's page, and what they change."""

from allauth.mfa.models import Authenticator

from accounts.actions.invitations import invite
from accounts.choices import Role
from accounts.models import AuditEvent, Invitation, Party, User
from tests.accounts.pages import at
from tests.factories import Cast


def acts(cast: Cast, ashdown: Party) -> dict[str, tuple[str, dict[str, str]]]:
    """Every act by name: its address, with what it needs."""
    person = (ashdown.pk, cast.supplier.pk)
    offer = Invitation.objects.get() if Invitation.objects.exists() else invite(
        party=ashdown, email="old@ashdown.example", role=Role.PARTY_USER, by=cast.administrator
    )  # fmt: skip
    return {
        "invite": (at("invite", ashdown.pk), {"name": "N", "email": "new@ashdown.example", "role": "party_user"}),
        "send_again": (at("send_invitation_again", ashdown.pk, offer.pk), {}),
        "withdraw": (at("withdraw_invitation", ashdown.pk, offer.pk), {}),
        "give": (at("give_role", *person), {"role": "submitter"}),
        "take": (at("take_role", *person, "party_user"), {}),
        "disable": (at("disable_person", *person), {}),
        "enable": (at("enable_person", *person), {}),
        "reset": (at("reset_second_factor", *person), {}),
    }


ACTS = ("invite", "send_again", "withdraw", "give", "take", "disable", "enable", "reset")
SENSITIVE = ("invite", "send_again", "give", "take", "disable", "enable", "reset")


def state() -> tuple[object, ...]:
    """Whatever the acts change."""
    return (
        list(
            User.objects.order_by("pk")
            .values_list("pk", "is_active", "memberships__role")
            .order_by("pk", "memberships__pk")
        ),
        list(Invitation.objects.order_by("pk").values_list("nonce", "withdrawn_at")),
        Authenticator.objects.count(),
        AuditEvent.objects.count(),
    )
