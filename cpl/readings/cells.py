"""What a single cell says: text, a date, yes or no, CPL Entry IDs, an identifier.

Every parser returns a value or raises CellError with what is wrong, including the value, and a cure. The
place (sheet, row, column) is added by the caller, who knows it.
"""

import math
import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Literal

from accounts.cells import INVISIBLE, RUNNABLE
from cpl.identifiers import Identifier, IdentifierError, parse_identifier
from cpl.readings import dates

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""What a spreadsheet's cell or a field of a form may hold."""

# ECMA-376 part 1, 18.18.11, and those that Excel has added since.
ERROR_VALUES = frozenset(
    (
        "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!",
        "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "#ERROR!",
    )
)  # fmt: skip
ENTRY_ID_LENGTH = 40

# Spaces. Not those control characters that str.strip() takes for spaces.
_SPACES = " \t\r\n\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_EDGES = re.compile(f"^[{_SPACES}{INVISIBLE}]+|[{_SPACES}{INVISIBLE}]+\\Z")
# Control characters, halves of surrogate pairs, line and paragraph separators.
_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
# They turn the direction of writing, so that a text reads otherwise than it is.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_ENTRY_ID = re.compile(rf"(?=.*[0-9])[A-Z0-9][A-Z0-9._-]{{0,{ENTRY_ID_LENGTH - 1}}}")
# "and" and "or" stand alone: an entry may be called OR-1.
_BETWEEN_IDS = re.compile(r"(?:[\s,;/|&+]|(?<![^\s,;/|&+])(?:and|or)(?![^\s,;/|&+]))+", re.IGNORECASE)
_NOTHING_BEFORE = frozenset({
    "na", "notapplicable", "none", "nil", "nonebefore", "nothingbefore", "noprevious", "nopreviousversion",
    "nopreviousversions", "nopreviousentry", "nopreviouscplentry", "nopredecessor", "nopredecessors",
    "first", "firstversion", "firstrelease", "firstentry", "initial", "initialversion", "initialrelease",
    "baseline", "baselineversion",
})  # fmt: skip
_NOT_YET = frozenset({
    "notprovided", "notyetprovided", "notsupplied", "notyetsupplied", "notgiven", "notstated", "tbc", "tba",
    "tobeconfirmed", "tobeprovided", "tobeadvised", "blank", "notavailable",
})  # fmt: skip
_DECLINED = frozenset({
    "declined", "decline", "declinedtosay", "declinedtoanswer", "declinedtoprovide", "declinedtosupply",
    "refused", "withheld", "prefernottosay", "notdisclosed", "willnotbeprovided", "willnotprovide",
})  # fmt: skip
_YES = frozenset({"yes", "y", "true", "t", "1"})
_NO = frozenset({"no", "n", "false", "f", "0"})

VoluntaryWord = Literal["declined", "not_applicable", "blank"]


class Absent(Enum):
    """Why a cell for previous entries names none. The two are different facts."""

    NOT_APPLICABLE = "nothing comes before"
    NOT_PROVIDED = "not yet provided"


NOT_APPLICABLE = Absent.NOT_APPLICABLE
NOT_PROVIDED = Absent.NOT_PROVIDED


