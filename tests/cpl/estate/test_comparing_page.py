"""Two checks side by side, on the page and as a spreadsheet."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import AuditEvent, Party
from cpl.models import EstateCheck
from cpl.presenters.estate.comparison import Standing
from cpl.selectors.estate.totals import Figure
from cpl.views.estate import comparing
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_estate_check

BEFORE: Any = [
    ("7A01", "8B0B030D", "09030A07", 40), ("7A01", "8B0B030D", "01040605", 10), ("7A03", "406F0811", "01030000", 7),
]  # fmt: skip
AFTER: Any = [("7A01", "8B0B030D", "01040605", 50), ("7A01", "8B0B030D", "01132107", 4)]

Two = tuple[EstateCheck, EstateCheck]


@pytest.fixture
def two(cast: Cast, catalogue: Catalogue) -> Two:
    month_ago = timezone.now() - timedelta(days=30)
    before = make_estate_check(cast.supplier, BEFORE, name="october.csv", finished_at=month_ago, counted_at=month_ago)
    return before, make_estate_check(cast.administrator, AFTER, name="november.csv")


def address(before: EstateCheck, after: EstateCheck, more: str = "", at: str = "/") -> str:
    return f"/estate/compare{at}?before={before.pk}&after={after.pk}{more}"


def test_it_tells_what_is_up_to_date_before_and_after(two: Two, cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.supplier).get(address(*two)).content.decode()

    assert "<strong>18%</strong> of 57 devices before, <strong>93%</strong> of 54 after" in page
    assert '<span class="fir-compare__better">+40 better</span>' in page


@pytest.mark.parametrize(
    ("before", "after", "key", "points", "way"),
    [
        ((327, 1000), (3280, 10000), "behind", "+0.1 points", ""),
        ((327, 1000), (654, 2000), "behind", "share unchanged", ""),
        ((30, 100), (31, 100), "behind", "+1.0 point", "worse"),
        ((30, 100), (31, 100), "up_to_date", "+1.0 point", "better"),
        ((31, 100), (60, 200), "urgent", "−1.0 point", "better"),
        ((0, 0), (60, 200), "urgent", "", ""),
    ],
)
def test_a_difference_is_called_better_or_worse_only_where_another_percentage_is_shown(
    before: tuple[int, int], after: tuple[int, int], key: str, points: str, way: str
) -> None:
    told = Standing(key, "", Figure(*before), Figure(*after))

    assert (told.points, told.way) == (points, way)


def test_the_page_leads_with_the_device_models_whose_upgrades_it_counts_once(
    two: Two, cast: Cast, signed_in: SignedIn
) -> None:
    page = signed_in(cast.supplier).get(address(*two))
    content = page.content.decode()

    first = page.context["models"][0]
    assert (first.change.line.model, first.change.gained) == ("7A01-8B0B030D", 40)
    assert content.index('id="models-title"') < content.index('id="versions-title"')
    assert "As before" in content


def test_the_file_by_device_model_has_before_after_and_difference_of_each_standing(
    two: Two, cast: Cast, signed_in: SignedIn
) -> None:
    answer = signed_in(cast.supplier).get(address(*two, "&show=models", ".xlsx"))

    book = load_workbook(BytesIO(answer.content))
    heading, *rows = book.active.iter_rows(values_only=True)
    found = {row["Device Model (DUIS)"]: row for row in (dict(zip(heading, row, strict=True)) for row in rows)}
    told = found["8B0B030D"]
    assert [told[f"Up to date: {name}"] for name in ("before", "after", "difference")] == [10, 50, 40]
    assert found["406F0811"]["Devices after"] == 0
    assert 'filename="october-to-november-compared-by-model-' in answer["Content-Disposition"]
    assert ("After: Estate check", "november.csv") in book["About"].iter_rows(values_only=True)


def test_all_device_models_are_shown_when_asked_for(
    two: Two, cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "MODELS_SHOWN", 1)
    client = signed_in(cast.supplier)

    some, every = (client.get(address(*two, more)) for more in ("", "&models=all"))

    assert [len(page.context["models"]) for page in (some, every)] == [1, 2]
    assert b"Show all 2 Device Models" in some.content and b"Show all" not in every.content


def test_without_a_choice_the_newest_two_are_compared(two: Two, cast: Cast, signed_in: SignedIn) -> None:
    chosen, default = (signed_in(cast.supplier).get(at).context for at in (address(*two), "/estate/compare/"))

    assert [(page["before"], page["after"]) for page in (chosen, default)] == [two, two]


def test_the_whole_portfolio_is_not_offered_against_a_month_s_gains(two: Two, cast: Cast, signed_in: SignedIn) -> None:
    make_estate_check(cast.supplier, [(*BEFORE[0][:3], 90_000)], answered=False)
    newest = make_estate_check(cast.supplier, AFTER, answered=False)

    page = signed_in(cast.supplier).get("/estate/").context

    assert (page["before"], page["after"]) == (two[1], newest)


def test_the_list_is_narrowed_to_one_sort_and_the_file_has_just_that(two: Two, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.supplier)

    page = client.get(address(*two, "&show=new"))
    file = client.get(address(*two, "&show=new", ".xlsx"))

    heading, *rows = load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True)
    assert [row.change.line.firmware_version for row in page.context["page_obj"]] == ["01132107"]
    assert [dict(zip(heading, row, strict=True))["Firmware version"] for row in rows] == ["01132107"]


def test_the_file_of_all_has_every_kind_that_differs_with_its_devices(
    two: Two, cast: Cast, signed_in: SignedIn
) -> None:
    file = signed_in(cast.supplier).get(address(*two, "", ".xlsx"))

    heading, *rows = load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True)
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    told = {
        (row["Firmware version"], row["What changed"], row["Devices before"], row["Devices after"]) for row in found
    }
    assert told == {
        ("09030A07", "Gone", 40, 0), ("01040605", "Number changed", 10, 50), ("01030000", "Gone", 7, 0),
        ("01132107", "New", 0, 4),
    }  # fmt: skip


def test_taking_it_away_is_recorded_without_its_size(two: Two, cast: Cast, signed_in: SignedIn) -> None:
    signed_in(cast.supplier).get(address(*two, "", ".csv"))

    event = AuditEvent.objects.get(name="list.exported")
    assert (event.object_label, event.owner, event.details) == (
        "Estate checks compared", "Ashdown Energy", {"format": "csv"},
    )  # fmt: skip


def test_the_wrong_way_round_is_said(two: Two, cast: Cast, signed_in: SignedIn) -> None:
    before, after = two
    client = signed_in(cast.supplier)

    assert b"is the older one" in client.get(address(after, before)).content
    assert b"is the older one" not in client.get(address(before, after)).content


def test_a_check_with_itself_gets_a_message(two: Two, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.supplier)

    assert b"Choose two different checks." in client.get(address(two[0], two[0])).content
    assert client.get(address(two[0], two[0], "", ".csv")).status_code == 404


def test_checks_of_two_parties_of_one_person_are_not_compared(two: Two, cast: Cast, signed_in: SignedIn) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    join(user=cast.supplier, party=pennine, role=Role.PARTY_USER, by=None)
    theirs = make_estate_check(cast.rival_supplier, AFTER, party=pennine)

    assert b"Choose two checks of the same Party." in signed_in(cast.supplier).get(address(two[0], theirs)).content


@pytest.mark.parametrize(
    "query", ["before=1", "before=x&after=y", "before=0&after=0", "before=9999999999999999999&after=1"]
)
def test_what_is_no_check_is_not_found(two: Two, cast: Cast, signed_in: SignedIn, query: str) -> None:
    assert signed_in(cast.supplier).get(f"/estate/compare/?{query}").status_code == 404


def test_another_party_s_checks_are_not_found(two: Two, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.rival_supplier)

    assert [client.get(address(*two, "", at)).status_code for at in ("/", ".csv")] == [404, 404]


def test_with_one_check_the_page_says_what_it_takes(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_estate_check(cast.supplier, BEFORE)

    assert b"There is one check so far" in signed_in(cast.supplier).get("/estate/compare/").content


def test_the_same_devices_again_are_said_to_be_the_same(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    first = make_estate_check(cast.supplier, BEFORE)
    second = make_estate_check(cast.supplier, BEFORE, counted_at=first.counted_at, origin=first)

    page = signed_in(cast.supplier).get(address(first, second)).content.decode()

    assert "The devices are the same" in page and "Nothing differs" in page
