"""Dates: lists never go back in time, and what happens is never dated on a day to come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cpl.actions.publication import issues, loading
from cpl.actions.publication.errors import NotPublishableError
from cpl.choices import IssueState
from cpl.choices import SubmissionKind as Kind
from cpl.models import Contact, CPLEntry, CPLIssue, FirmwareInformation, Submission
from tests.cpl.publication.helping import accepted, entry_of, fresh
from tests.factories import Cast, Catalogue
from tests.factories.submissions import content_of

pytestmark = pytest.mark.django_db

AHEAD = timedelta(days=20)


def dated(cast: Cast, number: str, ahead: timedelta, *submissions: Submission) -> CPLIssue:
    day = timezone.localdate() + ahead
    rows = [fresh(one) for one in submissions]
    return issues.prepare(number=number, issue_date=day, submissions=rows, by=cast.publisher)


def undated_removal() -> dict[str, str]:
    content = content_of(Kind.REMOVAL)
    del content["removed_on"]
    return content


def test_an_issue_that_another_has_overtaken_is_not_published(cast: Cast, catalogue: Catalogue) -> None:
    early = dated(cast, "200", timedelta(), accepted(cast, catalogue))
    late = dated(cast, "201", AHEAD, accepted(cast, catalogue))
    issues.publish(issue=late, by=cast.publisher)
    with pytest.raises(NotPublishableError, match=r"Issue 200 is dated .* The list in force is of .* or a later one"):
        issues.publish(issue=early, by=cast.publisher)


def test_an_overtaken_issue_is_not_published_at_its_set_time_either(cast: Cast, catalogue: Catalogue) -> None:
    early = dated(cast, "200", timedelta(), accepted(cast, catalogue))
    soon = timezone.now() + timedelta(seconds=1)
    CPLIssue.objects.filter(pk=early.pk).update(state="scheduled", publish_at=soon, published_by=cast.publisher)
    issues.publish(issue=dated(cast, "201", AHEAD, accepted(cast, catalogue)), by=cast.publisher)
    assert issues.publish_due(now=soon) == 0
    early.refresh_from_db()
    assert (early.state, "The list in force is of" in early.failure) == (IssueState.PREPARED, True)


def test_nothing_is_removed_before_it_was_published(cast: Cast, catalogue: Catalogue) -> None:
    new = accepted(cast, catalogue)
    issues.publish(issue=dated(cast, "201", AHEAD, new), by=cast.publisher)
    removal = accepted(cast, catalogue, Kind.REMOVAL, entry=entry_of(new), content=undated_removal())
    with pytest.raises(NotPublishableError, match="before it was published"):
        issues.publish(issue=dated(cast, "202", AHEAD, removal), by=cast.publisher)


def test_an_issue_dated_ahead_dates_what_happens_on_the_day_it_happens(cast: Cast, catalogue: Catalogue) -> None:
    removal = accepted(cast, catalogue, Kind.REMOVAL, content=undated_removal())
    kinds = (Kind.NEW_ENTRY, Kind.WITHDRAWAL, Kind.INFORMATION, Kind.CONTACT)
    new, withdrawal, information, contact = (accepted(cast, catalogue, kind) for kind in kinds)
    issue = dated(cast, "200", AHEAD, removal, new, withdrawal, information, contact)
    issues.publish(issue=issue, by=cast.publisher)
    today = timezone.localdate()
    assert entry_of(new).published_on == today + AHEAD
    assert entry_of(new).pathway_given_on == today
    assert entry_of(removal).removed_on == today
    assert FirmwareInformation.objects.get(entry=catalogue.second).withdrawn_on == today
    assert FirmwareInformation.objects.get(entry=catalogue.test_version).provenance["stage"][1] == today.isoformat()
    assert Contact.objects.get(email="upgrades@northmoor.example").confirmed_on == today


def test_an_entry_is_loaded_on_the_day_of_its_publication_at_the_earliest(cast: Cast, catalogue: Catalogue) -> None:
    new = accepted(cast, catalogue)
    issue = issues.publish(issue=dated(cast, "200", AHEAD, new), by=cast.publisher)
    loading.mark_loaded(issue=issue, by=cast.submitter)
    entry = CPLEntry.objects.get(pk=entry_of(new).pk)
    assert entry.loaded_on == entry.published_on == timezone.localdate() + AHEAD
