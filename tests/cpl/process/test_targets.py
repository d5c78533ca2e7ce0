"""Working days: Monday to Friday without bank holidays, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cpl import targets
from cpl.choices import SubmissionState as State

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - made aware by `timezones`
    max_value=datetime(2035, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
counts = st.integers(min_value=0, max_value=60)

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@given(days, counts)
def test_so_many_working_days_after_a_day_lie_between_the_two(day: date, count: int) -> None:
    end = targets.add_working_days(day, count)
    assert targets.is_working_day(end)
    assert targets.working_days_between(day, end) == (count or int(end != day))


@given(days, counts)
def test_one_day_more_is_the_next_working_day(day: date, count: int) -> None:
    end, later = targets.add_working_days(day, count + 1), targets.add_working_days(day, count + 2)
    assert end < later
    between = (end + timedelta(days=ahead) for ahead in range(1, (later - end).days))
    assert not any(targets.is_working_day(each) for each in between)


@given(days, days)
def test_days_between_read_the_same_both_ways(first: date, second: date) -> None:
    assert targets.working_days_between(first, second) == -targets.working_days_between(second, first)


@given(days, days, days)
def test_days_between_add_up(first: date, second: date, third: date) -> None:
    first, second, third = sorted((first, second, third))
    whole = targets.working_days_between(first, third)
    assert whole == targets.working_days_between(first, second) + targets.working_days_between(second, third)


@given(moments, moments)
def test_what_came_later_is_never_due_earlier(first: datetime, second: datetime) -> None:
    first, second = sorted((first, second))
    for state in (State.SUBMITTED, State.PUBLISHED):
        due, later = targets.due_at(state, first), targets.due_at(state, second)
        assert due is not None and later is not None
        assert due <= later


@given(moments, moments)
def test_words_say_late_exactly_where_it_is(since: datetime, now: datetime) -> None:
    for state in (State.SUBMITTED, State.QUERIED, State.ACCEPTED, State.PUBLISHED):
        assert targets.words(state, since, now).endswith("late") == targets.is_late(state, since, now)


@pytest.mark.parametrize("holiday", [date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2026, 4, 6)])
def test_bank_holidays_are_no_working_days(holiday: date) -> None:
    assert not targets.is_working_day(holiday)


def test_another_part_of_the_country_has_other_holidays(settings: Any) -> None:
    saint_andrew = date(2026, 11, 30)
    assert targets.is_working_day(saint_andrew)
    settings.HOLIDAYS_OF = "GB-SCT"
    assert not targets.is_working_day(saint_andrew)


@pytest.mark.parametrize("code", ["ENGLAND", "GB-XXX", ""])
def test_a_calendar_that_is_not_known_is_a_clear_error(settings: Any, code: str) -> None:
    settings.HOLIDAYS_OF = code
    with pytest.raises(ImproperlyConfigured, match="HOLIDAYS_OF"):
        targets.is_working_day(date(2026, 11, 24))


def test_a_target_of_working_days_ends_with_its_day() -> None:
    due = targets.due_at(State.SUBMITTED, TUESDAY)
    assert due is not None
    assert timezone.localtime(due).strftime("%A %-d %B %H:%M") == "Tuesday 1 December 23:59"


def test_days_are_those_of_london_in_summer() -> None:
    late_evening = datetime(2026, 7, 6, 23, 30, tzinfo=UTC)  # Tuesday, half past midnight, in London
    due = targets.working_days_after(late_evening, 1)
    assert timezone.localdate(due) == date(2026, 7, 8)


def test_loading_is_due_after_hours_whatever_the_day() -> None:
    saturday = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    assert targets.due_at(State.PUBLISHED, saturday) == saturday + timedelta(hours=24)


@pytest.mark.parametrize("state", [State.DRAFT, State.LOADED, State.REFUSED, State.CANCELLED])
def test_where_nothing_is_awaited_nothing_is_late(state: State) -> None:
    assert targets.due_at(state, TUESDAY) is None
    assert targets.words(state, TUESDAY, TUESDAY + timedelta(days=900)) == ""


@pytest.mark.parametrize(
    ("state", "after", "words"),
    [
        (State.SUBMITTED, timedelta(0), "due Tuesday 1 December 2026, 5 working days left"),
        (State.SUBMITTED, timedelta(days=6), "due Tuesday 1 December 2026, 1 working day left"),
        (State.SUBMITTED, timedelta(days=7), "due Tuesday 1 December 2026, today"),
        (State.SUBMITTED, timedelta(days=8), "1 working day late"),
        (State.SUBMITTED, timedelta(days=10), "3 working days late"),
        (State.ACCEPTED, timedelta(0), "due Wednesday 25 November 2026, 1 working day left"),
        (State.PUBLISHED, timedelta(0), "due Wednesday 25 November 2026 at 10:00, 24 hours left"),
        (
            State.PUBLISHED,
            timedelta(hours=23, minutes=30),
            "due Wednesday 25 November 2026 at 10:00, less than an hour left",
        ),
        (State.PUBLISHED, timedelta(hours=25), "1 hour late"),
        (State.PUBLISHED, timedelta(days=3), "2 working days late"),
    ],
)
def test_how_it_stands_reads_as_people_say_it(state: State, after: timedelta, words: str) -> None:
    assert targets.words(state, TUESDAY, TUESDAY + after) == words


def test_overdue_since_friday_is_late_on_saturday() -> None:
    saturday = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    assert targets.due_words(datetime(2026, 11, 27, 23, 59, tzinfo=UTC), saturday) == "late"


def test_targets_are_settings(settings: Any) -> None:
    settings.MODERATION_TARGET_DAYS, settings.LOAD_TARGET_HOURS = 1, 48
    assert targets.target_words(State.SUBMITTED) == "within 1 working day"
    assert targets.target_words(State.PUBLISHED) == "within 48 hours"


def test_working_days_are_counted_forwards_only() -> None:
    with pytest.raises(ValueError, match="forwards"):
        targets.add_working_days(date(2026, 11, 24), -1)