class CellError(ValueError):
    """A cell that cannot be accepted: `message` says what is wrong with the value, `cure` what to do."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure


def text(raw: Cell, max_length: int, *, multiline: bool = False) -> str:
    """The text of a cell in NFC, without spaces at its ends; '' for an empty one.

    A number becomes its plain writing (4.2, 3, not 3.0). The apostrophe by which an export protects a
    text is taken away. Raises CellError for control characters, error values, dates and texts too long.
    """
    value = _normalised(_plain(raw), multiline=multiline)
    if len(value) > max_length:
        raise CellError(
            f"The text “{value[:40]}…” has {len(value):,} characters; at most {max_length:,} are allowed.",
            f"Shorten it to {max_length:,} characters.",
        )
    return value


def version(raw: Cell, max_length: int, known: Collection[str] = ()) -> str:
    """The text of a version such as that of GBCS; a number 3 is read as '3.0' where only that is known."""
    value = text(raw, max_length)
    is_number = isinstance(raw, (int, float)) and not isinstance(raw, bool)
    return f"{value}.0" if is_number and value not in known and f"{value}.0" in known else value


def identifier(raw: Cell, width: int) -> Identifier:
    """A hex identifier of so many digits; raises CellError. See `cpl.identifiers.parse_identifier`."""
    _refuse_error_value(raw)
    try:
        return parse_identifier(raw, width=width)
    except IdentifierError as error:
        raise CellError(error.message, error.cure) from error


def day(raw: Cell) -> date | None:
    """The date of a cell, None for an empty one; a time of day is left out.

    Date cells, day numbers, ISO dates, British dates (day first) and dates with the month in words.
    Raises CellError for anything else, for dates that do not exist and for years of two digits.
    """
    value = _plain(raw) if isinstance(raw, str) else raw
    if value is None or value == "":
        return None
    try:
        return _day(value)
    except dates.NoDateError as error:
        raise CellError(
            f"“{_shown(value)}” {error}.", "Write the date as day/month/year, for example 01/09/2026."
        ) from error


def yes_no(raw: Cell) -> bool | None:
    """Yes or no, None for an empty cell; raises CellError for anything else."""
    if isinstance(raw, bool):
        return raw
    word = _plain(raw).casefold() if isinstance(raw, (str, int, float)) else ""
    if word in _YES or word in _NO:
        return word in _YES
    if raw is None or not _plain(raw):
        return None
    raise CellError(f"“{_shown(raw)}” is neither yes nor no.", "Write Yes or No, or leave the cell empty.")


def entry_id(raw: Cell) -> str:
    """One CPL Entry ID in upper case; '' for an empty cell. Raises CellError."""
    value = text(raw, ENTRY_ID_LENGTH).upper()
    return _checked_id(value, raw) if value else ""


def entry_ids(raw: Cell) -> tuple[str, ...] | Absent:
    """The CPL Entry IDs in a cell, in their order and each once, or why there are none.

    NOT_APPLICABLE where the cell says so in words, NOT_PROVIDED where it is empty or says that.
    Raises CellError for what is no entry ID.
    """
    value = _normalised(_plain(raw), multiline=True)
    word = _squeezed(value)
    if word in _NOTHING_BEFORE:
        return NOT_APPLICABLE
    if not value or word in _NOT_YET:
        return NOT_PROVIDED
    parts = (part.upper() for part in _BETWEEN_IDS.split(value) if part)
    ids = tuple(dict.fromkeys(_checked_id(part, raw) for part in parts))
    return ids or _no_ids(raw)


def voluntary(raw: Cell) -> VoluntaryWord | None:
    """What a cell for a voluntary field says in place of a value; None where it holds a value.

    Raises CellError for a spreadsheet's error value.
    """
    if (raw is not None and not isinstance(raw, str)) or _is_protected_word(raw):
        return None
    value = _plain(raw)
    return _voluntary_word(value) if value else "blank"


def protected_word(value: str) -> str:
    """A text for a voluntary field's cell: an apostrophe before what would be taken for *declined* and the like."""
    return f"'{value}" if _voluntary_word(value) else value


def without_protection(raw: Cell) -> Cell:
    """The cell of a voluntary field that `voluntary` calls a value, without the apostrophe of `protected_word`."""
    return _EDGES.sub("", raw)[1:] if isinstance(raw, str) and _is_protected_word(raw) else raw


def _is_protected_word(raw: str | None) -> bool:
    return raw is not None and "'" in raw and _EDGES.sub("", raw)[0] == "'" and _voluntary_word(raw) is not None


