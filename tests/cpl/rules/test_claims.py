"""Of two submissions that want the same, which one goes on."""

from cpl.choices import SubmissionState
from cpl.models import Submission
from cpl.rules import problems_of_many
from tests.cpl.rules.cases_blocking import hash_of
from tests.cpl.rules.world import NEW_ENTRY, Kind, State, World, found

CHECK = "version-already-listed"


def asked(world: World, state: SubmissionState) -> Submission:
    """The same new version again."""
    return world.ask(Kind.NEW_ENTRY, NEW_ENTRY, state=state)


def test_the_one_submitted_first_goes_on(world: World) -> None:
    first, second = asked(world, State.SUBMITTED), asked(world, State.SUBMITTED)

    assert found(first, CHECK) == []
    assert [problem.key for problem in found(second, CHECK)] == [first.reference]


def test_the_one_accepted_goes_before_the_one_submitted_first(world: World) -> None:
    first, second = asked(world, State.SUBMITTED), asked(world, State.ACCEPTED)

    assert found(second, CHECK) == []
    assert [problem.key for problem in found(first, CHECK)] == [second.reference]


def test_a_draft_stands_in_nobodys_way(world: World) -> None:
    asked(world, State.DRAFT)

    assert found(asked(world, State.DRAFT), CHECK) == []


def test_what_was_refused_stands_in_nobodys_way(world: World) -> None:
    asked(world, State.REFUSED)

    assert found(asked(world, State.DRAFT), CHECK) == []


def test_in_one_issue_exactly_one_of_two_goes_on(world: World) -> None:
    both = [asked(world, State.ACCEPTED), asked(world, State.ACCEPTED)]

    blocked = [any(problem.check == CHECK for problem in found) for found in problems_of_many(both).values()]

    assert blocked == [False, True]


def test_of_two_hashes_for_one_entry_exactly_one_goes_on(world: World) -> None:
    both = [world.with_secas(hash_of(world), State.ACCEPTED) for _ in range(2)]

    found = problems_of_many(both)

    assert [[one.check for one in found[each.pk] if one.blocking] for each in both] == [[], ["asked-for-twice"]]
