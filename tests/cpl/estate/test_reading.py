"""An answer read back: what its reader may see today, and the lines that were chosen."""

import gc
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.notices import publishing
from cpl.actions.visibility import restrict
from cpl.choices import EstateRoute, EstateStanding, EstateStatus, NoticeAudience, Urgency
from cpl.estate.collecting import collector_held_off
from cpl.estate.tally import Kind
from cpl.models import CPLEntry, EstateCheck, FirmwareInformation, ModelInterest
from cpl.models.estate import LABEL_LENGTH
from cpl.selectors.estate.choosing import ANY_WITHOUT, NO_LABEL, Chosen
from cpl.selectors.estate.lines import Line
from cpl.selectors.estate.overview import overview_of
from cpl.selectors.estate.reading import labels_of, lines_of
from cpl.selectors.estate.totals import totals
from tests.cpl.estate.test_answering import (
    BASELINE,
    EMBER,
    EVERY,
    GAS,
    NO_MODEL,
    NOWHERE,
    RECOMMENDED,
    REMOVED,
    RESTRICTED,
    SECOND,
    SECRET,
    TEST,
)
from tests.factories import Cast, Catalogue
from tests.factories.estate import make_estate_check
from tests.factories.notices import make_notice

EMBERS = {kind for kind in EVERY if kind[:2] == EMBER}
SECOND_AS_WRITTEN = ("10:03:0A:08", "0x10030a08", "10 03 0A 08", "7A01-8B0B030D-10030A08", "ember 10:03:0a:08")


@pytest.fixture
def check(cast: Cast, catalogue: Catalogue) -> EstateCheck:
    """Ashdown's check of every kind, from a file with two labels: ten devices in the north and one in none."""
    held = [(*kind, 10, "North") for kind in EVERY] + [(*BASELINE, 1, "")]
    return make_estate_check(cast.supplier, held)


def read(cast: Cast, check: EstateCheck, **chosen: Any) -> dict[Kind, Line]:
    return {line.kind: line for line in lines_of(cast.supplier, check, Chosen(**chosen))}


def hide(record: Any) -> None:
    """From every Party but Pennine Power."""
    restrict(record=record, parties=Party.objects.filter(name="Pennine Power"), by=None)


def test_a_line_says_everything_in_words_and_addresses(cast: Cast, catalogue: Catalogue, check: EstateCheck) -> None:
    line = read(cast, check)[BASELINE]
    contact = catalogue.recommended.fir.contact_id
    assert (line.manufacturer, line.model_name, line.device_type) == ("Northmoor Metering Ltd", "Ember X495", "ESME")
    assert (line.model_address, line.entry_address) == ("/models/7A01-8B0B030D/", "/entries/CPL-001045/")
    assert (line.target_version, line.target_entry_id, line.target_address) == (
        "01040605", "CPL-001072", "/entries/CPL-001072/",
    )  # fmt: skip
    assert (line.stops, line.through, line.steps) == (("09030A07", "10030A08", "01040605"), ("10030A08",), 2)
    assert line.route_address == "/models/7A01-8B0B030D/route/?from=09030A07&to=01040605"
    assert (line.contact, line.contact_name) == (contact, "Firmware desk")
    assert line.contact_address == f"/contacts/{contact}/?from=CPL-001072"


def test_the_address_of_a_route_opens_it(cast: Cast, catalogue: Catalogue, check: EstateCheck, signed_in: Any) -> None:
    page = signed_in(cast.supplier).get(read(cast, check)[BASELINE].route_address)
    assert "2 steps" in page.content.decode()


def test_most_devices_come_first(cast: Cast, check: EstateCheck) -> None:
    assert lines_of(cast.supplier, check)[0].kind == BASELINE


def test_a_contact_that_is_hidden_is_not_named(cast: Cast, catalogue: Catalogue, check: EstateCheck) -> None:
    hide(catalogue.recommended.fir.contact)
    line = read(cast, check)[BASELINE]
    assert (line.contact, line.contact_name, line.contact_address) == (None, "", "")


def test_a_version_that_was_hidden_since_reads_not_known_here(
    cast: Cast, catalogue: Catalogue, check: EstateCheck
) -> None:
    hide(catalogue.removed)
    line = read(cast, check)[REMOVED]
    assert (line.status, line.standing, line.route) == ("version_not_known", "unlisted", "not_known")
    assert (line.entry_id, line.reason, line.urgency, line.released_on, line.stops) == ("", "", "", None, ())


