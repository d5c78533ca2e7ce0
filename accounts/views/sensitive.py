"""Acts that are done only by somebody who has just proved who they are."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from allauth.account.decorators import reauthentication_required

Act = TypeVar("Act", bound=Callable[..., Any])


def sensitive(act: Act) -> Act:
    """Have the person give password or second factor again, unless they did within the last minutes.

    django-allauth keeps the form that was posted in the session meanwhile, and then calls the view of the same
    address with it once more. So a view settles access and checks the form first, calls the act that is
    decorated last, and answers GET at the same address too. The address must carry no query: with one, the form
    is not posted again.
    """
    return cast(Act, reauthentication_required(act))
