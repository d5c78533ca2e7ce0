"""The publication log as text and numbers: what is hashed, what is signed, how a line of its file is written.

Standard library and `cryptography` only: the portal that writes the log and the verifier that knows no portal share
this file. `docs/publication-log.md` says the same in words.
"""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GENESIS: Final = "0" * 64
"""What the first record names as the digest of the record before it."""

KINDS: Final = (
    "opened",
    "entry_published",
    "entry_corrected",
    "entry_removed",
    "information_published",
    "pathway_published",
    "version_withdrawn",
    "contact_published",
    "issue_loaded",
)
"""Kinds of record: `cpl.choices.LogKind` says the same to the portal."""

_RECORD, _CHECKPOINT = "cpl-publication-log record 1", "cpl-publication-log checkpoint 1"
_KEY_BYTES = 32
_DEEPEST = 50


class KeyTextError(ValueError):
    """A text that is no Ed25519 key: says what it should be."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of a log, or of a part of it."""

    number: int
    digest: str


EMPTY: Final = Head(0, GENESIS)
"""The head of a log without records."""


def canonical_json(value: Any) -> str:
    """The one way to write `value`: names in order, no spaces, ASCII. Raises TypeError for what has no such way.

    That is a number with a fraction (and every type that JSON does not know): text says it exactly. And what is
    nested deeper than anything that is published.
    """
    _refuse_unwritable(value, _DEEPEST)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_unwritable(value: Any, levels: int) -> None:
    if not levels:
        raise TypeError("The value is nested too deeply for the log.")
    # Plain dictionaries and texts, of which nearly every body is made, need no closer look: 10,000 are written at once.
    if value.__class__ is dict or isinstance(value, Mapping):
        if odd := [name for name in value if name.__class__ is not str and not isinstance(name, str)]:
            raise TypeError(f"{odd[0]!r} is no name: the log writes text only.")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            if part.__class__ is not str:
                _refuse_unwritable(part, levels - 1)
    elif isinstance(value, float):
        raise TypeError(f"{value} is a number with a fraction: write it as text.")


def time_text(at: datetime) -> str:
    """A moment as the log writes it: UTC with microseconds, 2026-11-24T10:00:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_salt() -> str:
    """Sixteen random bytes in hex: without them a short body could be guessed from its digest."""
    return secrets.token_hex(16)


def body_digest(salt: str, body: Any) -> str:
    """SHA-256 over the bytes of the salt, then the body in its one way of writing."""
    return text_digest(salt, canonical_json(body))


def text_digest(salt: str, text: str) -> str:
    """The same of a body that is written already."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode("ascii")).hexdigest()


def record_digest(number: int, at: str, kind: str, body: str, previous: str) -> str:
    """SHA-256 over a record: its number, time, kind, digest of its body, digest of the record before it."""
    text = "\n".join((_RECORD, str(number), at, kind, body, previous))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def checkpoint_text(head: Head, at: str, key: str) -> bytes:
    """What is signed: that the log's head was this record at that moment; `key` is the key's own name."""
    return "\n".join((_CHECKPOINT, str(head.number), head.digest, at, key)).encode("utf-8", "surrogatepass")


def private_key(text: str) -> Ed25519PrivateKey:
    """The signing key from base64 of 32 bytes. Raises KeyTextError."""
    return Ed25519PrivateKey.from_private_bytes(_key_bytes(text))


def public_key(text: str) -> Ed25519PublicKey:
    """The key to verify with, from base64 of 32 bytes. Raises KeyTextError."""
    return Ed25519PublicKey.from_public_bytes(_key_bytes(text))


def _key_bytes(text: str) -> bytes:
    try:
        found = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise KeyTextError("A key is 32 bytes written in base64 (44 characters ending in =).") from None
    if len(found) != _KEY_BYTES:
        raise KeyTextError(f"A key is 32 bytes written in base64; this text holds {len(found)} bytes.")
    return found


def new_private_key() -> str:
    """A fresh signing key as text."""
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as text, for pages and for `--key`."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def key_name(key: Ed25519PublicKey) -> str:
    """What a checkpoint calls the key that signed it: the first sixteen hex digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def signature(key: Ed25519PrivateKey, head: Head, at: str) -> str:
    """The Ed25519 signature over a checkpoint, in hex."""
    return key.sign(checkpoint_text(head, at, key_name(key.public_key()))).hex()


def is_signed(key: Ed25519PublicKey, head: Head, at: str, given: str) -> bool:
    """Whether `given` is this key's signature over that checkpoint."""
    try:
        key.verify(bytes.fromhex(given), checkpoint_text(head, at, key_name(key)))
    except (InvalidSignature, ValueError):
        return False
    return True


def record_line(fields: Mapping[str, Any]) -> bytes:
    """One record as a line of the file: its fields in their one way of writing.

    With `body` and `salt`, or, for a reader who may not see these, with `withheld`.
    """
    return canonical_json({"type": "record", **fields}).encode("ascii") + b"\n"


def checkpoint_line(head: Head, at: str, key: str, signed: str) -> bytes:
    """A checkpoint as a line of the file."""
    fields = {"number": head.number, "digest": head.digest, "at": at, "key_id": key, "signature": signed}
    return canonical_json({"type": "checkpoint", **fields}).encode("ascii") + b"\n"
