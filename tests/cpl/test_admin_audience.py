"""*Who may see it* in the admin: one page for entries, FIR records, contacts and restricted notes."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Party
from cpl.actions.notes import write_notes
from cpl.actions.visibility import restrict
from cpl.models import Contact, CPLEntry, RestrictedNotes
from cpl.selectors.audiences import Record, named_parties, state_of
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db

KINDS = ["entry", "record", "contact", "notes"]


def record_of(kind: str, catalogue: Catalogue) -> Record:
    """One record of the kind, for its usual audience."""
    if kind == "notes":
        given: dict[str, Any] = {"text": "Only for some", "source": "manufacturer", "given_on": date(2026, 1, 1)}
        return write_notes(information=catalogue.second.fir, by=None, **given)
    records: dict[str, Record] = {
        "entry": catalogue.second, "record": catalogue.second.fir, "contact": Contact.objects.get(),
    }  # fmt: skip
    return records[kind]


def page_of(record: Record) -> str:
    if isinstance(record, RestrictedNotes):
        return reverse("admin:cpl_firmwareinformation_notes_audience", args=[record.information_id])
    return reverse(f"admin:cpl_{record._meta.model_name}_audience", args=[record.pk])


def party(name: str) -> Party:
    return Party.objects.get(name=name)


def to(record: Record, *names: str, **more: Any) -> dict[str, Any]:
    """The form that gives the record to these Parties."""
    keys = [party(name).pk for name in names]
    return {"audience": "named_parties", "parties": keys, "seen": state_of(record), **more}


def visible_to(cast: Cast, entry: CPLEntry) -> list[str]:
    who = {"Ashdown": cast.supplier, "Pennine": cast.rival_supplier, "Northmoor": cast.manufacturer}
    return [name for name, user in who.items() if CPLEntry.objects.visible_to(user).filter(pk=entry.pk)]


def words(client: Client, address: str, form: dict[str, Any] | None = None) -> str:
    answer = client.post(address, form) if form else client.get(address)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser").select_one(".fa-page")
    assert page is not None
    return " ".join(page.get_text(" ").split())


@pytest.mark.parametrize("kind", KINDS)
def test_a_moderator_gives_a_record_to_named_parties(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, kind: str
) -> None:
    record = record_of(kind, catalogue)
    answer = signed_in(cast.moderator).post(page_of(record), to(record, "Pennine Power", confirmed="yes"))
    assert answer.status_code == 302
    record.refresh_from_db()
    assert (record.audience, named_parties(record)) == ("named_parties", [party("Pennine Power")])


def test_the_maker_keeps_a_restricted_entry(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    entry = catalogue.second
    answer = signed_in(cast.moderator).post(page_of(entry), to(entry, "Pennine Power", confirmed="yes"))
    assert answer["Location"] == reverse("admin:cpl_cplentry_change", args=[entry.pk])
    assert visible_to(cast, entry) == ["Pennine", "Northmoor"]


def test_parties_without_a_tick_lose_the_entry(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    entry = catalogue.restricted
    signed_in(cast.moderator).post(page_of(entry), to(entry, "Pennine Power", confirmed="yes"))
    assert visible_to(cast, entry) == ["Pennine", "Northmoor"]


def test_a_moderator_opens_an_entry_to_all(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    entry = catalogue.restricted
    form = {"audience": "all_parties", "seen": state_of(entry), "confirmed": "yes"}
    signed_in(cast.moderator).post(page_of(entry), form)
    assert visible_to(cast, entry) == ["Ashdown", "Pennine", "Northmoor"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_done_before_it_is_confirmed(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, kind: str
) -> None:
    record = record_of(kind, catalogue)
    before = state_of(record)
    words(signed_in(cast.moderator), page_of(record), to(record, "Pennine Power"))
    record.refresh_from_db()
    assert state_of(record) == before


def test_who_gains_and_who_loses_is_told_first(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    entry = catalogue.restricted
    page = words(signed_in(cast.moderator), page_of(entry), to(entry, "Pennine Power"))
    assert "1 Party gains the entry Pennine Power" in page
    assert "1 Party loses the entry Ashdown Energy" in page


def test_notes_are_gained_by_those_named_and_lost_by_nobody(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    notes = record_of("notes", catalogue)
    page = words(signed_in(cast.moderator), page_of(notes), to(notes, "Pennine Power"))
    assert "1 Party gains the notes Pennine Power" in page
    assert "0 Parties lose the notes" in page


def test_what_was_confirmed_is_what_the_confirmation_sends(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    client, entry = signed_in(cast.moderator), catalogue.second
    answer = client.post(page_of(entry), to(entry, "Pennine Power", "DCC"))
    boxes = BeautifulSoup(answer.content, "html.parser").select(".fa-form input[type=hidden], .fa-form button[name]")
    sent: dict[str, list[str]] = {}
    for box in boxes:
        sent.setdefault(str(box["name"]), []).append(str(box["value"]))
    client.post(page_of(entry), sent)
    assert {named.name for named in named_parties(entry)} == {"Pennine Power", "DCC"}


def test_who_decides_over_what_changed_meanwhile_is_told(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client, entry = signed_in(cast.moderator), catalogue.second
    form = to(entry, "Pennine Power", confirmed="yes")
    restrict(record=entry, parties=[party("Ashdown Energy")], by=None)
    answer = client.post(page_of(entry), form, follow=True)
    assert b"Somebody else has changed this meanwhile" in answer.content
    assert named_parties(entry) == [party("Ashdown Energy")]


@pytest.mark.parametrize("kind", KINDS)
def test_named_parties_need_a_name(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, kind: str) -> None:
    record = record_of(kind, catalogue)
    before = state_of(record)
    assert "Choose at least one Party" in words(signed_in(cast.moderator), page_of(record), to(record, confirmed="yes"))
    record.refresh_from_db()
    assert state_of(record) == before


def test_the_page_shows_who_may_see_the_entry_now(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    page = signed_in(cast.moderator).get(page_of(catalogue.restricted)).content.decode()
    assert "Now: Named Parties only.</strong> Ashdown Energy." in page
    ashdown = f'name="parties" value="{party("Ashdown Energy").pk}"'
    boxes = page.count('name="parties"'), page.count(ashdown)
    assert boxes == (Party.objects.exclude(category__in=["secas", "auditor"]).count(), 1)


def test_an_answer_that_changes_nothing_offers_nothing_to_confirm(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    client, record = signed_in(cast.moderator), catalogue.restricted
    same = words(client, page_of(record), to(record, "Ashdown Energy"))
    assert "Nothing changes. Back" in same
    assert "Confirm" not in same
    assert "Confirm Change the answer" in words(client, page_of(record), to(record, "DCC"))


def test_notes_are_not_offered_to_their_own_manufacturer(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    page = signed_in(cast.moderator).get(page_of(record_of("notes", catalogue))).content.decode()
    boxes = {box["value"] for box in BeautifulSoup(page, "html.parser").select("[name=parties]")}
    maker = CPLEntry.objects.get(pk=catalogue.second.pk).manufacturer.party
    assert maker is not None
    assert str(maker.pk) not in boxes
    assert str(party("Pennine Power").pk) in boxes
    assert "Its manufacturer, SECAS and auditors only" in page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["publisher", "auditor", "supplier", "manufacturer"])
def test_others_may_not_say_who_sees_a_record(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, kind: str, who: str
) -> None:
    record, client = record_of(kind, catalogue), signed_in(getattr(cast, who))
    before = state_of(record)
    assert client.get(page_of(record), follow=True).status_code == 403
    assert client.post(page_of(record), to(record, "DCC", confirmed="yes"), follow=True).status_code == 403
    record.refresh_from_db()
    assert state_of(record) == before


@pytest.mark.parametrize("kind", ["entry", "record", "contact"])
def test_only_those_who_may_restrict_are_offered_to(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, kind: str
) -> None:
    record = record_of(kind, catalogue)
    page = reverse(f"admin:cpl_{record._meta.model_name}_change", args=[record.pk])
    offered = [page_of(record) in signed_in(user).get(page).content.decode() for user in (cast.moderator, cast.auditor)]
    assert offered == [True, False]


def test_a_record_that_is_not_there_has_no_audience(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client = signed_in(cast.moderator)
    for kind in ("cplentry", "firmwareinformation", "contact"):
        assert client.get(f"/admin/cpl/{kind}/999999/audience/").status_code == 404


# Restricted notes ---------------------------------------------------------------------------------------


def notes_of(catalogue: Catalogue) -> str:
    return reverse("admin:cpl_firmwareinformation_notes", args=[catalogue.second.fir.pk])


def written(text: str, reason: str = "", day: str = "2026-01-01") -> dict[str, str]:
    return {"text": text, "source": "manufacturer", "given_on": day, "reason": reason}


def test_a_moderator_writes_notes_and_empties_them(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client = signed_in(cast.moderator)
    client.post(notes_of(catalogue), written("Only for some"))
    notes = RestrictedNotes.objects.get()
    assert (notes.text, notes.audience) == ("Only for some", "nobody_else")
    client.post(notes_of(catalogue), written("", "No longer true"))
    notes.refresh_from_db()
    assert (notes.text, notes.emptied_reason) == ("", "No longer true")
    assert AuditEvent.objects.filter(name="notes.written", actor="sam@secas.example").count() == 2


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (written(""), "Write the notes"),
        (written("Text", "Reason"), "Leave this blank while there is a text"),
        (written("Text", day="2999-01-01"), "it has not come yet"),
        (written("Text", day="never"), "Enter a valid date"),
        (written("x" * 4001), "at most 4000 characters"),
    ],
)
def test_notes_that_say_nothing_or_too_much_are_refused(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, form: dict[str, str], told: str
) -> None:
    assert told in words(signed_in(cast.moderator), notes_of(catalogue), form)
    assert not RestrictedNotes.objects.exists()


@pytest.mark.parametrize("who", ["publisher", "auditor", "manufacturer"])
def test_others_may_not_write_notes(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(notes_of(catalogue), follow=True).status_code == 403
    assert client.post(notes_of(catalogue), written("x"), follow=True).status_code == 403
    assert not RestrictedNotes.objects.exists()


def test_notes_that_are_not_written_have_no_audience(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    address = reverse("admin:cpl_firmwareinformation_notes_audience", args=[catalogue.second.fir.pk])
    assert signed_in(cast.moderator).get(address).status_code == 404
