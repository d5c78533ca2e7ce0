"""The picture of pathways as people use it: of 3 versions and of 60, wide and narrow, by keyboard, and on paper."""

import os
import re
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import PageAs
from tests.journeys.own_portal import portal, signed_in_states
from tests.journeys.pathways import LONG, REMOVED, SHORT, SILENT, TESTS, VERSIONS, bring_in_pathways
from tests.journeys.portal import ROOT, Portal

__all__ = ["portal", "signed_in_states"]

# Slow: a portal of its own, for two Device Models more would change what other journeys count.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANA = "ana@ashdown.example"
COUNT = {SHORT: 3, LONG: VERSIONS}
EACH = pytest.mark.parametrize("address", [SHORT, LONG], ids=["3 versions", "60 versions"])
BOTH_WIDTHS = pytest.mark.parametrize("width", [1280, 320])
PICTURES = ROOT / "docs" / "images"
A4 = {"width": 680, "height": 1000}
"""A sheet of A4 within the margins of 15 mm, in pixels."""


@pytest.fixture(scope="module", autouse=True)
def pathways(portal: Portal) -> None:
    """The two models, in the portal of this module."""
    bring_in_pathways(portal)


@pytest.fixture
def opened(page_as: PageAs) -> Iterator[Any]:
    """Opens a page as Ana."""

    def open_page(address: str, width: int = 1280, **options: Any) -> Page:
        page = page_as(ANA, viewport={"width": width, "height": 900}, **options)
        page.goto(address, wait_until="networkidle")
        return page

    yield open_page


def view(page: Page) -> Locator:
    return page.get_by_role("region", name="Picture of the upgrade pathways")


def nodes(page: Page) -> Locator:
    return view(page).get_by_role("link")


def zoom(page: Page) -> Locator:
    return page.locator("[data-fir-pathway-zoom]")


def width_of_picture(page: Page) -> float:
    return float(view(page).locator("svg").evaluate("svg => svg.getBoundingClientRect().width"))


@EACH
@BOTH_WIDTHS
def test_the_page_breaks_no_accessibility_rule_and_fits(opened: Any, address: str, width: int) -> None:
    page = opened(address, width, bypass_csp=True)
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@EACH
def test_the_policy_refuses_nothing_that_the_picture_needs(opened: Any, page_as: PageAs, address: str) -> None:
    page = page_as(ANA)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address, wait_until="networkidle")
    for name in ("Smaller", "Larger", "Fit", "Full size"):
        page.get_by_role("button", name=name, exact=True).click()
    assert complaints == []


@EACH
def test_tab_reaches_every_version_in_order_and_each_is_seen(opened: Any, address: str) -> None:
    page = opened(address)
    view(page).focus()
    reached = []
    for _ in range(COUNT[address]):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        expect(focused).to_be_in_viewport()
        assert focused.evaluate("node => getComputedStyle(node.querySelector('rect')).fill") == "rgb(255, 221, 0)"
        reached.append(str(focused.get_attribute("aria-label")))
    table = [entry.strip() for entry in page.locator("#versions-table td[data-label=Entry]").all_inner_texts()]
    assert [name.rsplit(". ", 1)[1] for name in reached] == table
    page.keyboard.press("Tab")
    expect(view(page).locator(":focus")).to_have_count(0)


def test_names_say_what_the_picture_shows(opened: Any) -> None:
    page = opened(LONG)
    expect(nodes(page)).to_have_count(VERSIONS)
    expect(view(page).get_by_role("link", name="Removed 1 Sep 2026")).to_have_count(len(REMOVED))
    expect(view(page).get_by_role("link", name="Test version")).to_have_count(len(TESTS))
    expect(view(page).get_by_role("link", name="The manufacturer has not said")).to_have_count(len(SILENT))
    expect(view(page).get_by_role("link", name="Recommended")).to_have_count(1)
    expect(view(page).get_by_role("link", name="Nothing comes before it")).to_have_count(1)


def test_a_version_opens_its_entry(opened: Any) -> None:
    page = opened(SHORT)
    nodes(page).last.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/entries/CPL-000101/"))


@BOTH_WIDTHS
def test_buttons_change_the_size_and_tell_it(opened: Any, width: int) -> None:
    page = opened(LONG, width)
    full = width_of_picture(page)
    page.get_by_role("button", name="Larger").click()
    expect(zoom(page)).to_have_text("125 %")
    assert width_of_picture(page) == pytest.approx(full * 1.25)
    page.get_by_role("button", name="Fit").click()
    expect(zoom(page)).to_have_text(re.compile("The whole picture, [0-9]+ %"))
    frame = view(page).evaluate("view => [view.scrollWidth - view.clientWidth, view.scrollHeight - view.clientHeight]")
    assert max(frame) <= 1
    page.get_by_role("button", name="Full size").click()
    expect(zoom(page)).to_have_text("100 %")
    assert width_of_picture(page) == pytest.approx(full)


