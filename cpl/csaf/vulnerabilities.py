"""What a notice says of versions as the vulnerabilities of a CSAF 2.0 document (section 3.2.3)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Final

from accounts.links import absolute
from cpl.choices import VersionStatus
from cpl.csaf import wording
from cpl.csaf.addresses import as_uri
from cpl.models import CPLEntry, Notice, NoticeVersion

Json = dict[str, Any]

STATUS: Final = {
    VersionStatus.AFFECTED.value: "known_affected",
    VersionStatus.FIXED.value: "fixed",
    VersionStatus.NOT_AFFECTED.value: "known_not_affected",
    VersionStatus.UNDER_INVESTIGATION.value: "under_investigation",
}
"""What a notice says of a version, as product status (section 3.2.3.9)."""

_CONCERNED: Final = (VersionStatus.AFFECTED, VersionStatus.UNDER_INVESTIGATION)


def vulnerabilities(notice: Notice, said: list[NoticeVersion]) -> list[Json]:
    """One for each CVE identifier (6.1.23), all saying the same; one with the notice's own number where it has none."""
    shared = {key: value for key, value in _shared(notice, said).items() if value}
    own = {"ids": [{"system_name": wording.SYSTEM, "text": notice.reference}]}
    return [{"cve": cve, **shared} for cve in dict.fromkeys(notice.cves)] or [{**own, **shared}]


def without_product(said: Iterable[NoticeVersion]) -> bool:
    """Whether an action could not be given as remediation: none may stand without a product (6.1.29)."""
    return not any(each.status in _CONCERNED for each in said)


def _shared(notice: Notice, said: list[NoticeVersion]) -> Json:
    title = notice.title.strip() or notice.reference
    note = {"category": "description", "title": wording.SUMMARY, "text": notice.summary.strip() or title}
    return {
        "title": title,
        "notes": [note],
        "product_status": _product_status(said),
        "remediations": [*_action(notice, said), *_fixes(said)],
        "threats": _threats(said),
    }


def _product_status(said: Iterable[NoticeVersion]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for each in said:
        found[STATUS[each.status]].append(each.entry.cpl_entry_id)
    return dict(found)


def _action(notice: Notice, said: list[NoticeVersion]) -> Iterable[Json]:
    """What to do, for the versions that the fault is in or may be in (section 3.2.3.12)."""
    if not notice.action.strip() or without_product(said):
        return
    concerned = [each.entry.cpl_entry_id for each in said if each.status in _CONCERNED]
    yield {
        "category": "vendor_fix" if _fixed(said) else "mitigation",
        "details": notice.action,
        "product_ids": concerned,
    }


def _fixes(said: list[NoticeVersion]) -> Iterable[Json]:
    """Each fixed version, for the affected versions of its own Device Model: no other can be upgraded to it."""
    for fixed in _fixed(said):
        model = fixed.device_model_id
        to_leave = [each.entry for each in said if each.status in _CONCERNED and each.entry.device_model_id == model]
        if to_leave:
            yield _fix(fixed, to_leave)


def _fixed(said: Iterable[NoticeVersion]) -> list[CPLEntry]:
    """Versions in which it is fixed and that are on the list: a removed one may not be installed."""
    return [each.entry for each in said if each.status == VersionStatus.FIXED and not each.entry.is_removed]


def _fix(fixed: CPLEntry, to_leave: list[CPLEntry]) -> Json:
    """Available since the version was published on the list, where that is known."""
    since = {"date": _midnight(fixed.published_on)} if fixed.published_on else {}
    return {
        "category": "vendor_fix",
        "details": wording.fix(fixed.firmware_version, fixed.device_model.name, fixed.cpl_entry_id),
        "url": as_uri(absolute(fixed.get_absolute_url())),
        "product_ids": [each.cpl_entry_id for each in to_leave],
        **since,
    }


def _midnight(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _threats(said: list[NoticeVersion]) -> list[Json]:
    """What is said of single versions, as impact (3.2.3.14): the statement that VEX wants of one not affected (4.5)."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in said:
        if words := each.words.strip():
            found[words].append(each.entry.cpl_entry_id)
    return [{"category": "impact", "details": words, "product_ids": ids} for words, ids in found.items()]
