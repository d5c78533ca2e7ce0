"""Trigram indexes over the searched columns, where the server has `pg_trgm`.

The embedded server has no extensions: there the same SQL reads the table. Made after every `migrate`, not by
a migration, so that a database moved from one kind of server to the other gets its indexes too.
"""

from typing import Any

from django.db import connections

AVAILABLE = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"
STATEMENTS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS entry_search_text_trigrams ON cpl_cplentry"
    " USING gin (search_text gin_trgm_ops) WITH (fastupdate = off)",
    "CREATE INDEX IF NOT EXISTS entry_hash_trigrams ON cpl_cplentry"
    " USING gin (firmware_hash gin_trgm_ops) WITH (fastupdate = off)",
)


def ensure_trigram_indexes(using: str = "default", **_: Any) -> None:
    """Make the indexes if the server can and they are missing; receiver of Django's `post_migrate`."""
    with connections[using].cursor() as cursor:
        cursor.execute(AVAILABLE)
        if cursor.fetchone():
            for statement in STATEMENTS:
                cursor.execute(statement)
