"""Totals as the page shows them: every chart adds up to the devices that are counted."""

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from cpl.choices import EstateRoute, EstateStatus
from cpl.estate.tally import Kind
from cpl.presenters.estate import dashboard
from cpl.presenters.estate.asked import SORTS, Asked
from cpl.selectors.estate.lines import STANDINGS, Line
from cpl.selectors.estate.totals import totals

EVERYTHING = Asked.from_query(QueryDict(""))
LISTED, ROUTE = EstateStatus.LISTED.value, EstateRoute.ROUTE.value


def line(number: int, devices: int, standing: str) -> Line:
    kind = Kind("7A01", "8B0B030D", f"{number:08X}")
    label = (("", devices),) if number % 3 else ((f"Region {number % 40}", devices),)
    return Line(kind, devices, 1, LISTED, standing, ROUTE, manufacturer=f"Maker {number % 29}", by_label=label)


ESTATES = st.lists(st.tuples(st.integers(0, 9_999), st.sampled_from(STANDINGS)), max_size=60).map(
    lambda given: [line(number, *one) for number, one in enumerate(given)]
)


@given(ESTATES)
def test_every_chart_adds_up_however_many_bars_there_are(lines: list[Line]) -> None:
    found = totals(lines)

    for rows in (dashboard.makers(found, EVERYTHING), dashboard.ages(found)):
        assert sum(row.figure.devices for row in rows) == found.devices
        assert all(sum(devices for _, devices in row.numbers) == row.figure.devices for row in rows)
        assert len(rows) <= dashboard.MOST_BARS + 1


@given(ESTATES)
def test_the_bar_of_shares_is_whole_and_without_gaps(lines: list[Line]) -> None:
    parts = dashboard.segments(totals(lines), EVERYTHING)

    ends = [part.begins + part.width for part in parts]
    assert all(abs(end - part.begins) < 1e-6 for end, part in zip(ends, parts[1:], strict=False))
    assert not any(one.devices for one in lines) or abs(ends[-1] - 100) < 1e-6


def test_manufacturers_beyond_the_first_twelve_are_one_bar_that_leads_nowhere() -> None:
    rows = dashboard.makers(totals([line(number, 10, STANDINGS[0]) for number in range(29)]), EVERYTHING)

    assert (rows[-1].words, rows[-1].figure.devices, rows[-1].address) == ("17 other manufacturers", 170, "")


def test_an_estate_without_a_device_has_no_share() -> None:
    assert dashboard.headline(totals([line(1, 0, STANDINGS[0])]), EVERYTHING) == "No device is counted"


def test_the_first_month_of_a_year_says_which() -> None:
    months = [row.short for row in dashboard.certificates(totals([]))]

    assert sum("|" in short for short in months) == 1
    assert next(short for short in months if "|" in short).startswith("Jan|20")


@given(st.dictionaries(st.sampled_from(["label", "maker", "words", "standing", "urgent", "sort"]), st.text(max_size=8)))
def test_an_address_that_was_read_reads_the_same_again(given: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(given)
    asked = Asked.from_query(query)

    assert Asked.from_query(QueryDict(asked.address)) == asked
    assert asked.sort in SORTS
