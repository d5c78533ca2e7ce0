"""The register of notices in the admin: to look up, filter and take away; nothing is changed there."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, User
from cpl.choices import NoticeState
from cpl.models import Notice
from tests.admin_pages import address
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_notice

pytestmark = pytest.mark.django_db

LIST = address(Notice, "changelist")


def listed(signed_in: SignedIn, user: User, **query: str) -> list[str]:
    answer = signed_in(user).get(LIST, query)
    assert answer.status_code == 200
    return [notice.title for notice in answer.context["cl"].result_list]


@pytest.fixture
def notices(cast: Cast, catalogue: Catalogue) -> list[Notice]:
    """One in force, one withdrawn, one of SECAS, and a draft of Northmoor's and of SECAS's."""
    return [
        make_notice(cast, catalogue, title="In force"),
        make_notice(cast, catalogue, NoticeState.WITHDRAWN, title="Withdrawn", cves=["CVE-2026-77777"]),
        make_notice(cast, catalogue, by=cast.moderator, title="Of SECAS", kind="fault"),
        make_notice(cast, catalogue, NoticeState.DRAFT, title="Draft of Northmoor"),
        make_notice(cast, catalogue, NoticeState.DRAFT, by=cast.moderator, title="Draft of SECAS"),
    ]


def test_it_lists_what_was_published_and_the_drafts_of_ones_own_party(
    cast: Cast, notices: list[Notice], signed_in: SignedIn
) -> None:
    assert listed(signed_in, cast.moderator) == ["Draft of SECAS", "Of SECAS", "Withdrawn", "In force"]
    assert listed(signed_in, cast.auditor) == ["Of SECAS", "Withdrawn", "In force"]


@pytest.mark.parametrize("who", ["supplier", "manufacturer", "ssc", "stranger"])
def test_it_is_closed_to_everybody_else(cast: Cast, notices: list[Notice], signed_in: SignedIn, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "of secas"}, ["Draft of SECAS", "Of SECAS"]),
        ({"q": "CVE-2026-77777"}, ["Withdrawn"]),
        ({"q": "CPL-001045"}, ["Draft of SECAS", "Of SECAS", "Withdrawn", "In force"]),
        ({"q": "CPL-001050"}, []),
        ({"state__exact": "withdrawn"}, ["Withdrawn"]),
        ({"kind__exact": "fault"}, ["Of SECAS"]),
    ],
)
def test_it_is_searched_and_filtered(
    cast: Cast, notices: list[Notice], signed_in: SignedIn, query: dict[str, str], found: list[str]
) -> None:
    assert listed(signed_in, cast.moderator, **query) == found


@pytest.mark.parametrize("writing", ["{reference}", "{lower}", "{pk}"])
def test_a_reference_finds_its_notice(cast: Cast, notices: list[Notice], signed_in: SignedIn, writing: str) -> None:
    one = notices[0]
    typed = writing.format(reference=one.reference, lower=f" {one.reference.lower()} ", pk=one.pk)
    assert listed(signed_in, cast.moderator, q=typed) == ["In force"]


def test_a_number_that_no_key_can_be_finds_nothing(cast: Cast, notices: list[Notice], signed_in: SignedIn) -> None:
    for typed in ("9" * 14, "9" * 40, "N-", "N-٣"):
        assert listed(signed_in, cast.moderator, q=typed) == []


def test_its_page_shows_versions_and_revisions(cast: Cast, notices: list[Notice], signed_in: SignedIn) -> None:
    page = signed_in(cast.auditor).get(address(Notice, "change", notices[1].pk)).content.decode()
    for part in ("CPL-001045", "Affected", "CPL-001072", "Fixed", "Published", "Withdrawn", "Mei",
                 notices[1].withdrawal_reason, "CVE-2026-77777", f"/notices/{notices[1].pk}/"):  # fmt: skip
        assert part in page, part


def test_its_page_calls_each_version_by_model_and_firmware_version(
    cast: Cast, catalogue: Catalogue, notices: list[Notice], signed_in: SignedIn
) -> None:
    page = " ".join(signed_in(cast.auditor).get(address(Notice, "change", notices[1].pk)).content.decode().split())
    assert "Ember X495" in page
    for version in (catalogue.baseline.firmware_version, catalogue.recommended.firmware_version):
        assert version in page, version
    assert "By name" not in page and "By party" not in page


def test_state_severity_and_urgency_are_marked_as_in_the_portal(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue, severity="critical", urgency="urgent")
    page = signed_in(cast.auditor).get(LIST).content.decode()
    for tag in ("notice-published", "severity-critical", "urgent"):
        assert f'<span class="fa-tag fa-tag--{tag}">' in page, tag


def test_who_issued_it_is_said_where_that_is_not_the_manufacturer(
    cast: Cast, notices: list[Notice], signed_in: SignedIn
) -> None:
    page = signed_in(cast.auditor).get(LIST).content.decode()
    assert page.count(", issued by") == 1
    assert "Northmoor Metering Ltd, issued by SECAS" in page


def test_a_draft_of_another_party_is_not_there(cast: Cast, notices: list[Notice], signed_in: SignedIn) -> None:
    address_of_draft = address(Notice, "change", notices[3].pk)
    assert signed_in(cast.moderator).get(address_of_draft).status_code == 302, "to the first page, as of what is not"


def test_the_file_holds_the_notices_as_narrowed_and_no_cell_runs(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue, title="=1+1", cves=["CVE-2026-1234", "CVE-2026-5678"])
    make_notice(cast, catalogue, kind="fault")
    door = reverse("admin:cpl_notice_export", query={"kind__exact": "vulnerability"})
    answer = signed_in(cast.auditor).post(door, {"format": "1", "resource": "0"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["Title"], row["CVE identifiers"]) == ("'=1+1", "CVE-2026-1234, CVE-2026-5678")
    assert (row["State"], row["Versions named"], row["Issued by"]) == ("In force", "2", "Northmoor Metering Ltd")
    event = AuditEvent.objects.get(name="list.exported")
    assert (event.object_label, event.details["rows"]) == ("Notices", 1)


def test_many_notices_take_no_more_queries(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client: Any = signed_in(cast.moderator)

    def queries() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as counted:
            client.get(LIST)
        return len(counted)

    make_notice(cast, catalogue)
    few = queries()
    for _ in range(4):
        make_notice(cast, catalogue)
    assert queries() == few
    assert few <= 16
