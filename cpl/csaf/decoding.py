"""The bytes of an uploaded file as JSON, within limits: RFC 8259 as I-JSON (RFC 7493) narrows it."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from cpl.csaf.errors import CsafError, Path, place_of, refused, shown

LARGEST: Final = 2_000_000
"""Bytes: a file that names two thousand versions has about one million."""

DEEPEST: Final = 60
MOST_VALUES: Final = 200_000
_EXPORT_AGAIN: Final = "Export the advisory again as a CSAF 2.0 JSON file, and upload that."


class _Object(dict[str, Any]):
    """An object of the file; `twice` is the first of its names that stands twice."""

    twice: str | None = None


class _NotANumberError(ValueError):
    """NaN, an infinity, or a number too large to be one."""


def decode(data: bytes) -> dict[str, Any]:
    """The object that the file holds.

    Raises CsafError where it is too large or too deep, is no UTF-8 or no JSON, names a member twice, or holds
    characters that no text has.
    """
    if len(data) > LARGEST:
        raise refused(f"The file is larger than {LARGEST // 1_000_000} MB.", "Divide the advisory into several files.")
    whole = _parsed(_text(data))
    for path, value in values(whole):
        _check(path, value)
    if not isinstance(whole, dict):
        cure = "A CSAF file is one JSON object that begins with {. " + _EXPORT_AGAIN
        raise refused("The file holds no JSON object.", cure, value=shown(whole))
    return whole


def _text(data: bytes) -> str:
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise refused("The file is empty.", _EXPORT_AGAIN)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = "The file is not UTF-8 text, as CSAF 2.0 prescribes"
        raise refused(f"{what}: byte {error.start + 1:,} fits nowhere.", f"Save it as UTF-8. {_EXPORT_AGAIN}") from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_number)
    except RecursionError:
        raise _too_deep("") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno:,}, column {error.colno:,}"
        raise refused(f"The file is no JSON: {error.msg.lower()}.", _EXPORT_AGAIN, place=where) from None
    except ValueError as error:
        # Also a whole number of more than 4,300 digits, which Python does not read.
        what = str(error) if isinstance(error, _NotANumberError) else "It holds a number of thousands of digits."
        raise refused(what, "Write a number that JSON knows, or none.") from None


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        found.twice = next(name for name, number in counts.items() if number > 1)
    return found


def _no_number(word: str) -> NoReturn:
    raise _NotANumberError(f"It holds {word}, which is no number of JSON.")


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _NotANumberError(f"It holds the number {shown(digits, 30)}, which is too large to be read.")
    return value


def values(whole: Any) -> Iterator[tuple[Path, Any]]:
    """Every value with its place. Raises CsafError where they are too many or too deep."""
    waiting: list[tuple[Path, Any]] = [((), whole)]
    seen = 0
    while waiting:
        path, value = waiting.pop()
        seen += 1
        if seen > MOST_VALUES:
            cure = "Divide the advisory into several files."
            raise refused(f"The file holds more than {MOST_VALUES:,} values.", cure)
        if len(path) > DEEPEST:
            raise _too_deep(place_of(path[:4]))
        yield path, value
        if isinstance(value, dict):
            waiting.extend(((*path, name), inner) for name, inner in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, number), inner) for number, inner in enumerate(value))


def _too_deep(place: str) -> CsafError:
    cure = "Flatten the branches of its product tree."
    return refused(f"The file is nested more than {DEEPEST} levels deep.", cure, place=place)


def _check(path: Path, value: Any) -> None:
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, dict) else []
    for text in texts:
        if "\x00" in text or not _is_text(text):
            what = "It holds a character that no text has: a null character or half of a pair."
            raise refused(what, "Take the character out.", place=place_of(path), value=shown(text))
    if isinstance(value, _Object) and value.twice is not None:
        what = f"“{shown(value.twice)}” stands twice in one object: it is unclear which is meant."
        raise refused(what, "Keep one of the two.", place=place_of((*path, value.twice)))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
