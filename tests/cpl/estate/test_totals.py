"""What the lines of an answer come to: figures, bars, campaigns, and two checks side by side."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpl.choices import EstateRoute, EstateStanding, EstateStatus
from cpl.estate.tally import Kind
from cpl.selectors.estate.campaigns import by_model, campaigns
from cpl.selectors.estate.comparing import compare, compared
from cpl.selectors.estate.lines import STANDINGS, Line, ToldNotice
from cpl.selectors.estate.totals import Bars, Figure, months_ahead, totals
from tests.cpl.estate.test_answering import BASELINE, GAS, NOWHERE, RECOMMENDED, SECOND
from tests.factories import Cast, Catalogue
from tests.factories.estate import make_estate_check

TODAY = date(2026, 11, 23)
MODEL = ("7A01", "8B0B030D")
NOTICE = ToldNotice(7, "N-000007", "A fault", "urgent", None, "/notices/7/")


def line(number: int = 1, devices: int = 10, model: tuple[str, str] = MODEL, **fields: Any) -> Line:
    """A version that is behind and has a way of one step, of Northmoor's model unless told otherwise."""
    usual = {
        "kind": Kind(*model, f"{number:08X}"), "devices": devices, "rows": 1, "status": "listed",
        "standing": "behind", "route": "route", "manufacturer": "Northmoor", "target_version": "0000FFFF",
        "stops": (f"{number:08X}", "0000FFFF"), "by_label": (("", devices),),
    }  # fmt: skip
    return Line(**{**usual, **fields})


def devices_of(bars: Bars) -> dict[str, int]:
    return {bar.key: bar.devices for bar in bars if bar.devices}


