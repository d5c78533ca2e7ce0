"""What becomes of findings: which steps they stop, what waives them, and how many are looked up at once."""

import json
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cpl.choices import Confirmation, StepKind, SubmissionKind
from cpl.models import Submission, Waiver
from cpl.rules import CHECKED_STEPS, CHECKS, Problem, problems_of, problems_of_many
from tests.cpl.rules.cases_blocking import (
    Build,
    contact,
    correction,
    hash_of,
    named_by_reference,
    pathway,
    removal,
    withdrawal,
)
from tests.cpl.rules.test_each_check import CASES
from tests.cpl.rules.world import NEW_ENTRY, Kind, State, World, found
from tests.factories import make_entry

MOST_QUERIES = 20


def waive(world: World, submission: Submission, problem: Problem) -> None:
    Waiver.objects.create(
        submission=submission, check_name=problem.check, key=problem.key, reason="Seen.", by=world.cast.moderator
    )


def test_a_blocking_problem_stops_every_step_unless_its_check_says_otherwise(world: World) -> None:
    [problem] = found(world.new_entry(firmware_version=None), "identity-missing")

    assert [step for step in CHECKED_STEPS if not problem.blocks(step)] == []
    assert not problem.blocks(StepKind.CANCEL)


@pytest.mark.parametrize("state", [Confirmation.WAITING, Confirmation.CONTRADICTED])
def test_a_manufacturer_who_is_not_heard_yet_stops_acceptance_but_not_submission(
    world: World, state: Confirmation
) -> None:
    submission = hash_of(world)
    submission.confirmation = state

    [problem] = found(submission, "manufacturer-not-heard")

    assert {step for step in CHECKED_STEPS if problem.blocks(step)} == {StepKind.ACCEPT, StepKind.PUBLISH}


def test_a_previous_version_in_another_issue_stops_publication_alone(world: World) -> None:
    [problem] = found(named_by_reference(world, State.ACCEPTED), "predecessor-in-another-issue")

    assert {step for step in CHECKED_STEPS if problem.blocks(step)} == {StepKind.PUBLISH}


def test_an_advising_problem_stops_nothing(world: World) -> None:
    [problem] = found(world.new_entry(firmware_version="FFFFFFFF"), "version-implausible")

    assert problem.is_open
    assert not any(problem.blocks(step) for step in CHECKED_STEPS)


def test_a_waiver_closes_an_advising_problem(world: World) -> None:
    submission = world.new_entry(firmware_version="FFFFFFFF")
    waive(world, submission, found(submission, "version-implausible")[0])

    [problem] = found(submission, "version-implausible")

    assert (problem.waived, problem.is_open) == ("Seen.", False)


def test_a_waiver_does_not_cover_a_later_value(world: World) -> None:
    submission = world.new_entry(firmware_version="FFFFFFFF")
    waive(world, submission, found(submission, "version-implausible")[0])
    submission.content["firmware_version"] = "EEEEEEEE"

    assert [problem.is_open for problem in found(submission, "version-implausible")] == [True]


def test_a_waiver_does_not_reach_a_blocking_problem(world: World) -> None:
    submission = world.new_entry(firmware_version=None)
    waive(world, submission, found(submission, "identity-missing")[0])

    assert [problem.is_open for problem in found(submission, "identity-missing")] == [True]


def test_a_waiver_of_one_submission_does_not_reach_another(world: World) -> None:
    one, other = world.new_entry(firmware_version="FFFFFFFF"), world.new_entry(firmware_version="FFFFFFFF")
    waive(world, one, found(one, "version-implausible")[0])

    assert [problem.is_open for problem in found(other, "version-implausible")] == [True]


def test_a_problem_is_the_same_after_it_was_kept_as_json(world: World) -> None:
    for problem in problems_of(world.new_entry(firmware_version=None, gbcs_version="1.0")):
        again = Problem(**json.loads(json.dumps(problem.as_json())))
        assert [again.blocks(step) for step in CHECKED_STEPS] == [problem.blocks(step) for step in CHECKED_STEPS]
        assert again.as_json() == problem.as_json()


@pytest.mark.parametrize("state", [State.REFUSED, State.CANCELLED])
def test_what_has_ended_is_checked_no_more(world: World, state: State) -> None:
    submission = world.new_entry(firmware_version=None)
    submission.state = state

    assert problems_of(submission) == []


def test_blocking_problems_come_first(world: World) -> None:
    problems = problems_of(world.new_entry(firmware_version="FFFFFFFF", model_name=None))

    kinds = [problem.blocking for problem in problems]
    assert {True, False} <= set(kinds)
    assert kinds == sorted(kinds, reverse=True)


