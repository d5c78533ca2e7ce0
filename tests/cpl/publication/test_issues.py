"""Issues: prepared, changed, published, set for a time, abandoned; by whom, and told to whom."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.access import Forbidden
from accounts.choices import Role
from accounts.models import AuditEvent, Membership, Party, User
from cpl import audit_names, jobs
from cpl.actions.publication import issues
from cpl.actions.publication.errors import IssueFormError, IssueMovedError, NotPublishableError, SameHandsError
from cpl.actions.submissions import moves
from cpl.choices import IssueState, StepKind
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import CPLEntry, CPLIssue, ImportRun, PublicationRecord, Submission, SubmissionStep
from cpl.selectors.changes import list_in_force, moment_before
from cpl.workflow import WrongMoveError
from tests.accounts.mailbox import recipients_of
from tests.factories import Cast, Catalogue, make_entry, make_issue, make_submission, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def accepted(cast: Cast, catalogue: Catalogue, kind: Kind = Kind.NEW_ENTRY, **given: Any) -> Submission:
    return make_submission(cast, catalogue, kind, State.ACCEPTED, **given)


@pytest.fixture
def submission(cast: Cast, catalogue: Catalogue) -> Submission:
    return accepted(cast, catalogue)


@pytest.fixture
def issue(cast: Cast, submission: Submission) -> CPLIssue:
    return make_issue(cast, [submission], number="153")


@pytest.fixture
def other_publisher(cast: Cast) -> User:
    return make_user("paul@secas.example", Role.SECAS_PUBLISHER, Party.objects.get(name="SECAS"))


def now_of(issue: CPLIssue) -> CPLIssue:
    return CPLIssue.objects.get(pk=issue.pk)


# Preparing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["moderator", "auditor", "manufacturer", "submitter", "stranger"])
def test_only_a_publisher_prepares_and_publishes(cast: Cast, issue: CPLIssue, who: str) -> None:
    person = getattr(cast, who)
    today = timezone.localdate()
    acts: list[Callable[[], object]] = [
        lambda: issues.prepare(number="9", issue_date=today, submissions=[], by=person),
        lambda: issues.change(issue=issue, number="9", issue_date=today, submissions=[], by=person),
        lambda: issues.publish(issue=issue, by=person),
        lambda: issues.schedule(issue=issue, publish_at=timezone.now() + HOUR, redate=True, by=person),
        lambda: issues.unschedule(issue=issue, by=person),
        lambda: issues.abandon(issue=issue, by=person),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()


def test_preparing_publishes_nothing(cast: Cast, issue: CPLIssue, submission: Submission) -> None:
    submission.refresh_from_db()
    assert (submission.state, submission.issue) == (State.ACCEPTED, issue)
    assert not CPLEntry.objects.filter(firmware_version=submission.content["firmware_version"]).exists()
    assert AuditEvent.objects.filter(name=audit_names.ISSUE_PREPARED, actor=cast.publisher.email).count() == 1


@pytest.mark.parametrize("number", ["", " ", "1 2", "a/b", "x" * 21, "~9", "é"])
def test_a_number_that_cannot_stand_in_an_address_is_refused(cast: Cast, submission: Submission, number: str) -> None:
    with pytest.raises(IssueFormError, match="Enter a number"):
        make_prepared(cast, submission, number=number)


def make_prepared(cast: Cast, *submissions: Submission, **given: Any) -> CPLIssue:
    asked = {"number": "200", "issue_date": timezone.localdate(), **given}
    return issues.prepare(submissions=submissions, by=cast.publisher, **asked)


def test_a_number_is_taken_once_here_or_by_an_import(cast: Cast, catalogue: Catalogue, issue: CPLIssue) -> None:
    other = accepted(cast, catalogue)
    with pytest.raises(IssueFormError, match="There is an issue 153 already"):
        make_prepared(cast, other, number="153")
    imported("152", timezone.localdate())
    with pytest.raises(IssueFormError, match="Issue 152 was imported"):
        make_prepared(cast, other, number="152")


def imported(number: str, day: date) -> ImportRun:
    return ImportRun.objects.create(
        file_name="cpl.xlsx", sha256="0" * 64, status="applied", issue_number=number, issue_date=day, holds_cpl=True,
        decided_at=timezone.now(), written_at=timezone.now(),
    )  # fmt: skip


def test_the_suggested_number_follows_the_highest(cast: Cast, catalogue: Catalogue) -> None:
    assert issues.suggested_number() == "1"
    imported("152", timezone.localdate())
    imported("Annex", timezone.localdate())
    assert issues.suggested_number() == "153"
    prepared = make_issue(cast, [accepted(cast, catalogue)], number="160")
    assert issues.suggested_number() == "161"
    issues.abandon(issue=prepared, by=cast.publisher)
    assert issues.suggested_number() == "153"
    imported("2026-09", timezone.localdate())
    assert issues.suggested_number() == "2026-10"


def test_an_issue_is_not_dated_before_the_list_in_force_nor_far_ahead(cast: Cast, submission: Submission) -> None:
    imported("152", timezone.localdate())
    for days in (-1, 40):
        with pytest.raises(IssueFormError, match="Enter"):
            make_prepared(cast, submission, issue_date=timezone.localdate() + timedelta(days=days))


def test_what_is_not_accepted_or_stands_in_another_issue_is_not_taken_in(
    cast: Cast, catalogue: Catalogue, issue: CPLIssue, submission: Submission
) -> None:
    waiting = make_submission(cast, catalogue, Kind.CORRECTION, State.SUBMITTED)
    for one, words in ((waiting, "is submitted by now"), (submission, "is in Issue 153 by now")):
        with pytest.raises(IssueFormError, match=words):
            make_prepared(cast, one)
    with pytest.raises(IssueFormError, match="Choose at least one"):
        make_prepared(cast)
    assert CPLIssue.objects.count() == 1


def test_changing_an_issue_takes_in_and_leaves_out(
    cast: Cast, catalogue: Catalogue, issue: CPLIssue, submission: Submission
) -> None:
    other = accepted(cast, catalogue, Kind.CORRECTION)
    issues.change(
        issue=issue, number="170", issue_date=timezone.localdate(), submissions=[other], by=cast.publisher, note="Hi"
    )
    assert [one.pk for one in issue.submissions.all()] == [other.pk]
    assert Submission.objects.get(pk=submission.pk).issue is None
    assert (now_of(issue).number, now_of(issue).note) == ("170", "Hi")
    event = AuditEvent.objects.get(name=audit_names.ISSUE_CHANGED)
    assert (event.details["taken_in"], event.details["taken_out"]) == ([other.reference], [submission.reference])


def test_an_abandoned_issue_frees_its_submissions_and_its_number(
    cast: Cast, issue: CPLIssue, submission: Submission
) -> None:
    issues.abandon(issue=issue, by=cast.publisher)
    assert now_of(issue).state == IssueState.ABANDONED
    assert make_prepared(cast, submission, number="153").number == "153"
    with pytest.raises(IssueMovedError):
        issues.publish(issue=issue, by=cast.publisher)


# Publishing ---------------------------------------------------------------------------------------------------


def test_publishing_moves_everything_in_it(cast: Cast, issue: CPLIssue, submission: Submission) -> None:
    issues.publish(issue=issue, by=cast.publisher)
    done, now = now_of(issue), Submission.objects.get(pk=submission.pk)
    assert (done.state, done.published_by, done.loaded_at) == (IssueState.PUBLISHED, cast.publisher, None)
    assert (now.state, now.published_by, now.published_at) == (State.PUBLISHED, cast.publisher, done.published_at)
    step = SubmissionStep.objects.get(submission=submission, kind=StepKind.PUBLISH)
    assert now.entry is not None
    assert step.details == {"issue": "153", "entry": now.entry.cpl_entry_id}
    event = AuditEvent.objects.get(name=audit_names.ISSUE_PUBLISHED)
    assert event.details["counts"] == {"new_entry": 1}
    assert AuditEvent.objects.filter(name=audit_names.SUBMISSION_PUBLISHED).count() == 1
    assert PublicationRecord.objects.filter(issue=issue).exists()


def test_whoever_accepted_or_submitted_does_not_publish(cast: Cast, catalogue: Catalogue, issue: CPLIssue) -> None:
    Membership.objects.create(user=cast.moderator, party=Party.objects.get(name="SECAS"), role=Role.SECAS_PUBLISHER)
    both = User.objects.get(pk=cast.moderator.pk)
    removal = accepted(cast, catalogue, Kind.REMOVAL)
    held = issues.prepare(number="154", issue_date=timezone.localdate(), submissions=[removal], by=both)
    with pytest.raises(SameHandsError, match=f"{removal.reference}: You submitted it"):
        issues.publish(issue=held, by=both)
    with pytest.raises(SameHandsError, match="You accepted it"):
        issues.publish(issue=issue, by=both)
    with pytest.raises(SameHandsError):
        issues.schedule(issue=issue, publish_at=timezone.now() + HOUR, redate=True, by=both)
    assert now_of(issue).state == now_of(held).state == IssueState.PREPARED


def test_whoever_submitted_does_not_publish(cast: Cast, catalogue: Catalogue) -> None:
    correction = accepted(cast, catalogue, Kind.CORRECTION, by=cast.publisher, entry=catalogue.baseline)
    with pytest.raises(SameHandsError, match="You submitted it"):
        issues.publish(issue=make_issue(cast, [correction]), by=cast.publisher)


def test_a_blocking_problem_that_came_since_acceptance_stops_all_of_it(
    cast: Cast, catalogue: Catalogue, submission: Submission
) -> None:
    fine = accepted(cast, catalogue, Kind.CORRECTION)
    make_entry(catalogue.ember, submission.content["firmware_version"])
    with pytest.raises(NotPublishableError) as raised:
        issues.publish(issue=make_issue(cast, [submission, fine]), by=cast.publisher)
    assert {obstacle.reference for obstacle in raised.value.obstacles} == {submission.reference}
    assert CPLEntry.objects.get(pk=catalogue.baseline.pk).gbcs_version == "4.2"
    assert Submission.objects.get(pk=fine.pk).state == State.ACCEPTED


def test_an_issue_that_lost_its_last_submission_is_not_published(
    cast: Cast, issue: CPLIssue, submission: Submission
) -> None:
    moves.query(submission=submission, question="Why?", by=cast.moderator)
    with pytest.raises(NotPublishableError, match="nothing in this issue"):
        issues.publish(issue=issue, by=cast.publisher)


def test_the_second_of_two_publishers_is_told_who_was_first(cast: Cast, issue: CPLIssue, other_publisher: User) -> None:
    issues.publish(issue=issue, by=cast.publisher)
    with pytest.raises(IssueMovedError, match=f"{cast.publisher} published Issue 153 at") as raised:
        issues.publish(issue=issue, by=other_publisher)
    assert isinstance(raised.value, WrongMoveError)
    assert PublicationRecord.objects.filter(issue=issue, kind="entry_published").count() == 1


def test_nobody_publishes_what_they_have_not_seen(
    cast: Cast, catalogue: Catalogue, issue: CPLIssue, submission: Submission
) -> None:
    seen = issues.state_of(issue)
    other = accepted(cast, catalogue, Kind.CORRECTION)
    issues.change(
        issue=issue, number="153", issue_date=timezone.localdate(), submissions=[submission, other], by=cast.publisher
    )
    with pytest.raises(IssueFormError, match="was changed since you looked at it"):
        issues.publish(issue=issue, by=cast.publisher, seen=seen)
    issues.publish(issue=issue, by=cast.publisher, seen=issues.state_of(issue))


def test_everybody_concerned_gets_one_digest(cast: Cast, catalogue: Catalogue) -> None:
    several = [accepted(cast, catalogue), accepted(cast, catalogue, Kind.HASH), accepted(cast, catalogue, Kind.REMOVAL)]
    issues.publish(issue=make_issue(cast, several), by=cast.publisher)
    told = Counter(recipients_of("issue_published"))
    people = {cast.manufacturer, cast.submitter, cast.moderator, cast.publisher}
    # Whoever accepted what Sam submitted is a moderator, too.
    people |= {one.accepted_by for one in Submission.objects.filter(accepted_by__isnull=False)}
    assert told == {person.email: 1 for person in people}


# Set times ----------------------------------------------------------------------------------------------------


def scheduled(issue: CPLIssue, by: User) -> CPLIssue:
    return issues.schedule(issue=issue, publish_at=timezone.now() + HOUR, redate=True, by=by)


def test_an_issue_is_published_at_its_set_time_by_whoever_set_it(cast: Cast, issue: CPLIssue) -> None:
    held = scheduled(issue, cast.publisher)
    job = ProcrastinateJob.objects.get(task_name="cpl.jobs.publish_at_set_time")
    assert (job.scheduled_at, job.args) == (held.publish_at, {"issue": issue.pk})
    assert issues.publish_due(now=timezone.now()) == 0
    assert issues.publish_due(now=timezone.now() + 2 * HOUR) == 1
    assert (now_of(issue).state, now_of(issue).published_by) == (IssueState.PUBLISHED, cast.publisher)
    assert issues.publish_due(now=timezone.now() + 2 * HOUR) == 0


def test_the_minutes_job_publishes_what_the_job_of_that_time_lost(cast: Cast, issue: CPLIssue) -> None:
    scheduled(issue, cast.publisher)
    CPLIssue.objects.filter(pk=issue.pk).update(publish_at=timezone.now() - HOUR)
    jobs.publish_due_issues(timestamp=0)
    assert now_of(issue).state == IssueState.PUBLISHED


def test_a_time_that_has_passed_or_is_far_ahead_is_refused(cast: Cast, issue: CPLIssue) -> None:
    for moment in (timezone.now() - HOUR, timezone.now() + timedelta(days=200)):
        with pytest.raises(IssueFormError):
            issues.schedule(issue=issue, publish_at=moment, by=cast.publisher)


def test_a_set_time_can_be_taken_back(cast: Cast, issue: CPLIssue) -> None:
    scheduled(issue, cast.publisher)
    with pytest.raises(IssueMovedError, match="set Issue 153 to be published at"):
        scheduled(issue, cast.publisher)
    issues.unschedule(issue=issue, by=cast.publisher)
    assert issues.publish_due(now=timezone.now() + 2 * HOUR) == 0
    assert (now_of(issue).state, now_of(issue).publish_at) == (IssueState.PREPARED, None)


def test_what_stands_in_the_way_at_the_set_time_is_said_and_told(
    cast: Cast, catalogue: Catalogue, issue: CPLIssue, submission: Submission
) -> None:
    scheduled(issue, cast.publisher)
    make_entry(catalogue.ember, submission.content["firmware_version"])
    assert issues.publish_due(now=timezone.now() + 2 * HOUR) == 0
    now = now_of(issue)
    assert (now.state, now.publish_at) == (IssueState.PREPARED, None)
    assert submission.reference in now.failure
    assert AuditEvent.objects.filter(name=audit_names.ISSUE_NOT_PUBLISHED).count() == 1
    assert set(recipients_of("issue_not_published")) == {cast.moderator.email, cast.publisher.email}
    assert issues.publish_due(now=timezone.now() + 2 * HOUR) == 0


def test_a_publisher_who_left_publishes_nothing_at_a_set_time(cast: Cast, issue: CPLIssue) -> None:
    scheduled(issue, cast.publisher)
    Membership.objects.filter(user=cast.publisher).delete()
    issues.publish_due(now=timezone.now() + 2 * HOUR)
    assert now_of(issue).state == IssueState.PREPARED
    assert "may not publish any more" in now_of(issue).failure


# In force -----------------------------------------------------------------------------------------------------


def test_what_was_published_here_is_the_list_in_force(cast: Cast, issue: CPLIssue) -> None:
    imported("152", timezone.localdate() - timedelta(days=3))
    issues.publish(issue=issue, by=cast.publisher)
    in_force = list_in_force()
    assert in_force is not None
    assert (in_force.number, in_force.issue_date, in_force.is_imported) == ("153", timezone.localdate(), False)
    before, published_at = moment_before(in_force), now_of(issue).published_at
    assert before is not None
    assert published_at is not None
    assert before < published_at


def test_a_list_imported_later_is_in_force_then(cast: Cast, issue: CPLIssue) -> None:
    issues.publish(issue=issue, by=cast.publisher)
    imported("154", timezone.localdate())
    in_force = list_in_force()
    assert in_force is not None
    assert (in_force.number, in_force.is_imported) == ("154", True)
