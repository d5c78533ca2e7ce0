"""A supplier's file from upload to campaign, in a browser, with a worker; totals are worked out by hand."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PageAs
from tests.journeys.estate_by_hand import (
    PORTFOLIO,
    SMALL,
    devices_of,
    predecessors_of,
    released_on,
    rows_of,
    the_list,
)
from tests.journeys.estate_pages import (
    ANA,
    ANSWER,
    COLUMNS,
    answered,
    checked,
    confirm,
    headline,
    key_of,
    lines_taken,
    number,
    rows_taken,
    steps_of,
    sticking_out,
    upload,
)
from tests.journeys.own_portal import portal, signed_in_states
from tests.journeys.portal import Portal
from tests.journeys.test_every_page import follow, listen
from tests.journeys.test_main_job import tab_to

__all__ = ["portal", "signed_in_states"]

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOTH = pytest.mark.parametrize("path", [SMALL, PORTFOLIO], ids=lambda path: path.stem)
BOTH_WIDTHS = pytest.mark.parametrize("width", [1280, 320])
NOT_KNOWN = ("Version not known here", "Device Model not known here")

_checks: dict[tuple[str, Path], str] = {}


@pytest.fixture
def check_of(page_as: PageAs, portal: Portal) -> Callable[[Path], str]:
    """The address of a check of the file, made once for all journeys of this portal that only read it."""

    def check(path: Path) -> str:
        if (portal.url, path) not in _checks:
            _checks[portal.url, path] = checked(page_as(ANA), path)
        return _checks[portal.url, path]

    return check


def test_keyboard_alone_brings_a_file_to_its_answer(page_as: PageAs) -> None:
    page = page_as(ANA)
    complaints = listen(page)
    # Playwright takes choosers over from the moment that somebody listens: not only while the key is pressed.
    page.on("filechooser", lambda chooser: None)
    page.goto("/estate/", wait_until="networkidle")
    tab_to(page, "Check an estate")
    page.keyboard.press("Enter")
    page.wait_for_url("**/estate/new/", wait_until="networkidle")
    tab_to(page, "File")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(SMALL)
    tab_to(page, "Upload")
    page.keyboard.press("Enter")

    page.wait_for_url(COLUMNS)
    tab_to(page, "Check this estate")
    page.keyboard.press("Enter")

    answered(page)
    expect(page.locator(".fir-lead").first).to_contain_text("200 rows read = 200 answered + 0 refused")
    assert complaints == []


@BOTH
def test_totals_of_the_page_are_those_worked_out_by_hand(
    page_as: PageAs, check_of: Callable[[Path], str], path: Path
) -> None:
    page = page_as(ANA)
    page.goto(check_of(path))
    held, listed = devices_of(path), the_list()
    removed = sum(devices for key, devices in held.items() if key in listed and listed[key].removed)
    unknown = sum(devices for key, devices in held.items() if key not in listed)

    lead = page.locator(".fir-lead").first
    expect(lead).to_contain_text(f"{sum(held.values()):,} devices")
    expect(lead).to_contain_text(f"{rows_of(path):,} rows read = {rows_of(path):,} answered + 0 refused")
    unlisted = page.locator(".fir-shares__key li").filter(has_text="Not on the list")
    assert number(unlisted.locator(".fir-shares__number").inner_text()) == removed + unknown
    shares = page.locator(".fir-shares__number").all_inner_texts()
    assert sum(map(number, shares)) == sum(held.values())


@BOTH
def test_the_workbook_taken_away_agrees_with_the_file_and_the_list(
    page_as: PageAs, check_of: Callable[[Path], str], path: Path
) -> None:
    page = page_as(ANA)
    page.goto(check_of(path))
    rows, listed = lines_taken(page), the_list()

    assert {key_of(row): row["Devices"] for row in rows} == devices_of(path)
    assert sum(row["Rows of the file"] for row in rows) == rows_of(path)
    for row in rows:
        entry = listed.get(key_of(row))
        assert (row["On the list"] in NOT_KNOWN) == (entry is None), row
        if entry is None:
            continue
        assert (row["On the list"] == "Removed from the list") == entry.removed, row
        assert (row["CPL Entry ID"], row["Released or published on"].date()) == (entry.entry_id, released_on(entry))
        if not entry.removed:
            assert _day(row["CPA certificate date"]) == entry.certificate_on, row


@BOTH
def test_certificates_that_end_within_a_year_are_those_of_the_list(
    page_as: PageAs, check_of: Callable[[Path], str], path: Path
) -> None:
    page = page_as(ANA)
    page.goto(check_of(path))
    today, listed = date.today(), the_list()  # noqa: DTZ011 - the day of this machine, as the demo's
    last = today.replace(year=today.year + 1, day=min(today.day, 28) if today.month == 2 else today.day)
    ending = sum(
        devices for key, devices in devices_of(path).items()
        if key in listed and not listed[key].removed and (ends := listed[key].certificate_on) and today <= ends <= last
    )  # fmt: skip

    figure = page.locator(".fir-shares__more div").filter(has_text="CPA certificate ends within 12 months")
    assert number(figure.locator("dd").inner_text()) == ending


@BOTH
def test_every_step_of_every_campaign_is_one_that_its_manufacturer_gave(
    page_as: PageAs, check_of: Callable[[Path], str], path: Path
) -> None:
    page = page_as(ANA)
    page.goto(check_of(path))
    with_route = {key_of(row): row["Devices"] for row in lines_taken(page) if row["Route"] == "Route known"}
    page.goto(f"{check_of(path)}campaigns/")
    rows, listed = rows_taken(page, page.get_by_role("link", name="XLSX")), the_list()

    assert {key_of(row, "From"): row["Devices"] for row in rows} == with_route
    assert [row["Devices"] for row in rows] == sorted((row["Devices"] for row in rows), reverse=True)
    # What the demo published after the list of 20 November is in no workbook.
    steps = [step for row in rows for step in steps_of(row, "From", "To") if step[1] in listed]
    assert len(steps) >= len(rows) / 2
    assert [(old, new) for old, new in steps if listed[old].entry_id not in predecessors_of(listed[new].entry_id)] == []
    assert page.get_by_text(f"{len(rows):,} upgrades of {sum(with_route.values()):,} devices").is_visible()


def test_a_filter_keeps_totals_table_and_file_in_step(page_as: PageAs, check_of: Callable[[Path], str]) -> None:
    page = page_as(ANA)
    page.goto(check_of(PORTFOLIO), wait_until="networkidle")
    everything = lines_taken(page)
    maker = Counter(row["Manufacturer"] for row in everything).most_common(1)[0][0]
    wanted = [row for row in everything if row["Manufacturer"] == maker and row["Standing"] == "Behind, route known"]

    page.get_by_label("Manufacturer", exact=True).select_option(maker)
    expect(page.get_by_role("link", name=re.compile(f"^Remove filter .*{re.escape(maker)}"))).to_be_visible()
    page.get_by_label("Standing", exact=True).select_option("Behind, route known")
    expect(page.locator("#lines-title")).to_have_text(re.compile(f"^{len(wanted):,} model"))

    # The bar goes on to show what stands beside the standing that was chosen, which is marked.
    shares = page.locator(".fir-shares__number").all_inner_texts()
    assert sum(map(number, shares)) == sum(row["Devices"] for row in everything if row["Manufacturer"] == maker)
    chosen = page.locator(".fir-shares__key [aria-current] .fir-shares__number")
    assert number(chosen.inner_text()) == sum(row["Devices"] for row in wanted)
    assert lines_taken(page) == wanted
    address = page.url
    page.goto("/estate/")
    page.goto(address)
    expect(page.locator("#lines-title")).to_have_text(re.compile(f"^{len(wanted):,} model"))


def test_each_chart_stands_by_a_table_of_the_same_devices(page_as: PageAs, check_of: Callable[[Path], str]) -> None:
    page = page_as(ANA)
    page.goto(check_of(PORTFOLIO), wait_until="networkidle")
    for chart in page.locator("figure[data-fir-chart]").all():
        expect(chart.locator("canvas")).to_be_visible()
        expect(chart.get_by_role("table")).to_be_attached()
    by_maker: Counter[str] = Counter()
    for row in lines_taken(page):
        by_maker[row["Manufacturer"] or row["Manufacturer identifier"]] += row["Devices"]

    rows = page.locator("figure[aria-labelledby=chart-maker] tbody tr").all()
    shown = {row.locator("th").inner_text(): number(row.locator("td").first.inner_text()) for row in rows}
    (others,) = (name for name in shown if name.endswith("other manufacturers"))
    named = {name: devices for name, devices in shown.items() if name != others}
    assert named == dict(by_maker.most_common(len(named)))
    assert sum(shown.values()) == by_maker.total()


def test_progress_is_seen_left_and_found_again(page_as: PageAs, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    _write_many(file, 2_500_000)
    page = page_as(ANA)
    upload(page, file)
    expect(page).to_have_url(COLUMNS, timeout=90_000)
    confirm(page)
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("2,500,000").first).to_be_visible()

    page.goto("/estate/")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="many", exact=True)).first
    expect(row).to_contain_text(re.compile("Being checked|Waiting|Done"))
    row.get_by_role("link", name="many", exact=True).click()

    answered(page)
    expect(page.locator(".fir-lead").first).to_contain_text("2,500,000 rows read = 2,500,000 answered + 0 refused")


def test_next_month_is_compared(page_as: PageAs, check_of: Callable[[Path], str], tmp_path: Path) -> None:
    before = check_of(SMALL)
    page = page_as(ANA)
    page.goto(before)
    row = next(row for row in lines_taken(page) if row["Standing"] == "Behind, route known")
    after = checked(page, _upgraded(row, tmp_path / "december.csv"))

    page.goto(f"/estate/compare/?before={_pk(before)}&after={_pk(after)}")
    taken = rows_taken(page, page.locator("#versions").get_by_role("link", name="XLSX"))
    changed = {key_of(one, "Firmware version") for one in taken}
    expect(page.get_by_text(f"+{row['Devices']:,}").first).to_be_visible()
    model = key_of(row)[:2]
    assert {(*model, row["Installed firmware version"]), (*model, row["Recommended firmware version"])} == changed
    page.set_viewport_size({"width": 320, "height": 800})
    assert sticking_out(page) == []


def test_personal_data_stop_a_file_which_is_sent_again_without_them(page_as: PageAs, tmp_path: Path) -> None:
    file = tmp_path / "gains.csv"
    file.write_text(
        "MPAN,Manufacturer,Model,Firmware,Postcode\n"
        "1200023305967,7A01,8B0B030D,02230B46,LS6 2AB\n"
        "1012345678909,7A01,8B0B030D,02433754,LS6 2AC\n"
    )
    page = page_as(ANA)
    upload(page, file)

    expect(page.get_by_role("alert")).to_contain_text("nothing was stored")
    columns = page.get_by_role("region", name="Columns to leave out")
    assert "1200023305967" not in page.content()
    assert "LS6 2AB" not in page.content()
    for name in ("MPAN", "Postcode"):
        expect(columns).to_contain_text(name)
    page.get_by_role("button", name=re.compile("without")).click()
    expect(page).to_have_url(COLUMNS)
    assert "1200023305967" not in page.content()
    confirm(page)
    answered(page)
    expect(page.locator(".fir-lead").first).to_contain_text("2 rows read = 2 answered + 0 refused")


def test_everything_works_without_javascript(page_as: PageAs) -> None:
    page = page_as(ANA, java_script_enabled=False)
    answer = checked(page, SMALL)
    expect(headline(page)).to_contain_text("%")
    page.get_by_label("Standing", exact=True).select_option("Behind, route known")
    follow(page, page.get_by_role("button", name="Show", exact=True))
    shown = number(page.locator("#lines-title").inner_text())
    assert len(lines_taken(page)) == shown
    page.goto(f"{answer}campaigns/")
    expect(page.locator("#campaigns-title")).to_contain_text("upgrades of")


def test_rows_that_cannot_be_read_are_counted_listed_and_taken_away(page_as: PageAs, tmp_path: Path) -> None:
    file = tmp_path / "november.csv"
    file.write_text(
        "Manufacturer,Model,Firmware,Devices\n"
        "7A01,8B0B030D,02230B46,10\n"
        "7A01,8B0B030D,02230B46,-3\n"
        "7A01,8B0B030D,0223,5\n"
        "7A01,8B0B030D,02433754,1.5\n"
    )
    page = page_as(ANA)
    checked(page, file)
    expect(page.locator(".fir-lead").first).to_contain_text("4 rows read = 1 answered + 3 refused")
    page.get_by_role("link", name="3 refused").click()
    rows = rows_taken(page, page.get_by_role("link", name="XLSX").first)
    assert [row["Line"] for row in rows] == [3, 4, 5]


@BOTH_WIDTHS
def test_pages_break_no_accessibility_rule_and_fit(
    page_as: PageAs, check_of: Callable[[Path], str], width: int
) -> None:
    answer = check_of(SMALL)
    # The page's own policy would refuse the rules' script; nothing else of it changes.
    page = page_as(ANA, viewport={"width": width, "height": 800}, bypass_csp=True)
    for address in ("/estate/", "/estate/new/", "/estate/preferences/", "/estate/compare/", answer,
                    f"{answer}campaigns/", f"{answer}delete/"):  # fmt: skip
        page.goto(address, wait_until="networkidle")
        _check(page, width)
    upload(page, SMALL)
    expect(page).to_have_url(COLUMNS)
    _check(page, width)
    page.get_by_role("button", name=re.compile("Throw")).click()


def _check(page: Page, width: int) -> None:
    page.wait_for_load_state("networkidle")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert sticking_out(page) == [], page.url


def _day(value: Any) -> date | None:
    return value.date() if value else None


def _pk(address: str) -> int:
    assert ANSWER.search(address)
    return int(address.rstrip("/").rpartition("/")[2])


def _write_many(path: Path, rows: int) -> None:
    """One row a device, with a quoted cell now and then, so that it takes the careful way."""
    kinds = [",".join(key) for key in devices_of(SMALL)]
    line = [f'"{kind.partition(",")[0]}",{kind.partition(",")[2]}\n' if at % 9 == 0 else f"{kind}\n"
            for at, kind in enumerate(kinds)]  # fmt: skip
    block = "".join(line)
    whole, rest = divmod(rows, len(line))
    with path.open("w") as file:
        file.write("Manufacturer,Model,Firmware\n")
        for _ in range(whole):
            file.write(block)
        file.write("".join(line[:rest]))


def _upgraded(row: dict[str, Any], path: Path) -> Path:
    """The small file in which all devices of a row have the version that was recommended."""
    key, held = key_of(row), dict(devices_of(SMALL))
    to = (*key[:2], row["Recommended firmware version"])
    held[to] = held.get(to, 0) + held.pop(key)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [("Manufacturer", "Model", "Firmware", "Devices"), *((*kind, devices) for kind, devices in held.items())]
        )
    return path
