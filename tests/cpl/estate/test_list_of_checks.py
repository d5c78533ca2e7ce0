"""The list of a Party's estate checks, the way there, and what the home page tells of the latest."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import Party
from cpl.actions.estate.again import again
from cpl.actions.visibility import restrict
from cpl.choices import EstateState, NoticeAudience
from cpl.models import EstateCheck, ModelInterest
from cpl.selectors.estate.checks import latest, listed
from cpl.selectors.estate.reading import lines_of
from cpl.selectors.estate.totals import totals
from tests.conftest import SignedIn
from tests.cpl.estate.test_answering import EVERY
from tests.factories import Cast, Catalogue, make_estate_check, make_notice

HELD: Any = [("7A01", "8B0B030D", "01040605", 30), ("7A01", "8B0B030D", "09030A07", 10)]


@pytest.fixture
def check(cast: Cast, catalogue: Catalogue) -> EstateCheck:
    return make_estate_check(cast.supplier, HELD, name="november.csv")


def test_where_there_is_none_the_page_says_what_to_do(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.supplier).get("/estate/").content.decode()

    assert "No estate checked yet" in page and 'href="/estate/new/"' in page
    assert "Compare two checks" not in page


def test_a_colleague_s_check_is_listed_with_devices_and_share(
    check: EstateCheck, cast: Cast, signed_in: SignedIn
) -> None:
    page = signed_in(cast.administrator).get("/estate/").content.decode()

    assert "november.csv" in page and "by Ana" in page
    assert 'data-label="Devices" class="fir-table__numeric">40<' in page and "75%" in page


def test_another_party_s_check_is_not(check: EstateCheck, cast: Cast, signed_in: SignedIn) -> None:
    assert b"november.csv" not in signed_in(cast.rival_supplier).get("/estate/").content


def test_up_to_date_counts_only_what_the_party_may_see_today(check: EstateCheck, cast: Cast) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    entry = check.answers.get(firmware_version="01040605").entry
    assert entry is not None
    restrict(record=entry, parties=[pennine], by=None)

    (row,) = listed(cast.supplier, [check])

    assert row.up_to_date is not None and row.up_to_date.devices == 0


def test_the_share_in_the_list_is_the_answer_s_whatever_was_hidden(cast: Cast, catalogue: Catalogue) -> None:
    check = make_estate_check(cast.supplier, [(*kind, 10) for kind in EVERY])
    pennine, shares = Party.objects.filter(name="Pennine Power"), []
    for record in (catalogue.test_version.fir, catalogue.second, catalogue.recommended.fir, catalogue.only_restricted):
        restrict(record=record, parties=pennine, by=None)
        (row,) = listed(cast.supplier, [check])
        assert row.up_to_date == totals(lines_of(cast.supplier, check)).up_to_date
        shares.append(row.up_to_date and row.up_to_date.devices)
    # A hidden record can add to it, for it hides that a version is for tests; a hidden target takes all of it.
    assert shares == [30, 30, 0, 0]


def test_what_a_person_sees_for_another_party_counts_for_nothing(check: EstateCheck, cast: Cast) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    join(user=cast.supplier, party=pennine, role=Role.PARTY_USER, by=None)
    entry = check.answers.get(firmware_version="01040605").entry
    assert entry is not None
    restrict(record=entry, parties=[pennine], by=None)
    both = type(cast.supplier).objects.get(pk=cast.supplier.pk)

    (row,) = listed(both, [check])

    assert row.up_to_date is not None and row.up_to_date.devices == 0


def test_every_state_says_what_can_be_done(check: EstateCheck, cast: Cast, signed_in: SignedIn) -> None:
    client, address = signed_in(cast.supplier), f"/estate/{check.pk}"
    shown = {}
    for state in EstateState:
        EstateCheck.objects.filter(pk=check.pk).update(state=state)
        page = client.get("/estate/").content.decode()
        shown[state] = {act for act in ("again", "delete") if f"{address}/{act}/" in page}

    assert shown[EstateState.DONE] == {"again", "delete"}
    assert shown[EstateState.STOPPED] == shown[EstateState.CANCELLED] == {"delete"}
    assert shown[EstateState.RUNNING] == shown[EstateState.WAITING] == shown[EstateState.UPLOADED] == set()


def test_an_unconfirmed_file_says_when_it_is_thrown_away_and_can_be_at_once(
    cast: Cast, signed_in: SignedIn, settings: Any
) -> None:
    settings.ESTATE_UNCONFIRMED_MINUTES = 90
    client = signed_in(cast.supplier)
    check = make_estate_check(cast.supplier, [], answered=False, state=EstateState.UPLOADED, spool="0" * 32)
    EstateCheck.objects.filter(pk=check.pk).update(created_at="2026-11-23T06:10Z")

    page = client.get("/estate/").content.decode()

    assert "Thrown away at 07:40 unless confirmed" in page and f"{check.keep_until:%-d %b %Y}" not in page
    assert "Throw away" in page and f'action="/estate/{check.pk}/columns/"' in page
    client.post(f"/estate/{check.pk}/columns/", {"go": "discard"})
    assert not EstateCheck.objects.filter(pk=check.pk).exists()


@pytest.mark.parametrize("state", [EstateState.CANCELLED, EstateState.STOPPED])
def test_a_check_that_ended_without_an_answer_promises_nothing(
    check: EstateCheck, cast: Cast, signed_in: SignedIn, state: EstateState
) -> None:
    EstateCheck.objects.filter(pk=check.pk).update(state=state)
    page = signed_in(cast.supplier).get("/estate/").content.decode()

    assert "Not yet" not in page and f"{check.keep_until:%-d %b %Y}" not in page


def test_a_check_made_again_says_so_even_when_the_first_is_deleted(
    check: EstateCheck, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.supplier)
    first = client.get("/estate/").content.decode()
    again(check=check, by=cast.supplier)
    both = client.get("/estate/").content.decode()
    check.delete()
    left = client.get("/estate/").content.decode()

    assert ("from a file" in first, "checked again" in first) == (True, False)
    assert ("from a file" in both, "checked again" in both) == (True, True)
    assert ("from a file" in left, "checked again" in left) == (False, True)


def test_a_page_of_twenty_asks_no_more_of_the_database_than_one_of_one(
    check: EstateCheck, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.supplier)
    client.get("/estate/")
    with CaptureQueriesContext(connection) as one:
        client.get("/estate/")
    for _ in range(19):
        make_estate_check(cast.administrator, HELD, answered=False)
    with CaptureQueriesContext(connection) as twenty:
        client.get("/estate/")

    assert len(twenty) == len(one) <= 10


def test_the_navigation_leads_there_for_whoever_may_and_for_nobody_else(cast: Cast, signed_in: SignedIn) -> None:
    link = b'<a class="fir-nav__link" href="/estate/"'

    assert link in signed_in(cast.submitter).get("/").content
    assert link not in signed_in(cast.manufacturer).get("/").content
    assert link not in signed_in(cast.auditor).get("/").content


def test_the_home_page_tells_of_the_newest_check_that_is_done_or_under_way(
    check: EstateCheck, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.administrator)
    make_estate_check(cast.supplier, HELD, answered=False, state=EstateState.CANCELLED, name="cancelled.csv")

    told = client.get("/").content.decode()
    make_estate_check(cast.supplier, HELD, answered=False, state=EstateState.WAITING, name="december.csv")
    waiting = client.get("/").content.decode()

    assert "75% up to date" in told and "november.csv" in told and "cancelled.csv" not in told
    assert "december.csv</a> is being checked" in waiting


def test_the_home_page_leads_to_what_is_urgent(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_notice(cast, catalogue)
    check = make_estate_check(cast.supplier, [*HELD, ("7A01", "8B0B030D", "10030A08", 1_200)])
    link = f'<a class="govuk-link" href="/estate/{check.pk}/?standing=urgent">10 urgent</a>'

    assert link in signed_in(cast.supplier).get("/").content.decode()


def test_what_a_hidden_notice_made_urgent_is_not_told_at_home(cast: Cast, catalogue: Catalogue) -> None:
    make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)
    party = cast.supplier.active_memberships[0].party
    concerned = {"device_model": catalogue.ember, "person": cast.supplier, "kind": "checked"}
    ModelInterest.objects.create(**concerned, party_id=party, last_at="2026-11-01T12:00Z")
    check = make_estate_check(cast.supplier, HELD)
    told = latest(cast.supplier)
    ModelInterest.objects.all().delete()
    hidden = latest(cast.supplier)

    assert told and told.check == check and told.urgent and told.urgent.devices == 10
    assert hidden and hidden.urgent and hidden.urgent.devices == 0


def test_the_home_page_of_whoever_has_none_shows_the_way(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.supplier).get("/").content.decode()

    assert "Your estate" in page and 'href="/estate/new/"' in page
    assert "Your estate" not in signed_in(cast.ssc).get("/").content.decode()


def test_kept_until_is_the_last_day(check: EstateCheck, cast: Cast, signed_in: SignedIn) -> None:
    last = timezone.localdate() + timedelta(days=5)
    EstateCheck.objects.filter(pk=check.pk).update(keep_until=last)

    assert f"{last:%-d %b %Y}" in signed_in(cast.supplier).get("/estate/").content.decode()
