"""Everything that search offers works where scripts are off."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, PageAs
from tests.journeys.test_main_job import count, listed

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFF: dict[str, Any] = {"java_script_enabled": False}


@pytest.fixture
def page(page_as: PageAs) -> Page:
    return page_as("ana@ashdown.example", **OFF)


def test_person_signs_in_and_searches(page_as: PageAs) -> None:
    page = page_as(**OFF)
    page.goto("/")
    page.get_by_label("E-mail address").fill("nia@severnwires.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("searchbox").fill("ember x495")
    page.get_by_role("button", name="Search", exact=True).click()

    expect(count(page)).to_have_text("1 Device Model")


def test_facets_narrow_the_list(page: Page) -> None:
    page.goto("/search/?q=ember")
    page.get_by_role("checkbox", name="ESME").check()
    page.get_by_role("button", name="Apply filters").click()

    expect(count(page)).to_have_text("4 Device Models")
    expect(page.get_by_role("checkbox", name="ESME")).to_be_checked()
    page.get_by_role("link", name="Remove filter Device type: ESME").click()
    expect(count(page)).to_have_text("7 Device Models")


def test_list_is_sorted(page: Page) -> None:
    page.goto("/search/?q=ember")
    page.get_by_label("Sort by").select_option("name")
    page.get_by_role("button", name="Apply filters").click()

    names = [name for name, *_ in listed(page)]

    assert len(names) == 7
    assert names == sorted(names)


def test_list_is_paged(page: Page) -> None:
    page.goto("/search/?sort=name")
    first = listed(page)
    page.get_by_role("link", name="Next").click()
    expect(count(page)).to_contain_text("26 to 50 shown")
    second = listed(page)
    page.get_by_role("link", name="Previous").click()

    expect(count(page)).to_contain_text("1 to 25 shown")
    assert listed(page) == first
    assert not set(first) & set(second)


def test_misspelt_name_leads_to_what_was_meant(page: Page) -> None:
    page.goto("/search/?q=Nortmoor")
    page.locator(".fir-suggestions a").first.click()

    expect(count(page)).to_contain_text("Device Models")
    expect(page.locator("#search-body")).to_contain_text("Northmoor Metering Ltd")


def test_entry_offers_no_file_check_that_cannot_work(page: Page) -> None:
    page.goto("/entries/CPL-001061/")

    expect(page.get_by_role("heading", name="Check a file")).to_be_visible()
    expect(page.get_by_label("Firmware file")).to_be_hidden()
    # Chromium under test keeps what stands in <noscript> as text.
    assert "Checking a file needs JavaScript" in page.content()
