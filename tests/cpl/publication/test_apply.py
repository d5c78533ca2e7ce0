"""What each kind of submission writes when it is published, and what the log tells of it."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from cpl.actions.imports import hold_repository
from cpl.actions.publication import issues
from cpl.actions.publication.apply import apply
from cpl.actions.publication.errors import NotPublishableError
from cpl.choices import Confirmation, LogKind, PathwayState, Source
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import (
    Contact,
    CPLEntry,
    DeviceModel,
    FirmwareInformation,
    PublicationRecord,
    Submission,
    UpgradePathLink,
)
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_entry, make_issue, make_submission
from tests.factories.submissions import content_of

pytestmark = pytest.mark.django_db


def accepted(cast: Cast, catalogue: Catalogue, kind: Kind = Kind.NEW_ENTRY, **given: Any) -> Submission:
    return make_submission(cast, catalogue, kind, State.ACCEPTED, **given)


def published(cast: Cast, *submissions: Submission) -> list[Submission]:
    issue = make_issue(cast, list(submissions))
    issues.publish(issue=issue, by=cast.publisher)
    return [Submission.objects.get(pk=one.pk) for one in submissions]


def published_one(cast: Cast, catalogue: Catalogue, kind: Kind = Kind.NEW_ENTRY, **given: Any) -> Submission:
    return published(cast, accepted(cast, catalogue, kind, **given))[0]


def written_unchecked(cast: Cast, submissions: list[Submission]) -> None:
    """Written as though the named checks had found nothing: what else stands in the way?"""
    keys = [one.pk for one in submissions]
    with transaction.atomic():
        issue = make_issue(cast, submissions)
        hold_repository()
        apply(list(Submission.objects.filter(pk__in=keys).select_related("party", "manufacturer")), issue)


def entry_of(submission: Submission) -> CPLEntry:
    assert submission.entry is not None
    return submission.entry


def told(kind: LogKind) -> dict[str, Any]:
    body: dict[str, Any] = PublicationRecord.objects.filter(kind=kind).latest("number").body
    return body


# New entries --------------------------------------------------------------------------------------------------


def test_a_new_entry_gets_the_next_id_that_was_never_used(cast: Cast, catalogue: Catalogue) -> None:
    make_entry(catalogue.gas, "01030001", cpl_entry_id="CPL-004000", removed_on=date(2026, 1, 1), removal_reason="Old")
    make_entry(catalogue.gas, "01030002", cpl_entry_id="ZZZ-999999")
    first, second = published(cast, accepted(cast, catalogue), accepted(cast, catalogue))
    numbers = [int(entry_of(one).cpl_entry_id.removeprefix("CPL-")) for one in (first, second)]
    highest = 4000 if numbers[0] < 900_000 else numbers[0] - 1
    assert numbers == [highest + 1, highest + 2]


def test_the_beginning_of_an_id_is_a_setting(cast: Cast, catalogue: Catalogue, settings: Any) -> None:
    settings.CPL_ENTRY_ID_PREFIX = "FW/"
    assert entry_of(published_one(cast, catalogue)).cpl_entry_id == "FW/000001"


def test_a_new_entry_says_what_was_submitted_from_its_manufacturer(cast: Cast, catalogue: Catalogue) -> None:
    content = content_of(Kind.NEW_ENTRY)
    entry = entry_of(published_one(cast, catalogue, content=content))
    assert (entry.firmware_version, entry.firmware_hash) == (content["firmware_version"], content["firmware_hash"])
    assert (entry.device_model, entry.source) == (catalogue.ember, Source.MANUFACTURER)
    assert (entry.published_on, entry.loaded_on) == (timezone.localdate(), None)
    assert entry.smets_chts_version == "SMETS V5.1"
    assert list(entry.links_from.values_list("predecessor__cpl_entry_id", flat=True)) == ["CPL-001072"]
    assert (entry.pathway_state, entry.pathway_source) == (PathwayState.THESE_ENTRIES, Source.MANUFACTURER)
    assert not FirmwareInformation.objects.filter(entry=entry).exists()


def test_a_new_device_model_is_made_with_its_identifiers(cast: Cast, catalogue: Catalogue) -> None:
    content = {**content_of(Kind.NEW_ENTRY), "device_model": "9C0C0101", "manufacturer_identifier": "7A77",
               "model_name": "Ember X500", "esme_variant": "ADE", "pathway_state": "not_applicable"}  # fmt: skip
    del content["predecessors"]
    submission = published_one(cast, catalogue, content=content)
    model = entry_of(submission).device_model
    assert (model.name, model.duis_model, model.esme_variant) == ("Ember X500", "9C0C0101", "ADE")
    assert model.identifier.code == "7A77"
    assert model.manufacturer.identifiers.filter(code="7A77").exists()
    assert submission.device_model == model


def test_a_new_entry_with_answers_gets_a_fir_record(cast: Cast, catalogue: Catalogue) -> None:
    content = {**content_of(Kind.NEW_ENTRY), **content_of(Kind.INFORMATION)}
    record = FirmwareInformation.objects.get(entry=entry_of(published_one(cast, catalogue, content=content)))
    assert (record.stage, record.stage_state, record.urgency_state) == ("production", "supplied", "not_supplied")
    assert told(LogKind.INFORMATION_PUBLISHED)["fields"]["stage"]["after"] == "production"


def test_an_added_model_has_the_certificates_of_the_entry_it_is_added_to(cast: Cast, catalogue: Catalogue) -> None:
    submission = accepted(cast, catalogue, Kind.ADDED_MODEL)
    CPLEntry.objects.filter(pk=catalogue.recommended.pk).update(
        cpa_certificate="CPA-7", cpa_date=date(2030, 1, 1), cpa_date_kind="renewal", zigbee_certificate="ZIG-1"
    )
    (submission,) = published(cast, submission)
    entry = entry_of(submission)
    assert (entry.cpa_certificate, entry.cpa_date_kind, entry.zigbee_certificate) == ("CPA-7", "renewal", "ZIG-1")
    assert (entry.device_model.name, entry.source) == ("Ember X495 with a larger case", Source.MANUFACTURER)
    assert entry.pk != catalogue.recommended.pk


def test_what_another_party_added_without_the_manufacturers_word_says_so(cast: Cast, catalogue: Catalogue) -> None:
    submission = accepted(cast, catalogue, Kind.ADDED_MODEL)
    Submission.objects.filter(pk=submission.pk).update(confirmation=Confirmation.NOT_NEEDED)
    written_unchecked(cast, [submission])
    assert CPLEntry.objects.latest("pk").source == Source.OTHER_PARTY


def test_a_version_that_is_there_by_now_stands_in_the_way(cast: Cast, catalogue: Catalogue) -> None:
    submission = accepted(cast, catalogue)
    make_entry(catalogue.ember, submission.content["firmware_version"])
    with pytest.raises(NotPublishableError, match=submission.reference):
        published(cast, submission)


# Facts --------------------------------------------------------------------------------------------------------


def test_a_correction_changes_what_it_names_and_the_log_tells_old_and_new(cast: Cast, catalogue: Catalogue) -> None:
    published_one(cast, catalogue, Kind.CORRECTION)
    entry = CPLEntry.objects.get(pk=catalogue.baseline.pk)
    assert (entry.gbcs_version, entry.smets_chts_version) == ("4.1", "SMETS V5.1")
    body = told(LogKind.ENTRY_CORRECTED)
    assert body["fields"] == {"gbcs_version": {"before": "4.2", "after": "4.1"}}
    assert body["reason"] == "The version of GBCS was mistyped."


def test_a_name_that_all_listed_entries_share_becomes_the_models(cast: Cast, catalogue: Catalogue) -> None:
    CPLEntry.objects.filter(device_model=catalogue.ember).exclude(pk=catalogue.baseline.pk).update(model_name="Ember 5")
    content = {"model_name": "Ember 5", "reason": "Its name was mistyped."}
    published_one(cast, catalogue, Kind.CORRECTION, content=content)
    assert DeviceModel.objects.get(pk=catalogue.ember.pk).name == "Ember 5"


def test_a_hash_is_given_to_an_entry_without_one(cast: Cast, catalogue: Catalogue) -> None:
    submission = published_one(cast, catalogue, Kind.HASH)
    assert CPLEntry.objects.get(pk=catalogue.test_version.pk).firmware_hash == submission.content["firmware_hash"]
    assert told(LogKind.ENTRY_CORRECTED)["source"] == Source.MANUFACTURER


def test_of_two_hashes_for_one_entry_the_second_stands_in_the_way(cast: Cast, catalogue: Catalogue) -> None:
    both = [accepted(cast, catalogue, Kind.HASH, entry=entry) for entry in (catalogue.test_version, catalogue.baseline)]
    Submission.objects.filter(pk=both[1].pk).update(entry=catalogue.test_version)
    with pytest.raises(NotPublishableError, match="has a hash already, which is final"):
        written_unchecked(cast, both)
    with pytest.raises(NotPublishableError):
        published(cast, *both)
    assert CPLEntry.objects.get(pk=catalogue.test_version.pk).firmware_hash == ""


def test_a_removal_keeps_reason_date_and_reference(cast: Cast, catalogue: Catalogue) -> None:
    published_one(cast, catalogue, Kind.REMOVAL)
    entry = CPLEntry.objects.get(pk=catalogue.baseline.pk)
    assert (entry.removed_on, entry.removal_reference) == (timezone.localdate(), "SECP-2026-17")
    assert told(LogKind.ENTRY_REMOVED)["reason"] == "Removed at the Panel's direction"


# Firmware information -----------------------------------------------------------------------------------------


def test_information_changes_what_is_answered_and_says_who_supplied_it(cast: Cast, catalogue: Catalogue) -> None:
    published_one(cast, catalogue, Kind.INFORMATION)
    record = FirmwareInformation.objects.get(entry=catalogue.test_version)
    assert (record.stage, record.vulnerabilities_state, record.irreversible_state) == (
        "production", "declined", "not_applicable",
    )  # fmt: skip
    today = timezone.localdate().isoformat()
    assert record.provenance["stage"] == ["manufacturer", today, "Northmoor Metering Ltd"]
    assert "urgency" not in record.provenance
    body = told(LogKind.INFORMATION_PUBLISHED)
    assert body["fields"]["stage"] == {"before": "test", "after": "production"}
    assert body["fields"]["vulnerabilities"]["after"] == "Declined by the manufacturer"


def test_the_log_tells_that_a_contact_was_given_and_nothing_of_it(cast: Cast, catalogue: Catalogue) -> None:
    content = {"contact_answer": "give", "contact_team": "Upgrades desk", "contact_email": "up@northmoor.example"}
    published_one(cast, catalogue, Kind.INFORMATION, content=content)
    assert told(LogKind.INFORMATION_PUBLISHED)["fields"]["contact"] == {"before": "Not supplied", "after": "Given"}
    assert FirmwareInformation.objects.get(entry=catalogue.test_version).contact == Contact.objects.get(
        email="up@northmoor.example"
    )


def test_a_contact_that_its_manufacturer_gives_with_a_version_is_confirmed_by_it(
    cast: Cast, catalogue: Catalogue
) -> None:
    content = {"contact_answer": "give", "contact_team": "Upgrades desk", "contact_email": "up@northmoor.example"}
    published_one(cast, catalogue, Kind.INFORMATION, content=content)
    assert Contact.objects.get(email="up@northmoor.example").confirmed_on == timezone.localdate()


def test_a_withdrawal_is_kept_on_a_record_made_for_it(cast: Cast, catalogue: Catalogue) -> None:
    entry = make_entry(catalogue.ember, "01200000")
    published_one(cast, catalogue, Kind.WITHDRAWAL, entry=entry)
    record = FirmwareInformation.objects.get(entry=entry)
    assert record.withdrawn_on == timezone.localdate()
    assert record.withdrawal_reason == told(LogKind.VERSION_WITHDRAWN)["reason"]


# Contacts -----------------------------------------------------------------------------------------------------


def test_a_new_contact_is_added(cast: Cast, catalogue: Catalogue) -> None:
    published_one(cast, catalogue, Kind.CONTACT)
    contact = Contact.objects.get(team="Upgrades desk")
    assert contact.confirmed_on == timezone.localdate()
    body = str(told(LogKind.CONTACT_PUBLISHED))
    assert "Upgrades desk" not in body
    assert "northmoor.example" not in body


def test_new_details_of_a_contact_reach_every_record_that_names_it(cast: Cast, catalogue: Catalogue) -> None:
    desk = Contact.objects.get(team="Firmware desk")
    published_one(cast, catalogue, Kind.CONTACT, contact=desk)
    record = FirmwareInformation.objects.get(entry=catalogue.recommended)
    assert record.contact is not None
    assert (record.contact.pk, record.contact.email) == (desk.pk, "upgrades@northmoor.example")


# Pathways -----------------------------------------------------------------------------------------------------


def test_a_pathway_replaces_the_one_before(cast: Cast, catalogue: Catalogue) -> None:
    content = {"pathway_state": "these_entries", "predecessors": "CPL-001045"}
    published_one(cast, catalogue, Kind.PATHWAY, entry=catalogue.recommended, content=content)
    names = UpgradePathLink.objects.filter(entry=catalogue.recommended).values_list("predecessor__cpl_entry_id")
    assert list(names) == [("CPL-001045",)]
    assert told(LogKind.PATHWAY_PUBLISHED)["fields"]["predecessors"] == {
        "before": ["CPL-001050"], "after": ["CPL-001045"],
    }  # fmt: skip


def test_a_pathway_may_say_that_nothing_comes_before(cast: Cast, catalogue: Catalogue) -> None:
    content = {"pathway_state": "not_applicable"}
    published_one(cast, catalogue, Kind.PATHWAY, entry=catalogue.second, content=content)
    assert CPLEntry.objects.get(pk=catalogue.second.pk).pathway_state == PathwayState.NOT_APPLICABLE
    assert not UpgradePathLink.objects.filter(entry=catalogue.second).exists()


def after(first: Submission) -> dict[str, str]:
    return {**content_of(Kind.NEW_ENTRY), "predecessors": first.reference}


def test_a_predecessor_may_be_a_submission_of_the_same_issue_whichever_is_older(
    cast: Cast, catalogue: Catalogue
) -> None:
    base, second = accepted(cast, catalogue), accepted(cast, catalogue)
    third = accepted(cast, catalogue, content=after(second))
    fourth = accepted(cast, catalogue, content=after(third))
    done = published(cast, fourth, base, third, second)
    entries = {one.pk: entry_of(one) for one in done}
    links = entries[fourth.pk].links_from.values_list("predecessor", flat=True)
    assert list(links) == [entries[third.pk].pk]
    assert entries[second.pk].cpl_entry_id < entries[third.pk].cpl_entry_id < entries[fourth.pk].cpl_entry_id


def test_a_predecessor_may_be_a_submission_published_earlier(cast: Cast, catalogue: Catalogue) -> None:
    first = published_one(cast, catalogue)
    second = published_one(cast, catalogue, content=after(first))
    assert list(entry_of(second).links_from.values_list("predecessor", flat=True)) == [entry_of(first).pk]


def test_a_predecessor_that_is_not_in_the_issue_stands_in_the_way(cast: Cast, catalogue: Catalogue) -> None:
    first = accepted(cast, catalogue)
    second = accepted(cast, catalogue, content=after(first))
    with pytest.raises(NotPublishableError) as raised:
        published(cast, second)
    assert first.reference in str(raised.value)
    assert second.reference in str(raised.value)


def test_pathways_of_one_issue_that_close_a_circle_stand_in_the_way(cast: Cast, catalogue: Catalogue) -> None:
    one, other = make_entry(catalogue.ember, "01300001"), make_entry(catalogue.ember, "01300002")
    pair = [accepted(cast, catalogue, Kind.PATHWAY, entry=entry) for entry in (one, other)]
    for submission, before in zip(pair, (other, one), strict=True):
        content = {"pathway_state": "these_entries", "predecessors": before.cpl_entry_id}
        Submission.objects.filter(pk=submission.pk).update(content=content)
    with pytest.raises(NotPublishableError, match="lead in a circle"):
        written_unchecked(cast, pair)
    with pytest.raises(NotPublishableError):
        published(cast, *pair)
    assert not UpgradePathLink.objects.filter(entry__in=[one, other]).exists()


# History ------------------------------------------------------------------------------------------------------


def test_the_history_of_an_entry_says_which_issue_it_came_with(cast: Cast, catalogue: Catalogue) -> None:
    submission = published_one(cast, catalogue)
    assert submission.issue is not None
    event = apps.get_model("cpl", "CPLEntryEvent").objects.filter(pgh_obj=submission.entry_id).latest("pgh_id")
    said = event.pgh_context.metadata
    assert (said["issue"], said["source"], said["user"]) == (submission.issue.number, "issue", cast.publisher.email)
    assert event.pgh_created_at == submission.issue.published_at


def test_the_entrys_page_names_the_issue_in_its_history(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    submission = published_one(cast, catalogue, Kind.CORRECTION)
    assert submission.issue is not None
    assert f"Issue {submission.issue.number}" in signed_in(cast.supplier).get("/entries/CPL-001045/").content.decode()
