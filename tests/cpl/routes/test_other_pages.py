"""Urgency from where one is, on the Entry page and in search results."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cpl.choices import PathwayState
from cpl.models import Contact, CPLEntry, FirmwareInformation, UpgradePathLink
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


def test_a_search_for_a_version_says_where_no_open_notice_names_it(cast: Cast, chain: Chain, read: Reader) -> None:
    publish(cast.manufacturer, {chain.entries[1]: "affected", chain.entries[5]: "fixed"}, urgency="urgent")
    found = words(read(f"/search/?q=stair+{CODINGS[2]}&sort=name"), "tbody tr")
    assert f"No open notice names {CODINGS[2]}" in found
    assert "(nobody has said how urgent)" in found
    for place in (1, 5):
        assert "No open notice" not in words(read(f"/search/?q=stair+{CODINGS[place]}&sort=name"), "tbody tr")


def test_a_search_says_nothing_of_notices_where_one_stands_that_is_told_to_others(
    cast: Cast, chain: Chain, read: Reader
) -> None:
    publish(cast.manufacturer, {chain.entries[1]: "affected"})
    publish(cast.manufacturer, {chain.entries[2]: "affected"}, audience="concerned")
    assert "No open notice" not in words(read(f"/search/?q=stair+{CODINGS[2]}&sort=name"), "tbody tr")


@pytest.mark.parametrize("page", ["model", "entry", "route"])
def test_the_first_look_at_a_page_shows_a_notice_for_the_concerned(
    cast: Cast, chain: Chain, read: Reader, page: str
) -> None:
    notice = publish(cast.manufacturer, {chain.entries[1]: "affected"}, audience="concerned")
    addresses = {
        "model": chain.model.get_absolute_url(), "entry": entry_of(chain, 1), "route": chain.asked(CODINGS[1]),
    }  # fmt: skip
    assert notice.reference in words(read(addresses[page]))


def test_a_look_at_the_question_of_a_route_is_a_check_as_well(cast: Cast, chain: Chain, read: Reader) -> None:
    notice = publish(cast.manufacturer, {chain.entries[5]: "affected"}, audience="concerned")
    assert notice.reference in str(read(chain.address))


def test_the_entry_of_a_withdrawn_version_says_so_before_its_notices(cast: Cast, chain: Chain, read: Reader) -> None:
    publish(cast.manufacturer, {chain.entries[1]: "fixed"})
    _withdraw(chain.entries[1])
    page = words(read(entry_of(chain, 1)))
    assert page.index("Withdrawn by its manufacturer") < page.index("Clock runs backwards")


def test_another_is_recommended_instead_only_where_a_route_leads_there(chain: Chain, read: Reader) -> None:
    _withdraw(chain.entries[1])
    assert f"Recommended instead: {CODINGS[5]}" in words(read(entry_of(chain, 1)), ".fir-status")
    _withdraw(chain.entries[5])
    told = words(read(entry_of(chain, 5)), ".fir-status")
    assert f"Recommended for this model: {CODINGS[4]} ; no way from this version to it is known here." in told
    assert "instead" not in told


def _withdraw(entry: CPLEntry) -> None:
    FirmwareInformation.objects.filter(entry=entry).update(
        withdrawn_on=date(2026, 1, 1), withdrawal_reason="It loses the tariff"
    )


def test_an_entry_without_a_contact_names_the_one_that_the_model_page_names(
    cast: Cast, chain: Chain, read: Reader
) -> None:
    desk = Contact.objects.create(
        manufacturer=chain.model.manufacturer, team="Firmware desk", email="desk@northmoor.example"
    )
    FirmwareInformation.objects.filter(entry=chain.entries[3]).update(contact=desk, contact_state="supplied")
    card = '[aria-labelledby="ask-title"]'
    told = words(read(entry_of(chain, 0)), card)
    assert "Firmware desk" in told
    assert f"Given for {CODINGS[3]}" in told
    assert "Given for" not in words(read(entry_of(chain, 3)), card)
    assert "Firmware desk" in words(read(chain.model.get_absolute_url()))


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
