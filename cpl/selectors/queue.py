"""The moderation queue: what waits for SECAS, in which order, what is late, and what a search there finds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django.db.models import Case, Count, DateTimeField, F, Min, Q, QuerySet, Value, When
from django.db.models.expressions import ExpressionWrapper
from django.utils import timezone

from accounts.models import User
from cpl.choices import SubmissionState
from cpl.identifiers import squash
from cpl.models import SavedView, Submission
from cpl.readings.typed import bare_hex
from cpl.targets import due_at
from cpl.workflow import WITH_SECAS

Submissions = QuerySet[Submission, Any]

_BLOCKING: Final = Q(problems__contains=[{"blocking": True}])
_ADVISING: Final = Q(problems__contains=[{"blocking": False, "waived": ""}])

PROBLEMS: Final[Mapping[str, tuple[str, Q]]] = MappingProxyType(
    {
        "any": ("Has open problems", _BLOCKING | _ADVISING),
        "blocking": ("Has blocking problems", _BLOCKING),
        "advising": ("Has advising problems", _ADVISING),
        "none": ("Has no open problem", ~_BLOCKING & ~_ADVISING),
    }
)
"""Submissions by what the named checks found last and nobody waived."""

_LONGEST_BACK: Final = timedelta(days=3_660)
_SHOWN_EXACTLY: Final = timedelta(days=60)
_MOST_WORDS: Final = 8
_SHORTEST_HEX: Final = 4
_REFERENCE: Final = re.compile(r"S?-?0*([1-9][0-9]{0,17})", re.IGNORECASE)
_PLACES: Final = (
    "party__name", "party__signifier", "manufacturer__name", "device_model__name", "entry__model_name",
    "entry__cpl_entry_id", "entry__firmware_label", "content__model_name", "content__firmware_label",
    "batch__file_name",
)  # fmt: skip
"""Where a word is looked for. Never among the details of a contact: finding one would show it."""
_HEX_COLUMNS: Final = ("entry__firmware_version", "entry__firmware_hash", "device_model__duis_model",
                       "device_model__identifier__code")  # fmt: skip
_TYPED_HEX: Final = ("firmware_version", "firmware_hash", "device_model", "manufacturer_identifier")


class OpenProblems(NamedTuple):
    """How many problems are open: those that stand in the way, and those that only advise."""

    blocking: int
    advising: int


def open_problems(submission: Submission) -> OpenProblems:
    """What the checks found last, counted; waived ones are settled."""
    still = [found for found in submission.problems if not found.get("waived")]
    blocking = sum(bool(found.get("blocking")) for found in still)
    return OpenProblems(blocking, len(still) - blocking)


def late(now: datetime) -> Q:
    """Submissions past the target of the state they are in."""
    limits = ((state, late_since(state, now)) for state in SubmissionState)
    tests = [Q(state=state, state_since__lt=limit) for state, limit in limits if limit]
    return reduce(or_, tests, Q(pk__in=()))


def in_order(submissions: Submissions, now: datetime) -> Submissions:
    """Annotated with `in_time` and `due_about`, by which `ORDER` puts the most overdue first."""
    is_late = Case(When(late(now), then=Value(0)), default=Value(1))
    due = Case(*_due_by_day(now), *_due_by_shift(now), default=None, output_field=DateTimeField())
    return submissions.annotate(in_time=is_late, due_about=due)


ORDER: Final = ("in_time", F("due_about").asc(nulls_last=True), "-state_since", "-pk")
"""The late ones, then what is due next, then what has no target, the newest first."""


def _due_by_day(now: datetime) -> Iterator[When]:
    """When what is not late yet is due: SECAS's targets and its authors' hang on the day alone."""
    for state in (*WITH_SECAS, SubmissionState.QUERIED):
        begins = max(late_since(state, now) or now, now - _SHOWN_EXACTLY)
        days = (timezone.localtime(now) - timezone.localtime(begins)).days + 2
        for back in range(days):
            day = timezone.localdate(now) - timedelta(days=back)
            start, end = (_midnight(day + timedelta(days=ahead)) for ahead in (0, 1))
            if at := due_at(state, start):
                yield When(Q(state=state, state_since__gte=start, state_since__lt=end), then=Value(at))


def _due_by_shift(now: datetime) -> Iterator[When]:
    """The same of all others, from the target as of now: week-ends may shift two neighbours by a day or two."""
    for state in SubmissionState:
        if at := due_at(state, now):
            due = ExpressionWrapper(F("state_since") + (at - now), output_field=DateTimeField())
            yield When(state=state, then=due)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def late_since(state: SubmissionState, now: datetime) -> datetime | None:
    """Whatever came into this state before this moment is late; None where nothing is, or there is no target.

    Due dates never go back as time goes on, so halving finds it, to the microsecond.
    """
    early, after = now - _LONGEST_BACK, now + timedelta(seconds=1)
    if not _is_past(due_at(state, early), now):
        return None
    while after - early > timedelta.resolution:
        middle = early + (after - early) / 2
        early, after = (middle, after) if _is_past(due_at(state, middle), now) else (early, middle)
    return after


def _is_past(due: datetime | None, now: datetime) -> bool:
    return due is not None and due < now


@dataclass(frozen=True)
class Waiting:
    """One step of the queue: how many wait there, how many too long, and since when the oldest does."""

    state: SubmissionState
    number: int
    late: int
    oldest: datetime | None


def waiting(submissions: Submissions, now: datetime) -> list[Waiting]:
    """How many wait at each step that somebody must take, SECAS's steps first; one query."""
    shown = [state for state in SubmissionState if state in WITH_SECAS]
    shown.append(SubmissionState.QUERIED)
    rows = submissions.filter(state__in=shown).order_by().values("state")
    counted = rows.annotate(number=Count("pk"), late=Count("pk", filter=late(now)), oldest=Min("state_since"))
    found = {row["state"]: row for row in counted}
    return [_waiting(state, found.get(state, {})) for state in shown]