def test_a_model_that_was_hidden_since_reads_not_known_here(
    cast: Cast, catalogue: Catalogue, check: EstateCheck
) -> None:
    hide(catalogue.only_restricted)
    line = read(cast, check)[SECRET]
    assert line.status == EstateStatus.MODEL_NOT_KNOWN
    assert "Zephyr" not in str(line) and "CPL-001081" not in str(line)
    # The maker is known by another model of the same identifier.
    assert (line.manufacturer, line.model_address) == ("Kestrel Gas Measurement Ltd", "")


def test_a_stop_that_was_hidden_since_hides_the_way(cast: Cast, catalogue: Catalogue, check: EstateCheck) -> None:
    hide(catalogue.second)
    line = read(cast, check)[BASELINE]
    assert (line.route, line.standing, line.stops, line.flags) == ("not_said", "no_route", (), ())
    assert line.target_version == "01040605"


def test_releases_that_were_hidden_since_are_not_counted(cast: Cast, catalogue: Catalogue, check: EstateCheck) -> None:
    assert read(cast, check)[BASELINE].releases_behind == 2
    hide(catalogue.second)
    line = read(cast, check)[BASELINE]
    fresh = make_estate_check(cast.supplier, [(*BASELINE, 1)])
    assert line.releases_behind == read(cast, fresh)[BASELINE].releases_behind == 1


def test_a_whole_maker_that_was_hidden_since_has_no_name(cast: Cast, catalogue: Catalogue, check: EstateCheck) -> None:
    for entry in CPLEntry.objects.filter(device_model__identifier__code="7A01"):
        hide(entry)
    lines = [line for kind, line in read(cast, check).items() if kind.manufacturer_code == "7A01"]
    assert {(line.status, line.maker, line.model_name) for line in lines} == {("model_not_known", "7A01", "")}
    assert {(line.target_version, line.releases_behind, line.contact_name) for line in lines} == {("", None, "")}


def test_what_a_reader_sees_for_another_party_is_not_told_in_this_one_s_check(
    cast: Cast, catalogue: Catalogue, check: EstateCheck
) -> None:
    join(user=cast.supplier, party=Party.objects.get(name="Pennine Power"), role=Role.PARTY_USER, by=None)
    hide(catalogue.removed)
    person = User.objects.get(pk=cast.supplier.pk)
    assert CPLEntry.objects.visible_to(person).filter(pk=catalogue.removed.pk).exists()
    lines = {line.kind: line for line in lines_of(person, check)}
    assert (lines[REMOVED].status, lines[REMOVED].reason) == ("version_not_known", "")


@pytest.mark.parametrize("what", ["nothing", "second", "recommended", "recommended.fir", "removed", "test_version.fir"])
def test_the_quick_way_of_a_page_says_what_the_lines_say(
    cast: Cast, catalogue: Catalogue, check: EstateCheck, what: str
) -> None:
    make_notice(cast, catalogue)
    notified = make_estate_check(cast.supplier, [(*kind, 3, "North") for kind in EVERY])
    if what != "nothing":
        hide(attrgetter(what)(catalogue))
    for one, label in ((check, ""), (check, "North"), (check, NO_LABEL), (notified, "")):
        lines, overview = lines_of(cast.supplier, one, Chosen(label)), overview_of(cast.supplier, one, Chosen(label))
        assert overview.lines(overview.rows) == {line.kind: line for line in lines}
        assert totals(overview.rows) == totals(lines)
        told = attrgetter("kind", "maker", "model_name", "entry_id", "target_version", "days_behind", "status")
        assert [told(row) for row in overview.rows] == [told(line) for line in lines]


def test_the_collector_goes_on_after_the_rows_are_made_or_were_not(cast: Cast, check: EstateCheck) -> None:
    lines_of(cast.supplier, check)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), collector_held_off():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()


def test_no_label_of_a_file_is_taken_for_none(cast: Cast, catalogue: Catalogue) -> None:
    check = make_estate_check(cast.supplier, [(*BASELINE, 3, "(none)"), (*BASELINE, 4, "")])
    assert [read(cast, check, label=label)[BASELINE].devices for label in ("(none)", NO_LABEL)] == [3, 4]
    assert len(NO_LABEL) > LABEL_LENGTH


