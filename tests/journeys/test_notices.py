"""A manufacturer writes a notice and publishes it; a supplier who watches the model meets it wherever it matters."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PageAs

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEI = "mei@northmoor.example"
PIA = "pia@pennine.example"
HALYARD = "/models/7A01-C2EA0700/"
FIRST, LAST = "01030000", "01130B07"
"""The stretch that the notice says is affected; 01331615 has the cure."""


def go_to(page: Page, wanted: Locator) -> None:
    """Move there by the keyboard alone."""
    expect(wanted).to_be_visible()
    for _ in range(150):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by the Tab key")


def type_into(page: Page, label: str, words: str) -> None:
    go_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(words)


def choose(page: Page, box: Locator, label: str) -> None:
    """An option by the letters it begins with, as people do without a mouse."""
    go_to(page, box)
    page.keyboard.type(label)
    expect(box.locator("option:checked")).to_contain_text(label)


def press(page: Page, button: Locator) -> None:
    go_to(page, button)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, title: str) -> None:
    """A draft with a stretch of the pathway and a cure, by the keyboard."""
    page.goto("/notices/new/?model=7A01-C2EA0700")
    choose(page, page.get_by_label("What is it?"), "Vulnerability")
    type_into(page, "Title", title)
    press(page, page.get_by_role("button", name="Begin the draft"))
    choose(page, page.get_by_label("Severity"), "High")
    go_to(page, page.get_by_role("textbox", name="What is wrong"))
    page.keyboard.type("The radio answers strangers.")
    go_to(page, page.get_by_role("textbox", name="What to do"))
    page.keyboard.type("Upgrade to 01331615.")
    choose(page, page.get_by_label("How soon to upgrade from an affected version"), "Urgent")
    stretch = page.get_by_role("group", name="A stretch of its pathway")
    choose(page, stretch.get_by_label("From"), FIRST)
    choose(page, stretch.get_by_label("To, this one included"), LAST)
    choose(page, stretch.get_by_label("Are"), "Affected")
    press(page, stretch.get_by_role("button", name="Fill the stretch"))
    expect(page.get_by_text("2 versions are set to “affected” below. Nothing is saved yet.")).to_be_visible()
    choose(page, page.get_by_label("What the notice says of 01331615"), "Fixed")
    press(page, page.get_by_role("button", name="Save and check"))


def violations(page: Page) -> list[str]:
    """What axe finds at both widths, and whether anything sticks out at 320 px."""
    page.wait_for_load_state()
    found = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{one['id']} at {width}" for one in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"wider than {width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def test_notice_is_written_by_keyboard_and_found_by_who_watches(page_as: PageAs) -> None:
    reader = page_as(PIA)
    reader.goto(HALYARD)
    reader.get_by_role("button", name=re.compile("^Watch")).click()

    author = page_as(MEI)
    write(author, "Radio answers strangers")
    expect(author.get_by_role("row", name=re.compile("Halyard 401 .*Becomes urgent"))).to_be_visible()
    press(author, author.get_by_role("button", name="Publish the notice"))
    expect(author.get_by_role("alert")).to_contain_text("is published")

    reader.goto("/")
    expect(reader.get_by_role("heading", name="Notices about your models")).to_be_visible()
    reader.get_by_role("link", name="Radio answers strangers").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Radio answers strangers")
    reader.get_by_role("link", name=f"Route from {FIRST} to 01331615").click()
    expect(reader.get_by_role("main")).to_contain_text("Radio answers strangers")
    expect(reader.get_by_role("main")).to_contain_text("Urgent")


@pytest.mark.parametrize(
    ("who", "address"),
    [
        (PIA, "/notices/?state=all"),
        (PIA, "/notices/?q=nothing-of-this-name"),
        (PIA, "/notices/1/"),
        (PIA, "/notices/3/"),
        (PIA, "/notices/4/revisions/1/"),
        (MEI, "/notices/new/"),
        (MEI, "/notices/1/edit/"),
        (MEI, "/notices/1/withdraw/"),
    ],
)
def test_page_is_accessible_wide_and_narrow(page_as: PageAs, who: str, address: str) -> None:
    page = page_as(who)
    page.goto(address)
    assert violations(page) == []


def test_notice_is_written_without_scripts_and_discarded(page_as: PageAs) -> None:
    page = page_as(MEI, java_script_enabled=False)
    page.goto("/notices/new/")
    page.get_by_label("Title").fill("Begun by mistake")
    page.get_by_role("button", name="Begin the draft").click()
    page.get_by_label("Find a Device Model").fill("halyard")
    page.get_by_label("Find a Device Model").press("Enter")
    page.get_by_role("button", name=re.compile(r"Show its versions \(Halyard 401")).click()
    page.get_by_label(f"What the notice says of {FIRST}").select_option(label="Affected")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Only your Party sees it until it is published.").first).to_be_visible()
    expect(page.get_by_label(f"What the notice says of {FIRST}")).to_have_value("affected")
    page.get_by_role("link", name="Discard the draft").click()
    page.get_by_role("button", name="Discard the draft").click()
    expect(page.get_by_text("The draft “Begun by mistake” is discarded.")).to_be_visible()