lines = st.lists(
    st.builds(
        line,
        st.integers(0, 9),
        st.integers(0, 100),
        standing=st.sampled_from(STANDINGS),
        status=st.sampled_from(EstateStatus.values),
        route=st.sampled_from(EstateRoute.values),
        urgency=st.sampled_from(["", "urgent"]),
        manufacturer=st.sampled_from(["Northmoor", "Kestrel", ""]),
        released_on=st.none() | st.dates(date(2010, 1, 1), TODAY + timedelta(days=40)),
        certificate_ends=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    ).map(lambda one: replace(one, by_label=(("", one.devices // 3), ("North", one.devices - one.devices // 3)))),
    max_size=12,
    unique_by=lambda one: one.kind,
)


@settings(max_examples=30)
@given(lines)
def test_every_chart_of_all_devices_shows_every_device_once(found: list[Line]) -> None:
    told = totals(found, TODAY)
    for bars in (told.by_standing, told.by_maker, told.by_age, *([told.by_label] if found else [])):
        assert sum(bar.devices for bar in bars) == told.devices
        assert all(sum(bar.standings.values()) == bar.devices for bar in bars)


@settings(max_examples=30)
@given(lines)
def test_the_bars_of_certificates_are_those_that_end_within_a_year(found: list[Line]) -> None:
    told = totals(found, TODAY)
    within = [one for one in found if one.certificate_ends and TODAY <= one.certificate_ends <= date(2027, 11, 23)]
    assert sum(bar.devices for bar in told.certificates) == sum(one.devices for one in within)
    assert told.certificates_ending.devices == sum(one.devices for one in within)
    assert len(told.certificates) == 13


@settings(max_examples=30)
@given(lines, lines)
def test_every_kind_of_two_checks_is_in_one_list(before: list[Line], after: list[Line]) -> None:
    told = compared(before, after)
    listed = [told.better, told.worse, told.new, told.gone, told.advice, told.changed, told.same]
    kinds = [change.line.kind for changes in listed for change in changes]
    assert sorted(kinds) == sorted({one.kind for one in (*before, *after) if one.devices})
    assert sum(change.more for changes in listed for change in changes) == told.after.devices - told.before.devices


def test_figures_that_overlap_count_each_for_itself() -> None:
    gone = line(1, 5, standing="unlisted", status="removed", urgency="urgent", route="not_said")
    told = totals([gone, line(2, 15, urgency="urgent", standing="urgent", notices=(NOTICE,))], TODAY)
    assert (told.unlisted.devices, told.urgent.devices, told.no_route.devices) == (5, 15, 0)
    assert (told.urgent_at_all.devices, told.without_route.devices, told.noticed.devices) == (20, 5, 15)


def test_a_notice_that_was_withdrawn_stands_against_nothing() -> None:
    assert totals([line(notices=(replace(NOTICE, is_open=False),))], TODAY).noticed.devices == 0


def test_behind_in_all_counts_a_device_whether_or_not_a_route_is_known_or_it_is_listed() -> None:
    routes = ["route", "no_route", "not_said", "already_there", "ahead", "no_target", "not_known"]
    told = totals([line(number, 1, route=route) for number, route in enumerate(routes)], TODAY)
    removed = totals([line(standing="unlisted", status="removed", route="not_said")], TODAY)
    assert (told.behind_at_all.devices, removed.behind_at_all.devices) == (3, 10)


def test_of_the_urgent_devices_those_with_a_route_are_counted_apart() -> None:
    urgent = [line(1, 5, urgency="urgent"), line(2, 25, urgency="urgent", route="not_said"), line(3, 7)]
    told = totals(urgent, TODAY)
    assert (told.urgent_at_all.devices, told.urgent_with_route.devices) == (30, 5)


def test_devices_that_are_up_to_date_with_an_open_notice_are_counted_apart() -> None:
    noticed = [line(1, 4, standing="up_to_date", notices=(NOTICE,)), line(2, 6, notices=(NOTICE,))]
    told = totals([*noticed, line(3, 9, standing="up_to_date")], TODAY)
    assert (told.up_to_date.devices, told.up_to_date_noticed.devices) == (13, 4)


def test_a_version_newer_than_the_recommended_one_has_no_route_where_it_may_not_stay() -> None:
    stays, leaves = line(1, route="ahead", standing="up_to_date"), line(2, 3, route="ahead", standing="urgent")
    assert totals([stays, leaves], TODAY).without_route.devices == 3


@pytest.mark.parametrize(
    ("released", "band"),
    [
        (date(2026, 12, 1), "under_1"), (date(2025, 11, 24), "under_1"), (date(2025, 11, 23), "1_to_2"),
        (date(2023, 11, 24), "2_to_3"), (date(2023, 11, 23), "3_to_5"), (date(2021, 11, 23), "over_5"),
        (None, "not_known"),
    ],
)  # fmt: skip
def test_a_birthday_ends_a_band_of_age(released: date | None, band: str) -> None:
    assert devices_of(totals([line(released_on=released)], TODAY).by_age) == {band: 10}


def test_the_months_of_a_year_cross_the_new_year() -> None:
    assert [f"{month:%Y-%m}" for month in months_ahead(TODAY)][:3] == ["2026-11", "2026-12", "2027-01"]
    assert months_ahead(TODAY)[-1] == date(2027, 11, 1)


def test_a_year_from_a_leap_day_ends_with_february() -> None:
    last, past = line(1, certificate_ends=date(2029, 2, 28)), line(2, certificate_ends=date(2029, 3, 1))
    assert totals([last, past], date(2028, 2, 29)).certificates_ending.devices == 10


def test_labels_are_no_chart_where_the_file_has_none() -> None:
    assert totals([line()], TODAY).by_label == ()


@pytest.mark.parametrize(
    ("devices", "of", "words"),
    [
        (0, 0, "0%"),
        (0, 7, "0%"),
        (1, 1000, "under 1%"),
        (62, 100, "62%"),
        (999, 1000, "over 99%"),
        (7, 7, "100%"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(devices: int, of: int, words: str) -> None:
    assert Figure(devices, of).percent == words


def test_a_campaign_leads_from_a_version_to_the_recommended_one_and_the_largest_is_first() -> None:
    other = ("7A03", "406F0811")
    found = campaigns(
        [line(1, 5), line(2, 8), line(3, 0), line(4, 99, route="not_said", stops=()), line(1, 9, model=other)]
    )
    assert [(one.model, one.from_version, one.devices) for one in found] == [
        ("7A03-406F0811", "00000001", 9), ("7A01-8B0B030D", "00000002", 8), ("7A01-8B0B030D", "00000001", 5),
    ]  # fmt: skip
    assert [(one.first.model, one.devices) for one in by_model(found)] == [("7A01-8B0B030D", 13), ("7A03-406F0811", 9)]


def test_a_campaign_of_a_model_is_as_urgent_as_its_most_urgent_part() -> None:
    (whole,) = by_model(campaigns([line(1, 5, urgency="urgent"), line(2, 8), line(3, 2, urgency="soon")]))
    assert (whole.urgency, whole.is_urgent, whole.urgent_devices) == ("urgent", True, 5)


def test_urgent_campaigns_come_before_larger_ones() -> None:
    gas = ("7A03", "406F0811")
    found = [line(1, 90), line(1, 5, model=gas), line(2, 2, model=gas, urgency="urgent")]
    first, second = by_model(campaigns(found))
    assert [(one.from_version, one.devices) for one in first.campaigns] == [("00000002", 2), ("00000001", 5)]
    assert second.devices == 90


def test_what_got_better_or_worse_between_two_checks() -> None:
    before = [line(1), line(2, standing="up_to_date"), line(3), line(4), line(5)]
    after = [line(1, standing="up_to_date"), line(2, standing="urgent"), line(3, 11), line(5), line(6)]
    before, after = [*before, line(7)], [*after, line(7, 12, target_version="01132107")]
    told = compared(before, after)
    numbers = {
        name: [int(change.line.kind.firmware_version, 16) for change in getattr(told, name)]
        for name in ("better", "worse", "new", "gone", "advice", "changed", "same")
    }
    assert numbers == {
        "better": [1], "worse": [2], "new": [6], "gone": [4], "advice": [7], "changed": [3], "same": [5],
    }  # fmt: skip


def test_a_version_of_which_a_file_counts_no_devices_is_new_or_gone_like_one_that_it_does_not_name() -> None:
    told = compared([line(1, 0), line(2, 8), line(3, 0)], [line(1, 7), line(2, 0), line(3, 0, standing="urgent")])
    assert [(change.line.kind.firmware_version, change.more) for change in told.new] == [("00000001", 7)]
    assert [(change.line.kind.firmware_version, change.more) for change in told.gone] == [("00000002", -8)]
    assert not (told.better or told.worse or told.advice or told.changed or told.same)


def test_an_upgrade_is_counted_once_on_the_model_whose_devices_it_moved() -> None:
    before = [line(1, 90), line(2, 10, standing="up_to_date")]
    after = [line(3, 40, standing="up_to_date"), line(2, 60, standing="up_to_date")]
    (moved,) = compared(before, after).models
    assert (moved.before["up_to_date"], moved.after["up_to_date"]) == (Figure(10, 100), Figure(100, 100))
    assert (moved.before["behind"], moved.after["behind"]) == (Figure(90, 100), Figure(0, 100))
    assert (moved.gained, moved.moved, moved.more) == (90, 90, 0)


def test_a_model_that_lost_is_listed_by_how_much_it_lost_and_one_that_stands_as_before_is_not() -> None:
    other, third = ("7A03", "406F0811"), ("7A03", "406F0812")
    before = [line(1, 5), line(2, 60, standing="up_to_date", model=other), line(1, 9, model=third)]
    after = [line(2, 5, standing="up_to_date"), line(2, 60, standing="urgent", model=other), line(2, 9, model=third)]
    found = compared(before, after).models
    assert [(one.line.model, one.gained) for one in found] == [("7A03-406F0811", -60), ("7A01-8B0B030D", 5)]


def test_two_checks_of_a_party_are_compared_as_they_read_today(cast: Cast, catalogue: Catalogue) -> None:
    before = make_estate_check(cast.supplier, [(*BASELINE, 9), (*GAS, 2)])
    after = make_estate_check(cast.supplier, [(*SECOND, 4), (*RECOMMENDED, 5), (*GAS, 2), (*NOWHERE, 1)])
    told = compare(cast.supplier, before, after)
    assert [change.line.kind for change in told.new] == [RECOMMENDED, SECOND, NOWHERE]
    assert [change.line.kind for change in told.gone] == [BASELINE]
    assert (told.before.up_to_date.devices, told.after.up_to_date.devices) == (0, 5)
    assert [change.line.standing for change in told.same] == [EstateStanding.NO_ROUTE]
