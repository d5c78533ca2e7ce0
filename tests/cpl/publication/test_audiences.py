"""Restricted things stay restricted: new versions of restricted models, and pathways from hidden entries in the log."""

from collections.abc import Iterable

import pytest

from accounts.models import AuditEvent, Party
from cpl import audit_names
from cpl.actions.publication import issues
from cpl.actions.visibility import restrict
from cpl.choices import Audience, LogKind
from cpl.choices import SubmissionKind as Kind
from cpl.models import CPLEntry, DeviceModel, FirmwareInformation, PublicationRecord
from cpl.selectors.audiences import named_parties
from tests.conftest import SignedIn
from tests.cpl.publication.helping import accepted, entry_of, published
from tests.factories import Cast, Catalogue, make_issue
from tests.factories.submissions import content_of

pytestmark = pytest.mark.django_db


def ashdown() -> Party:
    return Party.objects.get(name="Ashdown Energy")


def restrict_all(entries: Iterable[CPLEntry], *more: Party) -> None:
    for entry in entries:
        restrict(record=entry, parties=[ashdown(), *more], by=None)


def entries_of(catalogue: Catalogue) -> list[CPLEntry]:
    return list(CPLEntry.objects.filter(device_model=catalogue.ember))


def test_a_new_version_of_a_model_for_named_parties_is_for_them_only(cast: Cast, catalogue: Catalogue) -> None:
    restrict_all(entries_of(catalogue))
    content = {**content_of(Kind.NEW_ENTRY), **content_of(Kind.INFORMATION)}
    entry = entry_of(published(cast, accepted(cast, catalogue, content=content))[0])
    assert (entry.audience, named_parties(entry)) == (Audience.NAMED_PARTIES, [ashdown()])
    assert not DeviceModel.objects.visible_to(cast.rival_supplier).filter(pk=catalogue.ember.pk).exists()
    assert CPLEntry.objects.visible_to(cast.supplier).filter(pk=entry.pk).exists()
    assert not FirmwareInformation.objects.visible_to(cast.rival_supplier).filter(entry=entry).exists()
    event = AuditEvent.objects.get(name=audit_names.ENTRY_RESTRICTED, object_key=str(entry.pk))
    assert (event.actor, event.after) == (
        cast.publisher.email,
        {"audience": "named_parties", "parties": ["Ashdown Energy"]},
    )


def test_of_several_audiences_those_inherit_who_are_named_in_all(cast: Cast, catalogue: Catalogue) -> None:
    first, *others = entries_of(catalogue)
    restrict_all([first], Party.objects.get(name="DCC"))
    restrict_all(others)
    entry = entry_of(published(cast, accepted(cast, catalogue))[0])
    assert named_parties(entry) == [ashdown()]


def test_a_fir_record_inherits_from_the_records_of_the_other_versions(cast: Cast, catalogue: Catalogue) -> None:
    for record in FirmwareInformation.objects.filter(entry__device_model=catalogue.ember):
        restrict(record=record, parties=[ashdown()], by=None)
    CPLEntry.objects.filter(device_model=catalogue.ember).update(audience=Audience.ALL_PARTIES)
    content = {**content_of(Kind.NEW_ENTRY), **content_of(Kind.INFORMATION)}
    entry = entry_of(published(cast, accepted(cast, catalogue, content=content))[0])
    record = FirmwareInformation.objects.get(entry=entry)
    assert (entry.audience, record.audience) == (Audience.ALL_PARTIES, Audience.NAMED_PARTIES)
    assert named_parties(record) == [ashdown()]


def test_a_model_added_under_the_certificate_of_a_restricted_entry_is_restricted_too(
    cast: Cast, catalogue: Catalogue
) -> None:
    added = accepted(cast, catalogue, Kind.ADDED_MODEL)
    restrict_all([catalogue.recommended])
    entry = entry_of(published(cast, added)[0])
    assert (entry.audience, named_parties(entry)) == (Audience.NAMED_PARTIES, [ashdown()])


def test_where_only_some_versions_are_restricted_a_new_one_is_for_all_and_the_page_warns(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    CPLEntry.objects.filter(device_model=catalogue.ember).update(audience=Audience.ALL_PARTIES)
    restrict_all([catalogue.baseline])
    issue = make_issue(cast, [submission := accepted(cast, catalogue)])
    page = signed_in(cast.publisher).get(f"/admin/cpl/cplissue/{issue.pk}/review/").content.decode()
    assert "Other versions of this model are for named Parties only; this one will be for all SEC Parties." in page
    issues.publish(issue=issue, by=cast.publisher)
    assert entry_of(submission).audience == Audience.ALL_PARTIES


def test_before_it_is_published_the_pages_say_for_whom_it_will_be(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    restrict_all(entries_of(catalogue))
    submission = accepted(cast, catalogue)
    issue = make_issue(cast, [submission])
    client = signed_in(cast.publisher)
    for page in (
        f"cplissue/{issue.pk}/review/",
        f"cplissue/{issue.pk}/publish/",
        f"submission/{submission.pk}/review/",
    ):
        words = client.get(f"/admin/cpl/{page}").content.decode()
        assert "For named Parties only, as CPL-" in words, page
        assert ": Ashdown Energy." in words, page


def test_the_log_tells_pathways_last_in_an_order_that_says_nothing(cast: Cast, catalogue: Catalogue) -> None:
    rows = [accepted(cast, catalogue) for _ in range(6)]
    published(cast, *rows, accepted(cast, catalogue, Kind.PATHWAY), accepted(cast, catalogue, Kind.CORRECTION))
    records = PublicationRecord.objects.exclude(kind=LogKind.OPENED).order_by("number")
    kinds = list(records.values_list("kind", flat=True))
    assert kinds.index(LogKind.PATHWAY_PUBLISHED) == len(kinds) - 7
    entries = list(records.filter(kind=LogKind.ENTRY_PUBLISHED).values_list("entry", flat=True))
    pathways = list(records.filter(kind=LogKind.PATHWAY_PUBLISHED).values_list("entry", flat=True))
    assert set(entries) < set(pathways)
