"""The review page: what it shows of a submission, and where it leads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cpl.actions.submissions import moves, talk
from cpl.choices import SubmissionState
from cpl.models import Submission
from cpl.selectors.submitters import record_of
from tests.conftest import SignedIn
from tests.cpl.admin_queue.submitting import QUEUE, accepted, ago, correction, hash_of, new_entry, review
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def html(signed_in: SignedIn, who: object, submission: Submission, query: str = "") -> str:
    answer = signed_in(who).get(f"{review(submission)}{query}")  # type: ignore[arg-type]  # anybody of the cast
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_shows_what_changes_beside_what_is_published(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    type(catalogue.recommended).objects.filter(pk=catalogue.recommended.pk).update(model_name="Ember X495 Mk1")
    submission = correction(cast.manufacturer, catalogue.recommended, label="R2.1")
    answer = signed_in(cast.auditor).get(review(submission))
    lines = {line.name: (line.now, line.proposed, line.changed) for line in answer.context["lines"]}
    assert lines["firmware_label"] == ("", "R2.1", True)
    assert "model_name" in {line.name for line in answer.context["others"]}
    assert "Ember X495 Mk1" in answer.content.decode()


def test_it_shows_notes_inside_secas_marked_as_such(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    talk.note(submission=submission, words="Ring them on Monday.", by=cast.moderator)
    page = html(signed_in, cast.publisher, submission)
    assert "Ring them on Monday." in page
    assert '<strong>Note inside SECAS</strong> <span class="fa-tag fa-tag--previewed">SECAS only</span>' in page


def test_what_people_write_is_never_read_as_a_page(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended, label="<b>x</b>")
    talk.say(submission=submission, words="<script>alert(1)</script>", by=cast.manufacturer)
    page = html(signed_in, cast.moderator, submission)
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_it_tells_how_the_submitter_has_fared(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    first = correction(cast.manufacturer, catalogue.second)
    moves.query(submission=first, question="Which?", by=cast.moderator)
    first.steps.all()
    moves.resubmit(submission=first, answer="This one.", by=cast.manufacturer)
    second = correction(cast.manufacturer, catalogue.baseline)
    moves.refuse(submission=second, reason="Twice.", by=cast.moderator)
    correction(cast.competitor, catalogue.only_restricted)
    answer = signed_in(cast.moderator).get(review(correction(cast.manufacturer, catalogue.recommended)))
    record = answer.context["record"]
    assert (record.submitted, record.published, record.queried, record.refused, record.late) == (2, 0, 1, 1, 0)
    assert [one.reference for one in record.newest] == [second.reference, first.reference]


def test_a_query_that_is_overdue_counts_as_a_late_answer(cast: Cast, catalogue: Catalogue) -> None:
    queried = correction(cast.manufacturer, catalogue.second)
    moves.query(submission=queried, question="Which?", by=cast.moderator)
    at_hand = correction(cast.manufacturer, catalogue.recommended)
    visible = Submission.objects.visible_to(cast.moderator)
    assert record_of(at_hand.party, visible, but=at_hand, now=ago(0)).late == 0
    assert record_of(at_hand.party, visible, but=at_hand, now=ago(-400)).late == 1


def test_it_names_earlier_submissions_about_the_same_entry(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    other = correction(cast.manufacturer, catalogue.recommended)
    here = correction(cast.manufacturer, catalogue.recommended)
    answer = signed_in(cast.moderator).get(review(here))
    assert other in answer.context["earlier"]


def test_next_and_previous_follow_the_filters_of_the_queue(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    first = correction(cast.manufacturer, catalogue.recommended)
    between = hash_of(cast.submitter, catalogue.test_version)
    last = correction(cast.manufacturer, catalogue.second)
    Submission.objects.update(state_since=ago(0))
    order = sorted([first, last], key=lambda one: -one.pk)
    kept = "?_changelist_filters=kind%3Dcorrection%26p%3D7"
    place = signed_in(cast.moderator).get(f"{review(order[0])}{kept}").context["place"]
    assert (place["number"], place["of"], place["previous"]) == (1, 2, "")
    assert place["following"].startswith(review(order[1]))
    assert "kind%3Dcorrection" in place["following"]
    assert str(between.pk) not in place["following"].split("?")[0]


def test_a_line_of_the_queue_leads_to_the_review_and_back_to_the_same_filters(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    client = signed_in(cast.moderator)
    page = client.get(f"{QUEUE}?kind=correction&held=nobody").content.decode()
    assert f'href="{review(submission)}?_changelist_filters=kind%3Dcorrection%26held%3Dnobody"' in page
    page = client.get(f"{review(submission)}?_changelist_filters=kind%3Dcorrection%26held%3Dnobody").content.decode()
    assert f'href="{QUEUE}?kind=correction&amp;held=nobody"' in page


def test_filters_that_cannot_be_read_leave_the_page_without_neighbours(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    page = html(signed_in, cast.moderator, submission, "?_changelist_filters=held_by__password%3Dx&next=%C2%B2")
    assert "Next:" not in page


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("moderator", "You accepted it: somebody else must publish."),
        ("auditor", "You may read them all; moderators and publishers of SECAS decide."),
    ],
)
def test_it_says_why_a_button_is_missing(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str, words: str
) -> None:
    assert words in html(signed_in, getattr(cast, who), accepted(cast, catalogue))


def test_while_a_blocking_problem_is_open_it_cannot_be_accepted_and_says_so(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = new_entry(cast.manufacturer, catalogue)
    Submission.objects.filter(pk=submission.pk).update(content={**submission.content, "firmware_version": "nonsense"})
    answer = signed_in(cast.moderator).get(review(submission))
    assert "accept" not in [act.name for act in answer.context["decisions"]]
    assert "open: query it, so that it is mended." in answer.content.decode()


@pytest.mark.parametrize("who", ["moderator", "publisher", "auditor"])
def test_a_draft_of_another_party_is_not_there(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str) -> None:
    submission = correction(cast.manufacturer, catalogue.recommended)
    draft = type(submission)(
        kind="correction", party=submission.party, state_since=ago(0), created_by=cast.manufacturer,
        manufacturer=submission.manufacturer, entry=submission.entry, state=SubmissionState.DRAFT,
    )  # fmt: skip
    draft.save()
    assert signed_in(getattr(cast, who)).get(review(draft)).status_code == 404


def test_a_page_takes_as_many_queries_after_a_long_conversation(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission, client = correction(cast.manufacturer, catalogue.recommended), signed_in(cast.moderator)
    client.get(review(submission))
    with CaptureQueriesContext(connection) as few:
        client.get(review(submission))
    for number in range(6):
        talk.say(submission=submission, words=f"Word {number}", by=cast.manufacturer)
        correction(cast.manufacturer, catalogue.second)
    with CaptureQueriesContext(connection) as more:
        client.get(review(submission))
    assert len(more) <= len(few) + 1
