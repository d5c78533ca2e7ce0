"""An uploaded CSAF 2.0 file as the draft of a notice. Pure: bytes in, a draft or plain words out."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from cpl.choices import NoticeAudience, NoticeKind, Severity, Urgency
from cpl.csaf import schema, wording
from cpl.csaf.decoding import decode, values
from cpl.csaf.draft import Content, Draft, Remark
from cpl.csaf.errors import CsafError, place_of, refused, shown
from cpl.csaf.statements import statements_of
from cpl.csaf.texts import Kept, has_controls, plain
from cpl.notice_checks import is_cve, is_web_link

Json = dict[str, Any]

VERSION: Final = "2.0"
_OTHERS: Final = {"bomFormat": "a CycloneDX file", "spdxVersion": "an SPDX file", "@context": "an OpenVEX file"}
_SEVERITIES: Final = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH, "important": Severity.HIGH,
    "medium": Severity.MEDIUM, "moderate": Severity.MEDIUM,
    "low": Severity.LOW,
}  # fmt: skip
_WORST_LAST: Final = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
_FIRST_NOTE: Final = ("summary", "description", "details", "general")


def read(data: bytes) -> Draft:
    """What the file says, as a notice would say it, with remarks on what was left out, cut or decided.

    Raises CsafError with at most twenty problems: no JSON, other limits of `decoding`, no CSAF, another version of
    CSAF, or something that the published schema does not accept.
    """
    whole = decode(data)
    _is_csaf(whole)
    schema.check(whole)
    return _draft(whole)


def _is_csaf(whole: Json) -> None:
    document = whole.get("document")
    if not isinstance(document, dict) or "csaf_version" not in document:
        other = next((f" It looks like {words}." for name, words in _OTHERS.items() if name in whole), "")
        cure = "Ask the publisher for the advisory as CSAF 2.0, or write the notice by hand."
        raise refused(f"The file is JSON, and no CSAF document.{other}", cure, place="document.csaf_version")
    version = document["csaf_version"]
    if version != VERSION:
        raise _other_version(version)


def _other_version(version: object) -> CsafError:
    cure = "Ask the publisher for the advisory as CSAF 2.0."
    what = "The file is of another version of CSAF; only 2.0 is read."
    return refused(what, cure, place="document.csaf_version", value=shown(version))


def _draft(whole: Json) -> Draft:
    document = whole["document"]
    flaws: list[Json] = whole.get("vulnerabilities", [])
    kept = Kept()
    content = Content(
        kind=_kind(document, flaws),
        title=kept.text("title", " ".join(plain(document["title"]).split()), "document.title"),
        severity=_severity(document, flaws, kept),
        urgency=_urgency(document),
        summary=kept.text("summary", _summary(document, flaws), "document.notes"),
        action=kept.text("action", _action(document, flaws), "vulnerabilities"),
        deadline=_deadline(document),
        cves=_cves(flaws, kept),
        advisory_link=_advisory(document, kept),
        references=_references(document, flaws, kept),
        audience=_audience(document),
    )
    kept.remarks.extend([*_cleaned(whole), *_about(document, flaws)])
    statements = statements_of(whole, kept)
    return Draft(content, tuple(statements), tuple(kept.remarks), _origin(document))


def _origin(document: Json) -> dict[str, str]:
    tracking = document["tracking"]
    said = {"id": tracking["id"], "version": tracking["version"], "publisher": document["publisher"]["name"]}
    return {name: plain(value)[:200] for name, value in said.items()}


def _note(document: Json, title: str) -> str:
    """The text of the note that this portal writes under this title; '' where there is none."""
    return next((plain(each["text"]) for each in document.get("notes", []) if each.get("title") == title), "")


def _kind(document: Json, flaws: Iterable[Json]) -> str:
    """As this portal wrote it; else of a vulnerability, but a document that names none is of a fault, and a base
    document without a CVE.
    """
    labels = {str(kind.label): kind.value for kind in NoticeKind}
    if (said := labels.get(_note(document, wording.KIND))) is not None:
        return said
    is_base = document["category"] == "csaf_base"
    is_fault = not any("cve" in each for each in flaws) if is_base else not flaws
    return (NoticeKind.FAULT if is_fault else NoticeKind.VULNERABILITY).value


def _urgency(document: Json) -> str:
    said = _note(document, wording.URGENCY)
    return next((urgency.value for urgency in Urgency if wording.URGENCY_TEXTS[urgency.value] == said), "")


def _deadline(document: Json) -> date | None:
    try:
        return date.fromisoformat(_note(document, wording.DEADLINE))
    except ValueError:
        return None


def _audience(document: Json) -> str:
    """Of a document that this portal wrote; else the narrower one for what is not for everybody (3.2.1.5.2)."""
    distribution = document.get("distribution", {})
    usual = NoticeAudience.CONCERNED.value if _is_restricted(document) else ""
    found = (each for each in NoticeAudience.values if wording.DISTRIBUTION[each] in distribution.get("text", ""))
    return next(found, usual)


def _is_restricted(document: Json) -> bool:
    return document.get("distribution", {}).get("tlp", {}).get("label") in ("RED", "AMBER")


def _severity(document: Json, flaws: Iterable[Json], kept: Kept) -> str:
    """The aggregate severity (3.2.1.2), else the most severe of the scores (3.2.3.13)."""
    said = document.get("aggregate_severity", {}).get("text", "")
    if found := _SEVERITIES.get(plain(said).strip().lower()):
        return found.value
    if said:
        what = "This severity is none of low, medium, high, critical: choose one."
        kept.remark(what, "document.aggregate_severity", said)
    scores = [each for flaw in flaws for each in flaw.get("scores", [])]
    words = [str(score.get("cvss_v3", {}).get("baseSeverity", "")).lower() for score in scores]
    graded = [_SEVERITIES[word] for word in words if word in _SEVERITIES]
    if not graded:
        return ""
    worst = max(graded, key=_WORST_LAST.index)
    kept.remark(f"The severity, {worst.label.lower()}, is the most severe of its CVSS scores.", "vulnerabilities")
    return worst.value


def _summary(document: Json, flaws: Iterable[Json]) -> str:
    """The first kind of note that tells what is wrong: of the document, else of its vulnerabilities."""
    if _is_own(document):
        return _note(document, wording.SUMMARY).strip()
    title = plain(document["title"]).strip()
    for notes in (document.get("notes", []), [note for flaw in flaws for note in flaw.get("notes", [])]):
        for kind in _FIRST_NOTE:
            texts = [plain(each["text"]).strip() for each in notes if each["category"] == kind]
            if told := [text for text in dict.fromkeys(texts) if text and text != title]:
                return "\n\n".join(told)
    return ""


def _is_own(document: Json) -> bool:
    """Whether this portal, or another like it, wrote the document: its notes have the portal's titles."""
    return bool(_note(document, wording.KIND)) and bool(_note(document, wording.DUTY))


