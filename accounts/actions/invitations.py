"""Places in a Party offered by e-mail: sent, sent again, withdrawn, accepted once."""

from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, audit_names, mail, single_sign_on
from accounts.access import Forbidden, can, roles_to_give
from accounts.actions.memberships import join
from accounts.actions.people import create_account, may_enable, revive
from accounts.choices import DisabledReason, PartyCategory, Role
from accounts.links import new_nonce, proves
from accounts.models import AccessRequest, Invitation, Membership, Party, User
from accounts.models.invitation import end_of_validity
from accounts.permissions import MANAGE_EVERY_PARTY, MANAGE_PARTY, ROLES_IN

_HAS_ACCOUNT: Final = "You have an account already. Sign in, then open the link again."


class CannotInvite(Exception):
    """Such an invitation makes no sense; the message says why and what to do, and may be shown."""


class NotOpen(Exception):
    """The invitation was accepted or withdrawn, or has run out."""


class CannotAccept(Exception):
    """The invitation is good and cannot be accepted like this; the message says what to do, and may be shown."""


def outside_domains(party: Party, email: str) -> bool:
    """Whether the address is of none of the Party's domains, where it has any: allowed, and worth a warning."""
    return bool(party.email_domains) and email.rpartition("@")[2].strip().lower() not in party.email_domains


@transaction.atomic
def invite(
    *,
    party: Party,
    email: str,
    role: Role,
    name: str = "",
    by: User | None,
    request: AccessRequest | None = None,
) -> Invitation:
    """Offer a role in the Party to an e-mail address; the letter with the link is queued.

    An open invitation of the address to the same role is sent again instead. `by=None` is the command line.
    Raises Forbidden where `by` may not give that role there, CannotInvite where it makes no sense.
    """
    email = email.strip().lower()
    _require(by, party, role)
    _check(party, email, role, by)
    invitation, created = _offer(party, email, role, name, by)
    if request is not None:
        invitation.request = request
        invitation.save(update_fields=["request"])
    if not created:
        return _send_again(invitation, by)
    audit.record(audit_names.INVITED, by=by, about=invitation, owner=party.name, after=_told(invitation))
    _send(invitation)
    return invitation


@transaction.atomic
def renew(*, invitation: Invitation, by: User | None) -> Invitation:
    """Send the letter again with a new link and a new end; links sent before stop working.

    Raises Forbidden where `by` may not give that role there, NotOpen where it was accepted or withdrawn.
    """
    _require(by, invitation.party, Role(invitation.role))
    return _send_again(_locked(invitation), by)


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User | None) -> None:
    """Take the offer back; its link stops working.

    Raises Forbidden where `by` may not give that role there, NotOpen where it was accepted or withdrawn.
    """
    _require(by, invitation.party, Role(invitation.role))
    locked = _locked(invitation)
    locked.withdrawn_at = timezone.now()
    locked.save(update_fields=["withdrawn_at"])
    audit.record(audit_names.INVITATION_WITHDRAWN, by=by, about=locked, owner=locked.party.name, before=_told(locked))


def proven(*, pk: int, proof: str) -> Invitation | None:
    """The invitation that this link belongs to, whatever has become of it; None for a link that is none."""
    found = Invitation.objects.select_related("party").filter(pk=pk).first()
    return found if found and proves(proof, "invitation", found.pk, found.nonce) else None


def account_of(invitation: Invitation) -> User | None:
    """The account, active or not, that has the invitation's address."""
    return User.objects.filter(email=invitation.email).first()


def needs_password(invitation: Invitation) -> bool:
    """Whether whoever accepts chooses a password: not where their Party signs them in itself."""
    service = single_sign_on.of_address(invitation.email)
    return service is None or not service.is_required or service.party != invitation.party


@transaction.atomic
def accept(*, invitation: Invitation, by: User | None, name: str = "", password: str | None = None) -> User:
    """Take the place that is offered, once. Returns the person who now has it.

    `by` is the person who is signed in. `by=None`: somebody who opened the link and has no account, or a
    disabled one; then `name` and `password` (None with single sign-on) are those of the account, which is made
    or enabled again. The caller has checked the link (`proven`).
    Raises NotOpen where somebody was quicker or it has run out, CannotAccept with words for the person.
    """
    locked = _locked(invitation)
    if not locked.is_open:
        raise NotOpen
    inviter = _still_standing(locked)
    person = _signed_in(locked, by) if by else _newcomer(locked, inviter, name, password)
    locked.accepted_at = timezone.now()
    locked.save(update_fields=["accepted_at"])
    join(user=person, party=locked.party, role=Role(locked.role), by=inviter)
    # As they are now: with the new role.
    person = User.objects.get(pk=person.pk)
    audit.record(audit_names.INVITATION_ACCEPTED, by=person, about=locked, owner=locked.party.name, after=_told(locked))
    return person


