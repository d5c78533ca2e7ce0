"""Two people at the same moment, on connections of their own: one wins, the other is told; the log keeps its chain."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.publication import issues, loading
from cpl.actions.publication.errors import IssueMovedError
from cpl.actions.submissions import moves
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import CPLEntry, CPLIssue, PublicationRecord, Submission
from tests.factories import Cast, Catalogue, make_issue, make_submission, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What became of each act, begun together: what it returned, or what it raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            start.wait(timeout=30)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def accepted(cast: Cast, catalogue: Catalogue, kind: Kind = Kind.NEW_ENTRY) -> Submission:
    return make_submission(cast, catalogue, kind, State.ACCEPTED)


@pytest.fixture
def second(cast: Cast) -> User:
    return make_user("paul@secas.example", Role.SECAS_PUBLISHER, Party.objects.get(name="SECAS"))


def test_of_two_publishers_of_one_issue_one_wins(cast: Cast, catalogue: Catalogue, second: User) -> None:
    issue = make_issue(cast, [accepted(cast, catalogue)])
    done = at_once(*(lambda by=by: issues.publish(issue=issue, by=by) for by in (cast.publisher, second)))
    (won,) = (one for one in done if isinstance(one, CPLIssue))
    (lost,) = (one for one in done if not isinstance(one, CPLIssue))
    assert isinstance(lost, IssueMovedError)
    assert f"{won.published_by} published" in str(lost)
    assert PublicationRecord.objects.filter(issue=issue, kind="entry_published").count() == 1


def test_two_issues_at_once_have_different_ids_and_one_chain(cast: Cast, catalogue: Catalogue, second: User) -> None:
    pair = [make_issue(cast, [accepted(cast, catalogue)]) for _ in range(2)]
    acts = zip(pair, (cast.publisher, second), strict=True)
    done = at_once(*(lambda issue=issue, by=by: issues.publish(issue=issue, by=by) for issue, by in acts))
    assert [type(one) for one in done] == [CPLIssue, CPLIssue], done
    made = CPLEntry.objects.filter(submissions__issue__in=pair)
    assert len(set(made.values_list("cpl_entry_id", flat=True))) == 2
    chain = list(PublicationRecord.objects.order_by("number").values_list("number", "previous", "digest"))
    assert [number for number, _, _ in chain] == list(range(1, len(chain) + 1))
    assert [previous for _, previous, _ in chain[1:]] == [digest for _, _, digest in chain[:-1]]


def test_a_query_and_publication_at_once_leave_one_of_the_two(cast: Cast, catalogue: Catalogue) -> None:
    one, other = accepted(cast, catalogue), accepted(cast, catalogue, Kind.CORRECTION)
    issue = make_issue(cast, [one, other])
    at_once(
        lambda: issues.publish(issue=issue, by=cast.publisher),
        lambda: moves.query(submission=one, question="Why?", by=cast.moderator),
    )
    state = Submission.objects.get(pk=one.pk).state
    assert state in (State.PUBLISHED, State.QUERIED)
    assert Submission.objects.get(pk=other.pk).state == State.PUBLISHED
    assert CPLEntry.objects.filter(firmware_version=one.content["firmware_version"]).exists() == (
        state == State.PUBLISHED
    )


def test_publishing_and_marking_as_loaded_do_not_wait_for_each_other_for_ever(cast: Cast, catalogue: Catalogue) -> None:
    first = issues.publish(issue=make_issue(cast, [accepted(cast, catalogue)]), by=cast.publisher)
    second = make_issue(cast, [accepted(cast, catalogue)])
    done = at_once(
        lambda: loading.mark_loaded(issue=first, by=cast.submitter),
        lambda: issues.publish(issue=second, by=cast.publisher),
    )
    assert [type(one) for one in done] == [CPLIssue, CPLIssue], done