def _action(document: Json, flaws: Iterable[Json]) -> str:
    """Remediations (3.2.3.12) without those that only name a fixed version, which the versions say."""
    remediations = (each for flaw in flaws for each in flaw.get("remediations", []))
    said = (plain(each["details"]).strip() for each in remediations if not _names_fix(each))
    told = [text for text in dict.fromkeys(said) if text]
    return "\n\n".join(told) or _note(document, wording.ACTION).strip()


def _names_fix(remediation: Json) -> bool:
    """Whether it is one that this portal adds for a fixed version; what an author wrote has no address."""
    return "url" in remediation and wording.is_fix(remediation["details"])


def _cves(flaws: Iterable[Json], kept: Kept) -> list[str]:
    found = list(dict.fromkeys(flaw["cve"] for flaw in flaws if "cve" in flaw))
    for cve in found:
        if not is_cve(cve):
            kept.remark("This CVE identifier is longer than any can be; it was left out.", "vulnerabilities", cve)
    return kept.few("cves", [cve for cve in found if is_cve(cve)], "vulnerabilities")


def _advisory(document: Json, kept: Kept) -> str:
    """The page that the document calls its own (a reference of category self), but never this portal's page."""
    is_own = _is_own(document)
    said = [each for each in document.get("references", []) if _is_advisory(each, is_own=is_own)]
    links = [each["url"] for each in said if is_web_link(each["url"])]
    # A page is for people; the same document as JSON is for programs.
    chosen = min(links, key=lambda link: link.lower().endswith(".json"), default="")
    return kept.link("advisory_link", chosen, "document.references")


