"""Urgency from where one is, on the Entry page and in search results."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cpl.choices import PathwayState
from cpl.models import CPLEntry, FirmwareInformation, UpgradePathLink
from tests.conftest import SignedIn
from tests.cpl.routes.conftest import CODINGS, Chain, Reader, one, words
from tests.cpl.routes.notices import publish
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def entry_of(chain: Chain, place: int) -> str:
    return chain.entries[place].get_absolute_url()


def test_the_entry_tells_the_whole_way_to_the_recommended_version(chain: Chain, read: Reader) -> None:
    box = one(read(entry_of(chain, 1)), ".fir-to-recommended")
    assert "4 steps to the recommended version 02030405" in words(box, "p")
    assert "5 steps" in words(read(entry_of(chain, 0)), ".fir-to-recommended")
    links = [str(link["href"]) for link in box.select("a")]
    assert f"{chain.address}?from={CODINGS[1]}" in links
    assert "4 steps to the recommended version" in words(read(links[-1]))


def test_one_target_is_urgent_from_one_entry_and_routine_from_another(cast: Cast, chain: Chain, read: Reader) -> None:
    notice = publish(cast.manufacturer, {chain.entries[1]: "affected"}, urgency="urgent")
    FirmwareInformation.objects.filter(entry=chain.entries[5]).update(urgency="routine", urgency_state="supplied")
    assert f"Urgent by notice {notice.reference}" in words(read(entry_of(chain, 1)), ".fir-to-recommended")
    assert "Routine so the manufacturer says" in words(read(entry_of(chain, 2)), ".fir-to-recommended")


def test_each_version_one_can_get_to_has_its_urgency_from_here(cast: Cast, chain: Chain, read: Reader) -> None:
    """The notice names 1 and 2: going to 2 does not help."""
    publish(cast.manufacturer, {chain.entries[1]: "affected", chain.entries[2]: "affected"}, urgency="soon")
    items = [" ".join(item.get_text(" ").split()) for item in read(entry_of(chain, 1)).select(".fir-next__item")]
    assert ["Soon" in item for item in items] == [False, True, True, True]


def test_the_entry_shows_the_open_notices_about_it(cast: Cast, chain: Chain, read: Reader) -> None:
    publish(cast.manufacturer, {chain.entries[1]: "affected"})
    assert "Clock runs backwards" in words(read(entry_of(chain, 1)))
    assert "Clock runs backwards" not in words(read(entry_of(chain, 2)))


def test_where_nobody_has_said_the_entry_says_so_and_leads_to_the_route(chain: Chain, read: Reader) -> None:
    UpgradePathLink.objects.filter(entry=chain.entries[3]).delete()
    CPLEntry.objects.filter(pk=chain.entries[3].pk).update(pathway_state=PathwayState.NOT_PROVIDED)
    box = words(read(entry_of(chain, 1)), ".fir-to-recommended")
    assert "Not known: the manufacturer has not said whether a route leads from 10030A08 to 02030405" in box
    assert "What is known of the way" in box


def test_the_steps_of_the_entry_page_are_those_of_the_route(chain: Chain, read: Reader) -> None:
    """A shorter way through a removed version is not counted on, there as here."""
    UpgradePathLink.objects.create(
        entry=chain.entries[5], predecessor=chain.entries[2], manufacturer=chain.model.manufacturer
    )
    chain.remove(2)
    UpgradePathLink.objects.create(
        entry=chain.entries[3], predecessor=chain.entries[1], manufacturer=chain.model.manufacturer
    )
    page = read(entry_of(chain, 0))
    assert "4 steps to the recommended version" in words(page, ".fir-to-recommended")
    assert f"in 4 steps to {CODINGS[5]}" in " ".join(page.get_text(" ").split())


def test_a_search_that_found_a_version_says_how_urgent_it_is_to_leave_it(
    cast: Cast, chain: Chain, read: Reader
) -> None:
    publish(cast.manufacturer, {chain.entries[1]: "affected"}, urgency="urgent")
    page = read(f"/search/?q=stair+{CODINGS[1]}&sort=name")
    row = one(page, "tbody tr")
    assert f"Found in {CODINGS[1]} route from {CODINGS[1]} Urgent" in words(row, "th")
    assert one(row, f'a[href="{chain.address}?from={CODINGS[1]}"]')
    assert "Urgent" not in words(read(f"/search/?q=stair+{CODINGS[2]}&sort=name"), "tbody tr th")


def test_a_model_with_an_open_notice_is_flagged_in_the_results(cast: Cast, chain: Chain, read: Reader) -> None:
    assert "open notice" not in words(read("/search/?q=stair"), "tbody tr")
    for title in ("One", "Two"):
        publish(cast.manufacturer, {chain.entries[1]: "affected", chain.entries[2]: "affected"}, title=title)
    publish(cast.manufacturer, {chain.entries[3]: "fixed"})
    assert "2 open notices" in words(read("/search/?q=stair"), "tbody tr")


def test_a_notice_for_the_concerned_is_no_flag_for_others(cast: Cast, chain: Chain, read: Reader) -> None:
    publish(cast.manufacturer, {chain.entries[1]: "affected"}, audience="concerned", urgency="urgent")
    page = words(read(f"/search/?q=stair+{CODINGS[1]}&sort=name"), "tbody tr")
    assert "open notice" not in page
    assert "Urgent" not in page


def test_the_export_of_a_search_tells_the_same(cast: Cast, chain: Chain, signed_in: SignedIn) -> None:
    notice = publish(cast.manufacturer, {chain.entries[1]: "affected"}, urgency="urgent")
    answer = signed_in(cast.supplier).get(f"/search/device-models.csv?q=stair+{CODINGS[1]}")
    [row] = csv.DictReader(StringIO(answer.content.decode("utf-8-sig")))
    assert row["Urgency from the versions matched"].startswith(f"{CODINGS[1]}: Urgent: notice {notice.reference}")
    assert row["Open notices"] == notice.reference


@pytest.mark.parametrize("address", ["/search/?q=stair+10030A08&sort=name", "/entries/CPL-700001/"])
def test_they_still_ask_at_most_ten_questions(cast: Cast, chain: Chain, signed_in: SignedIn, address: str) -> None:
    publish(cast.manufacturer, {chain.entries[1]: "affected"}, urgency="urgent")
    client = signed_in(cast.supplier)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) <= 10, "\n".join(query["sql"] for query in asked.captured_queries)
