"""A SECAS moderator imports a workbook with wrong rows, in a real browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import CODE, PASSWORD
from tests.journeys.portal import ROOT, Portal, demo

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODERATOR = "sam@secas.example"
PROBLEMS = ROOT / "tests" / "samples" / "cpl-problem-rows.xlsx"


@pytest.fixture(scope="module")
def own_portal() -> Iterator[Portal]:
    """A demo of its own: what is imported here must not show in the journeys of others."""
    with demo() as running:
        yield running


def signed_in(browser: Browser, portal: Portal, **options: Any) -> tuple[BrowserContext, Page]:
    context = browser.new_context(
        base_url=portal.url,
        viewport={"width": 1280, "height": 900},
        locale="en-GB",
        **options,
    )
    page = context.new_page()
    page.goto("/accounts/login/?next=/admin/")
    page.get_by_label("E-mail address").fill(MODERATOR)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(CODE)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/$"))
    return context, page


def preview_problems(page: Page) -> None:
    page.get_by_role("link", name="Import a workbook").click()
    page.get_by_label("Workbook").set_input_files(PROBLEMS)
    page.get_by_role("button", name="Preview").click()
    expect(page).to_have_url(re.compile(r"/admin/cpl/importrun/\d+/change/$"))


def test_a_moderator_reads_the_refusals_and_applies_the_accepted_rows_only(
    browser: Browser, own_portal: Portal
) -> None:
    context, page = signed_in(browser, own_portal)
    preview_problems(page)
    row = page.get_by_role("row").filter(has_text="0102030G")
    expect(row).to_contain_text("CPL, row 10")
    expect(row).to_contain_text("Correct the character at position 8.")
    expect(page.get_by_role("button", name="Apply everything")).to_be_disabled()

    # By keyboard alone: tick, go on, confirm.
    page.get_by_label("Leave 18 refused rows out").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    confirm = page.get_by_role("button", name="Apply the accepted rows, leave 18 out")
    confirm.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("18 refused rows were left out.")).to_be_visible()
    expect(page.get_by_text("by sam@secas.example")).to_be_visible()

    page.goto("/entries/CPL-900001/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("01000001")
    context.close()


def test_without_scripts_a_preview_can_be_read_and_decided(browser: Browser, own_portal: Portal) -> None:
    context, page = signed_in(browser, own_portal, java_script_enabled=False)
    preview_problems(page)
    expect(page.get_by_role("row").filter(has_text="TOASTER")).to_contain_text("CPL, row 15")

    page.get_by_role("link", name=re.compile("^Absent")).click()
    page.get_by_label("Remove CPL-001003").check()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("Page 2 of")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^Remove CPL")).first.check()
    page.get_by_label("Leave 18 refused rows out").check()
    page.get_by_role("button", name="Apply the accepted rows only").click()
    expect(page.get_by_role("heading", name="Remove 2 entries that the file lacks")).to_be_visible()
    page.get_by_role("button", name="Apply the accepted rows, leave 18 out").click()
    expect(page.get_by_role("link", name="Reason for removal: This field is required.")).to_be_visible()

    page.get_by_role("link", name="Back to the preview").click()
    page.get_by_role("button", name="Discard this preview").click()
    expect(page.get_by_text("nothing of it was imported")).to_be_visible()
    context.close()


PAGES = (
    "/admin/",
    "/admin/cpl/cplentry/",
    "/admin/cpl/cplentry/?device_type__exact=GSME",
    "/admin/cpl/cplentry/export/",
    "/admin/cpl/devicemodel/",
    "/admin/cpl/manufacturer/",
    "/admin/cpl/firmwareinformation/",
    "/admin/cpl/contact/",
    "/admin/cpl/importrun/",
    "/admin/cpl/columnmapping/",
    "/admin/cpl/searchmiss/",
)


@pytest.mark.slow
def test_no_page_of_the_admin_goes_against_the_policy(browser: Browser, own_portal: Portal) -> None:
    context, page = signed_in(browser, own_portal)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for address in PAGES:
        page.goto(address)
        page.wait_for_load_state("networkidle")
    page.goto("/admin/cpl/cplentry/")
    page.get_by_role("button", name="Filters").press("Enter")
    expect(page.get_by_text("By device type")).to_be_visible()
    page.goto("/admin/cpl/cplentry/?q=CPL-001040")
    page.get_by_role("link", name="CPL-001040").click()
    page.get_by_role("link", name="Who may see it").click()
    expect(page.get_by_role("heading", name="Who may see: CPL-001040")).to_be_visible()
    preview_problems(page)
    page.get_by_role("link", name=re.compile("^Absent")).click()
    page.get_by_role("link", name="Correct what a column is read as").click()
    assert complaints == []
    context.close()


@pytest.mark.parametrize("address", ["/admin/cpl/cplentry/import/", *PAGES[:2], PAGES[8]])
def test_pages_of_the_admin_fit_a_narrow_window(browser: Browser, own_portal: Portal, address: str) -> None:
    context, page = signed_in(browser, own_portal)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
