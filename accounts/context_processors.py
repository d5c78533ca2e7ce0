"""What every page shows about the person."""

from django.http import HttpRequest

from accounts.models import User


def party(request: HttpRequest) -> dict[str, str]:
    """Name of the Party the person acts for; empty when signed out."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.active_memberships:
        return {"party": ""}
    return {"party": user.active_memberships[0].name}
