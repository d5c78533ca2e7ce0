"""Publishing an issue: everything in one transaction, so that readers see all of it or nothing."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pghistory
from django.db import DatabaseError, IntegrityError, InterfaceError, transaction
from django.db.models import F, QuerySet

from accounts import audit
from accounts.access import Forbidden, can
from accounts.job_queue import enqueue
from accounts.models import User
from accounts.permissions import PUBLISH
from cpl import audit_names
from cpl.actions import interest_letters
from cpl.actions.imports import hold_repository, moment_of_writing
from cpl.actions.publication import letters
from cpl.actions.publication.apply import Told, apply
from cpl.actions.publication.dates import against_date, shown
from cpl.actions.publication.duties import refuse_same_hands
from cpl.actions.publication.errors import IssueMovedError, NotPublishableError, Obstacle
from cpl.actions.publication.held import hold, refuse_other_than_seen
from cpl.actions.publication_log import LogDraft, append, sign
from cpl.actions.submissions.steps import move_many
from cpl.choices import IssueState, LogKind, StepKind
from cpl.models import CPLEntry, CPLIssue, Submission
from cpl.rules import problems_of_many

logger = logging.getLogger(__name__)

SOURCE: Final = "issue"
_MOST_TRIES: Final = 3
_FAILED: Final = (
    "The portal failed while publishing it, and nothing was published. Publish it again; if that fails too, tell "
    "whoever runs the portal."
)
_REFUSED_BY_DATABASE: Final = Obstacle(
    "",
    "The database refused what would have been published, and nothing was.",
    "Publish fewer submissions at a time to find the one; then query it.",
)


def publish(*, issue: CPLIssue, by: User, seen: str | None = None) -> CPLIssue:
    """Publish the issue now: all of it, or nothing.

    Locks the issue, the repository and the submissions; checks the duties and every named check again; writes;
    moves the submissions; tells the publication log; queues the letters. `seen` is what `issues.state_of` gave when
    the person decided. Raises Forbidden, IssueMovedError (somebody else was first: says who and when),
    IssueFormError where the issue was changed since it was looked at, SameHandsError, NotPublishableError.
    """
    if not can(by, PUBLISH):
        raise Forbidden(PUBLISH)
    try:
        with transaction.atomic(), history_of(issue, by):
            return _publish(issue, by, seen)
    except IntegrityError as error:
        logger.exception("Issue %s could not be published.", issue.number)
        raise NotPublishableError([_REFUSED_BY_DATABASE]) from error


def publish_due(*, now: datetime) -> int:
    """Publish every issue whose set time has come, each as the act of whoever set the time; how many were.

    Each in a transaction of its own: a worker that is killed leaves nothing half done, and the next one does it. What
    goes wrong with one is logged and does not keep the next from being published.
    """
    due = CPLIssue.objects.filter(state=IssueState.SCHEDULED, publish_at__lte=now).order_by("publish_at", "pk")
    return sum(_tried(issue, now) for issue in list(due.select_related("published_by")))


def _tried(issue: CPLIssue, now: datetime) -> bool:
    try:
        return _publish_at_set_time(issue, now)
    except Exception as error:
        # Whatever it was: the people who wait for the issue are told, and the other issues are not theirs to wait for.
        logger.exception("Issue %s could not be published at its set time.", issue.number)
        _note_failure(issue, now, error)
        return False


def _note_failure(issue: CPLIssue, now: datetime, error: Exception) -> None:
    """Try again in a minute where the database was at fault, thrice in a row; everything else will not mend itself."""
    try:
        with transaction.atomic():
            CPLIssue.objects.filter(pk=issue.pk, state=IssueState.SCHEDULED).update(tries=F("tries") + 1)
        passing = isinstance(error, DatabaseError | InterfaceError)
        if not passing or CPLIssue.objects.filter(pk=issue.pk, tries__gte=_MOST_TRIES).exists():
            _give_up(issue, now, _FAILED)
    except Exception:
        # The database is away altogether: the job of the next minute meets the issue as it was.
        logger.exception("That issue %s failed could not be written down.", issue.number)


def history_of(issue: CPLIssue, by: User) -> Any:
    """Every row of history written inside says which issue it belongs to, and who acted."""
    return pghistory.context(issue=issue.number, user=by.email, source=SOURCE)


def _publish_at_set_time(issue: CPLIssue, now: datetime) -> bool:
    by = issue.published_by
    try:
        if by is None:
            return False
        publish(issue=issue, by=by)
    except IssueMovedError:
        # Another worker, or a person, was quicker.
        return False
    except (NotPublishableError, Forbidden) as error:
        _give_up(issue, now, _reason(error, by))
        return False
    return True


def _reason(error: Exception, by: User | None) -> str:
    if isinstance(error, Forbidden):
        return f"{by} may not publish any more."
    return str(error)


@transaction.atomic
def _give_up(issue: CPLIssue, now: datetime, reason: str) -> None:
    """Nothing was published: the issue is prepared again and says why, and SECAS is told."""
    held = hold(issue)
    if held.state != IssueState.SCHEDULED or held.publish_at is None or held.publish_at > now:
        return
    by, at = held.published_by, held.publish_at
    held.state, held.failure, held.publish_at, held.published_by = IssueState.PREPARED, reason, None, None
    held.tries = 0
    held.save(update_fields=["state", "failure", "publish_at", "published_by", "tries"])
    audit.record(
        audit_names.ISSUE_NOT_PUBLISHED, by=None, about=held, owner="SECAS", reason=reason[:2000],
        publish_at=at.isoformat(), set_by=by.email if by else "",
    )  # fmt: skip
    letters.not_published(held, at)


def _publish(issue: CPLIssue, by: User, seen: str | None) -> CPLIssue:
    held = hold(issue)
    if held.state not in (IssueState.PREPARED, IssueState.SCHEDULED):
        raise IssueMovedError(held, "published")
    refuse_other_than_seen(held, seen)
    hold_repository()
    submissions = _locked(held)
    _refuse_past_date(held)
    _refuse_unready(submissions, by)
    at = moment_of_writing()
    held.state, held.published_by, held.published_at, held.failure = IssueState.PUBLISHED, by, at, ""
    held.publish_at = None
    held.save(update_fields=["state", "published_by", "published_at", "failure", "publish_at"])
    told = apply(submissions, held)
    _move(submissions, held, by, at)
    append([LogDraft(each.kind, each.body, each.entry, held) for each in told], at=at)
    sign(by=by)
    _record(held, submissions, told, by)
    letters.published(held, submissions)
    interest_letters.published(_entries_of(told, LogKind.ENTRY_PUBLISHED))
    interest_letters.retracted(_entries_of(told, LogKind.ENTRY_REMOVED, LogKind.VERSION_WITHDRAWN))
    enqueue("cpl.jobs.merge_search_index", queue="housekeeping")
    return held


def _locked(issue: CPLIssue) -> list[Submission]:
    """The submissions of the issue, held in the order of their numbers."""
    rows = Submission.objects.select_for_update(of=("self",)).filter(issue=issue).order_by("pk")
    with_all = rows.select_related(
        "party", "manufacturer__party", "entry", "contact", "device_model__manufacturer", "device_model__identifier"
    )
    return list(with_all)


def _refuse_past_date(held: CPLIssue) -> None:
    """Others may have been published or imported since it was prepared: lists do not go back in time."""
    if words := against_date(held.issue_date):
        raise NotPublishableError([Obstacle("", f"{held} is dated {shown(held.issue_date)}.", words)])


def _refuse_unready(submissions: Sequence[Submission], by: User) -> None:
    """Nothing in it, something not accepted, duties in the same hands, or a blocking problem."""
    if not submissions:
        raise NotPublishableError([Obstacle("", "There is nothing in this issue.", "Choose some, or abandon it.")])
    refuse_same_hands(submissions, by)
    problems = problems_of_many(submissions)
    obstacles = [
        Obstacle(submission.reference, problem.message, problem.cure)
        for submission in submissions
        for problem in problems[submission.pk]
        if problem.blocks(StepKind.PUBLISH)
    ]
    if obstacles:
        raise NotPublishableError(obstacles)


def _move(submissions: Sequence[Submission], issue: CPLIssue, by: User, at: datetime) -> None:
    details = {}
    for one in submissions:
        one.published_by, one.published_at = by, at
        details[one.pk] = {"issue": issue.number, "entry": one.entry.cpl_entry_id if one.entry else ""}
    move_many(submissions, StepKind.PUBLISH, by=by, details=details)


def _entries_of(told: Sequence[Told], *kinds: LogKind) -> QuerySet[CPLEntry]:
    return CPLEntry.objects.filter(pk__in={each.entry.pk for each in told if each.entry and each.kind in kinds})


def _record(issue: CPLIssue, submissions: Sequence[Submission], told: Sequence[Told], by: User) -> None:
    kinds = Counter(submission.kind for submission in submissions)
    audit.record(
        audit_names.ISSUE_PUBLISHED, by=by, about=issue, owner="SECAS",
        after={"state": issue.state, "issue_date": issue.issue_date.isoformat()},
        counts=dict(kinds), log_records=len(told),
    )  # fmt: skip
