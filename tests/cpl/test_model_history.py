"""The history of a Device Model: what changed when, and the model as at any day."""

import re
from datetime import date, timedelta

import pghistory
import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, User
from cpl.actions.notices import publishing
from cpl.choices import NoticeState, PathwayState, VersionStatus
from cpl.models import CPLEntry, FirmwareInformation, UpgradePathLink
from cpl.selectors.known import known_model
from cpl.selectors.model_entries import linked_entries, model_entries
from cpl.selectors.versions import BY_MANUFACTURER, BY_RULE
from tests.conftest import SignedIn
from tests.cpl.model_past import EMBER, HISTORY, changes, happened, noon, past, told
from tests.factories import Cast, Catalogue, make_entry, make_notice
from tests.factories.catalogue import say

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD, FOURTH = (date(2026, 11, day) for day in (2, 9, 12, 16))


@pytest.fixture
def long_ago(catalogue: Catalogue) -> Catalogue:
    """The catalogue, recorded on the first of the days."""
    happened(FIRST)
    return catalogue


def read(signed_in: SignedIn, person: User, address: str) -> BeautifulSoup:
    answer = signed_in(person).get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def words(page: Tag, selector: str = "main") -> str:
    return re.sub(r"\s+", " ", " ".join(found.get_text(" ") for found in page.select(selector)))


def links(page: BeautifulSoup, rel: str) -> list[str]:
    return [str(link["href"]) for link in page.select(f"a[rel={rel}]")]


# What changed when ------------------------------------------------------------------------------------------


def test_a_removal_is_told_with_its_day_reason_and_reference(cast: Cast, long_ago: Catalogue) -> None:
    CPLEntry.objects.filter(pk=long_ago.second.pk).update(
        removed_on=SECOND, removal_reason="Bricks meters", removal_reference="SSC 12"
    )
    happened(SECOND)
    newest = changes(cast.supplier, long_ago.ember)[0]
    assert (newest.kind, newest.day) == ("removed", SECOND)
    assert newest.words == "On 9 November 2026: Bricks meters (SSC 12)"
    assert newest.fields == []


def test_each_kind_of_change_is_told_apart(cast: Cast, long_ago: Catalogue) -> None:
    CPLEntry.objects.filter(pk=long_ago.baseline.pk).update(gbcs_version="4.3", loaded_on=SECOND)
    FirmwareInformation.objects.filter(entry=long_ago.second).update(withdrawn_on=SECOND, withdrawal_reason="Faulty")
    FirmwareInformation.objects.filter(entry=long_ago.recommended).update(urgency="urgent", urgency_state="supplied")
    say(make_entry(long_ago.ember, "0C0C0C0C", cpl_entry_id="CPL-001090"), stage="production")
    happened(SECOND)
    assert told(cast.rival_supplier, long_ago.ember)[:6] == [
        (SECOND, "corrected", "CPL-001045"),
        (SECOND, "loaded", "CPL-001045"),
        (SECOND, "withdrawn", "CPL-001050"),
        (SECOND, "information", "CPL-001072"),
        (SECOND, "published", "CPL-001090"),
        (SECOND, "information", "CPL-001090"),
    ]


def test_a_field_that_was_declined_is_not_told_as_blank(cast: Cast, long_ago: Catalogue) -> None:
    FirmwareInformation.objects.filter(entry=long_ago.recommended).update(urgency_state="declined")
    happened(SECOND)
    assert changes(cast.supplier, long_ago.ember)[0].fields == [
        ("Urgency", "Not supplied", "Declined by the manufacturer")
    ]


def test_a_pathway_is_told_in_firmware_versions_before_and_after(cast: Cast, long_ago: Catalogue) -> None:
    UpgradePathLink.objects.filter(entry=long_ago.recommended).delete()
    UpgradePathLink.objects.create(
        entry=long_ago.recommended, predecessor=long_ago.baseline, manufacturer=long_ago.ember.manufacturer
    )
    happened(SECOND)
    newest = changes(cast.supplier, long_ago.ember)[0]
    assert (newest.kind, newest.versions) == ("pathway", (long_ago.recommended.pk,))
    assert newest.fields == [("May be upgraded from", "10030A08", "09030A07")]


