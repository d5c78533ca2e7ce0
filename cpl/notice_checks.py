"""The named checks of a notice: what keeps it from being kept or published, and what its author should think about.

Each finding says which field it is about, what is wrong, and what to do. Nothing here reads the database.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from cpl.choices import NoticeAudience, NoticeKind, Severity, Urgency, VersionStatus
from cpl.identifiers import CVE

LONGEST: Final[Mapping[str, int]] = {"title": 200, "summary": 4_000, "action": 4_000, "advisory_link": 500}
"""What each text can hold."""

LONGEST_WORDS: Final = 500
"""What is said of one version, of a change and of a withdrawal."""

MOST: Final[Mapping[str, int]] = {"cves": 100, "references": 50, "versions": 2_000}
"""How many of each one notice can name."""

CHOICES: Final = {"kind": NoticeKind, "severity": Severity, "urgency": Urgency, "audience": NoticeAudience}
_STANDS: Final = (VersionStatus.AFFECTED, VersionStatus.UNDER_INVESTIGATION)


class Weight(IntEnum):
    """What a finding stops."""

    ADVISES = 1
    """Nothing: its author should think about it."""
    STOPS_PUBLICATION = 2
    """A draft may be kept with it, a published notice may not say it."""
    STOPS_KEEPING = 3
    """Not even a draft can be kept with it."""


@dataclass(frozen=True)
class NoticeProblem:
    """What a check found: `check` is its name, `field` the field of the notice ('' for none, 'versions', 'words')."""

    check: str
    field: str
    message: str
    cure: str
    weight: Weight = Weight.STOPS_PUBLICATION

    @property
    def blocking(self) -> bool:
        """Whether it stands in the way of publication; an advising one never does."""
        return self.weight > Weight.ADVISES


class Named(NamedTuple):
    """A version as a notice names it."""

    entry_id: str
    manufacturer: int | None
    status: str
    words: str = ""


@dataclass(frozen=True)
class Said:
    """What a notice says, or is to say: its fields as `Notice` has them, and what it says of versions.

    `published` are the Entry IDs that its last published revision names, `deadline_published` the deadline there.
    """

    manufacturer: int
    today: date
    kind: str = ""
    title: str = ""
    severity: str = ""
    urgency: str = Urgency.ROUTINE.value
    summary: str = ""
    action: str = ""
    deadline: date | None = None
    cves: Sequence[str] = ()
    advisory_link: str = ""
    references: Sequence[Mapping[str, Any]] = ()
    audience: str = NoticeAudience.ALL_PARTIES.value
    versions: Sequence[Named] = ()
    published: frozenset[str] = frozenset()
    deadline_published: date | None = None

    def of_status(self, *statuses: str) -> list[Named]:
        """The versions of which it says one of these."""
        return [named for named in self.versions if named.status in statuses]


@dataclass(frozen=True)
class _Found:
    """A finding before it is named after its check."""

    field: str
    message: str
    cure: str


Find = Callable[[Said], Iterator[_Found]]


@dataclass(frozen=True)
class NoticeCheck:
    """A rule by name; `rule` is how people read it."""

    name: str
    weight: Weight
    rule: str
    find: Find = field(repr=False)


_CHECKS: Final[list[NoticeCheck]] = []


def _check(weight: Weight) -> Callable[[Find], Find]:
    def named(find: Find) -> Find:
        _CHECKS.append(NoticeCheck(find.__name__, weight, " ".join((find.__doc__ or "").split()), find))
        return find

    return named


def problems_of(said: Said, at_least: Weight = Weight.ADVISES) -> list[NoticeProblem]:
    """Everything that the checks of this weight and above find, in their order."""
    return [
        NoticeProblem(check.name, found.field, found.message, found.cure, check.weight)
        for check in _CHECKS
        if check.weight >= at_least
        for found in check.find(said)
    ]


def checks() -> tuple[NoticeCheck, ...]:
    """Every check by name, for the page and the document that list them."""
    return tuple(_CHECKS)


_KEEPING, _PUBLISHING, _ADVISING = Weight.STOPS_KEEPING, Weight.STOPS_PUBLICATION, Weight.ADVISES


@_check(_KEEPING)
def value_known(said: Said) -> Iterator[_Found]:
    """Kind, severity, urgency, audience and every status are words that the repository knows."""
    for name, known in CHOICES.items():
        value = getattr(said, name)
        if value not in known.values and not (name == "severity" and not value):
            yield _Found(name, f"{_shown(value)} is no {name}.", f"Choose one of: {_or(known.values)}.")
    for named in said.versions:
        if named.status not in VersionStatus.values:
            cure = f"Choose one of: {_or(VersionStatus.values)}."
            yield _Found("versions", f"{_shown(named.status)} is no status of {named.entry_id}.", cure)


@_check(_KEEPING)
def text_short_enough(said: Said) -> Iterator[_Found]:
    """A text is no longer than what can be kept."""
    for name, longest in LONGEST.items():
        if (length := len(getattr(said, name))) > longest:
            yield _Found(name, f"It has {length:,} characters; at most {longest:,} are kept.", "Shorten it.")
    for named in said.versions:
        if (length := len(named.words)) > LONGEST_WORDS:
            message = f"What is said of {named.entry_id} has {length:,} characters; at most {LONGEST_WORDS} are kept."
            yield _Found("versions", message, "Shorten it.")


@_check(_KEEPING)
def few_enough(said: Said) -> Iterator[_Found]:
    """A notice names no more CVE identifiers, references and versions than a page can show."""
    for name, most in MOST.items():
        if (number := len(getattr(said, name))) > most:
            yield _Found(name, f"There are {number:,}; at most {most:,} can be named.", "Divide it into two notices.")


@_check(_KEEPING)
def cve_well_formed(said: Said) -> Iterator[_Found]:
    """A CVE identifier has the form that CSAF 2.0 (section 3.2.3.2) gives it: CVE-2026-12345."""
    for value in said.cves:
        if not is_cve(value):
            cure = "Write CVE, the year in four digits and the number in four digits or more, as in CVE-2026-12345."
            yield _Found("cves", f"{_shown(value)} is no CVE identifier.", cure)


@_check(_KEEPING)
def link_is_web(said: Said) -> Iterator[_Found]:
    """A link leads to a page of the web: it begins with https:// or http://, and holds no name or password."""
    cure = "Copy the whole address from the address bar: it begins with https:// or http://."
    if said.advisory_link and not is_web_link(said.advisory_link):
        yield _Found("advisory_link", f"{_shown(said.advisory_link)} is no link to a page of the web.", cure)
    for one in said.references:
        if not is_web_link(one.get("url")):
            yield _Found("references", f"{_shown(one.get('url'))} is no link to a page of the web.", cure)


