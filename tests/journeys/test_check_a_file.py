"""A firmware file is checked in the browser and never leaves it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PageAs
from tests.journeys.portal import ROOT
from tests.journeys.test_every_page import listen

pytestmark = pytest.mark.browser

SAMPLES = ROOT / "tests" / "samples" / "ota"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "verdict", "words"),
    [
        ("esme-good.ota", "Matches", "matches this entry"),
        ("esme-altered.ota", "Refuse", "Do not use this file"),
    ],
)
def test_file_is_compared_with_the_entry_and_not_sent(page_as: PageAs, file: str, verdict: str, words: str) -> None:
    page = page_as("ana@ashdown.example")
    complaints = listen(page)
    page.goto("/entries/CPL-001061/", wait_until="networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))

    page.get_by_label("Firmware file").set_input_files(SAMPLES / file)

    result = page.locator("[data-fir-result]")
    expect(result.locator(".fir-check__verdict")).to_have_text(verdict)
    expect(result).to_contain_text(words)
    expect(result).to_contain_text(file)
    page.wait_for_load_state("networkidle")
    assert sent == []
    assert complaints == []
