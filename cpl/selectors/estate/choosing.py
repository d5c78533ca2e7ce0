"""Which lines of an answer somebody chose to see: read from an address, and written into one."""

from dataclasses import dataclass, fields, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from cpl.choices import EstateRoute, EstateStanding, EstateStatus
from cpl.selectors.estate.lines import Line

NO_LABEL: Final = "(none)"
"""Stands in an address for the devices that have no label."""
LONGEST: Final = 200

_KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "standing": tuple(EstateStanding.values),
    "status": tuple(EstateStatus.values),
    "route": tuple(EstateRoute.values),
}


@dataclass(frozen=True)
class Chosen:
    """'' and False choose everything. `label` is one of the file's, or NO_LABEL; `maker` is as `Line.maker`; `model` as
    `Line.model`; `words` must all stand somewhere in what names the line.
    """

    label: str = ""
    maker: str = ""
    model: str = ""
    standing: str = ""
    status: str = ""
    route: str = ""
    urgent: bool = False
    words: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "Chosen":
        """From `?label=…&maker=…&standing=…&urgent=1`; whatever makes no sense is left out, never an error."""
        given: dict[str, Any] = {one.name: _clean(query.get(one.name, "")) for one in fields(cls)}
        for name, known in _KNOWN.items():
            given[name] = given[name] if given[name] in known else ""
        return cls(**{**given, "urgent": bool(given["urgent"])})

    def as_query(self) -> str:
        """The same for an address, without what chooses everything; '' for everything."""
        given = ((one.name, getattr(self, one.name)) for one in fields(self))
        return urlencode([(name, "1" if value is True else value) for name, value in given if value])

    def without(self, name: str) -> "Chosen":
        """The same with one choice taken back."""
        return replace(self, urgent=False) if name == "urgent" else replace(self, **{name: ""})  # type: ignore[arg-type]

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == EVERYTHING

    def takes_label(self, label: str) -> bool:
        """Whether devices with this label of the file, '' for none, are meant."""
        return not self.label or label == ("" if self.label == NO_LABEL else self.label)

    def takes(self, line: Line) -> bool:
        """Whether the line is meant, whatever its labels."""
        plain = all(
            not wanted or wanted == has
            for wanted, has in (
                (self.maker, line.maker), (self.model, line.model), (self.standing, line.standing),
                (self.status, line.status), (self.route, line.route),
            )
        )  # fmt: skip
        return plain and (line.is_urgent or not self.urgent) and self._named_in(line)

    def _named_in(self, line: Line) -> bool:
        if not self.words:
            return True
        named = (*line.kind, line.model, line.manufacturer, line.model_name, line.entry_id, line.target_version)
        text = " ".join(named).casefold()
        return all(word in text for word in self.words.casefold().split())


EVERYTHING: Final = Chosen()


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST]