def test_without_labels_the_lines_are_the_same_but_for_them(cast: Cast, check: EstateCheck) -> None:
    plain = lines_of(cast.supplier, check, with_labels=False)
    assert plain == [replace(line, by_label=()) for line in lines_of(cast.supplier, check)]


@pytest.mark.parametrize("what", ["entry", "record"])
def test_a_recommended_version_that_was_hidden_since_is_none(
    cast: Cast, catalogue: Catalogue, check: EstateCheck, what: str
) -> None:
    hide(catalogue.recommended if what == "entry" else catalogue.recommended.fir)
    line = read(cast, check)[BASELINE]
    assert (line.route, line.standing, line.target_version, line.basis) == ("no_target", "no_route", "", "")
    assert (line.releases_behind, line.days_behind) == (None, None)


def test_a_record_that_was_hidden_since_takes_back_what_it_alone_said(
    cast: Cast, catalogue: Catalogue, check: EstateCheck
) -> None:
    hide(catalogue.test_version.fir)
    line = read(cast, check)[TEST]
    assert (line.status, line.standing) == ("listed", "up_to_date")


def test_a_version_whose_record_is_hidden_is_behind_by_days_of_publication(cast: Cast, catalogue: Catalogue) -> None:
    before = make_estate_check(cast.supplier, [(*BASELINE, 1)])
    hide(catalogue.baseline.fir)
    fresh = make_estate_check(cast.supplier, [(*BASELINE, 1)])
    days = (date(2025, 2, 17) - date(2022, 7, 10)).days
    assert [read(cast, one)[BASELINE].days_behind for one in (before, fresh)] == [days, days]


def test_what_a_step_does_is_told_though_the_record_of_another_stop_is_hidden(cast: Cast, catalogue: Catalogue) -> None:
    FirmwareInformation.objects.filter(entry=catalogue.second).update(irreversible=True, irreversible_state="supplied")
    FirmwareInformation.objects.filter(entry=catalogue.recommended).update(notes="Requires a site visit.")
    before = make_estate_check(cast.supplier, [(*BASELINE, 1)])
    assert read(cast, before)[BASELINE].flags == ("Cannot be undone", "Needs a site visit")
    hide(catalogue.second.fir)
    fresh = make_estate_check(cast.supplier, [(*BASELINE, 1)])
    for one in (before, fresh):
        assert read(cast, one)[BASELINE].flags == ("Needs a site visit",)


def test_what_was_opened_since_stays_as_it_was_answered(cast: Cast, catalogue: Catalogue) -> None:
    check = make_estate_check(cast.rival_supplier, [(*RESTRICTED, 1)])
    restrict(record=catalogue.restricted, parties=Party.objects.filter(name="Pennine Power"), by=None)
    (line,) = lines_of(cast.rival_supplier, check)
    assert (line.status, line.entry_id) == ("version_not_known", "")


def test_a_notice_that_may_be_read_no_more_asks_for_nothing(cast: Cast, catalogue: Catalogue) -> None:
    make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)
    concerned = {"device_model": catalogue.ember, "person": cast.supplier, "kind": "checked"}
    party = cast.supplier.active_memberships[0].party
    ModelInterest.objects.create(**concerned, party_id=party, last_at="2026-11-01T12:00Z")
    check = make_estate_check(cast.supplier, [(*BASELINE, 1)])
    assert read(cast, check)[BASELINE].is_urgent
    ModelInterest.objects.all().delete()
    line = read(cast, check)[BASELINE]
    assert (line.urgency, line.notices, line.standing) == ("", (), "behind")


@pytest.mark.parametrize("asked", ["urgent", "soon", "routine"])
def test_what_the_manufacturer_asks_for_stays_where_a_notice_may_be_read_no_more(
    cast: Cast, catalogue: Catalogue, asked: str
) -> None:
    said = {"urgency": asked, "urgency_state": "supplied"}
    FirmwareInformation.objects.filter(entry=catalogue.recommended).update(**said)
    make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED, urgency=Urgency.SOON)
    concerned = {"device_model": catalogue.ember, "person": cast.supplier, "kind": "checked"}
    party = cast.supplier.active_memberships[0].party
    ModelInterest.objects.create(**concerned, party_id=party, last_at="2026-11-01T12:00Z")
    check = make_estate_check(cast.supplier, [(*BASELINE, 1)])
    ModelInterest.objects.all().delete()
    line, (row,) = read(cast, check)[BASELINE], overview_of(cast.supplier, check).rows
    assert (line.urgency, line.notices, row.urgency, row.standing) == (asked, (), asked, line.standing)


