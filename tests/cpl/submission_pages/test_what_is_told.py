"""What a submission's page tells, and to whom: nothing of records and issues that its reader does not know of."""

import pytest

from accounts.choices import Role
from accounts.models import Party
from cpl.actions.submissions import drafts, moves, talk
from cpl.actions.visibility import restrict
from cpl.choices import SubmissionKind, SubmissionState
from cpl.models import CPLEntry, Submission
from tests.conftest import SignedIn
from tests.cpl.submission_pages.conftest import Begin, soup, words
from tests.factories import Cast, Catalogue, make_issue, make_submission, make_user

pytestmark = pytest.mark.django_db

Kind, State = SubmissionKind, SubmissionState
HASH = "12AB34CD" * 8


def page(submission: Submission) -> str:
    return f"/submissions/{submission.pk}/"


@pytest.fixture
def repeated(cast: Cast, catalogue: Catalogue) -> Submission:
    """The DCC gives Northmoor's meter a hash that an entry has which the DCC may see and Northmoor may not."""
    secret = CPLEntry.objects.filter(pk=catalogue.only_restricted.pk)
    secret.update(firmware_hash=HASH)
    restrict(record=secret.get(), parties=Party.objects.filter(name="DCC"), by=None)
    draft = drafts.begin(
        kind=Kind.HASH, by=cast.submitter, entry=catalogue.test_version, content={"firmware_hash": HASH}
    )
    return moves.submit(submission=draft, by=cast.submitter)


def test_the_manufacturer_that_is_asked_reads_of_no_record_but_the_one_it_is_asked_about(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, repeated: Submission
) -> None:
    secret = str(catalogue.only_restricted)
    assert secret in words(signed_in(cast.submitter).get(page(repeated))), "the DCC may know of it"
    told = words(signed_in(cast.manufacturer).get(page(repeated)))
    assert secret not in told
    assert "has not confirmed yet" in told


def test_a_waiver_is_told_to_whoever_reads_the_problem(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, repeated: Submission
) -> None:
    [problem] = [problem for problem in repeated.problems if problem["check"] == "hash-repeated"]
    reason = f"One image with {catalogue.only_restricted}."
    talk.waive(submission=repeated, check="hash-repeated", key=problem["key"], reason=reason, by=cast.moderator)
    assert reason in words(signed_in(cast.submitter).get(page(repeated)))
    assert reason not in words(signed_in(cast.manufacturer).get(page(repeated)))


@pytest.mark.parametrize(("who", "is_told"), [("manufacturer", False), ("moderator", True), ("auditor", True)])
def test_the_number_of_an_issue_in_preparation_is_secas_own_business(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str, is_told: bool
) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.ACCEPTED)
    make_issue(cast, [submission], number="SECRET7")
    client = signed_in(getattr(cast, who))
    told = words(client.get(page(submission)))
    assert ("SECRET7" in told, "Chosen for the next issue" in told) == (is_told, not is_told)
    assert (b"SECRET7" in client.get("/submissions.csv").getvalue()) is is_told


def test_once_published_everybody_who_sees_the_submission_reads_the_number(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.PUBLISHED)
    assert submission.issue
    told = soup(signed_in(cast.manufacturer).get(page(submission))).find("main")
    assert told
    assert told.find("a", href=f"/issues/{submission.issue.number}/")


def test_an_entry_that_was_restricted_since_is_named_without_a_link(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    submission = make_submission(cast, catalogue, Kind.HASH, State.QUERIED)
    client, address = signed_in(cast.submitter), "/entries/CPL-001077/"
    for place in (page(submission), f"{page(submission)}edit/"):
        assert soup(client.get(place)).find("a", href=address)
    restrict(record=catalogue.test_version, parties=Party.objects.filter(name="Ashdown Energy"), by=None)
    for place in (page(submission), f"{page(submission)}edit/"):
        answer = client.get(place)
        assert "CPL-001077" in words(answer)
        assert soup(answer).find("a", href=address) is None


def test_whoever_comes_second_is_told_who_saved(cast: Cast, signed_in: SignedIn, begin: Begin) -> None:
    draft, party = begin(), Party.objects.get(name__startswith="Northmoor")
    colleague = make_user("col@northmoor.example", Role.MANUFACTURER_EDITOR, party)
    drafts.save(submission=draft, content={"notes_answer": "give", "notes": "Theirs."}, by=colleague, edition=1)
    client = signed_in(cast.manufacturer)
    typed = {"edition": "1", "notes_answer": "give", "notes": "Mine."}
    assert "Col changed this draft at" in client.post(f"{page(draft)}save/", typed).json()["words"]
    answer = client.post(f"{page(draft)}edit/", typed)
    assert answer.status_code == 409
    assert "Not saved yet: Col saved this draft at" in words(answer)


def test_oneself_in_another_window_is_told_as_such(cast: Cast, signed_in: SignedIn, begin: Begin) -> None:
    draft = begin()
    drafts.save(submission=draft, content={"notes": "Before."}, by=cast.manufacturer, edition=1)
    answer = signed_in(cast.manufacturer).post(f"{page(draft)}save/", {"edition": "1", "notes": "After."})
    assert "you, in another window, changed this draft" in answer.json()["words"]
