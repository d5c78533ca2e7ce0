"""A demo of its own for a module of journeys that change what others read. Import both names into the module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import StorageState

from tests.journeys.portal import Portal, demo


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """In place of the demo that all journeys share."""
    with demo() as running:
        yield running


@pytest.fixture(scope="module")
def signed_in_states() -> dict[str, StorageState]:
    """Cookies of this portal, not of the shared one."""
    return {}
