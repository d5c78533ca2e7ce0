"""What was published comes back: the workbook of the list, imported again, changes nothing."""

import pytest

from cpl.actions.publication import issues
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.spreadsheets import importer
from cpl.spreadsheets.issue_workbook import build
from tests.factories import Cast, Catalogue, make_entry, make_issue, make_submission

pytestmark = pytest.mark.django_db


def test_importing_the_workbook_of_an_issue_of_every_kind_changes_nothing(cast: Cast, catalogue: Catalogue) -> None:
    removed = make_entry(catalogue.ember, "01410000")
    kinds = [kind for kind in Kind if kind != Kind.REMOVAL]
    rows = [make_submission(cast, catalogue, kind, State.ACCEPTED) for kind in kinds]
    rows.append(make_submission(cast, catalogue, Kind.REMOVAL, State.ACCEPTED, entry=removed))
    issue = issues.publish(issue=make_issue(cast, rows, number="153"), by=cast.publisher)
    content = build(cast.moderator, number=issue.number, issue_date=issue.issue_date)
    run = importer.preview(content=content, file_name="cpl-153.xlsx", by=cast.moderator)
    assert importer.changes_nothing(run), run.counts
    assert not run.counts.get("absent")
