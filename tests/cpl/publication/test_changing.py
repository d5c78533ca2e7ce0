"""Two who change an issue one after the other, numbers that no issue has, and numbers that two take at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.choices import Role
from cpl.actions.publication import issues
from cpl.actions.publication.errors import IssueFormError
from cpl.actions.submissions import moves
from cpl.choices import SubmissionKind as Kind
from cpl.models import CPLIssue, Submission
from tests.conftest import SignedIn
from tests.cpl.publication.helping import accepted, of_secas
from tests.factories import Cast, Catalogue, make_issue

ADMIN = "/admin/cpl/cplissue/"
LONG = ["9" * 19, "9" * 5_000, "-1", "٣", "x"]


def edited(issue: CPLIssue, *submissions: Submission, **given: Any) -> dict[str, Any]:
    """What the form posts that was opened when the issue was as it is."""
    return {
        "number": issue.number, "issue_date": issue.issue_date.isoformat(), "note": issue.note,
        "submissions": [one.pk for one in submissions], "seen": issues.state_of(issue), **given,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["submissions", "note", "number"])
def test_whoever_changes_an_issue_that_was_changed_meanwhile_is_told_by_whom(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, what: str
) -> None:
    first, other = accepted(cast, catalogue), accepted(cast, catalogue, Kind.CORRECTION)
    issue = make_issue(cast, [first], number="153")
    form = edited(issue, first)
    paul = of_secas("paul@secas.example", Role.SECAS_PUBLISHER)
    changed: dict[str, Any] = {"number": "153", "submissions": [first], "note": ""}
    changed[what] = {"submissions": [first, other], "note": "Hi", "number": "155"}[what]
    issues.change(issue=issue, issue_date=timezone.localdate(), by=paul, **changed)
    answer = signed_in(cast.publisher).post(f"{ADMIN}{issue.pk}/edit/", form)
    now = CPLIssue.objects.get(pk=issue.pk)
    assert answer.status_code == 409
    assert f"{paul.name} changed it at" in answer.content.decode()
    assert (now.number, now.note, now.submissions.count()) == (
        changed["number"], changed["note"], len(changed["submissions"]),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_submission_that_left_meanwhile_is_told_with_whoever_took_it_out(cast: Cast, catalogue: Catalogue) -> None:
    first, other = accepted(cast, catalogue), accepted(cast, catalogue, Kind.CORRECTION)
    issue = make_issue(cast, [first, other], number="153")
    seen = issues.state_of(issue)
    moves.query(submission=other, question="Why?", by=cast.moderator)
    with pytest.raises(IssueFormError, match=f"{cast.moderator} took {other.reference} out of it at"):
        issues.change(
            issue=issue, number="153", issue_date=issue.issue_date, submissions=[first], by=cast.publisher, seen=seen
        )


@pytest.mark.django_db
def test_a_form_that_comes_back_with_a_mistake_keeps_what_its_reader_had_seen(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    first = accepted(cast, catalogue)
    issue, client = make_issue(cast, [first]), signed_in(cast.publisher)
    form = edited(issue, first, note="Corrected.")
    page = client.post(f"{ADMIN}{issue.pk}/edit/", {**form, "issue_date": "soon"})
    assert form["seen"] in page.content.decode()
    assert client.post(f"{ADMIN}{issue.pk}/edit/", form).status_code == 302
    assert client.post(f"{ADMIN}{issue.pk}/edit/", {**form, "seen": ""}).status_code == 409


@pytest.mark.django_db
@pytest.mark.parametrize("number", LONG)
def test_a_number_that_nothing_has_is_not_there_and_breaks_nothing(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, number: str
) -> None:
    issue, client = make_issue(cast, [accepted(cast, catalogue)]), signed_in(cast.publisher)
    assert client.get(f"{ADMIN}{number}/change/").status_code == 404
    for page in ("review", "publish", "edit"):
        assert client.get(f"{ADMIN}{number}/{page}/").status_code in (302, 404)
    for page in ("prepare", f"{issue.pk}/edit"):
        assert client.get(f"{ADMIN}{page}/?submission={number}").status_code == 200
        form = {"number": "9", "issue_date": "2026-13-45", "submissions": [number, number]}
        assert client.post(f"{ADMIN}{page}/", form).status_code == 200
    for name in ("p", "o", "issue_date__year", "issue_date__month", "state__exact", "q"):
        assert client.get(f"{ADMIN}?{name}={number}").status_code < 500


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [False, True])
def test_of_two_who_take_one_number_at_once_one_is_told_that_it_is_taken(
    cast: Cast, catalogue: Catalogue, change: bool
) -> None:
    rows = [accepted(cast, catalogue) for _ in range(2)]
    prepared = [make_issue(cast, [row]) for row in rows] if change else []
    start = Barrier(2)

    def take(number: int) -> object:
        asked: dict[str, Any] = {"number": "300", "issue_date": timezone.localdate(), "by": cast.publisher}
        start.wait(timeout=30)
        try:
            if change:
                return issues.change(issue=prepared[number], submissions=[rows[number]], **asked)
            return issues.prepare(submissions=[rows[number]], **asked)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(take, range(2)))
    (lost,) = (one for one in done if not isinstance(one, CPLIssue))
    assert isinstance(lost, IssueFormError)
    assert (lost.field, "There is an issue 300 already" in str(lost)) == ("number", True)
