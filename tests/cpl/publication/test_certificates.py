"""CPA certificates: notice before their date, once for each period, and a flag once it has passed."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from cpl import audit_names, jobs
from cpl.actions.publication.certificates import give_notice, months_after
from cpl.choices import CpaDateKind
from cpl.models import CertificateNotice, CPLEntry
from cpl.selectors.certificates import has_lapsed, lapsed, lapsed_on
from tests.accounts.mailbox import recipients_of
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def dated(entry: CPLEntry, day: date, kind: str = "expiry") -> None:
    CPLEntry.objects.filter(pk=entry.pk).update(cpa_certificate="CPA-7", cpa_date=day, cpa_date_kind=kind)


def today() -> date:
    return timezone.localdate()


def notices() -> list[tuple[str, int]]:
    return list(CertificateNotice.objects.order_by("pk").values_list("entry__cpl_entry_id", "months"))


def at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 36))
def test_months_later_is_that_month_and_never_a_later_day(day: date, months: int) -> None:
    found = months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


def test_notice_comes_once_for_each_period(cast: Cast, catalogue: Catalogue) -> None:
    day = date(2030, 7, 1)
    dated(catalogue.baseline, day)
    told = [give_notice(now=at(when)) for when in (
        date(2029, 6, 30), date(2029, 7, 1), date(2029, 7, 2), date(2029, 12, 31), date(2030, 1, 1), date(2030, 1, 2),
        date(2030, 7, 2),
    )]  # fmt: skip
    assert told == [0, 1, 0, 0, 1, 0, 0]
    assert notices() == [("CPL-001045", 12), ("CPL-001045", 6)]


def test_of_several_periods_that_have_begun_only_the_shortest_is_told(cast: Cast, catalogue: Catalogue) -> None:
    dated(catalogue.baseline, today() + timedelta(days=60))
    assert (give_notice(now=timezone.now()), give_notice(now=timezone.now())) == (1, 0)
    assert recipients_of("certificate_notice") == [cast.manufacturer.email]


def test_a_new_date_is_told_anew_and_a_removed_entry_never(cast: Cast, catalogue: Catalogue) -> None:
    dated(catalogue.baseline, today() + timedelta(days=60))
    dated(catalogue.removed, today() + timedelta(days=60))
    give_notice(now=timezone.now())
    dated(catalogue.baseline, today() + timedelta(days=90))
    assert give_notice(now=timezone.now()) == 1
    assert {entry for entry, _ in notices()} == {"CPL-001045"}


def test_a_manufacturer_gets_one_letter_for_all_its_entries_and_secas_a_digest(
    cast: Cast, catalogue: Catalogue
) -> None:
    for entry in (catalogue.baseline, catalogue.second, catalogue.only_restricted):
        dated(entry, today() + timedelta(days=60))
    give_notice(now=timezone.now())
    assert sorted(recipients_of("certificate_notice")) == [cast.competitor.email, cast.manufacturer.email]
    assert sorted(recipients_of("certificate_digest")) == [cast.publisher.email, cast.moderator.email]
    event = AuditEvent.objects.get(name=audit_names.CERTIFICATE_NOTICED)
    assert event.details["entries"] == 3


def test_the_periods_are_a_setting_and_the_job_knows_them(catalogue: Catalogue, settings: Any) -> None:
    settings.CERTIFICATE_NOTICE_MONTHS = [24]
    dated(catalogue.baseline, months_after(today(), 20))
    jobs.give_certificate_notice(timestamp=0)
    assert notices() == [("CPL-001045", 24)]


@pytest.mark.parametrize(
    ("kind", "words"),
    [(CpaDateKind.EXPIRY, "CPA certificate expired"), (CpaDateKind.RENEWAL, "CPA renewal date passed")],
)
def test_the_flag_is_worded_after_the_kind_and_begins_the_day_after(kind: str, words: str) -> None:
    yesterday = today() - timedelta(days=1)
    assert lapsed(yesterday, kind) == words
    assert lapsed_on(yesterday, kind) == f"{words} on {yesterday.day} {yesterday:%B %Y}"
    assert (lapsed(today(), kind), lapsed(None, ""), lapsed_on(None, "")) == ("", "", "")


def test_pages_and_exports_flag_an_entry_whose_date_has_passed(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    day = date(2026, 3, 3)
    dated(catalogue.recommended, day)
    client = signed_in(cast.supplier)
    words = b"CPA certificate expired"
    assert b"CPA certificate expired on 3 March 2026" in client.get("/entries/CPL-001072/").content
    for address in ("/models/7A01-8B0B030D/", "/search/?q=X495", "/search/device-models.csv?q=X495"):
        assert words in client.get(address).content, address
    assert words not in client.get("/entries/CPL-001045/").content
    assert b"CPA certificate expired on 3 March 2026" in client.get("/models/7A01-8B0B030D/versions.csv").content


def test_the_admin_lists_and_exports_the_flag(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    dated(catalogue.recommended, date(2026, 3, 3), "renewal")
    dated(catalogue.removed, date(2026, 3, 3))
    client: Client = signed_in(cast.auditor)
    page = client.get("/admin/cpl/cplentry/?certificate=lapsed").content
    assert b"CPA renewal date passed" in page
    assert (b"CPL-001072" in page, b"CPL-001045" in page, b"CPL-001048" in page) == (True, False, False)
    answer = client.post("/admin/cpl/cplentry/export/", {"format": "1", "resource": "0"})
    assert b"CPA renewal date passed on 3 March 2026" in answer.content
    assert CPLEntry.objects.filter(has_lapsed()).count() == 1
