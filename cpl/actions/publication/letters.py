"""Who hears what of an issue and of certificates, by e-mail.

Letters name references, kinds and entries that their reader may see, as of the moment of writing; everything else
stays behind sign-in.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import letters, mail
from accounts.access import can
from accounts.addressees import holders_of
from accounts.choices import PartyCategory
from accounts.links import absolute
from accounts.models import Party, User
from accounts.permissions import (
    MARK_LOADED,
    MODERATE,
    PUBLISH,
    READ_EVERY_RECORD,
    SUBMIT_AS_MANUFACTURER,
    SUBMIT_FOR_OTHERS,
)
from cpl.choices import CpaDateKind, SubmissionKind
from cpl.models import CPLEntry, CPLIssue, Submission
from cpl.targets import target_words

Context = dict[str, Any]

MOST_LINES: Final = 40
"""A letter of more lines is not read; the page has them all."""


# Who ---------------------------------------------------------------------------------------------------------


def secas() -> list[User]:
    """SECAS's moderators and publishers."""
    return [*holders_of(MODERATE), *holders_of(PUBLISH)]


def dcc() -> list[User]:
    """The DCC's people who mark issues as loaded."""
    loaders = holders_of(MARK_LOADED)
    return list(loaders.filter(memberships__party__category=PartyCategory.DCC))


def people_of(party: Party) -> list[User]:
    """Whose business a Party's submissions are: its manufacturer editors and its submitters."""
    return [*holders_of(SUBMIT_AS_MANUFACTURER, party), *holders_of(SUBMIT_FOR_OTHERS, party)]


# What --------------------------------------------------------------------------------------------------------


def published(issue: CPLIssue, submissions: Sequence[Submission]) -> None:
    """One digest to each: the people of the Parties that submitted, of the manufacturers spoken of, SECAS, the DCC."""
    people = [person for party in parties_of(submissions) for person in people_of(party)]
    _write("issue_published", [*people, *secas(), *dcc()], issue=issue.pk)


def parties_of(submissions: Iterable[Submission]) -> list[Party]:
    """Whose people are told of an issue, beside SECAS and the DCC: authors, and manufacturers spoken of; by name."""
    rows = list(submissions)
    parties = {one.party for one in rows}
    parties |= {one.manufacturer.party for one in rows if one.manufacturer and one.manufacturer.party}
    return sorted((one for one in parties if one.category != PartyCategory.SECAS), key=lambda party: party.name)


def not_published(issue: CPLIssue, at: datetime) -> None:
    """To SECAS: an issue could not be published at its set time."""
    _write("issue_not_published", secas(), issue=issue.pk, at=at.isoformat())


def loaded(issue: CPLIssue) -> None:
    """To SECAS: the DCC has loaded an issue."""
    _write("issue_loaded", secas(), issue=issue.pk)


def late(issue: CPLIssue) -> None:
    """To SECAS and the DCC: the alarm that an issue is not loaded in time."""
    _write("issue_late", [*secas(), *dcc()], issue=issue.pk)


def certificates(party: Party, entries: Iterable[CPLEntry], months: int) -> None:
    """To a manufacturer's editors: so many months until the date of these entries' certificates."""
    keys = [entry.pk for entry in entries]
    _write("certificate_notice", holders_of(SUBMIT_AS_MANUFACTURER, party), entries=keys, months=months)


def certificates_to_secas(entries: Iterable[CPLEntry], months: int) -> None:
    """The same to SECAS, for all manufacturers together."""
    _write("certificate_digest", secas(), entries=[entry.pk for entry in entries], months=months)


def _write(template: str, people: Iterable[User], **context: Any) -> None:
    """Queue one letter for each person, however many reasons they have to get it."""
    for person in sorted(set(people), key=lambda one: one.pk):
        mail.later(template, to=person.email, person=person.pk, **context)


# How ---------------------------------------------------------------------------------------------------------


