"""Where a device stands in one word, from what is said of its version: worked out alike for an answer and for what is
left of it to a reader who may see less today.
"""

from typing import Final

from cpl.choices import EstateRoute, EstateStanding, EstateStatus, Urgency

_UNLISTED: Final = (EstateStatus.REMOVED, EstateStatus.VERSION_NOT_KNOWN, EstateStatus.MODEL_NOT_KNOWN)
_QUESTIONABLE: Final = (EstateStatus.TEST, EstateStatus.WITHDRAWN)


def standing(status: str, route: str, urgency: str, *, is_in_question: bool) -> str:
    """The first that holds: not on the list, urgent, without a known route, behind, up to date.

    A version newer than the recommended one is up to date unless it `is_in_question`: advised against, or an open
    notice stands against it; a test version and a withdrawn one always are. There is no way back from it.
    """
    if status in _UNLISTED:
        return EstateStanding.UNLISTED.value
    if urgency == Urgency.URGENT:
        return EstateStanding.URGENT.value
    if route == EstateRoute.ROUTE:
        return EstateStanding.BEHIND.value
    ahead = route == EstateRoute.AHEAD and not (is_in_question or status in _QUESTIONABLE)
    if ahead or route == EstateRoute.ALREADY_THERE:
        return EstateStanding.UP_TO_DATE.value
    return EstateStanding.NO_ROUTE.value
