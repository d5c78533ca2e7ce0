"""Separation of duties: whoever publishes a change had no hand in it before (domain.md)."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Prefetch, prefetch_related_objects

from accounts.models import User
from cpl.actions.publication.errors import Obstacle, SameHandsError
from cpl.actions.submissions.may import stood_before
from cpl.choices import StepKind
from cpl.models import Submission, SubmissionStep

_CURE: Final = "Another publisher has to publish it, or leave it out of the issue."
_SENT: Final = frozenset({StepKind.SUBMIT, StepKind.RESUBMIT})


def hands_of(person: User, submissions: Iterable[Submission]) -> dict[int, str]:
    """Why this person may not publish each of these submissions, by its key; those that they may are left out.

    `stood_before` is the rule; its steps are read in one query for all of them.
    """
    rows = list(submissions)
    steps = SubmissionStep.objects.order_by("pk").defer("words", "details")
    prefetch_related_objects(rows, Prefetch("steps", steps))
    return {one.pk: _reason(one, person) for one in rows if stood_before(person, one)}


def why_not(submission: Submission, person: User) -> str:
    """Why this person may not publish this submission; empty if they may."""
    return hands_of(person, [submission]).get(submission.pk, "")


def _reason(submission: Submission, person: User) -> str:
    taken = {step.kind for step in submission.steps.all() if step.by_id == person.pk}
    sent = submission.submitted_by_id == person.pk or bool(taken & _SENT)
    accepted = submission.accepted_by_id == person.pk or StepKind.ACCEPT in taken
    if sent or accepted:
        return f"You {' and '.join(['submitted'] * sent + ['accepted'] * accepted)} it."
    return "You began it." if submission.created_by_id == person.pk else "You wrote in it."


def refuse_same_hands(submissions: Iterable[Submission], person: User) -> None:
    """Raises SameHandsError, naming each submission that this person had a hand in."""
    rows = list(submissions)
    hands = hands_of(person, rows)
    if hands:
        raise SameHandsError([Obstacle(one.reference, hands[one.pk], _CURE) for one in rows if one.pk in hands])
