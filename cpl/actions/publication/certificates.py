"""Notice of CPA certificates whose date comes close: to their manufacturers and to SECAS, once for each period."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import audit
from accounts.models import Party
from cpl import audit_names
from cpl.actions.publication import letters
from cpl.models import CertificateNotice, CPLEntry

_LOCK = 5213


def give_notice(*, now: datetime) -> int:
    """Tell of every listed entry whose certificate's date is CERTIFICATE_NOTICE_MONTHS or less away; how many.

    Once for each entry, date and period: of an entry that comes onto the list when several periods have begun
    already, only the shortest is told. A date that has passed gets no notice: the entry is flagged.
    """
    periods = sorted({months for months in settings.CERTIFICATE_NOTICE_MONTHS if months > 0})
    return sum(_give_notice(timezone.localdate(now), months, periods) for months in periods)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@transaction.atomic
def _give_notice(today: date, months: int, periods: Sequence[int]) -> int:
    """One period for all entries, in one transaction: letters and the note that they were sent go together."""
    _one_at_a_time()
    entries = _due(today, months)
    if not entries:
        return 0
    # Whoever is told of a short period needs no letter about a longer one.
    begun = [period for period in periods if period >= months]
    CertificateNotice.objects.bulk_create(
        (
            CertificateNotice(entry=entry, cpa_date=entry.cpa_date, months=period)
            for entry in entries
            if entry.cpa_date
            for period in begun
        ),
        ignore_conflicts=True,
    )
    for party, own in _by_party(entries).items():
        letters.certificates(party, own, months)
    letters.certificates_to_secas(entries, months)
    audit.record(
        audit_names.CERTIFICATE_NOTICED, by=None, about=f"{months} months before the date of a CPA certificate",
        owner="SECAS", months=months, entries=len(entries), parties=sorted(str(party) for party in _by_party(entries)),
    )  # fmt: skip
    return len(entries)


def _one_at_a_time() -> None:
    """Two workers must not both find that nobody was told yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _due(today: date, months: int) -> list[CPLEntry]:
    """Listed entries whose certificate's date lies within the period and was not told of for it."""
    told = CertificateNotice.objects.filter(entry=OuterRef("pk"), cpa_date=OuterRef("cpa_date"), months=months)
    listed = CPLEntry.objects.listed().filter(published_on__isnull=False)
    near = listed.filter(cpa_date__gte=today, cpa_date__lte=months_after(today, months))
    return list(near.filter(~Exists(told)).select_related("manufacturer__party").order_by("cpa_date", "pk"))


def _by_party(entries: Sequence[CPLEntry]) -> Mapping[Party, list[CPLEntry]]:
    """The entries of each manufacturer that has people here."""
    found: dict[Party, list[CPLEntry]] = defaultdict(list)
    for entry in entries:
        if (party := entry.manufacturer.party) is not None and party.is_active:
            found[party].append(entry)
    return found
