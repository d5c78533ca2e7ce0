"""What was counted of an estate file: the form in which counting hands it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cpl.choices import EstateColumn


class Kind(NamedTuple):
    """One model with one firmware version, as everywhere in upper-case hex without separators."""

    manufacturer_code: str
    duis_model: str
    firmware_version: str


class Holding(NamedTuple):
    """So many rows of a kind under one label, and the devices that they stand for."""

    kind: Kind
    label: str
    rows: int
    devices: int


@dataclass(frozen=True)
class Refusal:
    """Rows that could not be read, for one reason and one value; `value` is '' where it may be personal."""

    column: EstateColumn | None
    value: str
    message: str
    cure: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Tally:
    """All of it: `rows_in` is the number of rows below the headings that are not empty.

    Every one of them is in a holding or in a refusal, and in one only.
    """

    rows_in: int
    holdings: tuple[Holding, ...]
    refusals: tuple[Refusal, ...]

    @property
    def rows_refused(self) -> int:
        """How many rows could not be read."""
        return sum(len(refusal.lines) for refusal in self.refusals)

    @property
    def rows_answered(self) -> int:
        """How many rows get an answer."""
        return sum(holding.rows for holding in self.holdings)

    @property
    def devices(self) -> int:
        """How many devices they stand for."""
        return sum(holding.devices for holding in self.holdings)

    @property
    def by_kind(self) -> Mapping[Kind, int]:
        """The devices of each kind, whatever the label."""
        found: dict[Kind, int] = {}
        for holding in self.holdings:
            found[holding.kind] = found.get(holding.kind, 0) + holding.devices
        return found
