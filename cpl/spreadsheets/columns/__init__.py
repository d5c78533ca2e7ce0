"""Finding the header row of a sheet under any banner, and the field of each of its columns."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cpl.readings.words import normalise
from cpl.spreadsheets.columns.banner import issue_date, issue_number
from cpl.spreadsheets.columns.names import NAMES, field_of, title
from cpl.spreadsheets.errors import (
    DuplicateColumnError,
    MergedCellsError,
    MissingColumnsError,
    NoHeaderError,
    UnreadSheetError,
)
from cpl.spreadsheets.reader import Cell, Row, Sheet, Workbook, column_letter, is_blank

__all__ = [
    "NAMES",
    "Header",
    "SheetKind",
    "field_of",
    "find_header",
    "find_headers",
    "issue_date",
    "issue_number",
    "normalise",
    "title",
]

# A banner is a few lines; further down there are only data.
_SEARCHED_ROWS = 50
_MODEL_PARTS = ("model_identifier", "hardware_version", "hardware_revision")
_MODEL_COLUMNS = {"device_model", "model_identifier"}
_SHOWN_HEADINGS = 30
_LONGEST_HEADING = 200
# A sheet that is called like a list must be one, or the list would be lost without a word.
_LIST_NAME = re.compile(r"remov|(?<![a-z])(?:cpl|fir)(?![a-z])", re.IGNORECASE)
_FIR_NAME = re.compile(r"(?<![a-z])fir(?![a-z])|information repository", re.IGNORECASE)

# Columns that only the one or the other list has.
_OF_REMOVED = {"removed_on", "removal_reason"}
_OF_CPL = {
    "device_type", "esme_variant", "smets_chts_version", "gbcs_version", "zigbee_certificate",
    "dlms_certificate", "cpa_certificate", "cpa_date_kind", "cpa_date", "firmware_hash", "published_on",
    "loaded_on",
}  # fmt: skip
_OF_FIR = {
    "release_date", "stage", "contact_team", "contact_email", "contact_telephone", "portal_link", "notes",
    "recommendation", "urgency", "interrupts_hub_power", "irreversible", "needs_site_visit",
    "vulnerabilities", "firmware_label", "withdrawn_on", "withdrawal_reason",
}  # fmt: skip


class SheetKind(StrEnum):
    """Which list a sheet is."""

    CPL = "CPL"
    REMOVED = "REMOVED"
    FIR = "FIR"


_REQUIRED: Mapping[SheetKind, tuple[str, ...]] = {
    SheetKind.CPL: (
        "cpl_entry_id", "device_type", "manufacturer", "manufacturer_identifier", "firmware_version",
    ),
    SheetKind.REMOVED: ("cpl_entry_id", "removed_on", "removal_reason"),
    SheetKind.FIR: ("cpl_entry_id",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a sheet: what it is and where each field stands."""

    row_number: int
    kind: SheetKind
    # Field to column index, counted from 0.
    columns: Mapping[str, int]
    # Column index to the heading as it is written.
    headings: Mapping[int, str]
    # Headings that are not known, and so are not read.
    unknown: tuple[str, ...]
    # The texts above the header row, one a line.
    banner: tuple[str, ...]

    def value(self, row: Row, field: str) -> Cell:
        """The cell of a field in a row; None where the sheet has no such column or the row ends before."""
        index = self.columns.get(field)
        return row[index] if index is not None and index < len(row) else None

    def place(self, field: str) -> str:
        """How a person finds the column: 'column E (Manufacturer ID)'."""
        index = self.columns[field]
        return _place(index, self.headings[index])


def find_headers(workbook: Workbook, remembered: Mapping[str, str] | None = None) -> tuple[tuple[Sheet, Header], ...]:
    """The sheets of a workbook that are lists, each with its header; others, such as guidance, are skipped.

    Raises NoHeaderError where there is none, UnreadSheetError where one that is skipped is called like a
    list, and the errors of `find_header`.
    """
    found = [(sheet, find_header(sheet, remembered or {})) for sheet in workbook.sheets]
    lists = tuple((sheet, header) for sheet, header in found if header is not None)
    if not lists:
        raise _no_header(workbook)
    for sheet, header in found:
        if header is None and _LIST_NAME.search(sheet.name) and sheet.filled_rows():
            raise _unread(sheet)
    return lists


