"""What was understood of a CSAF file, as its preview shows it."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format

from cpl.choices import NoticeAudience, NoticeKind, Severity, Urgency
from cpl.csaf.draft import Content, Draft
from cpl.csaf.matching import Matched

MOST_SHOWN: Final = 100
"""Rows of what could not be matched, and remarks: more would bury what matters."""


_RESTRICTS: Final = "document.distribution.tlp.label"


@dataclass(frozen=True)
class Fact:
    """A field of the notice with what it would say; '' where the file says nothing, and what follows then."""

    label: str
    value: str
    unsaid: str = "The file does not say"


def context(draft: Draft, matched: Matched) -> dict[str, Any]:
    """Everything that the preview shows, cut where a file has very many of something."""
    remarks = [*matched.remarks, *(remark for remark in draft.remarks if remark.place != _RESTRICTS)]
    return {
        "restriction": next((remark for remark in draft.remarks if remark.place == _RESTRICTS), None),
        "facts": list(_facts(draft.content)),
        "references": draft.content.references,
        "advisory_link": draft.content.advisory_link,
        "origin": draft.origin,
        "found": sorted(matched.found, key=lambda found: (found.entry.model_name, found.entry.pk)),
        "not_found": matched.not_found[:MOST_SHOWN],
        "not_found_count": len(matched.not_found),
        "remarks": remarks[:MOST_SHOWN],
        "remarks_count": len(remarks),
    }


def _facts(content: Content) -> list[Fact]:
    audience = str(NoticeAudience(content.audience).label) if content.audience else ""
    day = date_format(content.deadline, "j F Y") if content.deadline else ""
    urgency = str(Urgency(content.urgency).label) if content.urgency else ""
    return [
        Fact("Title", content.title),
        Fact("Kind", str(NoticeKind(content.kind).label)),
        Fact("Severity", str(Severity(content.severity).label) if content.severity else ""),
        Fact("How soon to upgrade", urgency, _begins_with(Urgency.ROUTINE.label)),
        Fact("What is wrong", content.summary),
        Fact("What to do", content.action),
        Fact("To be done by", day),
        Fact("CVE identifiers", ", ".join(content.cves)),
        Fact("Who may read it", audience, _begins_with(NoticeAudience.ALL_PARTIES.label)),
    ]


def _begins_with(usual: object) -> str:
    return f"The file does not say; the draft begins with “{usual}”"
