"""Audit events as files, written while they are read: the memory needed does not grow with their number."""

import csv
import json
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any, Final

from django.db.models import QuerySet

from accounts import audit, audit_names
from accounts.audit_words import in_words
from accounts.cells import neutralise
from accounts.models import AuditEvent, User

_AT_ONCE = 2_000

COLUMNS: Final[tuple[str, ...]] = (
    "key", "at", "event", "in_words", "actor", "actor_name", "party", "party_category", "role", "channel", "address",
    "object_type", "object_key", "object_label", "owner", "before", "after", "details",
)  # fmt: skip


def export(
    events: QuerySet[AuditEvent], *, file_format: str, filters: dict[str, str], by: User
) -> tuple[Iterator[str], int]:
    """Record that these events are taken away, and return the file's lines with the number of events.

    The file holds what was there before it was asked for, newest first. `file_format` is one of FORMATS.
    """
    newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    chosen = events.filter(pk__lte=newest)
    number = chosen.count()
    audit.record(audit_names.AUDIT_EXPORTED, by=by, format=file_format, filters=filters, events=number)
    return _WRITERS[file_format](chosen.iterator(chunk_size=_AT_ONCE)), number


def as_row(event: AuditEvent) -> dict[str, Any]:
    """One event, every column, as JSON has it."""
    known = {"key": event.pk, "at": event.at.isoformat(), "event": event.name, "in_words": in_words(event.name)}
    return {name: known[name] if name in known else getattr(event, name) for name in COLUMNS}


def _csv_lines(events: Iterator[AuditEvent]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The mark lets Excel read accents right.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for event in events:
        yield writer.writerow([_cell(value) for value in as_row(event).values()])


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return neutralise("" if value is None else str(value))


def _json_lines(events: Iterator[AuditEvent]) -> Iterator[str]:
    for event in events:
        yield json.dumps(as_row(event), ensure_ascii=False) + "\n"


class _Echo:
    """Hands each line that the CSV writer makes straight back."""

    def write(self, line: str) -> str:
        """The line."""
        return line


_WRITERS: Final = MappingProxyType[str, Callable[[Iterator[AuditEvent]], Iterator[str]]](
    {"csv": _csv_lines, "jsonl": _json_lines}
)
FORMATS: Final = MappingProxyType({"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"})
"""The content type of each."""
