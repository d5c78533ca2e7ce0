"""Who may do what: asked by pages, and again by every action."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from cpl.actions.submissions import may, talk
from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.models import CPLEntry, Submission
from tests.factories import Cast, Catalogue, make_submission
from tests.factories.submissions import northmoor

pytestmark = pytest.mark.django_db

Kind, State, Step = SubmissionKind, SubmissionState, StepKind
NOBODY = ("supplier", "administrator", "network", "ssc", "auditor", "stranger")


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("manufacturer", [kind for kind in Kind if kind != Kind.REMOVAL]),
        ("submitter", [Kind.HASH, Kind.ADDED_MODEL]),
        ("moderator", [Kind.CORRECTION, Kind.REMOVAL]),
        ("publisher", [Kind.CORRECTION, Kind.REMOVAL]),
        *((who, []) for who in NOBODY),
    ],
)
def test_the_kinds_that_a_person_may_begin(
    cast: Cast, catalogue: Catalogue, who: str, kinds: list[SubmissionKind]
) -> None:
    assert may.kinds_for(getattr(cast, who)) == kinds


def test_nobody_without_an_account_begins_anything(catalogue: Catalogue) -> None:
    assert may.kinds_for(AnonymousUser()) == []
    assert not may.may_begin(AnonymousUser(), Kind.HASH, northmoor())


def test_an_editor_of_a_party_that_makes_nothing_begins_nothing(cast: Cast) -> None:
    assert may.kinds_for(cast.manufacturer) == []


@pytest.mark.parametrize(
    ("who", "kind", "entry", "right"),
    [
        ("manufacturer", Kind.CORRECTION, "CPL-001045", True),
        ("competitor", Kind.CORRECTION, "CPL-001045", False),
        ("submitter", Kind.HASH, "CPL-001045", True),
        ("submitter", Kind.HASH, "CPL-001080", False),
        ("manufacturer", Kind.HASH, "CPL-001080", True),
        ("submitter", Kind.CORRECTION, "CPL-001045", False),
        ("moderator", Kind.CORRECTION, "CPL-001080", True),
        ("moderator", Kind.HASH, "CPL-001045", False),
    ],
)
def test_what_may_be_begun_about_an_entry(
    cast: Cast, catalogue: Catalogue, who: str, kind: SubmissionKind, entry: str, right: bool
) -> None:
    found = CPLEntry.objects.select_related("manufacturer").get(cpl_entry_id=entry)
    assert may.may_begin(getattr(cast, who), kind, found.manufacturer, found) is right
    assert may.may_begin(getattr(cast, who), kind, None, found) is right


def steps(person: User, submission: Submission) -> set[str]:
    return {step.value for step in may.steps_for(person, submission)}


@pytest.mark.parametrize(
    ("state", "author", "moderator", "publisher"),
    [
        (State.DRAFT, {"submit", "cancel"}, set(), set()),
        (State.SUBMITTED, {"cancel", "message"}, {"query", "accept", "refuse", "release", "message", "note"}, None),
        (State.QUERIED, {"resubmit", "cancel", "message"}, {"refuse", "release", "message", "note"}, None),
        (State.RESUBMITTED, {"cancel", "message"}, {"query", "accept", "refuse", "release", "message", "note"}, None),
        (
            State.ACCEPTED,
            {"cancel", "message"},
            {"query", "refuse", "release", "message", "note"},
            {"query", "publish", "message", "note"},
        ),
        (State.REFUSED, {"message"}, {"message", "note"}, None),
        (State.CANCELLED, {"message"}, {"message", "note"}, None),
    ],
)
def test_the_buttons_of_each_in_each_state(
    cast: Cast,
    catalogue: Catalogue,
    state: SubmissionState,
    author: set[str],
    moderator: set[str],
    publisher: set[str] | None,
) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, state)
    if state == State.SUBMITTED:
        submission = talk.hold(submission=submission, by=cast.moderator)
    if state == State.CANCELLED:
        moderator = moderator - {"release"}
    assert steps(cast.manufacturer, submission) == author
    assert steps(cast.moderator, submission) == moderator
    assert steps(cast.publisher, submission) == ({"message", "note"} if publisher is None else publisher)
    for who in (*NOBODY, "competitor", "submitter"):
        assert steps(getattr(cast, who), submission) == set()


def test_whoever_accepted_is_shown_no_button_to_publish(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.ACCEPTED)
    submission.accepted_by = cast.publisher
    assert not may.may_publish(cast.publisher, submission)
    submission.accepted_by, submission.submitted_by = cast.moderator, cast.publisher
    assert not may.may_publish(cast.publisher, submission)
    submission.submitted_by = cast.manufacturer
    assert may.may_publish(cast.publisher, submission)
    assert not may.may_publish(cast.moderator, submission)


def test_the_manufacturer_of_another_partys_submission_confirms_or_contradicts(
    cast: Cast, catalogue: Catalogue
) -> None:
    submission = make_submission(cast, catalogue, Kind.HASH, State.SUBMITTED)
    assert steps(cast.manufacturer, submission) == {"message", "confirm", "contradict"}
    assert steps(cast.competitor, submission) == set()
    confirmed = talk.confirm(submission=submission, by=cast.manufacturer)
    assert steps(cast.manufacturer, confirmed) == {"message", "contradict"}


def test_a_problem_that_advises_can_be_waived(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.SUBMITTED)
    submission.problems = [{"check": "odd", "blocking": False, "waived": ""}]
    assert "waive" in steps(cast.moderator, submission)
    submission.problems = [{"check": "odd", "blocking": False, "waived": "It is so."}, {"blocking": True}]
    assert "waive" not in steps(cast.moderator, submission)
