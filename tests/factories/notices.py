"""Notices in every state, walked there by the real actions."""

from collections.abc import Mapping
from typing import Any, Final

from accounts.models import User
from cpl.actions.notices import drafts, publishing
from cpl.choices import NoticeKind, NoticeState, Severity, Urgency, VersionStatus
from cpl.models import CPLEntry, Notice
from tests.factories.catalogue import Catalogue
from tests.factories.people import Cast

Statuses = Mapping[CPLEntry, VersionStatus]

CONTENT: Final[Mapping[str, Any]] = {
    "kind": NoticeKind.VULNERABILITY,
    "title": "The clock can be set without a key",
    "severity": Severity.HIGH,
    "urgency": Urgency.URGENT,
    "summary": "Whoever is near the meter can set its clock over the home area network.",
    "action": "Upgrade to the version in which it is fixed.",
    "cves": ["CVE-2026-41045"],
    "advisory_link": "https://northmoor.example/advisories/7",
}
"""What a careful author writes."""


def make_notice(
    cast: Cast,
    catalogue: Catalogue,
    state: NoticeState = NoticeState.PUBLISHED,
    *,
    by: User | None = None,
    versions: Statuses | None = None,
    **content: Any,
) -> Notice:
    """A notice in the state, valid unless `content` says otherwise field by field.

    By Northmoor's editor unless `by` is somebody else; `versions` are all of one manufacturer. Usually the baseline is
    affected, and fixed in the recommended version.
    """
    author = by or cast.manufacturer
    named = versions or {catalogue.baseline: VersionStatus.AFFECTED, catalogue.recommended: VersionStatus.FIXED}
    draft = drafts.begin(
        by=author, manufacturer=next(iter(named)).manufacturer, content={**CONTENT, **content},
        versions=as_versions(named),
    )  # fmt: skip
    if state == NoticeState.DRAFT:
        return draft
    notice = publishing.publish(notice=draft, by=author, edition=draft.edition)
    if state == NoticeState.PUBLISHED:
        return notice
    return publishing.withdraw(
        notice=notice, reason="The clock was set with a key after all.", by=author, edition=notice.edition
    )


def as_versions(statuses: Statuses) -> dict[int, tuple[VersionStatus, str]]:
    """As the actions take them: by key, with nothing said besides the status."""
    return {entry.pk: (status, "") for entry, status in statuses.items()}
