"""Who may do what with a submission. Every action asks here again, with the row locked."""

from typing import Final

from accounts.access import Person, can
from accounts.models import User
from accounts.permissions import MODERATE, PUBLISH, SUBMIT_AS_MANUFACTURER, SUBMIT_FOR_OTHERS, SUBMIT_FOR_SECAS
from cpl.choices import Confirmation, StepKind, SubmissionKind, SubmissionState
from cpl.models import CPLEntry, Manufacturer, Submission
from cpl.querysets import manufacturers_of
from cpl.workflow import ENDED, WITH_SECAS, Whose, open_steps

Kind, State, Step = SubmissionKind, SubmissionState, StepKind

BY_PERMISSION: Final = {
    SUBMIT_AS_MANUFACTURER: frozenset(Kind) - {Kind.REMOVAL},
    SUBMIT_FOR_OTHERS: frozenset({Kind.HASH, Kind.ADDED_MODEL}),
    SUBMIT_FOR_SECAS: frozenset({Kind.REMOVAL, Kind.CORRECTION}),
}
"""What may be submitted with which permission: as a manufacturer for the own products, otherwise for anybody's."""

CONFIRMED_BY_MAKER: Final = BY_PERMISSION[SUBMIT_FOR_OTHERS]
"""Kinds that wait for the manufacturer's word where another Party submits them."""

CONFIRMABLE: Final = frozenset({State.SUBMITTED, State.RESUBMITTED})
CONTRADICTABLE: Final = CONFIRMABLE | {State.ACCEPTED}
HOLDABLE: Final = WITH_SECAS | {State.QUERIED}
BEFORE_PUBLISHING: Final = frozenset({Step.SUBMIT, Step.RESUBMIT, Step.ACCEPT})
"""Whoever took one of these steps does not publish."""


def kinds_for(person: Person) -> list[SubmissionKind]:
    """The kinds that this person may begin for at least something; none for whoever only reads."""
    if not isinstance(person, User):
        return []
    held = {permission for permission in BY_PERMISSION if can(person, permission)}
    if not manufacturers_of(person):
        held.discard(SUBMIT_AS_MANUFACTURER)
    may = frozenset().union(*(BY_PERMISSION[permission] for permission in held))
    return [kind for kind in Kind if kind in may]


def parties_for(person: Person, kind: SubmissionKind, manufacturer: Manufacturer | None) -> list[int]:
    """Keys of the Parties for which this person may submit such a thing about this maker, the maker's own first."""
    if not isinstance(person, User):
        return []
    maker = manufacturer.party_id if manufacturer else None
    acting = dict.fromkeys(each.party for each in person.active_memberships)
    found = [party for party in acting if _may_for(person, party, kind, maker)]
    return sorted(found, key=lambda party: party != maker)


def _may_for(person: User, party: int, kind: SubmissionKind, maker: int | None) -> bool:
    held = person.permissions_in(party)
    return any(
        permission in held and kind in kinds and (permission != SUBMIT_AS_MANUFACTURER or party == maker)
        for permission, kinds in BY_PERMISSION.items()
    )


def may_begin(
    person: Person, kind: SubmissionKind, manufacturer: Manufacturer | None, entry: CPLEntry | None = None
) -> bool:
    """Whether this person may begin such a submission about the maker, and about the entry where one is given."""
    maker = manufacturer or (entry.manufacturer if entry else None)
    if entry and (entry.manufacturer != maker or not CPLEntry.objects.visible_to(person).filter(pk=entry.pk).exists()):
        return False
    return bool(parties_for(person, SubmissionKind(kind), maker))


def needs_confirmation(submission: Submission) -> bool:
    """Whether another Party speaks of this manufacturer's product, so that it has to confirm what is said."""
    maker = submission.manufacturer.party_id if submission.manufacturer else None
    return submission.kind in CONFIRMED_BY_MAKER and submission.party_id != maker


def confirmation_now(submission: Submission) -> Confirmation:
    """How the manufacturer's word stands, whose product it is by now: what was said stays said while it is needed."""
    said = Confirmation(submission.confirmation)
    if not needs_confirmation(submission):
        return Confirmation.NOT_NEEDED
    return Confirmation.WAITING if said == Confirmation.NOT_NEEDED else said


def is_author(person: Person, submission: Submission) -> bool:
    """Whether this person may change, send and take back the submission.

    Editors of the manufacturer's Party, submitters for what submitters may submit, and SECAS for SECAS's own: all
    of the Party whose submission it is, whoever began it.
    """
    return submission.party_id in parties_for(person, SubmissionKind(submission.kind), submission.manufacturer)


