"""Who may see FIR records, contacts and restricted notes: without, with, with for another record; given, taken back."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.access import Forbidden
from accounts.models import AuditEvent, Party, User
from cpl.actions.notes import write_notes
from cpl.actions.visibility import ChangedMeanwhile, restrict, unrestrict
from cpl.models import Contact, CPLEntry, FirmwareInformation, RestrictedNotes
from cpl.selectors.audiences import Record, difference, state_of
from tests.factories import Cast, Catalogue
from tests.factories.catalogue import say

pytestmark = pytest.mark.django_db

KINDS = ["record", "contact", "notes"]


@pytest.fixture
def kept(cast: Cast, catalogue: Catalogue) -> dict[str, list[Record]]:
    """Two of each kind, of which no Party but Ashdown Energy may see the first, and nobody the second."""
    ashdown = Party.objects.get(name="Ashdown Energy")
    records = [catalogue.second.fir, catalogue.removed.fir]
    contacts = [Contact.objects.create(manufacturer=catalogue.ember.manufacturer, team=name) for name in "AB"]
    for entry, contact in zip((catalogue.baseline, catalogue.test_version), contacts, strict=True):
        FirmwareInformation.objects.filter(entry=entry).update(contact=contact, contact_state="supplied")
    notes = [note(catalogue.recommended.fir), note(catalogue.baseline.fir)]
    kept: dict[str, list[Record]] = {"record": [*records], "contact": [*contacts], "notes": [*notes]}
    for first, second in kept.values():
        restrict(record=first, parties=[ashdown], by=cast.moderator)
        restrict(record=second, parties=[], by=cast.moderator)
    return kept


def note(information: FirmwareInformation) -> RestrictedNotes:
    return write_notes(
        information=information, text="Only for some", source="manufacturer", given_on=date(2026, 1, 1), by=None
    )


def sees(user: User | AnonymousUser, record: Record) -> bool:
    fresh = User.objects.get(pk=user.pk) if isinstance(user, User) else user
    return type(record)._default_manager.visible_to(fresh).filter(pk=record.pk).exists()


def beside(user: User, entry: CPLEntry) -> CPLEntry:
    """The entry with what the person may see beside it."""
    return CPLEntry.objects.with_information(user).with_contacts(user).with_notes(user).get(pk=entry.pk)


Kept = dict[str, list[Record]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_named_party_sees_its_record_and_no_other(cast: Cast, kept: Kept, kind: str) -> None:
    assert [sees(cast.supplier, record) for record in kept[kind]] == [True, False]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["rival_supplier", "network", "competitor", "submitter", "ssc", "stranger"])
def test_a_party_that_is_not_named_sees_none(cast: Cast, kept: Kept, kind: str, who: str) -> None:
    assert [sees(getattr(cast, who), record) for record in kept[kind]] == [False, False]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["manufacturer", "moderator", "publisher", "auditor"])
def test_its_maker_secas_and_auditors_see_all(cast: Cast, kept: Kept, kind: str, who: str) -> None:
    assert [sees(getattr(cast, who), record) for record in kept[kind]] == [True, True]


@pytest.mark.parametrize("kind", KINDS)
def test_signed_out_people_see_none(kept: Kept, kind: str) -> None:
    assert not any(sees(AnonymousUser(), record) for record in kept[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_given_can_be_taken_back(cast: Cast, kept: Kept, kind: str) -> None:
    record, pennine = kept[kind][0], Party.objects.get(name="Pennine Power")
    restrict(record=record, parties=[pennine], by=cast.moderator)
    assert (sees(cast.supplier, record), sees(cast.rival_supplier, record)) == (False, True)


@pytest.mark.parametrize(("kind", "theirs"), [("record", True), ("contact", True), ("notes", False)])
def test_the_usual_audience_is_all_with_need_or_nobody(cast: Cast, kept: Kept, kind: str, theirs: bool) -> None:
    record = kept[kind][0]
    unrestrict(record=record, by=cast.moderator)
    assert (sees(cast.rival_supplier, record), sees(cast.manufacturer, record)) == (theirs, True)
    assert not record.grants.exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["supplier", "publisher", "auditor", "manufacturer"])
def test_naming_parties_needs_the_permission(cast: Cast, kept: Kept, kind: str, who: str) -> None:
    with pytest.raises(Forbidden):
        restrict(record=kept[kind][0], parties=[], by=getattr(cast, who))
    with pytest.raises(Forbidden):
        unrestrict(record=kept[kind][0], by=getattr(cast, who))


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("record", ("information.restricted", "information.opened")),
        ("contact", ("contact.restricted", "contact.opened")),
        ("notes", ("notes.shared", "notes.closed")),
    ],
)
def test_audiences_are_recorded_before_and_after(cast: Cast, kept: Kept, kind: str, names: tuple[str, str]) -> None:
    record = kept[kind][0]
    named = AuditEvent.objects.filter(name=names[0]).earliest("pk")
    unrestrict(record=record, by=cast.moderator)
    usual = AuditEvent.objects.get(name=names[1])
    assert named.after == usual.before == {"audience": "named_parties", "parties": ["Ashdown Energy"]}
    assert usual.after == named.before
    assert (usual.actor, usual.owner, usual.object_key) == (
        "sam@secas.example",
        "Northmoor Metering Ltd",
        str(record.pk),
    )


def test_a_decision_over_what_has_changed_meanwhile_is_refused(cast: Cast, kept: Kept) -> None:
    record = kept["record"][0]
    seen = state_of(record)
    restrict(record=record, parties=Party.objects.filter(name="Pennine Power"), by=cast.moderator, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        unrestrict(record=record, by=cast.moderator, seen=seen)
    assert sees(cast.rival_supplier, record)
    assert not sees(cast.supplier, record)


def test_a_grant_of_a_record_gives_nothing_of_an_entry_that_is_hidden(cast: Cast, catalogue: Catalogue) -> None:
    record = say(catalogue.restricted, stage="test")
    restrict(record=record, parties=Party.objects.filter(name="Pennine Power"), by=cast.moderator)
    assert not sees(cast.rival_supplier, record)


def test_a_grant_of_notes_gives_nothing_of_a_record_that_is_hidden(cast: Cast, kept: Kept) -> None:
    notes, pennine = kept["notes"][0], Party.objects.filter(name="Pennine Power")
    assert isinstance(notes, RestrictedNotes)
    restrict(record=notes, parties=pennine, by=cast.moderator)
    assert sees(cast.rival_supplier, notes)
    restrict(record=notes.information, parties=[], by=cast.moderator)
    assert not sees(cast.rival_supplier, notes)


def test_a_contact_that_only_a_hidden_record_names_is_hidden(cast: Cast, catalogue: Catalogue) -> None:
    desk = Contact.objects.get(team="Firmware desk")
    assert sees(cast.rival_supplier, desk)
    restrict(record=catalogue.recommended.fir, parties=Party.objects.filter(name="Ashdown Energy"), by=cast.moderator)
    assert (sees(cast.supplier, desk), sees(cast.rival_supplier, desk)) == (True, False)


def test_network_parties_have_no_need_of_contacts(cast: Cast, catalogue: Catalogue) -> None:
    who = ("supplier", "rival_supplier", "network", "competitor", "submitter", "ssc")
    desk = Contact.objects.get(team="Firmware desk")
    assert [name for name in who if not sees(getattr(cast, name), desk)] == ["network"]


def test_which_categories_have_need_is_a_setting(cast: Cast, catalogue: Catalogue, settings: Any) -> None:
    settings.CONTACT_CATEGORIES = ["electricity_network"]
    desk = Contact.objects.get(team="Firmware desk")
    assert [sees(user, desk) for user in (cast.network, cast.supplier, cast.manufacturer)] == [True, False, True]


@pytest.mark.parametrize("who", ["supplier", "rival_supplier", "network", "manufacturer", "competitor", "auditor"])
def test_what_stands_beside_an_entry_agrees_with_what_is_visible(cast: Cast, kept: Kept, who: str) -> None:
    user = getattr(cast, who)
    for record in FirmwareInformation.objects.select_related("entry", "contact"):
        found = beside(user, record.entry)
        assert (found.information is not None) == (sees(user, record) or (not sees(user, record.entry)
                                                   and record.audience == "all_parties"))  # fmt: skip
        assert (found.contact is not None) == (record.contact is not None and sees(user, record.contact))
        notes = RestrictedNotes.objects.filter(information=record).first()
        assert (found.restricted_notes is not None) == (notes is not None and sees(user, notes))


def test_a_query_that_does_not_ask_for_information_shows_none(catalogue: Catalogue) -> None:
    entry = CPLEntry.objects.get(pk=catalogue.recommended.pk)
    assert (entry.information, entry.contact, entry.restricted_notes) == (None, None, None)


def test_signed_out_people_are_shown_nothing_beside_an_entry(catalogue: Catalogue) -> None:
    nobody = AnonymousUser()
    entry = CPLEntry.objects.with_information(nobody).with_contacts(nobody).with_notes(nobody)
    found = entry.get(pk=catalogue.recommended.pk)
    assert (found.information, found.contact, found.restricted_notes) == (None, None, None)


def test_what_a_new_audience_changes_is_told_by_party(cast: Cast, catalogue: Catalogue) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    change = difference(catalogue.restricted, "named_parties", [pennine])
    assert [[party.name for party in parties] for parties in change] == [["Pennine Power"], ["Ashdown Energy"]]


def test_a_record_is_lost_by_nobody_who_cannot_see_its_entry(cast: Cast, catalogue: Catalogue) -> None:
    record = say(catalogue.restricted, stage="test")
    assert [party.name for party in difference(record, "named_parties", []).lose] == ["Ashdown Energy"]


def test_a_contact_is_lost_by_nobody_without_need(cast: Cast, catalogue: Catalogue) -> None:
    lose = {party.name for party in difference(Contact.objects.get(), "named_parties", []).lose}
    assert {"Ashdown Energy", "DCC"} <= lose
    assert not {"Severn Wires", "SECAS", "Auditors", "Northmoor Metering Ltd"} & lose


# Restricted notes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["supplier", "publisher", "auditor", "manufacturer"])
def test_writing_notes_needs_the_permission(cast: Cast, catalogue: Catalogue, who: str) -> None:
    with pytest.raises(Forbidden):
        write_notes(
            information=catalogue.second.fir, text="x", source="manufacturer", given_on=date(2026, 1, 1),
            by=getattr(cast, who),
        )  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), [("", ""), (" ", " "), ("x", "because")])
def test_notes_have_a_text_or_a_reason(catalogue: Catalogue, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match="a text, or a reason"):
        write_notes(
            information=catalogue.second.fir, text=text, source="manufacturer", given_on=date(2026, 1, 1),
            reason=reason, by=None,
        )  # fmt: skip


def test_the_database_holds_notes_to_a_text_or_a_reason(catalogue: Catalogue) -> None:
    with pytest.raises(IntegrityError, match="notes_say_something_or_why_not"), transaction.atomic():
        RestrictedNotes.objects.create(information=catalogue.second.fir, given_on=date(2026, 1, 1))


def test_notes_are_emptied_with_a_reason_and_never_deleted(cast: Cast, catalogue: Catalogue) -> None:
    notes = note(catalogue.second.fir)
    write_notes(
        information=catalogue.second.fir, text="", source="manufacturer", given_on=date(2026, 2, 1),
        reason="No longer true", by=cast.moderator,
    )  # fmt: skip
    notes.refresh_from_db()
    assert (notes.text, notes.emptied_reason) == ("", "No longer true")
    event = AuditEvent.objects.filter(name="notes.written").latest("pk")
    assert event.before is not None
    assert event.after is not None
    assert event.before["text_sha256"]
    assert (event.after["text_sha256"], event.after["emptied_reason"]) == ("", "No longer true")
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        notes.delete()


def test_the_same_notes_again_are_no_event(catalogue: Catalogue) -> None:
    note(catalogue.second.fir)
    note(catalogue.second.fir)
    assert AuditEvent.objects.filter(name="notes.written").count() == 1


@pytest.mark.parametrize("model", [CPLEntry, FirmwareInformation, Contact, RestrictedNotes])
def test_the_database_knows_its_audiences(kept: Kept, model: type[Record]) -> None:
    with pytest.raises(IntegrityError, match="audience"), transaction.atomic():
        model._default_manager.update(audience="whoever")
