"""Choosing what to submit, and beginning it."""

import pytest
from django.test import Client

from accounts.models import AuditEvent
from cpl.choices import SubmissionKind
from cpl.models import Submission
from tests.conftest import SignedIn
from tests.cpl.submission_pages.conftest import soup, words
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> Client:
    return signed_in(cast.manufacturer)


def kinds(client: Client, address: str = "/submissions/new/") -> list[str]:
    return [each.get_text().strip() for each in soup(client.get(address)).select(".fir-kinds__name")]


def test_manufacturer_is_offered_every_kind_but_removal(mei: Client) -> None:
    found = kinds(mei)
    assert len(found) == 8
    assert "Remove an entry at direction" not in found


def test_submitter_is_offered_hash_and_added_model_only(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    assert kinds(signed_in(cast.submitter)) == [
        "Give the hash of a version",
        "Add a Device Model under an existing certificate",
    ]


def test_reader_is_offered_nothing(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    assert signed_in(cast.supplier).get("/submissions/new/").status_code == 403
    assert signed_in(cast.supplier).post("/submissions/new/hash/", {"entry": "CPL-001072"}).status_code == 403


def test_submitter_may_not_begin_what_is_the_manufacturers(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    answer = signed_in(cast.submitter).post("/submissions/new/information/", {"entry": "CPL-001072"})
    assert answer.status_code == 403
    assert not Submission.objects.exists()


def test_entry_of_a_competitor_is_refused_in_words(mei: Client) -> None:
    answer = mei.post("/submissions/new/information/", {"entry": "CPL-002001"})
    assert "only its own people submit that" in words(answer)
    assert not Submission.objects.exists()


def test_entry_that_one_may_not_see_is_told_as_one_that_does_not_exist(mei: Client) -> None:
    hidden = words(mei.post("/submissions/new/information/", {"entry": "CPL-001081"}))
    absent = words(mei.post("/submissions/new/information/", {"entry": "CPL-999999"}))
    assert hidden.replace("CPL-001081", "X") == absent.replace("CPL-999999", "X")


def test_page_of_an_own_entry_leads_to_a_draft_about_it(mei: Client, cast: Cast, signed_in: SignedIn) -> None:
    link = soup(mei.get("/entries/CPL-001072/")).find("a", string="Submit something about this version")
    assert link
    page = soup(mei.get(str(link["href"])))
    button = page.find("button", string="Say something about a version")
    assert button
    form = button.find_parent("form")
    assert form
    mei.post(str(form["action"]), {"entry": "CPL-001072"})
    draft = Submission.objects.get()
    assert draft.entry and (draft.kind, draft.entry.cpl_entry_id) == ("information", "CPL-001072")
    assert not soup(signed_in(cast.competitor).get("/entries/CPL-001072/")).find(id="submit-title")


def test_new_version_of_a_known_model_copies_what_its_versions_share(
    mei: Client, catalogue: Catalogue, cast: Cast
) -> None:
    answer = mei.post("/submissions/new/new_entry/", {"model": catalogue.ember.pk})
    draft = Submission.objects.get()
    assert answer["Location"] == f"/submissions/{draft.pk}/edit/"
    assert draft.content["device_model"] == "8B0B030D"
    assert draft.content["gbcs_version"] == "4.2"
    assert "firmware_version" not in draft.content and "firmware_hash" not in draft.content


def test_contact_that_is_copied_counts_as_looked_at(mei: Client, catalogue: Catalogue) -> None:
    contact = catalogue.ember.manufacturer.contacts.get()
    mei.post("/submissions/new/contact/", {"contact": contact.pk})
    assert Submission.objects.get().content["contact_email"] == "firmware@northmoor.example"
    assert AuditEvent.objects.filter(name="contact.viewed").count() == 1


def test_model_of_a_competitor_is_no_choice(mei: Client, catalogue: Catalogue) -> None:
    assert mei.post("/submissions/new/new_entry/", {"model": catalogue.gas.pk}).status_code == 200
    assert not Submission.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind in SubmissionKind if kind != SubmissionKind.REMOVAL])
def test_every_kind_has_a_page_to_begin_on(mei: Client, kind: SubmissionKind) -> None:
    assert mei.get(f"/submissions/new/{kind}/?entry=CPL-001072").status_code == 200


def test_page_of_no_kind_is_not_found(mei: Client) -> None:
    assert mei.get("/submissions/new/nonsense/").status_code == 404


def test_submitter_is_told_that_the_manufacturer_will_be_asked(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    client = signed_in(cast.submitter)
    page = client.post("/submissions/new/hash/", {"entry": "CPL-001045"}, follow=True)
    assert "that manufacturer is asked to confirm what you say" in words(page)
    assert [box["name"] for box in soup(page).select("form.fir-draft input[type=text]")] == ["firmware_hash"]


def test_hash_of_an_entry_that_has_one_is_refused_before_a_draft_is_begun(mei: Client) -> None:
    answer = mei.post("/submissions/new/hash/", {"entry": "CPL-001072"})
    assert "has its firmware hash already" in words(answer)
    assert not Submission.objects.exists()
    assert "Give the hash of a version" not in kinds(mei, "/submissions/new/?entry=CPL-001072")


def test_contacts_are_told_apart_and_looking_at_the_choice_is_no_look(mei: Client, catalogue: Catalogue) -> None:
    contact = catalogue.ember.manufacturer.contacts.get()
    page = soup(mei.get(f"/submissions/new/contact/?contact={contact.pk}"))
    chosen = page.select_one("#id_contact option[selected]")
    assert chosen and "firmware@northmoor.example" in chosen.get_text() and "named by" in chosen.get_text()
    assert not AuditEvent.objects.filter(name="contact.viewed").exists()


def test_contact_of_another_maker_is_no_choice(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    page = signed_in(cast.competitor).get("/submissions/new/contact/")
    assert b"firmware@northmoor.example" not in page.content


def test_only_the_makers_own_editor_is_led_from_its_contact_to_changing_it(
    mei: Client, cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    contact = catalogue.ember.manufacturer.contacts.get()
    assert soup(mei.get(contact.get_absolute_url())).find("a", string="Change this contact")
    assert not soup(signed_in(cast.supplier).get(contact.get_absolute_url())).find("a", string="Change this contact")
