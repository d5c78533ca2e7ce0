"""The cast and the list, made once a process by the real actions and copied back for every later test.

Making both takes 250 queries, and thousands of tests begin with them; copying their rows takes a few. Rows keep
their keys: sequences never go back, so that nothing a test makes can meet them.
"""

import pickle
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.contrib.auth.models import Permission
from django.db import connection

T = TypeVar("T")
Rows = dict[str, list[bytes]]

_STATIC: Final = ("django_migrations", "django_content_type", "auth_permission", "accounts_cache")
_kept: dict[tuple[str, int], tuple[bytes, Rows]] = {}


def replayed(name: str, make: Callable[[], T]) -> T:
    """What `make` makes and saves: really at first, from then on copied."""
    if not connection.in_atomic_block:
        # A test with real transactions: the database was emptied before it, Django's own tables too.
        return make()
    # Emptying gave permissions new keys, which grants among the rows refer to.
    key = (name, Permission.objects.order_by("pk").values_list("pk", flat=True)[0])
    if key not in _kept:
        before = _dump()
        made = make()
        _kept[key] = pickle.dumps(made), _added(before, _dump())
        return made
    value, rows = _kept[key]
    _load(rows)
    # Quicker than to copy it in depth; only what this process wrote is read.
    copied: T = pickle.loads(value)  # noqa: S301
    return copied


def _added(before: Rows, after: Rows) -> Rows:
    """Rows that are new; a making that changes rows would fail when they are copied back."""
    return {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}


def _dump() -> Rows:
    """Every row of every table that holds any, as PostgreSQL copies them."""
    with connection.cursor() as cursor:
        return {table: _rows(cursor, f"COPY {table} ({columns}) TO STDOUT") for table, columns in _tables(cursor)}


def _tables(cursor: Any) -> list[tuple[str, str]]:
    """Tables with their columns, but for those that PostgreSQL works out itself."""
    cursor.execute(
        "SELECT quote_ident(c.table_name), string_agg(quote_ident(c.column_name), ',' ORDER BY c.ordinal_position)"
        " FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'"
        " AND NOT c.table_name = ANY(%s) AND c.table_name NOT LIKE 'procrastinate%%' GROUP BY 1 ORDER BY 1",
        [list(_STATIC)],
    )
    return list(cursor.fetchall())


def _rows(cursor: Any, copy: str) -> list[bytes]:
    with cursor.cursor.copy(copy) as rows:
        return list(b"".join(rows).splitlines(keepends=True))


def _load(rows: Rows) -> None:
    """Copy rows back as they were, with no trigger: what triggers add is among the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for (table, columns), lines in ((key, lines) for key in _tables_once() if (lines := rows.get(key[0]))):
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(b"".join(lines))
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


_columns: list[tuple[str, str]] = []


def _tables_once() -> list[tuple[str, str]]:
    if not _columns:
        with connection.cursor() as cursor:
            _columns.extend(_tables(cursor))
    return _columns
