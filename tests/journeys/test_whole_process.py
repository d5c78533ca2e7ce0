"""From a draft to the answer of a search: a manufacturer, a moderator, a publisher, the DCC and a supplier, in turn."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PageAs
from tests.journeys.own_portal import portal, signed_in_states

__all__ = ["portal", "signed_in_states"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEI, SAM, PETRA = "mei@northmoor.example", "sam@secas.example", "petra@secas.example"
DORA, ANA = "dora@dcc.example", "ana@ashdown.example"
MODEL = "/models/7A01-8B0B030D/"
VERSION = "0209BEEF"
HASH = "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"
QUESTION = "Does it replace 02035838 for everybody?"


def test_a_version_is_submitted_queried_answered_published_loaded_and_found(page_as: PageAs) -> None:
    reference = _mei_submits(page_as(MEI))
    _sam_queries(page_as(SAM), reference)
    _mei_answers(page_as(MEI), reference)
    _sam_accepts(page_as(SAM), reference)
    issue = _petra_publishes(page_as(PETRA), reference)
    _mei_sees_it_published(page_as(MEI), reference, issue)
    _dora_marks_it_as_loaded(page_as(DORA), issue)
    _ana_finds_it(page_as(ANA), issue)


def _mei_submits(page: Page) -> str:
    page.goto(MODEL)
    page.get_by_role("link", name="Submit a new version").click()
    page.get_by_role("button", name="List a new firmware version").click()
    page.get_by_label("Firmware version", exact=True).fill(":".join(re.findall("..", VERSION.lower())))
    page.get_by_label("Firmware hash (SHA-256)", exact=True).fill(HASH)
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Submit to SECAS").click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("is with SECAS")
    found = re.search(r"S-\d{6}", told.inner_text())
    assert found
    return found[0]


def _review(page: Page, reference: str) -> None:
    page.goto(f"/admin/cpl/submission/?state=all&q={reference}")
    page.get_by_role("link", name=re.compile(f"^{reference}")).first.click()
    expect(page.get_by_role("heading", name="Decide")).to_be_visible()


def _choose(page: Page, decision: str) -> None:
    page.locator("summary").filter(has_text=re.compile(f"^{decision}$")).click()


def _sam_queries(page: Page, reference: str) -> None:
    _review(page, reference)
    _choose(page, "Query")
    page.get_by_label("What do you ask its author?").fill(QUESTION)
    page.get_by_role("button", name="Query", exact=True).click()
    expect(page.get_by_text("is queried. Its author has the next step.")).to_be_visible()


def _mei_answers(page: Page, reference: str) -> None:
    page.goto(f"/submissions/{int(reference[2:])}/")
    expect(page.get_by_text(QUESTION).first).to_be_visible()
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_label("Your answer").fill("Yes, for every meter of this model.")
    page.get_by_role("button", name=re.compile("^Answer")).click()
    expect(page.get_by_role("alert")).to_contain_text("is with SECAS")


def _sam_accepts(page: Page, reference: str) -> None:
    _review(page, reference)
    expect(page.get_by_text("Yes, for every meter of this model.").first).to_be_visible()
    _choose(page, "Accept")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text(f"{reference} is accepted").first).to_be_visible()


def _petra_publishes(page: Page, reference: str) -> str:
    page.goto(f"/admin/cpl/cplissue/prepare/?submission={int(reference[2:])}")
    number = page.get_by_label("Number of issue").input_value()
    page.get_by_role("button", name="Prepare the issue").click()
    expect(page.get_by_text(f"Issue {number} is prepared.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Publish now")).click()
    page.get_by_role("button", name=f"Publish issue {number} now").click()
    expect(page.get_by_text(f"Issue {number} is published").first).to_be_visible()
    return number


def _mei_sees_it_published(page: Page, reference: str, issue: str) -> None:
    page.goto(f"/submissions/{int(reference[2:])}/")
    expect(page.locator("[aria-current=step]")).to_contain_text("Published")
    page.get_by_role("link", name=re.compile(issue)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(issue)


def _dora_marks_it_as_loaded(page: Page, issue: str) -> None:
    page.goto(f"/issues/{issue}/")
    page.get_by_role("button", name="Mark as loaded").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Mark as loaded").click()
    expect(page).to_have_url(re.compile(f"/issues/{issue}/$"))


def _ana_finds_it(page: Page, issue: str) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill(VERSION)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=VERSION).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ember X495")
    supplied = page.get_by_role("region", name="Who supplied what")
    expect(supplied).to_contain_text("Northmoor Metering Ltd")
    expect(supplied).to_contain_text(issue)