def _voluntary_word(value: str) -> VoluntaryWord | None:
    word = _squeezed(value)
    if word in _NOT_YET:
        return "blank"
    if word in _DECLINED:
        return "declined"
    return "not_applicable" if word in ("na", "notapplicable") else None


def _plain(raw: Cell) -> str:
    """The cell as text without protection and without spaces at its ends."""
    _refuse_error_value(raw)
    if raw is None:
        return ""
    if isinstance(raw, str):
        value = _EDGES.sub("", raw)
        if value.startswith("'") and RUNNABLE.match(value):
            value = _EDGES.sub("", value[1:])
        _refuse_error_value(value)
        return value
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, (int, float)):
        return _number(raw)
    raise CellError(
        f"The spreadsheet keeps this cell as a date or time ({_shown(raw)}), not as text.",
        "Format the column as text and type the value again.",
    )


def _number(raw: int | float) -> str:
    if not math.isfinite(raw):
        raise CellError(f"The cell holds {raw}, which is no number.", "Type the value again.")
    # As a spreadsheet shows it: 15 significant digits, no decimals where there are none.
    return f"{raw:.15g}" if isinstance(raw, float) and not raw.is_integer() else str(int(raw))


def _normalised(value: str, *, multiline: bool) -> str:
    if value.isascii() and value.isprintable():
        return value
    if multiline:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    for character in value:
        _refuse_control(character, value, allowed="\n\t" if multiline else "")
    return _EDGES.sub("", unicodedata.normalize("NFC", value))


def _refuse_control(character: str, value: str, *, allowed: str) -> None:
    is_control = unicodedata.category(character) in _CONTROL or ord(character) & 0xFFFE == 0xFFFE
    if (is_control and character not in allowed) or character in _DIRECTION:
        position = value.index(character) + 1
        raise CellError(
            f"The text “{_shown(value)}” contains the control character U+{ord(character):04X} "
            f"({_character_name(character)}) at position {position}.",
            "Delete the character, or type the text again.",
        )


def _character_name(character: str) -> str:
    common = {"\n": "line break", "\r": "line break", "\t": "tab", "\x0b": "vertical tab", "\x00": "NUL"}
    return common.get(character) or unicodedata.name(character, "it cannot be seen").lower()


def _refuse_error_value(raw: Cell) -> None:
    if isinstance(raw, str) and raw.startswith("#") and raw.strip().upper() in ERROR_VALUES:
        raise CellError(
            f"The cell shows the spreadsheet error {raw.strip()}, not a value.",
            "Correct the cell, or replace the formula that failed by its value.",
        )


def _day(value: str | float | date | datetime | time | timedelta) -> date:
    if isinstance(value, datetime):
        return dates.in_range(value.date())
    if isinstance(value, date):
        return dates.in_range(value)
    if isinstance(value, str):
        return dates.from_text(" ".join(value.split()))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise dates.NoDateError("is not a date")
    return dates.from_number(value)


def _checked_id(value: str, raw: Cell) -> str:
    if not _ENTRY_ID.fullmatch(value):
        raise CellError(
            f"“{_shown(value)}” in “{_shown(raw)}” is not a CPL Entry ID."
            if value != str(raw)
            else f"“{_shown(value)}” is not a CPL Entry ID.",
            "Write it as in the Central Products List, for example CPL-001003; several with commas between.",
        )
    return value


def _no_ids(raw: Cell) -> tuple[str, ...]:
    raise CellError(
        f"“{_shown(raw)}” names no CPL Entry ID.",
        "Write N/A where nothing comes before this entry; leave the cell empty where it is not known.",
    )


def _squeezed(value: str) -> str:
    return re.sub(r"[\W_]+", "", value).casefold()


def _shown(raw: object) -> str:
    # Messages are stored and shown: what cannot be printed must not get into them.
    printable = (character if character.isprintable() else "\ufffd" for character in str(raw))
    shown = " ".join("".join(printable).split())
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
