"""A SECAS moderator works through the queue: takes a submission on, queries it, goes to the next, refuses one."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PageAs
from tests.journeys.own_portal import portal, signed_in_states
from tests.journeys.test_every_page import listen

__all__ = ["portal", "signed_in_states"]

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODERATOR, PUBLISHER = "sam@secas.example", "petra@secas.example"
QUEUE = "/admin/cpl/submission/"
WITHOUT_SCRIPTS: dict[str, Any] = {"java_script_enabled": False}
# The frame of django-unfold has no main landmark; everything that the standard asks for is asked.
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def open_review(page: Page, kind: str) -> None:
    """From all that is open in the queue to the review of the first submission of the kind."""
    page.goto(f"{QUEUE}?state=open")
    page.get_by_role("row").filter(has_text=kind).get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/admin/cpl/submission/\d+/review/"))


def press(page: Page, button: str) -> None:
    """By keyboard alone."""
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


def test_a_submission_is_queried_by_keyboard_and_the_page_says_that_nothing_else_is_left(page_as: PageAs) -> None:
    page = page_as(MODERATOR)
    complaints = listen(page)
    open_review(page, "Firmware information")
    press(page, "Give it back to the queue")
    expect(page.get_by_text("Nobody has taken it on.")).to_be_visible()
    press(page, "Take it on")
    expect(page.get_by_text("(you)")).to_be_visible()

    page.locator("summary").filter(has_text=re.compile("^Query$")).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("How long does it take on a hub?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("is queried. Its author has the next step.")).to_be_visible()
    expect(page.get_by_text("How long does it take on a hub?")).to_be_visible()
    # What is left waits for its manufacturer, its author or a publisher.
    expect(page.get_by_text("Nothing else here is yours to decide.")).to_be_visible()
    page.get_by_role("link", name="Back to the queue").last.click()
    expect(page).to_have_url(re.compile(r"/admin/cpl/submission/\?.*state=open"))
    assert complaints == []


def test_without_scripts_a_hash_is_refused_after_a_second_question(page_as: PageAs) -> None:
    page = page_as(MODERATOR, **WITHOUT_SCRIPTS)
    open_review(page, "Hash of an entry")
    expect(page.get_by_text(re.compile("must confirm it first")).first).to_be_visible()
    page.locator("summary").filter(has_text=re.compile("^Refuse$")).click()
    page.get_by_label("Reason", exact=True).fill("Sent for the wrong version.")
    page.get_by_role("button", name="Refuse…").click()
    expect(page.get_by_text("This cannot be taken back.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Refuse S-")).click()
    expect(page.get_by_text("It was refused: that is the end of it.")).to_be_visible()


def test_filters_are_named_and_found_again(page_as: PageAs) -> None:
    page = page_as(MODERATOR)
    page.goto(f"{QUEUE}?state=accepted&held=me")
    page.get_by_text("Save these filters as a view").click()
    page.get_by_label("Name").fill("To be published")
    page.get_by_label("For everybody in SECAS").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="To be published shared")).to_have_attribute("aria-current", "page")

    other = page_as(PUBLISHER)
    other.goto(QUEUE)
    other.get_by_role("link", name=re.compile("^To be published")).click()
    expect(other).to_have_url(re.compile(r"\?held=me&state=accepted$|\?state=accepted&held=me$"))


def test_several_are_chosen_and_asked_about_before_they_are_accepted(page_as: PageAs) -> None:
    page = page_as(MODERATOR)
    page.goto(f"{QUEUE}?state=all", wait_until="networkidle")
    for box in page.locator("input.action-select").all()[:3]:
        box.check()
    page.locator("select[name=action]").select_option(label="Accept those without open problems")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="Accept several submissions?")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_queue_and_review_are_accessible_quiet_and_narrow(page_as: PageAs, width: int) -> None:
    page = page_as(MODERATOR, viewport={"width": width, "height": 900}, bypass_csp=True)
    complaints = listen(page)
    page.goto(f"{QUEUE}?state=all")
    addresses = [QUEUE, f"{QUEUE}?state=all", f"{QUEUE}views/"]
    reviews = page.locator("#result_list a[href*='/review/']").evaluate_all("all => all.map(one => one.pathname)")
    for address in [*addresses, *reviews]:
        page.goto(address, wait_until="networkidle")
        found = Axe().run(page, options=STANDARD)
        assert found.violations_count == 0, (address, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert complaints == []
