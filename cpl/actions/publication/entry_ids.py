"""IDs of new entries: opaque, a number that was never used before."""

from collections.abc import Iterator
from itertools import count

from django.conf import settings
from django.db import connection

from cpl.models import CPLEntry

_WIDTH = 6
# A longer number than this stands on no list; it would only break the sum.
_MOST_DIGITS = 15


def fresh_ids() -> Iterator[str]:
    """IDs that no entry has or ever had, in order: CPL-001104, CPL-001105, …

    The caller holds the repository (`hold_repository`) until its transaction ends, so that nobody else takes the same
    ones. Entries are never deleted, so the highest number there is was the highest ever.
    """
    prefix = settings.CPL_ENTRY_ID_PREFIX
    return (f"{prefix}{number:0{_WIDTH}}" for number in count(_highest(prefix) + 1))


def _highest(prefix: str) -> int:
    table = connection.ops.quote_name(CPLEntry._meta.db_table)
    sql = (
        f"SELECT coalesce(max(substr(cpl_entry_id, %s)::bigint), 0) FROM {table} "  # noqa: S608 - our own table
        "WHERE starts_with(cpl_entry_id, %s) AND substr(cpl_entry_id, %s) ~ %s"
    )
    begin = len(prefix) + 1
    with connection.cursor() as cursor:
        cursor.execute(sql, [begin, prefix, begin, f"^[0-9]{{1,{_MOST_DIGITS}}}$"])
        (highest,) = cursor.fetchone() or (0,)
    return int(highest)
