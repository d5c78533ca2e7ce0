"""Manufacturers see how many Parties have devices on their versions that want doing something: a number, no Party."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.parties import create_party
from accounts.choices import PartyCategory, Role
from accounts.models import AuditEvent, Party, User
from cpl.actions.notices import publishing
from cpl.actions.visibility import restrict
from cpl.choices import EstateState, PathwayState, Recommendation, VersionStatus
from cpl.models import EstateCheck, Manufacturer
from cpl.selectors.estate.demand import NOT_GIVEN, ModelDemand, Told, demand_for, makers_of
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_entry, make_estate_check, make_notice, make_user
from tests.factories.catalogue import say
from tests.factories.replay import replayed

pytestmark = pytest.mark.django_db

EMBER = ("7A01", "8B0B030D")
BASELINE, SECOND, REMOVED = "09030A07", "10030A08", "01132107"


@pytest.fixture
def suppliers(cast: Cast) -> list[User]:
    """One person each of six suppliers."""
    return replayed("six suppliers", lambda: [_supplier(number) for number in range(6)])


def _supplier(number: int) -> User:
    party = create_party(name=f"Supplier {number}", category=PartyCategory.SMALL_SUPPLIER, by=None)
    return make_user(f"person@supplier{number}.example", Role.PARTY_USER, party)


def count(user: User, firmware: str = BASELINE, devices: int = 10, **fields: Any) -> EstateCheck:
    """A count in which this version of the Ember is."""
    return make_estate_check(user, [(*EMBER, firmware, devices)], answered=False, **fields)


def demands(user: User) -> list[ModelDemand]:
    person = User.objects.get(pk=user.pk)
    return demand_for(person, makers_of(person))


def ember(cast: Cast) -> ModelDemand:
    """What Northmoor's editor sees of the Ember."""
    (found,) = (one for one in demands(cast.manufacturer) if one.model.name == "Ember X495")
    return found


def by_version(demand: ModelDemand) -> dict[str, Told]:
    return {one.version.firmware_version: one.parties for one in demand.versions}


def test_five_parties_on_a_version_with_an_open_notice_are_a_number(
    cast: Cast, catalogue: Catalogue, suppliers: list[User]
) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:5]:
        count(user)
    assert (ember(cast).noticed, by_version(ember(cast))[BASELINE]) == (5, 5)


def test_four_parties_are_fewer_than_five(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:4]:
        count(user)
    assert (ember(cast).noticed, by_version(ember(cast))[BASELINE]) == ("fewer than 5", "fewer than 5")


