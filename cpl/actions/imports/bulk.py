"""Writing many rows in one statement: COPY for new rows, one UPDATE from arrays for changed ones.

Triggers, constraints and row history apply to both as to any other statement.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Line = tuple[Any, ...]


def allocate_keys(model: type[models.Model], count: int) -> list[int]:
    """Fresh primary keys from the table's sequence: rows can refer to one another before they exist."""
    if not count:
        return []
    sql = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [model._meta.db_table, _column(model, "pk"), count])
        return [key for (key,) in cursor.fetchall()]


def copy_in(model: type[models.Model], fields: Sequence[str], lines: Iterable[Line]) -> None:
    """Insert lines of values, in the order of `fields`; JSON is given as text."""
    columns = ", ".join(_quoted(model, field) for field in fields)
    statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for line in lines:
            copy.write_row(line)


def update_each(model: type[models.Model], fields: Sequence[str], lines: Sequence[Line]) -> None:
    """Update rows: each line is a primary key followed by the values of `fields`."""
    if not lines:
        return
    columns = [_quoted(model, field) for field in fields]
    given = ", ".join(f"%s::{_type(model, field)}[]" for field in ("pk", *fields))
    # Names come from our models and values are bound, so nothing foreign reaches the statement.
    sql = (
        f"UPDATE {connection.ops.quote_name(model._meta.db_table)} AS t "  # noqa: S608 - see above
        f"SET {', '.join(f'{column} = v.{column}' for column in columns)} "
        f"FROM unnest({given}) AS v (key, {', '.join(columns)}) WHERE t.{_quoted(model, 'pk')} = v.key"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(values) for values in zip(*lines, strict=True)])


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.pk if name == "pk" else model._meta.get_field(name)


def _column(model: type[models.Model], name: str) -> str:
    return str(_field(model, name).column)


def _quoted(model: type[models.Model], name: str) -> str:
    return connection.ops.quote_name(_column(model, name))


def _type(model: type[models.Model], name: str) -> str:
    """The type of a column without its length, which a cast would silently cut to."""
    return str(_field(model, name).rel_db_type(connection)).split("(")[0].strip()
