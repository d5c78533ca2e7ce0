"""Hexadecimal identifiers as the smart metering industry writes them.

Manufacturer and model identifiers (4 digits), hardware version and revision (2), firmware version and
the Device Model as DUIS writes it (8), hashes (64): all are kept as upper-case hex without separators,
in big-endian order. Nothing here knows a database or a framework.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

MANUFACTURER_IDENTIFIER = 4
MODEL_IDENTIFIER = 4
HARDWARE_VERSION = 2
HARDWARE_REVISION = 2
DEVICE_MODEL = 8
FIRMWARE_VERSION = 8
FIRMWARE_HASH = 64

CVE = r"CVE-[0-9]{4}-[0-9]{4,19}"
"""A CVE identifier, as CSAF 2.0 (section 3.2.3.2) writes it."""

# Spreadsheets keep 15 significant decimal digits: of a longer number some digits are already gone.
EXACT_DECIMAL_DIGITS = 15

# People paste from web pages and word processors: dashes, no-break and invisible spaces come along.
_SEPARATORS = re.compile("[\\s:.\\-\u2010\u2011\u2012\u2013\u200b\u2060\ufeff]+")
_HEX = re.compile(r"[0-9A-F]*")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E[+-][0-9]+|[0-9]+[.,][0-9]+E[0-9]+")

_TYPE_AGAIN = "Format the column as text, then type the identifier again."


class IdentifierError(ValueError):
    """A value that cannot be read as an identifier: `message` says what is wrong, `cure` what to do."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Identifier:
    """Upper-case hex without separators, and what the reader should be told about how it was read."""

    value: str
    warning: str = ""


class DeviceModelParts(NamedTuple):
    """The three parts of a Device Model as DUIS joins them."""

    model_identifier: str
    hardware_version: str
    hardware_revision: str


def parse_identifier(raw: object, *, width: int) -> Identifier:
    """Read an identifier of `width` hex digits in any writing, or as the number a spreadsheet made of it.

    A number is accepted only where exactly one text of that width can have been its original, separators
    only where they fall between bytes.
    Raises IdentifierError for everything else.
    """
    if raw is None or isinstance(raw, str):
        return Identifier(_from_text(raw or "", width))
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return _from_number(raw, width)
    raise IdentifierError(f"{_shown(raw)} is not an identifier: the spreadsheet keeps it as {_kind(raw)}.", _TYPE_AGAIN)


def squash(raw: str) -> str:
    """The hex digits of a search term without `0x` and separators, or '' where it is no hex at all."""
    digits = _without_separators(raw)
    return digits if _HEX.fullmatch(digits) else ""


def reverse_bytes(value: str) -> str:
    """The same bytes in the other order; raises ValueError where there is half a byte too many."""
    return bytes.fromhex(value)[::-1].hex().upper()


def is_repeated_digit(value: str) -> bool:
    """Whether a value of several digits is one digit over and over: right in form, implausible."""
    return len(value) > 1 and len(set(value)) == 1


def split_duis_model(value: str) -> DeviceModelParts:
    """Split the joined Device Model: model identifier, hardware version, hardware revision.

    Raises ValueError unless there are eight digits.
    """
    if len(value) != DEVICE_MODEL:
        raise ValueError(f"a joined Device Model has {DEVICE_MODEL} digits, not {len(value)}: {value!r}")
    return DeviceModelParts(value[:4], value[4:6], value[6:])


def join_duis_model(model_identifier: str, hardware_version: str, hardware_revision: str) -> str:
    """Join the three parts of a Device Model in the order in which DUIS writes them."""
    return model_identifier + hardware_version + hardware_revision


def _without_separators(raw: str) -> str:
    return "".join(_groups(raw))


def _groups(raw: str) -> list[str]:
    """What stands between the separators, in upper case and without `0x`."""
    # A leading apostrophe is how spreadsheets mark a number as text; exports of some keep it.
    groups = [group for group in _SEPARATORS.split(raw.strip().removeprefix("'").upper()) if group]
    if groups and groups[0].startswith("0X"):
        groups[0] = groups[0].removeprefix("0X")
    return [group for group in groups if group]


def _from_text(raw: str, width: int) -> str:
    groups = _groups(raw)
    digits = "".join(groups)
    if not digits:
        raise IdentifierError("The identifier is empty.", f"Write its {width} hex digits.")
    if _SCIENTIFIC.fullmatch(raw.strip().upper()):
        raise _lost(raw, width, ())
    _refuse_look_alikes(digits, raw)
    _refuse_letters_outside_hex(digits, raw)
    _refuse_half_bytes(groups, raw, width)
    if len(digits) != width:
        raise _wrong_length(digits, raw, width)
    return digits


