"""The list of notices, its filters and exports, and the card on the home page."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from cpl.actions import interest
from cpl.choices import NoticeAudience, NoticeKind, NoticeState, Severity, Urgency, VersionStatus
from tests.conftest import SignedIn
from tests.cpl.notice_pages.conftest import soup, text
from tests.factories import Cast, Catalogue, make_notice

pytestmark = pytest.mark.django_db


def titles(answer: Any) -> list[str]:
    return [link.get_text() for link in soup(answer).select("main tbody th a")]


@pytest.fixture
def three(cast: Cast, catalogue: Catalogue) -> None:
    """Two of Northmoor in force, of which one is a fault, and one withdrawn."""
    make_notice(cast, catalogue, title="Clock", deadline=date(2099, 1, 1))
    make_notice(
        cast, catalogue, title="Display", kind=NoticeKind.FAULT, severity=Severity.CRITICAL, cves=["CVE-2026-90001"],
        versions={catalogue.second: VersionStatus.AFFECTED}, deadline=date(2098, 1, 1),
    )  # fmt: skip
    make_notice(cast, catalogue, NoticeState.WITHDRAWN, title="Cable")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Display", "Clock"]),
        ("state=withdrawn", ["Cable"]),
        ("state=all", ["Cable", "Display", "Clock"]),
        ("state=drafts", ["Display", "Clock"]),
        ("severity=high", ["Clock"]),
        ("kind=fault", ["Display"]),
        ("sort=severity", ["Display", "Clock"]),
        ("sort=deadline&kind=", ["Display", "Clock"]),
        ("q=cve-2026-9", ["Display"]),
        ("q=CPL-001050", ["Display"]),
        ("q=10030a08", ["Display"]),
        ("q=ember", ["Display", "Clock"]),
        ("q=%00clo", ["Display", "Clock"]),
        ("severity=terrible&manufacturer=x&sort=y", ["Display", "Clock"]),
    ],
)
def test_filter_leaves_these(ana: Client, three: None, asked: str, found: list[str]) -> None:
    assert titles(ana.get(f"/notices/?{asked}")) == found


def test_watched_only_leaves_what_touches_my_watch_list(
    ana: Client, three: None, cast: Cast, catalogue: Catalogue
) -> None:
    assert titles(ana.get("/notices/?watched=on")) == []
    interest.watch(model=catalogue.ember, by=cast.supplier)
    assert titles(ana.get("/notices/?watched=on")) == ["Display", "Clock"]


def test_most_pressing_stands_first_at_home_and_in_the_list(ana: Client, cast: Cast, catalogue: Catalogue) -> None:
    wanted: dict[str, dict[str, Any]] = {
        "Third": {"deadline": date(2099, 1, 1)},
        "Fourth": {},
        "Second": {"severity": Severity.CRITICAL},
        "First": {"severity": Severity.CRITICAL, "deadline": date(2099, 1, 1)},
        "Last": {"severity": Severity.CRITICAL, "urgency": Urgency.ROUTINE, "deadline": date(2098, 1, 1)},
    }
    for title, more in wanted.items():
        make_notice(cast, catalogue, title=title, **more)
    expected = ["First", "Second", "Third", "Fourth", "Last"]
    assert titles(ana.get("/notices/")) == expected
    assert [link.get_text() for link in soup(ana.get("/")).select(".fir-home-notices a")] == expected


def test_withdrawn_notice_is_listed_without_alarm(ana: Client, three: None) -> None:
    page = soup(ana.get("/notices/?state=withdrawn"))
    assert "Upgrade urgently" in page.get_text()
    assert not page.select("main tbody .fir-tag")


def test_words_of_a_hidden_version_find_nothing(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    named = {catalogue.baseline: VersionStatus.AFFECTED, catalogue.restricted: VersionStatus.AFFECTED}
    make_notice(cast, catalogue, versions=named)
    assert titles(signed_in(cast.supplier).get("/notices/?q=0DECAF01")) != []
    for words in ("0DECAF01", "CPL-001080"):
        assert titles(signed_in(cast.rival_supplier).get(f"/notices/?q={words}")) == []


def test_drafts_are_listed_to_their_party_alone(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_notice(cast, catalogue, NoticeState.DRAFT, title="Begun")
    assert titles(signed_in(cast.manufacturer).get("/notices/?state=drafts")) == ["Begun"]
    for other in (cast.competitor, cast.moderator, cast.ssc):
        assert titles(signed_in(other).get("/notices/?state=drafts")) == []


def test_tabs_count_only_what_the_person_may_read(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)
    assert "In force 0" in text(signed_in(cast.supplier).get("/notices/"))
    assert "In force 1" in text(signed_in(cast.ssc).get("/notices/"))


def test_nothing_found_says_what_to_try(ana: Client, three: None) -> None:
    assert "No notice in force fits what you asked for." in text(ana.get("/notices/?q=nothing"))


def test_export_holds_what_is_listed_and_no_cell_can_run(
    ana: Client, cast: Cast, catalogue: Catalogue, three: None
) -> None:
    make_notice(cast, catalogue, title="=HYPERLINK(1)", summary="@SUM(1)", action="-1+1")
    rows = ana.get("/notices.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 4
    assert "'=HYPERLINK(1),'@SUM(1),'-1+1" in rows[3]
    sheet = load_workbook(BytesIO(ana.get("/notices.xlsx?kind=fault").content)).active
    assert sheet and [row[5] for row in sheet.iter_rows(values_only=True)] == ["Title", "Display"]


def test_export_names_no_hidden_model(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    hidden = {catalogue.only_restricted: VersionStatus.AFFECTED}
    make_notice(cast, catalogue, by=cast.competitor, versions=hidden, title="Secret")
    assert b"Zephyr" in signed_in(cast.supplier).get("/notices.csv").content
    assert b"Secret" not in signed_in(cast.rival_supplier).get("/notices.csv").content


def test_list_asks_ten_queries_at_most(
    cast: Cast, three: None, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.supplier)
    client.get("/notices/")
    with django_assert_max_num_queries(10):
        client.get("/notices/?q=ember&watched=on")


def test_home_shows_what_touches_a_watched_model_and_says_so(
    ana: Client, cast: Cast, catalogue: Catalogue, three: None
) -> None:
    make_notice(
        cast, catalogue, by=cast.competitor, title="Valve",
        versions={catalogue.gas.entries.get(cpl_entry_id="CPL-002001"): VersionStatus.AFFECTED},
    )  # fmt: skip
    assert "these are the most pressing" in text(ana.get("/"))
    interest.note_check(model=catalogue.gas, by=cast.administrator)
    card = text(ana.get("/"))
    assert "Notices about your models Valve" in card
    assert "Clock" not in card and "2 more in force" in card


def test_home_tells_nothing_of_a_notice_that_is_not_ones_own(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue, title="Hidden fault", audience=NoticeAudience.CONCERNED)
    home = signed_in(cast.supplier).get("/")
    assert b"Hidden fault" not in home.content
    assert "more in force" not in text(home)


@pytest.mark.parametrize(
    ("who", "touches"),
    [
        ("supplier", "a model that you watch or that your Party has checked:"),
        ("competitor", "a model that you watch or that your Party asked a route for:"),
        ("moderator", "a model that you watch:"),
    ],
)
def test_home_says_which_notices_come_first_in_words_of_what_the_person_does(
    cast: Cast, three: None, signed_in: SignedIn, who: str, touches: str
) -> None:
    assert f"None touches {touches} these are the most pressing." in text(signed_in(getattr(cast, who)).get("/"))