def test_the_size_has_ends_and_says_so(opened: Any) -> None:
    page = opened(SHORT)
    larger = page.get_by_role("button", name="Larger")
    for _ in range(5):
        larger.click()
    expect(zoom(page)).to_have_text("400 %")
    expect(larger).to_have_attribute("aria-disabled", "true")


def test_keys_change_the_size_while_the_picture_has_the_focus(opened: Any) -> None:
    page = opened(LONG)
    nodes(page).first.focus()
    page.keyboard.press("+")
    expect(zoom(page)).to_have_text("125 %")
    page.keyboard.press("-")
    page.keyboard.press("-")
    expect(zoom(page)).to_have_text("80 %")
    page.keyboard.press("0")
    expect(zoom(page)).to_have_text("100 %")
    page.get_by_label("Version in the house").fill("")
    page.keyboard.press("+")
    expect(page.get_by_label("Version in the house")).to_have_value("+")
    expect(zoom(page)).to_have_text("100 %")


def test_the_wheel_scrolls_and_with_control_changes_the_size(opened: Any) -> None:
    page = opened(LONG)
    view(page).scroll_into_view_if_needed()
    view(page).hover()
    page.mouse.wheel(0, 200)
    expect(view(page)).to_have_js_property("scrollTop", 200)
    expect(zoom(page)).to_have_text("100 %")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(zoom(page)).to_have_text("125 %")


def test_dragging_moves_the_picture_and_opens_no_version(opened: Any) -> None:
    page = opened(LONG)
    before = page.url
    view(page).scroll_into_view_if_needed()
    box = nodes(page).nth(8).bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] - 110, steps=5)
    page.mouse.up()
    assert view(page).evaluate("view => view.scrollTop") == pytest.approx(120, abs=5)
    assert page.url == before


@EACH
def test_without_javascript_the_picture_is_whole_and_has_no_buttons(opened: Any, address: str) -> None:
    page = opened(address, java_script_enabled=False)
    expect(nodes(page)).to_have_count(COUNT[address])
    expect(page.get_by_role("button", name="Larger")).to_be_hidden()


@EACH
def test_on_paper_the_whole_picture_is_there_without_its_buttons(opened: Any, address: str) -> None:
    page = opened(address)
    page.get_by_role("button", name="Larger").click()
    page.set_viewport_size({"width": A4["width"], "height": A4["height"]})
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Larger")).to_be_hidden()
    sheets = page.locator(".fir-pathway__sheet, .fir-pathway:not(.fir-pathway--long) .fir-pathway__picture").all()
    boxes = [sheet.bounding_box() for sheet in sheets]
    assert boxes
    assert all(box and box["width"] <= A4["width"] and box["height"] <= A4["height"] for box in boxes)
    shown = [str(sheet.get_attribute("viewBox")).split() for sheet in sheets]
    drawn = float(str(view(page).locator("svg").get_attribute("viewBox")).split()[3])
    assert sum(float(box[3]) for box in shown) == drawn


def test_the_route_is_marked_in_the_picture(opened: Any) -> None:
    page = opened(f"{SHORT}route/?from=04010203")
    expect(view(page).get_by_role("link", name="Your version")).to_have_count(1)
    expect(view(page).get_by_role("link", name=re.compile("Target.*Recommended"))).to_have_count(1)
    expect(view(page).locator(".fir-pathway__edge-way")).to_have_count(1)


def test_a_long_picture_opens_at_the_version_in_the_house(opened: Any) -> None:
    page = opened(f"{LONG}route/?from=CPL-000205")
    expect(view(page).get_by_role("link", name="Your version")).to_be_attached()
    assert view(page).evaluate("view => view.scrollTop") > 500


@pytest.mark.parametrize(
    ("name", "address"),
    [("pathways-3", f"{SHORT}route/?from=04010203"), ("pathways-60", f"{LONG}route/?from=CPL-000235")],
)
def test_picture_for_the_readme(opened: Any, browser: Browser, name: str, address: str) -> None:
    page = opened(address)
    figure = page.locator("figure.fir-pathway")
    expect(figure).to_be_visible()
    picture = PICTURES / f"{name}.png"
    if os.environ.get("UPDATE_PICTURES") == "1":
        figure.screenshot(path=picture)

    signature, width, height = struct.unpack(">16s2I", picture.read_bytes()[:24])
    assert signature.startswith(b"\x89PNG")
    box = figure.bounding_box()
    assert box
    assert (width, height) == (pytest.approx(box["width"], abs=2), pytest.approx(box["height"], abs=2))
