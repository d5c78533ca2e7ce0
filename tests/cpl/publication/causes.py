"""What causes each letter about an issue or a certificate, for `tests/accounts/test_letters.py`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from cpl.actions.publication import issues, loading
from cpl.actions.publication.certificates import give_notice
from cpl.choices import SubmissionState
from cpl.models import CPLEntry, CPLIssue, Submission
from tests.accounts.mailbox import run_jobs
from tests.factories import Cast, make_catalogue, make_entry, make_issue, make_submission
from tests.factories.replay import replayed

_HOUR = timedelta(hours=1)


def _prepared(cast: Cast) -> tuple[CPLIssue, Submission]:
    """An issue of one new entry, with an empty queue behind it."""
    submission = make_submission(cast, replayed("catalogue", make_catalogue), state=SubmissionState.ACCEPTED)
    issue = make_issue(cast, [submission], number="153")
    run_jobs()
    return issue, submission


def _published(cast: Cast) -> CPLIssue:
    issue = issues.publish(issue=_prepared(cast)[0], by=cast.publisher)
    run_jobs()
    return issue


def issue_published(cast: Cast) -> str:
    """The digest."""
    issues.publish(issue=_prepared(cast)[0], by=cast.publisher)
    return cast.manufacturer.email


def issue_not_published(cast: Cast) -> str:
    """Somebody listed the same version before the set time came."""
    issue, submission = _prepared(cast)
    issues.schedule(issue=issue, publish_at=timezone.now() + _HOUR, redate=True, by=cast.publisher)
    model = CPLEntry.objects.get(cpl_entry_id="CPL-001072").device_model
    make_entry(model, submission.content["firmware_version"])
    issues.publish_due(now=timezone.now() + 2 * _HOUR)
    return cast.moderator.email


def issue_loaded(cast: Cast) -> str:
    """The DCC says so."""
    loading.mark_loaded(issue=_published(cast), by=cast.submitter)
    return cast.publisher.email


def issue_late(cast: Cast) -> str:
    """Nobody says so."""
    _published(cast)
    loading.raise_alarms(now=timezone.now() + 30 * _HOUR)
    return cast.submitter.email


def dated(kind: str = "expiry") -> None:
    """The date of an entry's certificate is two months away, and notice is given."""
    catalogue = replayed("catalogue", make_catalogue)
    day = timezone.localdate() + timedelta(days=60)
    CPLEntry.objects.filter(pk=catalogue.baseline.pk).update(cpa_certificate="CPA-7", cpa_date=day, cpa_date_kind=kind)
    give_notice(now=timezone.now())


def certificate_notice(cast: Cast) -> str:
    """A date comes close."""
    dated()
    return cast.manufacturer.email


def certificate_digest(cast: Cast) -> str:
    """The same for SECAS."""
    dated()
    return cast.moderator.email


CAUSES: Final[tuple[tuple[Callable[[Cast], str], str], ...]] = (
    (issue_published, "Issue 153 of the Central Products List is published"),
    (issue_not_published, "Issue 153 was not published at its set time"),
    (issue_loaded, "Issue 153 is loaded by the DCC"),
    (issue_late, "Late: issue 153 is not loaded by the DCC"),
    (certificate_notice, "1 CPA certificate date within 6 months"),
    (certificate_digest, "CPA certificates: 1 entry within 6 months of the date"),
)
"""What causes each letter through the real act, returning its recipient; and the subject."""
