"""What a supplier does on the pages of an estate check, in a few words, for the journeys."""

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import openpyxl
from playwright.sync_api import Locator, Page, expect

from tests.journeys.estate_by_hand import Key
from tests.journeys.test_every_page import follow

ANA: Final = "ana@ashdown.example"
ANSWER: Final = re.compile(r"/estate/\d+/$")
COLUMNS: Final = re.compile(r"/estate/\d+/columns/$")
LONG: Final = 90_000
"""Milliseconds for a count: machines that test are often busy."""

Cells = dict[str, Any]
"""A row of a workbook by heading."""


def upload(page: Page, path: Path) -> None:
    """Send a file, whatever comes of it."""
    page.goto("/estate/new/")
    page.get_by_label("File", exact=False).first.set_input_files(path)
    page.get_by_role("button", name=re.compile("^(Upload|Send)")).first.click()


def checked(page: Page, path: Path) -> str:
    """Upload a file, confirm what was recognised, wait for the answer: its address."""
    upload(page, path)
    expect(page).to_have_url(COLUMNS)
    confirm(page)
    answered(page)
    return page.url


def confirm(page: Page) -> None:
    """Take the columns as they were recognised."""
    follow(page, page.get_by_role("button", name=re.compile("^(Check|Confirm|Start)")).first)


def answered(page: Page) -> None:
    """Wait until the page of the check has its answer, without touching it."""
    expect(headline(page)).to_be_visible(timeout=LONG)
    expect(page).to_have_url(ANSWER)


def headline(page: Page) -> Locator:
    """What the eye meets first: 62% up to date …"""
    return page.locator("#shares-title")


def sticking_out(page: Page) -> list[str]:
    """What reaches beyond the card that a row of a table is on a small screen."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.fir-table--stacked tbody tr')].flatMap((row) => {
            const edge = row.getBoundingClientRect().right;
            return [...row.querySelectorAll('*:not(.govuk-visually-hidden)')]
                .filter((one) => one.getBoundingClientRect().right > edge).map((one) => one.textContent.trim());
        })"""
    )
    return found


def number(words: str) -> int:
    """The first number in a text, as pages write it: 39,872,781."""
    found = re.search(r"\d[\d,]*", words)
    assert found, words
    return int(found[0].replace(",", ""))


def rows_taken(page: Page, link: Locator) -> list[Cells]:
    """Press a link to a workbook, and read what came."""
    with page.expect_download() as download:
        # A download leads to no page; now and then Chromium says so late, and a click would wait for that.
        link.click(no_wait_after=True)
    # A download has no ending, by which openpyxl would know it.
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()), read_only=True)
    rows = book[book.sheetnames[0]].iter_rows(values_only=True)
    headings = [str(cell) for cell in next(rows)]
    return [dict(zip(headings, cells, strict=True)) for cells in rows]


def lines_taken(page: Page) -> list[Cells]:
    """The workbook of the lines that the page shows."""
    return rows_taken(page, page.locator('a[href*="/lines.xlsx"]').first)


def key_of(row: Cells, version: str = "Installed firmware version") -> Key:
    """By which the list knows what a row is about."""
    return (row["Manufacturer identifier"], row["Device Model (DUIS)"], row[version])


def steps_of(row: Cells, start: str, end: str) -> Iterator[tuple[Key, Key]]:
    """Each upgrade of the way that a row names."""
    through = str(row["Through"] or "").split(" → ") if row["Through"] else []
    stops = [row[start], *through, row[end]]
    model = (row["Manufacturer identifier"], row["Device Model (DUIS)"])
    for old, new in pairwise(stops):
        yield (*model, old), (*model, new)
