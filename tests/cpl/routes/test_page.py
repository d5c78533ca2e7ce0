"""The route page: the answer first, each step with what happens on it, and the other answers told apart."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cpl.actions.visibility import restrict
from cpl.choices import PathwayState
from cpl.models import CPLEntry, FirmwareInformation, ModelInterest, SearchMiss, UpgradePathLink
from tests.conftest import SignedIn
from tests.cpl.routes.conftest import CODINGS, Chain, Reader, one, words
from tests.cpl.routes.notices import publish
from tests.factories import Cast, Catalogue, make_entry, make_model
from tests.factories.catalogue import say

pytestmark = pytest.mark.django_db

FIRST, LAST = CODINGS[0], CODINGS[-1]


def shortcut(chain: Chain, around: int) -> CPLEntry:
    """A longer way round one hop of the chain, by two more versions."""
    before, after = chain.entries[around - 1], chain.entries[around + 1]
    day = date(2020 + around, 1, 11)
    one = make_entry(chain.model, "A1A1A1A1", after=[before], published_on=day, cpl_entry_id="CPL-71")
    two = make_entry(chain.model, "B2B2B2B2", after=[one], published_on=day + timedelta(days=10), cpl_entry_id="CPL-72")
    UpgradePathLink.objects.create(entry=after, predecessor=two, manufacturer=chain.model.manufacturer)
    for entry in (one, two):
        say(entry, stage="production", release_date=entry.published_on)
    return one


def test_a_chain_of_five_compulsory_hops_is_told_step_by_step(chain: Chain, read: Reader) -> None:
    page = read(chain.asked(FIRST))
    assert words(page, ".fir-answer__headline") == "5 steps to the recommended version"
    stops = [words(stop, ".fir-hex") for stop in page.select(".fir-route__stop")]
    assert stops == list(CODINGS)
    assert "No other way" in words(page)


def test_each_step_carries_its_certificate_and_versions_of_the_standards(chain: Chain, read: Reader) -> None:
    CPLEntry.objects.filter(pk=chain.entries[1].pk).update(
        cpa_certificate="CPA-7", cpa_date=date(2031, 5, 3), cpa_date_kind="expiry", gbcs_version="4.3"
    )
    step = words(read(chain.asked(FIRST)).select(".fir-route__stop")[1], ".fir-route__facts")
    assert "CPA-7, expires 3 May 2031" in step
    assert "4.3" in step
    assert "SMETS V5.1" in step


@pytest.mark.parametrize(
    "typed", ["09030a07", "0x09030A07", "09:03:0a:07", "09 03 0A 07", "09.03.0A.07", "CPL-700000", "cpl-700000"]
)
def test_the_version_in_the_house_is_read_in_any_usual_form(chain: Chain, read: Reader, typed: str) -> None:
    assert "5 steps to the recommended version" in words(read(chain.asked(typed)))


def test_a_number_that_a_spreadsheet_has_spoilt_is_refused_with_its_cure(chain: Chain, read: Reader) -> None:
    page = read(chain.asked("1.2.3"))
    error = words(page, "#route-from-error")
    assert "in the middle of a byte" in error
    assert "Write all 8 hex digits" in error
    assert words(page, "main").count("in the middle of a byte") == 1
    assert one(page, "title").text.strip().startswith("Error:")
    assert one(page, "#route-from").has_attr("autofocus")
    assert "route-from-error" in str(one(page, "#route-from")["aria-describedby"])


def test_what_is_no_version_at_all_is_refused_once_and_plainly(chain: Chain, read: Reader) -> None:
    page = read(chain.asked("zz"))
    assert words(page).count("A firmware version has 8 characters, 0 to 9 and A to F.") == 1
    assert words(page, "#route-from-error") == "Error: A firmware version has 8 characters, 0 to 9 and A to F."


def test_another_target_can_be_chosen(chain: Chain, read: Reader) -> None:
    page = read(chain.asked(FIRST, CODINGS[2]))
    assert words(page, ".fir-answer__headline") == f"2 steps to {CODINGS[2]}"
    assert one(page, "#route-to option[selected]")["value"] == CODINGS[2]
    assert f"Recommended is Route to {LAST}" in words(page)


def test_the_page_says_on_what_basis_the_target_is_recommended(chain: Chain, read: Reader) -> None:
    assert "The newest production version that nothing here advises against" in words(
        read(chain.asked(FIRST)), ".fir-answer"
    )
    FirmwareInformation.objects.filter(entry=chain.entries[3]).update(
        recommendation="recommended", recommendation_state="supplied"
    )
    answer = words(read(chain.asked(FIRST)), ".fir-answer")
    assert "3 steps to the recommended version" in answer
    assert "Recommended by the manufacturer" in answer


def test_a_retracted_hop_is_flagged_at_its_step_with_reason_and_date(chain: Chain, read: Reader) -> None:
    chain.remove(2)
    page = read(chain.asked(FIRST))
    step = words(page.select(".fir-route__stop")[2], ".fir-notice--warning")
    assert "No way is known without a version like this" in step
    assert "Removed on 1 May 2025: It bricks meters (SSC 12)" in step
    assert "Every known way passes at least one version that should not be installed" in words(page, ".fir-answer")
    assert "Removed step 2" in words(page, ".fir-answer")


def test_a_longer_way_round_a_retracted_hop_is_preferred(chain: Chain, read: Reader) -> None:
    shortcut(chain, 2)
    chain.remove(2)
    page = read(chain.asked(FIRST))
    assert words(page, ".fir-answer__headline") == "6 steps to the recommended version"
    assert CODINGS[2] not in words(page, ".fir-route-line")
    assert not page.select(".fir-route__stop--marked")


def test_a_withdrawn_and_a_test_version_on_the_way_are_flagged(chain: Chain, read: Reader) -> None:
    records = FirmwareInformation.objects
    records.filter(entry=chain.entries[1]).update(stage="test")
    records.filter(entry=chain.entries[2]).update(withdrawn_on=date(2025, 2, 3), withdrawal_reason="Clock fault")
    stops = read(chain.asked(FIRST)).select(".fir-route__stop")
    assert "Test version" in words(stops[1], ".fir-notice--warning")
    assert "Withdrawn by its manufacturer on 3 February 2025: Clock fault" in words(stops[2], ".fir-notice--warning")


def test_what_an_upgrade_does_is_told_in_the_answer_and_at_the_step(chain: Chain, read: Reader) -> None:
    FirmwareInformation.objects.filter(entry=chain.entries[4]).update(
        interrupts_hub_power=True, interrupts_hub_power_state="supplied", irreversible=True,
        irreversible_state="supplied", needs_site_visit=True, needs_site_visit_state="supplied",
    )  # fmt: skip
    page = read(chain.asked(FIRST))
    for flag in ("Interrupts hub power", "Cannot be undone", "Needs a site visit"):
        assert f"{flag} step 4" in words(page, ".fir-answer")
        assert flag in words(page.select(".fir-route__stop")[4], ".fir-tags")


def test_the_note_of_every_release_passed_over_is_there_with_its_state(chain: Chain, read: Reader) -> None:
    UpgradePathLink.objects.create(
        entry=chain.entries[5], predecessor=chain.entries[0], manufacturer=chain.model.manufacturer
    )
    chain.remove(3)
    page = read(chain.asked(FIRST))
    assert words(page, ".fir-answer__headline") == "1 step to the recommended version"
    passed = [" ".join(item.get_text(" ").split()) for item in page.select(".fir-passed__item")]
    assert [f"Note number {place}." in told for place, told in enumerate(passed, 1)] == [True] * 4
    assert "Removed on 1 May 2025: It bricks meters" in passed[2]


def test_many_releases_passed_over_are_folded_and_opened_for_print(chain: Chain, read: Reader) -> None:
    UpgradePathLink.objects.create(
        entry=chain.entries[5], predecessor=chain.entries[0], manufacturer=chain.model.manufacturer
    )
    [folded] = read(chain.asked(FIRST)).select("details.fir-passed")
    assert not folded.has_attr("open")
    assert folded.has_attr("data-fir-open-in-print")


def test_alternatives_are_listed_and_each_has_an_address(chain: Chain, read: Reader) -> None:
    shortcut(chain, 2)
    page = read(chain.asked(FIRST))
    assert words(page, "#ways-title") == "2 ways, the best first"
    [other] = page.select(".fir-ways a")
    second = read(other["href"])
    assert words(second, ".fir-answer__headline") == "6 steps to the recommended version, by way 2"
    assert "A1A1A1A1" in words(second, ".fir-route-line")


@pytest.mark.parametrize("way", ["9", "x", "-1", "99999999999999", "²"])
def test_a_way_that_is_not_there_shows_the_best(chain: Chain, read: Reader, way: str) -> None:
    assert "5 steps to the recommended version" in words(read(chain.asked(FIRST, way=way)), ".fir-answer__headline")


def test_no_route_names_what_the_target_may_be_upgraded_from(chain: Chain, read: Reader) -> None:
    other = make_entry(chain.model, "0DD0DD00", published_on=date(2020, 6, 1), cpl_entry_id="CPL-70", after=[])
    CPLEntry.objects.filter(pk=other.pk).update(pathway_state=PathwayState.NOT_APPLICABLE)
    page = words(read(chain.asked("0DD0DD00")))
    assert f"No route exists from 0DD0DD00 to {LAST}" in page
    assert f"may be upgraded from {CODINGS[4]}" in page


def test_not_known_names_and_links_the_entries_that_lack_the_information(chain: Chain, read: Reader) -> None:
    make_entry(chain.model, "0DD0DD00", published_on=date(2019, 6, 1), cpl_entry_id="CPL-70")
    UpgradePathLink.objects.filter(entry=chain.entries[2]).delete()
    CPLEntry.objects.filter(pk=chain.entries[2].pk).update(pathway_state=PathwayState.NOT_PROVIDED)
    page = read(chain.asked("0DD0DD00"))
    assert "Not known: the manufacturer has not said" in words(page, ".fir-answer__headline")
    assert [link["href"] for link in page.select(".fir-silent a")] == ["/entries/CPL-700002/"]
    assert "Whom to ask" in words(page)


def test_a_version_that_is_not_here_is_never_called_up_to_date(chain: Chain, read: Reader) -> None:
    page = read(chain.asked("FFFFFFFF"))
    assert words(page, ".fir-answer h2") == "FFFFFFFF is not known here"
    assert "no sign that it is safe or up to date" in words(page)
    assert not page.select(".fir-route")
    assert SearchMiss.objects.get().text.endswith("FFFFFFFF")


@pytest.mark.parametrize(("typed", "meant"), [("070A0309", "09030A07"), ("10030A09", "10030A08")])
def test_reversed_bytes_and_one_wrong_digit_are_offered(chain: Chain, read: Reader, typed: str, meant: str) -> None:
    page = read(chain.asked(typed, LAST))
    [offer] = page.select(".fir-suggestions a")
    assert offer.text == meant
    assert "to 02030405" not in words(page)
    assert f"{len(CODINGS) - 1 - CODINGS.index(meant)} step" in words(read(offer["href"]), ".fir-answer__headline")


def test_a_version_of_another_model_is_said_to_be_of_that(catalogue: Catalogue, chain: Chain, read: Reader) -> None:
    page = read(chain.asked("01132107"))
    assert "It is known for another Device Model CPL-001048 Ember X495" in words(page)
    assert "CPL-001077 is not known here" in words(read(chain.asked("CPL-001077")))


def test_a_restricted_version_is_not_known_to_who_may_not_see_it(cast: Cast, chain: Chain, read: Reader) -> None:
    own = make_entry(chain.model, "0DECAF09", cpl_entry_id="CPL-79", after=[chain.entries[5]])
    restrict(record=own, parties=[], by=None)
    for typed in ("0DECAF09", "CPL-79"):
        page = words(read(chain.asked(typed), cast.rival_supplier))
        assert "is not known here" in page
        assert "another Device Model" not in page
    assert "Already there" not in words(read(chain.asked("0DECAF09"), cast.manufacturer))


def test_a_route_never_leads_over_a_version_that_is_hidden(cast: Cast, chain: Chain, read: Reader) -> None:
    restrict(record=chain.entries[3], parties=[], by=None)
    page = words(read(chain.asked(FIRST), cast.rival_supplier))
    assert "Not known" in page
    assert CODINGS[3] not in page
    assert "5 steps" in words(read(chain.asked(FIRST), cast.manufacturer))


def test_a_model_of_which_nothing_is_visible_is_not_there(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    for address in ("/models/7A03-5EC00101/route/?from=0DECAF02", "/models/7A03-5EC00101/route.csv?from=0DECAF02"):
        assert signed_in(cast.supplier).get(address).status_code == 200
        assert signed_in(cast.rival_supplier).get(address).status_code == 404
        assert signed_in(cast.stranger).get(address).status_code == 403


def test_already_there_is_said_with_the_basis(chain: Chain, read: Reader) -> None:
    page = words(read(chain.asked(LAST)), ".fir-answer")
    assert f"Already there: {LAST} is the recommended version" in page
    assert "The newest production version that nothing here advises against" in page


def test_the_recommended_one_may_come_before_yours(chain: Chain, read: Reader) -> None:
    FirmwareInformation.objects.filter(entry=chain.entries[2]).update(
        recommendation="recommended", recommendation_state="supplied"
    )
    page = words(read(chain.asked(CODINGS[4])), ".fir-answer")
    assert f"The recommended version, {CODINGS[2]}, comes before yours" in page
    assert "newer than the one recommended" in page


def test_no_recommended_version_known_still_tells_where_one_can_get(chain: Chain, read: Reader) -> None:
    FirmwareInformation.objects.update(stage="", stage_state="not_supplied")
    page = read(chain.asked(CODINGS[3]))
    assert words(page, ".fir-answer__headline") == "No recommended version is known"
    assert [words(item, "a") for item in page.select(".fir-next__item")] == [f"Route to {v}" for v in CODINGS[4:]]


def test_without_a_version_the_page_asks_for_one(chain: Chain, read: Reader) -> None:
    page = read(chain.address)
    assert page.select_one("#route-from[required]")
    assert {option["value"] for option in page.select("#route-versions option")} == set(CODINGS)
    assert not ModelInterest.objects.exists()


def test_asking_for_the_way_is_remembered_before_it_is_worked_out(cast: Cast, chain: Chain, read: Reader) -> None:
    """Who has checked a model reads what is told to the concerned alone, at once."""
    publish(cast.manufacturer, {chain.entries[0]: "affected"}, audience="concerned", urgency="urgent")
    assert "Urgent" in words(read(chain.asked(FIRST)), ".fir-answer")
    assert ModelInterest.objects.filter(person=cast.supplier, device_model=chain.model, kind="checked").exists()


def test_two_origins_have_two_urgencies_for_one_target(cast: Cast, chain: Chain, read: Reader) -> None:
    notice = publish(cast.manufacturer, {chain.entries[1]: "affected"}, urgency="urgent", deadline=date(2099, 3, 4))
    FirmwareInformation.objects.filter(entry=chain.entries[5]).update(urgency="routine", urgency_state="supplied")
    named, other = (words(read(chain.asked(version)), ".fir-answer") for version in (CODINGS[1], CODINGS[2]))
    assert f"How urgent for you Urgent Notice {notice.reference} names {CODINGS[1]} as affected" in named
    assert "To be done by 4 March 2099" in named
    assert f"How urgent for you Routine So the manufacturer says of {LAST}" in other


def test_each_step_says_how_urgent_it_is_from_the_version_in_the_house(cast: Cast, chain: Chain, read: Reader) -> None:
    publish(cast.manufacturer, {chain.entries[0]: "affected", chain.entries[1]: "affected"}, urgency="soon")
    stops = read(chain.asked(FIRST)).select(".fir-route__stop")
    told = [words(stop, ".fir-route__facts div:first-child dd") for stop in stops[1:]]
    assert ["Soon" in words for words in told] == [False, True, True, True, True]


def test_a_notice_against_the_target_does_not_make_it_urgent(cast: Cast, chain: Chain, read: Reader) -> None:
    FirmwareInformation.objects.filter(entry=chain.entries[5]).update(
        recommendation="recommended", recommendation_state="supplied"
    )
    notice = publish(cast.manufacturer, {chain.entries[0]: "affected", chain.entries[5]: "affected"}, urgency="urgent")
    answer = words(read(chain.asked(FIRST)), ".fir-answer")
    assert "How urgent for you Nobody has said" in answer
    assert f"Open notice against it {notice.reference}" in answer


def test_urgent_releases_in_between_are_pointed_out(chain: Chain, read: Reader) -> None:
    FirmwareInformation.objects.filter(entry=chain.entries[2]).update(urgency="urgent", urgency_state="supplied")
    assert f"asks urgently for {CODINGS[2]} , which came after yours" in words(read(chain.asked(FIRST)), ".fir-answer")


def test_a_version_announced_for_a_day_to_come_is_flagged(chain: Chain, read: Reader) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    FirmwareInformation.objects.filter(entry=chain.entries[5]).update(release_date=tomorrow)
    page = read(chain.asked(FIRST, LAST))
    assert "Not out yet" in words(page.select(".fir-route__stop")[5], ".fir-tags")


def test_a_device_without_firmware_is_asked_for_by_its_entry_id(catalogue: Catalogue, read: Reader) -> None:
    page = read("/models/7A0B-0C010100/route/?from=CPL-003001")
    assert "No recommended version is known" in words(page)


@pytest.mark.parametrize("start", ["09030A07", "02030405", "FFFFFFFF", ""])
def test_the_page_asks_at_most_ten_questions_of_the_database(
    cast: Cast, chain: Chain, signed_in: SignedIn, start: str
) -> None:
    publish(cast.manufacturer, {chain.entries[0]: "affected"}, urgency="urgent")
    client = signed_in(cast.supplier)
    client.get(chain.asked(start))
    with CaptureQueriesContext(connection) as asked:
        client.get(chain.asked(start))
    queries = [query["sql"] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(queries) <= 10, "\n".join(queries)


def test_an_address_with_signs_in_it_does_no_harm(chain: Chain, read: Reader) -> None:
    page = read(chain.asked('"><script>alert(1)</script>\0', "\N{BLACK STAR}" * 300))
    assert one(page, "#route-from-error")
    assert not any("alert" in script.get_text() for script in page.select("script"))


def test_other_versions_of_the_model_do_not_answer_for_this_one(chain: Chain, read: Reader) -> None:
    """The same firmware version may be of two models: each has its own way."""
    other = make_model(name="Stair M7", model_identifier="57A2")
    lone = make_entry(other, FIRST, cpl_entry_id="CPL-710000")
    say(lone, stage="production", release_date=date(2020, 1, 1))
    assert "Already there" in words(read(f"{other.get_absolute_url()}route/?from={FIRST}"))
