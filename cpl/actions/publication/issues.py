"""Issues of the Central Products List: prepared from accepted submissions, published at once or at a set time.

Everything is keyword-only and locks the issue first. Wrong moves raise IssueMovedError, which says who was first;
missing permission raises Forbidden.
"""

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.access import Forbidden, can
from accounts.job_queue import enqueue
from accounts.models import User
from accounts.permissions import PUBLISH
from cpl import audit_names
from cpl.actions.publication.dates import against_date, shown
from cpl.actions.publication.duties import refuse_same_hands
from cpl.actions.publication.errors import IssueFormError, IssueMovedError
from cpl.actions.publication.held import hold, refuse_other_than_seen, state_of
from cpl.actions.publication.publishing import publish, publish_due
from cpl.choices import IssueState, SubmissionState
from cpl.models import CPLIssue, ImportRun, Submission
from cpl.readings.references import reference_of
from cpl.selectors.changes import list_in_force

__all__ = [
    "abandon", "change", "prepare", "publish", "publish_due", "schedule", "state_of", "suggested_number", "unschedule",
]  # fmt: skip

_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")
_LAST_DIGITS: Final = re.compile(r"(.*?)([0-9]{1,15})", re.ASCII)
_LATEST: Final = timedelta(days=92)


@transaction.atomic
def prepare(*, number: str, issue_date: date, submissions: Iterable[Submission], by: User, note: str = "") -> CPLIssue:
    """A new issue of these accepted submissions; nothing is published yet.

    Raises Forbidden, and IssueFormError for a number that is taken, a date that cannot be, no submission, or one
    that is not accepted any more or stands in another issue.
    """
    _require(by)
    number, note = _checked_number(number), _checked_note(note)
    _check_date(issue_date)
    issue = CPLIssue(number=number, issue_date=issue_date, note=note, prepared_by=by)
    _save(issue)
    chosen = _take_in(issue, submissions)
    audit.record(
        audit_names.ISSUE_PREPARED, by=by, about=issue, owner=_owner(), after=_facts(issue),
        submissions=_references(chosen),
    )  # fmt: skip
    return issue


@transaction.atomic
def change(  # noqa: PLR0913 - a form's fields, each by name
    *,
    issue: CPLIssue,
    number: str,
    issue_date: date,
    submissions: Iterable[Submission],
    by: User,
    note: str = "",
    seen: str | None = None,
) -> CPLIssue:
    """Other number, date, note or submissions of an issue that is prepared.

    `seen` is what `state_of` gave when the person began to change it. Raises as `prepare` does, and IssueFormError on
    `seen` where somebody changed it meanwhile: says who.
    """
    _require(by)
    held = hold(issue)
    _expect(held, {IssueState.PREPARED}, "changed")
    refuse_other_than_seen(held, seen)
    before, were = _facts(held), set(held.submissions.values_list("pk", flat=True))
    if number != held.number:
        held.number = _checked_number(number)
    if issue_date != held.issue_date:
        _check_date(issue_date)
    held.issue_date, held.note = issue_date, _checked_note(note)
    _save(held)
    chosen = list(submissions)
    _leave_out(held, keep=[submission.pk for submission in chosen])
    taken = _take_in(held, chosen)
    here = {submission.pk for submission in taken}
    audit.record(
        audit_names.ISSUE_CHANGED, by=by, about=held, owner=_owner(), before=before, after=_facts(held),
        taken_in=_references_of(here - were), taken_out=_references_of(were - here),
    )  # fmt: skip
    return held


@transaction.atomic
def schedule(
    *, issue: CPLIssue, publish_at: datetime, by: User, seen: str | None = None, redate: bool = False
) -> CPLIssue:
    """Publish the issue at a set time, as this person's act: everything is checked again then.

    `redate`: where its date of issue comes before that day, the issue is dated on that day. Raises Forbidden,
    IssueMovedError, IssueFormError for a time that is past, too far ahead or after the date of issue,
    SameHandsError where the person had a hand in something of it.
    """
    _require(by)
    held = hold(issue)
    _expect(held, {IssueState.PREPARED}, "scheduled")
    refuse_other_than_seen(held, seen)
    _check_time(publish_at)
    _date_on(held, timezone.localdate(publish_at), redate=redate)
    refuse_same_hands(held.submissions.all(), by)
    held.state, held.publish_at, held.published_by, held.failure = IssueState.SCHEDULED, publish_at, by, ""
    held.tries = 0
    held.save(update_fields=["state", "publish_at", "published_by", "failure", "issue_date", "tries"])
    audit.record(
        audit_names.ISSUE_SCHEDULED, by=by, about=held, owner=_owner(),
        after={"publish_at": publish_at.isoformat(), "issue_date": held.issue_date.isoformat()},
    )  # fmt: skip
    enqueue("cpl.jobs.publish_at_set_time", queue="publication", at=publish_at, issue=held.pk)
    return held


@transaction.atomic
def unschedule(*, issue: CPLIssue, by: User) -> CPLIssue:
    """Take the set time back: the issue is prepared again. Raises Forbidden, IssueMovedError."""
    _require(by)
    held = hold(issue)
    _expect(held, {IssueState.SCHEDULED}, "taken back")
    before = {"publish_at": held.publish_at.isoformat()} if held.publish_at else None
    held.state, held.publish_at, held.published_by = IssueState.PREPARED, None, None
    held.save(update_fields=["state", "publish_at", "published_by"])
    audit.record(audit_names.ISSUE_UNSCHEDULED, by=by, about=held, owner=_owner(), before=before)
    return held