def _is_advisory(reference: Json, *, is_own: bool) -> bool:
    if is_own:
        return reference.get("category") != "self" and reference["summary"] == wording.ADVISORY
    return reference.get("category") == "self"


def _references(document: Json, flaws: Iterable[Json], kept: Kept) -> list[dict[str, str]]:
    is_own = _is_own(document)
    found: dict[tuple[str, str], None] = {}
    for summary, url in _external(document, flaws):
        if is_own and summary == wording.ADVISORY:
            continue
        if is_web_link(url):
            found[plain(summary).strip() or url, url] = None
        else:
            kept.remark("This reference leads to no page of the web; it was left out.", "references", url)
    listed = [{"summary": summary, "url": url} for summary, url in found]
    return kept.few("references", listed, "document.references")


def _external(document: Json, flaws: Iterable[Json]) -> Iterator[tuple[str, str]]:
    for holder in (document, *flaws):
        for each in holder.get("references", []):
            if each.get("category", "external") == "external":
                yield each["summary"], each["url"]
        for each in holder.get("remediations", []):
            if "url" in each and not _names_fix(each):
                yield "Where to get the remedy", each["url"]


def _cleaned(whole: Json) -> Iterator[Remark]:
    places = [path for path, value in values(whole) if isinstance(value, str) and has_controls(value)]
    if places:
        many = "1 text" if len(places) == 1 else f"{len(places):,} texts"
        yield Remark(f"The file has control characters in {many}; they are not taken over.", place_of(places[-1]))


def _about(document: Json, flaws: list[Json]) -> Iterator[Remark]:
    """What the author should know of the document as a whole."""
    if _is_restricted(document):
        label = document["distribution"]["tlp"]["label"]
        what = "The file restricts who may read it. Ask its publisher before you tell SEC Parties what it says."
        yield Remark(what, "document.distribution.tlp.label", f"TLP:{label}")
    if document["tracking"]["status"] != "final":
        yield Remark("Its publisher may still change it.", "document.tracking.status", document["tracking"]["status"])
    if _note(document, wording.WITHDRAWN):
        yield Remark("Its publisher has withdrawn it.", "document.notes", shown(_note(document, wording.WITHDRAWN)))
    if len(flaws) > 1 and not _is_own(document):
        many = f"It is about {len(flaws):,} vulnerabilities, which one notice tells together."
        yield Remark(f"{many} Of several statuses of one version the most severe counts.", "vulnerabilities")
    yield from _left_out(document, flaws)


_NOT_TAKEN: Final = {
    "scores": "CVSS scores", "cwe": "weaknesses (CWE)", "involvements": "who was involved",
    "acknowledgments": "acknowledgements", "discovery_date": "dates of discovery",
}  # fmt: skip


def _left_out(document: Json, flaws: list[Json]) -> Iterator[Remark]:
    """What a notice has no place for."""
    for name, words in _NOT_TAKEN.items():
        if name in document or any(name in flaw for flaw in flaws):
            yield Remark(f"Not taken over: {words}.", f"vulnerabilities[].{name}")
