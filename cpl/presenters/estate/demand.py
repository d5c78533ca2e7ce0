"""Demand in rows, as its spreadsheet has them."""

from collections.abc import Iterable, Iterator
from typing import Final

from cpl.selectors.estate.demand import ModelDemand, WantedVersion

HEADINGS: Final = (
    "Manufacturer", "Device Model name", "Manufacturer Identifier", "Device Model", "Firmware Version", "CPL Entry ID",
    "Open notices", "Pathway", "Parties",
)  # fmt: skip
WHOLE_MODEL: Final = "any"
Row = tuple[str | int, ...]


def rows_of(demands: Iterable[ModelDemand]) -> list[Row]:
    """For each model the number of each of the two kinds, then its versions; numbers stay numbers."""
    return [row for demand in demands for row in _rows(demand)]


def _rows(demand: ModelDemand) -> Iterator[Row]:
    model = demand.model
    own = (model.manufacturer.name, model.name, model.identifier.code, model.duis_model)
    if demand.has_noticed:
        yield (*own, WHOLE_MODEL, "", "any", "", demand.noticed)
    if demand.has_stuck:
        yield (*own, WHOLE_MODEL, "", "", "none given", demand.stuck)
    for one in demand.versions:
        yield (*own, *_of_version(one), one.parties)


def _of_version(one: WantedVersion) -> Row:
    notices = ", ".join(notice.reference for notice in one.notices)
    return one.version.firmware_version, one.version.entry_id, notices, one.pathway
