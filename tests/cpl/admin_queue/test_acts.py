"""What is done on the review page: by whom, in which words, and what is told when somebody else was first."""

from typing import Any

import pytest

from cpl.actions.submissions import moves, talk
from cpl.models import Submission, SubmissionStep
from tests.conftest import SignedIn
from tests.cpl.admin_queue.submitting import accepted, act, correction, hash_of, new_entry, review
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def state(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).state


def test_a_moderator_queries_and_its_author_reads_the_words(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    answer = act(signed_in(cast.moderator), submission, "query", words="Which batch?")
    assert answer.status_code == 302
    assert state(submission) == "queried"
    assert SubmissionStep.objects.get(submission=submission, kind="query").words == "Which batch?"


def test_a_moderator_accepts_and_the_next_in_the_queue_is_offered(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    behind = correction(cast.manufacturer, catalogue.second)
    submission = correction(cast.manufacturer, catalogue.recommended)
    client = signed_in(cast.moderator)
    kept = {"_changelist_filters": "state=submitted"}
    page = client.post(review(submission), {"act": "accept", "edition": submission.edition, **kept}, follow=True)
    assert state(submission) == "accepted"
    assert f"Next to decide: {behind.reference}" in page.content.decode()


def test_after_a_decision_what_waits_for_its_manufacturer_is_not_offered(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    hash_of(cast.submitter, catalogue.test_version)
    submission = correction(cast.manufacturer, catalogue.recommended)
    kept = {"_changelist_filters": "state=open"}
    client = signed_in(cast.moderator)
    page = client.post(review(submission), {"act": "accept", "edition": submission.edition, **kept}, follow=True)
    assert state(submission) == "accepted"
    assert "Nothing else here is yours to decide." in page.content.decode()


def test_a_refusal_is_asked_for_once_more_before_it_is_done(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    client = signed_in(cast.moderator)
    page = act(client, submission, "refuse", words="Said\ntwice.")
    assert page.status_code == 200
    assert "This cannot be taken back." in page.content.decode()
    assert state(submission) == "submitted"
    act(client, submission, "refuse", words="Said\ntwice.", confirmed="yes")
    assert state(submission) == "refused"


@pytest.mark.parametrize("name", ["query", "refuse", "message", "note"])
def test_an_act_without_its_words_is_not_done_and_says_which_are_missing(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, name: str
) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    steps = submission.steps.count()
    answer = act(signed_in(cast.moderator), submission, name, words="  ")
    assert answer.status_code == 422
    assert f'aria-describedby="hint-{name} wrong-{name}"' in answer.content.decode()
    assert (state(submission), submission.steps.count()) == ("submitted", steps)


def test_whoever_comes_second_is_told_who_was_first_and_keeps_the_words(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    moves.cancel(submission=submission, by=cast.manufacturer)
    answer = act(signed_in(cast.moderator), submission, "query", words="Which batch?")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mei was first: cancelled" in page
    assert "Which batch?" in page


@pytest.mark.parametrize("name", ["accept", "query", "refuse"])
def test_what_was_changed_since_it_was_opened_is_not_decided(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, name: str
) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    Submission.objects.filter(pk=submission.pk).update(edition=submission.edition + 1)
    answer = act(signed_in(cast.moderator), submission, name, words="Fine.", confirmed="yes")
    assert answer.status_code == 409
    assert "was changed since you opened it" in answer.content.decode()
    assert state(submission) == "submitted"


def test_a_submission_with_a_blocking_problem_is_not_accepted(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = new_entry(cast.manufacturer, catalogue)
    Submission.objects.filter(pk=submission.pk).update(content={**submission.content, "firmware_version": "nonsense"})
    answer = act(signed_in(cast.moderator), submission, "accept")
    assert answer.status_code == 409
    assert state(submission) == "submitted"


def test_taking_over_names_whose_it_was(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    una = type(cast.moderator).objects.create_user("una@secas.example", None, name="Una")
    una.memberships.create(party=cast.moderator.memberships.get().party, role="secas_moderator")
    talk.hold(submission=submission, by=una)
    client = signed_in(cast.moderator)
    assert "Una has taken on" in act(client, submission, "hold").content.decode()
    act(client, submission, "hold", over=una.pk)
    assert Submission.objects.get(pk=submission.pk).held_by == cast.moderator
    act(client, submission, "release")
    assert Submission.objects.get(pk=submission.pk).held_by is None


def test_an_advising_problem_is_waived_with_a_reason_and_shown_with_it(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = new_entry(cast.manufacturer, catalogue, firmware_hash="3FAD726F" * 8)
    client = signed_in(cast.moderator)
    found = client.get(review(submission)).context["advising"]
    assert found, "the hash of another version repeats"
    problem = found[0].problem
    act(client, submission, "waive", check=problem.check, key=problem.key, words="One image for both.")
    page = client.get(review(submission))
    waived = [one.problem.check for one in page.context["waived"]]
    assert problem.check in waived
    assert "One image for both." in page.content.decode()
    assert "Waived by Sam" in page.content.decode()


def test_a_waiver_without_a_reason_marks_the_field_of_that_very_problem(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = new_entry(cast.manufacturer, catalogue, firmware_hash="3FAD726F" * 8)
    client = signed_in(cast.moderator)
    problem = client.get(review(submission)).context["advising"][0].problem
    answer = act(client, submission, "waive", check=problem.check, key=problem.key, words="")
    assert answer.status_code == 422
    assert answer.content.decode().count("fa-field--error") == 1


def test_a_confirmation_is_recorded_only_where_the_manufacturer_has_nobody_here(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = hash_of(cast.submitter, catalogue.test_version)
    client = signed_in(cast.moderator)
    assert client.get(review(submission)).context["confirm"] is None
    answer = act(client, submission, "confirm", words="Letter of 3 May")
    assert answer.status_code == 409
    cast.manufacturer.memberships.all().delete()
    assert client.get(review(submission)).context["confirm"] is not None
    act(client, submission, "confirm", words="Letter of 3 May")
    assert Submission.objects.get(pk=submission.pk).confirmation == "confirmed"


THREES = [
    ("query", "submitted", {"moderator"}),
    ("accept", "submitted", {"moderator"}),
    ("refuse", "submitted", {"moderator"}),
    ("hold", "submitted", {"moderator"}),
    ("note", "submitted", {"moderator", "publisher"}),
    ("message", "submitted", {"moderator", "publisher"}),
    ("query", "accepted", {"moderator", "publisher"}),
    ("refuse", "accepted", {"moderator"}),
]


@pytest.mark.parametrize(("name", "origin", "may"), THREES)
def test_each_act_is_for_those_whose_it_is(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, name: str, origin: str, may: set[str]
) -> None:
    made: Any = accepted(cast, catalogue) if origin == "accepted" else None
    submission = made or correction(cast.manufacturer, catalogue.recommended)
    steps = submission.steps.count()
    for who in sorted({"moderator", "publisher", "auditor", "manufacturer", "competitor", "supplier"} - may):
        answer = act(signed_in(getattr(cast, who)), submission, name, words="Why?", confirmed="yes")
        assert answer.status_code == 403, who
    assert (state(submission), submission.steps.count()) == (origin, steps)
    for who in sorted(may)[:1]:
        assert act(signed_in(getattr(cast, who)), submission, name, words="Why?", confirmed="yes").status_code == 302


def test_what_is_no_act_is_refused(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    for name in ("publish", "load", "create", ""):
        assert act(signed_in(cast.publisher), submission, name).status_code == 400
    assert state(submission) == "submitted"