def _require(by: User | None, party: Party, role: Role) -> None:
    if by is not None and role not in roles_to_give(by, party):
        raise Forbidden(MANAGE_PARTY)


def _check(party: Party, email: str, role: Role, by: User | None) -> None:
    if by is not None and by.email == email:
        raise CannotInvite("You cannot invite yourself. Another administrator, or SECAS, can give you a role.")
    if role not in ROLES_IN[PartyCategory(party.category)]:
        raise CannotInvite(f"{party} is of the category {party.get_category_display()}: it has no {role.label}.")
    if not party.is_active:
        raise CannotInvite(f"{party} is not active: its people see nothing. SECAS can make it active again.")
    if Membership.objects.filter(user__email=email, user__is_active=True, party=party, role=role).exists():
        raise CannotInvite(f"{email} has this role in {party} already.")


def _offer(party: Party, email: str, role: Role, name: str, by: User | None) -> tuple[Invitation, bool]:
    """The open invitation of this address to this role, made if there is none; two at once make one."""
    return Invitation.objects.select_for_update().get_or_create(
        party=party,
        email=email,
        role=role,
        accepted_at=None,
        withdrawn_at=None,
        defaults={"name": name, "invited_by": by.email if by else ""},
    )


def _locked(invitation: Invitation) -> Invitation:
    """The row, with nobody else at it; NotOpen where it has ended."""
    rows = Invitation.objects.open().select_for_update(of=("self",)).select_related("party")
    found = rows.filter(pk=invitation.pk).first()
    if found is None:
        raise NotOpen
    return found


def _send_again(invitation: Invitation, by: User | None) -> Invitation:
    invitation.nonce, invitation.expires_at = new_nonce(), end_of_validity()
    invitation.invited_by = by.email if by else ""
    invitation.save(update_fields=["nonce", "expires_at", "invited_by"])
    owner = invitation.party.name
    audit.record(audit_names.INVITATION_RENEWED, by=by, about=invitation, owner=owner, after=_told(invitation))
    _send(invitation)
    return invitation


def _send(invitation: Invitation) -> None:
    mail.later("invitation", to=invitation.email, invitation=invitation.pk)


def _still_standing(invitation: Invitation) -> User | None:
    """Who invited, if they still may give that role; nobody leaves offers behind that they could no longer make."""
    if not invitation.invited_by:
        inviter = None
    else:
        inviter = User.objects.filter(email=invitation.invited_by).first()
        if inviter is None or Role(invitation.role) not in roles_to_give(inviter, invitation.party):
            raise CannotAccept(
                "Whoever invited you can no longer do so. Ask the Party’s administrator, or SECAS, to invite you again."
            )
    if not invitation.party.is_active:
        raise CannotAccept(f"{invitation.party} is not active in this service. Ask SECAS.")
    return inviter


def _signed_in(invitation: Invitation, by: User) -> User:
    if by.email != invitation.email:
        raise CannotAccept("This invitation is for another person. Sign out, then open the link again.")
    return by


def _newcomer(invitation: Invitation, inviter: User | None, name: str, password: str | None) -> User:
    """A new account, or the disabled one of a person who comes back."""
    person = User.objects.select_for_update().filter(email=invitation.email).first()
    if person is None:
        return _made(invitation.email, name, password)
    if person.is_active:
        raise CannotAccept(_HAS_ACCOUNT)
    if not _may_bring_back(inviter, person):
        raise CannotAccept(
            "Your account is disabled, and whoever invited you cannot enable it. Ask SECAS to enable it, "
            "then open the link again."
        )
    person.name = name or person.name
    person.set_password(password)
    person.save(update_fields=["name", "password"])
    revive(user=person, by=inviter)
    return person


def _made(email: str, name: str, password: str | None) -> User:
    """A new account; two invitations of one address, accepted at once, make one."""
    try:
        with transaction.atomic():
            return create_account(email=email, name=name, password=password, by=None)
    except IntegrityError as known:
        raise CannotAccept(_HAS_ACCOUNT) from known


def _may_bring_back(inviter: User | None, person: User) -> bool:
    """Enabling gives back every role that the person has: only those who may give all of them bring them back."""
    if inviter is None:
        return True
    if person.memberships.exists():
        return may_enable(inviter, person)
    return person.disabled_reason != DisabledReason.SECAS or can(inviter, MANAGE_EVERY_PARTY)


def _told(invitation: Invitation) -> dict[str, object]:
    """What the audit event keeps of an invitation."""
    return {
        "party": invitation.party.name,
        "email": invitation.email,
        "role": invitation.role,
        "expires": f"{invitation.expires_at:%Y-%m-%dT%H:%M:%SZ}",
    }
