"""Reading the cells of one column: each distinct cell is read once, however often it is repeated."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from cpl import identifiers
from cpl.choices import CpaDateKind, DeviceType, EsmeVariant
from cpl.identifiers import Identifier
from cpl.readings import cells, dates
from cpl.readings.cells import Cell, CellError
from cpl.readings.words import normalise

Parse = Callable[[Cell], Any]

# Nearly every cell is written as it is stored, and needs no closer look: most of an import's time is here.
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9](?:[ -~]*[!-~])?").fullmatch
_PLAIN_ENTRY_ID = re.compile(r"[A-Z]{1,10}-[0-9]{1,20}").fullmatch

# The columns that hold dates.
DATES = frozenset({"cpa_date", "published_on", "loaded_on", "removed_on", "release_date", "withdrawn_on"})

# Before the first smart meter there was no list.
FIRST_DAY = date(2010, 1, 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says: its value, with a remark where it is accepted but odd, or the error."""

    value: Any
    warning: str = ""
    error: CellError | None = None


def longest(model: type[Model], name: str) -> int:
    """How many characters a field of a model takes."""
    column: Any = model._meta.get_field(name)
    return int(column.max_length or 0)


class Readings(dict[Any, Reading]):
    """Readings of one kind of column, by cell."""

    def __init__(self, parse: Parse) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, cell: Cell) -> Reading:
        reading = self[cell] = self.read(cell)
        return reading

    def read(self, cell: Cell) -> Reading:
        """Read without remembering: for yes/no cells, which Python takes for the numbers 1 and 0."""
        try:
            value = self._parse(cell)
        except CellError as error:
            return Reading(None, error=error)
        return Reading(value.value, value.warning) if isinstance(value, Identifier) else Reading(value)


def text(length: int, *, multiline: bool = False) -> Parse:
    """Text of at most so many characters."""

    def parse(cell: Cell) -> str:
        if isinstance(cell, str) and len(cell) <= length and _PLAIN_TEXT(cell):
            return cell
        return cells.text(cell, length, multiline=multiline)

    return parse


def entry_id(cell: Cell) -> str:
    """One CPL Entry ID, '' for an empty cell."""
    return cell if isinstance(cell, str) and _PLAIN_ENTRY_ID(cell) else cells.entry_id(cell)


def version(length: int, known: list[str]) -> Parse:
    """A version from a list that settings may give; one that is not on it is accepted with a warning."""

    def parse(cell: Cell) -> Identifier:
        value = cells.version(cell, length, known)
        odd = value and known and value not in known
        return Identifier(value, f"“{value}” is not among the versions in use." if odd else "")

    return parse


def identifier(width: int) -> Parse:
    """A hex identifier, '' for an empty cell."""
    plain = re.compile(f"[0-9A-F]{{{width}}}").fullmatch

    def parse(cell: Cell) -> Identifier:
        if isinstance(cell, str) and (plain(cell) or not cell.strip()):
            return Identifier(cell.strip())
        return Identifier("") if cell is None else cells.identifier(cell, width)

    return parse


_HASH = identifier(identifiers.FIRMWARE_HASH)


def firmware_hash(cell: Cell) -> Identifier:
    """A SHA-256; one that is implausible is accepted with a warning."""
    read: Identifier = _HASH(cell)
    if identifiers.is_repeated_digit(read.value):
        return Identifier(read.value, "The hash is one digit over and over: hardly the hash of a firmware image.")
    return read


def day(latest: date) -> Parse:
    """A date between the first smart meters and the latest that is plausible."""

    def parse(cell: Cell) -> date | None:
        value = cells.day(cell)
        if value is not None and not FIRST_DAY <= value <= latest:
            raise CellError(
                f"{value:%-d %B %Y} is not plausible: expected {FIRST_DAY:%Y} to {latest:%-d %B %Y}.",
                "Correct the date, or leave the cell empty where it is not known.",
            )
        return value

    return parse


def no_day_numbers(parse: Parse) -> Parse:
    """Dates of a workbook whose days count from 1904: a bare number there may be either of two days."""

    def read(cell: Cell) -> Any:
        if dates.is_day_number(cell):
            raise CellError(
                f"{cell} is a bare number in a workbook whose days count from 1904, so its day is not clear.",
                "Format the column as a date, or write the date as day/month/year, for example 01/09/2026.",
            )
        return parse(cell)

    return read


def words(what: str, allowed: Mapping[str, str], offered: str) -> Parse:
    """One of a list of words in any writing, '' for an empty cell; `allowed` is by normalised word."""

    def parse(cell: Cell) -> str:
        value = cells.text(cell, 200)
        if value and normalise(value) not in allowed:
            raise CellError(f"“{value}” is not a known {what}.", f"Write one of: {offered}.")
        return allowed[normalise(value)] if value else ""

    return parse


def _by_word(**also: str) -> dict[str, str]:
    return {normalise(word): value for word, value in also.items()}


DEVICE_TYPES = {
    **{normalise(value): value for value in DeviceType.values},
    **_by_word(CommunicationsHub="CH", CommsHub="CH", CHF="CH", GPF="CH", CHFGPF="CH", HCALC="HCALCS"),
}
DEVICE_TYPE = words("device type", DEVICE_TYPES, ", ".join(DeviceType.values))

ESME_VARIANT = words(
    "ESME variant",
    {f"{before}{normalise(value)}": value for value in EsmeVariant.values for before in ("", "variant", "esme")},
    ", ".join(EsmeVariant.values),
)

CPA_DATE_KIND = words(
    "kind of CPA date",
    {
        **dict.fromkeys(
            ("expiry", "expires", "expire", "expiration", "expirydate", "expiring"), CpaDateKind.EXPIRY.value
        ),
        **dict.fromkeys(
            ("renewal", "renews", "renew", "renewable", "renewaldate", "renewed"), CpaDateKind.RENEWAL.value
        ),
    },
    "Expiry, Renewal",
)
