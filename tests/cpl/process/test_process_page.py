"""The process page: every step with who, until when, how many wait and how long it takes, and nobody's name."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.models import Submission, SubmissionStep
from cpl.presenters.process import bars, span_words, takes
from cpl.rules import CHECKS
from cpl.selectors.process import ANSWER, LOADING, MODERATION, MONTHS, PUBLICATION, Month, Process, Spans, process
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue
from tests.factories.submissions import make_submission

State, Kind, Step = SubmissionState, SubmissionKind, StepKind
NOW = timezone.make_aware(datetime(2026, 11, 20, 12, 0))  # noqa: DTZ001 - made aware here: a Friday


@pytest.fixture
def draft(cast: Cast, catalogue: Catalogue) -> Submission:
    """Something to hang steps on."""
    return make_submission(cast, catalogue, Kind.CORRECTION)


def step(submission: Submission, kind: StepKind, origin: str, target: str, at: datetime) -> None:
    """A step at another time than now: the actions write only of now."""
    SubmissionStep.objects.create(
        submission=submission, kind=kind, at=at, by_name="Somebody", from_state=origin, to_state=target
    )


def at_noon(day: int, month: int = 11) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, 12, 0))  # noqa: DTZ001 - made aware here


def life(submission: Submission) -> None:
    """Submitted on Monday 2 November, queried on Thursday, answered on Tuesday, accepted on Friday, published and
    loaded on Monday.
    """
    step(submission, Step.SUBMIT, State.DRAFT, State.SUBMITTED, at_noon(2))
    step(submission, Step.MESSAGE, "", "", at_noon(3))
    step(submission, Step.QUERY, State.SUBMITTED, State.QUERIED, at_noon(5))
    step(submission, Step.RESUBMIT, State.QUERIED, State.RESUBMITTED, at_noon(10))
    step(submission, Step.ACCEPT, State.RESUBMITTED, State.ACCEPTED, at_noon(13))
    step(submission, Step.PUBLISH, State.ACCEPTED, State.PUBLISHED, at_noon(16))
    step(submission, Step.LOAD, State.PUBLISHED, State.LOADED, at_noon(16) + timedelta(hours=5))


def test_each_step_is_measured_in_working_days_and_loading_in_hours(draft: Submission) -> None:
    life(draft)
    spans = process(NOW).spans
    assert {name: (found.number, found.median, found.nine_of_ten) for name, found in spans.items()} == {
        MODERATION: (2, 3, 3),
        ANSWER: (1, 3, 3),
        PUBLICATION: (1, 1, 1),
        LOADING: (1, 5, 5),
    }


def test_what_ended_more_than_twelve_months_ago_counts_no_more(draft: Submission) -> None:
    life(draft)
    assert process(NOW + timedelta(days=370)).spans == {}


def test_the_middle_and_the_ninth_tenth_are_lengths_that_occurred(cast: Cast, catalogue: Catalogue) -> None:
    for day in (2, 2, 2, 3, 3, 3, 4, 4, 5, 16):
        one = make_submission(cast, catalogue, Kind.CORRECTION)
        step(one, Step.SUBMIT, State.DRAFT, State.SUBMITTED, at_noon(2))
        step(one, Step.ACCEPT, State.SUBMITTED, State.ACCEPTED, at_noon(day))
    assert process(NOW).spans[MODERATION] == (10, 1, 3)


def test_what_waits_is_counted_by_step_with_what_is_late(cast: Cast, catalogue: Catalogue) -> None:
    make_submission(cast, catalogue, Kind.CORRECTION, State.SUBMITTED)
    make_submission(cast, catalogue, Kind.INFORMATION, State.QUERIED)
    now, later = timezone.now(), timezone.now() + timedelta(days=14)
    assert {state: tuple(found) for state, found in process(now).waiting.items()} == {
        State.SUBMITTED: (1, 0),
        State.QUERIED: (1, 0),
    }
    assert process(later).waiting[State.SUBMITTED] == (1, 1)


def test_what_waits_for_the_manufacturer_is_counted_apart(cast: Cast, catalogue: Catalogue) -> None:
    make_submission(cast, catalogue, Kind.HASH, State.SUBMITTED)
    assert process(timezone.now()).confirmations == (1, 0)
    assert process(timezone.now() + timedelta(days=30)).confirmations == (1, 1)


def test_drafts_are_nobodys_backlog(draft: Submission) -> None:
    found = process(timezone.now())
    assert (found.waiting, found.with_secas, found.late) == ({}, 0, 0)


def test_the_last_twelve_months_are_told_with_those_in_which_nothing_was_published(
    cast: Cast, catalogue: Catalogue
) -> None:
    make_submission(cast, catalogue, Kind.CORRECTION, State.PUBLISHED)
    months = process(timezone.now()).months
    today = timezone.localdate()
    assert len(months) == MONTHS
    assert months[-1] == Month(today.replace(day=1), 1, 1)
    assert {month.submissions for month in months[:-1]} == {0}


def test_months_are_whole_at_the_turn_of_a_year(db: None) -> None:
    found: Process = process(timezone.make_aware(datetime(2027, 1, 31, 23, 0)))  # noqa: DTZ001 - made aware here
    assert [month.first for month in found.months[:2]] == [date(2026, 2, 1), date(2026, 3, 1)]
    assert found.months[-1].first == date(2027, 1, 1)


def test_the_page_takes_few_queries(
    cast: Cast, draft: Submission, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    life(draft)
    client = signed_in(cast.supplier)
    client.get("/process/")
    with django_assert_max_num_queries(12):
        client.get("/process/")


def test_the_page_tells_the_steps_and_no_names(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_submission(cast, catalogue, Kind.CORRECTION, State.SUBMITTED)
    page = BeautifulSoup(signed_in(cast.network).get("/process/").content, "html.parser").main
    assert page is not None
    titles = [heading.text for heading in page.select(".fir-stage h3")]
    assert titles == [
        "Draft", "Submitted", "Confirmed by the manufacturer", "Queried", "Accepted", "Published", "Loaded",
    ]  # fmt: skip
    assert "within 5 working days" in page.text
    assert not any(name in page.text for name in ("Northmoor", "Kestrel", "S-0000", "Ember"))


def test_each_month_has_its_number_beside_its_bar(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_submission(cast, catalogue, Kind.CORRECTION, State.PUBLISHED)
    page = BeautifulSoup(signed_in(cast.supplier).get("/process/").content, "html.parser")
    numbers, drawn = page.select(".fir-months__number"), page.select(".fir-months__bar rect")
    told = [(number.text, bar["width"]) for number, bar in zip(numbers, drawn, strict=True)]
    assert told == [("1", "100"), *[("0", "0")] * (MONTHS - 1)]


def test_the_longest_bar_fills_the_row_and_none_that_counts_something_vanishes() -> None:
    months = [Month(date(2026, 1, 1), number, 0) for number in (0, 1, 5_000, 10_000)]
    assert [bar.length for bar in bars(months)] == [100, 50, 1, 0]


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        (Spans(1, 2, 2), "9 in 10 take 2 working days at most"),
        (Spans(9, 0, 4), "Half take less than a day; 9 in 10 take 4 working days at most"),
    ],
)
def test_how_long_a_step_takes_is_one_sentence(spans: Spans, words: str) -> None:
    assert takes(spans) == words


@pytest.mark.parametrize(
    ("length", "in_hours", "words"),
    [(0, False, "the same day"), (1, False, "1 working day"), (12, False, "12 working days"),
     (0.4, True, "less than an hour"), (1, True, "1 hour"), (23.6, True, "24 hours")],
)  # fmt: skip
def test_lengths_read_as_people_say_them(length: float, in_hours: bool, words: str) -> None:
    assert span_words(length, in_hours=in_hours) == words


def test_every_named_check_is_explained(cast: Cast, signed_in: SignedIn) -> None:
    page = BeautifulSoup(signed_in(cast.supplier).get("/process/checks/").content, "html.parser")
    rules = {row.find_all("td")[0].text for row in page.select("tbody tr")}
    assert rules == {re.sub(r"\*(.+?)\*", r"“\1”", check.rule) for check in CHECKS if not check.confidential}
    assert all(rules)


@pytest.mark.parametrize("address", ["/process/", "/process/checks/"])
def test_nobody_without_a_role_reads_it(cast: Cast, signed_in: SignedIn, address: str) -> None:
    assert signed_in(cast.stranger).get(address).status_code == 403
    assert "/process/" not in signed_in(cast.stranger).get("/about/").content.decode()
