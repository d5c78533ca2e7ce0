"""Which dates an issue may bear."""

from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from cpl.selectors.changes import list_in_force

AHEAD: Final = timedelta(days=31)
"""An importer takes entries as published so far ahead, and no further."""


def against_date(day: date) -> str:
    """What is wrong with a date of issue, with the cure; empty for one that can be.

    An issue is dated today or a little ahead, and never before the list in force: whatever was imported or published
    since it was prepared counts.
    """
    today, last = timezone.localdate(), list_in_force()
    if day > today + AHEAD:
        return f"Enter a date of issue until {shown(today + AHEAD)}."
    if last and last.issue_date and day < last.issue_date:
        return f"The list in force is of {shown(last.issue_date)}. Enter that date or a later one."
    if not last and day < today - AHEAD:
        return f"Enter a date of issue from {shown(today - AHEAD)}."
    return ""


def shown(day: date) -> str:
    """A date in words: 3 November 2026."""
    return f"{day.day} {day:%B %Y}"
