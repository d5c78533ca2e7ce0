"""What is said and decided about a submission on the way, without moving it."""

from typing import Any

from django.db import transaction

from accounts.access import Forbidden, can
from accounts.addressees import holders_of
from accounts.models import User
from accounts.permissions import MODERATE, SUBMIT_AS_MANUFACTURER
from cpl import letters
from cpl.actions.submissions import content as contents
from cpl.actions.submissions import may, steps
from cpl.actions.submissions.errors import (
    CannotConfirmError,
    CannotWaiveError,
    EditedMeanwhileError,
    HeldMeanwhileError,
    NotOpenError,
    TooLongError,
)
from cpl.actions.submissions.moves import said
from cpl.choices import Confirmation, StepKind, SubmissionState
from cpl.models import Submission, SubmissionStep, Waiver
from cpl.rules import Problem

Step = StepKind

LONGEST_REASON = 500
"""What `Waiver.reason` holds."""


@transaction.atomic
def say(*, submission: Submission, words: str, by: User) -> SubmissionStep:
    """Write a message that everybody reads who may see the submission: its author, SECAS, or the manufacturer asked.

    Raises Forbidden, NeedsWordsError, and NotOpenError for a draft, which nobody else can see.
    """
    held = steps.locked(submission)
    if not may.may_say(by, held):
        raise Forbidden(Step.MESSAGE)
    _refuse_unsent(held, Step.MESSAGE)
    written = steps.write_step(held, Step.MESSAGE, by=by, words=said(Step.MESSAGE, words))
    letters.said(held, by=by)
    return written


@transaction.atomic
def note(*, submission: Submission, words: str, by: User) -> SubmissionStep:
    """Write a note for SECAS and auditors alone. Raises Forbidden, NeedsWordsError, NotOpenError for a draft."""
    held = steps.locked(submission)
    if not may.is_secas(by):
        raise Forbidden(Step.NOTE)
    _refuse_unsent(held, Step.NOTE)
    return steps.write_step(held, Step.NOTE, by=by, words=said(Step.NOTE, words), internal=True)


@transaction.atomic
def hold(*, submission: Submission, by: User, over: int | None = None) -> Submission:
    """A moderator takes the submission on. Taking it over names the holder (`over`, their key), and is on record.

    Raises HeldMeanwhileError where somebody else holds it than the person said, Forbidden, NotOpenError.
    """
    held = _for_moderator(submission, Step.HOLD, by)
    if held.held_by == by:
        return held
    if held.held_by is not None and held.held_by.pk != over:
        raise HeldMeanwhileError(held)
    details: dict[str, Any] = {"taken_over_from": str(held.held_by)} if held.held_by else {}
    held.held_by = by
    held.save(update_fields=["held_by", "changed_at"])
    steps.write_step(held, Step.HOLD, by=by, **details)
    return held


@transaction.atomic
def release(*, submission: Submission, by: User) -> Submission:
    """A moderator gives it back to the queue, the own or a colleague's; what nobody holds stays as it is."""
    held = _for_moderator(submission, Step.RELEASE, by)
    if held.held_by is None:
        return held
    details: dict[str, Any] = {} if held.held_by == by else {"held_by": str(held.held_by)}
    held.held_by = None
    held.save(update_fields=["held_by", "changed_at"])
    steps.write_step(held, Step.RELEASE, by=by, **details)
    return held


@transaction.atomic
def waive(*, submission: Submission, check: str, key: str, reason: str, by: User) -> Waiver:
    """A moderator lets one advising problem pass, for a reason; it covers this very finding and no later one.

    Raises CannotWaiveError where there is no such problem now, it stands in the way or was waived; NeedsWordsError.
    """
    held = _for_moderator(submission, Step.WAIVE, by)
    words = said(Step.WAIVE, reason)
    if len(words) > LONGEST_REASON:
        raise TooLongError(words, LONGEST_REASON)
    problem = _to_waive(held, check, key)
    waiver = Waiver.objects.create(submission=held, check_name=check, key=key, reason=words, by=by)
    contents.check(held)
    held.save(update_fields=["problems", "checked_at", "changed_at"])
    # A problem that only SECAS may know of is waived without its author's reading of it.
    steps.write_step(
        held, Step.WAIVE, by=by, words=words, internal=problem.confidential, check=check, key=key, told=problem.message
    )
    return waiver


@transaction.atomic
def confirm(*, submission: Submission, by: User, edition: int | None = None) -> Submission:
    """An editor of the manufacturer stands by what another Party says of its product.

    Raises Forbidden, CannotConfirmError where it was confirmed already, NotOpenError while it is not with SECAS,
    EditedMeanwhileError where `edition`, the one that was read, is past.
    """
    held = _for_maker(submission, Step.CONFIRM, by, edition)
    return _confirmed(held, by=by)


