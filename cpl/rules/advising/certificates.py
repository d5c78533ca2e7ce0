"""Certificates: a date that is past or comes close."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.conf import settings
from django.utils import timezone

from cpl.choices import CpaDateKind, SubmissionKind
from cpl.rules import clauses
from cpl.rules.problem import Check, Finding, together_key
from cpl.rules.subject import Subject
from cpl.rules.words import shown

Kind = SubmissionKind


class CertificateDateClose(Check):
    """A CPA certificate stands for a while yet: its date is not past, and not within the period of notice."""

    name = "certificate-date-close"
    clause = clauses.CERTIFICATES
    blocking = False
    kinds = frozenset({Kind.NEW_ENTRY, Kind.CORRECTION, Kind.ADDED_MODEL})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A date, given or of the entry whose certificate is relied on, before the end of the period of notice."""
        day, today = subject.stands("cpa_date"), timezone.localdate()
        months = max(settings.CERTIFICATE_NOTICE_MONTHS, default=0)
        if not isinstance(day, date) or day > months_after(today, months):
            return
        renews = subject.stands("cpa_date_kind") == CpaDateKind.RENEWAL
        if day < today:
            message = f"The CPA certificate {'was to be renewed' if renews else 'expired'} on {shown(day)}."
        else:
            message = (
                f"The CPA certificate {'renews' if renews else 'expires'} on {shown(day)}, within {months} months."
            )
        field = "entry" if subject.kind == Kind.ADDED_MODEL else "cpa_date"
        key = together_key(subject.stands("cpa_certificate"), subject.stands("cpa_date_kind"), day.isoformat())
        yield Finding(field, message, "Check the date, and say what happens to the certificate.", key)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


CHECKS: Final[tuple[Check, ...]] = (CertificateDateClose(),)
