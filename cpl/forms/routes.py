"""What the route page is asked: from which version, to which, and which of the ways is shown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from cpl.identifiers import FIRMWARE_VERSION, IdentifierError, parse_identifier, squash
from cpl.selectors.versions import Version

LONGEST: Final = 80
_ENTRY_ID: Final = re.compile(r"(?=.*[G-Z])[A-Z]{2,}[-_ ]?[0-9]+", re.IGNORECASE)
"""What looks like an Entry ID and cannot be hex."""


@dataclass(frozen=True)
class Named:
    """A version as somebody named it: the version itself, or as what it was read, or why it could not be read."""

    text: str
    version: Version | None = None
    read_as: str = ""
    error: IdentifierError | None = None

    @property
    def is_unknown(self) -> bool:
        """Well written, and none of the versions that the person may see."""
        return bool(self.read_as) and self.version is None


@dataclass(frozen=True)
class RouteRequest:
    """The address of a route page, read. `way` counts from 1, the best."""

    start: str
    target: str
    way: int

    @classmethod
    def from_address(cls, given: QueryDict) -> "RouteRequest":
        """From the part of the address after the question mark; what is no number of a way is the first."""
        way = given.get("way", "")
        number = int(way) if way.isascii() and way.isdecimal() and len(way) < 3 else 1
        return cls(_typed(given.get("from", "")), _typed(given.get("to", "")), max(number, 1))


def _typed(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:LONGEST]


def read_version(text: str, versions: Iterable[Version]) -> Named:
    """The version that is named by its CPL Entry ID or its firmware version in any writing."""
    known = list(versions)
    try:
        digits = parse_identifier(text, width=FIRMWARE_VERSION).value
    except IdentifierError as error:
        return _entry_named(text, known) or (
            Named(text, read_as=text.upper()) if _ENTRY_ID.fullmatch(text) else Named(text, error=_plainer(text, error))
        )
    # Before the Entry ID, which is opaque and may look like another's firmware version: links name the latter.
    found = next((version for version in known if version.firmware_version == digits), None)
    return Named(text, found, digits) if found else _entry_named(text, known) or Named(text, read_as=digits)


def _entry_named(text: str, known: Iterable[Version]) -> Named | None:
    found = next((version for version in known if version.entry_id.upper() == text.upper()), None)
    return Named(text, found, found.entry_id) if found else None


def _plainer(text: str, error: IdentifierError) -> IdentifierError:
    """What is no number of a version at all needs no letter-by-letter account of it."""
    if text.isascii() and not squash(text):
        return IdentifierError(f"A firmware version has {FIRMWARE_VERSION} characters, 0 to 9 and A to F.", "")
    return error