def _refuse_look_alikes(digits: str, raw: str) -> None:
    for character in digits:
        if not character.isascii():
            name = unicodedata.name(character, "unnamed character")
            raise IdentifierError(
                f"{_shown(raw)} contains {_quoted(character)} (U+{ord(character):04X}, {name}), "
                "which only looks like a hex digit or is none.",
                "Type the identifier again with the plain digits 0-9 and letters A-F.",
            )


def _refuse_letters_outside_hex(digits: str, raw: str) -> None:
    for position, character in enumerate(digits, 1):
        if not _HEX.fullmatch(character):
            raise IdentifierError(
                f"{_shown(raw)} contains {_quoted(character)} at position {position}: hex has only 0-9 and A-F.",
                f"Correct the character at position {position}.",
            )


def _refuse_half_bytes(groups: list[str], raw: str, width: int) -> None:
    """Separators stand between bytes: joined, the digits of 1.2.3.45678 would be quite another version."""
    if len(groups) > 1 and any(len(group) % 2 for group in groups):
        raise IdentifierError(
            f"{_shown(raw)} has separators in the middle of a byte: it looks like a version label or has lost zeros.",
            f"Write all {width} hex digits.",
        )


def _wrong_length(digits: str, raw: str, width: int) -> IdentifierError:
    return IdentifierError(
        f"{_shown(raw)} has {len(digits)} hex digit{'' if len(digits) == 1 else 's'}, expected {width}.",
        f"Give all {width} digits, including leading zeros.",
    )


def _from_number(raw: int | float, width: int) -> Identifier:
    if isinstance(raw, float) and not (math.isfinite(raw) and raw.is_integer()):
        raise IdentifierError(f"{raw} is not a whole number, so no identifier was meant.", _TYPE_AGAIN)
    if raw < 0:
        raise IdentifierError(f"{_plain(raw)} is a negative number, not an identifier.", _TYPE_AGAIN)
    number = int(raw)
    originals = tuple(_originals(number, width)) if width <= EXACT_DECIMAL_DIGITS else ()
    if originals != (f"{number:0{width}d}",):
        raise _lost(_plain(raw), width, originals)
    return _restored(number, originals[0])


def _restored(number: int, text: str) -> Identifier:
    lost = len(text) - len(str(number))
    if not lost:
        return Identifier(text)
    zeros = "a leading zero was" if lost == 1 else f"{lost} leading zeros were"
    return Identifier(text, f"The spreadsheet kept the number {number}; {zeros} restored: {text}.")


def _originals(number: int, width: int) -> Iterator[str]:
    """Every text of `width` hex digits that a spreadsheet reads as this number."""
    if number < 10**width:
        yield f"{number:0{width}d}"
    for exponent_digits in range(1, width - 1):
        yield from _powers(number, width - 1 - exponent_digits, exponent_digits)


def _powers(number: int, mantissa_digits: int, exponent_digits: int) -> Iterator[str]:
    """The writings like 50E2 of a number, with so many digits on either side of the E."""
    largest = 10**exponent_digits - 1
    if number == 0:
        yield from (f"{'0' * mantissa_digits}E{e:0{exponent_digits}d}" for e in range(min(largest, 9) + 1))
        return
    exponent = 0
    while exponent <= largest and number % 10**exponent == 0:
        mantissa = number // 10**exponent
        if mantissa < 10**mantissa_digits:
            yield f"{mantissa:0{mantissa_digits}d}E{exponent:0{exponent_digits}d}"
        exponent += 1


def _lost(shown: str, width: int, originals: tuple[str, ...]) -> IdentifierError:
    if width > EXACT_DECIMAL_DIGITS:
        why = f"a number keeps only {EXACT_DECIMAL_DIGITS} of its {width} digits"
    elif originals and originals[0].isdecimal():
        why = f"it may have been {_alternatives(originals)}"
    else:
        why = f"an identifier such as {_alternatives(originals or ('10E7',))} becomes a number in this way"
    return IdentifierError(
        f"The spreadsheet turned the identifier into the number {shown.strip()}; the original is lost ({why}).",
        _TYPE_AGAIN,
    )


def _alternatives(originals: tuple[str, ...]) -> str:
    some = originals[:3]
    if len(originals) > len(some):
        return ", ".join(some) + " or others"
    return " or ".join([", ".join(some[:-1]), some[-1]] if len(some) > 1 else some)


def _plain(number: int | float) -> str:
    return str(int(number)) if abs(number) < 10**21 else f"{Decimal(number):.6g}"


def _kind(raw: object) -> str:
    return "a yes/no value" if isinstance(raw, bool) else "a date or time"


def _shown(raw: object) -> str:
    text = " ".join(str(raw).split())
    return _quoted(text if len(text) <= 80 else f"{text[:77]}...")


def _quoted(text: str) -> str:
    """In quotation marks; what cannot be seen is written as its escape."""
    return f"“{''.join(each if each.isprintable() else ascii(each)[1:-1] for each in text)}”"
