"""Whatever happens to a Device Model, its history tells every day as that day was, and nothing else."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Party, User
from cpl.actions.notices import publishing
from cpl.actions.visibility import restrict, unrestrict
from cpl.choices import NoticeState, PathwayState, VersionStatus
from cpl.models import CPLEntry, DeviceModel, FirmwareInformation, Notice, UpgradePathLink
from cpl.selectors.history import entry_as_at, information_as_at
from cpl.selectors.known import KnownModel, known_model
from cpl.selectors.model_entries import linked_entries, model_entries
from cpl.selectors.model_history import changes_of, days_of
from cpl.selectors.model_past import past_of
from cpl.selectors.versions import Version
from tests.cpl.model_past import happened, noon
from tests.factories import Cast, Catalogue, make_entry, make_notice
from tests.factories.catalogue import say

PEOPLE: Final = ("supplier", "rival_supplier", "manufacturer", "auditor")
"""Of the Party named for what is restricted, of another, its maker's, and one who reads everything."""
START: Final = date(2026, 9, 1)


class World:
    """A model that things happen to. Each act takes three small numbers and may find nothing to do."""

    def __init__(self, cast: Cast, catalogue: Catalogue) -> None:
        self.cast, self.catalogue, self.model = cast, catalogue, catalogue.ember

    @property
    def entries(self) -> list[CPLEntry]:
        """The versions as they stand."""
        return list(CPLEntry.objects.filter(device_model=self.model).order_by("pk"))

    def publish(self, one: int, other: int, number: int) -> None:
        """A new version, after another or nothing."""
        entries = self.entries
        before = [entries[other % len(entries)]] if number % 2 else []
        make_entry(self.model, f"0C{len(entries):06X}", after=before, published_on=date(2026, 1, 1 + number % 28))

    def correct(self, one: int, other: int, number: int) -> None:
        """A field of the list says something else."""
        self._one(one).update(gbcs_version=f"{number}.{other}")

    def load(self, one: int, other: int, number: int) -> None:
        """The DCC has loaded it."""
        self._one(one).update(loaded_on=date(2026, 2, 1 + number % 28))

    def remove(self, one: int, other: int, number: int) -> None:
        """It leaves the list."""
        self._one(one).filter(removed_on=None).update(removed_on=date(2026, 3, 1), removal_reason="Lapsed")

    def inform(self, one: int, other: int, number: int) -> None:
        """The manufacturer says something of it, or something else."""
        entry = self._one(one).get()
        stage = ("production", "test")[number % 2]
        if not FirmwareInformation.objects.filter(entry=entry).update(stage=stage, stage_state="supplied"):
            say(entry, stage=stage)

    def recommend(self, one: int, other: int, number: int) -> None:
        """The manufacturer recommends it, or advises against it."""
        advice = ("recommended", "do_not_deploy", "acceptable")[number % 3]
        self._record(one).update(recommendation=advice, recommendation_state="supplied")

    def withdraw(self, one: int, other: int, number: int) -> None:
        """Its manufacturer withdraws it."""
        self._record(one).filter(withdrawn_on=None).update(withdrawn_on=date(2026, 4, 1), withdrawal_reason="Faulty")

    def link(self, one: int, other: int, number: int) -> None:
        """One may be upgraded to the other: never back, so that there is no circle."""
        entries = self.entries
        old, new = sorted((one % len(entries), other % len(entries)))
        if old != new:
            CPLEntry.objects.filter(pk=entries[new].pk).update(pathway_state=PathwayState.THESE_ENTRIES)
            UpgradePathLink.objects.get_or_create(
                entry=entries[new], predecessor=entries[old], manufacturer=self.model.manufacturer
            )

    def unlink(self, one: int, other: int, number: int) -> None:
        """Nothing is said any more of what comes before it."""
        entry = self._one(one).get()
        UpgradePathLink.objects.filter(entry=entry).delete()
        state = (PathwayState.NOT_PROVIDED, PathwayState.NOT_APPLICABLE)[number % 2]
        self._one(one).update(pathway_state=state)

    def warn(self, one: int, other: int, number: int) -> None:
        """A notice names it and another."""
        entries = self.entries
        named = {entries[one % len(entries)]: VersionStatus.AFFECTED}
        named.setdefault(entries[other % len(entries)], VersionStatus.FIXED)
        make_notice(self.cast, self.catalogue, versions=named, title=f"Fault {number}")

    def call_off(self, one: int, other: int, number: int) -> None:
        """A notice is withdrawn."""
        if notice := Notice.objects.filter(state=NoticeState.PUBLISHED).first():
            publishing.withdraw(notice=notice, reason="None", by=self.cast.manufacturer, edition=notice.edition)

    def close(self, one: int, other: int, number: int) -> None:
        """An entry or what is said of it is for Ashdown Energy only from now on."""
        if record := self._either(one, number):
            restrict(record=record, parties=Party.objects.filter(name="Ashdown Energy"), by=None)

    def open(self, one: int, other: int, number: int) -> None:
        """It is for all Parties again."""
        if record := self._either(one, number):
            unrestrict(record=record, by=None)

    def _one(self, one: int) -> Any:
        entries = self.entries
        return CPLEntry.objects.filter(pk=entries[one % len(entries)].pk)

    def _record(self, one: int) -> Any:
        return FirmwareInformation.objects.filter(entry=self._one(one).get())

    def _either(self, one: int, number: int) -> CPLEntry | FirmwareInformation | None:
        entry = self._one(one).get()
        return entry if number % 2 else FirmwareInformation.objects.filter(entry=entry).first()


