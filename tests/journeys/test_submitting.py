"""A manufacturer outside the Code submits, is queried, answers, and withdraws: what she does and reads."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PageAs

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEI = "mei@northmoor.example"
WITHOUT_SCRIPTS: dict[str, Any] = {"java_script_enabled": False}


def write_about(page: Page, entry: str, kind: str = "Say something about a version") -> None:
    """From the entry's own page to a draft about it."""
    page.goto(f"/entries/{entry}/")
    page.get_by_role("link", name="Submit something about this version").click()
    page.get_by_role("button", name=kind).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(kind)
    # What saves the draft comes after what the page shows.
    page.wait_for_load_state()


def answer(page: Page, question: str, choice: str) -> None:
    page.get_by_role("group", name=question, exact=True).get_by_label(choice, exact=True).check()


def test_what_is_asked_for_shows_once_its_answer_is_chosen(page_as: PageAs) -> None:
    page = page_as(MEI)
    write_about(page, "CPL-001072")

    box = page.get_by_role("textbox", name="What should a supplier know?")
    expect(box).to_be_hidden()
    answer(page, "What should a supplier know?", "Give it")
    expect(box).to_be_visible()


def test_draft_saves_itself_and_is_there_when_one_comes_back(page_as: PageAs) -> None:
    page = page_as(MEI)
    write_about(page, "CPL-001072")
    with page.expect_response("**/save/"):
        answer(page, "What should a supplier know?", "Give it")
    with page.expect_response("**/save/"):
        page.get_by_role("textbox", name="What should a supplier know?").fill("Mends the clock in winter.")
    expect(page.get_by_text(re.compile(r"^Saved at \d\d:\d\d\."))).to_be_visible()

    page.reload()

    expect(page.get_by_role("textbox", name="What should a supplier know?")).to_have_value("Mends the clock in winter.")


def test_second_of_two_windows_is_told_and_keeps_what_was_typed(page_as: PageAs) -> None:
    first = page_as(MEI)
    write_about(first, "CPL-001072", "Withdraw a version")
    second = page_as(MEI)
    second.goto(first.url)
    first.get_by_label("Why do you withdraw it?").fill("It stops the clock.")
    expect(first.get_by_text(re.compile("^Saved at"))).to_be_visible()

    second.get_by_label("Why do you withdraw it?").fill("It loses the tariff.")
    expect(second.get_by_text(re.compile("^Not saved: you, in another window, changed"))).to_be_visible()
    second.get_by_role("button", name="Save draft").click()

    expect(second.get_by_label("Why do you withdraw it?")).to_have_value("It loses the tariff.")
    expect(second.get_by_text("Saved meanwhile: It stops the clock.")).to_be_visible()
    second.get_by_role("button", name="Save draft").click()
    expect(second.get_by_role("alert")).to_contain_text("Saved at")


def test_pressing_a_button_while_the_draft_saves_itself_is_no_conflict(page_as: PageAs) -> None:
    page = page_as(MEI)
    write_about(page, "CPL-001072", "Withdraw a version")
    box = page.get_by_label("Why do you withdraw it?")
    for number in range(3):
        box.fill(f"It stops the clock {number}.")
        # Just when the page has begun to save by itself.
        with page.expect_request("**/save/"):
            pass
        with page.expect_navigation():
            page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_role("alert")).to_contain_text("Saved at")
        expect(box).to_have_value(f"It stops the clock {number}.")


@pytest.mark.parametrize("options", [{}, WITHOUT_SCRIPTS], ids=["with scripts", "without"])
def test_example_fills_the_text_and_must_be_edited(page_as: PageAs, options: dict[str, Any]) -> None:
    page = page_as(MEI, **options)
    write_about(page, "CPL-001072")
    page.get_by_text("SECAS suggests examples").first.click()
    page.get_by_role("button", name="Start from this example Baseline version").click()
    box = page.get_by_role("textbox", name="What should a supplier know?")
    expect(box).to_have_value(re.compile(r"^Baseline version for \[model name"))

    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_text("It cannot be sent yet")).to_be_visible()

    page.get_by_role("link", name=re.compile("still holds an example")).click()
    expect(box).to_be_focused()


def test_whole_submission_is_made_by_keyboard_alone(page_as: PageAs) -> None:
    page = page_as(MEI)
    page.goto("/submissions/new/withdrawal/")
    focus(page, "CPL Entry ID")
    page.keyboard.type("CPL-001072")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw a version")
    focus(page, "Why do you withdraw it?")
    page.keyboard.type("It stops the clock in winter; go back to the version before.")
    focus(page, "Check and send")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and send")
    focus(page, "Submit to SECAS")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("is with SECAS")
    expect(page.locator("[aria-current=step]")).to_contain_text("Submitted")
    focus(page, "Cancel this submission")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Cancel S-"))
    focus(page, "Cancel the submission")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is cancelled")


def focus(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "() => { const e = document.activeElement; return (e.labels?.[0]?.innerText ?? e.innerText ?? '').trim(); }"
        )
        if told == name:
            return
    pytest.fail(f"{name} cannot be reached by Tab")