def test_a_pathway_that_was_not_provided_becomes_nothing_before(cast: Cast, long_ago: Catalogue) -> None:
    CPLEntry.objects.filter(pk=long_ago.test_version.pk).update(pathway_state=PathwayState.NOT_APPLICABLE)
    happened(SECOND)
    (newest, *_) = changes(cast.supplier, long_ago.ember)
    assert newest.fields == [("May be upgraded from", "Not yet provided", "N/A: nothing comes before")]


def test_what_one_transaction_writes_and_writes_again_is_told_once(cast: Cast, long_ago: Catalogue) -> None:
    for value in ("4.3", "4.4"):
        CPLEntry.objects.filter(pk=long_ago.baseline.pk).update(gbcs_version=value)
    happened(SECOND)
    told_of_it = [change for change in changes(cast.supplier, long_ago.ember) if change.day == SECOND]
    assert [change.fields for change in told_of_it] == [[("GBCS version", "4.2", "4.4")]]


def test_a_notice_is_told_when_it_is_published_and_withdrawn(cast: Cast, long_ago: Catalogue) -> None:
    notice = make_notice(cast, long_ago)
    happened(SECOND)
    publishing.withdraw(notice=notice, reason="No fault after all.", by=cast.manufacturer, edition=notice.edition)
    happened(THIRD)
    withdrawn, published = changes(cast.rival_supplier, long_ago.ember)[:2]
    assert (published.kind, published.day, withdrawn.day) == ("notice", SECOND, THIRD)
    assert published.words == f"{notice.reference} published: {notice.title}"
    assert ("Affected", "", "09030A07") in published.fields
    assert ("Why", "", "No fault after all.") in withdrawn.fields
    assert set(published.versions) == {long_ago.baseline.pk, long_ago.recommended.pk}


def test_changes_are_grouped_by_day_and_by_what_they_came_with(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn
) -> None:
    with pghistory.context(source="import", file="cpl-2026-11-09.xlsx", user="sam@secas.example"):
        CPLEntry.objects.filter(pk=long_ago.baseline.pk).update(gbcs_version="4.3")
    happened(SECOND)
    page = read(signed_in, cast.supplier, HISTORY)
    newest = page.select_one("section.fir-day")
    assert newest is not None
    assert "9 November 2026" in words(newest, "h2")
    assert words(newest, ".fir-day__whence").strip() == "cpl-2026-11-09.xlsx"
    assert "sam@secas.example" not in words(page)
    assert "sam@secas.example" in words(read(signed_in, cast.auditor, HISTORY))


# Narrowing, pages and files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["CPL-001050", "10030A08", "10030a08"])
def test_the_history_is_narrowed_to_a_version(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn, version: str
) -> None:
    page = read(signed_in, cast.supplier, f"{HISTORY}?version={version}")
    about = {link.get_text() for link in page.select(".fir-past__about a")}
    assert about == {"10030A08"}


def test_the_history_is_narrowed_to_a_kind(cast: Cast, long_ago: Catalogue, signed_in: SignedIn) -> None:
    page = read(signed_in, cast.supplier, f"{HISTORY}?kind=removed")
    assert {found.get_text() for found in page.select(".fir-past__told strong")} == {"Entry removed."}
    assert "01132107" in words(page, ".fir-past__about")


@pytest.mark.parametrize("query", ["version=0DEADBEE", "kind=nonsense", "version=CPL-001081"])
def test_what_is_not_known_is_said_and_shows_nothing(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn, query: str
) -> None:
    page = read(signed_in, cast.supplier, f"{HISTORY}?{query}")
    assert query.split("=")[1] in words(page, ".govuk-error-message")
    assert "No change is like that" in words(page)


def test_the_list_of_versions_ever_holds_the_removed_ones(cast: Cast, long_ago: Catalogue, signed_in: SignedIn) -> None:
    listed = words(read(signed_in, cast.rival_supplier, HISTORY), ".fir-ever")
    assert "01132107 Removed 8 Jan 2024" in listed
    assert listed.count("change") == 5


