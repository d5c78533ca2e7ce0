"""Published notices, made without the pages for them."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from cpl.models import CPLEntry, Notice, NoticeVersion


def publish(by: User, versions: Mapping[CPLEntry, str], **given: Any) -> Notice:
    """A notice in force of the person's Party about these versions, each with what is said of it."""
    fields: dict[str, Any] = {
        "kind": "fault", "severity": "high", "title": "Clock runs backwards", "summary": "It loses an hour.",
        "state": "published", "revision": 1, "published_by": by, "published_at": timezone.now(),
    }  # fmt: skip
    notice = Notice.objects.create(
        party_id=by.active_memberships[0].party, manufacturer=next(iter(versions)).manufacturer, **{**fields, **given}
    )
    NoticeVersion.objects.bulk_create(
        NoticeVersion(notice=notice, entry=entry, status=status) for entry, status in versions.items()
    )
    return notice
