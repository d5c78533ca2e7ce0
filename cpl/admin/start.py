"""The first page of the admin: what waits for the person, above the registers."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.access import can
from accounts.permissions import MODERATE, PUBLISH
from cpl.admin.register import person
from cpl.admin.submissions.filters import views_for
from cpl.admin.submissions.filters import waiting_in as number_in
from cpl.models import Submission


def moderation(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the views of the queue with their numbers, for moderators and publishers; unfold calls it."""
    by = person(request)
    if not (can(by, MODERATE) or can(by, PUBLISH)):
        return context
    rows, now = Submission.objects.visible_to(by), timezone.now()
    views = [(name, title, *number_in(name, rows, now)) for name, title in views_for(by)]
    return {**context, "moderation": views, "may_publish": can(by, PUBLISH)}
