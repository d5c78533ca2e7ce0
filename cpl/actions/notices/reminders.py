"""Reminding whoever is concerned that the deadline of a notice comes close: once for each deadline."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from cpl import audit_names
from cpl.actions.notices import contents, letters
from cpl.models import Notice
from cpl.querysets import NoticeQuerySet


def remind(*, now: datetime) -> int:
    """Tell of every notice in force whose deadline is NOTICE_REMINDER_DAYS or less away; returns of how many.

    Nobody is reminded of what was published or revised within those days: the letter of that time said the deadline.
    With 0 days nobody is reminded at all.
    """
    return sum(_remind(key, now) for key in _due(now).order_by("pk").values_list("pk", flat=True))


def _due(now: datetime) -> NoticeQuerySet:
    today, days = timezone.localdate(now), settings.NOTICE_REMINDER_DAYS
    if days <= 0:
        return Notice.objects.none()
    near = Notice.objects.in_force().filter(deadline__gte=today, deadline__lte=today + timedelta(days=days))
    return near.filter(Q(reminded_for__isnull=True) | ~Q(reminded_for=F("deadline")))


@transaction.atomic
def _remind(key: int, now: datetime) -> bool:
    """One notice: the letters and the note that they were written go together."""
    # Asked again of the locked row: another worker may have been here, or its author.
    held = _due(now).select_for_update().filter(pk=key).first()
    if held is None or held.deadline is None or _said_late(held):
        return False
    Notice.objects.filter(pk=key).update(reminded_for=held.deadline)
    rows = contents.rows_of(held)
    letters.deadline_near(held, rows)
    audit.record(
        audit_names.NOTICE_REMINDED, by=None, about=held, owner=str(held.party), deadline=held.deadline.isoformat()
    )
    return True


def _said_late(held: Notice) -> bool:
    """Whether the deadline was in a letter within the days before it."""
    at = held.revised_at or held.published_at
    days = timedelta(days=settings.NOTICE_REMINDER_DAYS)
    return at is None or held.deadline is None or timezone.localdate(at) >= held.deadline - days