def test_every_check_has_a_name_a_clause_and_a_rule() -> None:
    names = [check.name for check in CHECKS]

    assert len(names) == len(set(names))
    assert all(check.clause and check.rule.endswith(".") for check in CHECKS)


def test_a_rule_is_read_with_the_marks_of_print() -> None:
    rules = {check.name: check.rule for check in CHECKS}

    assert rules["pathway-contradicts-itself"].startswith("“These entries” names previous entries; “N/A” and")
    assert rules["label-of-another-version"].startswith("The manufacturer’s own label")
    assert not any("'" in rule for rule in rules.values())


def test_a_confidential_blocking_check_never_stops_the_author() -> None:
    for check in CHECKS:
        if check.confidential and check.blocking:
            assert not check.stops & {StepKind.SUBMIT, StepKind.RESUBMIT}, check.name


BY_KIND: dict[SubmissionKind, Build] = {
    Kind.NEW_ENTRY: lambda world: world.new_entry(contact_team="Desk", release_date="01/02/2025"),
    Kind.INFORMATION: lambda world: world.information(pathway_state="these_entries", predecessors="CPL-001072"),
    Kind.CORRECTION: lambda world: correction(world, gbcs_version="4.1"),
    Kind.HASH: hash_of,
    Kind.ADDED_MODEL: World.added_model,
    Kind.CONTACT: lambda world: contact(world, contact_email="firmware@northmoor.example"),
    Kind.PATHWAY: lambda world: pathway(world, world.list.test_version, "CPL-001072, S-000001"),
    Kind.WITHDRAWAL: withdrawal,
    Kind.REMOVAL: removal,
}


@pytest.mark.parametrize("kind", Kind)
def test_one_submission_takes_few_queries(world: World, kind: Kind) -> None:
    submission = Submission.objects.get(pk=BY_KIND[kind](world).pk)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        problems_of(submission)

    assert len(asked) <= MOST_QUERIES, [query["sql"][:120] for query in asked]


def test_many_submissions_take_few_queries_together(world: World) -> None:
    many = [build(world) for build in (*BY_KIND.values(), *(case.finds for case in list(CASES.values())[::4]))]
    rows = list(Submission.objects.filter(pk__in=[submission.pk for submission in many]))

    with CaptureQueriesContext(connection) as asked:
        problems_of_many(rows)

    # A few more for each person who asks, and these are three.
    assert len(asked) <= 3 * MOST_QUERIES, [query["sql"][:120] for query in asked]


def test_checked_together_they_find_what_each_finds_alone(world: World) -> None:
    rows = [
        world.new_entry(firmware_version=f"0105{number:04}", firmware_label=f"5.{number}", firmware_hash=None)
        for number in range(6)
    ] + [world.new_entry(firmware_version="01040605"), hash_of(world), world.new_entry(predecessors="CPL-7")]

    together = problems_of_many(rows)

    assert together == {row.pk: problems_of(row) for row in rows}
    assert any(chain.from_iterable(together.values()))


@pytest.mark.slow
def test_five_hundred_take_as_many_queries_as_ten(world: World) -> None:
    def queries(count: int) -> int:
        rows = [
            world.ask(
                Kind.NEW_ENTRY,
                NEW_ENTRY | {"firmware_version": f"02{number:06}", "predecessors": str(world.list.recommended)},
                state=State.ACCEPTED,
            )
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as asked:
            problems_of_many(rows)
        return len(asked)

    assert queries(500) == queries(10)


def test_submissions_of_one_issue_do_not_wait_for_each_other(world: World) -> None:
    before = world.ask(Kind.NEW_ENTRY, NEW_ENTRY | {"firmware_version": "01050606"}, state=State.ACCEPTED)
    after = world.new_entry(predecessors=before.reference)

    assert [one.check for one in problems_of_many([before, after])[after.pk] if one.blocking] == []
    assert found(after, "predecessor-in-another-issue")


def test_a_removed_entry_keeps_its_version(world: World) -> None:
    [problem] = found(world.new_entry(firmware_version="01132107"), "version-already-listed")

    assert "CPL-001048; it was removed on 8 January 2024" in problem.message


def test_nothing_voluntary_is_ever_required(world: World) -> None:
    problems = problems_of(world.new_entry(pathway_state=None, predecessors=None))

    assert problems == []


def test_the_check_of_a_version_finds_one_per_other_entry(world: World) -> None:
    make_entry(world.list.ember, "01050607")

    assert len(found(world.new_entry(), "version-already-listed")) == 1
