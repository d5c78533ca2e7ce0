"""Named checks: one class for each rule a submission must or should keep, run on every draft and at each step."""

from collections.abc import Iterator
from typing import Final

from cpl.models import Submission
from cpl.rules.problem import Check, Finding, Problem, Subject

__all__ = ["CHECKS", "Check", "Finding", "Problem", "Subject", "problems_of"]

CHECKS: Final[tuple[Check, ...]] = ()
"""Every check, the blocking ones first, in the order in which people read what they found."""


def problems_of(submission: Submission) -> list[Problem]:
    """What the checks find now, with what was waived; the blocking ones first. Reads the database, writes nothing."""
    subject = Subject(submission)
    waived = {(waiver.check_name, waiver.key): waiver.reason for waiver in submission.waivers.all()}
    return [problem for check in CHECKS if subject.kind in check.kinds for problem in _found(check, subject, waived)]


def _found(check: Check, subject: Subject, waived: dict[tuple[str, str], str]) -> Iterator[Problem]:
    for found in check.find(subject):
        reason = "" if check.blocking else waived.get((check.name, found.key), "")
        yield Problem(
            check.name,
            check.clause,
            check.blocking,
            found.field,
            found.message,
            found.cure,
            found.key,
            found.detail,
            check.confidential,
            reason,
        )