def _reader(context: Context) -> User | None:
    return User.objects.filter(pk=context["person"], is_active=True).first()


def _issue(context: Context) -> Context | None:
    """What every letter about an issue needs; None for a reader who may not read it any more."""
    reader = _reader(context)
    found = CPLIssue.objects.visible_to(reader).filter(pk=context["issue"]).first() if reader else None
    if found is None:
        return None
    return {**context, "issue": found, "reader": reader, "link": _page(found), "target": target_words("published")}


def _page(issue: CPLIssue) -> str:
    """A page behind sign-in: its address opens nothing by itself."""
    return absolute(reverse("cpl:issue", args=[issue.number]))


def _published(context: Context) -> Context | None:
    ready = _issue(context)
    if ready is None:
        return None
    reader = ready["reader"]
    mine = Submission.objects.visible_to(reader).filter(issue=ready["issue"]).select_related("entry", "device_model")
    every = can(reader, READ_EVERY_RECORD)
    lines = [] if every else [_line(submission) for submission in mine.order_by("pk")[:MOST_LINES]]
    return {
        **ready,
        "lines": lines,
        "more": 0 if every else mine.count() - len(lines),
        "counts": _counts(mine) if every else [],
        "loads": can(reader, MARK_LOADED) and not every,
    }


def _line(submission: Submission) -> str:
    about = submission.entry.cpl_entry_id if submission.entry else ""
    words = f"{submission.reference}: {submission.get_kind_display()}"
    return f"{words}, {about}" if about else words


def _counts(submissions: QuerySet[Submission]) -> list[str]:
    kinds = Counter(submissions.order_by().values_list("kind", flat=True))
    return [f"{kinds[kind.value]} × {kind.label}" for kind in SubmissionKind if kinds[kind.value]]


def _not_published(context: Context) -> Context | None:
    ready = _issue(context)
    if ready is None:
        return None
    at = timezone.localtime(datetime.fromisoformat(context["at"]))
    link = absolute(reverse("admin:cpl_cplissue_review", args=[context["issue"]]))
    return {**ready, "link": link, "at": f"{at:%H:%M} on {at.day} {at:%B %Y}"}


def _late(context: Context) -> Context | None:
    """None where it was loaded by the time of writing."""
    ready = _issue(context)
    return ready if ready and ready["issue"].loaded_at is None else None


def _certificates(context: Context) -> Context | None:
    """The entries that are listed still, as their reader may see them; None where nothing is left to be said."""
    reader = _reader(context)
    visible = CPLEntry.objects.visible_to(reader) if reader else CPLEntry.objects.none()
    found = visible.listed().filter(pk__in=context["entries"], cpa_date__isnull=False)
    entries = list(found.select_related("device_model", "manufacturer").order_by("cpa_date", "cpl_entry_id"))
    if not entries:
        return None
    shown = [_certificate(entry) for entry in entries[:MOST_LINES]]
    return {**context, "lines": shown, "number": len(entries), "more": len(entries) - len(shown)}


def _certificate(entry: CPLEntry) -> str:
    """One entry in words: a certificate expires, or it is renewed."""
    does = "expires" if entry.cpa_date_kind == CpaDateKind.EXPIRY else "is due for renewal"
    day = f"{entry.cpa_date.day} {entry.cpa_date:%B %Y}" if entry.cpa_date else ""
    version = f" {entry.firmware_version}" if entry.firmware_version else ""
    name = " ".join(entry.device_model.name.split())
    return f"{entry.cpl_entry_id}, {name}{version}: CPA certificate {entry.cpa_certificate} {does} on {day}".replace(
        "certificate  ", "certificate "
    )


ADDS: Final = {
    "issue_published": _published,
    "issue_not_published": _not_published,
    "issue_loaded": _issue,
    "issue_late": _late,
    "certificate_notice": _certificates,
    "certificate_digest": _certificates,
}
"""What each letter needs, for `accounts.letters`."""

letters.learn(ADDS)
