"""What a waiver goes by: this very finding, with everything it looks at, and no later one."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cpl.models import Submission, Waiver
from cpl.rules import CHECKS, problems_of
from tests.cpl.rules.cases_advising import CASES
from tests.cpl.rules.cases_blocking import Case, pathway
from tests.cpl.rules.world import HASH, Kind, World, found, written
from tests.factories import make_entry

SOON = timezone.localdate() + timedelta(days=100)


@pytest.fixture(autouse=True)
def in_use(settings: Any) -> None:
    """SECAS keeps a list of the versions of GBCS."""
    settings.GBCS_VERSIONS = ["3.2", "4.1", "4.2", "4.10"]


def waive(world: World, submission: Submission, check: str) -> None:
    """Let everything pass that the check finds now."""
    for problem in found(submission, check):
        Waiver.objects.create(
            submission=submission, check_name=check, key=problem.key, reason="So be it.", by=world.cast.moderator
        )
    assert all(problem.waived for problem in found(submission, check))


def change(submission: Submission, **content: Any) -> None:
    """Let it say something else."""
    submission.content = {**submission.content, **content}
    submission.save()


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES.keys())
def test_a_waiver_covers_what_it_was_given_for(world: World, name: str, case: Case) -> None:
    submission = case.finds(world)
    waive(world, submission, name)
    assert found(submission, name)


@pytest.mark.parametrize(
    "content",
    [{"cpa_date_kind": "renewal"}, {"cpa_certificate": "OTHER-9"}, {"cpa_date": written(SOON + timedelta(days=1))}],
    ids=["expiry for renewal", "another certificate", "another day"],
)
def test_a_close_date_is_not_waived_for_another_certificate(world: World, content: dict[str, str]) -> None:
    submission = world.new_entry(cpa_date=written(SOON))
    waive(world, submission, "certificate-date-close")
    change(submission, **content)
    assert [problem.waived for problem in found(submission, "certificate-date-close")] == [""]


def test_a_date_that_has_passed_since_is_looked_at_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    submission = world.new_entry(cpa_date=written(SOON))
    waive(world, submission, "certificate-date-close")
    later = SOON + timedelta(days=1)
    monkeypatch.setattr("cpl.rules.advising.certificates.timezone.localdate", lambda: later)
    [problem] = found(submission, "certificate-date-close")
    assert "expired on" in problem.message
    assert not problem.waived


def test_a_hash_that_one_more_entry_has_is_looked_at_again(world: World) -> None:
    for number in range(8):
        make_entry(world.list.ember, f"0100000{number}", firmware_hash=HASH)
    submission = world.new_entry()
    waive(world, submission, "hash-repeated")
    make_entry(world.list.ember, "01000009", firmware_hash=HASH)
    assert [problem.waived for problem in found(submission, "hash-repeated")] == [""]


def test_a_hash_that_one_more_submission_gives_is_looked_at_again(world: World) -> None:
    make_entry(world.list.ember, "01000000", firmware_hash=HASH)
    submission = world.new_entry()
    waive(world, submission, "hash-repeated")
    world.with_secas(world.new_entry(firmware_version="01050777"))
    assert [problem.waived for problem in found(submission, "hash-repeated")] == [""]


def test_previous_entries_that_all_ended_are_told_apart_however_many(world: World) -> None:
    ended = [
        make_entry(world.list.ember, f"020000{number:02d}", removed_on=timezone.localdate(), removal_reason="Over.")
        for number in range(40)
    ]
    submission = pathway(world, world.list.recommended, ", ".join(map(str, ended[:-1])))
    waive(world, submission, "only-ended-predecessors")
    change(submission, predecessors=", ".join(map(str, [*ended[:-2], ended[-1]])))
    assert [problem.waived for problem in found(submission, "only-ended-predecessors")] == [""]


def test_what_was_let_pass_of_one_version_is_not_let_pass_of_another(world: World) -> None:
    submission = world.new_entry(gbcs_version=None)
    waive(world, submission, "listed-fact-missing")
    change(submission, firmware_version="01050999")
    assert [problem.waived for problem in found(submission, "listed-fact-missing")] == [""]


def test_blocking_problems_are_never_waived(world: World) -> None:
    submission = world.ask(Kind.WITHDRAWAL, {}, entry=world.list.second)
    [problem] = found(submission, "reason-missing")
    Waiver.objects.create(
        submission=submission, check_name="reason-missing", key=problem.key, reason="No.", by=world.cast.moderator
    )
    assert not any(one.waived for one in problems_of(submission))
    assert {check.name for check in CHECKS if not check.blocking} == set(CASES)
