"""The list of submissions and its exports."""

import csv
import io

import pytest
from django.test import Client

from accounts.models import AuditEvent
from cpl.actions.submissions import drafts, moves
from cpl.choices import SubmissionKind
from cpl.models import Submission
from tests.conftest import SignedIn
from tests.cpl.submission_pages.conftest import Begin, soup, words
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> Client:
    return signed_in(cast.manufacturer)


def references(client: Client, query: str = "") -> list[str]:
    rows = soup(client.get(f"/submissions/{query}")).select("tbody th .fir-table__sub")
    return [row.get_text().split(",")[0] for row in rows]


def test_empty_list_says_how_to_begin(mei: Client) -> None:
    assert "submit something" in words(mei.get("/submissions/"))


def test_list_holds_the_own_and_what_others_say_of_the_own_products(
    mei: Client, begin: Begin, sent: Submission, hash_of_other: Submission
) -> None:
    draft = begin()
    assert set(references(mei, "?state=open")) == {draft.reference, sent.reference, hash_of_other.reference}


def test_first_tab_holds_what_waits_for_this_person_a_confirmation_too(
    mei: Client, begin: Begin, sent: Submission, hash_of_other: Submission
) -> None:
    draft = begin()
    assert set(references(mei)) == {draft.reference, hash_of_other.reference}


def test_list_opens_on_what_is_open_where_nothing_waits_for_the_person(
    cast: Cast, hash_of_other: Submission, signed_in: SignedIn
) -> None:
    assert references(signed_in(cast.submitter)) == [hash_of_other.reference]


def test_competitor_sees_none_of_them(
    cast: Cast, begin: Begin, sent: Submission, hash_of_other: Submission, signed_in: SignedIn
) -> None:
    begin()
    assert references(signed_in(cast.competitor), "?state=all") == []


def test_secas_sees_what_was_sent_and_no_draft(cast: Cast, begin: Begin, sent: Submission, signed_in: SignedIn) -> None:
    begin()
    assert references(signed_in(cast.moderator), "?state=all") == [sent.reference]


@pytest.mark.parametrize("who", ["supplier", "network", "ssc"])
def test_those_who_have_none_are_refused(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str) -> None:
    assert signed_in(getattr(cast, who)).get("/submissions/").status_code == 403
    assert signed_in(getattr(cast, who)).get("/submissions.csv").status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [("", "draft queried"), ("?state=open", "draft sent queried"),
     ("?state=yours", "draft queried"), ("?state=secas", "sent"),
     ("?state=ended", "cancelled"), ("?kind=withdrawal", "draft"), ("?state=nonsense", "draft queried"),
     ("?state=published", "")],
)  # fmt: skip
def test_tab_and_kind_narrow_the_list(
    mei: Client, cast: Cast, catalogue: Catalogue, begin: Begin, query: str, names: str
) -> None:
    def submitted() -> Submission:
        content = {"stage_answer": "give", "stage": "production"}
        draft = drafts.begin(
            kind=SubmissionKind.INFORMATION, by=cast.manufacturer, entry=catalogue.test_version, content=content
        )
        return moves.submit(submission=draft, by=cast.manufacturer)

    found = {"draft": begin(SubmissionKind.WITHDRAWAL), "sent": submitted(), "cancelled": submitted()}
    moves.cancel(submission=found["cancelled"], by=cast.manufacturer)
    found["queried"] = moves.query(submission=submitted(), question="Why?", by=cast.moderator)
    assert set(references(mei, query)) == {found[name].reference for name in names.split()}


def test_export_holds_exactly_what_is_listed(mei: Client, begin: Begin, sent: Submission) -> None:
    begin(SubmissionKind.WITHDRAWAL)
    answer = mei.get("/submissions.csv?state=secas")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Reference"] for row in rows] == references(mei, "?state=secas") == [sent.reference]
    assert AuditEvent.objects.filter(name="list.exported").count() == 1


def test_export_runs_no_formula_of_an_author(mei: Client, cast: Cast, catalogue: Catalogue) -> None:
    drafts.begin(
        kind=SubmissionKind.NEW_ENTRY, by=cast.manufacturer, manufacturer=catalogue.ember.manufacturer,
        content={"model_name": "=HYPERLINK(1)"},
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(mei.get("/submissions.csv").content.decode("utf-8-sig"))))
    assert rows[0]["About"].startswith("'=")


def test_contact_details_are_in_no_list(mei: Client, cast: Cast, catalogue: Catalogue) -> None:
    drafts.begin(
        kind=SubmissionKind.CONTACT, by=cast.manufacturer, manufacturer=catalogue.ember.manufacturer,
        content={"contact_team": "Desk", "contact_email": "secret@northmoor.example"},
    )  # fmt: skip
    assert b"secret@" not in mei.get("/submissions/").content
    assert b"secret@" not in mei.get("/submissions.csv").content


def test_navigation_leads_those_who_submit_there_and_nobody_else(cast: Cast, mei: Client, signed_in: SignedIn) -> None:
    assert soup(mei.get("/")).select_one(".fir-nav a[href='/submissions/']")
    assert not soup(signed_in(cast.supplier).get("/")).select_one(".fir-nav a[href='/submissions/']")
