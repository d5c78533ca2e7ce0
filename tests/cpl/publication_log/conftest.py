"""A log with a record of each sort, about the small list."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from cpl.actions.publication_log import LogDraft, append
from cpl.choices import LogKind
from cpl.models import PublicationRecord
from tests.factories import Catalogue


def write(*drafts: LogDraft) -> list[PublicationRecord]:
    """Append them as a publication would; the records that came of them."""
    with transaction.atomic():
        last = append(drafts, at=timezone.now())
    return list(PublicationRecord.objects.filter(number__gt=last - len(drafts)).order_by("number"))


def about(kind: LogKind, entry: Any = None, **body: Any) -> LogDraft:
    named = {"cpl_entry_id": entry.cpl_entry_id} if entry else {}
    return LogDraft(kind, {**named, **body}, entry)


@pytest.fixture
def log(catalogue: Catalogue) -> dict[str, PublicationRecord]:
    """Records by what they show; the first of the log says how it was opened."""
    drafts = {
        "published": about(LogKind.ENTRY_PUBLISHED, catalogue.baseline, fields={"gbcs_version": {"after": "4.2"}}),
        "corrected": about(LogKind.ENTRY_CORRECTED, catalogue.baseline, reason="A slip"),
        "restricted": about(LogKind.ENTRY_PUBLISHED, catalogue.restricted),
        "information": about(
            LogKind.INFORMATION_PUBLISHED, catalogue.recommended, fields={"urgency": {"after": "urgent"}}
        ),
        "pathway": about(
            LogKind.PATHWAY_PUBLISHED,
            catalogue.recommended,
            fields={"predecessors": {"before": [], "after": [catalogue.restricted.cpl_entry_id]}},
        ),
        "contact": about(LogKind.CONTACT_PUBLISHED, manufacturer="Northmoor Metering Ltd", what="New contact"),
        "loaded": about(LogKind.ISSUE_LOADED, issue="152"),
    }
    return dict(zip(drafts, write(*drafts.values()), strict=True))
