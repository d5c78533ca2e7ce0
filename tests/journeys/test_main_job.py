"""The main job: of an unknown meter, what is it, what should it run, whom does one ring?"""

import csv
import io
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PASSWORD, PageAs

# Slow: run by .ci/run; starting a portal takes half a minute.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANA = "ana@ashdown.example"
SHOWN = (
    "Model name",
    "Manufacturer",
    "Manufacturer identifier",
    "Device Model (DUIS)",
    "Recommended firmware version",
)


def count(page: Page) -> Locator:
    return page.locator("#results-title")


def listed(page: Page) -> list[tuple[str, ...]]:
    """What the page lists, in the words of the export's columns SHOWN."""
    return [
        (
            row.locator("th a").first.inner_text(),
            row.locator("th .fir-table__sub").first.inner_text(),
            *row.locator("th .fir-hex").all_inner_texts()[:2],
            *(row.locator("[data-label=Recommended] .fir-hex").all_inner_texts() or [""]),
        )
        for row in page.locator("#search-body table tbody tr").all()
    ]


def exported(page: Page, ending: str) -> Path:
    with page.expect_download() as download:
        # Nothing to wait for but the file: a download leads to no page.
        page.get_by_role("link", name=ending, exact=True).click(no_wait_after=True)
    assert download.value.suggested_filename.endswith(f".{ending.lower()}")
    return download.value.path()


def in_csv(path: Path) -> list[tuple[str, ...]]:
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
    return [tuple(row[name] for name in SHOWN) for row in rows]


def in_xlsx(path: Path) -> list[tuple[str, ...]]:
    # Playwright keeps downloads under names without an ending, which openpyxl would refuse.
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
    headings, *rows = sheet.iter_rows(values_only=True)
    columns = [headings.index(name) for name in SHOWN]
    return [tuple(str(row[column] or "") for column in columns) for row in rows]


def test_supplier_types_part_of_a_model_and_reads_what_it_should_run_and_whom_to_ask(page_as: PageAs) -> None:
    page = page_as(ANA)
    page.goto("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("ember")
    page.keyboard.press("Enter")
    expect(count(page)).to_contain_text("7 Device Models")

    # As one types: the same page, new results, an address to share. Its script comes after what the page shows.
    page.wait_for_load_state()
    page.evaluate("window.stillTheSamePage = true")
    page.keyboard.press("/")
    page.keyboard.press("End")
    page.keyboard.type(" x49", delay=30)
    expect(count(page)).to_have_text("1 Device Model")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["ember x49"]}
    assert page.evaluate("window.stillTheSamePage")
    expect(page.locator("#fir-live")).to_have_text("1 Device Model")

    page.get_by_role("link", name="Ember X495").click()
    answer = page.get_by_role("region", name="Recommended version and contact")
    expect(answer.locator(".fir-answer__value")).to_have_text("02433754")
    expect(answer).to_contain_text("CPL-001072")
    expect(answer).to_contain_text("Firmware desk")
    answer.get_by_role("link", name="Show contact details").click()
    expect(answer.locator("a[href^='mailto:']")).to_have_text("firmware@northmoor.example")
    expect(answer).to_contain_text("This look was recorded")

    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("ember x49")
    expect(count(page)).to_have_text("1 Device Model")


def test_leaving_the_search_box_looks_for_nothing_again(page_as: PageAs) -> None:
    """A list that is swapped for the same list under the pointer loses the press of a result."""
    page = page_as(ANA)
    page.goto("/search/", wait_until="networkidle")
    page.get_by_role("searchbox").press_sequentially("ember x49")
    expect(count(page)).to_have_text("1 Device Model")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("searchbox").blur()
    page.wait_for_timeout(600)
    # Chromium fetches a page's icon when it has time for it, and that may be now.
    assert [address for address in asked if "/search/" in address] == []


def test_address_of_a_search_shows_the_same_list_to_a_colleague(page_as: PageAs) -> None:
    mine = page_as(ANA)
    mine.goto("/search/?q=ember")
    mine.get_by_role("checkbox", name="ESME").check()
    expect(count(mine)).to_contain_text("4 Device Models")
    mine.get_by_label("Sort by").select_option("name")
    expect(mine).to_have_url(re.compile("sort=name"))

    theirs = page_as("ben@ashdown.example")
    theirs.goto(mine.url)

    assert listed(theirs) == listed(mine)
    assert len(listed(theirs)) == 4


def test_export_holds_exactly_what_the_page_lists(page_as: PageAs) -> None:
    page = page_as(ANA)
    page.goto("/search/?q=ember&type=ESME&sort=name")

    on_page = listed(page)

    assert len(on_page) == 4
    assert in_csv(exported(page, "CSV")) == on_page
    assert in_xlsx(exported(page, "XLSX")) == on_page


def test_export_holds_every_page_of_the_list_in_its_order(page_as: PageAs) -> None:
    page = page_as(ANA)
    page.goto("/search/?sort=name")
    on_pages = listed(page)
    while page.get_by_role("link", name="Next").count():
        with page.expect_navigation():
            page.get_by_role("link", name="Next").click()
        on_pages += listed(page)

    assert len(on_pages) == 108
    assert in_csv(exported(page, "CSV")) == on_pages


def test_keyboard_alone_does_the_job(page_as: PageAs) -> None:
    page = page_as()
    page.goto("/")
    tab_to(page, "Skip to main content")
    tab_to(page, "E-mail address")
    page.keyboard.type(ANA)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("ember x49")
    page.keyboard.press("Enter")
    expect(count(page)).to_have_text("1 Device Model")
    page.wait_for_load_state()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    tab_to(page, "CSV")
    with page.expect_download():
        page.keyboard.press("Enter")
    tab_to(page, "Ember X495")
    page.keyboard.press("Enter")

    expect(page.locator(".fir-answer__value")).to_have_text("02433754")
    tab_to(page, "Show contact details")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This look was recorded")).to_be_visible()
    tab_to(page, "firmware@northmoor.example")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing of this name has the focus, and shows it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(NAME_OF_FOCUSED) == name:
            assert page.evaluate(FOCUS_IS_SEEN), f"that {name} has the focus cannot be seen"
            return
    raise AssertionError(f"Tab does not reach {name}")


NAME_OF_FOCUSED = """() => {
    const focused = document.activeElement;
    return (focused.labels?.[0] ?? focused).textContent.trim();
}"""
FOCUS_IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""
