"""Whose submission a page is about: the first line of each of these views."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.access import Forbidden, can, require
from accounts.models import User
from accounts.permissions import READ_EVERY_RECORD, READ_REPOSITORY
from cpl.actions.submissions import may
from cpl.choices import SubmissionKind
from cpl.models import CPLEntry, CPLIssue, Submission
from cpl.selectors.own_submissions import WITH, followed_by, follows

Mine = tuple[User, Submission]


def visible_submission(request: HttpRequest, pk: int) -> Mine:
    """The person and a submission that they may see; 404 for any other."""
    user = require(request, READ_REPOSITORY)
    return user, get_object_or_404(Submission.objects.visible_to(user).select_related(*WITH), pk=pk)


def authored(request: HttpRequest, pk: int) -> Mine:
    """…of which they are an author; raises Forbidden where they only read it."""
    user, found = visible_submission(request, pk)
    if not may.is_author(user, found):
        raise Forbidden(found.kind)
    return user, found


def follower(request: HttpRequest) -> User:
    """A person whose business submissions are: who may begin or see any. Raises Forbidden for everybody else."""
    user = require(request, READ_REPOSITORY)
    if not follows(user) and not followed_by(user).exists():
        raise Forbidden("submissions")
    return user


def beginner(request: HttpRequest, kind: SubmissionKind | None = None) -> User:
    """A person who may begin a submission, of this kind if one is named. Raises Forbidden for everybody else."""
    user = require(request, READ_REPOSITORY)
    kinds = may.kinds_for(user)
    if not kinds or (kind is not None and kind not in kinds):
        raise Forbidden("begin a submission")
    return user


def by_secas(user: User) -> bool:
    """Whether the person reads what is for SECAS and auditors."""
    return can(user, READ_EVERY_RECORD)


def reads_as_party(user: User, found: Submission) -> bool:
    """Whether the person acts for the Party whose submission it is: the checks speak with that Party's knowledge."""
    return found.party_id in {acting.party for acting in user.active_memberships}


def shown_issue(user: User, found: Submission) -> CPLIssue | None:
    """The issue that a submission is in, once it is published; until then its number is SECAS's own business."""
    issue = found.issue
    return issue if issue and (issue.published_at or by_secas(user)) else None


def may_open_entry(user: User, found: Submission) -> bool:
    """Whether the person may open the page of the entry it is about: it may have been restricted since."""
    return CPLEntry.objects.visible_to(user).filter(pk=found.entry_id).exists() if found.entry_id else False
