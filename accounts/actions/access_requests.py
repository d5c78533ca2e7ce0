"""Requests for access: asked, confirmed by e-mail, decided, or never confirmed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit, audit_names, mail
from accounts.access import Forbidden, can, manages
from accounts.actions import invitations
from accounts.addressees import administrators_of, managers_of_every_party
from accounts.choices import RequestState, Role
from accounts.job_queue import enqueue
from accounts.links import proves
from accounts.models import AccessRequest, Invitation, Party, User
from accounts.permissions import MANAGE_EVERY_PARTY, MANAGE_PARTY

ANSWER = "accounts.jobs.answer_access_request"


class AlreadyDecided(Exception):
    """Somebody else was quicker; `request` says who, and what they decided."""

    def __init__(self, request: AccessRequest) -> None:
        super().__init__(f"{request.decided_by} has decided already: {request.get_state_display().lower()}.")
        self.request = request


class CannotConfirm(Exception):
    """The request cannot be confirmed (any more); the message says what to do, and may be shown."""


@transaction.atomic
def request_access(*, name: str, email: str, organisation: str, reason: str) -> AccessRequest:
    """Keep the request and queue the answer to the e-mail address.

    Does the very same whoever's the address is: the worker finds out what to write (`answer`).
    """
    request = AccessRequest.objects.create(
        name=name, email=email.strip().lower(), organisation=organisation, reason=reason
    )
    audit.record(audit_names.ACCESS_REQUESTED, by=request.email, about=request)
    enqueue(ANSWER, queue="mail", request=request.pk)
    return request


def answer(*, request: int) -> None:
    """Write to whoever asked: confirm, you wait already, or you have an account; the worker calls it."""
    found = AccessRequest.objects.filter(pk=request, state=RequestState.UNCONFIRMED).first()
    if found is None:
        return
    if User.objects.filter(email=found.email, is_active=True).exists():
        mail.later("already_have_account", to=found.email)
    elif _is_waiting(found.email):
        mail.later("request_waiting", to=found.email)
    else:
        mail.later("confirm_request", to=found.email, request=found.pk)


def proven(*, pk: int, proof: str) -> AccessRequest | None:
    """The request that this link belongs to, whatever has become of it; None for a link that is none."""
    found = AccessRequest.objects.filter(pk=pk).first()
    return found if found and proves(proof, "request", found.pk, found.nonce) else None


def check_confirmable(request: AccessRequest) -> None:
    """Raises CannotConfirm with words for whoever opened the link."""
    if request.state not in (RequestState.UNCONFIRMED, RequestState.EXPIRED):
        raise CannotConfirm("You have confirmed this request already. You hear by e-mail when it is decided.")
    if request.state == RequestState.EXPIRED or timezone.now() >= request.confirmable_until:
        raise CannotConfirm("The link in the e-mail has run out. Ask again: it takes a minute.")
    if _is_waiting(request.email):
        raise CannotConfirm("Another request of yours waits for a decision. You hear of it by e-mail.")


@transaction.atomic
def confirm(*, request: AccessRequest) -> AccessRequest:
    """The address is proven: the request waits, and whoever decides is told.

    One Party by e-mail domain with an active administrator: its administrators decide. Otherwise SECAS does.
    Raises CannotConfirm; of two requests of one address only one waits.
    """
    # One after another for an address: the database allows it one waiting request.
    same_address = AccessRequest.objects.select_for_update().filter(email=request.email).order_by("pk")
    locked = next(row for row in same_address if row.pk == request.pk)
    check_confirmable(locked)
    locked.state, locked.confirmed_at, locked.party = RequestState.WAITING, timezone.now(), _decided_by(locked.email)
    locked.save(update_fields=["state", "confirmed_at", "party"])
    owner = locked.party.name if locked.party else ""
    audit.record(audit_names.ACCESS_CONFIRMED, by=locked.email, about=locked, owner=owner)
    for person in administrators_of(locked.party) if locked.party else managers_of_every_party():
        mail.later("request_to_decide", to=person.email, request=locked.pk)
    return locked


@transaction.atomic
def approve(*, request: AccessRequest, party: Party, role: Role, by: User) -> Invitation:
    """Let the person in: an invitation to this role in this Party is sent.

    Raises AlreadyDecided where somebody was quicker, Forbidden where `by` may not decide this request or not
    give that role there, and what `invitations.invite` raises.
    """
    locked = _locked(request, by)
    if party != locked.party and not can(by, MANAGE_EVERY_PARTY):
        raise Forbidden(MANAGE_EVERY_PARTY)
    locked.party = party
    _decide(locked, RequestState.APPROVED, by)
    after = {"party": party.name, "role": Role(role).value}
    audit.record(audit_names.ACCESS_APPROVED, by=by, about=locked, owner=party.name, after=after)
    return invitations.invite(party=party, email=locked.email, role=role, name=locked.name, by=by, request=locked)


@transaction.atomic
def refuse(*, request: AccessRequest, reason: str, by: User) -> AccessRequest:
    """Say no, with a reason that the person is told.

    Raises AlreadyDecided where somebody was quicker, Forbidden where `by` may not decide this request.
    """
    locked = _locked(request, by)
    locked.refusal_reason = reason
    _decide(locked, RequestState.REFUSED, by)
    owner = locked.party.name if locked.party else ""
    audit.record(audit_names.ACCESS_REFUSED, by=by, about=locked, owner=owner, after={"reason": reason})
    mail.later("request_refused", to=locked.email, reason=reason, organisation=locked.organisation)
    return locked


@transaction.atomic
def expire(*, now: datetime) -> int:
    """End requests that nobody confirmed in time; returns how many."""
    begun_before = now - timedelta(days=settings.REQUEST_CONFIRM_DAYS)
    late = AccessRequest.objects.select_for_update(skip_locked=True).filter(
        state=RequestState.UNCONFIRMED, created_at__lt=begun_before
    )
    for request in (found := list(late)):
        request.state = RequestState.EXPIRED
        request.save(update_fields=["state"])
        audit.record(audit_names.ACCESS_EXPIRED, by=None, about=request)
    return len(found)


def _is_waiting(email: str) -> bool:
    return AccessRequest.objects.filter(email=email, state=RequestState.WAITING).exists()


def _decided_by(email: str) -> Party | None:
    """The one Party of this e-mail domain, if somebody in it decides; None: SECAS."""
    parties = list(Party.objects.of_email(email)[:2])
    return parties[0] if len(parties) == 1 and administrators_of(parties[0]).exists() else None


def _locked(request: AccessRequest, by: User) -> AccessRequest:
    """The waiting request, with nobody else at it, for somebody who may decide it."""
    locked = AccessRequest.objects.select_for_update(of=("self",)).select_related("party").get(pk=request.pk)
    if not can(by, MANAGE_EVERY_PARTY) and not (locked.party and manages(by, locked.party)):
        raise Forbidden(MANAGE_PARTY)
    if locked.state != RequestState.WAITING:
        raise AlreadyDecided(locked)
    return locked


def _decide(request: AccessRequest, state: RequestState, by: User) -> None:
    request.state, request.decided_at, request.decided_by = state, timezone.now(), by.email
    request.save(update_fields=["state", "decided_at", "decided_by", "party", "refusal_reason"])