def test_a_notice_that_was_withdrawn_since_is_told_as_such(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, deadline=date(2027, 1, 31))
    check = make_estate_check(cast.supplier, [(*BASELINE, 1)])
    (told,) = read(cast, check)[BASELINE].notices
    assert (told.reference, told.urgency, told.deadline) == (notice.reference, Urgency.URGENT, date(2027, 1, 31))
    publishing.withdraw(notice=notice, reason="No fault.", by=cast.manufacturer, edition=notice.edition)
    assert [one.is_open for one in read(cast, check)[BASELINE].notices] == [False]


def test_nobody_else_reads_anything_out_of_a_check(cast: Cast, catalogue: Catalogue, check: EstateCheck) -> None:
    """Views answer 404 before that; SECAS sees every record, and still nothing of Ashdown's."""
    assert {line.status for line in lines_of(cast.moderator, check)} == {"model_not_known"}


def test_a_label_that_is_chosen_counts_its_own_devices(cast: Cast, check: EstateCheck) -> None:
    assert labels_of(check) == ["", "North"]
    north, none = read(cast, check, label="North"), read(cast, check, label=NO_LABEL)
    assert (north[BASELINE].devices, north[BASELINE].rows, len(north)) == (10, 1, len(EVERY))
    assert [(line.kind, line.devices) for line in none.values()] == [(BASELINE, 1)]
    assert read(cast, check)[BASELINE].by_label == (("", 1), ("North", 10))


@pytest.mark.parametrize(
    ("chosen", "kinds"),
    [
        ({"maker": "Kestrel Gas Measurement Ltd"}, {GAS, SECRET}),
        ({"model": "7A01-00000000"}, {NO_MODEL}),
        ({"standing": EstateStanding.UP_TO_DATE}, {RECOMMENDED, RESTRICTED}),
        ({"status": EstateStatus.VERSION_NOT_KNOWN}, {NOWHERE}),
        ({"route": EstateRoute.AHEAD}, {TEST, RESTRICTED}),
        ({"words": "ember 1003"}, {SECOND}),
        ({"words": "NORTHMOOR", "standing": EstateStanding.BEHIND}, {BASELINE, SECOND}),
        ({"urgent": True}, set()),
        ({"behind": True}, {BASELINE, SECOND, REMOVED}),
        ({"route": ANY_WITHOUT}, {REMOVED, TEST, GAS, SECRET}),
        *(({"words": words}, {SECOND}) for words in SECOND_AS_WRITTEN),
        *(({"words": words}, EMBERS) for words in ("0x8B0B030D", "8B:0B:03:0D", "7A01-8B0B030D", "7a018b0b030d")),
        *(({"words": words}, {BASELINE}) for words in ("CPL-001045", "cpl-001045")),
        ({"words": "10:03:0A:0Z"}, set()),
    ],
)
def test_lines_are_chosen(cast: Cast, check: EstateCheck, chosen: dict[str, Any], kinds: set[Kind]) -> None:
    assert set(read(cast, check, **chosen)) == kinds


def test_a_choice_survives_its_address() -> None:
    chosen = Chosen("Nord & Süd", "Northmoor", "7A01-8B0B030D", "behind", "listed", "route", True, "a b", True)
    assert Chosen.from_query(QueryDict(chosen.as_query())) == chosen
    assert Chosen().as_query() == ""


def test_what_makes_no_sense_in_an_address_is_left_out() -> None:
    assert Chosen.from_query(QueryDict("standing=lost&status=%00&route=1&urgent=&words=+%00+&page=2")).is_everything


def test_more_lines_take_no_more_queries(cast: Cast, catalogue: Catalogue, check: EstateCheck) -> None:
    make_notice(cast, catalogue)
    one = make_estate_check(cast.supplier, [(*BASELINE, 1)])
    assert queries(cast, one) == queries(cast, check) + 1 <= 10


def queries(cast: Cast, check: EstateCheck) -> int:
    """The notices of a check are asked for only where it has some."""
    with CaptureQueriesContext(connection) as caught:
        lines_of(cast.supplier, check)
    return len(caught)
