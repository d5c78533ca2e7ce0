"""Trigram indexes over the searched columns, where the server has `pg_trgm`.

The embedded server has no extensions: there the same SQL reads the table. Made after every `migrate`, not by
a migration, so that a database moved from one kind of server to the other gets its indexes too.
"""

from typing import Any

from django.db import connections

AVAILABLE = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"
INDEXES = {"entry_search_text_trigrams": "search_text", "entry_hash_trigrams": "firmware_hash"}
# New entries wait in a list of up to 64 MB and are merged into the index together, by the job that an import
# leaves behind or by autovacuum. Merged one by one they took eight times as long as the rest of an import.
CREATE = """
    CREATE INDEX IF NOT EXISTS {index} ON cpl_cplentry
    USING gin ({column} gin_trgm_ops) WITH (fastupdate = on, gin_pending_list_limit = 65536)
"""


def ensure_trigram_indexes(using: str = "default", **_: Any) -> None:
    """Make the indexes if the server can and they are missing; receiver of Django's `post_migrate`."""
    with connections[using].cursor() as cursor:
        cursor.execute(AVAILABLE)
        if cursor.fetchone():
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for index, column in INDEXES.items():
                cursor.execute(CREATE.format(index=index, column=column))


def merge_pending(using: str = "default") -> None:
    """Merge what waits in the indexes' lists, so that searches need not read it; nothing where there are none."""
    with connections[using].cursor() as cursor:
        for index in INDEXES:
            cursor.execute(
                "SELECT gin_clean_pending_list(c.oid::regclass) FROM pg_class c WHERE c.oid = to_regclass(%s)", [index]
            )
