"""What is left of a stored answer for a reader who may see less today than was seen on the day of the check.

Whatever was hidden since reads as if it were not known here. Nothing is added: what was hidden then stays unsaid.
"""

from typing import Final

from cpl.choices import EstateRoute, EstateStanding, EstateStatus
from cpl.selectors.estate.lagging import releases_between
from cpl.selectors.estate.lines import STANDINGS
from cpl.selectors.estate.seen import Seen, SeenEntry
from cpl.selectors.estate.standing import standing
from cpl.selectors.estate.stored import Stored
from cpl.selectors.notices import URGENCIES

_SAID_BY_RECORD: Final = (EstateStatus.TEST, EstateStatus.WITHDRAWN)
_UP_TO_DATE: Final = STANDINGS[0]
_RANKS: Final = ("", *URGENCIES)


def masked(row: Stored, seen: Seen) -> Stored:
    """The row as the reader may read it today: the very same where they see all of it."""
    if row.model is None and row.entry is None and row.target is None:
        return row
    if row.model is None or row.model not in seen.models:
        return _unknown(row, EstateStatus.MODEL_NOT_KNOWN)._replace(model=None, target=None, basis="")
    left = _without_target(row) if _is_hidden(row.target, seen) else row
    if row.entry is None:
        return left if left is row else _unknown(left, EstateStatus.VERSION_NOT_KNOWN)
    entry = seen.entries.get(row.entry)
    if entry is None:
        return _unknown(left, EstateStatus.VERSION_NOT_KNOWN)
    left = _of_record(left, entry, seen)
    left = _of_way(left, seen)
    left = _of_notices(left, seen)
    return _of_lag(left if left == row else left._replace(standing=_standing(left, row)), seen)


def _unknown(row: Stored, status: EstateStatus) -> Stored:
    return row._replace(
        status=status.value, standing=EstateStanding.UNLISTED.value, route=EstateRoute.NOT_KNOWN.value, entry=None,
        reason="", released_on=None, certificate_ends=None, way=(), flags=(), releases_behind=None, days_behind=None,
        urgency="", notices=(),
    )  # fmt: skip


def _is_hidden(key: int | None, seen: Seen) -> bool:
    """A version is recommended for what its FIR record says: without that it would not be."""
    return key is not None and not (key in seen.entries and seen.entries[key].is_whole)


def _without_target(row: Stored) -> Stored:
    return row._replace(
        target=None, basis="", route=EstateRoute.NO_TARGET.value, way=(), flags=(), releases_behind=None,
        days_behind=None, urgency="",
    )  # fmt: skip


def _of_record(row: Stored, entry: SeenEntry, seen: Seen) -> Stored:
    """Without what only the FIR record of the installed version says, where that is hidden."""
    if entry.is_whole:
        return row
    status = EstateStatus.LISTED.value if row.status in _SAID_BY_RECORD else row.status
    reason = row.reason if row.status == EstateStatus.REMOVED else ""
    days = _days_published(row, entry, seen)
    return row._replace(status=status, reason=reason, released_on=entry.published_on, days_behind=days)


def _days_published(row: Stored, entry: SeenEntry, seen: Seen) -> int | None:
    """How many days it is behind by the days of publication, which need no FIR record; none is none still."""
    target = seen.entries.get(row.target) if row.target else None
    if not (row.days_behind and target and target.published_on and entry.published_on):
        return row.days_behind if target else None
    return max((target.published_on - entry.published_on).days, 0)


def _of_way(row: Stored, seen: Seen) -> Stored:
    """Without the way where a stop of it is hidden: the version after that stop looks as if nobody had said what comes
    before it. Where only the FIR record of a stop is hidden, without what that alone says of its upgrade.
    """
    stops = [seen.entries.get(key) for key in row.way]
    if None in stops:
        return row._replace(route=EstateRoute.NOT_SAID.value, way=(), flags=())
    if all(stop and stop.is_whole for stop in stops[1:]):
        return row
    known = seen.partly.get(row.model) if row.model else None
    shown = {flag for key in row.way[1:] for flag in known.versions[key].flags} if known else set()
    return row._replace(flags=[flag for flag in row.flags if flag in shown])


def _of_notices(row: Stored, seen: Seen) -> Stored:
    """Without the notices that are hidden, and the urgency that one of them may have asked for: as urgent as the others
    or the manufacturer ask, and never more so than was told.
    """
    readable = [key for key in row.notices if key in seen.notices]
    if len(readable) == len(row.notices):
        return row
    asked = [seen.notices[key].urgency for key in readable]
    if row.target and row.route != EstateRoute.AHEAD:
        asked.append(seen.asked.get(row.target, ""))
    left = min(max(asked, key=_RANKS.index, default=""), row.urgency, key=_RANKS.index)
    return row._replace(notices=readable, urgency=left)


def _of_lag(row: Stored, seen: Seen) -> Stored:
    """Without the releases in between that are hidden."""
    known = seen.partly.get(row.model) if row.model else None
    if not (known and row.releases_behind and row.entry and row.target):
        return row
    return row._replace(releases_behind=min(row.releases_behind, releases_between(known, row.entry, row.target)))


def _standing(left: Stored, row: Stored) -> str:
    """Worked out anew; a version ahead stays in question for what the reader sees still."""
    same = (left.status, left.reason, left.released_on, left.notices) == (
        row.status, row.reason, row.released_on, row.notices,
    )  # fmt: skip
    in_question = bool(left.notices) or (same and row.standing != _UP_TO_DATE)
    return standing(left.status, left.route, left.urgency, is_in_question=in_question)
