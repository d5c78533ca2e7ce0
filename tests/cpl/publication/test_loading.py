"""Published and loaded are two events: marking an issue as loaded, and the alarm when nobody does."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.access import Forbidden
from accounts.models import AuditEvent
from cpl import audit_names, jobs
from cpl.actions.publication import issues, loading
from cpl.actions.publication.errors import IssueMovedError, NotLoadableError
from cpl.choices import IssueState
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import CPLEntry, CPLIssue, PublicationRecord, Submission
from cpl.selectors.issues import overdue
from tests.accounts.mailbox import recipients_of
from tests.factories import Cast, Catalogue, make_issue, make_submission

pytestmark = pytest.mark.django_db

HOURS = timedelta(hours=1)


@pytest.fixture
def issue(cast: Cast, catalogue: Catalogue) -> CPLIssue:
    """Published: a new entry, and a correction of one that was there."""
    rows = [make_submission(cast, catalogue, kind, State.ACCEPTED) for kind in (Kind.NEW_ENTRY, Kind.CORRECTION)]
    return issues.publish(issue=make_issue(cast, rows, number="153"), by=cast.publisher)


def test_loading_marks_new_entries_and_submissions_and_the_log_keeps_it(
    cast: Cast, catalogue: Catalogue, issue: CPLIssue
) -> None:
    loading.mark_loaded(issue=issue, by=cast.submitter)
    now = CPLIssue.objects.get(pk=issue.pk)
    assert (now.state, now.loaded_by) == (IssueState.LOADED, cast.submitter)
    assert {one.state for one in issue.submissions.all()} == {State.LOADED}
    made = Submission.objects.get(issue=issue, kind=Kind.NEW_ENTRY).entry
    assert made is not None
    assert made.loaded_on == timezone.localdate()
    assert CPLEntry.objects.get(pk=catalogue.baseline.pk).loaded_on is None
    assert PublicationRecord.objects.filter(kind="issue_loaded", issue=issue).count() == 1
    assert set(recipients_of("issue_loaded")) == {cast.moderator.email, cast.publisher.email}


@pytest.mark.parametrize("who", ["manufacturer", "supplier", "auditor", "stranger"])
def test_only_secas_and_the_dcc_say_that_it_is_loaded(cast: Cast, issue: CPLIssue, who: str) -> None:
    with pytest.raises(Forbidden):
        loading.mark_loaded(issue=issue, by=getattr(cast, who))


def test_the_second_is_told_who_was_first(cast: Cast, issue: CPLIssue) -> None:
    loading.mark_loaded(issue=issue, by=cast.submitter)
    with pytest.raises(IssueMovedError, match=f"{cast.submitter} marked Issue 153 as loaded"):
        loading.mark_loaded(issue=issue, by=cast.moderator)


def test_it_is_loaded_neither_before_it_was_published_nor_in_time_to_come(cast: Cast, issue: CPLIssue) -> None:
    for moment in (timezone.now() - HOURS, timezone.now() + HOURS):
        with pytest.raises(NotLoadableError, match="Enter a time"):
            loading.mark_loaded(issue=issue, by=cast.submitter, loaded_at=moment)


def test_what_is_not_published_is_not_loaded(cast: Cast, catalogue: Catalogue) -> None:
    prepared = make_issue(cast, [make_submission(cast, catalogue, state=State.ACCEPTED)])
    with pytest.raises(IssueMovedError, match="is prepared"):
        loading.mark_loaded(issue=prepared, by=cast.submitter)


def test_a_late_load_raises_one_alarm(cast: Cast, issue: CPLIssue) -> None:
    later = timezone.now() + 25 * HOURS
    assert loading.raise_alarms(now=timezone.now() + 23 * HOURS) == 0
    assert (loading.raise_alarms(now=later), loading.raise_alarms(now=later)) == (1, 0)
    assert Counter(recipients_of("issue_late")) == {
        person.email: 1 for person in (cast.moderator, cast.publisher, cast.submitter)
    }
    assert AuditEvent.objects.filter(name=audit_names.ISSUE_LATE).count() == 1
    assert [overdue(person, later) for person in (cast.submitter, cast.publisher, cast.supplier)] == [
        [issue], [issue], [],
    ]  # fmt: skip


def test_the_hours_are_a_setting_and_the_job_knows_them(cast: Cast, issue: CPLIssue, settings: object) -> None:
    settings.LOAD_TARGET_HOURS = 0  # type: ignore[attr-defined]  # pytest-django's proxy
    jobs.raise_load_alarms(timestamp=0)
    assert CPLIssue.objects.get(pk=issue.pk).alarmed_at is not None


def test_what_is_loaded_in_time_raises_no_alarm(cast: Cast, issue: CPLIssue) -> None:
    loading.mark_loaded(issue=issue, by=cast.submitter)
    assert loading.raise_alarms(now=timezone.now() + 99 * HOURS) == 0
