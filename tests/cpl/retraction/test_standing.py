"""What stands on versions about to be retracted: as it turns out once they really are."""

import time
from datetime import date
from itertools import count

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from accounts.models import Party, User
from cpl.choices import NoticeKind, NoticeState, PathwayState, Severity, VersionStatus
from cpl.models import CPLEntry, DeviceModel, FirmwareInformation, Notice, NoticeVersion, UpgradePathLink
from cpl.selectors.retraction import (
    ANOTHER,
    NO_TARGET,
    NO_WAY,
    ONLY_THROUGH,
    ModelStanding,
    standing,
    standing_on_each,
)
from tests.cpl.retraction import worlds
from tests.factories import Cast, Catalogue, make_entry, make_model
from tests.factories.catalogue import say

pytestmark = pytest.mark.django_db

_numbers = count()


@pytest.mark.slow
@given(told=worlds.models())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_foretold_is_what_becomes_of_it(cast: Cast, told: list[worlds.Told]) -> None:
    """Against brute force: the versions are really withdrawn and removed, and every route is asked for again."""
    entries = worlds.make(told, next(_numbers))
    retracted = [entry for entry, one in zip(entries, told, strict=True) if one.retracted]
    model, gone = entries[0].device_model, {entry.pk for entry in retracted}
    foretold = standing(cast.supplier, retracted)
    now = worlds.known(cast.supplier, model)
    then = worlds.after_really_retracting(cast.supplier, model, retracted)
    if not retracted:
        assert not foretold
        return
    (found,) = foretold.models
    assert {
        (one.start.pk, one.steps_today, one.becomes, one.steps, tuple(version.pk for version in one.through))
        for one in found.rerouted
    } == worlds.became(now, then, gone)
    assert found.now.summary.recommended == now.summary.recommended
    before, after = found.then.summary.recommended, then.summary.recommended
    assert (before and before.pk) == (after and after.pk)
    assert found.then.summary.basis == then.summary.basis


def of(cast: Cast, *entries: CPLEntry) -> ModelStanding:
    """What stands on these versions of one model for SECAS."""
    (found,) = standing(cast.moderator, entries).models
    return found


def words_of(found: ModelStanding) -> dict[str, str]:
    return {one.start.entry_id: one.words for one in found.rerouted}


def test_a_way_that_is_left_only_through_the_retracted_version_says_so(cast: Cast, catalogue: Catalogue) -> None:
    found = of(cast, catalogue.second)
    assert [(one.start.pk, one.becomes) for one in found.rerouted] == [(catalogue.baseline.pk, ONLY_THROUGH)]
    assert words_of(found) == {"CPL-001045": "only through 10030A08, flagged at the step (2 steps)"}
    assert not found.recommended_changes
    assert not found.left_without


def test_another_way_is_told_with_its_steps(cast: Cast, catalogue: Catalogue) -> None:
    detour = make_entry(catalogue.ember, "10030B01", after=[catalogue.baseline], published_on=date(2023, 2, 1))
    say(detour, stage="production", release_date=detour.published_on)
    last = make_entry(catalogue.ember, "10030B02", after=[detour], published_on=date(2023, 3, 1))
    say(last, stage="production", release_date=last.published_on)
    UpgradePathLink.objects.create(
        entry=catalogue.recommended, predecessor=last, manufacturer=catalogue.ember.manufacturer
    )
    found = of(cast, catalogue.second)
    assert [(one.steps_today, one.becomes, one.steps) for one in found.rerouted] == [(2, ANOTHER, 3)]
    assert words_of(found) == {"CPL-001045": "another way of 3 steps"}


def test_where_the_recommended_version_goes_the_next_one_is_told_with_its_basis(
    cast: Cast, catalogue: Catalogue
) -> None:
    found = of(cast, catalogue.recommended)
    assert found.recommended_changes
    assert not found.loses_recommended
    after = found.then.summary
    assert after.recommended is not None
    assert (after.recommended.pk, bool(after.basis)) == (catalogue.second.pk, True)
    becomes = {one.start.pk: (one.becomes, one.steps) for one in found.rerouted}
    assert becomes == {
        catalogue.baseline.pk: (ANOTHER, 1), catalogue.second.pk: (ANOTHER, 0), catalogue.recommended.pk: (NO_WAY, 0),
    }  # fmt: skip
    assert [version.pk for version in found.left_without] == [catalogue.recommended.pk]