def find_header(sheet: Sheet, remembered: Mapping[str, str]) -> Header | None:
    """The header of a sheet, or None where no row is one.

    It is the row that names most known columns. `remembered` holds a person's decisions, by normalised
    heading: the name of a field, or '' to ignore the column.
    Raises DuplicateColumnError, MissingColumnsError or MergedCellsError.
    """
    number = _header_row(sheet, remembered)
    if number is None:
        return None
    headings = _every_heading(sheet.row(number))
    columns = _columns(sheet, headings, remembered)
    kind = _kind(sheet, number, columns)
    _check_required(sheet, kind, columns, headings)
    _check_merged(sheet, number)
    unknown = tuple(text for text in headings.values() if field_of(text, remembered) is None)
    return Header(number, kind, columns, headings, unknown, _banner(sheet.rows[: number - 1]))


def _header_row(sheet: Sheet, remembered: Mapping[str, str]) -> int | None:
    known = [_known_fields(row, remembered) for row in sheet.rows[:_SEARCHED_ROWS]]
    best = max(range(len(known)), key=lambda index: len(known[index]), default=None)
    return None if best is None or not _is_header(known[best]) else best + 1


def _known_fields(row: Row, remembered: Mapping[str, str]) -> set[str]:
    fields = (field_of(text, remembered) for text in _headings(row).values())
    return {field for field in fields if field}


def _is_header(fields: set[str]) -> bool:
    names_records = "cpl_entry_id" in fields or not fields.isdisjoint(_MODEL_COLUMNS)
    return names_records and len(fields) >= 3


def _headings(row: Row) -> dict[int, str]:
    """The headings of a row. Long texts are none: looking them up would only cost time."""
    texts = ((index, cell) for index, cell in enumerate(row) if isinstance(cell, str) and len(cell) < _LONGEST_HEADING)
    return {index: _printable(text) for index, text in texts if text.strip()}


def _every_heading(row: Row) -> dict[int, str]:
    """The headings of the header row, also those that are no text or too long to be known."""
    texts = {index: _text(cell)[: _LONGEST_HEADING - 1] for index, cell in enumerate(row) if cell is not None}
    return {index: text for index, text in texts.items() if text}


