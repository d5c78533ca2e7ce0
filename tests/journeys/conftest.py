"""A running portal, a browser, and pages of people who signed in."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NoReturn, Protocol

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from tests.accounts.mailbox import Mailbox, mail_server
from tests.journeys.portal import Portal, demo

__all__ = ["mail_server"]

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PASSWORD = "firmware-demo-2026"
CODE = "202611"
"""Opens the second factor of the demo's people."""
PATIENCE = 20_000
"""Milliseconds: machines that test are often busy."""

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One more try where the browser did not answer in time, which on a busy machine happens once in some hundred
    journeys. What a page shows wrongly fails an expectation, and an expectation is not tried again here: `.ci/run` does
    so from the very beginning, where nothing but journeys failed.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]))


class PageAs(Protocol):
    """Opens a page as a person of the demo, or signed out where no address is given."""

    def __call__(self, email: str = "", **options: Any) -> Page:
        """Options are those of a browser context: java_script_enabled, viewport, bypass_csp …"""


@pytest.fixture(scope="session")
def portal(mail_server: Mailbox) -> Iterator[Portal]:
    """One demo for all browser tests, with a mail server; that it ends without a trace belongs to what is tested."""
    with demo(EMAIL_URL=f"smtp://127.0.0.1:{mail_server.port}") as running:
        yield running
        assert running.interrupt() == 0, running.printed()
        assert "Stopped." in running.printed()
        assert running.left_behind() == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Of a module, not of the session: other tests of the process need Django's database,
    which refuses to work beside Playwright's event loop.
    """
    path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        _do_without("Chromium was not found: install Debian's package chromium, or set CHROMIUM_PATH")
    with ExitStack() as stack:
        try:
            playwright = stack.enter_context(sync_playwright())
        except Exception as error:
            _do_without(f"Playwright does not start (on Debian it needs libatomic1): {error}")
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


def _do_without(reason: str) -> NoReturn:
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def signed_in_states() -> dict[str, StorageState]:
    """Cookies of people who signed in already: the portal allows thirty sign-ins a minute."""
    return {}


@pytest.fixture
def page_as(browser: Browser, portal: Portal, signed_in_states: dict[str, StorageState]) -> Iterator[PageAs]:
    """Pages of this test; people sign in through the real page, once."""
    contexts = []

    def open_page(email: str = "", **options: Any) -> Page:
        if email and email not in signed_in_states:
            signed_in_states[email] = _sign_in(browser, portal.url, email)
        settings: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        if email:
            settings["storage_state"] = signed_in_states[email]
        context = browser.new_context(base_url=portal.url, **settings)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def _sign_in(browser: Browser, url: str, email: str) -> StorageState:
    context = browser.new_context(base_url=url)
    page = context.new_page()
    give_password(page, email)
    page.wait_for_url(re.compile(r":\d+/(accounts/2fa/authenticate/)?$"))
    if "authenticate" in page.url:
        page.get_by_label("Code").fill(CODE)
        page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"^[^?]+:\d+/$"))
    state = context.storage_state()
    context.close()
    return state


def give_password(page: Page, email: str) -> None:
    """The first step of signing in."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
