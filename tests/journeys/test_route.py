"""The whole way from the version in the house: found by keyboard alone, on a wide screen and a narrow one."""

import csv
import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PageAs
from tests.journeys.test_main_job import exported, tab_to

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANA = "ana@ashdown.example"
MODEL = "/models/7A0C-52F90112/"
"""Six steps from its first version to the recommended one, and four ways."""
FIRST, RECOMMENDED = "01032C00", "02432154"
BOTH_WIDTHS = pytest.mark.parametrize("width", [1280, 320])
ANSWERS = {
    "asked": "route/",
    "route": f"route/?from={FIRST}",
    "another-way": f"route/?from={FIRST}&way=3",
    "already-there": f"route/?from={RECOMMENDED}",
    "comes-before": f"route/?from={RECOMMENDED}&to={FIRST}",
    "not-known": f"route/?from={FIRST}&to=02034D38",
    "unknown-here": "route/?from=01032C01",
    "misread": "route/?from=1.2.3",
}


def check(page: Page, width: int) -> None:
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@BOTH_WIDTHS
def test_analyst_finds_the_route_by_keyboard_alone(page_as: PageAs, width: int) -> None:
    page = page_as(ANA, viewport={"width": width, "height": 800}, bypass_csp=True)
    page.goto("/entries/CPL-003994/", wait_until="networkidle")
    tab_to(page, "Route from this version")
    page.keyboard.press("Enter")

    answer = page.locator(".fir-answer__headline")
    expect(answer).to_have_text("6 steps to the recommended version")
    expect(page.locator(".fir-route__stop")).to_have_count(7)
    check(page, width)

    expect(page.get_by_label("Version in the house")).to_be_hidden()
    tab_to(page, "Another version")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Version in the house")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("0x02:13:2c:3f")
    page.keyboard.press("Enter")
    expect(answer).to_have_text("1 step to the recommended version")

    tab_to(page, "Way 2: 2 steps")
    page.keyboard.press("Enter")
    expect(answer).to_have_text("2 steps to the recommended version, by way 2")
    assert "way=2" in page.url
    check(page, width)


@BOTH_WIDTHS
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_breaks_no_rule_and_fits(page_as: PageAs, name: str, width: int) -> None:
    page = page_as(ANA, viewport={"width": width, "height": 800}, bypass_csp=True)
    page.goto(MODEL + ANSWERS[name], wait_until="networkidle")
    expect(page.get_by_role("heading", name="Upgrade route for Meridian 230")).to_be_visible()
    check(page, width)


def test_the_route_is_found_and_taken_away_where_scripts_are_off(page_as: PageAs) -> None:
    page = page_as(ANA, java_script_enabled=False)
    page.goto(f"{MODEL}route/")
    page.get_by_label("Version in the house").fill("01032c00")
    page.get_by_label("Version to reach").select_option("02132C3F")
    page.get_by_role("button", name="Find the route").click()
    expect(page.locator(".fir-answer__headline")).to_have_text("5 steps to 02132C3F")
    page.get_by_text("Another version").click()
    expect(page.get_by_label("Version in the house")).to_have_value("01032c00")
    rows = list(csv.DictReader(io.StringIO(exported(page, "CSV").read_bytes().decode("utf-8-sig"))))
    assert [row["Firmware version"] for row in rows if row["Way"] == "1" and row["What"] != "Passed over"][
        -1
    ] == "02132C3F"


def test_a_colleague_reads_the_same_route_at_the_same_address(page_as: PageAs) -> None:
    mine, theirs = page_as(ANA), page_as("ben@ashdown.example")
    mine.goto(f"{MODEL}route/?from={FIRST}&way=2")
    theirs.goto(mine.url)
    assert theirs.locator(".fir-route-line").inner_text() == mine.locator(".fir-route-line").inner_text()


def test_paper_shows_what_the_screen_folds_away(page_as: PageAs) -> None:
    page = page_as(ANA)
    page.goto("/models/7A0C-C7890805/route/?from=01234D0E", wait_until="networkidle")
    folded = page.locator("details.fir-passed:not([open])")
    notes = folded.locator(".fir-passed__item")
    assert folded.count() > 0
    expect(notes.first).to_be_hidden()
    page.emulate_media(media="print")
    expect(notes.first).to_be_visible()
    expect(page.locator(".fir-route-form")).to_be_hidden()
    expect(page.get_by_text("Show contact details")).to_be_hidden()
    expect(page.get_by_text("Contact: see the portal.")).to_be_visible()
    expect(page.get_by_text("The list below says the same in words")).to_be_hidden()


def test_pages_of_routes_are_quiet(page_as: PageAs) -> None:
    page = page_as(ANA)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for address in ANSWERS.values():
        page.goto(MODEL + address, wait_until="networkidle")
    assert complaints == []
