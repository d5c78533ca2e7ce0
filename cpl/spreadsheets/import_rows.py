"""Keeping what a preview shows of its rows, thousands at once."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from cpl.actions.imports.bulk import copy_in
from cpl.models import ImportRow, ImportRun
from cpl.spreadsheets.plan import PlannedRow

_FIELDS = ("run", "sheet", "row_number", "cpl_entry_id", "outcome", "raw", "changes", "problems", "warnings")
_SHEET_LENGTH = 120
_ENTRY_ID_LENGTH = 200


class _Encoder(DjangoJSONEncoder):
    """Django's, with its commonest case first: thousands of dates."""

    def default(self, o: Any) -> Any:
        """Dates as ISO dates; the rest as Django does."""
        return o.isoformat() if isinstance(o, date) else super().default(o)


_encode = _Encoder(separators=(",", ":")).encode


def store(run: ImportRun, rows: Iterable[PlannedRow]) -> None:
    """Keep the rows of a preview, inside the caller's transaction."""
    copy_in(ImportRow, _FIELDS, (_line(run.pk, row) for row in rows))


def _line(run: int, row: PlannedRow) -> tuple[Any, ...]:
    return (
        run,
        _text(row.sheet[:_SHEET_LENGTH]),
        row.row_number,
        _text(row.cpl_entry_id[:_ENTRY_ID_LENGTH]),
        row.outcome.value,
        _json(row.raw()),
        _json(row.changes),
        _json(row.problems),
        _json(row.warnings),
    )


def _json(value: Any) -> str:
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    text = _encode(value)
    # PostgreSQL takes neither NUL nor half a character, and a refused cell may hold either.
    return _encode(storable(value)) if "\\u0000" in text or "\\ud" in text or "NaN" in text else text


def storable(value: Any) -> Any:
    """The value as the database can keep it as JSON: without NUL, halves of characters and fractions."""
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    if isinstance(value, float):
        return repr(value)
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    return value.replace("\x00", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()
