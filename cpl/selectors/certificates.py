"""Whether the date of a CPA certificate has passed: worked out whenever it is shown, so that it is never stale."""

from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from cpl.choices import CpaDateKind

_WORDS: Final = {
    CpaDateKind.EXPIRY.value: "CPA certificate expired",
    CpaDateKind.RENEWAL.value: "CPA renewal date passed",
}


def lapsed(cpa_date: date | None, kind: str) -> str:
    """In a few words that the date has passed; '' on the day itself and before, and where there is none."""
    if cpa_date is None or cpa_date >= timezone.localdate():
        return ""
    return _WORDS.get(kind, "CPA date passed")


def lapsed_on(cpa_date: date | None, kind: str) -> str:
    """The same with the day: "CPA certificate expired on 3 May 2026"."""
    words = lapsed(cpa_date, kind)
    return f"{words} on {cpa_date.day} {cpa_date:%B %Y}" if words and cpa_date else ""


def has_lapsed() -> Q:
    """For a query of entries: on the list, and the date of the certificate has passed."""
    return Q(removed_on__isnull=True, cpa_date__lt=timezone.localdate())
