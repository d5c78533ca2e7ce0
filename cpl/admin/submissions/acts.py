"""What SECAS does with a submission on its review page: each act is an action, and each answer says what happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.access import can
from accounts.addressees import holders_of
from accounts.models import User
from accounts.permissions import MODERATE, SUBMIT_AS_MANUFACTURER
from cpl.actions.submissions import moves, talk
from cpl.actions.submissions.errors import (
    BlockedError,
    CannotConfirmError,
    CannotWaiveError,
    EditedMeanwhileError,
    HeldMeanwhileError,
    NeedsWordsError,
    TooLongError,
)
from cpl.actions.submissions.may import CONFIRMABLE
from cpl.choices import Confirmation, StepKind
from cpl.models import Submission
from cpl.workflow import WrongMoveError

Posted = Mapping[str, str]

UNSAID: Final = (NeedsWordsError, TooLongError)
"""The words were wrong: the same page, with the field to mend."""
OVERTAKEN: Final = (
    WrongMoveError,
    EditedMeanwhileError,
    HeldMeanwhileError,
    BlockedError,
    CannotWaiveError,
    CannotConfirmError,
)
"""The submission is not what it was when the person looked at it: the same page as it is now, and what happened."""


@dataclass(frozen=True)
class Act:
    """One thing that can be done: the step that opens it, its words on the page, and the action behind it.

    `decides`: it sends the submission on, so that the next in the queue follows. `reads`: it is about what the
    person read, so that it falls through where the author has changed that since. `final`: asked for once more.
    """

    name: str
    step: StepKind
    button: str
    done: str
    run: Callable[[Submission, Posted, User], Any]
    label: str = ""
    hint: str = ""
    optional: bool = False
    decides: bool = False
    reads: bool = False
    final: bool = False


def _words(posted: Posted) -> str:
    return posted.get("words", "")


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def _query(submission: Submission, posted: Posted, by: User) -> None:
    moves.query(submission=submission, question=_words(posted), by=by)


def _accept(submission: Submission, posted: Posted, by: User) -> None:
    moves.accept(submission=submission, words=_words(posted), edition=edition_of(posted), by=by)


def _refuse(submission: Submission, posted: Posted, by: User) -> None:
    moves.refuse(submission=submission, reason=_words(posted), by=by)


def _say(submission: Submission, posted: Posted, by: User) -> None:
    talk.say(submission=submission, words=_words(posted), by=by)


def _note(submission: Submission, posted: Posted, by: User) -> None:
    talk.note(submission=submission, words=_words(posted), by=by)


def _hold(submission: Submission, posted: Posted, by: User) -> None:
    talk.hold(submission=submission, over=_whole_number(posted.get("over", "")), by=by)


def _release(submission: Submission, posted: Posted, by: User) -> None:
    talk.release(submission=submission, by=by)


def _waive(submission: Submission, posted: Posted, by: User) -> None:
    talk.waive(
        submission=submission,
        check=posted.get("check", ""),
        key=posted.get("key", ""),
        reason=_words(posted),
        by=by,
    )


def _confirm(submission: Submission, posted: Posted, by: User) -> None:
    talk.confirm_for_manufacturer(submission=submission, reference=_words(posted), by=by)


ACTS: Final = {
    act.name: act
    for act in (
        Act(
            "accept", StepKind.ACCEPT, "Accept", "{} is accepted. A publisher publishes it.", _accept,
            label="A word to its author", hint="A publisher publishes it next. Until then it can be queried again.",
            optional=True, decides=True, reads=True,
        ),
        Act(
            "query", StepKind.QUERY, "Query", "{} is queried. Its author has the next step.", _query,
            label="What do you ask its author?", hint="Its author reads it, and can then change the submission.",
            decides=True, reads=True,
        ),
        Act(
            "refuse", StepKind.REFUSE, "Refuse", "{} is refused.", _refuse,
            label="Reason", hint="Its author reads it. A refusal cannot be taken back; you are asked once more.",
            decides=True, reads=True, final=True,
        ),
        Act(
            "message", StepKind.MESSAGE, "Send the message", "Your message was sent.", _say,
            label="Message", hint="Everybody who may see the submission reads it. It does not query it.",
        ),
        Act(
            "note", StepKind.NOTE, "Keep the note", "Your note was kept.", _note,
            label="Note inside SECAS", hint="SECAS and auditors alone read it.",
        ),
        Act("hold", StepKind.HOLD, "Take it on", "You have taken {} on.", _hold),
        Act("release", StepKind.RELEASE, "Give it back to the queue", "{} is nobody’s again.", _release),
        Act(
            "waive", StepKind.WAIVE, "Waive it", "The problem was waived.", _waive,
            label="Reason for waiving it", hint="It stays on record and cannot be taken back.", reads=True,
        ),
        Act(
            "confirm", StepKind.CONFIRM, "Record the confirmation", "The confirmation was recorded.", _confirm,
            label="Reference of the manufacturer’s confirmation",
            hint="Where it can be found: a letter or e-mail, its sender and date. It cannot be taken back.", reads=True,
        ),
    )
}  # fmt: skip
"""Everything that SECAS does on the page, by the name that a form sends."""


def edition_of(posted: Posted) -> int:
    """The edition that the person saw; what is no number is no edition."""
    return _whole_number(posted.get("edition", "")) or 0


def run(act: Act, submission: Submission, posted: Posted, by: User) -> str:
    """Do it, and say what was done. Raises Forbidden, one of UNSAID, or one of OVERTAKEN."""
    seen = edition_of(posted)
    if act.reads and seen != submission.edition:
        raise EditedMeanwhileError(submission, seen)
    act.run(submission, posted, by)
    return act.done.format(submission.reference)


def may_record_confirmation(by: User, submission: Submission) -> bool:
    """Whether a moderator may say for the manufacturer that it stands by it: where nobody can be asked here."""
    asked = submission.confirmation in (Confirmation.WAITING, Confirmation.CONTRADICTED)
    if not (asked and submission.state in CONFIRMABLE and can(by, MODERATE)):
        return False
    party = submission.manufacturer.party if submission.manufacturer else None
    return party is None or not holders_of(SUBMIT_AS_MANUFACTURER, party).exists()
