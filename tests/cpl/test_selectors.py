"""Versions, pathways, history and changes, asked without a page."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from cpl.actions.visibility import unrestrict
from cpl.models import CPLEntry, FirmwareInformation, UpgradePathLink
from cpl.notes import Signal, signals
from cpl.routes import Network
from cpl.selectors.changes import changes_since
from cpl.selectors.history import entry_as_at, history_of, predecessors_as_at
from cpl.selectors.linked import linked_versions
from cpl.selectors.notices import OpenNotice, OpenNotices
from cpl.selectors.versions import BY_MANUFACTURER, BY_RULE, Version, newest_first, summarise
from tests.factories import Cast, Catalogue, make_entry
from tests.factories.catalogue import say


def read_by(person: User, entry: CPLEntry) -> CPLEntry:
    return CPLEntry.objects.with_information(person).get(pk=entry.pk)


def version(pk: int, **given: Any) -> Version:
    fields: dict[str, Any] = {
        "pk": pk, "model": 1, "entry_id": f"CPL-{pk}", "firmware_version": f"{pk:08X}",
        "published_on": date(2020, 1, 1) + timedelta(days=pk), "removed_on": None, "audience": "all_parties",
        "stage": "production",
    }  # fmt: skip
    return Version(**{**fields, **given})


def test_the_newest_production_version_is_recommended_by_rule() -> None:
    summary = summarise([version(1), version(3), version(2)])
    assert (summary.recommended, summary.basis) == (version(3), BY_RULE)


@pytest.mark.parametrize(
    "against",
    [
        {"removed_on": date(2026, 1, 1)},
        {"withdrawn_on": date(2026, 1, 1)},
        {"stage": "test"},
        {"stage": None},
        {"recommendation": "do_not_deploy"},
        {"notes": "Superseded by a later version; do not deploy to new installations."},
    ],
)
def test_a_version_that_something_stands_against_is_passed_over(against: dict[str, object]) -> None:
    assert summarise([version(1), version(2, **against)]).recommended == version(1)


def test_a_note_against_a_version_outweighs_its_recommendation() -> None:
    spoken = version(2, recommendation="recommended", notes="Do not deploy: bricks the meter")
    assert summarise([version(1), spoken]).recommended == version(1)


def test_a_version_announced_for_a_day_to_come_is_not_recommended() -> None:
    announced = version(2, published_on=timezone.localdate() + timedelta(days=1))
    assert summarise([version(1), announced]).recommended == version(1)


def test_an_urgent_version_newer_than_the_recommended_one_is_named() -> None:
    urgent = version(2, urgency="urgent")
    assert summarise([version(1, recommendation="recommended"), urgent]).newer_urgent == urgent


def notice_on(pk: int, **given: Any) -> OpenNotice:
    said = {"words": "", "title": "Clock", "kind": "fault", "severity": "high", "deadline": None}
    fields: dict[str, Any] = {"pk": 17, "entry": pk, "status": "affected", "urgency": "soon", **said}
    return OpenNotice(**{**fields, **given})


def test_a_version_against_which_a_notice_stands_is_recommended_by_rule_to_nobody() -> None:
    """Nor to whoever may not read the notice: of that nothing else is told."""
    versions = [version(1), version(2), version(3)]
    for notices in (OpenNotices({3: [notice_on(3)]}), OpenNotices(unread=frozenset({3}))):
        assert summarise(versions, notices=notices).recommended == version(2)
    summary = summarise(versions, notices=OpenNotices(unread=frozenset({3})))
    assert (summary.flags, summary.open_notices, summary.basis_in_full) == ([], [], BY_RULE)


def test_the_basis_says_how_many_newer_versions_something_stands_against() -> None:
    against = [version(2, withdrawn_on=date(2026, 1, 1)), version(3, recommendation="do_not_deploy"), version(4)]
    others = [version(5, stage="test"), version(6, removed_on=date(2026, 1, 1)), version(7, stage=None)]
    notices = OpenNotices({4: [notice_on(4)], 7: [notice_on(7)]})
    summary = summarise([version(1), *against, *others], notices=notices)
    assert summary.recommended == version(1)
    assert summary.basis_in_full == f"{BY_RULE}; older than 3 versions that something stands against"
    assert summarise([version(1), against[0]]).basis_in_full.endswith(
        "; older than 1 version that something stands against"
    )


def test_where_the_manufacturer_recommends_or_nothing_is_newer_none_was_passed_over() -> None:
    withdrawn = {"withdrawn_on": date(2026, 1, 1)}
    assert summarise([version(1, recommendation="recommended"), version(2, **withdrawn)]).passed_over == []
    assert summarise([version(1, **withdrawn), version(2)]).basis_in_full == BY_RULE
    assert summarise([version(1, **withdrawn)]).basis_in_full == ""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({2: {"notes": "Urgent: mends the clock."}}, False),
        ({3: {"notes": "Urgent: mends the clock."}}, True),
        ({3: {"urgency": "urgent"}}, True),
        ({1: {"recommendation": "recommended"}, 2: {"urgency": "urgent"}}, True),
        ({2: {"recommendation": "recommended"}, 3: {"urgency": "urgent", "withdrawn_on": date(2026, 1, 1)}}, False),
    ],
)
def test_a_model_is_urgent_by_the_version_to_go_to_or_a_newer_one(
    given: dict[int, dict[str, object]], expected: bool
) -> None:
    """Not by a release in between, which is over, nor by one that may not be installed."""
    summary = summarise([version(pk, **given.get(pk, {})) for pk in (1, 2, 3)])
    assert ("Urgent" in summary.flags) is expected


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (notice_on(1, urgency="urgent"), True),
        (notice_on(1, urgency="soon", severity="critical"), False),
        (notice_on(1, urgency="urgent", status="fixed"), False),
        (notice_on(4, urgency="urgent"), False),
    ],
)
def test_a_model_is_urgent_by_an_urgent_notice_against_a_version_on_the_list(
    notice: OpenNotice, expected: bool
) -> None:
    versions = [version(1), version(3), version(4, removed_on=date(2026, 1, 1))]
    summary = summarise(versions, notices=OpenNotices({notice.entry: [notice]}))
    assert ("Urgent" in summary.flags) is expected


def test_the_manufacturers_recommendation_outweighs_newness() -> None:
    named = version(1, recommendation="recommended")
    summary = summarise([named, version(2)])
    assert (summary.recommended, summary.basis) == (named, BY_MANUFACTURER)


def test_a_removed_recommendation_is_not_recommended() -> None:
    named = version(1, recommendation="recommended", removed_on=date(2026, 1, 1))
    assert summarise([named, version(2)]).recommended == version(2)


def test_versions_are_never_ordered_by_number() -> None:
    older = version(1, firmware_version="10030A08", release_date=date(2023, 1, 1))
    newer = version(2, firmware_version="01040605", release_date=date(2024, 1, 1))
    assert newest_first([older, newer]) == [newer, older]


def test_release_and_publication_dates_are_not_mixed_in_one_order() -> None:
    silent = version(1, published_on=date(2024, 4, 16), release_date=None)
    later = version(2, published_on=date(2024, 5, 14), release_date=date(2024, 3, 19))
    assert newest_first([silent, later]) == [later, silent]


def test_all_removed_means_no_recommendation_but_a_newest() -> None:
    summary = summarise([version(1, removed_on=date(2026, 1, 1))])
    assert (summary.recommended, summary.listed, summary.removed) == (None, 0, 1)
    assert summary.newest is not None


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("", set()),
        ("Urgent: corrects a fault. Upgrade within 30 days.", {Signal.URGENT}),
        ("This is not urgent.", set()),
        ("Not an urgent upgrade; non-urgent. It isn't urgent.", set()),
        ("Activation does not interrupt hub power.", set()),
        ("No site visit: never needs a site visit.", set()),
        ("Don’t deploy", {Signal.DO_NOT_DEPLOY}),
        ("Do not\n deploy", {Signal.DO_NOT_DEPLOY}),
        ("DO NOT UPGRADE to this version", {Signal.DO_NOT_DEPLOY}),
        ("Must never be installed", {Signal.DO_NOT_DEPLOY}),
        ("Not recommended for deployment", {Signal.DO_NOT_DEPLOY}),
        ("It shall not be deployed", {Signal.DO_NOT_DEPLOY}),
        ("Recalled.", {Signal.DO_NOT_DEPLOY}),
        ("Superseded by 01040605", {Signal.DO_NOT_DEPLOY}),
        ("Not for production use", {Signal.TEST_ONLY}),
        ("For test use only", {Signal.TEST_ONLY}),
        ("Activation interrupts hub power for up to four minutes", {Signal.INTERRUPTS_HUB_POWER}),
        ("Superseded by a later version; do not deploy to new installations.", {Signal.DO_NOT_DEPLOY}),
        ("Requires a site visit.", {Signal.NEEDS_SITE_VISIT}),
        ("Recommended upgrade for all devices on earlier versions.", set()),
    ],
)
def test_a_note_is_read_for_what_it_plainly_says(note: str, expected: set[Signal]) -> None:
    assert signals(note) == expected


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted).map(tuple), max_size=30), st.integers(0, 9))
def test_reachable_upgrades_agree_with_a_plain_search(links: list[tuple[int, int]], start: int) -> None:
    links = [(before, after) for before, after in links if before != after]
    steps, frontier, known = 0, {start}, {start: 0}
    while frontier:
        steps += 1
        frontier = {after for before, after in links if before in frontier and after not in known}
        known.update(dict.fromkeys(frontier, steps))
    del known[start]
    assert Network(range(10), links).steps_from(start) == known


@pytest.mark.django_db
def test_a_link_to_what_is_not_visible_is_no_link(cast: Cast, catalogue: Catalogue) -> None:
    seen = CPLEntry.objects.visible_to(cast.supplier).with_information(cast.supplier)
    seen = seen.filter(pk__in=[catalogue.second.pk, catalogue.recommended.pk])
    found = linked_versions(seen, catalogue.ember.pk)
    assert found.links == [(catalogue.second.pk, catalogue.recommended.pk)]


@pytest.mark.django_db
def test_an_entry_can_be_read_as_at_an_earlier_moment(cast: Cast, catalogue: Catalogue) -> None:
    # Inside one transaction every row has one time, so the earlier state is looked for just before it.
    now = timezone.now() + timedelta(seconds=1)
    assert entry_as_at(catalogue.baseline, now - timedelta(days=1), cast.supplier) is None
    state: Any = entry_as_at(catalogue.baseline, now, cast.supplier)
    assert state is not None
    assert state.gbcs_version == "4.2"


@pytest.mark.django_db(transaction=True)
def test_as_at_tells_each_state_apart(cast: Cast, catalogue: Catalogue) -> None:
    before = timezone.now()
    CPLEntry.objects.filter(pk=catalogue.baseline.pk).update(gbcs_version="4.3")
    UpgradePathLink.objects.create(
        entry=catalogue.recommended, predecessor=catalogue.baseline, manufacturer=catalogue.ember.manufacturer
    )
    after = timezone.now()
    states: list[Any] = [entry_as_at(catalogue.baseline, moment, cast.supplier) for moment in (before, after)]
    assert [state.gbcs_version for state in states if state] == ["4.2", "4.3"]
    assert predecessors_as_at(catalogue.recommended, before) == [catalogue.second.pk]
    assert set(predecessors_as_at(catalogue.recommended, after)) == {
        catalogue.second.pk,
        catalogue.baseline.pk,
    }


@pytest.mark.django_db(transaction=True)
def test_changes_are_told_by_kind(cast: Cast, catalogue: Catalogue) -> None:
    since = timezone.now()
    make_entry(catalogue.gas, "0E0E0E0E", cpl_entry_id="CPL-NEW")
    CPLEntry.objects.filter(pk=catalogue.baseline.pk).update(removed_on=date(2026, 1, 1), removal_reason="Lapsed")
    CPLEntry.objects.filter(pk=catalogue.second.pk).update(gbcs_version="4.3")
    FirmwareInformation.objects.filter(entry=catalogue.recommended).update(urgency="urgent", urgency_state="supplied")
    found = {change.entry.cpl_entry_id: change.kind for change in changes_since(cast.supplier, since).found}
    assert found == {
        "CPL-NEW": "added",
        "CPL-001045": "removed",
        "CPL-001050": "changed",
        "CPL-001072": "information",
    }


@pytest.mark.django_db(transaction=True)
def test_what_was_changed_and_changed_back_is_not_news(cast: Cast, catalogue: Catalogue) -> None:
    since = timezone.now()
    for value in ("9.9", "4.2"):
        CPLEntry.objects.filter(pk=catalogue.second.pk).update(gbcs_version=value)
    assert changes_since(cast.supplier, since).found == []


@pytest.mark.django_db
def test_history_names_the_first_record_and_each_change(cast: Cast, catalogue: Catalogue) -> None:
    CPLEntry.objects.filter(pk=catalogue.baseline.pk).update(gbcs_version="4.3")
    steps = history_of(read_by(cast.supplier, catalogue.baseline), cast.supplier)
    assert sum(step.first for step in steps) == 2
    assert [step.changes for step in steps if step.changes] == [[("GBCS version", "4.2", "4.3")]]


@pytest.mark.django_db(transaction=True)
def test_opening_an_entry_does_not_open_its_past(cast: Cast, catalogue: Catalogue) -> None:
    entry = catalogue.restricted
    say(entry, stage="test", notes="Secret while restricted")
    hidden = timezone.now()
    FirmwareInformation.objects.filter(entry=entry).update(notes="Public now")
    unrestrict(record=entry, by=cast.moderator)
    entry.refresh_from_db()
    theirs, ours = (
        str([step.changes for step in history_of(read_by(person, entry), person)])
        for person in (cast.rival_supplier, cast.auditor)
    )
    assert "Secret" in ours
    assert "Secret" not in theirs
    assert entry_as_at(entry, hidden, cast.rival_supplier) is None
    assert entry_as_at(entry, hidden, cast.auditor) is not None


@pytest.mark.django_db(transaction=True)
def test_a_link_to_a_hidden_predecessor_is_no_news(cast: Cast, catalogue: Catalogue) -> None:
    since = timezone.now()
    UpgradePathLink.objects.create(
        entry=catalogue.recommended, predecessor=catalogue.restricted, manufacturer=catalogue.ember.manufacturer
    )
    assert changes_since(cast.rival_supplier, since).found == []
    assert [change.kind for change in changes_since(cast.supplier, since).found] == ["information"]


@pytest.mark.django_db
def test_renaming_a_maker_writes_no_history_of_its_entries(catalogue: Catalogue) -> None:
    events = apps.get_model("cpl", "CPLEntryEvent").objects
    before = events.count()
    catalogue.ember.manufacturer.name = "Southmoor"
    catalogue.ember.manufacturer.save()
    assert events.count() == before
