"""What PostgreSQL makes of the statements that matter."""

from typing import Any

from django.db import connection

from accounts.models import User
from cpl import search
from cpl.filters import SearchRequest
from cpl.models import CPLEntry
from tests.benchmarks import data


def plans(user: User, models: int) -> list[tuple[str, str]]:
    """Title and plan of the selective and the broad search and of the first 50 visible entries."""
    first = CPLEntry.objects.visible_to(user).order_by("cpl_entry_id")[:50]
    return [
        (f"search selective ({data.serial(models // 2)})", _of_search(user, data.serial(models // 2))),
        ("search broad (NX-)", _of_search(user, "NX-")),
        ("first 50 visible entries", first.explain(analyze=True, buffers=True)),
    ]


def _of_search(user: User, text: str) -> str:
    """Caught from the search itself, so that what is explained is what runs."""
    statements: list[tuple[str, Any]] = []

    def catch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    visible = CPLEntry.objects.visible_to(user)
    with connection.execute_wrapper(catch):
        search.find(visible, SearchRequest(text=text))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statements[-1][0]}", statements[-1][1])
        return "\n".join(line for (line,) in cursor.fetchall())
