"""Separation of duties over the whole life of a submission: whoever had a hand in it does not publish it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Membership, Party, User
from cpl.actions.publication import issues
from cpl.actions.publication.duties import hands_of
from cpl.actions.publication.errors import SameHandsError
from cpl.actions.submissions import drafts, moves
from cpl.choices import IssueState
from cpl.choices import SubmissionKind as Kind
from cpl.models import CPLIssue, Submission
from tests.cpl.publication.helping import accepted, fresh, of_secas
from tests.factories import Cast, Catalogue, make_issue
from tests.factories.submissions import content_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(cast: Cast) -> User:
    """Another moderator."""
    return of_secas("two@secas.example", Role.SECAS_MODERATOR)


def removal(by: User, catalogue: Catalogue) -> Submission:
    return drafts.begin(kind=Kind.REMOVAL, by=by, entry=catalogue.baseline, content=content_of(Kind.REMOVAL))


def submitted_first(cast: Cast, catalogue: Catalogue, second: User) -> Submission:
    one = removal(second, catalogue)
    moves.submit(submission=one, by=cast.publisher)
    moves.query(submission=one, question="Why?", by=cast.moderator)
    moves.resubmit(submission=fresh(one), answer="So.", by=second)
    return one


def answered(cast: Cast, catalogue: Catalogue, second: User) -> Submission:
    one = removal(second, catalogue)
    moves.submit(submission=one, by=second)
    moves.query(submission=one, question="Why?", by=cast.moderator)
    moves.resubmit(submission=fresh(one), answer="So.", by=cast.publisher)
    moves.query(submission=fresh(one), question="And?", by=cast.moderator)
    moves.resubmit(submission=fresh(one), answer="So there.", by=second)
    return one


def begun(cast: Cast, catalogue: Catalogue, second: User) -> Submission:
    one = removal(cast.publisher, catalogue)
    moves.submit(submission=one, by=second)
    return one


def written_in(cast: Cast, catalogue: Catalogue, second: User) -> Submission:
    one = removal(second, catalogue)
    content = {**one.content, "reference": "SECP-2026-18"}
    drafts.save(submission=one, content=content, by=cast.publisher, edition=one.edition)
    moves.submit(submission=fresh(one), by=second)
    return one


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (submitted_first, "You submitted it."),
        (answered, "You submitted it."),
        (begun, "You began it."),
        (written_in, "You wrote in it."),
    ],
)
def test_whoever_had_a_hand_in_it_at_any_time_does_not_publish_it(
    cast: Cast, catalogue: Catalogue, second: User, way: Callable[..., Submission], words: str
) -> None:
    one = way(cast, catalogue, second)
    moves.accept(submission=fresh(one), by=cast.moderator, edition=fresh(one).edition)
    issue = make_issue(cast, [one])
    with pytest.raises(SameHandsError, match=words):
        issues.publish(issue=issue, by=cast.publisher)
    with pytest.raises(SameHandsError, match=words):
        issues.schedule(issue=issue, publish_at=timezone.now() + timedelta(hours=1), by=cast.publisher)
    assert issues.publish(issue=issue, by=of_secas("paul@secas.example", Role.SECAS_PUBLISHER))


def test_an_acceptance_that_was_taken_back_counts_still(cast: Cast, catalogue: Catalogue, second: User) -> None:
    one = accepted(cast, catalogue)
    moves.query(submission=one, question="Is it?", by=cast.moderator)
    moves.resubmit(submission=fresh(one), answer="It is.", by=cast.manufacturer)
    moves.accept(submission=fresh(one), by=second, edition=fresh(one).edition)
    Membership.objects.create(user=cast.moderator, party=Party.objects.get(name="SECAS"), role=Role.SECAS_PUBLISHER)
    with pytest.raises(SameHandsError, match="You accepted it"):
        issues.publish(issue=make_issue(cast, [one]), by=User.objects.get(pk=cast.moderator.pk))


def test_at_the_set_time_it_is_asked_of_whoever_set_it(cast: Cast, catalogue: Catalogue, second: User) -> None:
    one = begun(cast, catalogue, second)
    moves.accept(submission=one, by=cast.moderator, edition=1)
    issue = make_issue(cast, [one])
    soon = timezone.now() + timedelta(hours=1)
    CPLIssue.objects.filter(pk=issue.pk).update(state="scheduled", publish_at=soon, published_by=cast.publisher)
    assert issues.publish_due(now=soon) == 0
    issue.refresh_from_db()
    assert (issue.state, "You began it" in issue.failure) == (IssueState.PREPARED, True)


def test_it_is_asked_of_many_in_one_query(cast: Cast, catalogue: Catalogue) -> None:
    for number in (1, 4):
        rows = [accepted(cast, catalogue) for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            assert len(hands_of(cast.moderator, [fresh(one) for one in rows])) == number
        assert len(queries) == number + 1