def test_a_day_that_has_not_come_is_refused_in_words(cast: Cast, long_ago: Catalogue, signed_in: SignedIn) -> None:
    for text in ("2999-01-01", "yesterday", "2026-02-31"):
        page = read(signed_in, cast.supplier, f"{HISTORY}?as_at={text}")
        assert f"“{text}” is not a day that has passed" in words(page)


def test_both_exports_hold_what_the_page_shows_and_are_recorded(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn
) -> None:
    CPLEntry.objects.filter(pk=long_ago.baseline.pk).update(gbcs_version="=4.3")
    happened(SECOND)
    client = signed_in(cast.supplier)
    text = client.get(f"{EMBER}history.csv?version=CPL-001045").content.decode("utf-8-sig")
    assert "2026-11-09 12:00,Entry corrected,CPL-001045,09030A07,,GBCS version,4.2,'=4.3," in text
    assert "CPL-001050" not in text
    then = client.get(f"{EMBER}history.csv?as_at={FIRST}").content.decode("utf-8-sig")
    assert f"{FIRST},CPL-001050,10030A08,On the list,,Production,,,CPL-001045" in then
    recorded = AuditEvent.objects.filter(name="list.exported").order_by("pk")
    assert [event.object_label for event in recorded] == ["History of Ember X495", f"Ember X495 as at {FIRST}"]
    assert client.get(f"{EMBER}history.xlsx?as_at={FIRST}").status_code == 200


# As at a day -----------------------------------------------------------------------------------------------------


def test_before_its_first_record_nothing_was_known_here(cast: Cast, long_ago: Catalogue, signed_in: SignedIn) -> None:
    page = read(signed_in, cast.supplier, f"{HISTORY}?as_at={FIRST - timedelta(days=1)}")
    assert "held nothing of this Device Model on that day" in words(page)
    assert "2 November 2026" in words(page)
    assert links(page, "prev") == []
    assert links(page, "next") == [f"{HISTORY}?as_at={FIRST}"]
    assert page.select("svg.fir-pathway__picture, table") == []


def test_as_at_a_day_before_its_removal_a_version_was_on_the_list(cast: Cast, long_ago: Catalogue) -> None:
    CPLEntry.objects.filter(pk=long_ago.second.pk).update(removed_on=SECOND, removal_reason="Bricks meters")
    happened(SECOND)
    known = past(cast.supplier, long_ago.ember)
    before, after = (known.as_at(day).known.versions[long_ago.second.pk] for day in (SECOND - timedelta(1), SECOND))
    assert (before.is_listed, after.is_listed) == (True, False)


def test_a_withdrawn_version_was_recommended_until_its_withdrawal(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn
) -> None:
    FirmwareInformation.objects.filter(entry=long_ago.recommended).update(
        withdrawn_on=SECOND, withdrawal_reason="Meters restart"
    )
    happened(SECOND)
    known = past(cast.supplier, long_ago.ember)
    recommended = [known.as_at(day).known.summary.recommended for day in (FIRST, SECOND)]
    assert [version and version.pk for version in recommended] == [long_ago.recommended.pk, long_ago.second.pk]
    page = read(signed_in, cast.supplier, f"{HISTORY}?as_at={FIRST}")
    then, now, _ = page.select(".fir-answer__grid > div")
    assert "01040605" in words(then, "dd")
    assert "10030A08" in words(now, "dd")
    assert "Meters restart" in words(page, "#since + ol")


def test_a_notice_of_then_counts_for_what_was_recommended_then(cast: Cast, long_ago: Catalogue) -> None:
    notice = make_notice(cast, long_ago, versions={long_ago.recommended: VersionStatus.AFFECTED})
    happened(SECOND)
    publishing.withdraw(notice=notice, reason="No fault after all.", by=cast.manufacturer, edition=notice.edition)
    happened(THIRD)
    known = past(cast.rival_supplier, long_ago.ember)
    then = [known.as_at(day).known for day in (FIRST, SECOND, THIRD)]
    assert [each.summary.recommended and each.summary.recommended.pk for each in then] == [
        long_ago.recommended.pk, long_ago.second.pk, long_ago.recommended.pk,
    ]  # fmt: skip
    assert [len(each.notices.against(long_ago.recommended.pk)) for each in then] == [0, 1, 0]