@_check(_KEEPING)
def of_this_manufacturer(said: Said) -> Iterator[_Found]:
    """A notice is about one manufacturer: every version it names is of that manufacturer."""
    for named in said.versions:
        if named.manufacturer != said.manufacturer:
            cure = "Take it out, and begin another notice for that manufacturer."
            yield _Found("versions", f"{named.entry_id} is a version of another manufacturer.", cure)


@_check(_PUBLISHING)
def said_in_words(said: Said) -> Iterator[_Found]:
    """A published notice has a title and says what is wrong."""
    if not said.title.strip():
        yield _Found("title", "The notice has no title.", "Write in a few words what it is about.")
    if not said.summary.strip():
        yield _Found("summary", "The notice does not say what is wrong.", "Describe the fault or vulnerability.")


@_check(_PUBLISHING)
def severity_said(said: Said) -> Iterator[_Found]:
    """A published notice says how severe the fault or vulnerability is."""
    if not said.severity:
        yield _Found("severity", "The notice does not say how severe it is.", f"Choose one of: {_or(Severity.labels)}.")


@_check(_PUBLISHING)
def version_named(said: Said) -> Iterator[_Found]:
    """A published notice names at least one version."""
    if not said.versions:
        cure = "Add the versions one by one, or a stretch of the pathway."
        yield _Found("versions", "The notice names no version.", cure)


@_check(_PUBLISHING)
def something_said_of_fault(said: Said) -> Iterator[_Found]:
    """At least one version is affected, under investigation or fixed: what touches no version needs no notice."""
    if said.versions and not said.of_status(*_STANDS, VersionStatus.FIXED):
        cure = "Give the versions that it is about the status affected, under investigation or fixed."
        if said.published:
            cure = "If the fault is not there at all, withdraw the notice and give the reason."
        yield _Found("versions", "Every version that the notice names is not affected.", cure)


@_check(_PUBLISHING)
def version_named_once(said: Said) -> Iterator[_Found]:
    """A version and a CVE identifier are named once."""
    for entry, number in Counter(named.entry_id for named in said.versions).items():
        if number > 1:
            yield _Found("versions", f"{entry} is named {number} times.", "Keep one of them.")
    for cve, number in Counter(said.cves).items():
        if number > 1:
            yield _Found("cves", f"{_shown(cve)} is named {number} times.", "Keep one of them.")


