"""The submissions that an issue may take in, as a list of boxes to tick."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cpl.actions.publication.duties import hands_of
from cpl.admin.submissions import words
from cpl.admin.submissions.closed import stopping
from cpl.choices import StepKind, SubmissionState
from cpl.letters import name_of
from cpl.models import CPLIssue, Submission
from cpl.selectors.inherited import OPEN, Audiences, told
from cpl.selectors.queue import open_problems
from cpl.targets import is_late


@dataclass(frozen=True)
class Row:
    """One submission: ticked or not, why this person may not publish it, and what stands against it."""

    submission: Submission
    name: str
    ticked: bool
    why_not: str
    blocked: list[str]
    late: bool
    about: words.Subject
    advising: int
    """How many advising problems are open: they stop nothing, and the publisher has to know of them."""
    audience: str
    """Who will see it, where other versions are for named Parties only."""


def open_to(issue: CPLIssue | None) -> QuerySet[Submission]:
    """Accepted submissions that stand in no issue, and those that stand in this one."""
    free = Q(issue__isnull=True) | Q(issue=issue) if issue else Q(issue__isnull=True)
    rows = Submission.objects.filter(free, state=SubmissionState.ACCEPTED).order_by("accepted_at", "pk")
    return rows.select_related("party", "manufacturer", "device_model", "entry", "accepted_by", "submitted_by")


def rows_of(submissions: Iterable[Submission], by: User, ticked: Collection[int] | None = None) -> list[Row]:
    """Everything is ticked at first but what this person may not publish, or what something stands against."""
    rows, now = list(submissions), timezone.now()
    hands, audiences = hands_of(by, rows), told(rows)
    return [_row(one, hands.get(one.pk, ""), audiences.get(one.pk, OPEN), ticked, now) for one in rows]


def _row(
    submission: Submission, reason: str, audiences: Audiences, ticked: Collection[int] | None, now: datetime
) -> Row:
    blocked = [problem.message for problem in stopping(submission, StepKind.PUBLISH)]
    chosen = not reason and not blocked if ticked is None else submission.pk in ticked
    late = is_late(submission.state, submission.state_since, now)
    about, advising = words.subject_of(submission), open_problems(submission).advising
    audience = words.audience_words(audiences)
    return Row(submission, name_of(submission), chosen, reason, blocked, late, about, advising, audience)
