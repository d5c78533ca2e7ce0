"""The history of a Device Model: stepping through time by link, by keyboard and by address, wide and narrow."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PageAs
from tests.journeys.test_every_page import follow

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANA = "ana@ashdown.example"
EMBER = "/models/7A01-8B0B030D/"
HISTORY = f"{EMBER}history/"
TODAY = datetime.now(ZoneInfo("Europe/London")).date()
# The demo records everything on the day of its start, which may have been yesterday by now.
BEFORE = TODAY - timedelta(days=30)
ADDRESSES = {
    "history": HISTORY,
    "narrowed": f"{HISTORY}?kind=removed",
    "of-nothing": f"{HISTORY}?version=0DEADBEE",
    "as-at-today": f"{HISTORY}?as_at={TODAY}",
    "as-at-before": f"{HISTORY}?as_at={BEFORE}",
    "no-day": f"{HISTORY}?as_at=nonsense",
}
BOTH_WIDTHS = pytest.mark.parametrize("width", [1280, 320])


@BOTH_WIDTHS
@pytest.mark.parametrize("name", ADDRESSES)
def test_page_breaks_no_accessibility_rule_and_fits(page_as: PageAs, name: str, width: int) -> None:
    # The page's own policy would refuse the rules' script; nothing else of it changes.
    page = page_as(ANA, viewport={"width": width, "height": 800}, bypass_csp=True)
    page.goto(ADDRESSES[name], wait_until="networkidle")

    page.wait_for_load_state()
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_one_goes_from_the_history_to_the_model_as_at_a_day_and_back(page_as: PageAs) -> None:
    page = page_as(ANA)
    page.goto(HISTORY)
    expect(page.get_by_role("heading", name="History of Ember X495")).to_be_visible()
    newest = page.locator("section.fir-day").first
    day = newest.get_by_role("heading").inner_text()

    follow(page, newest.get_by_role("link", name="The model as at this day"))

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Ember X495 as at {day}")
    expect(page.locator("svg.fir-pathway__picture a").first).to_be_visible()
    drawn = page.locator("svg.fir-pathway__picture a").count()
    assert page.locator("#versions").inner_text() == f"All {drawn} versions on that day"
    page.get_by_role("link", name="The whole history of Ember X495").click()
    expect(page).to_have_url(re.compile("/history/$"))


def test_keyboard_alone_chooses_a_day(page_as: PageAs) -> None:
    page = page_as(ANA)
    page.goto(f"{HISTORY}?as_at={TODAY}")
    field = page.get_by_label("As at")
    field.focus()
    field.fill(str(BEFORE))
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"as_at={BEFORE}$"))
    expect(page.get_by_text("held nothing of this Device Model on that day")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Next change")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("svg.fir-pathway__picture a").first).to_be_visible()


def test_without_javascript_everything_is_there(page_as: PageAs) -> None:
    page = page_as(ANA, java_script_enabled=False)
    page.goto(HISTORY)
    page.get_by_label("Kind of change").select_option(label="Entry removed")
    follow(page, page.get_by_role("button", name="Show").first)
    assert {kind.inner_text() for kind in kinds(page)} == {"Entry removed."}

    page.locator("#as_at").fill(str(TODAY))
    follow(page, page.get_by_role("button", name="Show").last)

    expect(page).to_have_url(re.compile(f"as_at={TODAY}$"))
    assert page.locator("svg.fir-pathway__picture a").count() > 2


def kinds(page: Page) -> list[Locator]:
    return page.locator(".fir-past__told strong").all()


def test_it_prints_the_picture_without_the_controls(page_as: PageAs) -> None:
    page = page_as(ANA)
    page.goto(f"{HISTORY}?as_at={TODAY}")
    page.emulate_media(media="print")
    expect(page.get_by_label("As at")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("table tbody tr").first).to_be_visible()
