"""Submissions on their way through an issue, for tests of publishing."""

from typing import Any

from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.publication import issues
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import CPLEntry, Submission
from tests.factories import Cast, Catalogue, make_issue, make_submission, make_user


def accepted(cast: Cast, catalogue: Catalogue, kind: Kind = Kind.NEW_ENTRY, **given: Any) -> Submission:
    """A submission that waits for an issue."""
    return make_submission(cast, catalogue, kind, State.ACCEPTED, **given)


def published(cast: Cast, *submissions: Submission) -> list[Submission]:
    """Published together by Petra, as they stand then."""
    issues.publish(issue=make_issue(cast, list(submissions)), by=cast.publisher)
    return [fresh(one) for one in submissions]


def fresh(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def entry_of(submission: Submission) -> CPLEntry:
    entry = fresh(submission).entry
    assert entry is not None
    return entry


def of_secas(email: str, role: Role) -> User:
    """Another person of SECAS."""
    return make_user(email, role, Party.objects.get(name="SECAS"))