@transaction.atomic
def contradict(*, submission: Submission, reason: str, by: User, edition: int | None = None) -> Submission:
    """An editor of the manufacturer says that it is wrong, and why; its author and SECAS are told.

    Raises NeedsWordsError, and what `confirm` raises.
    """
    held = _for_maker(submission, Step.CONTRADICT, by, edition)
    words = said(Step.CONTRADICT, reason)
    held.confirmation = Confirmation.CONTRADICTED
    contents.check(held)
    held.save()
    steps.write_step(held, Step.CONTRADICT, by=by, words=words, edition=held.edition)
    letters.contradicted(held, by=by)
    return held


@transaction.atomic
def confirm_for_manufacturer(*, submission: Submission, reference: str, by: User) -> Submission:
    """A moderator records a confirmation that was got outside the portal, for a manufacturer with no editor here.

    `reference` says where it can be found. Raises Forbidden, NeedsWordsError, NotOpenError, and CannotConfirmError
    where the manufacturer has an editor who can be asked.
    """
    held = _for_moderator(submission, Step.CONFIRM, by)
    _refuse_own_words(held, by)
    _refuse_state(held, Step.CONFIRM)
    _refuse_said(held, Step.CONFIRM)
    party = held.manufacturer.party if held.manufacturer else None
    if party and holders_of(SUBMIT_AS_MANUFACTURER, party).exists():
        raise CannotConfirmError(f"{held.manufacturer} has people in the portal: they confirm it themselves.")
    return _confirmed(held, by=by, words=said(Step.CONFIRM, reference), for_manufacturer=True)


def _confirmed(held: Submission, *, by: User, words: str = "", **details: Any) -> Submission:
    held.confirmation = Confirmation.CONFIRMED
    contents.check(held)
    held.save()
    steps.write_step(held, Step.CONFIRM, by=by, words=words, edition=held.edition, **details)
    letters.confirmed(held, by=by)
    return held


def _for_moderator(submission: Submission, step: StepKind, by: User) -> Submission:
    """The row, locked, for what a moderator does with a submission that is not over."""
    held = steps.locked(submission)
    if not can(by, MODERATE):
        raise Forbidden(step)
    state = SubmissionState(held.state)
    if state not in may.HOLDABLE:
        raise NotOpenError(step, state, f"{held.reference} is {state.label.lower()}: there is nothing to moderate.")
    return held


def _for_maker(submission: Submission, step: StepKind, by: User, edition: int | None) -> Submission:
    """The row, locked, for a word of the manufacturer's that is still to be said."""
    held = steps.locked(submission)
    if not may.speaks_for_maker(by, held):
        raise Forbidden(step)
    _refuse_said(held, step)
    _refuse_own_words(held, by)
    _refuse_state(held, step)
    if edition is not None and edition != held.edition:
        raise EditedMeanwhileError(held, edition)
    return held


def _refuse_said(held: Submission, step: StepKind) -> None:
    already = Confirmation.CONFIRMED if step == Step.CONFIRM else Confirmation.CONTRADICTED
    if held.confirmation in (Confirmation.NOT_NEEDED, already):
        raise CannotConfirmError.of(Confirmation(held.confirmation))


def _refuse_own_words(held: Submission, by: User) -> None:
    """Nobody speaks for the manufacturer of what they wrote for another Party."""
    if may.wrote(by, held):
        raise Forbidden(f"You wrote or sent {held.reference} yourself: somebody else of the manufacturer confirms it.")


def _refuse_state(held: Submission, step: StepKind) -> None:
    state = SubmissionState(held.state)
    if state not in (may.CONFIRMABLE if step == Step.CONFIRM else may.CONTRADICTABLE):
        raise NotOpenError(
            step, state, f"{held.reference} is {state.label.lower()}: the manufacturer is asked while it is with SECAS."
        )


def _refuse_unsent(held: Submission, step: StepKind) -> None:
    if held.submitted_at is None:
        state = SubmissionState(held.state)
        raise NotOpenError(step, state, f"{held.reference} was never submitted: nobody else can read it.")


def _to_waive(held: Submission, check: str, key: str) -> Problem:
    found = [problem for problem in contents.check(held) if (problem.check, problem.key) == (check, key)]
    if not found:
        raise CannotWaiveError("That problem is not there any more.")
    if found[0].blocking:
        raise CannotWaiveError("That problem stands in the way: it must be mended, and cannot be waived.")
    if not found[0].is_open:
        raise CannotWaiveError(f"That problem was waived already: {found[0].waived}")
    return found[0]
