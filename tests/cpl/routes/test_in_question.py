"""A version in the house that something stands against: said first in the answer, and never called good enough."""

import re
from datetime import date

import pytest

from cpl.choices import PathwayState
from cpl.forms.routes import read_version
from cpl.models import CPLEntry, FirmwareInformation, ModelInterest, UpgradePathLink
from cpl.selectors.versions import Version
from tests.conftest import SignedIn
from tests.cpl.routes.conftest import CODINGS, Chain, Reader, one, words
from tests.cpl.routes.notices import publish
from tests.factories import Cast, make_entry

pytestmark = pytest.mark.django_db

FIRST, LAST = CODINGS[0], CODINGS[-1]


def recommend(chain: Chain, place: int) -> None:
    FirmwareInformation.objects.filter(entry=chain.entries[place]).update(
        recommendation="recommended", recommendation_state="supplied"
    )


def withdraw(chain: Chain, place: int) -> None:
    FirmwareInformation.objects.filter(entry=chain.entries[place]).update(
        withdrawn_on=date(2026, 11, 23), withdrawal_reason="It loses the tariff"
    )


def silence(chain: Chain, place: int) -> None:
    UpgradePathLink.objects.filter(entry=chain.entries[place]).delete()
    CPLEntry.objects.filter(pk=chain.entries[place].pk).update(pathway_state=PathwayState.NOT_PROVIDED)


def test_a_withdrawn_version_in_the_house_is_said_first_with_date_and_reason(chain: Chain, read: Reader) -> None:
    withdraw(chain, 0)
    answer = words(read(chain.asked(FIRST)), ".fir-answer")
    assert answer.startswith(
        f"In the house: {FIRST} Withdrawn by its manufacturer on 23 November 2026: It loses the tariff 5 steps"
    )


@pytest.mark.parametrize("target", ["", CODINGS[1], CODINGS[4]])
def test_a_removed_version_in_the_house_is_said_first_whatever_the_answer(
    chain: Chain, read: Reader, target: str
) -> None:
    chain.remove(4)
    recommend(chain, 2)
    answer = words(read(chain.asked(CODINGS[4], target)), ".fir-answer")
    assert answer.startswith(f"In the house: {CODINGS[4]} Removed on 1 May 2025: It bricks meters (SSC 12) Ask the")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"stage": "test"}, "Test version"),
        (
            {"recommendation": "do_not_deploy", "recommendation_state": "supplied"},
            "Advised against The manufacturer advises against deploying it",
        ),
    ],
)
def test_a_test_version_and_one_advised_against_are_said_first(
    chain: Chain, read: Reader, said: dict[str, str], told: str
) -> None:
    FirmwareInformation.objects.filter(entry=chain.entries[0]).update(**said)
    assert words(read(chain.asked(FIRST)), ".fir-answer").startswith(f"In the house: {FIRST} {told}")


@pytest.mark.parametrize("what", ["withdrawn", "removed", "affected", "under_investigation"])
def test_it_is_never_said_to_stay_where_something_stands_against_it(
    cast: Cast, chain: Chain, read: Reader, what: str
) -> None:
    recommend(chain, 2)
    assert "whether it may stay" in words(read(chain.asked(CODINGS[4])), ".fir-answer")
    if what == "withdrawn":
        withdraw(chain, 4)
    elif what == "removed":
        chain.remove(4)
    else:
        publish(cast.manufacturer, {chain.entries[4]: what})
    page = read(chain.asked(CODINGS[4]))
    answer = words(page, ".fir-answer")
    assert "may stay" not in answer
    assert "Ask the manufacturer what to do" in answer
    assert one(page, '.fir-route-house a[href="#ask-title"]')
    assert one(page, "#ask-title")


def test_a_version_that_nothing_stands_against_is_not_put_in_question(cast: Cast, chain: Chain, read: Reader) -> None:
    publish(cast.manufacturer, {chain.entries[5]: "fixed"})
    for version in (FIRST, LAST):
        assert not read(chain.asked(version)).select(".fir-route-house")


def test_a_notice_that_says_fixed_is_no_but(cast: Cast, chain: Chain, read: Reader) -> None:
    publish(cast.manufacturer, {chain.entries[5]: "fixed", chain.entries[0]: "affected"})
    page = read(chain.asked(LAST))
    assert "Already there" in words(page, ".fir-answer")
    assert "stands against it" not in words(page, ".fir-answer")
    assert "Fixed" in words(page, ".fir-told-notice--clear")


