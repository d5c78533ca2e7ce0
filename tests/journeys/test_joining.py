"""From a stranger to a person who searches: with a browser, a worker and a mail server."""

import time
from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.accounts.mailbox import Mailbox, secret_link
from tests.journeys.conftest import PageAs

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

NORA = "nora.finch@ashdown.example"
BEN = "ben@ashdown.example"
CHOSEN = "seven herons over the weir"


def test_somebody_asks_confirms_is_approved_accepts_and_is_in(page_as: PageAs, mail_server: Mailbox) -> None:
    # The page's own policy would refuse the rules' script; nothing else of it changes.
    nora = page_as(bypass_csp=True)
    ask(nora)

    link = secret_link(letter_to(mail_server, NORA, "Confirm your request"))
    nora.goto(link)
    nothing_is_wrong_with(nora)
    nora.get_by_role("button", name="Confirm my request").click()
    expect(nora.get_by_role("heading", level=1)).to_have_text("Your request is confirmed")
    nothing_is_wrong_with(nora)

    letter_to(mail_server, BEN, "waits for your decision")
    approve(page_as(BEN, bypass_csp=True))

    accept(nora, secret_link(letter_to(mail_server, NORA, "Invitation")))
    expect(nora.get_by_role("searchbox")).to_be_visible()
    expect(nora.locator(".fir-person")).to_contain_text("Ashdown Energy")


def ask(page: Page) -> None:
    """By way of the page that says how the service works."""
    page.goto("/about/")
    page.get_by_role("link", name="Ask for access").click()
    page.get_by_role("button", name="Ask for access").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your work e-mail address")
    nothing_is_wrong_with(page)
    page.get_by_label("Your name").fill("Nora Finch")
    page.get_by_label("Work e-mail address").fill(NORA)
    page.get_by_label("Organisation").fill("Ashdown")
    page.get_by_label("Why you need access").fill("I look after upgrades of prepayment meters.")
    page.get_by_role("button", name="Ask for access").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")
    nothing_is_wrong_with(page)


def approve(page: Page) -> None:
    """As the Party's administrator, from the list of what waits."""
    page.goto("/access-requests/")
    nothing_is_wrong_with(page)
    page.get_by_role("link", name="Nora Finch").click()
    nothing_is_wrong_with(page)
    page.get_by_label("Role").select_option(label="Party user")
    page.get_by_role("button", name="Approve and invite").click()
    expect(page.get_by_role("alert")).to_contain_text("Nora Finch is invited to Ashdown Energy as Party user.")
    nothing_is_wrong_with(page)


def accept(page: Page, link: str) -> None:
    """With a password that is too short at first."""
    page.goto(link)
    nothing_is_wrong_with(page)
    expect(page.get_by_label("Your name")).to_have_value("Nora Finch")
    page.get_by_label("Choose a password").fill("short")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("alert")).to_contain_text("too short")
    nothing_is_wrong_with(page)
    page.get_by_label("Choose a password").fill(CHOSEN)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Choose a password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Accept").click()


def letter_to(box: Mailbox, address: str, subject: str, seconds: float = 20) -> EmailMessage:
    """The newest letter with these words in its subject, when the worker has sent it."""
    began = time.monotonic()
    while not (found := [letter for letter in box.to(address) if subject in letter["Subject"]]):
        assert time.monotonic() - began < seconds, f"no letter '{subject}' to {address} within {seconds} seconds"
        time.sleep(0.1)
    return found[-1]


def nothing_is_wrong_with(page: Page) -> None:
    """No accessibility rule is broken, and nothing is wider than a narrow screen."""
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if wide:
        page.set_viewport_size(wide)
