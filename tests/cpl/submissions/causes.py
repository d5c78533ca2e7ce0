"""What causes each letter about a submission, through the real acts: for `tests/accounts/test_letters.py`."""

from collections.abc import Callable
from typing import Final

from cpl.actions.submissions import moves, talk
from cpl.choices import SubmissionKind, SubmissionState
from cpl.models import Submission
from tests.accounts.mailbox import run_jobs
from tests.factories import Cast, make_catalogue, make_submission
from tests.factories.replay import replayed

Kind, State = SubmissionKind, SubmissionState


def _in(cast: Cast, state: SubmissionState, kind: SubmissionKind = Kind.CONTACT) -> Submission:
    """A submission in the state; what was queued on the way is sent."""
    submission = make_submission(cast, replayed("catalogue", make_catalogue), kind, state)
    run_jobs()
    return submission


def submission_received(cast: Cast) -> str:
    moves.submit(submission=_in(cast, State.DRAFT), by=cast.manufacturer)
    return cast.moderator.email


def submission_answered(cast: Cast) -> str:
    moves.resubmit(submission=_in(cast, State.QUERIED), answer="Ring 020 7946 0546.", by=cast.manufacturer)
    return cast.moderator.email


def submission_to_confirm(cast: Cast) -> str:
    moves.submit(submission=_in(cast, State.DRAFT, Kind.HASH), by=cast.submitter)
    return cast.manufacturer.email


def submission_queried(cast: Cast) -> str:
    moves.query(submission=_in(cast, State.SUBMITTED), question="Is it still 020 7946 0546?", by=cast.moderator)
    return cast.manufacturer.email


def submission_accepted(cast: Cast) -> str:
    moves.accept(submission=_in(cast, State.SUBMITTED), edition=1, by=cast.moderator)
    return cast.manufacturer.email


def submission_refused(cast: Cast) -> str:
    moves.refuse(submission=_in(cast, State.SUBMITTED), reason="Nobody answers 020 7946 0546.", by=cast.moderator)
    return cast.manufacturer.email


def submission_cancelled(cast: Cast) -> str:
    moves.cancel(submission=_in(cast, State.ACCEPTED), by=cast.manufacturer)
    return cast.moderator.email


def submission_message(cast: Cast) -> str:
    talk.say(submission=_in(cast, State.SUBMITTED), words="Ring 020 7946 0546.", by=cast.moderator)
    return cast.manufacturer.email


def submission_confirmed(cast: Cast) -> str:
    submission = talk.hold(submission=_in(cast, State.SUBMITTED, Kind.HASH), by=cast.moderator)
    talk.confirm(submission=submission, by=cast.manufacturer)
    return cast.moderator.email


def submission_contradicted(cast: Cast) -> str:
    talk.contradict(submission=_in(cast, State.SUBMITTED, Kind.HASH), reason="Wrong file.", by=cast.manufacturer)
    return cast.submitter.email


CAUSES: Final[tuple[tuple[Callable[[Cast], str], str], ...]] = (
    (submission_received, "{reference} was submitted to SECAS"),
    (submission_answered, "{reference} was answered and resubmitted"),
    (submission_to_confirm, "{reference} waits for your confirmation"),
    (submission_queried, "SECAS has a question about {reference}"),
    (submission_accepted, "{reference} was accepted"),
    (submission_refused, "{reference} was refused"),
    (submission_cancelled, "{reference} was cancelled by its author"),
    (submission_message, "A new message about {reference}"),
    (submission_confirmed, "{reference} was confirmed by the manufacturer"),
    (submission_contradicted, "{reference} was contradicted by the manufacturer"),
)
"""The act, which returns its recipient, and the subject."""
