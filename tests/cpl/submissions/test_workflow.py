"""The table of moves: in Python, and as the database keeps it."""

from itertools import pairwise, product

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Party
from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.models import CPLIssue, Submission
from cpl.workflow import EDITABLE, ENDED, MOVES, OPEN, WITH_SECAS, Whose, WrongMoveError, after, open_steps
from tests.factories import Cast, Catalogue, make_submission
from tests.factories.submissions import northmoor

State, Step = SubmissionState, StepKind

PAIRS = {(origin, move.target) for move in MOVES.values() for origin in move.origins}


def walked(steps: list[StepKind], state: SubmissionState = State.DRAFT) -> list[SubmissionState]:
    """Every state on the way, steps that are not open left out."""
    states = [state]
    for step in steps:
        try:
            states.append(after(step, states[-1]))
        except WrongMoveError as error:
            assert (error.step, error.state) == (step, states[-1]), "the error says what was not open, and from where"
    return states


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_no_sequence_of_steps_leaves_the_table(steps: list[StepKind]) -> None:
    states = walked(steps)
    assert all(pair in PAIRS for pair in pairwise(states))


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_nothing_is_published_that_was_not_accepted_just_before(steps: list[StepKind]) -> None:
    states = walked(steps)
    assert all(before == State.ACCEPTED for before, now in pairwise(states) if now == "published")


@given(st.lists(st.sampled_from(Step), min_size=1, max_size=30))
def test_no_step_leads_back_to_a_draft(steps: list[StepKind]) -> None:
    assert State.DRAFT not in walked(steps)[1:]


@given(st.sampled_from(sorted(ENDED)), st.lists(st.sampled_from(Step), max_size=10))
def test_from_an_ended_state_no_sequence_leads_anywhere(state: SubmissionState, steps: list[StepKind]) -> None:
    assert walked(steps, State(state)) == [state]


def test_every_state_can_be_reached() -> None:
    reached = {State.DRAFT}
    while more := {target for origin, target in PAIRS if origin in reached} - reached:
        reached |= more
    assert reached == set(State)


def test_the_ended_states_are_those_without_a_move() -> None:
    assert {state for state in State if not any(origin == state for origin, _ in PAIRS)} == ENDED


def test_every_state_is_open_published_or_the_end() -> None:
    assert OPEN | {State.PUBLISHED} | ENDED == set(State)
    assert not OPEN & ENDED
    assert not EDITABLE & WITH_SECAS


@pytest.mark.parametrize("state", State)
def test_the_open_steps_of_a_state_are_those_that_do_not_raise(state: SubmissionState) -> None:
    listed = {step for whose in Whose for step in open_steps(state, whose)}
    assert listed == {step for step in Step if walked([step], state) != [state]}


def test_a_wrong_move_says_so_in_words() -> None:
    with pytest.raises(WrongMoveError, match="A submission that is refused cannot be accepted"):
        after(Step.ACCEPT, State.REFUSED)


def put(cast: Cast, catalogue: Catalogue, state: SubmissionState) -> Submission:
    """A submission in a state, by raw rows: with everything that constraints ask of any state but publication."""
    now = timezone.now()
    return Submission.objects.create(
        kind=SubmissionKind.CONTACT,
        state=state,
        state_since=now,
        party=Party.objects.get(name="Northmoor Metering Ltd"),
        manufacturer=northmoor(),
        submitted_by=cast.manufacturer,
        submitted_at=now,
        accepted_by=cast.moderator,
        accepted_at=now,
        published_by=cast.publisher,
        published_at=now,
        issue=CPLIssue.objects.create(number="900", issue_date=now.date()) if state in _IN_ISSUE else None,
    )


_IN_ISSUE = (State.ACCEPTED, State.PUBLISHED, State.LOADED)


def raw(submission: Submission, state: SubmissionState) -> None:
    """Change the state past every line of Python, keeping or leaving the issue as the state needs."""
    with transaction.atomic(), connection.cursor() as cursor:
        leave = "" if state in _IN_ISSUE else ", issue_id = NULL"
        cursor.execute(f"UPDATE cpl_submission SET state = %s{leave} WHERE id = %s", [state.value, submission.pk])


@pytest.mark.django_db
@pytest.mark.parametrize(("origin", "target"), sorted((a.value, b.value) for a, b in product(State, State) if a != b))
def test_the_database_admits_the_pairs_of_the_table_and_no_other(
    cast: Cast, catalogue: Catalogue, origin: str, target: str
) -> None:
    submission = put(cast, catalogue, State(origin))
    if (State(origin), State(target)) in PAIRS:
        raw(submission, State(target))
        assert Submission.objects.get(pk=submission.pk).state == target
    else:
        with pytest.raises(DatabaseError, match=f'Invalid transition of field "state" from "{origin}" to "{target}"'):
            raw(submission, State(target))


@pytest.mark.django_db
@pytest.mark.parametrize("same", ["accepted_by", "submitted_by"])
def test_the_database_refuses_a_publisher_who_accepted_or_submitted(
    cast: Cast, catalogue: Catalogue, same: str
) -> None:
    submission = put(cast, catalogue, State.ACCEPTED)
    with pytest.raises(IntegrityError, match="publisher_is_somebody_else"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(state=State.PUBLISHED, **{same: cast.publisher})


@pytest.mark.django_db
def test_the_database_keeps_what_is_not_accepted_out_of_issues(cast: Cast, catalogue: Catalogue) -> None:
    submission = put(cast, catalogue, State.SUBMITTED)
    issue = CPLIssue.objects.create(number="901", issue_date=timezone.localdate())
    with pytest.raises(IntegrityError, match="only_accepted_in_an_issue"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(issue=issue)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.SUBMITTED, State.QUERIED, State.REFUSED])
def test_the_database_wants_to_know_who_submitted(cast: Cast, catalogue: Catalogue, state: SubmissionState) -> None:
    submission = put(cast, catalogue, state)
    with pytest.raises(IntegrityError, match="submitted_by_somebody"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(submitted_by=None)


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["DELETE FROM {}", "UPDATE {} SET words = 'Other words'"])
def test_what_happened_cannot_be_changed(cast: Cast, catalogue: Catalogue, sql: str) -> None:
    make_submission(cast, catalogue, SubmissionKind.CONTACT)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format("cpl_submissionstep"))


@pytest.mark.django_db
def test_a_submission_cannot_be_deleted(cast: Cast, catalogue: Catalogue) -> None:
    submission = put(cast, catalogue, State.DRAFT)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).delete()
