"""What can stand against a step of a notice. None of them is `accounts.access.Forbidden`: that is about permission."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from cpl.choices import NoticeState
from cpl.models import Notice
from cpl.notice_checks import NoticeProblem
from cpl.workflow import WrongMoveError


class WrongStepError(WrongMoveError):
    """The step is not open in the state that the notice is in: says who was first, what they did and when."""

    def __init__(self, notice: Notice, done: str, last: str) -> None:
        # The base class speaks of submissions, whose steps and states are others.
        Exception.__init__(self, f"{_what_is(notice)} cannot be {done}.{f' {last}' if last else ''}")
        self.notice, self.notice_state = notice, NoticeState(notice.state)
        self.told = last
        """What happened to it last and by whom, in a sentence; '' where that is not known."""


class EditedMeanwhileError(Exception):
    """The notice says something else than what this person saw: nothing was done."""

    def __init__(self, notice: Notice, seen: int, last: str) -> None:
        self.notice, self.seen, self.told = notice, seen, last
        super().__init__(
            f"{notice.reference} was changed since you opened it (edition {seen}, now {notice.edition})."
            f"{f' {last}' if last else ''} Look at it as it stands now, then decide again."
        )


class NotWholeError(Exception):
    """Something stands against keeping or publishing it: `problems` are all that does, each with field and cure."""

    def __init__(self, problems: Sequence[NoticeProblem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(f"{problem.message} {problem.cure}" for problem in self.problems))


class UnknownVersionError(ValueError):
    """A version that does not exist for this person was named: the same words whether it is hidden or not there."""

    def __init__(self) -> None:
        super().__init__("There is no such CPL Entry. Choose from the versions that you may see.")


class NeedsWordsError(ValueError):
    """A revision or withdrawal must be explained, in so many words as can be kept."""


def told(name: str, party: str, done: str, at: datetime) -> str:
    """What somebody did, in a sentence."""
    when = timezone.localtime(at)
    return f"{name}{f' of {party}' if party else ''} {done} it at {when:%H:%M} on {when.day} {when:%B %Y}."


def _what_is(notice: Notice) -> str:
    state = {NoticeState.DRAFT: "a draft", NoticeState.PUBLISHED: "published", NoticeState.WITHDRAWN: "withdrawn"}
    return f"{notice.reference} is {state[NoticeState(notice.state)]} and"
