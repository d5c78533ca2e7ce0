"""Submissions as their authors and the manufacturers they speak of look for them."""

from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, Q, QuerySet

from accounts.access import Person, can
from accounts.choices import PartyCategory
from accounts.models import User
from accounts.permissions import (
    MARK_LOADED,
    MODERATE,
    PUBLISH,
    READ_EVERY_RECORD,
    SUBMIT_AS_MANUFACTURER,
    SUBMIT_FOR_OTHERS,
    SUBMIT_FOR_SECAS,
)
from cpl.choices import Confirmation, IssueState, SubmissionState
from cpl.models import CPLEntry, CPLIssue, Submission
from cpl.workflow import EDITABLE, OPEN

WITH = ("party", "manufacturer__party", "entry__device_model", "device_model", "contact", "issue")
_ASKED = (SubmissionState.SUBMITTED, SubmissionState.RESUBMITTED)


@dataclass(frozen=True)
class Waiting:
    """Queries to answer, what others said of the own products to confirm, and what waits for the person's role.

    For SECAS how many submissions are to be decided on and to be published, for the DCC the issues to load.
    """

    queries: list[Submission]
    confirmations: list[Submission]
    to_decide: int = 0
    to_publish: int = 0
    to_load: list[CPLIssue] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.queries, self.confirmations, self.to_decide, self.to_publish, self.to_load))


def submits(person: Person) -> bool:
    """Whether some role of this person lets them submit something; asks no database."""
    return any(can(person, each) for each in (SUBMIT_AS_MANUFACTURER, SUBMIT_FOR_OTHERS, SUBMIT_FOR_SECAS))


def follows(person: Person) -> bool:
    """Whether submissions are this person's business by role or Party; asks the database nothing new."""
    if submits(person) or can(person, READ_EVERY_RECORD):
        return True
    return isinstance(person, User) and any(
        acting.category == PartyCategory.MANUFACTURER for acting in person.active_memberships
    )


def followed_by(person: Person) -> QuerySet[Submission]:
    """What this person may see, with all that a list of them tells, the last changed first."""
    return Submission.objects.visible_to(person).select_related(*WITH).order_by("-changed_at", "-pk")


def waiting_for(user: User) -> Waiting | None:
    """What of submissions waits for this person; None for whoever has no part in them, without asking the database."""
    parties = [acting.party for acting in user.active_memberships if _submits_for(user, acting.party)]
    if not parties and not any(can(user, each) for each in (MODERATE, PUBLISH, MARK_LOADED)):
        return None
    queries = Submission.objects.filter(party__in=parties, state=SubmissionState.QUERIED)
    asked = list(queries.select_related(*WITH).order_by("state_since")) if parties else []
    return Waiting(asked, _to_confirm(user), *_with_secas(user), _to_load(user))


def _with_secas(user: User) -> tuple[int, int]:
    """How many wait for a decision and for publication, each for those who do that. One query for them."""
    decides, publishes = can(user, MODERATE), can(user, PUBLISH)
    if not decides and not publishes:
        return 0, 0
    counts = Submission.objects.aggregate(
        asked=Count("pk", filter=Q(state__in=_ASKED)),
        accepted=Count("pk", filter=Q(state=SubmissionState.ACCEPTED, issue=None)),
    )
    return counts["asked"] if decides else 0, counts["accepted"] if publishes else 0


def _to_load(user: User) -> list[CPLIssue]:
    """Issues that the DCC has not loaded yet, for its own people: SECAS may mark them too, but does not wait to."""
    if not can(user, MARK_LOADED) or can(user, READ_EVERY_RECORD):
        return []
    return list(CPLIssue.objects.filter(state=IssueState.PUBLISHED).order_by("published_at"))


def for_you(user: User) -> Q:
    """What waits for this person: drafts and queries of the Parties they submit for, and confirmations wanted."""
    parties = [acting.party for acting in user.active_memberships if _submits_for(user, acting.party)]
    speaks = [acting.party for acting in user.active_memberships if _edits_for(user, acting.party)]
    to_confirm = Q(manufacturer__party__in=speaks, confirmation=Confirmation.WAITING, state__in=_ASKED)
    return Q(party__in=parties, state__in=EDITABLE) | to_confirm


def underway(user: User, entry: CPLEntry) -> list[tuple[Submission, str]]:
    """What the person's own Parties have under way about the entry, in words that follow its reference."""
    own = [acting.party for acting in user.active_memberships]
    found = Submission.objects.visible_to(user).filter(entry=entry, party__in=own, state__in=OPEN).order_by("pk")
    return [(submission, _UNDERWAY.get(SubmissionState(submission.state), "is with SECAS")) for submission in found]


_UNDERWAY: Final = {
    SubmissionState.DRAFT: "is a draft of your Party",
    SubmissionState.QUERIED: "waits for your answer to SECAS",
    SubmissionState.ACCEPTED: "is accepted, for the next issue",
}


def _submits_for(user: User, party: int) -> bool:
    held = user.permissions_in(party)
    return bool(held & {SUBMIT_AS_MANUFACTURER, SUBMIT_FOR_OTHERS, SUBMIT_FOR_SECAS})


def _to_confirm(user: User) -> list[Submission]:
    if not can(user, SUBMIT_AS_MANUFACTURER):
        return []
    speaks = [each.party for each in user.active_memberships if _edits_for(user, each.party)]
    rows = Submission.objects.filter(manufacturer__party__in=speaks, confirmation=Confirmation.WAITING)
    return list(rows.filter(state__in=_ASKED).select_related(*WITH).order_by("submitted_at"))


def _edits_for(user: User, party: int) -> bool:
    return SUBMIT_AS_MANUFACTURER in user.permissions_in(party)