def test_a_model_left_without_a_recommended_version_is_told(cast: Cast, catalogue: Catalogue) -> None:
    found = of(cast, catalogue.recommended, catalogue.second, catalogue.baseline)
    assert found.loses_recommended
    assert {one.becomes for one in found.rerouted} == {NO_TARGET}
    assert len(found.left_without) == 3
    assert standing(cast.moderator, [catalogue.recommended, catalogue.second, catalogue.baseline]).numbers == {
        "versions": 3, "routes": 3, "left_without": 0, "left_themselves": 3, "changed": 0, "lost": 1, "successors": 2,
        "notices": 0,
    }  # fmt: skip


def test_each_is_told_in_short_as_if_it_went_alone(cast: Cast, catalogue: Catalogue) -> None:
    entries = [catalogue.recommended, catalogue.baseline, catalogue.test_version]
    told = standing_on_each(cast.moderator, entries)
    assert told[catalogue.recommended.pk][0] == "recommended version of Ember X495"
    assert "named as predecessor by 1 version" in told[catalogue.baseline.pk]
    assert catalogue.test_version.pk not in told
    for entry in entries:
        assert told.get(entry.pk, []) == of(cast, entry).in_short


def test_what_is_told_of_each_takes_no_more_queries_for_many(cast: Cast, catalogue: Catalogue) -> None:
    def queries(*entries: CPLEntry) -> int:
        with CaptureQueriesContext(connection) as counted:
            standing_on_each(cast.moderator, entries)
        return len(counted)

    few = queries(catalogue.recommended)
    assert queries(catalogue.recommended, catalogue.second, catalogue.baseline, catalogue.test_version) <= few


def test_nothing_is_told_of_what_the_person_does_not_see(cast: Cast, catalogue: Catalogue) -> None:
    assert standing_on_each(cast.stranger, [catalogue.recommended]) == {}


def test_versions_that_name_it_as_predecessor_are_told(cast: Cast, catalogue: Catalogue) -> None:
    found = of(cast, catalogue.baseline)
    assert [(one.entry_id, [after.entry_id for after in named]) for one, named in found.successors] == [
        ("CPL-001045", ["CPL-001050"])
    ]


def test_open_notices_that_say_it_mends_something_are_told_and_others_are_not(cast: Cast, catalogue: Catalogue) -> None:
    notice = Notice.objects.create(
        manufacturer=catalogue.ember.manufacturer, party=Party.objects.get(name="Northmoor Metering Ltd"),
        title="The clock stops", summary="It stops.", kind=NoticeKind.FAULT, severity=Severity.HIGH, revision=1,
        state=NoticeState.PUBLISHED, published_by=cast.manufacturer, published_at=timezone.now(),
    )  # fmt: skip
    for entry, status in ((catalogue.recommended, VersionStatus.FIXED), (catalogue.second, VersionStatus.AFFECTED)):
        NoticeVersion.objects.create(notice=notice, entry=entry, status=status)
    found = of(cast, catalogue.recommended, catalogue.second)
    assert [(one.reference, version.pk) for one, version in found.fixed_in] == [
        (notice.reference, catalogue.recommended.pk)
    ]


def test_nothing_stands_on_a_version_that_nobody_needs(cast: Cast, catalogue: Catalogue) -> None:
    found = standing(cast.moderator, [catalogue.test_version])
    assert found
    assert not found.standing
    assert not any(number for name, number in found.numbers.items() if name != "versions")


