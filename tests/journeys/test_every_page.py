"""What holds for every page: accessible, narrow, quiet, from this portal only, and printable."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PageAs
from tests.journeys.portal import Portal

# Every page, wide and narrow: as long as all other journeys together.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

TODAY = datetime.now(ZoneInfo("Europe/London")).date()
ANA = "ana@ashdown.example"
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
    **SIGNED_OUT,
}
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)
BOTH_WIDTHS = pytest.mark.parametrize("width", [1280, 320])


def open_page(page_as: PageAs, name: str, **options: Any) -> Page:
    page = page_as("" if name in SIGNED_OUT else ANA, **options)
    page.goto(PAGES[name], wait_until="networkidle")
    return page


@EVERY_PAGE
@BOTH_WIDTHS
def test_page_breaks_no_accessibility_rule(page_as: PageAs, name: str, width: int) -> None:
    # The page's own policy would refuse the rules' script; nothing else of it changes.
    page = open_page(page_as, name, viewport={"width": width, "height": 800}, bypass_csp=True)

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@EVERY_PAGE
def test_page_fits_a_screen_of_320_pixels(page_as: PageAs, name: str) -> None:
    page = open_page(page_as, name, viewport={"width": 320, "height": 640})

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@EVERY_PAGE
def test_page_is_quiet_and_asks_nobody_else(page_as: PageAs, portal: Portal, name: str) -> None:
    page = page_as("" if name in SIGNED_OUT else ANA)
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
