"""The yearly joiner/leaver review: each Party says of each of its people whether they still need access."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts import audit, audit_names, mail
from accounts.access import Forbidden, manages, roles_to_give
from accounts.actions import people
from accounts.actions.memberships import leave
from accounts.addressees import administrators_of, managers_of_every_party
from accounts.choices import DisabledReason, ReviewDecision, Role
from accounts.links import absolute
from accounts.models import Membership, Party, Review, ReviewAnswer, User
from accounts.permissions import MANAGE_PARTY

REMIND_EVERY = timedelta(days=7)


class AlreadyAnswered(Exception):
    """Somebody else was quicker; the message says who, and may be shown."""


class CannotAnswer(Exception):
    """The answers cannot stand like this; the message says why and what to do, and may be shown."""


# Opening and reminding ----------------------------------------------------------------------------------------


def open_due_reviews(now: datetime) -> int:
    """Open a review of every active Party that has people and had none for REVIEW_MONTHS; how many were opened.

    Each Party in a transaction of its own: a night that is cut short is taken up by the next.
    """
    return sum(_open(pk, now) for pk in _due(now).values_list("pk", flat=True))


def _due(now: datetime) -> QuerySet[Party]:
    """Parties whose last review was closed long ago; those that never had one: that were made long ago."""
    with_people = Party.objects.filter(is_active=True, memberships__isnull=False)
    reviewed = with_people.annotate(reviewed=Coalesce(Max("reviews__closed_at"), "created_at"))
    open_ones = Review.objects.filter(closed_at=None)
    old = reviewed.filter(reviewed__lte=months_before(now, settings.REVIEW_MONTHS))
    return old.exclude(pk__in=open_ones.values("party")).order_by("pk")


@transaction.atomic
def _open(party: int, now: datetime) -> bool:
    """Unless another worker was quicker."""
    found = Party.objects.select_for_update().get(pk=party)
    if Review.objects.filter(party=found, closed_at=None).exists():
        return False
    due_on = timezone.localdate(now) + timedelta(days=settings.REVIEW_ANSWER_DAYS)
    review = Review.objects.create(party=found, due_on=due_on)
    audit.record(
        audit_names.REVIEW_OPENED, by=None, about=review, owner=found.name, after={"due_on": due_on.isoformat()}
    )
    _write("review_opened", review, administrators_of(found) or managers_of_every_party())
    return True


def remind_overdue(now: datetime) -> int:
    """Write to the administrators and to SECAS about each overdue review, once a week; how many reviews."""
    open_ones = Review.objects.filter(closed_at=None, due_on__lt=timezone.localdate(now), party__is_active=True)
    quiet = open_ones.filter(Q(reminded_at=None) | Q(reminded_at__lte=now - REMIND_EVERY))
    return sum(_remind(pk, now) for pk in quiet.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    """Unless it was answered, or reminded of, meanwhile."""
    review = Review.objects.select_for_update(of=("self",)).select_related("party").get(pk=pk)
    if review.closed_at or (review.reminded_at and review.reminded_at > now - REMIND_EVERY):
        return False
    review.reminded_at = now
    review.save(update_fields=["reminded_at"])
    audit.record(audit_names.REVIEW_REMINDED, by=None, about=review, owner=review.party.name)
    _write("review_overdue", review, [*administrators_of(review.party), *managers_of_every_party()])
    return True


def _write(template: str, review: Review, to: Iterable[User]) -> None:
    party = review.party
    words = {
        "party": party.name,
        "due": f"{review.due_on:%-d %B %Y}",
        "people": people_of(party).count(),
        "link": absolute(reverse("accounts:review", args=[party.pk])),
    }
    for person in {person.pk: person for person in to}.values():
        mail.later(template, to=person.email, **words)


# Answering ----------------------------------------------------------------------------------------------------


def people_of(party: Party) -> QuerySet[User]:
    """Everybody with a role in the Party, disabled accounts too: whoever can come back is asked about."""
    return User.objects.filter(memberships__party=party).distinct()


def may_say_left(by: User, user: User, roles: Iterable[Role], party: Party) -> bool:
    """Whether `by` may end these roles of a person in the Party: never the own ones, nor those one may not give."""
    return by != user and set(roles) <= set(roles_to_give(by, party))


@transaction.atomic
def answer(*, review: Review, decisions: Mapping[User, ReviewDecision], by: User) -> Review:
    """Close the review: everybody who has a role in the Party now stays, or loses their roles in it.

    Whoever left and acts for no other Party is disabled. All of it happens or nothing.
    Raises Forbidden unless one manages the Party, AlreadyAnswered where somebody was quicker, CannotAnswer
    where a person of the Party is not answered for, or one may not say of somebody that they have left.
    """
    if not manages(by, review.party):
        raise Forbidden(MANAGE_PARTY)
    locked = _locked(review)
    held = _held(locked.party)
    _require_all(locked.party, held, decisions, by)
    ReviewAnswer.objects.bulk_create(_answer(locked, user, roles, decisions[user]) for user, roles in held.items())
    for user in held:
        if decisions[user] == ReviewDecision.LEFT:
            _let_go(user, locked.party, by)
    locked.closed_at, locked.closed_by = timezone.now(), by.email
    locked.save(update_fields=["closed_at", "closed_by"])
    told = {user.email: str(decisions[user]) for user in held}
    audit.record(audit_names.REVIEW_ANSWERED, by=by, about=locked, owner=locked.party.name, after=told)
    return locked


def _locked(review: Review) -> Review:
    found = Review.objects.select_for_update(of=("self",)).select_related("party").get(pk=review.pk)
    if found.closed_at:
        raise AlreadyAnswered(f"{found.closed_by} has answered this review already. Nothing of yours was changed.")
    return found


def _held(party: Party) -> dict[User, list[Role]]:
    """Everybody who has a role in the Party now, with their roles in it."""
    held: dict[User, list[Role]] = {}
    for membership in Membership.objects.filter(party=party).select_related("user").order_by("user__email", "pk"):
        held.setdefault(membership.user, []).append(Role(membership.role))
    return held


def _require_all(
    party: Party, held: Mapping[User, list[Role]], decisions: Mapping[User, ReviewDecision], by: User
) -> None:
    """Everybody is answered for and may be; who was answered for and has no role any more does not matter."""
    missing = [user.email for user in held if user not in decisions]
    if missing:
        raise CannotAnswer(f"Say of everybody whether they still need access. Not answered: {', '.join(missing)}.")
    for user, roles in held.items():
        if decisions[user] == ReviewDecision.LEFT and not may_say_left(by, user, roles, party):
            raise CannotAnswer(f"You may not take the roles of {user.email} away. Ask a SECAS publisher to do it.")


def _answer(review: Review, user: User, roles: list[Role], decision: ReviewDecision) -> ReviewAnswer:
    names = ", ".join(str(role.label) for role in roles)
    return ReviewAnswer(review=review, user=user, email=user.email, roles=names, decision=decision)


def _let_go(user: User, party: Party, by: User) -> None:
    """Disabled first, while whoever answers still manages every Party of this person."""
    if not Membership.objects.filter(user=user).exclude(party=party).exists():
        people.disable(user=user, reason=DisabledReason.LEFT, by=by)
    for membership in Membership.objects.filter(user=user, party=party).select_related("user", "party"):
        leave(membership=membership, by=by)


def months_before(now: datetime, months: int) -> datetime:
    """The same day so many months ago, or the last of that month where it is shorter."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