@transaction.atomic
def abandon(*, issue: CPLIssue, by: User) -> CPLIssue:
    """Give the issue up: its submissions are free for another, and so is its number. Raises as `unschedule` does."""
    _require(by)
    held = hold(issue)
    _expect(held, {IssueState.PREPARED, IssueState.SCHEDULED}, "abandoned")
    left = list(held.submissions.order_by("pk").values_list("pk", flat=True))
    audit.record(
        audit_names.ISSUE_ABANDONED, by=by, about=held, owner=_owner(), before=_facts(held),
        submissions=_references_of(left),
    )  # fmt: skip
    _leave_out(held, keep=[])
    held.state, held.publish_at, held.published_by = IssueState.ABANDONED, None, None
    # Readers never see an abandoned issue; they would wonder about a number that is missing.
    held.number = f"{held.number}~{held.pk}"
    held.save(update_fields=["state", "publish_at", "published_by", "number"])
    return held


def suggested_number() -> str:
    """The number after the highest of those that are written as the list in force's is; 1 for the first.

    After 152 comes 153, after 2026-48 comes 2026-49, whether that was imported or published here.
    """
    mine = CPLIssue.objects.exclude(state=IssueState.ABANDONED).values_list("number", flat=True)
    numbers = [*mine, *ImportRun.objects.filter(status="applied").values_list("issue_number", flat=True)]
    in_force = list_in_force()
    before, digits = _parted(in_force.number if in_force else "")
    same = [found for prefix, found in map(_parted, numbers) if prefix == before and found]
    return f"{before}{max(map(int, same), default=0) + 1:0{len(digits)}}"


def _parted(number: str) -> tuple[str, str]:
    """What stands before the last digits of a number, and these; of a number without digits nothing."""
    found = _LAST_DIGITS.fullmatch(number)
    return (found[1], found[2]) if found else ("", "")


def _require(by: User) -> None:
    if not can(by, PUBLISH):
        raise Forbidden(PUBLISH)


def _expect(held: CPLIssue, states: Collection[IssueState], doing: str) -> None:
    if held.state not in states:
        raise IssueMovedError(held, doing)


def _checked_number(number: str) -> str:
    number = number.strip()
    if not _NUMBER.fullmatch(number):
        raise IssueFormError("number", "Enter a number of up to 20 digits, letters, dots or dashes, such as 153.")
    if CPLIssue.objects.filter(number=number).exists():
        raise _taken(number)
    if ImportRun.objects.filter(status="applied", issue_number=number).exists():
        raise IssueFormError("number", f"Issue {number} was imported. Enter another number.")
    return number


def _checked_note(note: str) -> str:
    kept, longest = note.replace("\0", "").strip(), 2_000
    if len(kept) > longest:
        raise IssueFormError("note", f"The note has {len(kept):,} characters. Shorten it to {longest:,}.")
    return kept


def _save(issue: CPLIssue) -> None:
    """Save it under its number, unless somebody took that at this very moment."""
    try:
        with transaction.atomic():
            issue.save()
    except IntegrityError as error:
        if not CPLIssue.objects.filter(number=issue.number).exclude(pk=issue.pk).exists():
            raise
        raise _taken(issue.number) from error


def _taken(number: str) -> IssueFormError:
    return IssueFormError("number", f"There is an issue {number} already. Enter another number.")


def _check_date(day: date) -> None:
    if words := against_date(day):
        raise IssueFormError("issue_date", words)


def _check_time(moment: datetime) -> None:
    now = timezone.now()
    if moment <= now:
        raise IssueFormError("publish_at", "That time has passed. Enter a time to come, or publish at once.")
    if moment > now + _LATEST:
        raise IssueFormError("publish_at", f"Enter a time within {_LATEST.days} days.")


def _date_on(issue: CPLIssue, day: date, *, redate: bool) -> None:
    """No issue bears a date before the day on which readers get it: entries bear it as their date of publication."""
    if issue.issue_date >= day:
        return
    if not redate:
        dated, published = shown(issue.issue_date), shown(day)
        words = f"The issue is dated {dated} but would be published on {published}. Change the date of issue first."
        raise IssueFormError("publish_at", words)
    _check_date(day)
    issue.issue_date = day


def _take_in(issue: CPLIssue, submissions: Iterable[Submission]) -> list[Submission]:
    """Lock what was chosen and put it into the issue."""
    keys = {submission.pk for submission in submissions}
    rows = list(Submission.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    if not rows:
        raise IssueFormError("submissions", "Choose at least one accepted submission.")
    for row in rows:
        if row.state != SubmissionState.ACCEPTED or row.issue_id not in (None, issue.pk):
            elsewhere = f"in {row.issue}" if row.issue else row.get_state_display().lower()
            raise IssueFormError("submissions", f"{row.reference} is {elsewhere} by now. Look at the list again.")
    Submission.objects.filter(pk__in=keys).update(issue=issue)
    return rows


def _leave_out(issue: CPLIssue, *, keep: list[int]) -> None:
    rows = Submission.objects.select_for_update().filter(issue=issue).exclude(pk__in=keep).order_by("pk")
    Submission.objects.filter(pk__in=[row.pk for row in rows]).update(issue=None)


def _facts(issue: CPLIssue) -> dict[str, str]:
    return {"number": issue.number, "issue_date": issue.issue_date.isoformat(), "note": issue.note[:200]}


def _owner() -> str:
    return "SECAS"


def _references(submissions: Iterable[Submission]) -> list[str]:
    return [submission.reference for submission in submissions]


def _references_of(keys: Iterable[int]) -> list[str]:
    return [reference_of(key) for key in sorted(keys)]
