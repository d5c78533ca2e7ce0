"""What every page shows about the person."""

from django.http import HttpRequest

from accounts.models import User
from accounts.second_factor import is_urged


def party(request: HttpRequest) -> dict[str, str]:
    """Name of the Party the person acts for; empty when signed out."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.active_memberships:
        return {"party": ""}
    return {"party": user.active_memberships[0].name}


def second_factor(request: HttpRequest) -> dict[str, bool]:
    """Whether the person is to be urged to set up a second factor."""
    return {"urge_second_factor": hasattr(request, "user") and is_urged(request)}
