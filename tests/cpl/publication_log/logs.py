"""Logs made without a database, line by line as the portal writes them, and what may be done to them."""

import json
from typing import Any, Final

from cpl import log_chain
from cpl.log_chain import EMPTY, Head
from cpl.verify_log.chain import Fault, Verifier

KEY_TEXT: Final = log_chain.new_private_key()
OTHER_KEY_TEXT: Final = log_chain.new_private_key()
KEY: Final = log_chain.private_key(KEY_TEXT)
OTHER_KEY: Final = log_chain.private_key(OTHER_KEY_TEXT)
PUBLIC: Final = log_chain.public_text(KEY.public_key())
KEYS: Final = {log_chain.key_name(KEY.public_key()): KEY.public_key()}
SIGNED_AT: Final = "2026-11-24T23:00:00.000000Z"


def time_of(number: int) -> str:
    return f"2026-11-{1 + number // 86_400:02}T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000000Z"


def record(number: int, previous: str, **other: Any) -> dict[str, Any]:
    """A record as its fields, chained to `previous`; `other` replaces fields before they are hashed."""
    fields: dict[str, Any] = {
        "number": number,
        "at": time_of(number),
        "kind": "opened" if number == 1 else "entry_published",
        "previous": previous,
        "body": {"cpl_entry_id": f"CPL-{number:06}", "issue": "152"},
        "salt": f"{number:032x}",
        **other,
    }
    fields["body_digest"] = log_chain.body_digest(fields["salt"], fields["body"])
    return sealed(fields)


def sealed(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with the digest that they make."""
    parts = (fields["number"], fields["at"], fields["kind"], fields["body_digest"], fields["previous"])
    return {**fields, "digest": log_chain.record_digest(*parts)}


def withheld(fields: dict[str, Any]) -> dict[str, Any]:
    """The record as somebody gets it who may not see its body."""
    rest = {name: value for name, value in fields.items() if name not in ("body", "salt")}
    return {**rest, "withheld": True}


def records(count: int) -> list[dict[str, Any]]:
    found, head = [], EMPTY
    for number in range(1, count + 1):
        made = record(number, head.digest)
        found.append(withheld(made) if number % 3 == 0 else made)
        head = Head(number, made["digest"])
    return found


def checkpoint(last: dict[str, Any], key: Any = KEY) -> bytes:
    head = Head(last["number"], last["digest"])
    name = log_chain.key_name(key.public_key())
    return log_chain.checkpoint_line(head, SIGNED_AT, name, log_chain.signature(key, head, SIGNED_AT))


def lines_of(found: list[dict[str, Any]], key: Any = KEY) -> list[bytes]:
    """The file of these records: one line each, and the checkpoint."""
    return [*map(log_chain.record_line, found), checkpoint(found[-1], key)]


def fields_of(line: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    return found


def line_of(fields: dict[str, Any]) -> bytes:
    return log_chain.canonical_json(fields).encode() + b"\n"


def faults(lines: list[bytes], kept: tuple[Head, ...] = (), keys: Any = KEYS) -> list[Fault]:
    return Verifier(keys, kept).verify(line.removesuffix(b"\n") for line in lines)


def told(lines: list[bytes], **options: Any) -> str:
    return "\n".join(map(str, faults(lines, **options)))
