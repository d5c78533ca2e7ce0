"""What can stand against a step. None of them is `accounts.access.Forbidden`: that is a question of permission."""

from collections.abc import Sequence

from django.utils import timezone

from accounts.models import User
from cpl.choices import Confirmation, StepKind, SubmissionState
from cpl.models import Submission, SubmissionStep
from cpl.rules import Problem
from cpl.workflow import WrongMoveError


class MovedMeanwhileError(WrongMoveError):
    """Somebody else moved the submission since this person looked at it: says who, what and when."""

    def __init__(self, step: StepKind, state: SubmissionState, last: SubmissionStep, by: User | None = None) -> None:
        super().__init__(step, state)
        self.last = last
        first = "You were" if by is not None and last.by_id == by.pk else f"{last.by_name} was"
        when = timezone.localtime(last.at)
        self.told = f"{first} first: {StepKind(last.kind).label.lower()} at {when:%H:%M on %-d %B %Y}."

    def __str__(self) -> str:
        return f"{self.told} {super().__str__()}"


class NotOpenError(WrongMoveError):
    """Something that is no move is not open in the state that the submission is in: says what instead."""

    def __init__(self, step: StepKind | None, state: SubmissionState, message: str) -> None:
        # The step may be none of the table's, so that the base class has no words for it.
        Exception.__init__(self, message)
        self.state = SubmissionState(state)
        if step is not None:
            self.step = step


class EditedMeanwhileError(Exception):
    """The content is another than this person saw: nothing was done."""

    def __init__(self, submission: Submission, seen: int) -> None:
        self.submission, self.seen = submission, seen
        self.who = User.objects.filter(pk__in=submission.writers[-1:]).first()
        """Whoever changed it last: everybody who may see the submission reads who wrote it."""
        last = f", last by {self.who}" if self.who else ""
        super().__init__(
            f"{submission.reference} was changed since you opened it (edition {seen}, now {submission.edition}{last}). "
            "Look at it as it stands now, then decide again."
        )


class HeldMeanwhileError(Exception):
    """Somebody else holds the submission, and this person did not say that they take it over."""

    def __init__(self, submission: Submission) -> None:
        self.holder = submission.held_by
        super().__init__(f"{submission.held_by} has taken on {submission.reference}. You can take it over from them.")


class BlockedError(Exception):
    """Blocking problems are open. `problems` are all of them; the message tells of none that is for SECAS alone."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        told = [problem.message for problem in self.problems if not problem.confidential]
        super().__init__(" ".join(told) or "A check that only SECAS can see stands against it.")


class NeedsWordsError(ValueError):
    """The step must be explained, and was not."""

    def __init__(self, step: StepKind) -> None:
        self.step = StepKind(step)
        super().__init__(_WORDS.get(self.step, "Say why."))


_WORDS = {
    StepKind.QUERY: "Write what you ask the author.",
    StepKind.RESUBMIT: "Write your answer to the query.",
    StepKind.REFUSE: "Give the reason for refusing it: its author reads it.",
    StepKind.MESSAGE: "Write the message.",
    StepKind.NOTE: "Write the note.",
    StepKind.CONTRADICT: "Say what is wrong with it.",
    StepKind.WAIVE: "Give the reason for letting it pass: it stays on record.",
    StepKind.CONFIRM: "Give the reference of the manufacturer’s confirmation.",
}


class TooLongError(ValueError):
    """More words than can be kept."""

    def __init__(self, words: str, longest: int) -> None:
        super().__init__(f"That has {len(words):,} characters; at most {longest:,} are kept. Shorten it.")


class CannotWaiveError(Exception):
    """The problem is not there (any more), stands in the way, or was waived already."""


class CannotConfirmError(Exception):
    """There is nothing to confirm, or somebody else has to."""

    @classmethod
    def of(cls, confirmation: Confirmation) -> "CannotConfirmError":
        """Because of what was said already."""
        return cls(_CONFIRMATION[Confirmation(confirmation)])


_CONFIRMATION = {
    Confirmation.NOT_NEEDED: "The manufacturer’s confirmation is not needed.",
    Confirmation.WAITING: "The manufacturer has not said anything yet.",
    Confirmation.CONFIRMED: "The manufacturer has confirmed it already.",
    Confirmation.CONTRADICTED: "The manufacturer has contradicted it already.",
}


class UnknownRecordError(ValueError):
    """What the submission is to be about does not exist for this person, or was not named."""
