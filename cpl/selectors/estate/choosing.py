"""Which lines of an answer somebody chose to see: read from an address, and written into one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from cpl.choices import EstateRoute, EstateStanding, EstateStatus
from cpl.identifiers import squash
from cpl.selectors.estate.lines import Judged, Told

NO_LABEL: Final = "(none: the rows in which the column with the labels holds nothing)"
"""Stands in an address for the devices that have no label: longer than any label that a file may have."""
ANY_WITHOUT: Final = "none"
"""Stands in an address, as a route, for whatever is known here and has no known way, for any reason."""
LONGEST: Final = 200

_BYTES_APART: Final = re.compile(r"(?<!\S)[0-9a-f]{2}(?: [0-9a-f]{2})+(?!\S)", re.IGNORECASE)

_KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "standing": tuple(EstateStanding.values),
    "status": tuple(EstateStatus.values),
    "route": (*EstateRoute.values, ANY_WITHOUT),
}

_TICKS: Final = ("urgent", "behind")


@dataclass(frozen=True)
class Chosen:
    """'' and False choose everything. `label` is one of the file's, or NO_LABEL; `maker` is as `Line.maker`; `model` as
    `Line.model`; `route` is one of EstateRoute or ANY_WITHOUT; `urgent` and `behind` are as the line's, whatever its
    standing; `words` must all stand somewhere in what names the line; an identifier may be written
    with `0x`, colons, hyphens or spaces between its bytes.
    """

    label: str = ""
    maker: str = ""
    model: str = ""
    standing: str = ""
    status: str = ""
    route: str = ""
    urgent: bool = False
    words: str = ""
    behind: bool = False

    @classmethod
    def from_query(cls, query: QueryDict) -> "Chosen":
        """From `?label=…&maker=…&standing=…&urgent=1`; whatever makes no sense is left out, never an error."""
        given: dict[str, Any] = {one.name: _clean(query.get(one.name, "")) for one in fields(cls)}
        for name, known in _KNOWN.items():
            given[name] = given[name] if given[name] in known else ""
        return cls(**{**given, **{name: bool(given[name]) for name in _TICKS}})

    def as_query(self) -> str:
        """The same for an address, without what chooses everything; '' for everything."""
        given = ((one.name, getattr(self, one.name)) for one in fields(self))
        return urlencode([(name, "1" if value is True else value) for name, value in given if value])

    def without(self, name: str) -> "Chosen":
        """The same with one choice taken back."""
        nothing: Any = False if name in _TICKS else ""
        return replace(self, **{name: nothing})

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == EVERYTHING

    @property
    def label_of_file(self) -> str:
        """The label that was chosen as the file has it: '' for none."""
        return "" if self.label == NO_LABEL else self.label

    def of(self, lines: Iterable[Told]) -> list[Told]:
        """Those that are meant, whatever their labels."""
        if self.without("label").is_everything:
            return list(lines)
        return [line for line in lines if self.takes(line)]

    def takes(self, line: Judged) -> bool:
        """Whether the line is meant, whatever its labels."""
        plain = all(
            not wanted or wanted == has
            for wanted, has in (
                (self.maker, line.maker), (self.model, line.model), (self.standing, line.standing),
                (self.status, line.status),
            )
        )  # fmt: skip
        return plain and self._takes_route(line) and self._takes_ticked(line) and self._named_in(line)

    def _takes_route(self, line: Judged) -> bool:
        return line.is_without_route if self.route == ANY_WITHOUT else self.route in ("", line.route)

    def _takes_ticked(self, line: Judged) -> bool:
        return (line.is_urgent or not self.urgent) and (line.is_behind or not self.behind)

    def _named_in(self, line: Judged) -> bool:
        if not self.words:
            return True
        named = (*line.kind, line.model, line.manufacturer, line.model_name, line.entry_id, line.target_version)
        text, codes = " ".join(named).casefold(), f"{''.join(line.kind)} {line.target_version}"
        return all(word in text or (code and code in codes) for word, code in self._sought)

    @cached_property
    def _sought(self) -> list[tuple[str, str]]:
        """Each word as it was typed, and its hex digits alone, '' where it is no hex: `02:23:0B:46` is 02230B46."""
        words = _BYTES_APART.sub(lambda found: found.group().replace(" ", ""), self.words)
        return [(word.casefold(), squash(word)) for word in words.split()]


EVERYTHING: Final = Chosen()


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST]
