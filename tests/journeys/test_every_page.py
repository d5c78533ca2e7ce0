"""What holds for every page: accessible, narrow, quiet, from this portal only, and printable."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PageAs
from tests.journeys.portal import Portal

# Every page, wide and narrow: as long as all other journeys together.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

TODAY = datetime.now(ZoneInfo("Europe/London")).date()
ANA = "ana@ashdown.example"
MEI = "mei@northmoor.example"
SIGNED_OUT = {"sign-in": "/accounts/login/", "about": "/about/"}
PAGES = {
    "home": "/",
    "search": "/search/",
    "search-results": "/search/?q=ember",
    "search-filtered": "/search/?q=ember&type=ESME&status=listed&sort=name",
    "search-nothing-found": "/search/?q=Nortmoor+Embxr+09",
    "device-model": "/models/7A01-8B0B030D/",
    "device-model-of-one-version": "/search/?sort=versions&page=5",
    "entry": "/entries/CPL-001061/",
    "entry-restricted": "/entries/CPL-001142/",
    "entry-as-at": f"/entries/CPL-001061/?as_at={TODAY}",
    "entry-as-at-before": "/entries/CPL-001061/?as_at=2020-01-01",
    "about-signed-in": "/about/",
    "submissions": "/submissions/",
    "submissions-ended": "/submissions/?state=ended&kind=hash",
    "submission-choose": "/submissions/new/",
    "submission-choose-about": "/submissions/new/?entry=CPL-001072",
    "submission-begin": "/submissions/new/new_entry/",
    "process": "/process/",
    "process-checks": "/process/checks/",
    "publication-log": "/publication-log/",
    "publication-log-narrowed": "/publication-log/?kind=version_withdrawn&since=nonsense",
    "publication-log-record": "/publication-log/2/",
    "entry-supplied": "/entries/CPL-001650/",
    "entry-published-here": "/entries/CPL-005023/",
    "demand": "/estate/demand/",
    "estate": "/estate/",
    "estate-compare": "/estate/compare/?before=1&after=3",
    "estate-watch": "/estate/1/watch/",
    "estate-delete": "/estate/1/delete/",
    "estate-preferences": "/estate/preferences/",
    **SIGNED_OUT,
}
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)
BOTH_WIDTHS = pytest.mark.parametrize("width", [1280, 320])


def reader(name: str) -> str:
    """Who opens a page: a manufacturer's editor those on which people submit, nobody the first ones."""
    if name in SIGNED_OUT:
        return ""
    return MEI if name.startswith(("submission", "demand")) else ANA


def open_page(page_as: PageAs, name: str, **options: Any) -> Page:
    page = page_as(reader(name), **options)
    page.goto(PAGES[name], wait_until="networkidle")
    return page


@EVERY_PAGE
@BOTH_WIDTHS
def test_page_breaks_no_accessibility_rule(page_as: PageAs, name: str, width: int) -> None:
    # The page's own policy would refuse the rules' script; nothing else of it changes.
    page = open_page(page_as, name, viewport={"width": width, "height": 800}, bypass_csp=True)

    page.wait_for_load_state()
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@BOTH_WIDTHS
def test_pages_of_a_submission_break_no_accessibility_rule_and_fit(page_as: PageAs, width: int) -> None:
    page = page_as(MEI, viewport={"width": width, "height": 800}, bypass_csp=True)
    page.goto("/submissions/new/information/?entry=CPL-001072")
    follow(page, page.get_by_role("button", name="Begin the draft"))
    check_page(page, width)
    page.get_by_text("SECAS suggests examples").first.click()
    follow(page, page.get_by_role("button", name="Start from this example Urgent upgrade"))
    page.get_by_role("textbox", name="What should a supplier know?").fill("Urgent [place to fill in]")
    page.get_by_role("group", name="Contact", exact=True).get_by_label("Give it").check()
    page.get_by_label("E-mail address").fill("no address")
    check_page(page, width)
    follow(page, page.get_by_role("button", name="Save draft").last)
    check_page(page, width)
    follow(page, page.get_by_role("button", name="Check and send"))
    check_page(page, width)
    follow(page, page.get_by_role("link", name=re.compile("^S-")))
    page.get_by_label("E-mail address").fill("desk@northmoor.example")
    page.get_by_role("textbox", name="What should a supplier know?").fill("Mends the clock in winter.")
    follow(page, page.get_by_role("button", name="Check and send"))
    check_page(page, width)
    follow(page, page.get_by_role("button", name="Submit to SECAS"))
    expect(page.get_by_role("alert")).to_contain_text("is with SECAS")
    check_page(page, width)
    follow(page, page.get_by_role("link", name="Cancel this submission"))
    check_page(page, width)


def follow(page: Page, way: Locator) -> None:
    """Press it, and wait until the page that it leads to has taken the place of this one."""
    with page.expect_navigation():
        way.click()


def check_page(page: Page, width: int) -> None:
    page.wait_for_load_state("networkidle")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@EVERY_PAGE
def test_page_fits_a_screen_of_320_pixels(page_as: PageAs, name: str) -> None:
    page = open_page(page_as, name, viewport={"width": 320, "height": 640})

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@EVERY_PAGE
def test_page_is_quiet_and_asks_nobody_else(page_as: PageAs, portal: Portal, name: str) -> None:
    page = page_as(reader(name))
    complaints = listen(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(PAGES[name], wait_until="networkidle")

    assert complaints == []
    assert [address for address in asked if not address.startswith((portal.url, "data:"))] == []


def test_typing_filtering_and_copying_are_quiet(page_as: PageAs) -> None:
    page = page_as(ANA, permissions=["clipboard-read", "clipboard-write"])
    complaints = listen(page)
    page.goto("/search/")
    page.get_by_role("searchbox").press_sequentially("ember", delay=20)
    expect(page.locator("#results-title")).to_contain_text("7 Device Models")
    page.get_by_role("checkbox", name="ESME").check()
    expect(page.locator("#results-title")).to_contain_text("4 Device Models")
    page.goto("/entries/CPL-001061/")
    page.get_by_role("button", name="Copy firmware hash").click()

    expect(page.locator("#fir-live")).to_have_text("Copied firmware hash")
    # No page may read the clipboard (Permissions-Policy): the person pastes.
    page.goto("/search/")
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Control+V")
    copied = page.get_by_role("searchbox").input_value()
    assert copied == "3FAD726FD3522AB51975C23E5456E049D024D32E5B6711C97236B16BEEBC6EE4"
    assert complaints == []


def listen(page: Page) -> list[str]:
    """Collects errors, refusals by the content security policy and answers that failed, as they come.

    That typing on calls off the request before it is meant, although htmx calls it an error.
    """
    complaints: list[str] = []

    def note(text: str) -> None:
        if not text.startswith(("htmx:afterRequest", "htmx:sendAbort")) and "net::ERR_ABORTED" not in text:
            complaints.append(text)

    page.on("console", lambda said: note(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: note(str(error)))
    page.on("requestfailed", lambda request: note(f"{request.failure}: {request.url}"))
    page.on("response", lambda answer: note(answer.url) if answer.status >= 400 else None)
    return complaints


@pytest.mark.parametrize("name", ["search-results", "device-model", "entry"])
def test_page_is_printed_without_what_only_a_screen_needs(page_as: PageAs, name: str) -> None:
    page = open_page(page_as, name)
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.locator("main h1, main h2").first).to_be_attached()
    assert page.locator("main").inner_text().strip()
