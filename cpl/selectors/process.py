"""The process in numbers, for everybody who uses the portal: what waits at each step, and how long steps take.

Over all Parties together and without a name: nobody's submission can be told from these.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Count, Window
from django.db.models.functions import Lag, TruncMonth
from django.utils import timezone

from cpl.choices import Confirmation, IssueState, StepKind, SubmissionState
from cpl.models import CPLIssue, Submission, SubmissionStep
from cpl.selectors.queue import late
from cpl.targets import confirmation_due_at, working_days_between
from cpl.workflow import WITH_SECAS

State, Step = SubmissionState, StepKind

MONTHS: Final = 12
"""So many months back the numbers reach."""


class Backlog(NamedTuple):
    """How many wait, and how many of them longer than the target allows."""

    number: int = 0
    late: int = 0


class Spans(NamedTuple):
    """How long something took: how often it happened, the middle one, and what nine of ten took at most."""

    number: int
    median: float
    nine_of_ten: float


class Month(NamedTuple):
    """What was published in a month."""

    first: date
    submissions: int
    issues: int


@dataclass(frozen=True)
class Process:
    """Everything that the page shows in numbers. Spans are in working days, those of loading in hours."""

    waiting: Mapping[SubmissionState, Backlog]
    confirmations: Backlog
    spans: Mapping[str, Spans]
    months: Sequence[Month]

    @property
    def with_secas(self) -> int:
        """How many have their next step with SECAS."""
        return sum(self.waiting.get(state, Backlog()).number for state in WITH_SECAS)

    @property
    def late(self) -> int:
        """How many are past a target, at whatever step."""
        return sum(each.late for each in self.waiting.values()) + self.confirmations.late


def process(now: datetime) -> Process:
    """How the process stands now, and how it went in the last twelve months. Five queries."""
    since = _months_back(timezone.localdate(now))
    started = timezone.make_aware(datetime(since.year, since.month, 1))  # noqa: DTZ001 - made aware here
    return Process(_waiting(now), _confirmations(now), _spans(started), _months(since, started))


def _months_back(today: date) -> date:
    """The first day of the earliest month shown: this month and those before it make MONTHS."""
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _waiting(now: datetime) -> dict[SubmissionState, Backlog]:
    """By state. Published submissions wait for the DCC, issue by issue."""
    awaited = [*WITH_SECAS, State.QUERIED, State.PUBLISHED]
    rows = Submission.objects.filter(state__in=awaited).order_by().values("state")
    counted = rows.annotate(number=Count("pk"), late=Count("pk", filter=late(now)))
    return {State(row["state"]): Backlog(row["number"], row["late"]) for row in counted}


def _confirmations(now: datetime) -> Backlog:
    """What another Party submitted and the manufacturer has not answered yet."""
    open_ones = Submission.objects.filter(confirmation=Confirmation.WAITING, submitted_at__isnull=False)
    rows = open_ones.filter(state__in=[*WITH_SECAS, State.QUERIED]).values_list("submitted_at", flat=True)
    since = [moment for moment in rows if moment]
    return Backlog(len(since), sum(confirmation_due_at(moment) < now for moment in since))


# How long -------------------------------------------------------------------------------------------------

MODERATION, ANSWER, PUBLICATION, LOADING, ALL = "moderation", "answer", "publication", "loading", "all"

_SPAN_OF: Final[Mapping[tuple[str, str], str]] = {
    **{(origin, step): MODERATION for origin in (State.SUBMITTED, State.RESUBMITTED)
       for step in (Step.QUERY, Step.ACCEPT, Step.REFUSE)},
    (State.QUERIED, Step.RESUBMIT): ANSWER,
    (State.ACCEPTED, Step.PUBLISH): PUBLICATION,
    (State.PUBLISHED, Step.LOAD): LOADING,
}  # fmt: skip
"""What a move ends, by the state that it leaves and the step."""


def _spans(started: datetime) -> dict[str, Spans]:
    found: dict[str, list[float]] = defaultdict(list)
    for name, begun, ended in _ended_spans(started):
        found[name].append(_length(name, begun, ended))
    for begun, ended in _from_first_to_last(started):
        found[ALL].append(_length(ALL, begun, ended))
    return {name: _summary(lengths) for name, lengths in found.items()}


def _ended_spans(started: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """Each step of the last months with the one before it in the life of the same submission."""
    before = Window(Lag("at"), partition_by="submission", order_by="pk")
    # Only those that moved in these months, but with all their moves: a step may have begun before.
    recent = SubmissionStep.objects.filter(at__gte=started).exclude(to_state="").order_by().values("submission")
    moves = SubmissionStep.objects.filter(submission__in=recent).exclude(to_state="").order_by()
    for kind, origin, begun, ended in moves.annotate(begun=before).values_list("kind", "from_state", "begun", "at"):
        name = _SPAN_OF.get((origin, kind))
        if name and begun and ended >= started:
            yield name, begun, ended


def _from_first_to_last(started: datetime) -> Iterable[tuple[datetime, datetime]]:
    """From handing in to publication, queries and answers included."""
    rows = Submission.objects.filter(published_at__gte=started, submitted_at__isnull=False).order_by()
    return [(begun, ended) for begun, ended in rows.values_list("submitted_at", "published_at") if begun and ended]


def _length(name: str, begun: datetime, ended: datetime) -> float:
    if name == LOADING:
        return (ended - begun) / timedelta(hours=1)
    return float(working_days_between(timezone.localdate(begun), timezone.localdate(ended)))


def _summary(lengths: list[float]) -> Spans:
    """The middle and the ninth tenth, each a length that really occurred."""
    ordered = sorted(lengths)
    return Spans(len(ordered), ordered[(len(ordered) - 1) // 2], ordered[-(-9 * len(ordered) // 10) - 1])


def _months(since: date, started: datetime) -> list[Month]:
    rows = Submission.objects.filter(published_at__gte=started).order_by()
    submissions = _by_month(rows.annotate(month=TruncMonth("published_at")).values_list("month"))
    issues = CPLIssue.objects.filter(published_at__gte=started, state__in=[IssueState.PUBLISHED, IssueState.LOADED])
    numbers = _by_month(issues.order_by().annotate(month=TruncMonth("published_at")).values_list("month"))
    firsts = [_month_after(since, ahead) for ahead in range(MONTHS)]
    return [Month(first, submissions[first], numbers[first]) for first in firsts]


def _by_month(rows: Any) -> Counter[date]:
    """Counted by the database; months are those of the portal's own time zone."""
    return Counter({month.date(): number for month, number in rows.annotate(number=Count("pk")) if month})


def _month_after(first: date, ahead: int) -> date:
    months = first.year * 12 + first.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)
