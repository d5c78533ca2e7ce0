"""Signed out one reads nothing; a record for named Parties does not exist for the others."""

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import CODE, PASSWORD, PageAs
from tests.journeys.test_main_job import count

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANA = "ana@ashdown.example"
PIA = "pia@pennine.example"
RESTRICTED = "CPL-001142"
MODEL = "/models/7A01-DE7D0103/"
ITS_VERSION = "/search/?q=keystone+02234246"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search/",
        "/search/?q=CPL-001061",
        "/search/device-models.xlsx",
        "/search/device-models.csv?q=ember",
        MODEL,
        f"{MODEL}versions.csv",
        "/entries/CPL-001061/",
        "/entries/CPL-001061/?as_at=2026-11-01",
        "/entries/CPL-999999/",
        "/admin/",
    ],
)
def test_address_typed_when_signed_out_leads_to_sign_in_and_shows_no_data(page_as: PageAs, address: str) -> None:
    page = page_as()
    page.goto(address)

    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    assert "/login/" in page.url
    shown = page.content()
    assert not [word for word in ("Northmoor", "Ember", "Keystone", "7A01<", "01734231") if word in shown]


def test_sign_in_leads_on_to_the_address_that_was_asked_for(page_as: PageAs) -> None:
    page = page_as()
    page.goto("/models/7A01-8B0B030D/")
    page.get_by_label("E-mail address").fill("ben@ashdown.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ember X495")


def test_restricted_entry_is_there_for_the_party_named(page_as: PageAs) -> None:
    page = page_as(ANA)
    page.goto(f"/search/?q={RESTRICTED}")

    expect(page).to_have_url(re.compile(f"/entries/{RESTRICTED}/$"))
    expect(page.locator(".fir-title").first).to_contain_text("Restricted")


@pytest.mark.parametrize("email", ["mei@northmoor.example", "sam@secas.example", "ada@audit.example"])
def test_restricted_entry_is_there_for_its_maker_secas_and_auditors(page_as: PageAs, email: str) -> None:
    answer = page_as(email).goto(f"/entries/{RESTRICTED}/")

    assert answer is not None
    assert answer.status == 200


@pytest.mark.parametrize("email", [PIA, "carl@kestrel.example", "dora@dcc.example"])
def test_restricted_entry_is_not_found_by_anybody_else(page_as: PageAs, email: str) -> None:
    page = page_as(email)

    answer, unknown = page.goto(f"/entries/{RESTRICTED}/"), read(page)

    assert answer is not None
    assert answer.status == 404
    page.goto("/entries/CPL-999999/")
    assert read(page).replace("CPL-999999", RESTRICTED) == unknown


def test_restricted_entry_is_missing_in_search_and_counts(page_as: PageAs) -> None:
    hers, theirs = page_as(ANA), page_as(PIA)
    hers.goto(ITS_VERSION)
    theirs.goto(ITS_VERSION)

    expect(count(hers)).to_have_text("1 Device Model")
    expect(hers.get_by_role("checkbox", name="ESME")).to_have_count(1)
    expect(count(theirs)).to_have_text("0 Device Models")
    expect(theirs.locator(".fir-facet")).to_have_count(0)
    assert "DE7D0103" not in theirs.content()


def test_restricted_entry_is_missing_in_what_is_exported_and_counted_of_its_model(page_as: PageAs) -> None:
    hers, theirs = page_as(ANA), page_as(PIA)

    mine, others = versions(hers), versions(theirs)

    assert RESTRICTED in mine
    assert set(mine) - set(others) == {RESTRICTED, "CPL-001149"}
    assert number_on_the_list(hers) - number_on_the_list(theirs) == 2


def read(page: Page) -> str:
    """What a page says; its tokens and nonces differ each time."""
    return page.title() + page.locator("body").inner_text()


def rows(page: Page, address: str) -> list[dict[str, str]]:
    answer = page.request.get(address)
    return list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))


def versions(page: Page) -> list[str]:
    return [row["CPL Entry ID"] for row in rows(page, f"{MODEL}versions.csv")]


def number_on_the_list(page: Page) -> int:
    found = rows(page, "/search/device-models.csv?q=keystone")
    return next(int(row["Versions on the list"]) for row in found if row["Device Model (DUIS)"] == "DE7D0103")
