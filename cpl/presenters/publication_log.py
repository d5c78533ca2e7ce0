"""Records of the publication log in words: what was published, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import localtime

from cpl.choices import LogKind, Source
from cpl.presenters.field_words import CHOICES, LABELS
from cpl.selectors.publication_log import Told

_FACTS: Final = {
    "cpl_entry_id": "CPL Entry ID",
    "manufacturer": "Manufacturer",
    "what": "What",
    "reason": "Reason",
    "reference": "Reference of the direction",
    "issue": "Issue",
    "submission": "Submission",
    "supplied_by": "Supplied by",
    "source": "Source",
    "loaded_at": "Loaded by the DCC at",
    "entries": "Entries published before the log began",
    "removed": "Of these, removed",
    "entries_digest": "Digest over all of them",
    "workbook": "SHA-256 of the workbook",
}
"""Parts of a body in the order in which a page tells them; others follow by their own names."""
_FIELDS: Final = {**LABELS, "published_on": "Published on", "withdrawn_on": "Withdrawn on"}
_HEX: Final = frozenset({"manufacturer_identifier", "device_model", "firmware_version", "firmware_hash"})

NOT_SHOWN: Final = "Not shown to your Party"
OPENS: Final = "It opens the log and publishes nothing"


@dataclass(frozen=True)
class FieldChange:
    """One field with its values before and after; `before` is empty where nothing was said before."""

    label: str
    before: str
    after: str
    is_hex: bool


@dataclass(frozen=True)
class Row:
    """A record in the list of them."""

    told: Told
    about: str
    summary: str


def row(each: Told) -> Row:
    """A record in one line."""
    body = each.body
    if body is None:
        return Row(each, "", OPENS if each.kind == LogKind.OPENED else NOT_SHOWN)
    return Row(each, str(body.get("cpl_entry_id") or body.get("manufacturer") or ""), _summary(each.kind, body))


def _summary(kind: LogKind, body: Mapping[str, Any]) -> str:
    if kind == LogKind.OPENED:
        return f"{body.get('entries', 0):,} entries were published before"
    if reason := body.get("reason"):
        return str(reason)
    changed = [_FIELDS.get(name, _plain(name)) for name in body.get("fields", {})]
    if kind == LogKind.ENTRY_PUBLISHED or not changed:
        return str(body.get("what", ""))
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return f"{', '.join(changed[:3])}{more}"


def facts(body: Mapping[str, Any], *, confirmed: bool = False) -> Iterator[tuple[str, str]]:
    """What a body says beside its fields: label and words.

    `confirmed`: another Party supplied it and the manufacturer confirmed that, which the body alone calls the
    manufacturer's.
    """
    known = [name for name in _FACTS if name in body]
    others = sorted(set(body) - set(_FACTS) - {"fields"})
    for name in (*known, *others):
        yield _FACTS.get(name, _plain(name)), _source(body, confirmed) if name == "source" else _words(name, body[name])


def _source(body: Mapping[str, Any], confirmed: bool) -> str:
    party = body.get("supplied_by")
    if party and confirmed:
        return f"From {party}, confirmed by the manufacturer"
    if party and body["source"] == Source.OTHER_PARTY:
        return f"From {party}, not confirmed by the manufacturer"
    return _words("source", body["source"])


def changes(body: Mapping[str, Any]) -> list[FieldChange]:
    """The fields that were published or changed."""
    fields = body.get("fields", {})
    return [
        FieldChange(
            _FIELDS.get(name, _plain(name)),
            _words(name, both.get("before")),
            _words(name, both.get("after")),
            name in _HEX,
        )
        for name, both in sorted(fields.items(), key=lambda item: _ORDER.get(item[0], len(_ORDER)))
    ]


_ORDER: Final = {name: place for place, name in enumerate(_FIELDS)}


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _words(name: str, value: Any) -> str:
    """A value as people read it; a state of a field is in words already."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "None"
    if isinstance(value, int):
        return f"{value:,}"
    return _text(name, str(value))


def _text(name: str, value: str) -> str:
    kind: Any = Source if name == "source" else CHOICES.get(name)
    if kind and value in kind.values:
        return str(kind(value).label)
    if name.endswith("_at") and (moment := parse_datetime(value)):
        local = localtime(moment)
        return f"{local.day} {local:%B %Y, %H:%M}"
    if name.endswith(("_on", "_date")) and (day := _day(value)):
        return day
    return value


def _day(value: str) -> str:
    try:
        day = parse_date(value)
    except ValueError:
        return ""
    return f"{day.day} {day:%B %Y}" if day else ""