@_check(_PUBLISHING)
def action_said(said: Said) -> Iterator[_Found]:
    """Where a version is affected, the notice says what to do."""
    if said.of_status(VersionStatus.AFFECTED) and not said.action.strip():
        cure = "Write what whoever has an affected version should do, if only to wait."
        yield _Found("action", "Versions are affected, and the notice does not say what to do.", cure)


@_check(_PUBLISHING)
def deadline_ahead(said: Said) -> Iterator[_Found]:
    """A deadline is not past when it is first published; one that was published stays as it is."""
    if said.deadline and said.deadline < said.today and said.deadline != said.deadline_published:
        day = f"{said.deadline.day} {said.deadline:%B %Y}"
        yield _Found("deadline", f"The deadline, {day}, has passed.", "Give a later day, or none.")


@_check(_PUBLISHING)
def reference_named(said: Said) -> Iterator[_Found]:
    """Every other reference has a few words that say what it is."""
    for one in said.references:
        if not str(one.get("summary") or "").strip():
            cure = "Write in a few words what is to be found there."
            yield _Found("references", f"{_shown(one.get('url'))} has no words.", cure)


@_check(_PUBLISHING)
def published_version_stays(said: Said) -> Iterator[_Found]:
    """A version that a published notice names stays named: whoever was told of it is told what became of it."""
    for entry in sorted(said.published - {named.entry_id for named in said.versions}):
        message = f"{entry} was named when the notice was published, and is not named any more."
        yield _Found("versions", message, "Keep it; if it turned out not to be affected, say so by its status.")


@_check(_ADVISING)
def fixed_version_named(said: Said) -> Iterator[_Found]:
    """Where a version is affected, readers look for one in which it is fixed."""
    if said.of_status(VersionStatus.AFFECTED) and not said.of_status(VersionStatus.FIXED):
        cure = "If there is one, add it as fixed; if not, say under what to do when it is expected."
        yield _Found("versions", "Versions are affected, and none is named in which it is fixed.", cure)


@_check(_ADVISING)
def urgent_has_deadline(said: Said) -> Iterator[_Found]:
    """What is urgent is easier to plan with a day by which it has to be done."""
    if said.urgency == Urgency.URGENT and said.of_status(*_STANDS) and not said.deadline:
        yield _Found("deadline", "The notice is urgent and has no deadline.", "Say by when it should be done.")


@_check(_ADVISING)
def urgency_fits_severity(said: Said) -> Iterator[_Found]:
    """What is of low severity is hardly ever urgent: readers wonder which of the two was meant."""
    if said.urgency == Urgency.URGENT and said.severity == Severity.LOW:
        cure = "Look at both again; if it is meant so, say under what is wrong why it cannot wait."
        yield _Found("urgency", "The severity is low, and the upgrade is urgent.", cure)


@_check(_ADVISING)
def deadline_not_over(said: Said) -> Iterator[_Found]:
    """A deadline that was published and has passed is still shown to whoever reads the notice."""
    if said.deadline and said.deadline < said.today and said.deadline == said.deadline_published:
        cure = "If it was put off, give the new day; if everything is done, withdraw the notice."
        yield _Found("deadline", "The deadline that was published has passed.", cure)


def is_cve(value: object) -> bool:
    """Whether this is a CVE identifier in the form of CSAF 2.0, section 3.2.3.2."""
    return isinstance(value, str) and re.fullmatch(CVE, value) is not None


def is_web_link(value: object) -> bool:
    """Whether this is the address of a page of the web that may be followed by a click.

    A name or password in it is refused: `https://maker.example@elsewhere.example` leads elsewhere.
    """
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        return False
    try:
        _WEB(value)
        return "@" not in urlsplit(value).netloc
    except (ValidationError, ValueError):
        return False


_WEB: Final = URLValidator(schemes=["http", "https"])


def as_published(said: Said, content: Mapping[str, Any]) -> Said:
    """The same, knowing the content of its last published revision (`NoticeRevision.content`)."""
    deadline = content["fields"].get("deadline")
    return replace(
        said, published=frozenset(content["versions"]),
        deadline_published=date.fromisoformat(deadline) if deadline else None,
    )  # fmt: skip


def _or(words: Iterable[Any]) -> str:
    return ", ".join(str(word).replace("_", " ") for word in words)


def _shown(value: object) -> str:
    text = " ".join(str(value or "").split())
    return f"“{text if len(text) <= 80 else text[:79] + '…'}”"
