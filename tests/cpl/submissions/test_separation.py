"""Separation of duties: nobody accepts, confirms or publishes what they wrote; and who wrote is on record."""

import pytest

from accounts.access import Forbidden
from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.submissions import drafts, may, moves, talk
from cpl.choices import Confirmation, StepKind, SubmissionKind, SubmissionState
from cpl.models import Manufacturer, Submission
from tests.factories import Cast, Catalogue, make_submission, make_user
from tests.factories.submissions import content_of

pytestmark = pytest.mark.django_db

Kind, State, Step = SubmissionKind, SubmissionState, StepKind


def now(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def removal(cast: Cast, catalogue: Catalogue, *, by: User, sent_by: User) -> Submission:
    """A removal that one of SECAS began and one sent."""
    draft = drafts.begin(kind=Kind.REMOVAL, by=by, entry=catalogue.baseline, content=content_of(Kind.REMOVAL))
    return moves.submit(submission=draft, by=sent_by)


def colleague(cast: Cast) -> User:
    """Another editor of Northmoor."""
    return make_user("col@northmoor.example", Role.MANUFACTURER_EDITOR, Party.objects.get(name__startswith="North"))


def test_resubmitting_leaves_the_first_submitter_on_record(cast: Cast, catalogue: Catalogue, second: User) -> None:
    submission = removal(cast, catalogue, by=cast.publisher, sent_by=cast.publisher)
    moves.query(submission=submission, question="Really?", by=cast.moderator)
    moves.resubmit(submission=submission, answer="Yes.", by=second)
    assert now(submission).submitted_by == cast.publisher


def test_everybody_who_began_changed_or_sent_it_is_on_record(cast: Cast, catalogue: Catalogue, second: User) -> None:
    submission = removal(cast, catalogue, by=cast.publisher, sent_by=second)
    assert now(submission).writers == [second.pk, cast.publisher.pk]
    moves.query(submission=submission, question="Really?", by=cast.moderator)
    content = {**submission.content, "reason": "Removed at another direction"}
    drafts.save(submission=submission, content=content, by=second, edition=1)
    moves.resubmit(submission=submission, answer="Yes.", by=cast.moderator)
    assert now(submission).writers == [cast.moderator.pk, cast.publisher.pk, second.pk]


def test_saving_what_says_the_same_makes_nobody_a_writer(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_submission(cast, catalogue, Kind.CONTACT)
    drafts.save(submission=draft, content=draft.content, by=colleague(cast), edition=1)
    assert now(draft).writers == [cast.manufacturer.pk]


@pytest.mark.parametrize("hand", ["began", "sent", "changed", "resubmitted"])
def test_a_moderator_does_not_accept_what_they_had_a_hand_in(
    cast: Cast, catalogue: Catalogue, second: User, hand: str
) -> None:
    began = cast.moderator if hand == "began" else cast.publisher
    submission = removal(cast, catalogue, by=began, sent_by=cast.moderator if hand == "sent" else cast.publisher)
    moves.query(submission=submission, question="Really?", by=second)
    if hand == "changed":
        content = {**submission.content, "reason": "Removed at another direction"}
        drafts.save(submission=submission, content=content, by=cast.moderator, edition=1)
    again = cast.moderator if hand == "resubmitted" else cast.publisher
    submission = moves.resubmit(submission=submission, answer="Yes.", by=again)
    with pytest.raises(Forbidden, match="another moderator has to accept it"):
        moves.accept(submission=submission, edition=submission.edition, by=cast.moderator)
    assert Step.ACCEPT not in may.steps_for(cast.moderator, submission)
    assert Step.ACCEPT in may.steps_for(second, submission)
    assert moves.accept(submission=submission, edition=submission.edition, by=second).state == State.ACCEPTED


def test_a_publisher_who_only_began_it_does_not_publish_it(cast: Cast, catalogue: Catalogue, second: User) -> None:
    submission = removal(cast, catalogue, by=cast.publisher, sent_by=second)
    accepted = moves.accept(submission=submission, edition=1, by=cast.moderator)
    assert may.stood_before(cast.publisher, accepted)
    assert not may.may_publish(cast.publisher, accepted)


def test_an_acceptance_that_was_taken_back_counts(cast: Cast, catalogue: Catalogue, second: User) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.ACCEPTED)
    moves.query(submission=submission, question="Really?", by=cast.publisher)
    moves.resubmit(submission=submission, answer="Yes.", by=cast.manufacturer)
    again = moves.accept(submission=submission, edition=1, by=second)
    assert may.stood_before(cast.moderator, again)
    assert not may.stood_before(cast.publisher, again), "to ask is not to judge"


def with_two_roles(cast: Cast) -> User:
    """The DCC's submitter, who is Northmoor's editor too."""
    join(
        user=cast.submitter,
        party=Party.objects.get(name__startswith="Northmoor"),
        role=Role.MANUFACTURER_EDITOR,
        by=None,
    )
    return User.objects.get(pk=cast.submitter.pk)


def test_whoever_wrote_it_does_not_confirm_it_for_the_manufacturer(cast: Cast, catalogue: Catalogue) -> None:
    both = with_two_roles(cast)
    submission = make_submission(
        cast, catalogue, Kind.HASH, State.SUBMITTED, by=both, entry=catalogue.test_version,
        party=Party.objects.get(name="DCC"),
    )  # fmt: skip
    assert submission.confirmation == Confirmation.WAITING
    with pytest.raises(Forbidden, match="somebody else of the manufacturer"):
        talk.confirm(submission=submission, by=both)
    with pytest.raises(Forbidden, match="somebody else of the manufacturer"):
        talk.contradict(submission=submission, reason="Wrong.", by=both)
    assert not {Step.CONFIRM, Step.CONTRADICT} & set(may.steps_for(both, submission))
    assert talk.confirm(submission=submission, by=cast.manufacturer).confirmation == Confirmation.CONFIRMED


def test_sent_again_after_the_manufacturer_passed_on_it_needs_the_new_ones_word(
    cast: Cast, catalogue: Catalogue
) -> None:
    northmoor = Party.objects.get(name__startswith="Northmoor")
    Party.objects.filter(pk=northmoor.pk).update(category="other_sec_party")
    join(user=cast.manufacturer, party=northmoor, role=Role.SUBMITTER, by=None)
    author = User.objects.get(pk=cast.manufacturer.pk)
    submission = make_submission(cast, catalogue, Kind.HASH, State.SUBMITTED, by=author, entry=catalogue.test_version)
    assert submission.confirmation == Confirmation.NOT_NEEDED
    Manufacturer.objects.filter(submissions=submission).update(party=Party.objects.get(name__startswith="Kes"))
    moves.query(submission=submission, question="Whose is it now?", by=cast.moderator)
    moves.resubmit(submission=submission, answer="Kestrel's.", by=User.objects.get(pk=author.pk))
    assert now(submission).confirmation == Confirmation.WAITING
