"""How an estate file that waits in the spool is to be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cpl.choices import EstateColumn
from cpl.identifiers import (
    DEVICE_MODEL,
    FIRMWARE_VERSION,
    HARDWARE_REVISION,
    HARDWARE_VERSION,
    MANUFACTURER_IDENTIFIER,
    MODEL_IDENTIFIER,
)

Columns = Mapping[EstateColumn, int]
"""Which column holds what, counted from 0."""

PARTS: Final = (EstateColumn.MODEL_IDENTIFIER, EstateColumn.HARDWARE_VERSION, EstateColumn.HARDWARE_REVISION)
"""The three columns that may stand in place of a joined Device Model."""

WIDTHS: Final[Mapping[EstateColumn, int]] = {
    EstateColumn.MANUFACTURER: MANUFACTURER_IDENTIFIER,
    EstateColumn.DEVICE_MODEL: DEVICE_MODEL,
    EstateColumn.MODEL_IDENTIFIER: MODEL_IDENTIFIER,
    EstateColumn.HARDWARE_VERSION: HARDWARE_VERSION,
    EstateColumn.HARDWARE_REVISION: HARDWARE_REVISION,
    EstateColumn.FIRMWARE_VERSION: FIRMWARE_VERSION,
}
"""How many hex digits the identifiers of each column have."""


@dataclass(frozen=True)
class Layout:
    """`encoding` is a name that Python knows, `first_row` the number, from 1, of the line (or of the sheet's row) with
    the headings. Lines of the file in the spool have the numbers that they had in the file sent. `columns` is empty
    until it is confirmed. `has_quotes` tells whether a quotation mark stands anywhere in the file. `left_out` are the
    places of columns that were dropped before anything was stored, among the headings of the file as it was `sent`.
    `signature` is that of the headings sent; of those left out `sent` says only what they held.
    `sheet` is the one that was read of a workbook, `other_sheets` those that hold something and were not read.
    """

    encoding: str
    separator: str
    first_row: int
    headings: tuple[str, ...]
    columns: Columns
    has_quotes: bool = True
    sent: tuple[str, ...] = ()
    left_out: tuple[int, ...] = ()
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    signature: str = ""

    @property
    def width(self) -> int:
        """How many columns a row has."""
        return len(self.headings)

    def as_json(self) -> dict[str, Any]:
        """For `EstateCheck.layout`."""
        return {
            "encoding": self.encoding, "separator": self.separator, "first_row": self.first_row,
            "headings": list(self.headings), "columns": {str(name): at for name, at in self.columns.items()},
            "has_quotes": self.has_quotes, "sent": list(self.sent), "left_out": list(self.left_out),
            "sheet": self.sheet, "other_sheets": list(self.other_sheets), "signature": self.signature,
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Layout":
        """What `as_json` wrote."""
        columns = {EstateColumn(name): at for name, at in kept["columns"].items()}
        return cls(
            kept["encoding"],
            kept["separator"],
            kept["first_row"],
            tuple(kept["headings"]),
            columns,
            kept["has_quotes"],
            tuple(kept.get("sent", ())),
            tuple(kept.get("left_out", ())),
            kept.get("sheet", ""),
            tuple(kept.get("other_sheets", ())),
            kept.get("signature", ""),
        )
