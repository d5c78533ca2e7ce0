"""What is said and decided on the way: messages, notes, who holds it, waivers, the manufacturer's word."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.access import Forbidden
from accounts.models import AuditEvent, User
from cpl import rules
from cpl.actions.submissions import moves, talk
from cpl.actions.submissions.errors import (
    CannotConfirmError,
    CannotWaiveError,
    EditedMeanwhileError,
    HeldMeanwhileError,
    NeedsWordsError,
    NotOpenError,
    TooLongError,
)
from cpl.choices import Confirmation, StepKind, SubmissionKind, SubmissionState
from cpl.models import Manufacturer, Submission, SubmissionStep
from cpl.rules import Check, Finding
from tests.factories import Cast, Catalogue, make_submission

pytestmark = pytest.mark.django_db

Kind, State, Step = SubmissionKind, SubmissionState, StepKind


def now(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


@pytest.fixture
def sent(cast: Cast, catalogue: Catalogue) -> Submission:
    """A contact that Northmoor submitted."""
    return make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)


@pytest.fixture
def foreign(cast: Cast, catalogue: Catalogue) -> Submission:
    """A hash that the DCC submitted for Northmoor's meter."""
    return make_submission(cast, catalogue, Kind.HASH, State.SUBMITTED)


# Messages and notes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["manufacturer", "moderator", "publisher"])
def test_author_and_secas_write_messages(cast: Cast, sent: Submission, who: str) -> None:
    step = talk.say(submission=sent, words=" Is it right? ", by=getattr(cast, who))
    assert (step.kind, step.words, step.internal, step.to_state) == (Step.MESSAGE, "Is it right?", False, "")
    assert now(sent).state == State.SUBMITTED
    assert AuditEvent.objects.get(name="submission.message").actor == getattr(cast, who).email


@pytest.mark.parametrize("who", ["competitor", "submitter", "supplier", "auditor", "ssc"])
def test_nobody_else_writes_messages(cast: Cast, sent: Submission, who: str) -> None:
    with pytest.raises(Forbidden):
        talk.say(submission=sent, words="Hello.", by=getattr(cast, who))


def test_a_manufacturer_writes_about_what_others_say_of_its_product(cast: Cast, foreign: Submission) -> None:
    assert talk.say(submission=foreign, words="We look into it.", by=cast.manufacturer).by_party.startswith("Northmoor")
    with pytest.raises(Forbidden):
        talk.say(submission=foreign, words="Hello.", by=cast.competitor)


@pytest.mark.parametrize("act", [talk.say, talk.note])
def test_an_empty_message_and_an_empty_note_are_none(cast: Cast, sent: Submission, act: Callable[..., Any]) -> None:
    with pytest.raises(NeedsWordsError, match="Write the"):
        act(submission=sent, words=" ", by=cast.moderator)