def test_four_parties_and_none_read_alike(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    make_notice(cast, catalogue)
    nobody = ember(cast)
    for user in suppliers[:4]:
        count(user)
    assert ember(cast) == nobody


def test_the_threshold_is_a_setting(cast: Cast, catalogue: Catalogue, suppliers: list[User], settings: Any) -> None:
    settings.DEMAND_MIN_PARTIES = 3
    make_notice(cast, catalogue)
    count(suppliers[0])
    few = ember(cast).noticed
    for user in suppliers[1:3]:
        count(user)
    assert (few, ember(cast).noticed) == ("fewer than 3", 3)


def test_parties_on_a_version_from_which_no_pathway_is_given_are_a_number(
    cast: Cast, catalogue: Catalogue, suppliers: list[User]
) -> None:
    for user in suppliers:
        count(user, REMOVED)
    found = ember(cast)
    assert (found.has_noticed, found.stuck) == (False, 6)


def test_a_version_with_a_pathway_and_no_notice_is_none_of_them(
    cast: Cast, catalogue: Catalogue, suppliers: list[User]
) -> None:
    for user in suppliers:
        count(user, SECOND)
    assert SECOND not in by_version(ember(cast))
    assert ember(cast).stuck == "fewer than 5"


def test_a_pathway_that_is_given_ends_the_demand(cast: Cast, catalogue: Catalogue) -> None:
    stuck = set(by_version(ember(cast)))
    entry = make_entry(catalogue.ember, "01050605", after=[catalogue.removed])
    say(entry, stage="production", release_date=entry.published_on, recommendation=Recommendation.RECOMMENDED)
    assert REMOVED in stuck - set(by_version(ember(cast)))


def test_without_a_recommended_version_the_newest_counts(cast: Cast, catalogue: Catalogue) -> None:
    make_entry(catalogue.gas, "01040000", pathway_state=PathwayState.NOT_PROVIDED)
    (found,) = (one for one in demands(cast.competitor) if one.model.name == "Lantern S290")
    assert found.target and found.target.firmware_version == "01040000"
    assert [one.version.firmware_version for one in found.versions if one.is_stuck] == ["01030000"]


def test_a_notice_that_is_withdrawn_ends_the_demand(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    told = ember(cast).has_noticed
    publishing.withdraw(notice=notice, reason="No fault at all.", by=cast.manufacturer, edition=notice.edition)
    assert (told, ember(cast).has_noticed) == (True, False)


def test_a_party_counts_once_however_often_it_checks(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:4] * 2:
        count(user)
    assert ember(cast).noticed == "fewer than 5"


def test_the_latest_count_that_has_the_model_counts(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:5]:
        count(user)
    count(suppliers[0], SECOND)
    make_estate_check(suppliers[1], [("7A03", "406F0811", "01030000", 3)], answered=False)
    assert ember(cast).noticed == "fewer than 5"
    count(suppliers[0], counted_at=timezone.now() + timedelta(days=1))
    assert ember(cast).noticed == 5


def test_a_check_made_again_counts_as_of_the_day_of_its_counts(
    cast: Cast, catalogue: Catalogue, suppliers: list[User]
) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:5]:
        old = count(user, counted_at=timezone.now() - timedelta(days=60))
    count(suppliers[4], SECOND, counted_at=timezone.now() - timedelta(days=1))
    count(suppliers[4], origin=old, counted_at=old.counted_at)
    assert ember(cast).noticed == "fewer than 5"


def test_a_count_of_no_devices_is_no_demand(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:5]:
        count(user, devices=0)
    assert ember(cast).noticed == "fewer than 5"


def test_a_deleted_check_counts_no_more(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    make_notice(cast, catalogue)
    last = [count(user) for user in suppliers[:5]][-1]
    before = ember(cast).noticed
    last.delete()
    assert (before, ember(cast).noticed) == (5, "fewer than 5")


@pytest.mark.parametrize("state", [EstateState.RUNNING, EstateState.STOPPED, EstateState.CANCELLED])
def test_a_check_that_is_not_done_does_not_count(
    cast: Cast, catalogue: Catalogue, suppliers: list[User], state: EstateState
) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:5]:
        count(user, state=state)
    assert ember(cast).noticed == "fewer than 5"


@pytest.mark.parametrize("name", ["Northmoor Metering Ltd", "Kestrel Gas Measurement Ltd", "SECAS", "Auditors"])
def test_makers_and_bodies_lift_no_number_over_the_line(
    cast: Cast, catalogue: Catalogue, suppliers: list[User], name: str
) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:4]:
        count(user)
    count(cast.supplier, party=Party.objects.get(name=name))
    assert ember(cast).noticed == "fewer than 5"


def test_a_sec_party_that_makes_devices_does_not_count(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:5]:
        count(user)
    party = Party.objects.get(name="Supplier 0")
    Manufacturer.objects.filter(name="Société Lumen Comptage SA").update(party=party)
    assert ember(cast).noticed == "fewer than 5"


def test_a_party_that_is_closed_does_not_count(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:5]:
        count(user)
    Party.objects.filter(name="Supplier 0").update(is_active=False)
    assert ember(cast).noticed == "fewer than 5"


def test_a_number_between_two_numbers_is_not_given_away(
    cast: Cast, catalogue: Catalogue, suppliers: list[User]
) -> None:
    versions = {catalogue.baseline: VersionStatus.AFFECTED, catalogue.second: VersionStatus.AFFECTED}
    make_notice(cast, catalogue, versions=versions)
    for user in suppliers[:5]:
        count(user)
    count(suppliers[5], SECOND)
    found = ember(cast)
    assert (found.noticed, by_version(found)[BASELINE], by_version(found)[SECOND]) == (6, NOT_GIVEN, NOT_GIVEN)


