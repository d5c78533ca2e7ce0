"""Whom to ask: details are shown when asked for, each look is recorded, and the manufacturer reads numbers."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PageAs

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODEL = "/models/7A01-8B0B030D/"
PIA = "pia@pennine.example"
MEI = "mei@northmoor.example"


def ask(page: Page) -> None:
    page.goto(MODEL)
    page.get_by_role("link", name="Show contact details").click()


def test_details_appear_in_place_and_take_the_focus(page_as: PageAs) -> None:
    page = page_as(PIA)
    ask(page)

    expect(page.get_by_role("link", name="firmware@northmoor.example")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{MODEL}$"))
    expect(page.locator(".fir-contact")).to_be_focused()


def test_without_scripts_the_details_have_a_page_of_their_own(page_as: PageAs) -> None:
    page = page_as(PIA, java_script_enabled=False)
    ask(page)

    expect(page).to_have_url(re.compile(r"/contacts/\d+/\?from=CPL-001072$"))
    expect(page.get_by_role("link", name="firmware@northmoor.example")).to_be_visible()
    page.get_by_role("link", name="Back to CPL-001072").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ember X495")


def test_network_party_is_told_that_it_has_no_need(page_as: PageAs) -> None:
    page = page_as("nia@severnwires.example")
    page.goto(MODEL)

    expect(page.get_by_text("A contact was given. It is shown to those with need only.")).to_be_visible()
    expect(page.get_by_role("link", name="Show contact details")).to_have_count(0)


def test_manufacturer_reads_one_look_more_and_no_name(page_as: PageAs) -> None:
    ours = page_as(MEI)
    before = small_suppliers(ours)
    theirs = page_as(PIA)
    ask(theirs)
    expect(theirs.get_by_text("This look was recorded")).to_be_visible()

    assert small_suppliers(ours) == before + 1
    assert "Pennine" not in ours.locator("main").inner_text()


def small_suppliers(page: Page) -> int:
    page.goto("/contact-views/")
    cells = page.locator("table").first.locator("td[data-label='Small Supplier']")
    return int(cells.first.inner_text()) if cells.count() else 0


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_contacts_are_accessible_and_narrow(page_as: PageAs, width: int) -> None:
    reader = page_as(PIA, java_script_enabled=False)
    ask(reader)
    pages = [(PIA, reader.url), (PIA, MODEL), (MEI, "/contact-views/")]

    for email, address in pages:
        page = page_as(email, viewport={"width": width, "height": 800}, bypass_csp=True)
        page.goto(address, wait_until="networkidle")
        if address == MODEL:
            page.get_by_role("link", name="Show contact details").click()
            expect(page.get_by_text("This look was recorded")).to_be_visible()
        page.wait_for_load_state()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
