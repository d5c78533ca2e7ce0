"""Signing in with a real browser: passkeys of a virtual authenticator, one-time codes, and every page of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.accounts.signing_in import App
from tests.journeys.conftest import CODE, PASSWORD, PATIENCE, PageAs, give_password
from tests.journeys.portal import Portal
from tests.journeys.test_every_page import listen

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANA, NIA, BEN = "ana@ashdown.example", "nia@severnwires.example", "ben@ashdown.example"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
OPEN = {
    "sign-in-ended": "/accounts/login/?ended=idle&next=/search/",
    "password-reset": "/accounts/password/reset/",
    "password-reset-done": "/accounts/password/reset/done/",
    "password-reset-link": "/accounts/password/reset/key/1-abc/",
    "single-sign-on": "/accounts/sso/?required=1",
    "inactive": "/accounts/inactive/",
}
OWN = {
    "account": "/account/",
    "sessions": "/accounts/sessions/",
    "password-change": "/accounts/password/change/",
    "second-factor": "/accounts/2fa/",
    "reauthenticate": "/accounts/reauthenticate/",
    "passkeys": "/accounts/2fa/webauthn/",
}

OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def context_of(browser: Browser, portal: Portal) -> Iterator[OpenContext]:
    """Browsers at the portal's name: a passkey belongs to a name, never to a number."""
    opened: list[BrowserContext] = []

    def open_context(**options: Any) -> BrowserContext:
        url = portal.url.replace("127.0.0.1", "localhost")
        context = browser.new_context(base_url=url, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()


def with_authenticator(context: BrowserContext, page: Page) -> None:
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def sign_in(page: Page, email: str) -> None:
    give_password(page, email)
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("searchbox")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail address")).to_be_visible()


def test_a_passkey_signs_in_without_a_password_and_serves_as_second_factor(context_of: OpenContext) -> None:
    context = context_of()
    page = context.new_page()
    complaints = listen(page)
    with_authenticator(context, page)
    sign_in(page, BEN)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("heading", name="Work laptop")).to_be_visible()

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("searchbox")).to_be_visible()

    sign_out(page)
    give_password(page, BEN)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("searchbox")).to_be_visible()
    assert complaints == []


def test_somebody_who_is_urged_sets_up_an_app_saves_the_codes_and_signs_in_with_one(context_of: OpenContext) -> None:
    context = context_of()
    page = context.new_page()
    complaints = listen(page)
    give_password(page, NIA)
    page.get_by_role("link", name="Set up a second factor").click()
    page.get_by_role("button", name="Set up an authenticator app").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    secret = page.locator("#secret").inner_text().strip()
    page.get_by_label("Code").fill(App(secret).now())
    page.get_by_role("button", name="Set it up").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save them as a file").click()
    codes = saved.value.path().read_text().split()[-10:]
    page.reload()
    expect(page.get_by_text("are not shown again")).to_be_visible()

    sign_out(page)
    give_password(page, NIA)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("searchbox")).to_be_visible()
    expect(page.get_by_role("link", name="Set up a second factor")).to_have_count(0)

    # Left as it was: other tests sign in as this person.
    page.goto("/accounts/2fa/totp/deactivate/")
    page.get_by_role("link", name="Use a code from your authenticator app").click()
    page.get_by_label("Code").fill(codes[1])
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("button", name="Set up an authenticator app")).to_be_visible()
    assert complaints == []


def test_ending_a_session_puts_its_browser_out_at_once_and_leads_it_back(context_of: OpenContext) -> None:
    here, there = context_of().new_page(), context_of().new_page()
    for page in (here, there):
        sign_in(page, BEN)
    there.goto("/search/?q=ember")

    here.goto("/accounts/sessions/")
    here.get_by_role("button", name="End all other sessions").click()
    there.get_by_role("searchbox").press_sequentially(" x4")

    expect(there.get_by_text("You were signed out")).to_be_visible()
    expect(there.get_by_label("Password", exact=True)).to_be_visible()
    assert "next=" in there.url


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_signing_in_break_no_accessibility_rule_and_fit(page_as: PageAs, width: int) -> None:
    look_at_all(page_as("", viewport={"width": width, "height": 800}, bypass_csp=True), OPEN, width)
    look_at_all(page_as(ANA, viewport={"width": width, "height": 800}, bypass_csp=True), OWN, width)


def look_at_all(page: Page, pages: dict[str, str], width: int) -> None:
    for name, address in pages.items():
        page.goto(address, wait_until="networkidle")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.slow
def test_pages_of_signing_in_are_quiet(page_as: PageAs) -> None:
    for page, pages in ((page_as(""), OPEN), (page_as(ANA), OWN)):
        complaints = listen(page)
        for address in pages.values():
            page.goto(address, wait_until="networkidle")
        assert complaints == []
