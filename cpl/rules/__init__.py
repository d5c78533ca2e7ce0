"""Named checks: one class for each rule a submission must or should keep, run on every draft and at each step.

`problems_of` for one submission, `problems_of_many` for an issue of them. Blocking checks are in `blocking`, advising
ones in `advising`, each by topic; `docs/rules.md` lists them all.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from cpl.models import Submission
from cpl.rules import advising, blocking
from cpl.rules.knowledge import Knowledge
from cpl.rules.problem import CHECKED_STEPS, Check, Finding, Problem, problem_of, waiver_key
from cpl.rules.subject import Subject
from cpl.workflow import OPEN

__all__ = ["CHECKED_STEPS", "CHECKS", "Check", "Finding", "Problem", "Subject", "problems_of", "problems_of_many"]

CHECKS: Final[tuple[Check, ...]] = (*blocking.CHECKS, *advising.CHECKS)
"""Every check, the blocking ones first, in the order in which people read what they found."""


def problems_of(submission: Submission) -> list[Problem]:
    """What the checks find now, with what was waived; the blocking ones first. Reads the database, writes nothing.

    What has been published, refused or cancelled is checked no more: nothing is found.
    """
    return problems_of_many([submission])[submission.pk]


def problems_of_many(submissions: Sequence[Submission]) -> dict[int, list[Problem]]:
    """The same for many, by key of the submission: what is looked up is looked up once for all of them.

    They count as belonging to one issue: a pathway from one to another does not wait for an issue of its own.
    """
    waiting = [submission for submission in submissions if submission.state in OPEN]
    knowledge = Knowledge(waiting)
    found = {submission.pk: list(_problems(Subject(submission, knowledge))) for submission in waiting}
    return {submission.pk: found.get(submission.pk, []) for submission in submissions}


def _problems(subject: Subject) -> Iterator[Problem]:
    waived: Mapping[tuple[str, str], str] = subject.knowledge.waivers.get(subject.submission.pk, {})
    for check in CHECKS:
        for found in check.find(subject) if subject.kind in check.kinds else ():
            key = found.key if check.blocking else waiver_key(found, subject.identity)
            yield problem_of(check, found, key, waived.get((check.name, key), ""))
