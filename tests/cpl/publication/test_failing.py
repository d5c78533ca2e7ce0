"""What goes wrong with one issue at its set time: it is told, and the others are published all the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cpl.actions.publication import issues
from cpl.choices import IssueState
from cpl.choices import SubmissionKind as Kind
from cpl.models import CPLIssue, Submission
from tests.accounts.mailbox import recipients_of
from tests.cpl.publication.helping import accepted
from tests.factories import Cast, Catalogue, make_issue

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def both(cast: Cast, catalogue: Catalogue) -> list[CPLIssue]:
    """Two issues set for the same time, of which the first comes first."""
    kinds = (Kind.NEW_ENTRY, Kind.CORRECTION)
    made = [make_issue(cast, [accepted(cast, catalogue, kind)]) for kind in kinds]
    soon = timezone.now() + HOUR
    return [issues.schedule(issue=one, publish_at=soon, by=cast.publisher) for one in made]


@contextmanager
def refusing(error: str) -> Iterator[None]:
    """The database refuses the first issue's new entry with this error, as it does where it runs out of something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_entries() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION 'no more' USING ERRCODE = '{error}'; END $$"
        )
        cursor.execute("CREATE TRIGGER refuses BEFORE INSERT ON cpl_cplentry EXECUTE FUNCTION refuse_entries()")
        yield
        cursor.execute("DROP TRIGGER refuses ON cpl_cplentry")


def states(both: list[CPLIssue]) -> list[str]:
    return [CPLIssue.objects.get(pk=one.pk).state for one in both]


def test_an_issue_that_fails_does_not_keep_the_next_from_being_published(both: list[CPLIssue]) -> None:
    with refusing("disk_full"):
        assert issues.publish_due(now=timezone.now() + 2 * HOUR) == 1
    assert states(both) == [IssueState.SCHEDULED, IssueState.PUBLISHED]
    assert issues.publish_due(now=timezone.now() + 2 * HOUR) == 1
    assert states(both) == [IssueState.PUBLISHED, IssueState.PUBLISHED]


def test_after_three_failures_of_the_database_in_a_row_it_is_prepared_again_and_people_are_told(
    cast: Cast, both: list[CPLIssue]
) -> None:
    with refusing("disk_full"):
        for _ in range(3):
            assert issues.publish_due(now=timezone.now() + 2 * HOUR) in (0, 1)
    assert states(both) == [IssueState.PREPARED, IssueState.PUBLISHED]
    failure = CPLIssue.objects.get(pk=both[0].pk).failure
    assert "nothing was published" in failure
    assert "no more" not in failure
    assert set(recipients_of("issue_not_published")) == {cast.moderator.email, cast.publisher.email}


def test_what_will_not_mend_itself_is_told_at_once(cast: Cast, both: list[CPLIssue]) -> None:
    # Content that no form can write, and that nothing foresees.
    Submission.objects.filter(issue=both[0]).update(content=["not", "fields"])
    assert issues.publish_due(now=timezone.now() + 2 * HOUR) == 1
    assert states(both) == [IssueState.PREPARED, IssueState.PUBLISHED]
    assert set(recipients_of("issue_not_published")) == {cast.moderator.email, cast.publisher.email}
