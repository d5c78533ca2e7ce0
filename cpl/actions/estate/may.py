"""Who may do what with the estate checks of a Party. Every action asks here again."""

from accounts.access import Forbidden
from accounts.models import User
from accounts.permissions import CHECK_ESTATE, MANAGE_PARTY


def require_estate(by: User, party: int) -> None:
    """Raises Forbidden unless this person may check an estate for this very Party."""
    if CHECK_ESTATE not in by.permissions_in(party):
        raise Forbidden(CHECK_ESTATE)


def keeps(by: User, party: int) -> bool:
    """Whether this person decides how long the Party's checks are kept: its own administrators, and nobody else."""
    return {CHECK_ESTATE, MANAGE_PARTY} <= by.permissions_in(party)
