"""What is answered of each model and firmware version, as far as one Party may see."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings

from accounts.access import acting_for
from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import User
from cpl.actions.interest import note_checks
from cpl.choices import EstateRoute, NoticeAudience, PathwayState, Urgency, VersionStatus
from cpl.estate.tally import Kind
from cpl.models import EstateAnswer, ModelInterest
from cpl.querysets import parties_with_estate
from cpl.routes import AlreadyThere, NoRoute, NotKnown, Routes
from cpl.selectors.estate.answering import EstateModel, answers, of_version, seen_models
from cpl.selectors.known import KnownModel
from cpl.selectors.notices import NONE_OPEN
from cpl.selectors.versions import Version, summarise
from tests.cpl.routes.plainly import PLAIN, Pathways, pathways
from tests.factories import Cast, Catalogue, make_entry
from tests.factories.catalogue import say
from tests.factories.notices import make_notice

EMBER = ("7A01", "8B0B030D")
BASELINE, SECOND, RECOMMENDED = Kind(*EMBER, "09030A07"), Kind(*EMBER, "10030A08"), Kind(*EMBER, "01040605")
REMOVED, TEST, RESTRICTED = Kind(*EMBER, "01132107"), Kind(*EMBER, "02630B62"), Kind(*EMBER, "0DECAF01")
GAS, SECRET = Kind("7A03", "406F0811", "01030000"), Kind("7A03", "5EC00101", "0DECAF02")
NOWHERE, NO_MODEL = Kind(*EMBER, "FFFFFFFF"), Kind("7A01", "00000000", "09030A07")
EVERY = (BASELINE, SECOND, RECOMMENDED, REMOVED, TEST, RESTRICTED, GAS, SECRET, NOWHERE, NO_MODEL)


def acting(user: User) -> User:
    return acting_for(user, parties_with_estate(user)[0])


def answered(user: User) -> dict[Kind, EstateAnswer]:
    """Ten devices of each kind."""
    found = answers(acting(user), dict.fromkeys(EVERY, 10))
    return dict(zip(EVERY, found, strict=True))


def told(found: Mapping[Kind, EstateAnswer], field: str) -> dict[Kind, Any]:
    return {kind: getattr(answer, field) for kind, answer in found.items()}


def test_what_the_list_says_of_each(cast: Cast, catalogue: Catalogue) -> None:
    assert told(answered(cast.supplier), "status") == {
        BASELINE: "listed", SECOND: "listed", RECOMMENDED: "listed", REMOVED: "removed", TEST: "test",
        RESTRICTED: "listed", GAS: "listed", SECRET: "listed", NOWHERE: "version_not_known",
        NO_MODEL: "model_not_known",
    }  # fmt: skip


def test_which_way_there_is_or_which_answer_instead(cast: Cast, catalogue: Catalogue) -> None:
    assert told(answered(cast.supplier), "route") == {
        BASELINE: "route", SECOND: "route", RECOMMENDED: "already_there", REMOVED: "no_route", TEST: "ahead",
        RESTRICTED: "ahead", GAS: "no_target", SECRET: "no_target", NOWHERE: "not_known", NO_MODEL: "not_known",
    }  # fmt: skip


def test_where_each_stands(cast: Cast, catalogue: Catalogue) -> None:
    assert told(answered(cast.supplier), "standing") == {
        BASELINE: "behind", SECOND: "behind", RECOMMENDED: "up_to_date", REMOVED: "unlisted", TEST: "no_route",
        RESTRICTED: "up_to_date", GAS: "no_route", SECRET: "no_route", NOWHERE: "unlisted", NO_MODEL: "unlisted",
    }  # fmt: skip


def test_the_manufacturer_that_has_not_said_is_told_from_no_route(cast: Cast, catalogue: Catalogue) -> None:
    newest = make_entry(catalogue.ember, "03000000", published_on=date(2026, 2, 1))
    say(newest, stage="production", release_date=date(2026, 1, 5))
    assert answered(cast.supplier)[BASELINE].route == EstateRoute.NOT_SAID


def test_the_way_goes_through_every_stop_with_what_its_steps_do(cast: Cast, catalogue: Catalogue) -> None:
    catalogue.second.fir.needs_site_visit, catalogue.second.fir.needs_site_visit_state = True, "supplied"
    catalogue.second.fir.save()
    found = answered(cast.supplier)
    assert found[BASELINE].way == [catalogue.baseline.pk, catalogue.second.pk, catalogue.recommended.pk]
    assert found[BASELINE].flags == ["Needs a site visit"]
    # It is there already: what it took to get there is over.
    assert found[SECOND].flags == []


def test_how_far_each_is_behind(cast: Cast, catalogue: Catalogue) -> None:
    found = answered(cast.supplier)
    assert (found[BASELINE].releases_behind, found[BASELINE].days_behind) == (2, 933)
    assert (found[SECOND].releases_behind, found[SECOND].days_behind) == (1, 753)
    assert (found[RECOMMENDED].releases_behind, found[RECOMMENDED].days_behind) == (0, 0)
    assert (found[GAS].releases_behind, found[GAS].days_behind) == (None, None)


def test_days_are_between_publications_where_a_release_is_not_known(cast: Cast, catalogue: Catalogue) -> None:
    catalogue.baseline.fir.release_date, catalogue.baseline.fir.release_date_state = None, "not_supplied"
    catalogue.baseline.fir.save()
    answer = answered(cast.supplier)[BASELINE]
    assert answer.days_behind == (date(2025, 2, 17) - date(2022, 7, 10)).days
    assert answer.released_on == date(2022, 7, 10)


def test_why_a_version_was_removed_is_told(cast: Cast, catalogue: Catalogue) -> None:
    assert answered(cast.supplier)[REMOVED].reason == "Removed at the Panel's direction"


def test_why_a_version_was_withdrawn_is_told(cast: Cast, catalogue: Catalogue) -> None:
    record = catalogue.second.fir
    record.withdrawn_on, record.withdrawal_reason = date(2026, 5, 3), "Clock fault"
    record.save()
    answer = answered(cast.supplier)[SECOND]
    assert (answer.status, answer.standing, answer.reason) == ("withdrawn", "behind", "Clock fault")


def test_an_open_notice_makes_it_urgent_to_leave(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    answer = answered(cast.supplier)[BASELINE]
    assert (answer.standing, answer.urgency, answer.notices) == ("urgent", "urgent", [notice.pk])


def test_a_removed_version_is_unlisted_first_and_urgent_as_well(cast: Cast, catalogue: Catalogue) -> None:
    named = {catalogue.removed: VersionStatus.AFFECTED, catalogue.recommended: VersionStatus.FIXED}
    make_notice(cast, catalogue, versions=named)
    answer = answered(cast.supplier)[REMOVED]
    assert (answer.standing, answer.urgency) == ("unlisted", Urgency.URGENT)


def test_a_newer_version_is_not_up_to_date_where_a_notice_stands_against_it(cast: Cast, catalogue: Catalogue) -> None:
    ahead = Kind(*EMBER, "03000000")
    entry = make_entry(catalogue.ember, "03000000", published_on=date(2026, 2, 1))
    make_notice(cast, catalogue, versions={entry: VersionStatus.AFFECTED}, urgency=Urgency.ROUTINE)
    (answer,) = answers(acting(cast.supplier), {ahead: 1})
    assert (answer.route, answer.standing) == ("ahead", "no_route")


def test_what_was_asked_of_the_recommended_version_does_not_make_a_newer_one_urgent(
    cast: Cast, catalogue: Catalogue
) -> None:
    catalogue.recommended.fir.urgency, catalogue.recommended.fir.urgency_state = Urgency.URGENT, "supplied"
    catalogue.recommended.fir.save()
    found = told(answered(cast.supplier), "standing")
    assert (found[BASELINE], found[RESTRICTED]) == ("urgent", "up_to_date")


def test_a_hidden_record_is_not_known_to_a_party_that_may_not_see_it(cast: Cast, catalogue: Catalogue) -> None:
    found = answered(cast.rival_supplier)
    assert (found[RESTRICTED].status, found[RESTRICTED].entry_id) == ("version_not_known", None)
    assert (found[SECRET].status, found[SECRET].model_id, found[SECRET].entry_id) == ("model_not_known", None, None)
    assert [getattr(found[SECRET], name) for name in ("reason", "basis", "target_id")] == ["", "", None]


def test_what_a_person_sees_for_another_party_is_not_in_it(cast: Cast, catalogue: Catalogue) -> None:
    ashdown = cast.supplier.memberships.get().party
    join(user=cast.rival_supplier, party=ashdown, role=Role.PARTY_USER, by=None)
    person = User.objects.get(pk=cast.rival_supplier.pk)
    pennine = next(one.party for one in person.active_memberships if one.party != ashdown.pk)
    (here,) = answers(acting_for(person, pennine), {SECRET: 1})
    (there,) = answers(acting_for(person, ashdown.pk), {SECRET: 1})
    assert (here.status, there.status) == ("model_not_known", "listed")


def test_a_notice_for_the_concerned_is_told_once_the_check_is_noted(cast: Cast, catalogue: Catalogue) -> None:
    make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)
    person = acting(cast.supplier)
    assert answers(person, {BASELINE: 1})[0].notices == []
    note_checks(models=seen_models(person, EVERY).values(), by=person)
    assert answers(person, {BASELINE: 1})[0].standing == "urgent"


def test_the_checks_of_many_models_are_noted_once_for_the_party_alone(cast: Cast, catalogue: Catalogue) -> None:
    person = acting(cast.rival_supplier)
    for _ in range(2):
        note_checks(models=seen_models(person, EVERY).values(), by=person)
    noted = ModelInterest.objects.values_list("device_model", "party", "kind")
    party = person.active_memberships[0].party
    assert sorted(noted) == sorted((model.pk, party, "checked") for model in (catalogue.ember, catalogue.gas))


@pytest.fixture
def queries(db: None) -> Callable[[User, Mapping[Kind, int]], int]:
    def number(person: User, by_kind: Mapping[Kind, int]) -> int:
        with CaptureQueriesContext(connection) as caught:
            answers(person, by_kind)
        return len(caught)

    return number


def test_more_kinds_take_no_more_queries(
    cast: Cast, catalogue: Catalogue, queries: Callable[[User, Mapping[Kind, int]], int]
) -> None:
    person = acting(cast.supplier)
    answers(person, {BASELINE: 1})
    few, many = queries(person, {REMOVED: 1}), queries(person, dict.fromkeys(EVERY, 1))
    assert few == many <= 6


def known(given: Pathways) -> KnownModel:
    """The pathways as versions of a model: what is barred is a test version, what disturbs needs a visit."""
    answered = {new for _, new in given.links}
    versions = {
        key: Version(
            key, 1, f"CPL-{key}", f"{key:08X}", date(2020, 1, 1 + key), None, "all_parties",
            release_date=date(2020, 1, 1 + key), stage="test" if stop.is_barred else "production",
            needs_site_visit=stop.disturbs,
            pathway_state=PathwayState.NOT_PROVIDED if key in given.silent else PathwayState.NOT_APPLICABLE,
        )
        for key in range(given.count)
        for stop in [given.stops.get(key, PLAIN)]
    }  # fmt: skip
    network = Pathways(given.count, given.links, given.stops, set(given.silent) - answered).network()
    return KnownModel(1, versions, network, NONE_OPEN, summarise(versions.values(), network.links))


@settings(max_examples=60)
@given(pathways())
def test_every_version_gets_the_answer_of_its_own_route_page(given: Pathways) -> None:
    model = EstateModel(known(given))
    target = model.known.summary.recommended
    for key, version in model.known.versions.items():
        found = of_version(model, version)
        if target is None:
            assert found["route"] == EstateRoute.NO_TARGET
            continue
        page = model.known.route(key, target.pk)
        assert found["way"] == (list(page.best.keys) if isinstance(page, Routes) else [])
        ahead = model.known.network.rank[key] > model.known.network.rank[target.pk]
        expected = {Routes: "route", AlreadyThere: "already_there", NoRoute: "no_route", NotKnown: "not_said"}
        assert found["route"] == ("ahead" if ahead else expected[type(page)])
