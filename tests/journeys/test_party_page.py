"""An administrator looks after the own Party: invites, gives a role, answers the review, makes and revokes a token."""

import os
import re
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, PageAs
from tests.journeys.portal import ROOT, Portal

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

BEN = "ben@ashdown.example"
SAM = "sam@secas.example"
A_YEAR_LATER = """
from datetime import timedelta
from django.utils import timezone
from accounts.actions.reviews import open_due_reviews
from accounts.models import Party
Party.objects.filter(name="Ashdown Energy").update(created_at=timezone.now() - timedelta(days=400))
open_due_reviews(timezone.now())
"""


@pytest.fixture(scope="module")
def review_is_open(portal: Portal) -> None:
    """A year has passed since Ashdown Energy was made."""
    environment = {**os.environ, "DEBUG": "1", "DATA_DIR": str(portal.log.parent / "data"), "EMBEDDED_THROWAWAY": "1"}
    environment.pop("DATABASE_URL", None)
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", A_YEAR_LATER],
        cwd=ROOT, env=environment, check=True, capture_output=True, timeout=60,
    )  # fmt: skip


def my_party(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="My Party").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ashdown Energy")


def prove(page: Page) -> None:
    """Give the password again, where it is asked for: it counts for some minutes."""
    if "reauthenticate" in page.url:
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password", exact=True).press("Enter")


def press(page: Page, name: str) -> None:
    """By keyboard, as every act of these pages can be done."""
    found = page.get_by_role("main").get_by_role("button", name=name)
    found.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    found = page.get_by_role("main").get_by_role("link", name=name).first
    found.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_administrator_invites_and_withdraws(page_as: PageAs) -> None:
    page = page_as(BEN)
    my_party(page)
    follow(page, "Invite a person")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Nell Frost")
    page.keyboard.press("Tab")
    page.keyboard.type("nell@ashdown.example")
    page.keyboard.press("Tab")
    page.keyboard.type("Sub")
    press(page, "Send the invitation")
    prove(page)

    expect(page.get_by_role("alert")).to_contain_text("nell@ashdown.example is invited as Submitter")
    row = page.get_by_role("row").filter(has_text="nell@ashdown.example")
    expect(row).to_contain_text("Works until")
    follow(page, re.compile("^Withdraw.*nell@ashdown.example"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw the invitation of nell@ashdown.example?")
    press(page, "Withdraw")
    expect(page.get_by_text("No invitation waits to be accepted.")).to_be_visible()


def test_an_administrator_gives_a_role_and_takes_it_back(page_as: PageAs) -> None:
    page = page_as(BEN)
    my_party(page)
    follow(page, "Ana Lytton")
    page.get_by_label("Role", exact=True).select_option(label="Submitter")
    press(page, "Give this role")
    prove(page)

    expect(page.get_by_role("alert")).to_contain_text("Ana Lytton is Submitter of Ashdown Energy now.")
    follow(page, re.compile("role Submitter"))
    press(page, "Take the role away")
    prove(page)
    expect(page.get_by_role("alert")).to_contain_text("Ana Lytton is no longer Submitter")


def test_an_administrator_makes_a_token_which_reads_until_it_is_revoked(page_as: PageAs, portal: Portal) -> None:
    page, program = page_as(BEN), page_as()
    my_party(page)
    follow(page, "Make an API token")
    page.get_by_label("What it is for").fill("Nightly download")
    press(page, "Make the token")
    prove(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your new API token")
    headers = {"Authorization": f"Bearer {page.locator('#token').inner_text()}"}

    assert program.request.get("/search/device-models.csv", headers=headers).status == 200
    assert program.request.get("/search/", headers=headers).status == 403
    follow(page, re.compile("I have copied it"))
    follow(page, "Revoke Nightly download")
    press(page, "Revoke")
    expect(page.get_by_role("row").filter(has_text="Nightly download")).to_contain_text("Revoked")
    assert program.request.get("/search/device-models.csv", headers=headers).status == 401


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_of_a_party_breaks_no_accessibility_rule_and_fits(
    page_as: PageAs, review_is_open: None, width: int
) -> None:
    # The page's own policy would refuse the rules' script; nothing else of it changes.
    page = page_as(BEN, viewport={"width": width, "height": 800}, bypass_csp=True)
    my_party(page)
    own, ana = page.url, page.get_by_role("link", name="Ana Lytton").get_attribute("href") or ""
    for address in (own, f"{own}invite/", f"{own}tokens/make/", f"{own}review/", ana, f"{ana}disable/"):
        page.goto(address)
        judge(page)
    page = page_as(SAM, viewport={"width": width, "height": 800}, bypass_csp=True)
    for address in ("/parties/", "/parties/?q=nothing+like+it"):
        page.goto(address)
        judge(page)


def judge(page: Page) -> None:
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def test_an_administrator_answers_the_review(page_as: PageAs, review_is_open: None) -> None:
    page = page_as(BEN, viewport={"width": 320, "height": 640}, bypass_csp=True)
    my_party(page)
    follow(page, "Answer the review")
    press(page, "Continue to the summary")
    expect(page.get_by_role("alert")).to_contain_text("Ana Lytton: Say whether this person still needs access.")
    judge(page)
    # Other journeys let people join: however many there are.
    everybody = page.get_by_label("Still needs access")
    everybody_asked = everybody.count()
    for number in range(everybody_asked):
        everybody.nth(number).focus()
        page.keyboard.press("Space")
    press(page, "Continue to the summary")
    expect(page.get_by_role("heading", name=f"{everybody_asked} people keep access")).to_be_visible()
    judge(page)
    press(page, "Confirm and close the review")
    prove(page)

    expect(page.get_by_role("alert")).to_contain_text("The review of Ashdown Energy is answered.")
    expect(page.get_by_role("row").filter(has_text="ana@ashdown.example")).to_contain_text("Still needs access")
    judge(page)
