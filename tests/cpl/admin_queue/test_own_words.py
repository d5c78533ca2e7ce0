"""A moderator before what they wrote themselves."""

from cpl.actions.submissions import drafts, moves
from cpl.choices import SubmissionKind
from cpl.models import Submission
from tests.conftest import SignedIn
from tests.cpl.admin_queue.submitting import act, as_it_stands, review
from tests.factories import Cast, Catalogue
from tests.factories.submissions import content_of


def own(cast: Cast, catalogue: Catalogue) -> Submission:
    """A removal that the moderator wrote and sent."""
    draft = drafts.begin(
        kind=SubmissionKind.REMOVAL,
        by=cast.moderator,
        entry=as_it_stands(catalogue.baseline),
        content=content_of(SubmissionKind.REMOVAL),
    )
    return moves.submit(submission=draft, by=cast.moderator)


def test_the_page_says_why_there_is_no_button(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    page = signed_in(cast.moderator).get(review(own(cast, catalogue)))
    assert "You wrote or sent it yourself: another moderator accepts it." in page.content.decode()
    assert "accept" not in [one.name for one in page.context["decisions"]]


def test_pressing_it_all_the_same_is_forbidden(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    submission = own(cast, catalogue)
    assert act(signed_in(cast.moderator), submission, "accept").status_code == 403
    assert Submission.objects.get(pk=submission.pk).state == "submitted"


def test_among_several_it_is_left_out_and_named(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    submission = own(cast, catalogue)
    posted = {"chosen": f"{submission.pk}-{submission.edition}"}
    answer = signed_in(cast.moderator).post("/admin/cpl/submission/accept/", posted)
    assert "another moderator has to accept it" in answer.content.decode()
    assert Submission.objects.get(pk=submission.pk).state == "submitted"