def test_in_a_draft_there_is_nobody_to_talk_to(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_submission(cast, catalogue, Kind.CONTACT)
    with pytest.raises(NotOpenError, match="never submitted"):
        talk.say(submission=draft, words="Hello?", by=cast.manufacturer)
    with pytest.raises(NotOpenError):
        talk.note(submission=draft, words="Hm.", by=cast.moderator)


def test_after_a_refusal_its_author_may_still_ask_why(cast: Cast, catalogue: Catalogue) -> None:
    refused = make_submission(cast, catalogue, Kind.CONTACT, State.REFUSED)
    assert talk.say(submission=refused, words="Why?", by=cast.manufacturer).words == "Why?"


@pytest.mark.parametrize("who", ["moderator", "publisher"])
def test_notes_are_internal(cast: Cast, sent: Submission, who: str) -> None:
    assert talk.note(submission=sent, words="Odd.", by=getattr(cast, who)).internal


@pytest.mark.parametrize("who", ["manufacturer", "competitor", "auditor", "supplier"])
def test_nobody_outside_secas_writes_notes(cast: Cast, sent: Submission, who: str) -> None:
    with pytest.raises(Forbidden):
        talk.note(submission=sent, words="Odd.", by=getattr(cast, who))


# Who holds it ------------------------------------------------------------------------------------------------


def test_a_moderator_takes_it_on_and_gives_it_back(cast: Cast, sent: Submission) -> None:
    assert talk.hold(submission=sent, by=cast.moderator).held_by == cast.moderator
    assert talk.release(submission=sent, by=cast.moderator).held_by is None
    assert [step.kind for step in sent.steps.all()][-2:] == [Step.HOLD, Step.RELEASE]


def test_taking_on_twice_and_giving_back_twice_are_written_down_once(cast: Cast, sent: Submission) -> None:
    for act in (talk.hold, talk.hold, talk.release, talk.release):
        act(submission=sent, by=cast.moderator)
    assert [step.kind for step in sent.steps.all()][-2:] == [Step.HOLD, Step.RELEASE]
    assert sent.steps.count() == 4


def test_what_somebody_holds_is_not_taken_over_unseen(cast: Cast, sent: Submission, second: User) -> None:
    talk.hold(submission=sent, by=second)
    with pytest.raises(HeldMeanwhileError, match=r"Tom has taken on S-"):
        talk.hold(submission=sent, by=cast.moderator)
    assert now(sent).held_by == second


def test_taking_over_is_on_record(cast: Cast, sent: Submission, second: User) -> None:
    talk.hold(submission=sent, by=second)
    assert talk.hold(submission=sent, over=second.pk, by=cast.moderator).held_by == cast.moderator
    last = SubmissionStep.objects.filter(kind=Step.HOLD).last()
    assert last is not None
    assert last.details == {"taken_over_from": "Tom"}


def test_a_colleagues_hold_can_be_ended_on_record(cast: Cast, sent: Submission, second: User) -> None:
    talk.hold(submission=sent, by=second)
    talk.release(submission=sent, by=cast.moderator)
    assert sent.steps.get(kind=Step.RELEASE).details == {"held_by": "Tom"}


@pytest.mark.parametrize("who", ["publisher", "manufacturer", "auditor", "competitor"])
@pytest.mark.parametrize("act", [talk.hold, talk.release])
def test_only_moderators_take_on(cast: Cast, sent: Submission, act: Callable[..., Any], who: str) -> None:
    with pytest.raises(Forbidden):
        act(submission=sent, by=getattr(cast, who))


@pytest.mark.parametrize("state", [State.DRAFT, State.REFUSED, State.CANCELLED])
def test_what_is_not_with_secas_is_not_taken_on(cast: Cast, catalogue: Catalogue, state: SubmissionState) -> None:
    with pytest.raises(NotOpenError, match="nothing to moderate"):
        talk.hold(submission=make_submission(cast, catalogue, Kind.CONTACT, state), by=cast.moderator)


# Waivers -----------------------------------------------------------------------------------------------------


class Odd(Check):
    """The team's name is odd."""

    name, clause, blocking = "odd", "House rule", False

    def find(self, subject: rules.Subject) -> Iterator[Finding]:
        """Whatever it is."""
        team = subject.content["contact_team"]
        yield Finding("contact_team", f"{team} is odd.", "Think again.", key=team)


class Wrong(Odd):
    """The team's name is wrong."""

    name, blocking, stops = "wrong", True, frozenset({Step.ACCEPT})


class Hidden(Odd):
    """The team's name is that of somebody hidden."""

    name, confidential = "hidden", True


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """One check of each sort, in the place of the real ones."""
    monkeypatch.setattr(rules, "CHECKS", (Wrong(), Odd(), Hidden()))


def waiving(submission: Submission, check: str = "odd") -> dict[str, str]:
    """What waives the finding of a check."""
    key = next(problem.key for problem in rules.problems_of(submission) if problem.check == check)
    return {"check": check, "key": key, "reason": "It is called that."}


@pytest.mark.usefixtures("checks")
def test_a_moderator_waives_an_advising_problem_on_record(cast: Cast, sent: Submission) -> None:
    waiver = talk.waive(submission=sent, by=cast.moderator, **waiving(sent))
    (kept,) = [problem for problem in now(sent).problems if problem["check"] == "odd"]
    assert (waiver.by, kept["waived"]) == (cast.moderator, "It is called that.")
    step = sent.steps.get(kind=Step.WAIVE)
    assert (step.words, step.internal, step.details["check"]) == ("It is called that.", False, "odd")


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize("who", ["publisher", "manufacturer", "competitor", "auditor"])
def test_nobody_else_waives(cast: Cast, sent: Submission, who: str) -> None:
    with pytest.raises(Forbidden):
        talk.waive(submission=sent, by=getattr(cast, who), **waiving(sent))


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        ({"check": "wrong", "key": "Upgrades desk"}, CannotWaiveError, "cannot be waived"),
        ({"check": "gone"}, CannotWaiveError, "not there any more"),
        ({"key": "Other desk"}, CannotWaiveError, "not there any more"),
        ({"reason": " "}, NeedsWordsError, "stays on record"),
        ({"reason": "x" * 501}, TooLongError, "at most 500"),
    ],
    ids=["blocking", "no such check", "another finding", "no reason", "long reason"],
)
def test_what_cannot_be_waived(
    cast: Cast, sent: Submission, given: dict[str, str], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        talk.waive(submission=sent, by=cast.moderator, **{**waiving(sent), **given})
    assert not sent.waivers.exists()


@pytest.mark.usefixtures("checks")
def test_a_problem_is_waived_once(cast: Cast, sent: Submission, second: User) -> None:
    waived = waiving(sent)
    talk.waive(submission=sent, by=second, **waived)
    with pytest.raises(CannotWaiveError, match="waived already: It is called that"):
        talk.waive(submission=sent, by=cast.moderator, **waived)


@pytest.mark.usefixtures("checks")
def test_waiving_what_the_author_may_not_know_of_is_internal(cast: Cast, sent: Submission) -> None:
    talk.waive(submission=sent, by=cast.moderator, **waiving(sent, "hidden"))
    assert sent.steps.get(kind=Step.WAIVE).internal


# The manufacturer's word -------------------------------------------------------------------------------------


def test_the_manufacturer_confirms_what_another_party_says(cast: Cast, foreign: Submission) -> None:
    assert foreign.confirmation == Confirmation.WAITING
    assert talk.confirm(submission=foreign, by=cast.manufacturer, edition=1).confirmation == Confirmation.CONFIRMED
    step = foreign.steps.get(kind=Step.CONFIRM)
    assert (step.by, step.details) == (cast.manufacturer, {"edition": 1})


def test_the_manufacturer_contradicts_with_a_reason(cast: Cast, foreign: Submission) -> None:
    with pytest.raises(NeedsWordsError, match="what is wrong"):
        talk.contradict(submission=foreign, reason="", by=cast.manufacturer)
    talk.contradict(submission=foreign, reason="That is the hash of the whole file.", by=cast.manufacturer)
    assert now(foreign).confirmation == Confirmation.CONTRADICTED
    assert foreign.steps.get(kind=Step.CONTRADICT).words == "That is the hash of the whole file."


@pytest.mark.parametrize("who", ["competitor", "submitter", "moderator", "supplier", "auditor"])
def test_nobody_speaks_for_another_manufacturer(cast: Cast, foreign: Submission, who: str) -> None:
    with pytest.raises(Forbidden):
        talk.confirm(submission=foreign, by=getattr(cast, who))
    with pytest.raises(Forbidden):
        talk.contradict(submission=foreign, reason="Wrong.", by=getattr(cast, who))


def test_a_manufacturer_may_change_its_mind(cast: Cast, foreign: Submission) -> None:
    talk.contradict(submission=foreign, reason="Wrong.", by=cast.manufacturer)
    assert talk.confirm(submission=foreign, by=cast.manufacturer).confirmation == Confirmation.CONFIRMED
    moves.accept(submission=foreign, edition=1, by=cast.moderator)
    talk.contradict(submission=foreign, reason="Wrong after all.", by=cast.manufacturer)
    assert now(foreign).confirmation == Confirmation.CONTRADICTED


def test_the_same_word_twice_is_told(cast: Cast, foreign: Submission) -> None:
    talk.confirm(submission=foreign, by=cast.manufacturer)
    with pytest.raises(CannotConfirmError, match="confirmed it already"):
        talk.confirm(submission=foreign, by=cast.manufacturer)


def test_the_own_submission_needs_no_confirmation(cast: Cast, sent: Submission) -> None:
    with pytest.raises(CannotConfirmError, match="not needed"):
        talk.confirm(submission=sent, by=cast.manufacturer)


def test_a_manufacturer_confirms_the_edition_that_it_read(cast: Cast, foreign: Submission) -> None:
    with pytest.raises(EditedMeanwhileError):
        talk.confirm(submission=foreign, by=cast.manufacturer, edition=2)


@pytest.mark.parametrize("state", [State.DRAFT, State.QUERIED, State.REFUSED])
def test_the_manufacturer_is_asked_while_it_is_with_secas(
    cast: Cast, catalogue: Catalogue, state: SubmissionState
) -> None:
    submission = make_submission(cast, catalogue, Kind.HASH, state)
    with pytest.raises(NotOpenError, match="while it is with SECAS"):
        talk.confirm(submission=submission, by=cast.manufacturer)


def test_for_a_manufacturer_with_nobody_here_a_moderator_records_it(cast: Cast, foreign: Submission) -> None:
    Manufacturer.objects.filter(submissions=foreign).update(party=None)
    with pytest.raises(NeedsWordsError, match="reference"):
        talk.confirm_for_manufacturer(submission=foreign, reference=" ", by=cast.moderator)
    talk.confirm_for_manufacturer(submission=foreign, reference="Letter of 3 May", by=cast.moderator)
    assert now(foreign).confirmation == Confirmation.CONFIRMED
    step = foreign.steps.get(kind=Step.CONFIRM)
    assert (step.words, step.details["for_manufacturer"]) == ("Letter of 3 May", True)


def test_a_manufacturer_whose_editors_have_all_left_has_nobody_here(cast: Cast, foreign: Submission) -> None:
    User.objects.filter(pk=cast.manufacturer.pk).update(is_active=False)
    talk.confirm_for_manufacturer(submission=foreign, reference="Letter of 3 May", by=cast.moderator)
    assert now(foreign).confirmation == Confirmation.CONFIRMED


def test_a_manufacturer_with_an_editor_here_speaks_for_itself(cast: Cast, foreign: Submission) -> None:
    with pytest.raises(CannotConfirmError, match="they confirm it themselves"):
        talk.confirm_for_manufacturer(submission=foreign, reference="Letter of 3 May", by=cast.moderator)


@pytest.mark.parametrize("who", ["publisher", "submitter", "auditor", "supplier"])
def test_only_moderators_record_it(cast: Cast, foreign: Submission, who: str) -> None:
    Manufacturer.objects.filter(submissions=foreign).update(party=None)
    with pytest.raises(Forbidden):
        talk.confirm_for_manufacturer(submission=foreign, reference="Letter", by=getattr(cast, who))