def _waiting(state: SubmissionState, row: Mapping[str, Any]) -> Waiting:
    return Waiting(state, row.get("number", 0), row.get("late", 0), row.get("oldest"))


def views_of(person: User) -> QuerySet[SavedView]:
    """Saved views that this person may follow: the own ones, and those shared with all of SECAS."""
    return SavedView.objects.filter(Q(person=person) | Q(shared=True)).select_related("person")


def found(text: str) -> Q:
    """Submissions in which every word occurs: reference, entry, model, version, hash, maker or Party.

    Identifiers are found in any writing, both as typed here and as they were typed in the submission.
    """
    words = text.replace("\x00", "").split()[:_MOST_WORDS]
    return reduce(and_, (_holds(word) for word in words), Q())


def _holds(word: str) -> Q:
    places = (Q(**{f"{place}__icontains": word}) for place in _PLACES)
    return reduce(or_, [*places, _referred(word), _hex(squash(word))])


def _referred(word: str) -> Q:
    read = _REFERENCE.fullmatch(word)
    return Q(pk=int(read[1])) if read else Q(pk__in=())


def _hex(digits: str) -> Q:
    if len(digits) < _SHORTEST_HEX:
        return Q(pk__in=())
    columns = (Q(**{f"{column}__contains": digits}) for column in _HEX_COLUMNS)
    return reduce(or_, [*columns, *(Q(**{f"typed_{name}__contains": digits}) for name in _TYPED_HEX)])


def with_typed(submissions: Submissions) -> Submissions:
    """The submissions with their typed identifiers as bare upper-case hex: what `found` asks for."""
    return submissions.alias(**{f"typed_{name}": bare_hex(name) for name in _TYPED_HEX})


def earlier(visible: Submissions, submission: Submission) -> Submissions:
    """Other submissions about the same entry, then those about the same Device Model, each the newest first."""
    same = [Q(entry=submission.entry_id)] if submission.entry_id else []
    same += [Q(device_model=submission.device_model_id)] if submission.device_model_id else []
    about = reduce(or_, same, Q(pk__in=()))
    other_entry = Case(When(entry=submission.entry_id, then=Value(0)), default=Value(1))
    return visible.filter(about).exclude(pk=submission.pk).order_by(other_entry, "-pk")
