"""A notice as a CSAF 2.0 document: what the person may see of it, always in the same order, nothing of the moment."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any, Final

from django.urls import reverse

from accounts.access import Person
from accounts.choices import PartyCategory
from accounts.links import absolute
from cpl.choices import Audience, NoticeAudience, NoticeEvent, NoticeKind, NoticeState, Severity, Urgency, VersionStatus
from cpl.csaf import wording
from cpl.csaf.addresses import as_uri
from cpl.csaf.product_tree import product_tree
from cpl.csaf.vulnerabilities import vulnerabilities, without_product
from cpl.models import Notice, NoticeRevision, NoticeVersion

Json = dict[str, Any]

_COORDINATORS: Final = (PartyCategory.SECAS, PartyCategory.SSC)
_NOT_IN_A_NAME: Final = re.compile(r"[^+\-a-z0-9]+")


def document(notice: Notice, person: Person) -> Json:
    """The notice as this person may read it, as CSAF 2.0 (section 3.2); it holds the profile that its category names.

    The caller has settled that the person may read the notice (`Notice.objects.visible_to`). Versions that the
    person may not see are left out, wherever they would stand.
    """
    said = _visible(notice, person)
    if notice.state == NoticeState.WITHDRAWN:
        # CSAF 2.0 has no word for it. As in 2.1, nothing is left that a program could go on warning of.
        return {"document": {**_document(notice, said), "category": "csaf_base"}}
    tree = {"product_tree": product_tree([each.entry for each in said])} if said else {}
    return {"document": _document(notice, said), "vulnerabilities": vulnerabilities(notice, said), **tree}


def written(whole: Json) -> bytes:
    """A document as the bytes of its file: UTF-8, keys in order (section 6.2.13)."""
    return json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def products(whole: Json) -> int:
    """How many versions a document names."""
    lists = whole.get("vulnerabilities", [{}])[0].get("product_status", {}).values()
    return sum(len(ids) for ids in lists)


def file_name(tracking_id: str) -> str:
    """The name of a document's file by its tracking ID (section 5.1)."""
    return f"{_NOT_IN_A_NAME.sub('_', tracking_id.lower())}.json"


def tracking_id(notice: Notice) -> str:
    """What names the document among all of this portal: FIR-N-000017 (section 3.2.1.12.4)."""
    return f"FIR-{notice.reference}"


def _visible(notice: Notice, person: Person) -> list[NoticeVersion]:
    rows = NoticeVersion.objects.visible_to(person).filter(notice=notice)
    related = ("entry__device_model__identifier", "entry__manufacturer")
    order = ("entry__device_type", "entry__device_model", "entry__published_on", "entry__cpl_entry_id")
    return list(rows.select_related(*related).order_by(*order))


def category(notice: Notice, said: list[NoticeVersion]) -> str:
    """The profile that the document can hold (section 4).

    A vulnerability with versions is `csaf_vex` (4.5) where every affected version has an action and every version
    that is not affected a reason, else `csaf_security_advisory` (4.4), whose statuses need neither. A fault is no
    vulnerability, and without a version neither profile can be held: `csaf_base` (4.1).
    """
    if notice.kind != NoticeKind.VULNERABILITY or not said:
        return "csaf_base"
    told = all(each.words.strip() for each in said if each.status == VersionStatus.NOT_AFFECTED)
    acted = bool(notice.action.strip()) or not any(each.status == VersionStatus.AFFECTED for each in said)
    return "csaf_vex" if told and acted else "csaf_security_advisory"


def _document(notice: Notice, said: list[NoticeVersion]) -> Json:
    severity = {"aggregate_severity": {"text": str(Severity(notice.severity).label)}} if notice.severity else {}
    return {
        "category": category(notice, said),
        "csaf_version": "2.0",
        "lang": "en-GB",
        "title": notice.title.strip() or notice.reference,
        "publisher": _publisher(notice),
        "distribution": _distribution(notice, said),
        "tracking": _tracking(notice),
        "notes": list(_notes(notice, said)),
        "references": list(_references(notice)),
        **severity,
    }


def _publisher(notice: Notice) -> Json:
    """Section 3.2.1.8. The namespace is the portal's, in which tracking IDs are unique whoever issues the notice."""
    return {
        "category": _publisher_category(notice),
        "name": notice.party.name,
        "namespace": absolute(""),
        "issuing_authority": wording.AUTHORITY,
    }


