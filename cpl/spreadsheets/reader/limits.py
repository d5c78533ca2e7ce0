"""How much of a file is read before it is refused."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one reading. Each is checked before the memory for it is taken."""

    file_bytes: int = 25 * MEGABYTE
    # A workbook is a folder of compressed parts: these bound what the parts unfold to.
    inflated_bytes: int = 300 * MEGABYTE
    inflation_ratio: int = 200
    parts: int = 2_000
    rows: int = 50_000
    columns: int = 200
    # Rows times columns over all sheets, as the reader fills the gaps between cells.
    cells: int = 3_000_000
    # The text of all cells: one long shared text may be named by every cell of a sheet.
    text_bytes: int = 100 * MEGABYTE


def megabytes(size: int) -> str:
    """A size as people read it: '25 MB', '1.3 MB', '12,345 bytes'."""
    if size < MEGABYTE:
        return f"{size:,} bytes"
    return f"{size / MEGABYTE:,.1f}".removesuffix(".0") + " MB"
