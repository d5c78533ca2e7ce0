"""How the submissions of a Party have fared: what a moderator weighs beside what is in front of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Party
from cpl.choices import StepKind, SubmissionState
from cpl.models import Submission, SubmissionStep
from cpl.targets import is_late

_PUBLISHED = Q(state__in=[SubmissionState.PUBLISHED, SubmissionState.LOADED])
_MOST_ANSWERS = 2_000


@dataclass(frozen=True)
class Record:
    """Numbers of a Party's submissions, and the newest of them.

    `first_time_right` were published and never queried; `late` are answers that came after their target, with the
    queries that are overdue now.
    """

    submitted: int
    published: int
    first_time_right: int
    queried: int
    refused: int
    late: int
    newest: list[Submission]


def record_of(party: Party, visible: QuerySet[Submission], *, but: Submission, now: datetime, last: int = 10) -> Record:
    """The Party's record among the visible submissions, without the one at hand; three queries."""
    theirs = visible.filter(party=party, submitted_at__isnull=False).exclude(pk=but.pk)
    newest = theirs.select_related("entry", "device_model", "manufacturer").order_by("-submitted_at", "-pk")
    return Record(**_numbers(theirs), late=_late_answers(theirs, now), newest=list(newest[:last]))


def _numbers(theirs: QuerySet[Submission]) -> dict[str, Any]:
    queries = SubmissionStep.objects.filter(submission=OuterRef("pk"), kind=StepKind.QUERY)
    return theirs.annotate(was_queried=Exists(queries)).aggregate(
        submitted=Count("pk"),
        published=Count("pk", filter=_PUBLISHED),
        first_time_right=Count("pk", filter=_PUBLISHED & Q(was_queried=False)),
        queried=Count("pk", filter=Q(was_queried=True)),
        refused=Count("pk", filter=Q(state=SubmissionState.REFUSED)),
    )


def _late_answers(theirs: QuerySet[Submission], now: datetime) -> int:
    moves = SubmissionStep.objects.filter(submission__in=theirs).exclude(to_state="")
    rows = moves.order_by("submission_id", "pk").values_list("submission_id", "kind", "at", "submission__state")
    return sum(_waits_of(list(rows[:_MOST_ANSWERS]), now))


def _waits_of(moves: list[tuple[int, str, datetime, str]], now: datetime) -> Iterator[bool]:
    """For each query whether the move after it came late; none has come after the last one of a queried submission."""
    for (key, kind, at, state), after in zip_longest(moves, moves[1:]):
        if kind != StepKind.QUERY:
            continue
        if after is not None and after[0] == key:
            yield after[1] == StepKind.RESUBMIT and is_late(SubmissionState.QUERIED, at, after[2])
        else:
            yield state == SubmissionState.QUERIED and is_late(SubmissionState.QUERIED, at, now)
