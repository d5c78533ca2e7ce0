"""Pages of issues: for readers, for whoever marks one as loaded, and for publishers in the admin."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Party
from cpl import audit_names
from cpl.actions.publication import issues
from cpl.actions.visibility import restrict
from cpl.choices import IssueState
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import CPLEntry, CPLIssue, Submission
from cpl.rules import Problem
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_issue, make_submission

pytestmark = pytest.mark.django_db

ADMIN = "/admin/cpl/cplissue/"


def accepted(cast: Cast, catalogue: Catalogue, kind: Kind = Kind.NEW_ENTRY, **given: Any) -> Submission:
    return make_submission(cast, catalogue, kind, State.ACCEPTED, **given)


@pytest.fixture
def issue(cast: Cast, yesterday: Catalogue) -> CPLIssue:
    """Published: a new entry, a correction, and a hash for an entry that only some may see."""
    catalogue = yesterday
    rows = [
        accepted(cast, catalogue),
        accepted(cast, catalogue, Kind.CORRECTION),
        accepted(cast, catalogue, Kind.HASH, entry=catalogue.restricted, by=cast.manufacturer),
        accepted(cast, catalogue, Kind.CONTACT),
    ]
    return issues.publish(issue=make_issue(cast, rows, number="153"), by=cast.publisher)


@pytest.fixture
def prepared(cast: Cast, catalogue: Catalogue) -> CPLIssue:
    return make_issue(cast, [accepted(cast, catalogue, Kind.CORRECTION)], number="154")


def test_everybody_reads_what_an_issue_did_with_old_and_new_values(
    cast: Cast, issue: CPLIssue, signed_in: SignedIn
) -> None:
    page = signed_in(cast.supplier).get("/issues/153/").content.decode()
    assert "CPL-001045" in page
    assert "4.2</del>" in page
    assert "4.1</ins>" in page
    assert "Not yet loaded" in page


@pytest.mark.parametrize(("who", "sees"), [("supplier", True), ("rival_supplier", False), ("auditor", True)])
def test_what_a_person_may_not_see_is_neither_told_nor_counted(
    cast: Cast, issue: CPLIssue, signed_in: SignedIn, who: str, sees: bool
) -> None:
    client = signed_in(getattr(cast, who))
    assert ("CPL-001080" in client.get("/issues/153/").content.decode()) is sees
    assert ("Hashes given: 1" in client.get("/issues/").content.decode()) is sees


def test_a_contact_is_told_to_those_who_may_see_it_only(cast: Cast, issue: CPLIssue, signed_in: SignedIn) -> None:
    assert b"Upgrades desk" in signed_in(cast.manufacturer).get("/issues/153/").content
    for person in (cast.network, cast.supplier):
        # No record names it yet, so nobody else has need of it.
        assert b"Upgrades desk" not in signed_in(person).get("/issues/153/").content


def test_opening_an_entry_does_not_open_what_an_issue_changed_while_it_was_restricted(
    cast: Cast, yesterday: Catalogue, signed_in: SignedIn
) -> None:
    catalogue = yesterday
    correction = accepted(cast, catalogue, Kind.CORRECTION, entry=catalogue.restricted)
    issues.publish(issue=make_issue(cast, [correction], number="155"), by=cast.publisher)
    CPLEntry.objects.filter(pk=catalogue.restricted.pk).update(audience="all_parties")
    assert b"4.1</ins>" not in signed_in(cast.rival_supplier).get("/issues/155/").content
    assert b"4.1</ins>" in signed_in(cast.auditor).get("/issues/155/").content


def test_an_issue_being_prepared_is_secas_business(cast: Cast, prepared: CPLIssue, signed_in: SignedIn) -> None:
    for person in (cast.supplier, cast.manufacturer, cast.submitter):
        client = signed_in(person)
        assert client.get("/issues/154/").status_code == 404
        assert b"154" not in client.get("/issues/").content
    assert signed_in(cast.auditor).get("/issues/154/").status_code == 200


def test_the_workbook_holds_what_the_person_may_see_and_who_took_it_is_recorded(
    cast: Cast, issue: CPLIssue, signed_in: SignedIn
) -> None:
    def ids(client: Any) -> set[object]:
        book = openpyxl.load_workbook(io.BytesIO(client.get("/issues/153/workbook.xlsx").content))
        return {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}

    assert "CPL-001080" in ids(signed_in(cast.supplier))
    assert "CPL-001080" not in ids(signed_in(cast.rival_supplier))
    event = AuditEvent.objects.filter(name=audit_names.ISSUE_EXPORTED).latest("pk")
    assert (event.actor, event.object_label) == (cast.rival_supplier.email, "Issue 153")


def test_the_workbook_bears_the_issue_in_force_and_the_page_says_so(
    cast: Cast, catalogue: Catalogue, issue: CPLIssue, signed_in: SignedIn
) -> None:
    later = make_issue(cast, [accepted(cast, catalogue, Kind.PATHWAY)], number="156")
    issues.publish(issue=later, by=cast.publisher)
    client = signed_in(cast.supplier)
    assert b"It bears issue 156, which is in force, not issue 153" in client.get("/issues/153/").content
    answer = client.get("/issues/153/workbook.xlsx")
    assert 'filename="cpl-156-' in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert any("Issue number: 156" in str(row[0].value) for row in book.worksheets[0].iter_rows(max_row=4))


# Marking as loaded --------------------------------------------------------------------------------------------


def loaded_form(**given: str) -> dict[str, str]:
    moment = timezone.localtime(timezone.now())
    return {"loaded_at": moment.strftime("%Y-%m-%dT%H:%M"), "confirmed": "on", **given}


def test_the_dcc_marks_an_issue_as_loaded(cast: Cast, issue: CPLIssue, signed_in: SignedIn) -> None:
    client = signed_in(cast.submitter)
    assert b"Mark as loaded" in client.get("/issues/153/").content
    assert client.post("/issues/153/loaded/", loaded_form()).status_code == 302
    assert CPLIssue.objects.get(number="153").state == IssueState.LOADED
    assert b"Mark as loaded" not in client.get("/issues/153/").content


def test_without_confirmation_or_with_a_wrong_time_nothing_is_marked(
    cast: Cast, issue: CPLIssue, signed_in: SignedIn
) -> None:
    client = signed_in(cast.submitter)
    ahead = (timezone.localtime(timezone.now()) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    for form in (loaded_form(confirmed=""), loaded_form(loaded_at="soon"), loaded_form(loaded_at=ahead)):
        assert b"There is a problem" in client.post("/issues/153/loaded/", form).content
    assert CPLIssue.objects.get(number="153").state == IssueState.PUBLISHED


def test_the_second_who_marks_it_is_told_who_was_first(cast: Cast, issue: CPLIssue, signed_in: SignedIn) -> None:
    signed_in(cast.submitter).post("/issues/153/loaded/", loaded_form())
    answer = signed_in(cast.moderator).post("/issues/153/loaded/", loaded_form())
    assert answer.status_code == 409
    assert f"{cast.submitter} marked Issue 153 as loaded" in answer.content.decode()


def test_a_late_load_shows_where_it_is_seen_to(cast: Cast, issue: CPLIssue, signed_in: SignedIn) -> None:
    CPLIssue.objects.filter(pk=issue.pk).update(published_at=timezone.now() - timedelta(hours=30))
    for address in ("/", "/issues/", "/issues/153/"):
        assert b"Not loaded in time" in signed_in(cast.submitter).get(address).content, address
    assert b"Not loaded in time" in signed_in(cast.auditor).get(ADMIN).content
    assert b"Not loaded in time" not in signed_in(cast.supplier).get("/").content


# The admin ----------------------------------------------------------------------------------------------------


def test_a_publisher_prepares_an_issue_from_what_is_accepted(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    one, own = accepted(cast, catalogue), accepted(cast, catalogue, Kind.CORRECTION, by=cast.publisher)
    client = signed_in(cast.publisher)
    page = client.get(f"{ADMIN}prepare/").content.decode()
    assert f'value="{one.pk}" id="submission-{one.pk}" checked' in page
    assert f'value="{own.pk}" id="submission-{own.pk}">' in page
    assert "You submitted it." in page
    form = {"number": "7", "issue_date": timezone.localdate().isoformat(), "note": "", "submissions": [one.pk]}
    assert client.post(f"{ADMIN}prepare/", form).status_code == 302
    assert [row.pk for row in CPLIssue.objects.get(number="7").submissions.all()] == [one.pk]


def test_what_is_wrong_with_an_issue_is_said_beside_the_field(
    cast: Cast, catalogue: Catalogue, prepared: CPLIssue, signed_in: SignedIn
) -> None:
    one = accepted(cast, catalogue)
    form = {"number": "154", "issue_date": timezone.localdate().isoformat(), "submissions": [one.pk]}
    page = signed_in(cast.publisher).post(f"{ADMIN}prepare/", form).content.decode()
    assert "There is an issue 154 already" in page


def pressed(client: Any, issue: CPLIssue, button: str, **form: str) -> Any:
    seen = {"seen": issues.state_of(issue)} if button in ("publish", "schedule") else {}
    return client.post(f"{ADMIN}{issue.pk}/{button}/", {**seen, **form})


def test_a_publisher_publishes_and_the_second_is_told(cast: Cast, prepared: CPLIssue, signed_in: SignedIn) -> None:
    client = signed_in(cast.publisher)
    assert pressed(client, prepared, "publish").status_code == 302
    again = pressed(client, prepared, "publish")
    assert again.status_code == 409
    assert "published Issue 154 at" in again.content.decode()


def test_before_an_issue_is_published_a_page_tells_what_and_whom(
    cast: Cast, prepared: CPLIssue, signed_in: SignedIn
) -> None:
    one = prepared.submissions.get()
    odd = Problem(check="odd", clause="", blocking=False, field="", message="It is odd.", cure="Look at it.")
    Submission.objects.filter(pk=one.pk).update(problems=[dict(odd.as_json())])
    client = signed_in(cast.publisher)
    review = client.get(f"{ADMIN}{prepared.pk}/review/").content.decode()
    assert f'action="{ADMIN}{prepared.pk}/publish/"' not in review
    assert "1 advising open" in review
    page = client.get(f"{ADMIN}{prepared.pk}/publish/").content.decode()
    told = ("Publish issue 154 now", "1 advising open", "the people of Northmoor", "Correction of a published field")
    assert [words for words in told if words not in page] == []
    assert CPLIssue.objects.get(pk=prepared.pk).state == IssueState.PREPARED


def test_an_issue_is_not_set_for_a_day_after_its_date_unless_it_is_dated_on_that_day(
    cast: Cast, prepared: CPLIssue, signed_in: SignedIn
) -> None:
    client, at = signed_in(cast.publisher), timezone.localtime(timezone.now()) + timedelta(days=2)
    moment = at.strftime("%Y-%m-%dT%H:%M")
    refused = pressed(client, prepared, "schedule", publish_at=moment)
    assert "Change the date of issue first." in refused.content.decode()
    assert CPLIssue.objects.get(pk=prepared.pk).state == IssueState.PREPARED
    assert pressed(client, prepared, "schedule", publish_at=moment, redate="on").status_code == 302
    assert CPLIssue.objects.get(pk=prepared.pk).issue_date == at.date()


def test_an_issue_set_for_a_time_can_be_taken_back_and_abandoned(
    cast: Cast, prepared: CPLIssue, signed_in: SignedIn
) -> None:
    client = signed_in(cast.publisher)
    at = (timezone.localtime(timezone.now()) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    states = []
    for button, form in (("schedule", {"publish_at": at, "redate": "on"}), ("unschedule", {}), ("abandon", {})):
        assert pressed(client, prepared, button, **form).status_code == 302
        states.append(CPLIssue.objects.get(pk=prepared.pk).state)
    assert states == [IssueState.SCHEDULED, IssueState.PREPARED, IssueState.ABANDONED]


def test_what_stands_in_the_way_is_listed_on_the_review(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    own = accepted(cast, catalogue, Kind.CORRECTION, by=cast.publisher)
    issue = make_issue(cast, [own], number="157")
    client = signed_in(cast.publisher)
    assert b"You cannot publish this issue" in client.get(f"{ADMIN}{issue.pk}/review/").content
    answer = pressed(client, issue, "publish")
    assert answer.status_code == 409
    assert f"{own.reference}</strong>: You submitted it." in answer.content.decode()


@pytest.mark.parametrize("who", ["moderator", "auditor"])
def test_others_of_the_admin_look_and_decide_nothing(
    cast: Cast, prepared: CPLIssue, signed_in: SignedIn, who: str
) -> None:
    client = signed_in(getattr(cast, who))
    page = client.get(f"{ADMIN}{prepared.pk}/review/")
    assert page.status_code == 200
    assert b"A SECAS publisher decides over this issue" in page.content
    for button in ("publish", "schedule", "unschedule", "abandon"):
        assert pressed(client, prepared, button).status_code == 403
    assert client.get(f"{ADMIN}prepare/").status_code == 403
    assert CPLIssue.objects.get(pk=prepared.pk).state == IssueState.PREPARED


def test_a_restricted_contact_of_another_is_no_line_of_the_page(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    contact = accepted(cast, catalogue, Kind.CONTACT)
    issues.publish(issue=make_issue(cast, [contact], number="158"), by=cast.publisher)
    contact.refresh_from_db()
    assert contact.contact is not None
    restrict(record=contact.contact, parties=Party.objects.filter(name="Ashdown Energy"), by=None)
    assert b"Upgrades desk" in signed_in(cast.supplier).get("/issues/158/").content
    assert b"Upgrades desk" not in signed_in(cast.rival_supplier).get("/issues/158/").content


def test_the_submission_that_one_comes_from_is_ticked(
    cast: Cast, catalogue: Catalogue, prepared: CPLIssue, signed_in: SignedIn
) -> None:
    one, other = accepted(cast, catalogue), accepted(cast, catalogue, Kind.PATHWAY)
    client = signed_in(cast.publisher)
    for address in (f"{ADMIN}prepare/", f"{ADMIN}{prepared.pk}/edit/"):
        page = client.get(f"{address}?submission={one.pk}").content.decode()
        assert f'id="submission-{one.pk}" checked' in page
        assert f'id="submission-{other.pk}">' in page


@pytest.mark.parametrize(("step", "ticked"), [("accept", True), ("publish", False)])
def test_only_what_stands_in_the_way_of_publishing_leaves_a_submission_unticked(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, step: str, ticked: bool
) -> None:
    submission = accepted(cast, catalogue)
    odd = Problem("odd", "", blocking=True, field="", message="It is odd.", cure="Look at it.", stops=(step,))
    Submission.objects.filter(pk=submission.pk).update(problems=[odd.as_json()])
    page = signed_in(cast.publisher).get(f"{ADMIN}prepare/").content.decode()
    assert (f'id="submission-{submission.pk}" checked' in page, "It is odd." in page) == (ticked, not ticked)