def test_what_a_notice_said_then_is_shown_not_what_it_says_now(cast: Cast, long_ago: Catalogue) -> None:
    notice = make_notice(cast, long_ago, NoticeState.PUBLISHED)
    happened(SECOND)
    publishing.revise(
        notice=notice, content={"title": "The clock drifts"}, versions={
            long_ago.baseline.pk: (VersionStatus.NOT_AFFECTED, "looked at"),
            long_ago.recommended.pk: (VersionStatus.FIXED, ""),
        }, words="It was looked at.", by=cast.manufacturer, edition=notice.edition,
    )  # fmt: skip
    happened(THIRD)
    known = past(cast.rival_supplier, long_ago.ember)
    then, now = (known.as_at(day).known.notices.on(long_ago.baseline.pk)[0] for day in (SECOND, THIRD))
    assert (then.title, then.status) == ("The clock can be set without a key", "affected")
    assert (now.title, now.status, now.words) == ("The clock drifts", "not_affected", "looked at")


def test_the_manufacturers_word_of_then_is_told_as_its_word(cast: Cast, long_ago: Catalogue) -> None:
    FirmwareInformation.objects.filter(entry=long_ago.second).update(
        recommendation="recommended", recommendation_state="supplied"
    )
    happened(SECOND)
    known = past(cast.supplier, long_ago.ember)
    assert [known.as_at(day).known.summary.basis for day in (FIRST, SECOND)] == [BY_RULE, BY_MANUFACTURER]


def test_links_stand_as_they_stood(cast: Cast, long_ago: Catalogue) -> None:
    UpgradePathLink.objects.create(
        entry=long_ago.recommended, predecessor=long_ago.baseline, manufacturer=long_ago.ember.manufacturer
    )
    happened(SECOND)
    UpgradePathLink.objects.filter(entry=long_ago.recommended).delete()
    CPLEntry.objects.filter(pk=long_ago.recommended.pk).update(pathway_state=PathwayState.NOT_PROVIDED)
    happened(THIRD)
    known = past(cast.supplier, long_ago.ember)
    base, second, top = long_ago.baseline.pk, long_ago.second.pk, long_ago.recommended.pk
    assert [set(known.as_at(day).known.network.links) for day in (FIRST, SECOND, THIRD)] == [
        {(base, second), (second, top)}, {(base, second), (second, top), (base, top)}, {(base, second)},
    ]  # fmt: skip
    assert [top in known.as_at(day).known.network.silent for day in (SECOND, THIRD)] == [False, True]


def test_a_version_announced_for_a_day_to_come_was_not_recommended_before(cast: Cast, long_ago: Catalogue) -> None:
    announced = make_entry(long_ago.ember, "0C0C0C0C", published_on=THIRD, after=[long_ago.recommended])
    say(announced, stage="production", release_date=THIRD)
    happened(SECOND)
    known = past(cast.rival_supplier, long_ago.ember)
    recommended = [known.as_at(day).known.summary.recommended for day in (SECOND, THIRD)]
    assert [version and version.pk for version in recommended] == [long_ago.recommended.pk, announced.pk]


def test_a_certificate_had_not_lapsed_before_its_date(cast: Cast, long_ago: Catalogue) -> None:
    CPLEntry.objects.filter(pk=long_ago.baseline.pk).update(cpa_date=SECOND, cpa_date_kind="expiry")
    happened(SECOND - timedelta(days=1))
    known = past(cast.supplier, long_ago.ember)
    flags = [known.as_at(day).known.versions[long_ago.baseline.pk].certificate_flag for day in (SECOND, THIRD)]
    assert flags == ["", "CPA certificate expired"]


def test_the_end_of_a_day_is_the_end_in_london(cast: Cast, long_ago: Catalogue) -> None:
    CPLEntry.objects.filter(pk=long_ago.baseline.pk).update(gbcs_version="4.3")
    happened(noon(SECOND) + timedelta(hours=11, minutes=59))
    CPLEntry.objects.filter(pk=long_ago.baseline.pk).update(gbcs_version="4.4")
    happened(noon(SECOND) + timedelta(hours=12, minutes=1))
    known = past(cast.supplier, long_ago.ember)
    said = [
        known.as_at(day).entries[long_ago.baseline.pk].gbcs_version for day in (FIRST, SECOND, SECOND + timedelta(1))
    ]
    assert said == ["4.2", "4.3", "4.4"]


