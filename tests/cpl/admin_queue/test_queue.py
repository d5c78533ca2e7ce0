"""The moderation queue: what it lists, in which order, how it is narrowed, searched and taken away."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st

from accounts.models import AuditEvent, Party
from cpl.actions.submissions import drafts, moves, talk
from cpl.choices import SubmissionKind, SubmissionState
from cpl.models import Submission
from cpl.selectors import queue
from cpl.targets import due_at, is_late
from tests.conftest import SignedIn
from tests.cpl.admin_queue.submitting import QUEUE, accepted, aged, ago, correction, hash_of, listed, new_entry
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def test_it_lists_what_waits_for_secas_with_the_most_overdue_first(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    fresh = correction(cast.manufacturer, catalogue.recommended)
    old = aged(correction(cast.manufacturer, catalogue.second), 60)
    older = aged(correction(cast.manufacturer, catalogue.baseline), 90)
    queried = correction(cast.manufacturer, catalogue.test_version)
    moves.query(submission=queried, question="Which batch?", by=cast.moderator)
    assert listed(signed_in(cast.moderator)) == [older.reference, old.reference, fresh.reference]


def test_everybody_sees_first_what_the_own_step_is(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    ready, fresh = accepted(cast, catalogue), correction(cast.manufacturer, catalogue.second)
    waits = hash_of(cast.submitter, catalogue.test_version)
    assert listed(signed_in(cast.moderator)) == [fresh.reference]
    assert listed(signed_in(cast.moderator), "?state=others") == [waits.reference]
    publisher = signed_in(cast.publisher)
    assert listed(publisher) == [ready.reference]
    assert "1 accepted, in no issue yet: <a" in publisher.get(QUEUE).content.decode()
    assert sorted(listed(signed_in(cast.auditor))) == sorted([ready.reference, fresh.reference, waits.reference])


def test_what_is_late_says_so_in_words(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    aged(correction(cast.manufacturer, catalogue.recommended), 60)
    page = signed_in(cast.moderator).get(QUEUE).content.decode()
    assert '<span class="fa-late">Late</span>' in page
    assert "working days late; target within" in page


def test_a_draft_is_nobody_elses(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    drafts.begin(kind=SubmissionKind.CORRECTION, by=cast.manufacturer, entry=catalogue.recommended)
    assert listed(signed_in(cast.moderator), "?state=all") == []


NARROWED = {
    "?state=queried": ["queried"],
    "?state=accepted": ["accepted"],
    "?state=open": ["accepted", "hash", "plain", "queried"],
    "?kind=hash": ["hash"],
    "?held=me&state=all": ["accepted", "queried"],
    "?held=nobody": ["hash", "plain"],
    "?held=others": [],
    "?late=yes": ["plain"],
    "?late=no": ["accepted", "hash"],
    "?confirmation=waiting": ["hash"],
    "?problems=none&kind=correction": ["accepted", "plain"],
    "?party={dcc}": ["hash"],
    "?manufacturer={northmoor}&kind=hash": ["hash"],
    "?party=nobody": [],
    "?batch=99999999999999999999": [],
}
"""What each filter lists of the submissions below."""


def test_it_is_narrowed(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    made = {
        "plain": aged(correction(cast.manufacturer, catalogue.second), 60),
        "hash": hash_of(cast.submitter, catalogue.test_version),
        "accepted": accepted(cast, catalogue),
        "queried": correction(cast.manufacturer, catalogue.baseline),
    }
    moves.query(submission=made["queried"], question="Which batch?", by=cast.moderator)
    keys, client = {"dcc": made["hash"].party_id, "northmoor": made["hash"].manufacturer_id}, signed_in(cast.moderator)
    names = {submission.reference: name for name, submission in made.items()}
    found = {query: sorted(names[one] for one in listed(client, query.format(**keys))) for query in NARROWED}
    assert found == NARROWED


@pytest.mark.parametrize(
    "problem",
    [("blocking", True, ""), ("advising", False, ""), ("none", False, "It is a pilot."), ("any", True, "")],
)
def test_it_is_narrowed_by_open_problems(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, problem: tuple[str, bool, str]
) -> None:
    name, blocking, waived = problem
    submission = correction(cast.manufacturer, catalogue.recommended)
    found = [{"blocking": blocking, "waived": waived, "message": "Odd."}]
    Submission.objects.filter(pk=submission.pk).update(problems=found)
    others = {"blocking", "advising", "none"} - {name} if name != "any" else {"advising", "none"}
    client = signed_in(cast.moderator)
    assert listed(client, f"?problems={name}") == [submission.reference]
    assert all(listed(client, f"?problems={other}") == [] for other in others)


def test_it_finds_by_reference_entry_model_version_and_party(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    Party.objects.filter(name__startswith="Northmoor").update(signifier="NM-9")
    one, client = correction(cast.manufacturer, catalogue.recommended), signed_in(cast.moderator)
    words = [one.reference, one.reference.lower(), str(one.pk), "northmoor", "NM-9", "CPL-001072", "Ember", "01040605"]
    words += ["0x01040605", "01:04:06:05", "northmoor ember"]
    assert [word for word in words if listed(client, f"?q={word}") != [one.reference]] == []
    assert listed(client, "?q=northmoor lantern") == []


def test_it_finds_what_was_typed_in_another_writing(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    submission, client = new_entry(cast.manufacturer, catalogue), signed_in(cast.moderator)
    for words in ("11040605", "11:04:06:05", "0x11040605", "8b0b030d"):
        assert listed(client, f"?q={words}") == [submission.reference], words


def test_it_does_not_find_by_the_details_of_a_contact(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    new_entry(
        cast.manufacturer, catalogue, contact_answer="give", contact_team="Desk", contact_email="desk@secret.example"
    )
    assert listed(signed_in(cast.moderator), "?q=secret.example") == []


def test_a_strange_search_finds_nothing_and_breaks_nothing(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    correction(cast.manufacturer, catalogue.recommended)
    client = signed_in(cast.moderator)
    assert listed(client, "?q=%27%22%5C%25_") == []
    assert client.get(f"{QUEUE}?q=%00").status_code == 200
    assert listed(client, f"?q={'9' * 40}") == []


@of_hypothesis(max_examples=60, deadline=None)
@given(days=st.floats(0, 40), state=st.sampled_from(list(SubmissionState)))
@example(days=1.0, state=SubmissionState.PUBLISHED)
def test_the_queue_and_the_targets_agree_on_what_is_late(days: float, state: SubmissionState) -> None:
    now = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
    since = now - timedelta(days=days)
    limit = queue.late_since(state, now)
    assert (limit is not None and since < limit) == is_late(state, since, now)


def test_a_page_of_the_queue_takes_few_queries_however_long_it_is(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    client = signed_in(cast.moderator)
    for entry in (catalogue.recommended, catalogue.second):
        correction(cast.manufacturer, entry)
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as few:
        client.get(QUEUE)
    for entry in (catalogue.baseline, catalogue.test_version):
        hash_of(cast.submitter, entry, digest="AB" * 30 + f"{entry.pk:04X}"[-4:])
    talk.hold(submission=Submission.objects.all()[0], by=cast.moderator)
    with CaptureQueriesContext(connection) as more:
        client.get(QUEUE)
    assert len(more) == len(few) <= 12, [query["sql"][:120] for query in more]


def test_above_it_stands_how_many_wait_at_each_step(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    aged(correction(cast.manufacturer, catalogue.second), 60)
    correction(cast.manufacturer, catalogue.baseline)
    accepted(cast, catalogue)
    steps = {step.state: step for step in signed_in(cast.moderator).get(QUEUE).context["waiting"]}
    assert {state: (step.number, step.late) for state, step in steps.items()} == {
        "submitted": (2, 1), "resubmitted": (0, 0), "accepted": (1, 0), "queried": (0, 0),
    }  # fmt: skip
    oldest = steps[SubmissionState.SUBMITTED].oldest
    assert oldest is not None
    assert oldest.date() == ago(60).date()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exactly_what_is_listed_is_taken_away_and_that_is_recorded(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, kind: str
) -> None:
    wanted = correction(cast.manufacturer, catalogue.recommended)
    hash_of(cast.submitter, catalogue.test_version)
    answer = signed_in(cast.auditor).get(f"{QUEUE}export.{kind}?kind=correction")
    assert answer.status_code == 200
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row["Submission"] for row in rows] == [wanted.reference]
    event = AuditEvent.objects.filter(name="list.exported").latest("pk")
    assert (event.object_label, event.details) == ("Moderation queue", {"rows": 1, "format": kind})


def test_a_cell_that_a_spreadsheet_would_run_is_neutralised(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    new_entry(cast.manufacturer, catalogue)
    Submission.objects.update(device_model=None, content={"model_name": "=1+1"})
    content = signed_in(cast.moderator).get(f"{QUEUE}export.csv").content.decode("utf-8-sig")
    assert "'=1+1" in content


def test_an_unknown_filter_or_format_is_refused(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.moderator)
    assert client.get(f"{QUEUE}export.pdf").status_code == 404
    assert client.get(f"{QUEUE}export.csv?held_by__password__startswith=a").status_code == 400


def test_what_is_due_sooner_comes_before_what_has_waited_longer(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, settings: Any
) -> None:
    settings.MODERATION_TARGET_DAYS, settings.PUBLICATION_TARGET_DAYS = 30, 20
    waits = aged(correction(cast.manufacturer, catalogue.second), 7)
    soon = aged(accepted(cast, catalogue), 1)
    late = aged(correction(cast.manufacturer, catalogue.baseline), 80)
    rows = signed_in(cast.moderator).get(f"{QUEUE}?state=secas").context["cl"].result_list
    assert [row.reference for row in rows] == [late.reference, soon.reference, waits.reference]
    assert [row.due_about for row in rows][1:] == [due_at(row.state, row.state_since) for row in (soon, waits)]