def test_numbers_that_are_not_told_decide_no_order(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    before = [one.model.name for one in demands(cast.competitor)]
    make_estate_check(suppliers[0], [("7A03", "406F0811", "01030000", 9_000)], answered=False)
    assert [one.model.name for one in demands(cast.competitor)] == before


def test_each_maker_sees_its_own_models_alone(cast: Cast, catalogue: Catalogue) -> None:
    make_notice(cast, catalogue)
    assert {one.model.manufacturer.name for one in demands(cast.manufacturer)} == {"Northmoor Metering Ltd"}
    assert "Ember X495" not in {one.model.name for one in demands(cast.competitor)}


def test_whoever_only_reads_for_a_maker_sees_none_of_it(cast: Cast, catalogue: Catalogue) -> None:
    reader = make_user("rea@northmoor.example", Role.PARTY_USER, Party.objects.get(name="Northmoor Metering Ltd"))
    assert makers_of(reader) == []


def test_all_models_take_a_handful_of_queries(cast: Cast, catalogue: Catalogue, suppliers: list[User]) -> None:
    make_notice(cast, catalogue)
    count(suppliers[0])
    person = User.objects.get(pk=cast.manufacturer.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        demand_for(person, makers_of(person))
    assert len(queries) <= 8


def test_the_page_shows_the_numbers_and_no_party(
    cast: Cast, catalogue: Catalogue, suppliers: list[User], signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue)
    for user in suppliers:
        count(user, devices=987_654)
    page = signed_in(cast.manufacturer).get("/estate/demand/").content.decode()
    assert "<strong>6</strong>" in page
    assert "Supplier 0" not in page
    assert "987" not in page


def test_where_every_number_is_below_the_threshold_one_sentence_says_so(
    cast: Cast, catalogue: Catalogue, suppliers: list[User], signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue)
    for user in suppliers[:4]:
        count(user)
    client = signed_in(cast.manufacturer)
    page = client.get("/estate/demand/").content.decode()
    model = client.get("/models/7A01-8B0B030D/").content.decode()
    sentence = "Every count is below 5, so no number is shown."
    assert (page.count(sentence), model.count(sentence)) == (1, 1)
    assert '<span class="fir-demand__few' not in page + model and "fir-demand__figures" not in page + model
    assert "need" in page and " an answer from you" in page


def test_no_table_of_versions_is_open_at_first(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_notice(cast, catalogue)
    page = signed_in(cast.manufacturer).get("/estate/demand/").content.decode()
    assert "<summary" in page and not re.search(r"<details[^>]* open", page)


def test_the_file_has_what_the_page_has(
    cast: Cast, catalogue: Catalogue, suppliers: list[User], signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue)
    for user in suppliers:
        count(user)
    answer = signed_in(cast.manufacturer).get("/estate/demand.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    found = {(row["Firmware Version"], row["Open notices"] != ""): row["Parties"] for row in rows}
    assert found[("any", True)] == found[(BASELINE, True)] == "6"
    assert found[("any", False)] == "fewer than 5"
    assert AuditEvent.objects.filter(name="list.exported", object_label="Demand for the own Device Models").exists()


def test_the_page_of_a_model_tells_its_maker_alone(
    cast: Cast, catalogue: Catalogue, suppliers: list[User], signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue)
    for user in suppliers:
        count(user)
    pages = {
        who: signed_in(getattr(cast, who)).get("/models/7A01-8B0B030D/").content.decode()
        for who in ("manufacturer", "competitor", "supplier", "moderator", "auditor")
    }
    assert {who for who, page in pages.items() if "Parties waiting for you" in page} == {"manufacturer"}


def test_a_version_for_named_parties_is_counted_for_its_maker(
    cast: Cast, catalogue: Catalogue, suppliers: list[User]
) -> None:
    restrict(record=catalogue.baseline, parties=Party.objects.filter(name="Supplier 0"), by=None)
    make_notice(cast, catalogue)
    for user in suppliers[:5]:
        count(user)
    assert ember(cast).noticed == 5
