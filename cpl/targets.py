"""Targets of the process in working days: until when each step ought to be done, and whether it is late.

A working day is Monday to Friday without the bank holidays of `HOLIDAYS_OF`. Days are those of the portal's own
time zone, whatever the summer time. Every figure is a setting: none of them is in the Code's text for certain.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import holidays
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from cpl.choices import SubmissionState as State

_DAY = timedelta(days=1)
_SATURDAY = 5


@lru_cache(maxsize=4)
def _holidays_of(code: str) -> Any:
    """The calendar of a country (GB) or a part of one (GB-ENG); the library works years out as they are asked for."""
    country, _, part = code.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None)
    # What the library raises for a country or part that it has no calendar of.
    except NotImplementedError:
        raise ImproperlyConfigured(
            f"HOLIDAYS_OF is {code!r}, of which no bank holidays are known. Give a country, or a country and a part "
            "of it, such as GB-ENG or GB-SCT."
        ) from None


def is_working_day(day: date) -> bool:
    """Whether people are at work on this day. Raises ImproperlyConfigured where HOLIDAYS_OF names no calendar."""
    return _is_working_day(day, settings.HOLIDAYS_OF)


@lru_cache(maxsize=4_096)
def _is_working_day(day: date, calendar: str) -> bool:
    """Kept, for a year's statistics ask for the same days thousands of times."""
    return day.weekday() < _SATURDAY and day not in _holidays_of(calendar)


def add_working_days(day: date, days: int) -> date:
    """The working day that many working days after `day`; the first of them is the next one after it.

    Raises ValueError for a negative number; with 0 it is `day` itself, or the next working day where it is none.
    """
    if days < 0:
        raise ValueError("Working days are counted forwards only.")
    found, left = day, days
    while left > 0 or not is_working_day(found):
        found += _DAY
        left -= is_working_day(found)
    return found


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and with `end`; negative where `end` comes first."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + _DAY * ahead) for ahead in range(1, (end - start).days + 1))


def working_days_after(moment: datetime, days: int) -> datetime:
    """The end of the working day that many working days after the day of `moment`: just before midnight.

    What comes in at the week-end counts from Monday: it is as if it came in on Friday.
    """
    day = add_working_days(timezone.localdate(moment), days)
    return timezone.make_aware(datetime.combine(day, time.max))


def _working_days(setting: str) -> Callable[[datetime], datetime]:
    return lambda since: working_days_after(since, getattr(settings, setting))


def _hours(setting: str) -> Callable[[datetime], datetime]:
    return lambda since: since + timedelta(hours=getattr(settings, setting))


_TARGETS: Final[Mapping[State, Callable[[datetime], datetime]]] = MappingProxyType(
    {
        State.SUBMITTED: _working_days("MODERATION_TARGET_DAYS"),
        State.RESUBMITTED: _working_days("MODERATION_TARGET_DAYS"),
        State.QUERIED: _working_days("ANSWER_TARGET_DAYS"),
        State.ACCEPTED: _working_days("PUBLICATION_TARGET_DAYS"),
        State.PUBLISHED: _hours("LOAD_TARGET_HOURS"),
    }
)


def due_at(state: str, since: datetime) -> datetime | None:
    """Until when the next step ought to follow what has been in `state` since then; None where nothing is awaited."""
    target = _TARGETS.get(State(state))
    return target(since) if target else None


def confirmation_due_at(since: datetime) -> datetime:
    """Until when a manufacturer ought to say whether it stands by what another Party submitted."""
    return working_days_after(since, settings.CONFIRMATION_TARGET_DAYS)


def is_late(state: str, since: datetime, now: datetime) -> bool:
    """Whether the next step is overdue."""
    due = due_at(state, since)
    return due is not None and now > due


def target_words(state: str) -> str:
    """The target itself: "within 5 working days", "within 24 hours"; empty where there is none."""
    return _TARGET_WORDS[State(state)]() if State(state) in _TARGET_WORDS else ""


def days_words(days: int) -> str:
    """'1 working day', '5 working days'."""
    return f"{days} working day" if days == 1 else f"{days} working days"


def _in_days(setting: str) -> Callable[[], str]:
    return lambda: f"within {days_words(getattr(settings, setting))}"


_TARGET_WORDS: Final[Mapping[State, Callable[[], str]]] = MappingProxyType(
    {
        State.SUBMITTED: _in_days("MODERATION_TARGET_DAYS"),
        State.RESUBMITTED: _in_days("MODERATION_TARGET_DAYS"),
        State.QUERIED: _in_days("ANSWER_TARGET_DAYS"),
        State.ACCEPTED: _in_days("PUBLICATION_TARGET_DAYS"),
        State.PUBLISHED: lambda: f"within {settings.LOAD_TARGET_HOURS} hours",
    }
)


def words(state: str, since: datetime, now: datetime) -> str:
    """How it stands: "due Tuesday 24 November 2026, 2 working days left", "3 working days late"; "" without target."""
    due = due_at(state, since)
    return due_words(due, now, by_hour=State(state) == State.PUBLISHED) if due else ""


def due_words(due: datetime, now: datetime, *, by_hour: bool = False) -> str:
    """The same for any moment; `by_hour` where the target is one of hours, not of days."""
    if now > due:
        return _late(due, now, by_hour=by_hour)
    moment = timezone.localtime(due)
    hour = f" at {moment:%H:%M}" if by_hour else ""
    return f"due {moment:%A} {moment.day} {moment:%B %Y}{hour}, {_left(due, now, by_hour=by_hour)}"


def _left(due: datetime, now: datetime, *, by_hour: bool) -> str:
    if by_hour:
        return f"{_hours_words(due - now)} left"
    days = working_days_between(timezone.localdate(now), timezone.localdate(due))
    return f"{days_words(days)} left" if days else "today"


def _late(due: datetime, now: datetime, *, by_hour: bool) -> str:
    days = working_days_between(timezone.localdate(due), timezone.localdate(now))
    if by_hour and now - due < _DAY:
        return f"{_hours_words(now - due)} late"
    # Overdue since Friday, looked at on Saturday: late, although no working day has passed.
    return f"{days_words(days)} late" if days else "late"


def _hours_words(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    if not hours:
        return "less than an hour"
    return "1 hour" if hours == 1 else f"{hours} hours"
