"""Random notices, from the words that authors paste to the ones that nobody expects."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from cpl.choices import NoticeAudience, NoticeKind, Severity, Urgency, VersionStatus
from cpl.models import CPLEntry

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NASTY = st.sampled_from([
    "<script>alert(1)</script>", '"}]}, {"', "\\u0000 \\ud800", "=cmd|' /C calc'!A0", "Zeile\r\nzwei\ttab",
    "٠١٢ 🔥 é e\u0301", "all versions before 09030A07", "Firmware version 1 of A (CPL-1) contains a fix.",
    "\u202edrawkcab\u2066", "Duty to notify",
])  # fmt: skip
WORDS = ANYTHING | NASTY
SAID = st.tuples(WORDS, st.sampled_from(["x", "A fault", "É"])).map(" ".join)
"""Words that are not blank whatever cleans them."""

LINKS = st.sampled_from([
    "https://northmoor.example/advisories/7", "https://exämple.example/ü?q=[1]&r=ß#%zz", "http://a.example:8443/%C3%BC/{x}|y",
    "https://a.example/a(b)'c*d!", "https://a.example/" + "n" * 400,
])  # fmt: skip
CVES = st.lists(
    st.builds(lambda year, number: f"CVE-{year}-{number}", st.integers(1999, 2099), st.integers(1000, 10**18)),
    unique=True, max_size=4,
)  # fmt: skip


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """What can be published, as `drafts.begin` takes it."""
    return {
        "kind": draw(st.sampled_from(NoticeKind)),
        "title": draw(SAID),
        "severity": draw(st.sampled_from(Severity)),
        "urgency": draw(st.sampled_from(Urgency)),
        "summary": draw(SAID),
        "action": draw(SAID),
        "deadline": draw(st.none() | st.dates(date(2100, 1, 1), date(2100, 12, 31))),
        "cves": draw(CVES),
        "advisory_link": draw(st.just("") | LINKS),
        "references": draw(st.lists(st.fixed_dictionaries({"summary": SAID, "url": LINKS}), max_size=3)),
        "audience": draw(st.sampled_from(NoticeAudience)),
    }


@st.composite
def unfinished(draw: st.DrawFn) -> dict[str, Any]:
    """What only a draft may say: any of it may be missing."""
    whole = draw(contents())
    for name in draw(st.sets(st.sampled_from(["title", "severity", "summary", "action"]))):
        whole[name] = ""
    return whole


@st.composite
def statuses(draw: st.DrawFn, entries: list[CPLEntry]) -> Mapping[int, tuple[VersionStatus, str]]:
    """Something said of some of the entries; of the first that it is affected, so that it can be published."""
    some = draw(st.sets(st.sampled_from([entry.pk for entry in entries])))
    said = {key: (draw(st.sampled_from(VersionStatus)), draw(st.just("") | WORDS)) for key in sorted(some)}
    return {**said, entries[0].pk: (VersionStatus.AFFECTED, draw(st.just("") | WORDS))}
