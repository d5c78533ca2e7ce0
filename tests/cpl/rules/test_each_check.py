"""Every check finds what it is for, and keeps silent beside it."""

from typing import Any

import pytest

from cpl.rules import CHECKS, problems_of
from cpl.rules.words import FIELD_WORDS
from tests.cpl.rules import cases_advising, cases_blocking
from tests.cpl.rules.cases_blocking import Case
from tests.cpl.rules.world import World, found

CASES = {**cases_blocking.CASES, **cases_advising.CASES}
EVERY_CASE = pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES.keys())


@pytest.fixture(autouse=True)
def in_use(settings: Any) -> None:
    """SECAS keeps a list of the versions of GBCS."""
    settings.GBCS_VERSIONS = ["3.2", "4.1", "4.2", "4.10"]


def test_every_check_has_a_case() -> None:
    assert sorted(CASES) == sorted(check.name for check in CHECKS)
    assert len(CASES) == len(CHECKS)


def test_cases_are_sorted_by_whether_they_block() -> None:
    assert set(cases_blocking.CASES) == {check.name for check in CHECKS if check.blocking}


@EVERY_CASE
def test_a_check_finds_what_it_is_for(world: World, name: str, case: Case) -> None:
    problems = found(case.finds(world), name)

    assert case.field in [problem.field for problem in problems]
    assert all(problem.message and problem.cure and problem.field in FIELD_WORDS for problem in problems)


@EVERY_CASE
def test_a_check_keeps_silent_beside_it(world: World, name: str, case: Case) -> None:
    assert found(case.silent(world), name) == []


@EVERY_CASE
def test_each_finding_can_be_told_from_the_others(world: World, name: str, case: Case) -> None:
    problems = problems_of(case.finds(world))

    keys = [(problem.check, problem.key) for problem in problems]
    assert len(keys) == len(set(keys))
    assert all(len(problem.key) <= 200 and len(problem.check) <= 60 for problem in problems)


def test_a_submission_without_fault_has_no_problem(world: World) -> None:
    assert problems_of(world.new_entry()) == []
