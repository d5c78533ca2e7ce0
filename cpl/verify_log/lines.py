"""Lines of the log's file: read one at a time, each told apart from what the portal would have written."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from cpl.log_chain import Head, canonical_json

MOST_BYTES: Final = 16 * 1024 * 1024
"""A longer line is no record; keeps memory bounded whatever the file is."""

_HASH, _TIME = re.compile(r"[0-9a-f]{64}"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_SALT, _KEY, _SIGNATURE, _KIND = (
    re.compile(form) for form in (r"[0-9a-f]{32}", r"[0-9a-f]{16}", r"[0-9a-f]{128}", r"[a-z_]{1,25}")
)
_ABOUT_RECORD: Final = {"at": _TIME, "kind": _KIND, "previous": _HASH, "body_digest": _HASH, "digest": _HASH}
_ABOUT_CHECKPOINT: Final = {"at": _TIME, "digest": _HASH, "key_id": _KEY, "signature": _SIGNATURE}
_FORMS: Final = {
    _HASH: "64 digits 0–9 and a–f",
    _TIME: "a time such as 2026-11-24T10:00:00.000000Z",
    _SALT: "32 digits 0–9 and a–f",
    _KEY: "16 digits 0–9 and a–f",
    _SIGNATURE: "128 digits 0–9 and a–f",
    _KIND: "a kind of record",
}


class MalformedError(Exception):
    """A line that is neither a record nor a checkpoint; `number` where it says one all the same."""

    def __init__(self, message: str, number: int | None = None) -> None:
        super().__init__(message)
        self.number = number


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the file tells it; `body` and `salt` are None where they were withheld from the reader."""

    number: int
    at: str
    kind: str
    previous: str
    body_digest: str
    digest: str
    body: Any = None
    salt: str | None = None

    @property
    def is_withheld(self) -> bool:
        """Whether the reader of this file was not shown the body."""
        return self.salt is None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signature over the head of the log."""

    number: int
    digest: str
    at: str
    key_id: str
    signature: str

    @property
    def head(self) -> Head:
        """The record that it covers, and with it all before."""
        return Head(self.number, self.digest)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that could be read. `is_as_written` tells whether its bytes are those that the portal writes."""

    what: Record | Checkpoint
    is_as_written: bool


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file without their ends; one that is too long comes as so many bytes and no more."""
    while line := file.readline(MOST_BYTES):
        if len(line) == MOST_BYTES:
            _skip_to_end_of(line, file)
        yield line.removesuffix(b"\n")


def _skip_to_end_of(line: bytes, file: BinaryIO) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(MOST_BYTES)


def parse(line: bytes) -> Line:
    """Read one line. Raises MalformedError, saying what is wrong with it."""
    if len(line) >= MOST_BYTES - 1:
        raise MalformedError("the line is longer than any record is")
    fields = _object(line)
    is_as_written = _written(fields) == line
    read = _PARTS.get(str(fields.pop("type", "")))
    if read is None:
        raise MalformedError("the line is neither a record nor a checkpoint", _number(fields))
    return Line(read(fields), is_as_written)


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_once, parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, _TwiceError) else "the line is no JSON"
        raise MalformedError(reason) from None
    if not isinstance(found, dict):
        raise MalformedError("the line is neither a record nor a checkpoint")
    return found


class _TwiceError(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON lets a name stand twice, and readers differ in which one they believe."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError("a name stands twice in the line")
    return found


def _no_fraction(text: str) -> Any:
    raise _TwiceError(f"{text[:20]} is no number that the log writes")


def _written(fields: dict[str, Any]) -> bytes:
    """The line as the portal would write it."""
    try:
        return canonical_json(fields).encode("ascii")
    except TypeError:
        raise MalformedError("the line is nested too deeply for a record", _number(fields)) from None


def _record(fields: dict[str, Any]) -> Record:
    forms: dict[str, re.Pattern[str]] = dict(_ABOUT_RECORD)
    withheld = fields.pop("withheld", None)
    others = {"number"} if withheld is True else {"number", "body"}
    if withheld is not True:
        forms["salt"] = _SALT
    if withheld not in (None, True):
        raise MalformedError("its field withheld is not true", _number(fields))
    _require(fields, forms, others)
    return Record(**fields)


def _checkpoint(fields: dict[str, Any]) -> Checkpoint:
    _require(fields, _ABOUT_CHECKPOINT, {"number"})
    return Checkpoint(**fields)


def _require(fields: Mapping[str, Any], forms: Mapping[str, re.Pattern[str]], others: set[str]) -> None:
    """Exactly these fields, each of its form."""
    number = _number(fields)
    if missing := sorted((forms.keys() | others) - fields.keys()):
        raise MalformedError(f"it lacks the field {missing[0]}", number)
    if unknown := sorted(fields.keys() - forms.keys() - others):
        raise MalformedError(f"it has a field that no record has: {unknown[0][:40]!a}", number)
    if number is None:
        raise MalformedError("its number is not a whole number from 1")
    for name, form in forms.items():
        if not isinstance(fields[name], str) or not form.fullmatch(fields[name]):
            raise MalformedError(f"its field {name} is not {_FORMS[form]}", number)


def _number(fields: Mapping[str, Any]) -> int | None:
    number = fields.get("number")
    return number if type(number) is int and number >= 1 else None


_PARTS: Final[Mapping[str, Callable[[dict[str, Any]], Record | Checkpoint]]] = {
    "record": _record,
    "checkpoint": _checkpoint,
}
