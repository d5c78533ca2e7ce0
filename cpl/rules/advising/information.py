"""Firmware information: voluntary, and where it is given, in agreement with itself and with the list."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from cpl.choices import Recommendation, Stage, SubmissionKind, Urgency
from cpl.rules import clauses
from cpl.rules.problem import Check, Finding
from cpl.rules.subject import Subject
from cpl.rules.words import shown

WITH_ANSWERS: Final = frozenset({SubmissionKind.NEW_ENTRY, SubmissionKind.INFORMATION})
LONG_AGO: Final = timedelta(days=5 * 365)
"""A release so long before its publication is more often a slip of the year than a late submission."""


class ReleasedAfterPublication(Check):
    """A version is released before it is published on the list."""

    name = "released-after-publication"
    clause = clauses.EVEN_QUALITY
    blocking = False
    kinds = WITH_ANSWERS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A release date after the entry's publication, or still to come."""
        released, published = _released(subject), _published(subject)
        if released and released > timezone.localdate():
            message = f"The release date {shown(released)} is still to come."
            yield Finding("release_date", message, "Check the date.", released.isoformat())
        elif released and subject.entry and released > published:
            message = f"The release date {shown(released)} lies after the publication of {subject.entry} on "
            yield Finding("release_date", f"{message}{shown(published)}.", "Check the date.", released.isoformat())


class ReleasedLongAgo(Check):
    """A version comes to the list soon after its release."""

    name = "released-long-ago"
    clause = clauses.EVEN_QUALITY
    blocking = False
    kinds = WITH_ANSWERS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A release date more than five years before the publication."""
        released, published = _released(subject), _published(subject)
        if released and published - released > LONG_AGO:
            when = f"of {subject.entry} on {shown(published)}" if subject.entry else "that is asked for now"
            message = f"The release date {shown(released)} lies more than five years before the publication {when}."
            yield Finding("release_date", message, "Check the year.", released.isoformat())


class AnswersAtOdds(Check):
    """What is said of stage, recommendation and urgency agrees: nobody is urged to what they should not deploy."""

    name = "answers-at-odds"
    clause = clauses.EVEN_QUALITY
    blocking = False
    kinds = WITH_ANSWERS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A test version that is recommended or urgent; an urgent version that should not be deployed."""
        stage, advice, urgency = (subject.answer(name) for name in ("stage", "recommendation", "urgency"))
        cure = "Correct whichever is wrong."
        if stage == Stage.TEST and advice == Recommendation.RECOMMENDED:
            yield Finding("recommendation", "A test version is said to be recommended.", cure, "test:recommended")
        if stage == Stage.TEST and urgency == Urgency.URGENT:
            yield Finding("urgency", "The upgrade to a test version is said to be urgent.", cure, "test:urgent")
        if advice == Recommendation.DO_NOT_DEPLOY and urgency in (Urgency.SOON, Urgency.URGENT):
            message = f"The upgrade is said to be {Urgency(urgency).label.lower()}, to a version not to be deployed."
            yield Finding("urgency", message, cure, f"do_not_deploy:{urgency}")


class VulnerabilityUnreadable(Check):
    """A vulnerability is named by its whole reference: CVE, year and number."""

    name = "vulnerability-unreadable"
    clause = clauses.EVEN_QUALITY
    blocking = False
    kinds = WITH_ANSWERS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A reference that begins with CVE and does not go on as one."""
        text = subject.answer("vulnerabilities") or ""
        for mentioned in dict.fromkeys(match[0] for match in _MENTION.finditer(text)):
            if not _REFERENCE.fullmatch(mentioned):
                message = f"“{shown(mentioned)}” is not the whole reference of a vulnerability."
                cure = "Write it as CVE-2026-00000: year, then the number of four digits or more."
                yield Finding("vulnerabilities", message, cure, mentioned)


class LinkNotEncrypted(Check):
    """The link to a manufacturer's portal is encrypted."""

    name = "link-not-encrypted"
    clause = clauses.EVEN_QUALITY
    blocking = False
    kinds = WITH_ANSWERS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A link that begins with http:// only."""
        link = subject.answer("portal_link") or ""
        if link.startswith("http://"):
            message = "The link to the portal begins with http://: what is read there can be changed on the way."
            yield Finding("portal_link", message, "Begin it with https://, if the portal allows that.", link)


def _released(subject: Subject) -> date | None:
    day = subject.answer("release_date")
    return day if isinstance(day, date) else None


def _published(subject: Subject) -> date:
    """The day of publication; today where that is still to come."""
    return (subject.entry.published_on if subject.entry else None) or timezone.localdate()


# Where people name one: with its year, or with any digits after it. 'A CVE is pending' names none.
_MENTION: Final = re.compile(r"\bCVE[\s‐‑–—-]*[0-9][0-9‐‑–—-]*(?<=[0-9])", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"CVE-(?:19|20)[0-9]{2}-[0-9]{4,}", re.IGNORECASE)

CHECKS: Final[tuple[Check, ...]] = (
    ReleasedAfterPublication(),
    ReleasedLongAgo(),
    AnswersAtOdds(),
    VulnerabilityUnreadable(),
    LinkNotEncrypted(),
)
