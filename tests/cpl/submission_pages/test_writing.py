"""Writing a draft: saving, examples, problems beside their fields, and two people at once."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import Role
from accounts.models import Party
from cpl.actions.submissions import drafts, moves
from cpl.choices import SubmissionKind, SubmissionState
from cpl.forms.drafts import keys_of
from cpl.forms.prefill import with_example
from cpl.models import Submission
from cpl.rules.examples import EXAMPLES, examples_for
from tests.conftest import SignedIn
from tests.cpl.submission_pages.conftest import Begin, soup, words
from tests.factories import Cast, Catalogue, make_user

pytestmark = pytest.mark.django_db

BASELINE = next(example for example in EXAMPLES if example.name == "baseline")


def edit(draft: Submission) -> str:
    return f"/submissions/{draft.pk}/edit/"


@pytest.fixture
def mei(cast: Cast, signed_in: SignedIn) -> Client:
    return signed_in(cast.manufacturer)


def test_new_form_is_not_shouted_at(mei: Client, begin: Begin) -> None:
    page = soup(mei.get(edit(begin(SubmissionKind.WITHDRAWAL))))
    assert not page.select(".fir-problems, .govuk-error-message, [aria-invalid]")


def test_saved_draft_shows_each_problem_beside_its_field_and_links_to_it(mei: Client, begin: Begin) -> None:
    draft = begin()
    form = {"edition": 1, "portal_link_answer": "give", "portal_link": "ftp://old.example", "then": "save"}
    page = soup(mei.post(edit(draft), form, follow=True))
    link = page.select_one(".fir-problems a[href='#id_portal_link']")
    box = page.select_one("input#id_portal_link[aria-invalid]")
    assert link and box and box["value"] == "ftp://old.example"
    described = page.find(id=str(box["aria-describedby"]).split()[0])
    assert described and "is not a web address" in described.get_text()


def test_voluntary_field_without_a_word_is_left_for_later(mei: Client, begin: Begin) -> None:
    page = soup(mei.get(edit(begin())))
    assert page.select_one("#id_urgency_answer_later[checked]")
    assert "You need not answer any of these" in page.get_text()


def test_field_that_is_declined_is_kept_as_declined(mei: Client, begin: Begin) -> None:
    draft = begin()
    mei.post(edit(draft), {"edition": 1, "urgency_answer": "decline", "then": "save"})
    draft.refresh_from_db()
    assert draft.content == {"urgency_answer": "decline"}


def test_versions_that_are_ticked_and_those_that_are_typed_become_one_pathway(
    mei: Client, begin: Begin, catalogue: Catalogue
) -> None:
    draft = begin(SubmissionKind.PATHWAY, entry=catalogue.test_version)
    form = {"edition": 1, "pathway_state": "these_entries", "predecessors": ["CPL-001072", "CPL-001050", "S-000017"]}
    page = soup(mei.post(edit(draft), form, follow=True))
    draft.refresh_from_db()
    assert draft.content["predecessors"] == "CPL-001072, CPL-001050, S-000017"
    assert {box["value"] for box in page.select("input[name=predecessors][checked]")} == {"CPL-001072", "CPL-001050"}
    typed = page.select_one("#id_predecessors")
    assert typed and typed["value"] == "S-000017"


def test_example_fills_the_text_and_the_answers_that_go_with_it(mei: Client, begin: Begin) -> None:
    draft = begin()
    mei.post(edit(draft), {"edition": 1, "example": "baseline"})
    draft.refresh_from_db()
    assert draft.content["notes"] == BASELINE.text
    assert (draft.content["stage"], draft.content["pathway_state"]) == ("production", "not_applicable")


def test_example_that_nobody_edited_cannot_be_submitted(mei: Client, begin: Begin) -> None:
    draft = begin()
    mei.post(edit(draft), {"edition": 1, "example": "baseline"})
    answer = mei.post(f"/submissions/{draft.pk}/send/")
    draft.refresh_from_db()
    assert draft.state == SubmissionState.DRAFT
    assert "It cannot be sent yet" in words(answer)


@given(st.dictionaries(st.sampled_from(["notes", "stage", "stage_answer", "urgency"]), st.text(max_size=30)))
def test_example_never_takes_the_place_of_what_is_written(content: dict[str, str]) -> None:
    after = with_example(content, BASELINE)
    assert BASELINE.text in after["notes"]
    assert content.get("notes", "").strip() in after["notes"]
    assert all(
        after[name] == said for name, said in content.items() if name != "notes" and said.strip() not in ("", "later")
    )


@pytest.mark.parametrize("kind", SubmissionKind)
def test_example_is_offered_only_where_its_field_is_asked_for(kind: SubmissionKind) -> None:
    assert {example.field for example in examples_for(kind)} <= set(keys_of(kind))


def test_draft_that_saves_itself_says_when_and_what_is_left(mei: Client, begin: Begin) -> None:
    draft = begin(SubmissionKind.WITHDRAWAL)
    told = mei.post(f"/submissions/{draft.pk}/save/", {"edition": 1, "reason": "It stops the clock."})
    assert told.json()["edition"] == 2
    assert told.json()["words"].startswith("Saved at ")


def test_saving_by_itself_over_an_edit_of_somebody_else_is_refused_in_words(
    mei: Client, begin: Begin, cast: Cast
) -> None:
    draft = begin(SubmissionKind.WITHDRAWAL)
    drafts.save(submission=draft, content={"reason": "Theirs"}, by=cast.manufacturer, edition=1)
    told = mei.post(f"/submissions/{draft.pk}/save/", {"edition": 1, "reason": "Mine"})
    assert told.status_code == 409
    assert "see both side by side" in told.json()["words"]


def test_second_of_two_who_edit_at_once_gets_both_values(mei: Client, begin: Begin, cast: Cast) -> None:
    draft = begin(SubmissionKind.WITHDRAWAL)
    drafts.save(submission=draft, content={"reason": "Theirs"}, by=cast.manufacturer, edition=1)
    answer = mei.post(edit(draft), {"edition": 1, "reason": "Mine", "then": "save"})
    page = soup(answer)
    box, theirs, edition = (page.select_one(each) for each in ("#id_reason", ".fir-theirs", "[name=edition]"))
    draft.refresh_from_db()
    assert answer.status_code == 409
    assert box and theirs and edition
    assert (box.get_text().strip(), "Theirs" in theirs.get_text(), edition["value"]) == ("Mine", True, "2")
    assert draft.content == {"reason": "Theirs"}
    mei.post(edit(draft), {"edition": 2, "reason": "Mine", "then": "save"})
    draft.refresh_from_db()
    assert draft.content == {"reason": "Mine"}


def test_two_who_saved_the_same_are_in_no_conflict(mei: Client, begin: Begin, cast: Cast) -> None:
    draft = begin(SubmissionKind.WITHDRAWAL)
    drafts.save(submission=draft, content={"reason": "Same"}, by=cast.manufacturer, edition=1)
    answer = mei.post(edit(draft), {"edition": 1, "reason": "Same", "then": "save"}, follow=True)
    assert "Saved at" in words(answer)


def test_text_with_a_nul_is_kept_without_it(mei: Client, begin: Begin) -> None:
    draft = begin(SubmissionKind.WITHDRAWAL)
    mei.post(edit(draft), {"edition": 1, "reason": "It \x00stops", "then": "save"})
    draft.refresh_from_db()
    assert "stops" in draft.content["reason"] and "\x00" not in draft.content["reason"]


def test_text_that_is_far_too_long_is_shown_again_and_not_saved(mei: Client, begin: Begin) -> None:
    draft = begin(SubmissionKind.WITHDRAWAL)
    page = soup(mei.post(edit(draft), {"edition": 1, "reason": "x" * 10_001, "then": "save"}))
    box = page.select_one("#id_reason")
    draft.refresh_from_db()
    assert box and len(box.get_text().strip()) == 10_001
    assert "Shorten it" in page.get_text() and draft.content == {}


def test_what_was_sent_cannot_be_written_on(mei: Client, sent: Submission) -> None:
    answer = mei.get(edit(sent), follow=True)
    assert "cannot be changed" in words(answer)
    assert mei.post(f"/submissions/{sent.pk}/save/", {"edition": sent.edition, "stage": "test"}).status_code == 409


def test_query_is_answered_after_changing_what_was_asked(mei: Client, queried: Submission) -> None:
    page = mei.get(edit(queried))
    assert "Which clock?" in words(page)
    mei.post(edit(queried), {"edition": queried.edition, "notes": "Mends the tariff clock.", "then": "check"})
    without = mei.post(f"/submissions/{queried.pk}/send/", {"answer": " "})
    assert "Write your answer to the query" in words(without)
    mei.post(f"/submissions/{queried.pk}/send/", {"answer": "The tariff clock."})
    queried.refresh_from_db()
    assert queried.state == SubmissionState.RESUBMITTED
    assert queried.content["notes"] == "Mends the tariff clock."


def test_draft_of_another_party_is_not_found(begin: Begin, cast: Cast, signed_in: SignedIn) -> None:
    draft = begin()
    for address in (edit(draft), f"/submissions/{draft.pk}/send/", f"/submissions/{draft.pk}/"):
        assert signed_in(cast.competitor).get(address).status_code == 404
    assert signed_in(cast.competitor).post(f"/submissions/{draft.pk}/save/", {"edition": 1}).status_code == 404


def test_colleague_who_only_reads_may_follow_a_draft_and_not_write_on_it(
    begin: Begin, cast: Cast, signed_in: SignedIn
) -> None:
    draft = begin()
    reader = make_user("rae@northmoor.example", Role.PARTY_USER, Party.objects.get(name="Northmoor Metering Ltd"))
    client = signed_in(reader)
    assert client.get(f"/submissions/{draft.pk}/").status_code == 200
    assert client.get(edit(draft)).status_code == 403
    assert client.post(f"/submissions/{draft.pk}/save/", {"edition": 1}).status_code == 403


def test_somebody_who_sends_it_twice_is_told_that_it_was_sent(mei: Client, begin: Begin, cast: Cast) -> None:
    draft = begin(content={"stage_answer": "give", "stage": "production"}, entry=begin().entry)
    moves.submit(submission=draft, by=cast.manufacturer)
    assert "it was sent already" in words(mei.post(f"/submissions/{draft.pk}/send/", follow=True))


def test_submitter_sends_a_hash_that_the_manufacturer_has_yet_to_confirm(
    begin: Begin, cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    dora = signed_in(cast.submitter)
    draft = begin(SubmissionKind.HASH, by=cast.submitter, entry=catalogue.baseline)
    digits = "0F1E2D3C4B5A69788796A5B4C3D2E1F0" * 2
    page = dora.post(edit(draft), {"edition": 1, "firmware_hash": digits, "then": "check"}, follow=True)
    assert "Northmoor Metering Ltd is asked to confirm it" in words(page)
    assert soup(page).find("button", string="Submit to SECAS")
    told = dora.post(f"/submissions/{draft.pk}/send/", follow=True)
    assert "is asked to confirm it" in words(told)
    draft.refresh_from_db()
    assert draft.state == SubmissionState.SUBMITTED


def test_page_that_is_open_learns_that_a_field_is_mended(mei: Client, begin: Begin) -> None:
    draft, address = begin(), "save/"
    wrong = {"portal_link_answer": "give", "portal_link": "ftp://old.example"}
    told = mei.post(f"/submissions/{draft.pk}/{address}", {"edition": 1, **wrong}).json()
    assert "is not a web address" in told["fields"]["portal_link"]["html"] and told["fields"]["portal_link"]["blocking"]
    assert "#id_portal_link" in told["problems"]
    mended = mei.post(
        f"/submissions/{draft.pk}/{address}", {"edition": 2, **wrong, "portal_link": "https://new.example"}
    ).json()
    assert mended["fields"]["portal_link"] == {"html": "", "blocking": False}
    assert "#id_portal_link" not in mended["problems"]


def test_answer_is_written_under_its_question_and_kept_until_it_is_sent(mei: Client, queried: Submission) -> None:
    mei.post(f"/submissions/{queried.pk}/save/", {"edition": queried.edition, "answer": "The tariff clock."})
    for page in (edit(queried), f"/submissions/{queried.pk}/send/"):
        box = soup(mei.get(page)).select_one("#id_answer")
        assert box and box.get_text().strip() == "The tariff clock."


def test_pathway_once_chosen_may_be_left_as_it_is_again(mei: Client, begin: Begin) -> None:
    draft = begin()
    chosen = {"pathway_state": "these_entries", "predecessors": "CPL-001050", "then": "save"}
    mei.post(edit(draft), {"edition": 1, **chosen})
    page = soup(mei.post(edit(draft), {"edition": 2, **chosen, "pathway_state": ""}, follow=True))
    draft.refresh_from_db()
    assert "predecessors" not in draft.content and page.select_one("#id_pathway_state_leave[checked]")


def test_identifier_is_titled_as_the_list_writes_it(mei: Client, begin: Begin, catalogue: Catalogue) -> None:
    typed = {"model_name": "Ember X500", "firmware_version": "02:0f:11:01"}
    draft = begin(SubmissionKind.NEW_ENTRY, manufacturer=catalogue.ember.manufacturer, content=typed)
    assert "Ember X500, 020F1101" in words(mei.get(edit(draft)))
