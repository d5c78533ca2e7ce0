"""The life of a submission as one table: which step leads from which state to which, and whose step it is.

Nothing here knows a database or a framework. From `domain.md`: draft → submitted → (queried ⇄ resubmitted) →
accepted → published → loaded by the DCC; or refused, or cancelled by its author.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cpl.choices import StepKind, SubmissionState

State, Step = SubmissionState, StepKind


class Whose(StrEnum):
    """Whose step it is; `cpl.actions.submissions` knows which permission each needs."""

    AUTHOR = "author"
    MODERATOR = "moderator"
    PUBLISHER = "publisher"
    LOADER = "loader"


@dataclass(frozen=True, slots=True)
class Move:
    """One step: from any of these states to that one, by whom, and whether it must be explained in words."""

    step: StepKind
    origins: frozenset[SubmissionState]
    target: SubmissionState
    whose: Whose
    needs_words: bool = False


class WrongMoveError(Exception):
    """The step is not open from the state that the submission is in; not a question of permission."""

    def __init__(self, step: StepKind, state: SubmissionState) -> None:
        self.step, self.state = StepKind(step), SubmissionState(state)
        done = _DONE.get(self.step, f"moved by this step ({self.step.label.lower()})")
        super().__init__(f"A submission that is {self.state.label.lower()} cannot be {done}.")


_MOVES: Final = (
    Move(Step.SUBMIT, frozenset({State.DRAFT}), State.SUBMITTED, Whose.AUTHOR),
    Move(
        Step.QUERY,
        frozenset({State.SUBMITTED, State.RESUBMITTED, State.ACCEPTED}),
        State.QUERIED,
        Whose.MODERATOR,
        True,
    ),
    Move(Step.RESUBMIT, frozenset({State.QUERIED}), State.RESUBMITTED, Whose.AUTHOR, True),
    Move(Step.ACCEPT, frozenset({State.SUBMITTED, State.RESUBMITTED}), State.ACCEPTED, Whose.MODERATOR),
    Move(
        Step.REFUSE,
        frozenset({State.SUBMITTED, State.QUERIED, State.RESUBMITTED, State.ACCEPTED}),
        State.REFUSED,
        Whose.MODERATOR,
        True,
    ),
    Move(
        Step.CANCEL,
        frozenset({State.DRAFT, State.SUBMITTED, State.QUERIED, State.RESUBMITTED, State.ACCEPTED}),
        State.CANCELLED,
        Whose.AUTHOR,
    ),
    Move(Step.PUBLISH, frozenset({State.ACCEPTED}), State.PUBLISHED, Whose.PUBLISHER),
    Move(Step.LOAD, frozenset({State.PUBLISHED}), State.LOADED, Whose.LOADER),
)

MOVES: Final[Mapping[StepKind, Move]] = MappingProxyType({move.step: move for move in _MOVES})
"""Every move by its step: nothing else changes a state."""

_DONE: Final = {
    Step.SUBMIT: "submitted",
    Step.QUERY: "queried",
    Step.RESUBMIT: "resubmitted",
    Step.ACCEPT: "accepted",
    Step.REFUSE: "refused",
    Step.CANCEL: "cancelled",
    Step.PUBLISH: "published",
    Step.LOAD: "marked as loaded",
}

EDITABLE: Final = frozenset({State.DRAFT, State.QUERIED})
"""States in which its author may change what a submission says."""

WITH_SECAS: Final = frozenset({State.SUBMITTED, State.RESUBMITTED, State.ACCEPTED})
"""States in which SECAS has the next step: the queue."""

OPEN: Final = EDITABLE | WITH_SECAS
"""States that are not the end of it."""

ENDED: Final = frozenset({State.REFUSED, State.CANCELLED, State.LOADED})
"""States from which no step leads."""


def after(step: StepKind, state: SubmissionState) -> SubmissionState:
    """The state that `step` leads to. Raises WrongMoveError where it is not open from `state`."""
    move = MOVES.get(step)
    if move is None or state not in move.origins:
        raise WrongMoveError(step, state)
    return move.target


def open_steps(state: SubmissionState, whose: Whose) -> list[StepKind]:
    """The steps that somebody may take from this state, in the order of the table."""
    return [move.step for move in _MOVES if move.whose is whose and state in move.origins]
