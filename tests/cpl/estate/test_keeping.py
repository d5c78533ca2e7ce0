"""How long the checks of a Party are kept, and the columns that are remembered for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.access import Forbidden
from accounts.models import AuditEvent, Party
from cpl.actions.estate import keeping
from cpl.models import EstateCheck, EstateColumns
from tests.conftest import SignedIn
from tests.factories import Cast, make_estate_check

HELD: Any = [("7A01", "8B0B030D", "09030A07", 40)]
PAGE = "/estate/preferences/"


@pytest.fixture
def ashdown(cast: Cast) -> Party:
    return Party.objects.get(name="Ashdown Energy")


def begun(cast: Cast, days_ago: int) -> EstateCheck:
    made = make_estate_check(cast.supplier, HELD, answered=False)
    EstateCheck.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days_ago))
    return made


def test_without_a_wish_the_days_of_the_portal_count(ashdown: Party) -> None:
    assert keeping.days_kept(ashdown.pk) == settings.ESTATE_KEEP_DAYS


def test_checks_that_are_there_are_kept_for_the_new_days_from_their_beginning(cast: Cast, ashdown: Party) -> None:
    check = begun(cast, 10)

    keeping.keep_for(party=ashdown.pk, days=30, by=cast.administrator)

    check.refresh_from_db()
    assert check.keep_until == timezone.localdate() + timedelta(days=20)
    assert keeping.keep_until(ashdown.pk, timezone.localdate()) == timezone.localdate() + timedelta(days=30)


def test_checks_of_another_party_are_kept_as_before(cast: Cast, ashdown: Party) -> None:
    theirs = make_estate_check(cast.rival_supplier, HELD, answered=False)

    keeping.keep_for(party=ashdown.pk, days=1, by=cast.administrator)

    assert EstateCheck.objects.get(pk=theirs.pk).keep_until == theirs.keep_until


def test_the_change_is_recorded_with_both_numbers(cast: Cast, ashdown: Party) -> None:
    keeping.keep_for(party=ashdown.pk, days=30, by=cast.administrator)

    event = AuditEvent.objects.get(name="estate.keeping")
    assert (event.before, event.after) == ({"keep_days": settings.ESTATE_KEEP_DAYS}, {"keep_days": 30})
    assert (event.actor, event.owner) == (cast.administrator.email, "Ashdown Energy")


@pytest.mark.parametrize("days", [0, -1, 3661])
def test_days_that_make_no_sense_are_refused(cast: Cast, ashdown: Party, days: int) -> None:
    with pytest.raises(ValueError, match="not between 1 and 3660"):
        keeping.keep_for(party=ashdown.pk, days=days, by=cast.administrator)


def test_nobody_but_the_party_s_own_administrators_decides(cast: Cast, ashdown: Party) -> None:
    for who in (cast.supplier, cast.publisher, cast.auditor, cast.rival_supplier):
        with pytest.raises(Forbidden):
            keeping.keep_for(party=ashdown.pk, days=30, by=who)


def test_what_goes_in_the_coming_night_is_agreed_to_first(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    begun(cast, 30)
    client, form = signed_in(cast.administrator), {"party": ashdown.pk, "keep_days": "30"}

    asked = client.post(PAGE, form)
    kept_meanwhile = keeping.days_kept(ashdown.pk)
    done = client.post(PAGE, {**form, "deletes": "1"})

    assert b"Save, and delete 1 check" in asked.content and kept_meanwhile == settings.ESTATE_KEEP_DAYS
    assert done.status_code == 302 and keeping.days_kept(ashdown.pk) == 30


def test_the_night_deletes_as_many_as_were_told(cast: Cast, ashdown: Party) -> None:
    for days_ago in (29, 30, 31):
        begun(cast, days_ago)
    told = keeping.due_if(party=ashdown.pk, days=30, now=timezone.now())
    keeping.keep_for(party=ashdown.pk, days=30, by=cast.administrator)
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert told == EstateCheck.objects.filter(keep_until__lt=tomorrow).count() == 2


@pytest.mark.parametrize("typed", ["", "soon", "0", "99999", "30.5"])
def test_a_number_that_is_none_gets_a_message_and_changes_nothing(
    cast: Cast, ashdown: Party, signed_in: SignedIn, typed: str
) -> None:
    answer = signed_in(cast.administrator).post(PAGE, {"party": ashdown.pk, "keep_days": typed})

    assert b"There is a problem" in answer.content and b"Enter " in answer.content
    assert keeping.days_kept(ashdown.pk) == settings.ESTATE_KEEP_DAYS


def test_a_party_user_reads_the_days_and_gets_no_form(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    client = signed_in(cast.supplier)

    page = client.get(PAGE).content.decode()
    sent = client.post(PAGE, {"party": ashdown.pk, "keep_days": "30"})

    assert "The administrators of Ashdown Energy can change this" in page and 'name="keep_days"' not in page
    assert sent.status_code == 403


def test_another_party_s_days_are_not_found(cast: Cast, signed_in: SignedIn) -> None:
    pennine = Party.objects.get(name="Pennine Power")

    sent = signed_in(cast.administrator).post(PAGE, {"party": pennine.pk, "keep_days": "30"})

    assert sent.status_code == 404


def test_remembered_columns_are_listed_and_forgotten(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    known = EstateColumns.objects.create(
        party=ashdown, headings=["Maker", "MPAN", "FW"], signature="0" * 64, left_out=[1],
        columns={"manufacturer": 0, "firmware_version": 2}, confirmed_by=cast.supplier,
    )  # fmt: skip
    client = signed_in(cast.supplier)

    page = client.get(PAGE).content.decode()
    client.post(PAGE, {"forget": known.pk})

    assert all(word in page for word in ("Maker", "Left out", "Firmware Version"))
    assert not EstateColumns.objects.exists()


def test_columns_of_another_party_are_neither_listed_nor_forgotten(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    known = EstateColumns.objects.create(
        party=ashdown, headings=["Maker of ours"], signature="0" * 64, columns={"manufacturer": 0}
    )
    client = signed_in(cast.rival_supplier)

    page = client.get(PAGE).content.decode()
    client.post(PAGE, {"forget": known.pk})

    assert "Maker of ours" not in page and EstateColumns.objects.exists()
