"""What the pages of Parties show: their people, and how each Party stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.access import can, roles_to_give
from accounts.choices import RequestState, Role
from accounts.models import AccessRequest, ApiToken, Invitation, Membership, Party, Review, User
from accounts.permissions import HELD_BY, MANAGE_PARTY, READ_EVERY_PARTY

HISTORY: Final = timedelta(days=90)
"""How far back ended invitations and ended tokens are shown."""

_FACTORS: Final = {Authenticator.Type.TOTP: "Authenticator app", Authenticator.Type.WEBAUTHN: "Passkey"}


@dataclass
class Colleague:
    """One person of a Party."""

    user: User
    roles: list[Role] = field(default_factory=list)
    factors: list[str] = field(default_factory=list)

    @property
    def is_administrator(self) -> bool:
        """Whether they decide who acts for the Party."""
        return any(MANAGE_PARTY in HELD_BY[role] for role in self.roles)


def colleagues(party: Party) -> list[Colleague]:
    """Everybody with a role in the Party, by name."""
    found: dict[int, Colleague] = {}
    memberships = Membership.objects.filter(party=party).select_related("user").order_by("pk")
    for membership in memberships:
        one = found.setdefault(membership.user_id, Colleague(membership.user))
        one.roles.append(Role(membership.role))
    for user, kind in _factors(found):
        found[user].factors.append(_FACTORS[Authenticator.Type(kind)])
    return sorted(found.values(), key=lambda one: (one.user.name.lower(), one.user.email))


def colleague(party: Party, user: int) -> Colleague | None:
    """One person of the Party; None if they have no role in it."""
    return next((one for one in colleagues(party) if one.user.pk == user), None)


def _factors(users: Iterable[int]) -> Iterator[tuple[int, str]]:
    kept = Authenticator.objects.filter(user__in=list(users), type__in=_FACTORS)
    yield from kept.order_by("type").values_list("user_id", "type").distinct()


def open_invitations(party: Party) -> QuerySet[Invitation]:
    """Invitations that wait to be accepted, or have run out without it."""
    return Invitation.objects.open().filter(party=party)


def ended_invitations(party: Party) -> QuerySet[Invitation]:
    """Invitations of late that were accepted or withdrawn."""
    ended = Q(accepted_at__isnull=False) | Q(withdrawn_at__isnull=False)
    return Invitation.objects.filter(ended, party=party, created_at__gte=timezone.now() - HISTORY)


def requests_waiting(party: Party) -> QuerySet[AccessRequest]:
    """Confirmed requests for access to this Party, the oldest first."""
    return AccessRequest.objects.filter(party=party, state=RequestState.WAITING).order_by("confirmed_at")


def tokens_shown(party: Party, user: User) -> QuerySet[ApiToken]:
    """API tokens of the Party that this person may know of, usable and ended of late: the own ones, or all."""
    lately = timezone.now() - HISTORY
    ended = Q(revoked_at__lt=lately) | Q(expires_at__lt=lately)
    tokens = ApiToken.objects.filter(party=party).exclude(ended).select_related("user")
    return tokens if sees_everything(user, party) else tokens.filter(user=user)


def sees_everything(user: User, party: Party) -> bool:
    """Whether this person sees more of the Party than names and roles: its administrator, SECAS, auditors."""
    return can(user, READ_EVERY_PARTY) or MANAGE_PARTY in user.permissions_in(party.pk)


def roles_still_to_give(by: User, party: Party, roles: Iterable[Role]) -> list[Role]:
    """Roles that `by` may give to a person who has these."""
    held = set(roles)
    return [role for role in roles_to_give(by, party) if role not in held]


def open_review(party: Party) -> Review | None:
    """The review that waits for answers."""
    return Review.objects.filter(party=party, closed_at=None).select_related("party").first()


def last_review(party: Party) -> Review | None:
    """The review that was answered last."""
    return Review.objects.filter(party=party, closed_at__isnull=False).order_by("-closed_at").first()


def parties_with_state() -> QuerySet[Party]:
    """Every Party with `people`, `has_administrator` and `review_due` (the day its open review is to be answered)."""
    administrators = [role for role, held in HELD_BY.items() if MANAGE_PARTY in held]
    leading = Membership.objects.filter(party=OuterRef("pk"), role__in=administrators, user__is_active=True)
    waiting = Review.objects.filter(party=OuterRef("pk"), closed_at=None)
    return Party.objects.annotate(
        people=Count("memberships__user", distinct=True),
        has_administrator=Exists(leading),
        review_due=Subquery(waiting.values("due_on")[:1]),
    ).order_by("name")
