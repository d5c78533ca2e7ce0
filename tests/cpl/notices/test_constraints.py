"""Rules of notices that the database itself keeps, whoever writes."""

from typing import Any

import pytest
from django.db import connection

from cpl.choices import InterestKind, NoticeState
from cpl.models import ModelInterest, Notice, NoticeRevision, NoticeVersion
from tests.cpl.test_model_constraints import refused
from tests.factories import Cast, Catalogue, make_notice

pytestmark = pytest.mark.django_db


def rows(notice: Notice) -> Any:
    return Notice.objects.filter(pk=notice.pk)


@pytest.mark.parametrize("field", ["kind", "state", "severity", "urgency", "audience"])
def test_a_word_that_is_not_known_cannot_be_written(cast: Cast, catalogue: Catalogue, field: str) -> None:
    notice = make_notice(cast, catalogue)
    refused(lambda: rows(notice).update(**{field: "nonsense"}), f"notice_{field}_known|notice_moves|Invalid transition")


@pytest.mark.parametrize("field", ["published_by", "published_at"])
def test_a_published_notice_was_published_by_somebody_at_some_time(
    cast: Cast, catalogue: Catalogue, field: str
) -> None:
    notice = make_notice(cast, catalogue)
    refused(lambda: rows(notice).update(**{field: None}), "notice_published_by_somebody")


@pytest.mark.parametrize("field", ["title", "severity", "summary"])
def test_a_published_notice_is_whole(cast: Cast, catalogue: Catalogue, field: str) -> None:
    notice = make_notice(cast, catalogue)
    refused(lambda: rows(notice).update(**{field: ""}), "notice_published_whole")


@pytest.mark.parametrize(("field", "value"), [("withdrawal_reason", " "), ("withdrawn_at", None)])
def test_withdrawing_needs_a_reason_and_a_time(cast: Cast, catalogue: Catalogue, field: str, value: Any) -> None:
    notice = make_notice(cast, catalogue, NoticeState.WITHDRAWN)
    refused(lambda: rows(notice).update(**{field: value}), "notice_withdrawn_with_reason")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://northmoor.example", " https://northmoor.example"])
def test_a_link_that_is_not_of_the_web_cannot_be_written(cast: Cast, catalogue: Catalogue, link: str) -> None:
    notice = make_notice(cast, catalogue)
    refused(lambda: rows(notice).update(advisory_link=link), "advisory_link_is_web")


def test_cves_in_their_form_can_be_written(cast: Cast, catalogue: Catalogue) -> None:
    for cves in ([], ["CVE-2026-1234"], ["CVE-2026-1234", "CVE-1999-1234567890123456789"]):
        assert rows(make_notice(cast, catalogue)).update(cves=cves) == 1


@pytest.mark.parametrize(
    "cves",
    [
        ["CVE-26-1234"],
        ["CVE-2026-123"],
        ["cve-2026-1234"],
        ["CVE-2026-1234", "x"],
        ["CVE-2026-1234 "],
        [""],
        ["CVE-2026-1234,CVE-2026-1235"],
    ],
)
def test_a_cve_in_another_form_cannot_be_written(cast: Cast, catalogue: Catalogue, cves: list[str]) -> None:
    notice = make_notice(cast, catalogue)
    refused(lambda: rows(notice).update(cves=cves), "notice_cves_well_formed")


@pytest.mark.parametrize("state", [NoticeState.PUBLISHED, NoticeState.WITHDRAWN])
def test_what_was_published_cannot_be_deleted_even_by_raw_sql(
    cast: Cast, catalogue: Catalogue, state: NoticeState
) -> None:
    notice = make_notice(cast, catalogue, state)

    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cpl_noticeversion WHERE notice_id = %s", [notice.pk])
            cursor.execute("DELETE FROM cpl_notice WHERE id = %s", [notice.pk])

    refused(delete, "Cannot delete")


@pytest.mark.parametrize(
    ("state", "target"),
    [
        (NoticeState.PUBLISHED, NoticeState.DRAFT),
        (NoticeState.WITHDRAWN, NoticeState.PUBLISHED),
        (NoticeState.DRAFT, NoticeState.WITHDRAWN),
    ],
)
def test_no_state_leads_back_and_none_is_passed_over(
    cast: Cast, catalogue: Catalogue, state: NoticeState, target: NoticeState
) -> None:
    notice = make_notice(cast, catalogue, state)
    refused(lambda: rows(notice).update(state=target), "Invalid transition|violates check")


def test_a_revision_is_neither_changed_nor_deleted(cast: Cast, catalogue: Catalogue) -> None:
    kept = NoticeRevision.objects.filter(notice=make_notice(cast, catalogue))
    refused(lambda: kept.update(words="x"), "Cannot update or delete")
    refused(kept.delete, "Cannot update or delete")


def test_a_revision_has_a_number_once_and_a_reason(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    (first,) = NoticeRevision.objects.filter(notice=notice)

    def add(**given: Any) -> None:
        first.pk, first._state.adding = None, True
        for name, value in given.items():
            setattr(first, name, value)
        first.save()

    refused(lambda: add(number=1), "revision_number_once")
    refused(lambda: add(number=2, event="revised", words=" "), "revision_has_reason")
    refused(lambda: add(number=2, event="shouted"), "notice_event_known|revision_has_reason")


def test_a_version_stands_in_a_notice_once_with_a_known_status(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)

    def add(entry: Any, status: str) -> None:
        NoticeVersion.objects.create(notice=notice, entry=entry, status=status)

    refused(lambda: add(catalogue.baseline, "fixed"), "version_once_in_a_notice")
    refused(lambda: add(catalogue.second, "ill"), "notice_version_status_known")


def test_an_interest_is_kept_once_and_of_a_known_kind(cast: Cast, catalogue: Catalogue) -> None:
    party = cast.supplier.active_memberships[0].party
    given = {"device_model": catalogue.ember, "party_id": party, "person": cast.supplier}
    first = ModelInterest.objects.create(**given, kind=InterestKind.WATCHED, last_at="2026-11-01T00:00Z")
    refused(
        lambda: ModelInterest.objects.create(**given, kind=InterestKind.WATCHED, last_at=first.last_at), "interest_once"
    )
    refused(lambda: ModelInterest.objects.filter(pk=first.pk).update(kind="feared"), "interest_kind_known")
