"""A model with a chain of five compulsory hops, and the page of its routes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup, Tag

from accounts.models import Party, User
from cpl.choices import PathwayState
from cpl.models import CPLEntry, DeviceModel, Manufacturer
from tests.conftest import SignedIn
from tests.factories import Cast, make_entry, make_model
from tests.factories.catalogue import say

CODINGS = ("09030A07", "10030A08", "01040605", "0A0B0C0D", "00FF0001", "02030405")
"""Six versions in order of release, whose numbers say nothing of it."""


@dataclass
class Chain:
    """Northmoor's model with six versions, each upgraded from the one before; the last is recommended."""

    model: DeviceModel
    entries: list[CPLEntry]

    @property
    def address(self) -> str:
        return f"{self.model.get_absolute_url()}route/"

    def asked(self, start: str, target: str = "", **more: str) -> str:
        return f"{self.address}?{urlencode({'from': start, 'to': target, **more})}"

    def remove(self, place: int) -> None:
        """By raw means, as an import or a repair would."""
        CPLEntry.objects.filter(pk=self.entries[place].pk).update(
            removed_on=date(2025, 5, 1), removal_reason="It bricks meters", removal_reference="SSC 12"
        )


@pytest.fixture
def chain(cast: Cast) -> Chain:
    model = make_model(name="Stair M6", model_identifier="57A1")
    Manufacturer.objects.filter(pk=model.manufacturer_id).update(party=Party.objects.get(name="Northmoor Metering Ltd"))
    entries: list[CPLEntry] = []
    for place, firmware in enumerate(CODINGS):
        first: dict[str, Any] = {"pathway_state": PathwayState.NOT_APPLICABLE} if not place else {}
        day = date(2020 + place, 1, 1)
        entry = make_entry(
            model, firmware, after=entries[-1:], published_on=day, cpl_entry_id=f"CPL-70000{place}", **first
        )
        say(entry, stage="production", release_date=day, notes=f"Note number {place}.")
        entries.append(entry)
    return Chain(model, entries)


Reader = Callable[..., BeautifulSoup]


@pytest.fixture
def read(cast: Cast, signed_in: SignedIn) -> Reader:
    """The page at an address as a supplier's analyst reads it."""

    def page(address: str, by: User | None = None) -> BeautifulSoup:
        answer = signed_in(by or cast.supplier).get(address)
        assert answer.status_code == 200, answer
        return BeautifulSoup(answer.content, "html.parser")

    return page


def words(page: Tag, selector: str = "main") -> str:
    return " ".join(one(page, selector).get_text(" ").split())


def one(page: Tag, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found