def _columns(sheet: Sheet, headings: Mapping[int, str], remembered: Mapping[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, text in headings.items():
        field = field_of(text, remembered)
        if field and field in columns:
            raise _duplicate(sheet, field, (columns[field], index), headings)
        if field:
            columns[field] = index
    return columns


def _duplicate(sheet: Sheet, field: str, indexes: tuple[int, int], headings: Mapping[int, str]) -> DuplicateColumnError:
    first, second = (_place(index, headings[index]) for index in indexes)
    return DuplicateColumnError(
        f"Sheet “{sheet.name}”: {first} and {second} both stand for “{title(field)}”.",
        "Delete or rename one of the two columns, or choose in the column mapping which one is to be read.",
    )


def _place(index: int, heading: str) -> str:
    return f"column {column_letter(index)} ({heading})"


def _kind(sheet: Sheet, header_row: int, columns: Mapping[str, int]) -> SheetKind:
    """The kind by the columns; the name of the sheet decides where they fit two kinds."""
    fields = set(columns)
    if _is_removed_list(sheet, header_row, columns):
        return SheetKind.REMOVED
    voluntary, of_cpl = len(fields & _OF_FIR), len(fields & _OF_CPL)
    named_fir = _FIR_NAME.search(sheet.name) is not None
    if "removed_on" in fields and not named_fir:
        return SheetKind.CPL
    if voluntary == of_cpl or "device_type" in fields:
        return SheetKind.FIR if named_fir and voluntary >= of_cpl else SheetKind.CPL
    return SheetKind.FIR if voluntary > of_cpl else SheetKind.CPL


def _is_removed_list(sheet: Sheet, header_row: int, columns: Mapping[str, int]) -> bool:
    name = normalise(sheet.name)
    if "remov" in name:
        return not _OF_REMOVED.isdisjoint(columns)
    # A list in force may have a column for the date of removal too.
    if "removed_on" not in columns or "cpl" in name or "productslist" in name:
        return False
    return not _lists_entries_in_force(sheet, header_row, columns)


def _lists_entries_in_force(sheet: Sheet, header_row: int, columns: Mapping[str, int]) -> bool:
    """Whether some row names an entry and says nothing of its removal; one that gives a reason lacks its date."""
    named = columns.get("cpl_entry_id")
    removal = [columns[field] for field in _OF_REMOVED if field in columns]
    return named is not None and any(
        not is_blank(row[named : named + 1]) and all(is_blank(row[index : index + 1]) for index in removal)
        for row in sheet.rows[header_row:]
    )


def _check_required(sheet: Sheet, kind: SheetKind, columns: Mapping[str, int], headings: Mapping[int, str]) -> None:
    missing = [title(field) for field in _REQUIRED[kind] if field not in columns]
    if kind is SheetKind.CPL and "device_model" not in columns:
        missing += [title(field) for field in _MODEL_PARTS if field not in columns]
    if missing:
        raise MissingColumnsError(
            f"Sheet “{sheet.name}” lacks {_listed(missing)}. Its columns are: {_shown(headings.values())}.",
            "Add the missing columns, or say in the column mapping which of the columns they are.",
        )


def _listed(titles: Sequence[str]) -> str:
    quoted = [f"“{text}”" for text in titles]
    words = "the column " if len(quoted) == 1 else "the columns "
    return words + " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _shown(headings: Iterable[str]) -> str:
    texts = list(headings)
    more = f" and {len(texts) - _SHOWN_HEADINGS} more" if len(texts) > _SHOWN_HEADINGS else ""
    return ", ".join(f"“{text[:60]}”" for text in texts[:_SHOWN_HEADINGS]) + more


def _check_merged(sheet: Sheet, header_row: int) -> None:
    for merged in sheet.merged:
        if merged.last_row >= header_row:
            raise MergedCellsError(
                f"Sheet “{sheet.name}”: the cells {merged} are merged, in the header row or below it.",
                "Unmerge them (Home, Merge & Centre), fill in each cell, and upload the workbook again.",
            )


def _banner(rows: Sequence[Row]) -> tuple[str, ...]:
    lines = (" ".join(_text(cell) for cell in row if cell is not None) for row in rows)
    return tuple(line for line in lines if line.strip())


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return _printable(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _printable(text: str) -> str:
    """The text in one line, fit for messages and for keeping: control characters are replaced."""
    words = " ".join(text.split())
    return "".join(character if character.isprintable() else "\ufffd" for character in words)


def _unread(sheet: Sheet) -> UnreadSheetError:
    rows = sheet.filled_rows()
    return UnreadSheetError(
        f"Sheet “{sheet.name}” is called like a list, but its {rows:,} row{'' if rows == 1 else 's'} cannot be read: "
        f"none of its first {_SEARCHED_ROWS} rows has “CPL Entry ID” and two more known column names.",
        "Give the sheet such a row of column names, or say in the column mapping what its columns are. "
        "If it is no list, rename it; if it is not needed, delete it.",
    )


def _no_header(workbook: Workbook) -> NoHeaderError:
    looked_at = ", ".join(f"“{sheet.name}”" for sheet in workbook.sheets[:10]) or "none"
    return NoHeaderError(
        f"No row of “{workbook.name}” has the column names of a Central Products List or Firmware "
        f"Information Repository, among the first {_SEARCHED_ROWS} rows of each sheet (sheets: {looked_at}).",
        "The list needs one row of column names, among them “CPL Entry ID”. Add it, or upload another file.",
    )
