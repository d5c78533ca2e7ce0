"""Before it is confirmed, whoever takes a version away reads what stands on it; and who may not, reads nothing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cpl.actions.publication import issues
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import CPLEntry, CPLIssue, ImportRun, Submission
from tests.conftest import SignedIn
from tests.cpl.admin_importing import door, page_of
from tests.cpl.importing import bring_in, listed, preview, record, removed, workbook
from tests.factories import Cast, Catalogue, make_issue, make_submission

pytestmark = pytest.mark.django_db

ONLY_THROUGH = "Only through 10030A08, flagged at the step (2 steps)"
TITLE = "What stands on"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def send_page(submission: Submission) -> str:
    return f"/submissions/{submission.pk}/send/"


def review_page(submission: Submission) -> str:
    return f"/admin/cpl/submission/{submission.pk}/review/"


# The submission ------------------------------------------------------------------------------------------------


def test_the_manufacturer_reads_it_before_sending_a_withdrawal(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    page = read(signed_in(cast.manufacturer), send_page(make_submission(cast, catalogue, Kind.WITHDRAWAL)))
    assert "What stands on this version today" in page
    assert ONLY_THROUGH in page
    assert "is named as predecessor by" in page
    assert "/entries/CPL-001072/" in page


def test_secas_reads_it_before_sending_a_removal(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    draft = make_submission(
        cast, catalogue, Kind.REMOVAL, entry=catalogue.recommended, content={"reason": "Directed by the Panel"}
    )
    page = read(signed_in(cast.moderator), send_page(draft))
    assert "This version itself is left without a way" in page
    assert "1 version is left without a way" not in page
    assert "The recommended version changes for 1 Device Model" in page
    assert "No way is left" in page


@pytest.mark.parametrize("kind", [Kind.INFORMATION, Kind.CORRECTION, Kind.PATHWAY])
def test_other_submissions_say_nothing_of_the_kind(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, kind: Kind
) -> None:
    assert TITLE not in read(signed_in(cast.manufacturer), send_page(make_submission(cast, catalogue, kind)))


def test_that_nothing_stands_on_it_is_said(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    draft = make_submission(cast, catalogue, Kind.WITHDRAWAL, entry=catalogue.test_version)
    assert "Nothing: no route to a recommended version passes through it" in read(
        signed_in(cast.manufacturer), send_page(draft)
    )


def test_nobody_else_opens_the_page(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    """In threes: no role, another manufacturer's, the own."""
    draft = make_submission(cast, catalogue, Kind.WITHDRAWAL)
    got = [
        signed_in(person).get(send_page(draft)).status_code
        for person in (cast.stranger, cast.competitor, cast.manufacturer)
    ]
    assert got == [403, 404, 200]


def test_secas_reads_it_on_the_review_page_until_it_is_published(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = make_submission(cast, catalogue, Kind.WITHDRAWAL, State.ACCEPTED)
    client = signed_in(cast.moderator)
    assert ONLY_THROUGH in read(client, review_page(submission))
    issues.publish(issue=make_issue(cast, [submission]), by=cast.publisher)
    assert TITLE not in read(client, review_page(submission))


# The issue -----------------------------------------------------------------------------------------------------


@pytest.fixture
def issue(cast: Cast, catalogue: Catalogue) -> CPLIssue:
    """Prepared: a withdrawal, a removal and a correction."""
    rows = [make_submission(cast, catalogue, kind, State.ACCEPTED) for kind in (Kind.WITHDRAWAL, Kind.REMOVAL)]
    return make_issue(cast, [*rows, make_submission(cast, catalogue, Kind.CORRECTION, State.ACCEPTED)], number="155")


@pytest.mark.parametrize("view", ["review", "publish"])
def test_the_publisher_reads_it_where_the_issue_is_decided(
    cast: Cast, issue: CPLIssue, signed_in: SignedIn, view: str
) -> None:
    page = read(signed_in(cast.publisher), f"/admin/cpl/cplissue/{issue.pk}/{view}/")
    assert "What stands on these 2 versions today" in page
    assert ONLY_THROUGH in page


def test_after_publication_the_issue_tells_it_no_more(cast: Cast, issue: CPLIssue, signed_in: SignedIn) -> None:
    issues.publish(issue=issue, by=cast.publisher)
    assert TITLE not in read(signed_in(cast.publisher), f"/admin/cpl/cplissue/{issue.pk}/review/")


def test_the_publish_page_asks_the_database_the_same_for_more_retractions(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    def asked(person: User, *entries: CPLEntry) -> int:
        rows = [
            make_submission(cast, catalogue, Kind.REMOVAL, State.ACCEPTED, entry=entry, by=cast.moderator)
            for entry in entries
        ]
        page = f"/admin/cpl/cplissue/{make_issue(cast, rows).pk}/publish/"
        client = signed_in(person)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    assert asked(cast.publisher, catalogue.baseline) == asked(cast.publisher, catalogue.second, catalogue.recommended)


# The import ----------------------------------------------------------------------------------------------------


@pytest.fixture
def run() -> ImportRun:
    """Three versions in a row are on the list; the newer list removes the second and lacks the third."""
    rows = [listed(), listed(2, predecessors="CPL-000001"), listed(3, predecessors="CPL-000002")]
    days = {1: "2023-12-01", 2: "2023-12-02", 3: "2023-12-03"}
    bring_in(workbook(*rows))
    bring_in(workbook(FIR=[record(n, release_date=day) for n, day in days.items()]), name="fir.xlsx")
    return preview(workbook(rows[0], Removed=[removed(2, predecessors="CPL-000001")]))


def test_the_moderator_reads_it_before_removals_are_applied(cast: Cast, run: ImportRun, signed_in: SignedIn) -> None:
    client = signed_in(cast.moderator)
    by_file = read(client, f"{door(run, 'apply')}?rows=all")
    assert "What stands on this version today" in by_file
    assert "Only through 01000002, flagged at the step" in by_file
    client.post(door(run, "choose"), {"shown": ["CPL-000003"], "remove": ["CPL-000003"], "go": "all"})
    with_ticked = read(client, f"{door(run, 'apply')}?rows=all")
    assert "What stands on these 2 versions today" in with_ticked
    assert "The recommended version changes for 1 Device Model" in with_ticked


def test_an_import_that_removes_nothing_says_nothing(cast: Cast, signed_in: SignedIn) -> None:
    run = preview(workbook(listed()))
    client = signed_in(cast.moderator)
    assert TITLE not in read(client, f"{door(run, 'apply')}?rows=all")
    assert client.get(page_of(run)).status_code == 200
