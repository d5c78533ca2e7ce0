"""One notice: what its readers find, what stays hidden from them, and what it said before."""

from typing import Any

import pytest
from django.test import Client

from cpl.actions import interest
from cpl.actions.notices import publishing
from cpl.choices import NoticeAudience, NoticeState, VersionStatus
from cpl.models import Notice
from tests.conftest import SignedIn
from tests.cpl.notice_pages.conftest import soup, text
from tests.factories import Cast, Catalogue, make_notice
from tests.factories.notices import as_versions

pytestmark = pytest.mark.django_db

AFFECTED, FIXED = VersionStatus.AFFECTED, VersionStatus.FIXED


def page_of(notice: Notice) -> str:
    return f"/notices/{notice.pk}/"


def test_page_says_what_to_do_before_what_is_wrong(ana: Client, notice: Notice) -> None:
    said = text(ana.get(page_of(notice)))
    assert said.index("Upgrade to the version in which it is fixed.") < said.index("Whoever is near the meter")


def test_fixed_version_stands_first_and_affected_ones_lead_to_the_route(
    ana: Client, notice: Notice, catalogue: Catalogue
) -> None:
    page = soup(ana.get(page_of(notice)))
    rows = [" ".join(row.get_text(" ").split()) for row in page.select(".fir-named tbody tr")]
    assert rows[0].startswith(f"{catalogue.recommended.firmware_version} CPL-001072 Fixed")
    assert page.select_one(".fir-named a[href='/models/7A01-8B0B030D/route/?from=CPL-001045&to=CPL-001072']")


def test_way_out_of_an_affected_recommendation_is_a_newer_fixed_version_and_never_an_older_one(
    ana: Client, cast: Cast, catalogue: Catalogue
) -> None:
    against = {catalogue.baseline: AFFECTED, catalogue.second: FIXED, catalogue.recommended: AFFECTED}
    page = soup(ana.get(page_of(make_notice(cast, catalogue, versions=against))))
    links = [str(link["href"]).partition("?")[2] for link in page.select(".fir-named a[href*='/route/']")]
    assert links == ["from=CPL-001045&to=CPL-001050"]


def test_links_that_leave_tell_the_other_side_nothing(ana: Client, notice: Notice) -> None:
    leaving = soup(ana.get(page_of(notice))).select("main a[href^='http']")
    assert len(leaving) == 2
    assert {" ".join(link["rel"]) for link in leaving} == {"noopener noreferrer external"}


def test_formal_channel_is_pointed_to_at_the_address_of_the_setting(ana: Client, notice: Notice, settings: Any) -> None:
    settings.DUTY_TO_NOTIFY_URL = "https://secas.example/duty"
    page = soup(ana.get(page_of(notice)))
    assert page.select_one(".fir-duty a[href='https://secas.example/duty']")
    assert "does not replace it" in text(ana.get(page_of(notice)))


def test_version_that_is_not_the_readers_appears_nowhere(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    named = {catalogue.baseline: AFFECTED, catalogue.restricted: AFFECTED}
    notice = make_notice(cast, catalogue, versions=named)
    publishing.revise(
        notice=notice, content={}, words="Fixed.", by=cast.manufacturer, edition=notice.edition,
        versions=as_versions({catalogue.baseline: FIXED, catalogue.restricted: FIXED}),
    )  # fmt: skip
    for address in (page_of(notice), f"{page_of(notice)}revisions/1/", f"{page_of(notice)}revisions/2/"):
        answer = signed_in(cast.rival_supplier).get(address)
        assert answer.status_code == 200
        assert b"0DECAF01" not in answer.content and b"CPL-001080" not in answer.content
        assert "2 version" not in text(answer)
        assert b"CPL-001080" in signed_in(cast.supplier).get(address).content


def test_notice_for_the_concerned_is_found_only_by_whose_party_watches(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    notice = make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)
    assert signed_in(cast.supplier).get(page_of(notice)).status_code == 404
    interest.watch(model=catalogue.ember, by=cast.supplier)
    assert signed_in(cast.supplier).get(page_of(notice)).status_code == 200
    assert signed_in(cast.rival_supplier).get(page_of(notice)).status_code == 404


def test_withdrawn_notice_says_so_with_reason_and_date(ana: Client, cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, NoticeState.WITHDRAWN)
    assert notice.withdrawn_at
    said = text(ana.get(page_of(notice)))
    assert f"This notice was withdrawn on {notice.withdrawn_at:%-d %B %Y}" in said
    assert "The clock was set with a key after all." in said


def test_revision_tells_what_changed_and_the_one_before_stays_readable(
    ana: Client, cast: Cast, catalogue: Catalogue, notice: Notice
) -> None:
    publishing.revise(
        notice=notice, content={"title": "The clock can be set by anybody"}, words="It is worse.", by=cast.manufacturer,
        edition=notice.edition, versions=as_versions({catalogue.baseline: FIXED, catalogue.recommended: FIXED}),
    )  # fmt: skip
    said = text(ana.get(page_of(notice)))
    assert "It is worse." in said
    assert "Title The clock can be set without a key The clock can be set by anybody" in said
    assert "Ember X495 09030A07 CPL-001045 Affected Fixed" in said
    before = text(ana.get(f"{page_of(notice)}revisions/1/"))
    assert "The clock can be set without a key" in before and "by anybody" not in before
    assert "This is how it read from" in before


def test_revision_that_does_not_exist_is_not_found(ana: Client, notice: Notice) -> None:
    assert ana.get(f"{page_of(notice)}revisions/2/").status_code == 404


def test_readers_learn_the_party_and_not_the_person(ana: Client, mei: Client, notice: Notice, cast: Cast) -> None:
    assert cast.manufacturer.name not in text(ana.get(page_of(notice)))
    assert cast.manufacturer.name in text(mei.get(page_of(notice)))


@pytest.mark.parametrize("path", ["", "revisions/1/"])
def test_page_asks_eleven_queries_at_most(
    cast: Cast, notice: Notice, signed_in: SignedIn, django_assert_max_num_queries: Any, path: str
) -> None:
    client = signed_in(cast.supplier)
    client.get(page_of(notice))
    with django_assert_max_num_queries(11):
        client.get(page_of(notice) + path)