def _publisher_category(notice: Notice) -> str:
    if notice.party_id == notice.manufacturer.party_id:
        return "vendor"
    return "coordinator" if notice.party.category in _COORDINATORS else "other"


def _distribution(notice: Notice, said: Iterable[NoticeVersion]) -> Json:
    """Section 3.2.1.5, in the labels of TLP version 1, which CSAF 2.0 prescribes.

    GREEN is for a community and never for the public: the SEC Parties. AMBER is for the organisations that received
    it: what is not for all of them, drafts included. Nothing here is WHITE.
    """
    is_draft = notice.state == NoticeState.DRAFT
    narrow = notice.audience == NoticeAudience.CONCERNED or any(
        each.entry.audience == Audience.NAMED_PARTIES for each in said
    )
    texts = [wording.OF_DRAFT] * is_draft + [wording.DISTRIBUTION[notice.audience], wording.OWN_COPY]
    return {"text": " ".join(texts), "tlp": {"label": "AMBER" if narrow or is_draft else "GREEN"}}


def _tracking(notice: Notice) -> Json:
    """Section 3.2.1.12. A draft is version 0 (6.1.17); whole numbers, one for each revision (6.1.16, 6.1.21)."""
    history = _history(notice)
    return {
        "id": tracking_id(notice),
        "status": "draft" if notice.state == NoticeState.DRAFT else "final",
        "version": history[-1]["number"],
        "initial_release_date": history[0]["date"],
        "current_release_date": history[-1]["date"],
        "revision_history": history,
        "generator": {"engine": {"name": wording.REPOSITORY}},
    }


def _history(notice: Notice) -> list[Json]:
    revisions = list(notice.revisions.order_by("number"))
    if not revisions:
        return [{"number": "0", "date": _moment(notice.created_at), "summary": "Draft."}]
    # A clock that was set back would order them against their numbers, which 6.1.14 forbids.
    dates = accumulate((each.at for each in revisions), max)
    return [
        {"number": str(each.number), "date": _moment(at), "summary": _summary(each)}
        for each, at in zip(revisions, dates, strict=True)
    ]


def _summary(revision: NoticeRevision) -> str:
    label = str(NoticeEvent(revision.event).label)
    words = revision.words.strip()
    return f"{label}: {words}" if words else f"{label}."


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _notes(notice: Notice, said: list[NoticeVersion]) -> Iterable[Json]:
    """Section 3.2.1.6: what the notice says, and what CSAF 2.0 has no field for."""
    if notice.summary.strip():
        yield _note("summary", wording.SUMMARY, notice.summary)
    yield _note("general", wording.KIND, str(NoticeKind(notice.kind).label))
    if notice.state == NoticeState.WITHDRAWN:
        yield _note("description", wording.WITHDRAWN, notice.withdrawal_reason)
    else:
        yield from _to_do(notice, said)
    yield _note("legal_disclaimer", wording.DUTY, wording.DUTY_TEXT)


def _to_do(notice: Notice, said: list[NoticeVersion]) -> Iterable[Json]:
    if notice.action.strip() and without_product(said):
        yield _note("details", wording.ACTION, notice.action)
    yield _note("general", wording.URGENCY, wording.URGENCY_TEXTS[Urgency(notice.urgency).value])
    if notice.deadline:
        yield _note("general", wording.DEADLINE, notice.deadline.isoformat())


def _note(kind: str, title: str, text: str) -> Json:
    return {"category": kind, "title": title, "text": text}


def _references(notice: Notice) -> Iterable[Json]:
    """Section 3.2.1.9: this document, its page, and what the notice points to."""
    csaf = absolute(reverse("cpl:notice_csaf", args=[notice.pk]))
    yield {"category": "self", "summary": "This notice as CSAF 2.0", "url": as_uri(csaf)}
    yield {"category": "self", "summary": "This notice", "url": as_uri(absolute(notice.get_absolute_url()))}
    if notice.advisory_link:
        yield {"category": "external", "summary": wording.ADVISORY, "url": as_uri(notice.advisory_link)}
    for each in notice.references:
        url = as_uri(str(each["url"]))
        yield {"category": "external", "summary": str(each.get("summary") or "").strip() or url, "url": url}