OPEN_ACTS: Final = (
    "publish", "correct", "load", "remove", "inform", "recommend", "withdraw", "link", "unlink", "warn", "call_off",
)  # fmt: skip
SMALL: Final = st.integers(0, 40)


def stories(acts: tuple[str, ...]) -> st.SearchStrategy[list[list[tuple[str, int, int, int]]]]:
    """What happened, day by day; several acts of a day have one time."""
    act = st.tuples(st.sampled_from(acts), SMALL, SMALL, SMALL)
    return st.lists(st.lists(act, min_size=1, max_size=3), min_size=1, max_size=6)


def known_now(person: User, model: DeviceModel) -> KnownModel:
    found = model_entries(person, model.identifier.code, model.duis_model)
    assert found is not None
    return known_model(person, model.pk, linked_entries(found[1]))


def facts(known: KnownModel) -> dict[str, Any]:
    """What a page of the model tells."""
    summary = known.summary
    return {
        "versions": [tuple(version) for version in summary.versions],
        "recommended": summary.recommended and summary.recommended.pk,
        "basis": summary.basis,
        "links": set(known.network.links),
        "silent": known.network.silent,
        "notices": {key: sorted(notices) for key, notices in known.notices.by_version.items()},
    }


def played(world: World, story: list[list[tuple[str, int, int, int]]], after: Callable[[date], None]) -> date:
    """Let it happen, a day every other day; the last of them."""
    happened(START)
    after(START)
    day = START
    for acts in story:
        day += timedelta(days=2)
        for name, *numbers in acts:
            getattr(world, name)(*numbers)
        happened(day)
        after(day)
    return day


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories(OPEN_ACTS))
def test_every_day_is_told_as_it_was(
    cast: Cast, catalogue: Catalogue, story: list[list[tuple[str, int, int, int]]]
) -> None:
    with transaction.atomic():
        stood: dict[date, dict[str, Any]] = {}
        world = World(cast, catalogue)
        readers = {who: getattr(cast, who) for who in ("supplier", "auditor")}

        def write_down(day: date) -> None:
            for who, person in readers.items():
                stood.setdefault(day, {})[who] = facts(known_now(person, world.model))

        played(world, story, write_down)
        for who, person in readers.items():
            found = model_entries(person, world.model.identifier.code, world.model.duis_model)
            assert found is not None
            past = past_of(person, *found)
            for day, then in stood.items():
                assert facts(past.as_at(day).known) == then[who]
                # Nothing happened on the day after.
                assert facts(past.as_at(day + timedelta(days=1)).known) == then[who]
            assert past.as_at(START - timedelta(days=1)).known.versions == {}
            days = list(stood)
            differs = {day for before, day in pairwise(days) if stood[before][who] != stood[day][who]}
            assert differs | {START} <= set(days_of(changes_of(past, person))) <= set(days)
        transaction.set_rollback(True)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories((*OPEN_ACTS, "close", "close", "open", "open", "inform", "link")))
def test_nobody_reads_of_a_day_what_they_could_not_read_on_it_or_today(
    cast: Cast, catalogue: Catalogue, story: list[list[tuple[str, int, int, int]]]
) -> None:
    with transaction.atomic():
        world = World(cast, catalogue)
        readable: dict[date, dict[str, set[tuple[Any, ...]]]] = {}

        def write_down(day: date) -> None:
            readable[day] = {who: set(known_now(getattr(cast, who), world.model).versions.values()) for who in PEOPLE}

        last = played(world, story, write_down)
        for who in PEOPLE:
            person = getattr(cast, who)
            found = model_entries(person, world.model.identifier.code, world.model.duis_model)
            assert found is not None
            past = past_of(person, *found)
            today = readable[last][who]
            now = {version[0] for version in today}
            assert facts(past.as_at(timezone.localdate()).known) == facts(known_now(person, world.model))
            for day, then in readable.items():
                known = past.as_at(day)
                assert known.entries.keys() <= now
                for key, version in known.known.versions.items():
                    agrees_with_the_entrys_own_page(known, key, found[1][key], person)
                    if who == "rival_supplier":
                        # Given nothing by name: what they read of a day they could read on it.
                        assert tuple(version) in {tuple(each) for each in then[who]} or (
                            _without_record(version) in {_without_record(each) for each in then[who]}
                        )
                assert {key for link in known.known.network.links for key in link} <= known.entries.keys()
            told = changes_of(past, person)
            assert {key for change in told for key in change.versions} <= now
            assert all(change.day in readable for change in told)
        transaction.set_rollback(True)


def _without_record(version: Any) -> tuple[Any, ...]:
    return tuple(version[: Version._fields.index("release_date")])


def agrees_with_the_entrys_own_page(known: Any, key: int, entry: CPLEntry, person: User) -> None:
    """The page of one entry as at the day, which reads row by row, tells the same states."""
    moment = noon(known.day) + timedelta(hours=11)
    own: Any = entry_as_at(entry, moment, person)
    record = information_as_at(entry, moment, person)
    assert own.pgh_id == known.entries[key].pgh_id
    assert (record and record.pk) == (known.records[key] and known.records[key].pk)


def test_every_step_between_two_days_is_among_the_changes(cast: Cast, catalogue: Catalogue) -> None:
    world = World(cast, catalogue)
    days = [START + timedelta(days=2 * number) for number in range(1, 5)]
    played(
        world, [[("inform", 3, 0, 1)], [("warn", 0, 1, 0)], [("link", 0, 2, 0)], [("remove", 1, 0, 0)]], lambda _: None
    )
    found = model_entries(cast.supplier, "7A01", "8B0B030D")
    assert found is not None
    assert {change.day for change in changes_of(past_of(cast.supplier, *found), cast.supplier)} == {START, *days}
