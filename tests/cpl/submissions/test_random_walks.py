"""Anybody tries anything, in any order: what happens stays on the table, and all of it is on record."""

from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any, Final

import pytest

from accounts.access import Forbidden
from accounts.models import AuditEvent, User
from cpl.actions.submissions import drafts, moves, talk
from cpl.actions.submissions.errors import (
    BlockedError,
    CannotConfirmError,
    EditedMeanwhileError,
    HeldMeanwhileError,
)
from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.models import Submission
from cpl.workflow import EDITABLE, MOVES, WrongMoveError
from tests.factories import Cast, Catalogue, make_submission
from tests.factories.submissions import content_of

pytestmark = pytest.mark.django_db

REFUSALS: Final = (
    Forbidden,
    WrongMoveError,
    BlockedError,
    CannotConfirmError,
    EditedMeanwhileError,
    HeldMeanwhileError,
)
TRIES: Final[dict[str, Callable[[Submission, User, Random], Any]]] = {
    "submit": lambda one, by, chance: moves.submit(submission=one, by=by),
    "resubmit": lambda one, by, chance: moves.resubmit(submission=one, answer="Yes.", by=by),
    "query": lambda one, by, chance: moves.query(submission=one, question="Sure?", by=by),
    "accept": lambda one, by, chance: moves.accept(submission=one, edition=one.edition - chance.randint(0, 1), by=by),
    "hold": lambda one, by, chance: talk.hold(submission=one, by=by),
    "release": lambda one, by, chance: talk.release(submission=one, by=by),
    "confirm": lambda one, by, chance: talk.confirm(submission=one, by=by),
    "contradict": lambda one, by, chance: talk.contradict(submission=one, reason="Wrong.", by=by),
    "say": lambda one, by, chance: talk.say(submission=one, words="Hello.", by=by),
    "save": lambda one, by, chance: drafts.save(
        submission=one, content=content_of(SubmissionKind.HASH), edition=one.edition, by=by
    ),
}
ENDS: Final[dict[str, Callable[[Submission, User, Random], Any]]] = {
    "refuse": lambda one, by, chance: moves.refuse(submission=one, reason="No.", by=by),
    "cancel": lambda one, by, chance: moves.cancel(submission=one, by=by),
}


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 6))])
def test_whatever_is_tried_the_record_is_a_walk_along_the_table(cast: Cast, catalogue: Catalogue, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - nothing secret hangs on it
    submission = make_submission(cast, catalogue, SubmissionKind.HASH)
    people = [cast.submitter, cast.moderator, cast.manufacturer, cast.publisher, cast.competitor]
    tries = [*TRIES] * 6 + [*ENDS]
    for _ in range(60):
        submission.refresh_from_db()
        before = (submission.state, submission.edition)
        try:
            (TRIES | ENDS)[chance.choice(tries)](submission, chance.choice(people), chance)
        except REFUSALS:
            submission.refresh_from_db()
            assert (submission.state, submission.edition) == before, "what was refused changed nothing"
        check(submission, before)


def check(submission: Submission, before: tuple[str, int]) -> None:
    submission.refresh_from_db()
    assert submission.edition == before[1] or before[0] in EDITABLE
    assert (submission.accepted_by is None) == (submission.state != SubmissionState.ACCEPTED)
    walked = list(submission.steps.exclude(to_state="").values_list("kind", "from_state", "to_state"))
    assert all(origin in MOVES[StepKind(kind)].origins for kind, origin, _ in walked)
    assert all(now[1] == last[2] for last, now in pairwise(walked)), "each move begins where the last one ended"
    assert (walked[-1][2] if walked else SubmissionState.DRAFT) == submission.state
    events = AuditEvent.objects.filter(object_type="cpl.submission", object_key=str(submission.pk))
    assert events.count() == submission.steps.count(), "each step has its audit event"
