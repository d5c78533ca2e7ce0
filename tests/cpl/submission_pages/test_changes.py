"""What a submission would change, beside what is published: nothing of what the reader may not see."""

import pytest
from django.db import transaction

from accounts.access import Person
from cpl.actions.submissions import drafts, moves
from cpl.choices import SubmissionKind
from cpl.models import Submission, UpgradePathLink
from cpl.presenters.changes import CONTACT_KEPT, Line, changes_of, left_for_later, told, what_changes
from tests.cpl.publication.helping import published
from tests.cpl.submission_pages.conftest import Begin
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def line(name: str, submission: Submission, viewer: Person) -> Line:
    return next(each for each in changes_of(submission, viewer) if each.name == name)


def information(cast: Cast, catalogue: Catalogue, **content: str) -> Submission:
    return drafts.begin(
        kind=SubmissionKind.INFORMATION, by=cast.manufacturer, entry=catalogue.recommended, content=content
    )


def test_value_given_stands_beside_the_one_published(cast: Cast, catalogue: Catalogue) -> None:
    draft = information(cast, catalogue, stage_answer="give", stage="Test")
    found = line("stage", draft, cast.manufacturer)
    assert (found.now, found.proposed, found.changed) == ("Production", "Test", True)


def test_same_value_is_no_change(cast: Cast, catalogue: Catalogue) -> None:
    draft = information(cast, catalogue, stage_answer="give", stage="prod")
    assert not line("stage", draft, cast.manufacturer).changed


def test_later_changes_nothing_and_declined_does(cast: Cast, catalogue: Catalogue) -> None:
    draft = information(cast, catalogue, urgency_answer="decline", stage_answer="later")
    assert [each.name for each in what_changes(draft, cast.manufacturer)] == ["urgency"]
    assert line("urgency", draft, cast.manufacturer).state == "declined"


def test_what_cannot_be_read_stands_as_it_was_typed_with_the_reason(cast: Cast, catalogue: Catalogue) -> None:
    draft = information(cast, catalogue, release_date_answer="give", release_date="32/1/2026")
    found = line("release_date", draft, cast.manufacturer)
    assert found.proposed == "32/1/2026" and found.wrong


def test_contact_is_told_to_its_author_and_secas_alone(cast: Cast, catalogue: Catalogue) -> None:
    draft = information(cast, catalogue, contact_answer="give", contact_email="new@northmoor.example")
    assert line("contact", draft, cast.manufacturer).proposed == "new@northmoor.example"
    assert line("contact", draft, cast.moderator).proposed == "new@northmoor.example"
    for other in (cast.competitor, cast.submitter, cast.supplier):
        assert line("contact", draft, other).proposed == CONTACT_KEPT


def test_details_of_a_published_contact_are_told_to_nobody_here(cast: Cast, catalogue: Catalogue) -> None:
    contact = catalogue.ember.manufacturer.contacts.get()
    draft = drafts.begin(
        kind=SubmissionKind.CONTACT, by=cast.manufacturer, contact=contact, content={"contact_email": "n@n.example"}
    )
    for viewer in (cast.manufacturer, cast.moderator):
        told = " ".join(each.now for each in changes_of(draft, viewer))
        assert contact.team in told and contact.email not in told and contact.telephone not in told


def test_predecessor_that_the_reader_may_not_see_is_not_named(cast: Cast, catalogue: Catalogue) -> None:
    with transaction.atomic():
        UpgradePathLink.objects.create(
            entry=catalogue.recommended, predecessor=catalogue.restricted, manufacturer=catalogue.ember.manufacturer
        )
    draft = information(cast, catalogue)
    assert line("pathway_state", draft, cast.manufacturer).now == "CPL-001050, CPL-001080"
    assert line("pathway_state", draft, cast.submitter).now == "CPL-001050"


def test_entry_that_the_reader_may_not_see_says_nothing(begin: Begin, cast: Cast, catalogue: Catalogue) -> None:
    draft = begin(entry=catalogue.restricted)
    assert {each.now for each in changes_of(draft, cast.competitor)} == {""}


def test_new_version_is_compared_with_what_is_known_of_its_model(cast: Cast, catalogue: Catalogue) -> None:
    draft = drafts.begin(
        kind=SubmissionKind.NEW_ENTRY, by=cast.manufacturer, device_model=catalogue.ember,
        content={
            "manufacturer_identifier": "7A01", "device_model": "8B0B030D", "model_name": "Ember X495",
            "firmware_version": "0104 0606",
        },
    )  # fmt: skip
    assert line("model_name", draft, cast.manufacturer).now == "Ember X495"
    version = line("firmware_version", draft, cast.manufacturer)
    assert (version.now, version.proposed, version.changed) == ("", "01040606", True)


def test_correction_compares_with_the_entry_and_its_reason_with_nothing(cast: Cast, catalogue: Catalogue) -> None:
    draft = drafts.begin(
        kind=SubmissionKind.CORRECTION, by=cast.manufacturer, entry=catalogue.recommended,
        content={"gbcs_version": "4.3", "reason": "Typing error"},
    )  # fmt: skip
    assert line("gbcs_version", draft, cast.manufacturer).now == "4.2"
    assert line("reason", draft, cast.manufacturer).now == ""


def test_what_is_left_for_later_is_told_in_one_line(cast: Cast, catalogue: Catalogue) -> None:
    lines = changes_of(information(cast, catalogue, urgency_answer="decline"), cast.manufacturer)
    shown = {each.label for each in told(lines)}
    assert "Urgency" in shown and not shown & set(left_for_later(lines))
    assert {each.label for each in lines} == shown | set(left_for_later(lines))


def test_published_correction_tells_what_stood_there_before(cast: Cast, catalogue: Catalogue) -> None:
    draft = drafts.begin(
        kind=SubmissionKind.CORRECTION, by=cast.manufacturer, entry=catalogue.recommended,
        content={"firmware_label": "4.2.9", "reason": "Typing error in the label."},
    )  # fmt: skip
    before = catalogue.recommended.firmware_label
    sent = moves.submit(submission=draft, by=cast.manufacturer)
    accepted = moves.accept(submission=sent, by=cast.moderator, words="Right.", edition=sent.edition)
    [done] = published(cast, accepted)
    found = line("firmware_label", done, cast.manufacturer)
    assert (found.now, found.proposed, found.changed) == (before, "4.2.9", True)