@pytest.mark.parametrize("status", ["affected", "under_investigation"])
def test_a_notice_against_the_recommended_version_in_the_house_is_a_but(
    cast: Cast, chain: Chain, read: Reader, status: str
) -> None:
    recommend(chain, 5)
    publish(cast.manufacturer, {chain.entries[5]: status})
    answer = words(read(chain.asked(LAST)), ".fir-answer")
    assert "Already there" in answer
    assert "But an open notice stands against it: read it above" in answer
    assert "Ask the manufacturer what to do" in answer


def test_a_notice_told_before_takes_a_line_at_later_steps(cast: Cast, chain: Chain, read: Reader) -> None:
    notice = publish(cast.manufacturer, dict.fromkeys(chain.entries[1:4], "affected"), urgency="urgent")
    stops = read(chain.asked(FIRST, CODINGS[3])).select(".fir-route__stop")
    assert [len(stop.select(".fir-told-notice")) for stop in stops] == [0, 1, 0, 0]
    assert words(stops[2], ".fir-route__again") == f"Notice {notice.reference} , above: Affected"


def test_every_silent_version_that_may_be_on_the_way_is_named(chain: Chain, read: Reader) -> None:
    for place in (2, 4):
        silence(chain, place)
    page = read(chain.asked(FIRST))
    links = page.select(".fir-silent a")
    assert [link.text for link in links] == ["CPL-700004", "CPL-700002"]
    assert words(page, ".fir-silent--further") == f"CPL-700002 , firmware {CODINGS[2]}"


def test_a_silent_version_before_the_one_in_the_house_is_not_named(chain: Chain, read: Reader) -> None:
    for place in (1, 4):
        silence(chain, place)
    assert [link.text for link in read(chain.asked(CODINGS[2])).select(".fir-silent a")] == ["CPL-700004"]


def test_not_known_says_how_urgent_a_notice_makes_it_even_if_it_names_both(
    cast: Cast, chain: Chain, read: Reader
) -> None:
    recommend(chain, 5)
    silence(chain, 4)
    both = (chain.entries[0], chain.entries[5])
    publish(cast.manufacturer, dict.fromkeys(both, "affected"), urgency="urgent", deadline=date(2099, 3, 4))
    answer = words(read(chain.asked(FIRST)), ".fir-answer")
    assert "Not known" in answer
    assert re.search("How urgent for you: Urgent , notice N-[0-9]+ , to be done by 4 March 2099", answer)


def test_the_answer_comes_before_the_form_which_is_folded_away(chain: Chain, read: Reader) -> None:
    for asked in (chain.asked(FIRST), chain.asked(LAST), chain.asked(LAST, FIRST)):
        page = read(asked)
        assert not one(page, "details.fir-again").has_attr("open")
        assert page.select_one(".fir-answer ~ .fir-again .fir-route-form")


@pytest.mark.parametrize("start", ["", "zz"])
def test_the_form_is_open_where_there_is_no_answer(chain: Chain, read: Reader, start: str) -> None:
    page = read(chain.asked(start))
    assert one(page, ".fir-route-form")
    assert not page.select("details .fir-route-form")


def test_a_version_that_is_not_known_leaves_the_form_open(chain: Chain, read: Reader) -> None:
    assert one(read(chain.asked("FFFFFFFF")), ".fir-answer ~ details.fir-again[open] .fir-route-form")


def test_a_firmware_version_that_looks_like_anothers_entry_id_is_read_as_the_version(chain: Chain) -> None:
    other = make_entry(chain.model, "0DDBA110", cpl_entry_id=LAST, published_on=date(2019, 1, 1))
    named = read_version(LAST, [Version.of(entry) for entry in (other, chain.entries[-1])])
    assert named.version and named.version.pk == chain.entries[-1].pk


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_a_page_that_a_browser_fetches_ahead_is_no_check(
    cast: Cast, chain: Chain, signed_in: SignedIn, headers: dict[str, str]
) -> None:
    client = signed_in(cast.supplier)
    client.get(chain.asked(FIRST), headers=headers)
    client.head(chain.asked(FIRST))
    assert not ModelInterest.objects.exists()
    client.get(chain.asked(FIRST))
    assert ModelInterest.objects.filter(person=cast.supplier, kind="checked").exists()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_route_is_only_read(cast: Cast, chain: Chain, signed_in: SignedIn, method: str) -> None:
    assert getattr(signed_in(cast.supplier), method)(chain.asked(FIRST)).status_code == 405
