"""Tidying up that nobody has to ask for."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts import audit
from cpl import audit_names
from cpl.choices import ImportStatus
from cpl.models import ImportRun, SubmissionPreview


@transaction.atomic
def discard_stale_previews(*, now: datetime) -> int:
    """Throw away previews that nobody decided within IMPORT_PREVIEW_DAYS, with the files they kept.

    Of an import what it showed stays; a manufacturer's own preview goes as a whole, for it is nobody else's business.
    """
    oldest = now - timedelta(days=settings.IMPORT_PREVIEW_DAYS)
    SubmissionPreview.objects.filter(created_at__lt=oldest).delete()
    stale = ImportRun.objects.filter(status=ImportStatus.PREVIEWED, created_at__lt=oldest)
    count = stale.update(status=ImportStatus.DISCARDED, decided_at=now, content=None)
    if count:
        audit.record(audit_names.IMPORT_DISCARDED, by=None, about=f"{count} undecided previews")
    return count