def speaks_for_maker(person: Person, submission: Submission) -> bool:
    """Whether this person is an editor of the manufacturer whose product the submission is about."""
    maker = submission.manufacturer.party_id if submission.manufacturer else None
    return isinstance(person, User) and maker is not None and SUBMIT_AS_MANUFACTURER in person.permissions_in(maker)


def wrote(person: Person, submission: Submission) -> bool:
    """Whether this person had a hand in what the submission says: began it, changed it or sent it."""
    return person.pk is not None and (person.pk == submission.submitted_by_id or person.pk in submission.writers)


def stood_before(person: Person, submission: Submission) -> bool:
    """Whether this person wrote, sent or accepted the submission at any time: then somebody else publishes it.

    The one rule of the separation of duties. An acceptance that was taken back counts: it was their judgement.
    """
    if wrote(person, submission) or person.pk == submission.accepted_by_id:
        return True
    return any(step.by_id == person.pk and step.kind in BEFORE_PUBLISHING for step in submission.steps.all())


def may_confirm(person: Person, submission: Submission) -> bool:
    """Whether this person may confirm or contradict what another Party says of the own manufacturer's product.

    Never whoever wrote it for that other Party: nobody confirms their own words.
    """
    asked = submission.confirmation != Confirmation.NOT_NEEDED
    return asked and speaks_for_maker(person, submission) and not wrote(person, submission)


def is_secas(person: Person) -> bool:
    """Whether this person works on submissions for SECAS, as a moderator or as a publisher."""
    return can(person, MODERATE) or can(person, PUBLISH)


def may_moderate(person: Person, submission: Submission, step: StepKind) -> bool:
    """Whether this person may take a moderator's step; a publisher may send back what was accepted, by a query.

    Nobody accepts what they wrote or sent themselves.
    """
    if step == Step.ACCEPT and wrote(person, submission):
        return False
    sends_back = step == Step.QUERY and submission.state == State.ACCEPTED
    return can(person, MODERATE) or (sends_back and can(person, PUBLISH))


def may_say(person: Person, submission: Submission) -> bool:
    """Whether this person takes part in the conversation: its author, SECAS, or the manufacturer who is asked."""
    return is_author(person, submission) or is_secas(person) or may_confirm(person, submission)


def may_publish(person: Person, submission: Submission) -> bool:
    """Whether this person may publish it: never whoever wrote, sent or accepted it."""
    return can(person, PUBLISH) and not stood_before(person, submission)


def steps_for(person: Person, submission: Submission) -> list[StepKind]:
    """The steps that are open to this person now, for the buttons of a page, in the order of `StepKind`."""
    open_to = {*_moves(person, submission), *_beside(person, submission)}
    return [step for step in Step if step in open_to]


def _moves(person: Person, submission: Submission) -> list[StepKind]:
    state = State(submission.state)
    steps = open_steps(state, Whose.AUTHOR) if is_author(person, submission) else []
    steps += [step for step in open_steps(state, Whose.MODERATOR) if may_moderate(person, submission, step)]
    return steps + (open_steps(state, Whose.PUBLISHER) if may_publish(person, submission) else [])


def _beside(person: Person, submission: Submission) -> list[StepKind]:
    """What moves nothing."""
    state, steps = State(submission.state), list[StepKind]()
    if submission.submitted_at and may_say(person, submission):
        steps.append(Step.MESSAGE)
    if submission.submitted_at and is_secas(person):
        steps.append(Step.NOTE)
    if can(person, MODERATE) and state in HOLDABLE:
        steps.append(Step.RELEASE if submission.held_by_id == person.pk else Step.HOLD)
        steps += [Step.WAIVE] if any(_waivable(problem) for problem in submission.problems) else []
    return steps + (_words_of_maker(submission, state) if may_confirm(person, submission) else [])


def _waivable(problem: dict[str, object]) -> bool:
    return not problem.get("blocking") and not problem.get("waived")


def _words_of_maker(submission: Submission, state: SubmissionState) -> list[StepKind]:
    said, steps = submission.confirmation, list[StepKind]()
    if state in CONFIRMABLE and said != Confirmation.CONFIRMED:
        steps.append(Step.CONFIRM)
    if state in CONTRADICTABLE and said != Confirmation.CONTRADICTED:
        steps.append(Step.CONTRADICT)
    return steps


def is_over(submission: Submission) -> bool:
    """Whether nothing can happen to it any more."""
    return submission.state in ENDED