def test_one_steps_from_change_to_change(cast: Cast, long_ago: Catalogue, signed_in: SignedIn) -> None:
    for day, value in ((SECOND, "4.3"), (FOURTH, "4.4")):
        CPLEntry.objects.filter(pk=long_ago.baseline.pk).update(gbcs_version=value)
        happened(day)
    page = read(signed_in, cast.supplier, f"{HISTORY}?as_at={THIRD}")
    assert links(page, "prev") == [f"{HISTORY}?as_at={SECOND}"]
    assert links(page, "next") == [f"{HISTORY}?as_at={FOURTH}"]
    last = read(signed_in, cast.supplier, f"{HISTORY}?as_at={FOURTH}")
    assert links(last, "next") == [f"{HISTORY}?as_at={timezone.localdate()}"]


def test_the_picture_and_the_table_of_then_hold_the_same_versions(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn
) -> None:
    make_entry(long_ago.ember, "0C0C0C0C")
    happened(SECOND)
    counts = {}
    for day in (FIRST, SECOND):
        page = read(signed_in, cast.supplier, f"{HISTORY}?as_at={day}")
        drawn = {str(link["href"]) for link in page.select("svg a") if link.get("href")}
        listed = {str(link["href"]) for link in page.select("tbody td[data-label=Entry] a")}
        assert drawn == listed
        counts[day] = len(listed)
        assert all(address.endswith(f"?as_at={day}") for address in listed)
    assert counts == {FIRST: 6, SECOND: 7}


def test_as_at_today_says_that_nothing_differs(cast: Cast, long_ago: Catalogue, signed_in: SignedIn) -> None:
    page = read(signed_in, cast.supplier, f"{HISTORY}?as_at={timezone.localdate()}")
    assert "Nothing that you may see has changed since" in words(page)
    assert "The same" in words(page, ".fir-answer")


@pytest.mark.parametrize("who", ["supplier", "rival_supplier", "manufacturer", "auditor"])
def test_as_at_today_agrees_with_what_is_known_today(cast: Cast, long_ago: Catalogue, who: str) -> None:
    make_notice(cast, long_ago)
    person = getattr(cast, who)
    then = past(person, long_ago.ember).as_at(timezone.localdate()).known
    found = model_entries(person, long_ago.ember.identifier.code, long_ago.ember.duis_model)
    assert found
    now = known_model(person, long_ago.ember.pk, linked_entries(found[1]))
    assert then.summary.versions == now.summary.versions
    assert (then.summary.recommended, then.summary.basis) == (now.summary.recommended, now.summary.basis)
    assert then.notices == now.notices
    assert (set(then.network.links), then.network.silent) == (set(now.network.links), now.network.silent)


def test_the_entry_as_at_a_day_leads_to_the_model_as_at_that_day(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn
) -> None:
    page = read(signed_in, cast.supplier, f"/entries/CPL-001045/?as_at={FIRST}")
    assert page.select_one(f"a[href='{HISTORY}?as_at={FIRST}']")


# Queries -----------------------------------------------------------------------------------------------------------


ADDRESSES = [
    HISTORY,
    f"{HISTORY}?version=CPL-001045&kind=published",
    f"{HISTORY}?as_at={FIRST}",
    f"{HISTORY}?as_at={THIRD}",
]


@pytest.mark.parametrize("who", ["supplier", "manufacturer", "auditor"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_takes_at_most_ten_queries_however_many_versions(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn, address: str, who: str
) -> None:
    client = signed_in(getattr(cast, who))

    def count() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    before = count()
    for number in range(5):
        say(make_entry(long_ago.ember, f"0C0C00{number:02}", after=[long_ago.baseline]), stage="production")
        make_notice(cast, long_ago, title=f"Notice {number}")
    happened(SECOND)
    assert count() == before <= 10