def test_who_does_not_see_a_version_is_told_nothing_of_it(cast: Cast, catalogue: Catalogue) -> None:
    """In threes: without a role, without the grant, with it."""
    hidden = [catalogue.restricted, catalogue.only_restricted]
    assert not standing(cast.stranger, hidden)
    assert not standing(cast.rival_supplier, hidden)
    told = standing(cast.supplier, hidden)
    assert {version.pk for one in told.models for version in one.retracted} == {entry.pk for entry in hidden}


def test_hidden_versions_stand_on_nothing_that_is_told(cast: Cast, catalogue: Catalogue) -> None:
    UpgradePathLink.objects.create(
        entry=catalogue.restricted, predecessor=catalogue.baseline, manufacturer=catalogue.ember.manufacturer
    )
    CPLEntry.objects.filter(pk=catalogue.restricted.pk).update(pathway_state=PathwayState.THESE_ENTRIES)

    def named(person: User) -> set[str]:
        (found,) = standing(person, [catalogue.baseline]).models
        return {after.entry_id for _, each in found.successors for after in each}

    assert named(cast.rival_supplier) == {"CPL-001050"}
    assert named(cast.supplier) == {"CPL-001050", "CPL-001080"}


def test_a_record_that_is_hidden_from_the_person_counts_for_nothing(cast: Cast, catalogue: Catalogue) -> None:
    """Without the FIR record no stage is known, so that nothing is recommended: the same that its page says."""
    FirmwareInformation.objects.update(audience="named_parties")
    (found,) = standing(cast.rival_supplier, [catalogue.recommended]).models
    assert found.now.summary.recommended is None
    assert not found.rerouted


def test_it_asks_the_database_the_same_whatever_the_number(cast: Cast, catalogue: Catalogue) -> None:
    def asked(entries: list[CPLEntry]) -> int:
        standing(cast.moderator, entries)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            standing(cast.moderator, entries)
        return len(queries)

    few = asked([catalogue.second])
    assert asked(list(CPLEntry.objects.all())) == few


@pytest.mark.slow
def test_five_hundred_entries_of_many_models_take_two_seconds_at_most(cast: Cast) -> None:
    entries, retracted = many_models(500, 16), []
    for number in range(500):
        retracted.append(entries[number * 16 + 15 - number % 2])
    # Of this process alone: other tests run beside it.
    began = time.process_time()
    found = standing(cast.moderator, retracted)
    took = time.process_time() - began
    assert found.numbers["versions"] == 500
    assert found.numbers["routes"] > 250 * 14
    assert took < 2, f"{took:.2f} s"


def many_models(count: int, versions: int) -> list[CPLEntry]:
    """Production versions of as many models, each of which may be upgraded from the three before it."""
    first = make_model(name="Many 0", model_identifier="0000")
    parts = {"manufacturer": first.manufacturer, "identifier": first.identifier, "device_type": "ESME",
             "hardware_version": "03", "hardware_revision": "0D"}  # fmt: skip
    others = (DeviceModel(name=f"Many {n}", model_identifier=f"{n:04X}", **parts) for n in range(1, count))
    models = [first, *DeviceModel.objects.bulk_create(others)]
    with transaction.atomic():
        entries = CPLEntry.objects.bulk_create(
            CPLEntry(
                device_model=model, manufacturer=first.manufacturer, device_type="ESME", firmware_version=f"{n:08X}",
                cpl_entry_id=f"MANY-{model.pk}-{n}", published_on=date(2024, 1, 1 + n),
                pathway_state=PathwayState.THESE_ENTRIES if n else PathwayState.NOT_APPLICABLE,
            )
            for model in models
            for n in range(versions)
        )  # fmt: skip
        UpgradePathLink.objects.bulk_create(
            UpgradePathLink(entry=entry, predecessor=entries[place - back], manufacturer=first.manufacturer)
            for place, entry in enumerate(entries)
            for back in range(1, min(place % versions, 3) + 1)
        )
    FirmwareInformation.objects.bulk_create(
        FirmwareInformation(
            entry=entry, stage="production", stage_state="supplied", release_date=entry.published_on,
            release_date_state="supplied",
        )
        for entry in entries
    )  # fmt: skip
    return entries
