"""A manufacturer withdraws a version and reads before what stands on it; a supplier who watches the model is told."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.mailbox import Mailbox, text
from tests.journeys.conftest import PageAs
from tests.journeys.own_portal import signed_in_states
from tests.journeys.portal import Portal, demo

__all__ = ["signed_in_states"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEI, SAM, PETRA = "mei@northmoor.example", "sam@secas.example", "petra@secas.example"
ANA = "ana@ashdown.example"
MODEL = "/models/7A01-8B0B030D/"
VERSION, ENTRY = "02433754", "CPL-001072"
"""The version that is recommended for the Ember X495."""
NEXT = "0233214D"
REASON = "It loses the tariff after a power cut."


@pytest.fixture(scope="module")
def portal(mail_server: Mailbox) -> Iterator[Portal]:
    """A demo of its own, for others read what is changed here; it has a mail server."""
    with demo(EMAIL_URL=f"smtp://127.0.0.1:{mail_server.port}") as running:
        yield running


def test_a_version_is_withdrawn_and_who_watches_is_told(page_as: PageAs, mail_server: Mailbox) -> None:
    _ana_watches(page_as(ANA))
    reference = _mei_withdraws(page_as(MEI))
    _sam_accepts(page_as(SAM), reference)
    _petra_publishes(page_as(PETRA), reference)
    _ana_is_told(page_as(ANA), mail_server)


def _ana_watches(page: Page) -> None:
    page.goto(MODEL)
    stop = page.get_by_role("button", name="Stop watching Ember X495")
    if not stop.is_visible():
        page.get_by_role("button", name="Watch Ember X495").click()
    expect(stop).to_be_visible()
    page.get_by_role("link", name="Watching").click()
    row = page.get_by_role("row").filter(has_text="Ember X495")
    expect(row).to_contain_text(VERSION)
    # And off again, and on, from where it is listed.
    row.get_by_role("button", name="Stop watching").click()
    expect(page.get_by_role("alert")).to_contain_text("You no longer watch Ember X495.")
    page.goto(MODEL)
    page.get_by_role("button", name="Watch Ember X495").click()
    expect(page.get_by_role("alert")).to_contain_text("You watch Ember X495.")


def _mei_withdraws(page: Page) -> str:
    page.goto(f"/entries/{ENTRY}/")
    page.get_by_role("link", name="Submit something about this version").click()
    page.get_by_role("button", name="Withdraw a version").click()
    page.get_by_label("Why do you withdraw it?").fill(REASON)
    page.get_by_role("button", name="Check and send").click()
    stands = page.get_by_role("region", name="What stands on this version today")
    expect(stands).to_contain_text("The recommended version changes for 1 Device Model")
    expect(stands).to_contain_text(NEXT)
    expect(stands.get_by_role("row").filter(has_text="No way is left")).to_contain_text(VERSION)
    page.get_by_role("button", name="Submit to SECAS").click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("is with SECAS")
    found = re.search(r"S-\d{6}", told.inner_text())
    assert found
    return found[0]


def _sam_accepts(page: Page, reference: str) -> None:
    page.goto(f"/admin/cpl/submission/{int(reference[2:])}/review/")
    expect(page.get_by_role("region", name="What stands on this version today")).to_contain_text(NEXT)
    page.locator("summary").filter(has_text=re.compile("^Accept$")).click()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text(f"{reference} is accepted").first).to_be_visible()


def _petra_publishes(page: Page, reference: str) -> None:
    page.goto(f"/admin/cpl/cplissue/prepare/?submission={int(reference[2:])}")
    number = page.get_by_label("Number of issue").input_value()
    page.get_by_role("button", name="Prepare the issue").click()
    page.get_by_role("link", name=re.compile("^Publish now")).click()
    expect(page.get_by_role("region", name="What stands on this version today")).to_contain_text(NEXT)
    page.get_by_role("button", name=f"Publish issue {number} now").click()
    expect(page.get_by_text(f"Issue {number} is published").first).to_be_visible()


def _ana_is_told(page: Page, mail_server: Mailbox) -> None:
    words = _letter(mail_server)
    assert f"firmware version {VERSION}, {ENTRY}" in words
    assert REASON in words
    # The address in the letter is the portal's public one, which is elsewhere in a test.
    found = re.search(r"https?://[^/]+(/models/\S+/route/\S+)", words)
    assert found
    page.goto(found[1])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(VERSION)
    page.goto("/watching/")
    expect(page.get_by_role("row").filter(has_text="Ember X495")).to_contain_text("withdrawn by its manufacturer")


def _letter(mail_server: Mailbox) -> str:
    """The worker sends it within seconds."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for letter in list(mail_server.to(ANA)):
            if "was withdrawn or removed" in str(letter["Subject"]):
                return text(letter)
        time.sleep(0.5)
    pytest.fail("Ana was told nothing")
