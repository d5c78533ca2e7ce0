"""Of the submissions that wait only those are read that may matter, whatever way their identifiers were typed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpl import identifiers
from cpl.models import Submission
from cpl.readings import cells
from cpl.readings.cells import CellError
from cpl.readings.typed import bare_hex
from cpl.rules.knowledge import Knowledge
from tests.cpl.rules.cases_blocking import pathway
from tests.cpl.rules.world import HASH, NEW_ENTRY, OTHER_HASH, Kind, State, World, found

WRITINGS = ["0x8B:0B:03:0D", "8b0b 030d", "'0x8b0b-03-0d", " 8B.0B.03.0D "]


@pytest.mark.parametrize("typed", WRITINGS)
def test_a_rival_is_found_in_any_writing(world: World, typed: str) -> None:
    rival = world.ask(Kind.NEW_ENTRY, {**NEW_ENTRY, "device_model": typed}, state=State.SUBMITTED)

    assert [problem.key for problem in found(world.new_entry(), "version-already-listed")] == [rival.reference]


def test_a_hash_is_found_in_any_writing_whosever_it_is(world: World) -> None:
    typed = ":".join(HASH[start : start + 2] for start in range(0, 64, 2)).lower()
    world.ask(
        Kind.HASH, {"firmware_hash": f"0x{typed}"}, by=world.cast.competitor, maker=world.kestrel,
        entry=world.list.only_restricted, state=State.SUBMITTED,
    )  # fmt: skip

    assert found(world.new_entry(), "hash-repeated-unseen")


def test_what_has_nothing_to_do_with_it_is_not_read(world: World) -> None:
    for number in range(5):
        other = {**NEW_ENTRY, "device_model": f"0000000{number}", "firmware_hash": OTHER_HASH, "predecessors": None}
        world.ask(Kind.NEW_ENTRY, other, state=State.ACCEPTED)
    near = world.ask(Kind.NEW_ENTRY, {**NEW_ENTRY, "firmware_hash": OTHER_HASH}, state=State.SUBMITTED)

    assert set(Knowledge([world.new_entry()]).others) == {near.pk}


def test_an_accepted_pathway_of_the_maker_is_read_where_a_circle_may_go_through_it(world: World) -> None:
    accepted = world.ask(
        Kind.PATHWAY, {"pathway_state": "these_entries", "predecessors": "CPL-001077"},
        entry=world.list.restricted, state=State.ACCEPTED,
    )  # fmt: skip

    assert accepted.pk in Knowledge([pathway(world, world.list.test_version, "CPL-001080")]).others


SEPARATED = st.text(alphabet="0123456789abcdefABCDEFxX:-. '\u2011\u00a0g", max_size=14)


@given(st.lists(SEPARATED, min_size=20, max_size=20))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_reads_every_identifier_as_the_checks_do(world: World, typed: list[str]) -> None:
    made = [world.ask(Kind.NEW_ENTRY, {"device_model": text}) for text in typed]
    rows = Submission.objects.filter(pk__in=[one.pk for one in made]).annotate(bare=bare_hex("device_model"))
    for text, bare in zip(typed, rows.order_by("pk").values_list("bare", flat=True), strict=True):
        try:
            assert cells.identifier(text, identifiers.DEVICE_MODEL).value == bare
        except CellError:
            continue
