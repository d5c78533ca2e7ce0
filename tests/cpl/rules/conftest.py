"""What every test of the checks begins with."""

import pytest

from tests.cpl.rules.world import World
from tests.factories import Cast, Catalogue


@pytest.fixture
def world(cast: Cast, catalogue: Catalogue) -> World:
    """The cast and the list, with hands to ask."""
    return World(cast, catalogue)
