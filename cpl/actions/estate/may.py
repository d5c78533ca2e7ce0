"""Who may do what with the estate checks of a Party. Every action asks here again."""

from accounts.access import Forbidden
from accounts.models import Party, User
from accounts.permissions import CHECK_ESTATE, MANAGE_PARTY


def require_estate(by: User, party: int) -> None:
    """Raises Forbidden unless this person may check an estate for this very Party."""
    if CHECK_ESTATE not in by.permissions_in(party):
        raise Forbidden(CHECK_ESTATE)


def keeps(by: User, party: int) -> bool:
    """Whether this person decides how long the Party's checks are kept: its own administrators, and nobody else."""
    return {CHECK_ESTATE, MANAGE_PARTY} <= by.permissions_in(party)


def hold_party(party: int) -> Party:
    """The Party: until the transaction ends nobody else begins a check of it or changes how its checks are kept.

    Asked for before any check is locked, and without standing in the way of rows that refer to the Party: whoever
    writes those holds a check, and would wait here for who waits for that check.
    """
    return Party.objects.select_for_update(no_key=True).get(pk=party)
