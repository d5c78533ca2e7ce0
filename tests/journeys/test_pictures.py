"""The README's pictures show the pages as they are; UPDATE_PICTURES=1 takes them anew."""

import os
import struct

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PageAs
from tests.journeys.portal import ROOT

# Slow: run by .ci/run.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURES = ROOT / "docs" / "images"
SIZE = {"width": 1280, "height": 860}


@pytest.mark.parametrize(
    ("name", "address", "heading"),
    [
        ("search", "/search/?q=ember", "7 Device Models"),
        ("device-model", "/models/7A01-8B0B030D/", "Ember X495"),
        ("estate", "/estate/2/", "Whole portfolio"),
    ],
)
def test_picture_for_the_readme(page_as: PageAs, name: str, address: str, heading: str) -> None:
    page = page_as("ana@ashdown.example", viewport=SIZE)
    page.goto(address, wait_until="networkidle")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    picture = PICTURES / f"{name}.png"
    if os.environ.get("UPDATE_PICTURES") == "1":
        page.screenshot(path=picture)

    signature, width, height = struct.unpack(">16s2I", picture.read_bytes()[:24])
    assert signature.startswith(b"\x89PNG")
    assert (width, height) == (SIZE["width"], SIZE["height"])
