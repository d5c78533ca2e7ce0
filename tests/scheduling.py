"""Which tests stay together when several processes share them."""

from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"
OWN_PORTAL = (
    "tests/journeys/test_admin_import.py",
    "tests/journeys/test_estate.py",
    "tests/journeys/test_moderating.py",
    "tests/journeys/test_whole_process.py",
)
"""Journeys that start a portal of their own, so that what they change does not show in the others."""


# Its base comes without types that mypy is let to follow.
class OnePortal(LoadScopeScheduling):  # type: ignore[misc]
    """Single tests, to whoever is free; the journeys that share a portal in one process, for starting one is slow.

    xdist's own groups are names that it adds to the ids of tests, which pytest 9.2 no longer takes.
    """

    def _split_scope(self, nodeid: str) -> str:
        """What is kept together: the tests for which this is the same."""
        path = nodeid.partition("::")[0]
        if path in OWN_PORTAL:
            return path
        return JOURNEYS if path.startswith(JOURNEYS) else nodeid
