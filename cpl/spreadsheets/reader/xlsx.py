"""Reading .xlsx: a first look at every part, then the values by python-calamine.

The library is given an archive made anew of the very bytes that passed the first look, so it cannot
see anything else than what was checked.
"""

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import python_calamine

from cpl.readings.cells import Cell
from cpl.spreadsheets.errors import (
    DecompressionBombError,
    ExternalContentError,
    MacroError,
    TooManyCellsError,
    WrongKindError,
)
from cpl.spreadsheets.reader.archive import Archive
from cpl.spreadsheets.reader.limits import Limits
from cpl.spreadsheets.reader.scan import PartScanner, WorkbookFindings
from cpl.spreadsheets.reader.source import SAVE_AS_XLSX
from cpl.spreadsheets.reader.workbook import Row, Sheet
from cpl.spreadsheets.reader.worksheet import SheetFindings

_WORKBOOK = "xl/workbook.xml"
_RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
_NEEDED = (_WORKBOOK, _RELATIONSHIPS)
# Before the sheets: these say how long the shared texts are, and what the sheets are called.
_FIRST = (*_NEEDED, "xl/sharedstrings.xml")
_OUTSIDE_XL = ("[content_types].xml", "_rels/.rels")
# Floats hold every whole number up to 2**53.
_EXACT = 2.0**53


def read_sheets(data: bytes, name: str, limits: Limits) -> tuple[Sheet, ...]:
    """The worksheets of a workbook in the order of its tabs.

    Raises WrongKindError, EncryptedError, CorruptError, MacroError, ExternalContentError or a
    TooLargeError.
    """
    archive = Archive(name, data, limits)
    _refuse_other_kinds(archive)
    _refuse_active_content(archive)
    with _checked_copy(archive) as (copy, findings):
        return tuple(_read_values(archive, copy, findings))


def _refuse_other_kinds(archive: Archive) -> None:
    parts = archive.parts
    if all(part in parts for part in _NEEDED):
        return
    if "xl/workbook.bin" in parts:
        found = "a binary workbook (.xlsb)"
    elif "content.xml" in parts:
        found = "an OpenDocument file"
    elif "word/document.xml" in parts or "ppt/presentation.xml" in parts:
        found = "a text document or presentation"
    else:
        found = "a zip archive without a workbook in it"
    raise WrongKindError(f"The file “{archive.name}” is not what its name says: its content is {found}.", SAVE_AS_XLSX)


def _refuse_active_content(archive: Archive) -> None:
    for part in archive.parts:
        if part.endswith("vbaproject.bin") or part.startswith(("xl/macrosheets/", "xl/activex/")):
            raise MacroError(
                f"The workbook “{archive.name}” contains a program (macro), in its part “{part}”.",
                "Save it as an Excel workbook without macros (.xlsx) and upload that.",
            )
        if part.startswith("xl/externallinks/"):
            raise ExternalContentError(
                f"The workbook “{archive.name}” takes values from other workbooks.",
                "Break the links (Data, Edit Links, Break Link), save the workbook and upload it again.",
            )


@contextmanager
def _checked_copy(archive: Archive) -> Iterator[tuple[Path, WorkbookFindings]]:
    findings = WorkbookFindings()
    with _nameless_file() as (file, path):
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as copy:
            for part in sorted(archive.parts, key=lambda part: part not in _FIRST):
                _look_at(part, archive, findings, copy)
        file.flush()
        yield path, findings


@contextmanager
def _nameless_file() -> Iterator[tuple[BinaryIO, Path]]:
    """A file in memory where the system has such: a workbook may hold what must never be written to a disk."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("workbook"), "w+b") as file:
            yield file, Path(f"/proc/self/fd/{file.fileno()}")
        return
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as named:
        yield cast(BinaryIO, named), Path(named.name)


def _look_at(part: str, archive: Archive, findings: WorkbookFindings, copy: zipfile.ZipFile) -> None:
    if not _is_read(part):
        # Pictures and the like are unfolded too: a bomb among them counts.
        for _ in archive.unfold(part):
            pass
        return
    scanner = PartScanner(part, findings, archive.limits)
    with copy.open(archive.parts[part].filename.replace("\\", "/"), "w") as written:
        try:
            for piece in archive.unfold(part):
                scanner.feed(piece)
                if not scanner.is_refused:
                    written.write(piece)
        except DecompressionBombError:
            # A sheet that is too long is the plainer thing to say.
            scanner.stop()
            raise
        scanner.finish()
    _check_cells(archive, findings)


def _is_read(part: str) -> bool:
    return part in _OUTSIDE_XL or (part.startswith("xl/") and part.endswith((".xml", ".rels")))


def _check_cells(archive: Archive, findings: WorkbookFindings) -> None:
    cells = sum(sheet.rows * sheet.columns for sheet in findings.worksheets.values())
    if cells > archive.limits.cells:
        raise TooManyCellsError(
            f"The sheets of “{archive.name}” have {cells:,} cells, counted to their last row and column; "
            f"at most {archive.limits.cells:,} can be read.",
            "Delete everything beyond the list, also single cells far away, or split the list.",
        )


def _read_values(archive: Archive, copy: Path, findings: WorkbookFindings) -> Iterator[Sheet]:
    try:
        yield from _sheets(archive, copy, findings)
    except (python_calamine.CalamineError, OSError) as error:
        raise archive.corrupt(f"its sheets cannot be read ({error})") from error
    except BaseException as error:
        # A panic of the library's Rust code is no ordinary Exception.
        if type(error).__name__ == "PanicException":
            raise archive.corrupt("its sheets cannot be read") from error
        raise


def _sheets(archive: Archive, copy: Path, findings: WorkbookFindings) -> Iterator[Sheet]:
    with python_calamine.CalamineWorkbook.from_path(copy) as workbook:
        listed = [sheet.name for sheet in workbook.sheets_metadata]
        if listed != [name for name, _ in findings.sheets]:
            raise archive.corrupt("its list of sheets is not clear")
        for index, metadata in enumerate(workbook.sheets_metadata):
            if metadata.typ is python_calamine.SheetTypeEnum.WorkSheet:
                found = _found(archive, findings, index)
                rows = _rows(archive, workbook.get_sheet_by_index(index), found)
                hidden = metadata.visible is not python_calamine.SheetVisibleEnum.Visible
                yield Sheet(
                    metadata.name, rows, tuple(found.merged), found.formulas, hidden, from_1904=findings.from_1904
                )


def _found(archive: Archive, findings: WorkbookFindings, index: int) -> SheetFindings:
    name, relationship = findings.sheets[index]
    part = findings.part_of(relationship)
    if part not in findings.worksheets:
        raise archive.corrupt(f"its sheet “{name}” is missing")
    return findings.worksheets[part]


def _rows(archive: Archive, sheet: python_calamine.CalamineSheet, found: SheetFindings) -> list[Row]:
    if sheet.end is None:
        filled: list[Row] = []
    elif sheet.end[0] >= found.rows or sheet.end[1] >= found.columns:
        raise archive.corrupt(f"its sheet “{sheet.name}” has cells in unclear places")
    else:
        filled = [tuple(map(_cell, row)) for row in sheet.to_python(skip_empty_area=False)]
    return _completed(filled, found)


def _completed(filled: list[Row], found: SheetFindings) -> list[Row]:
    """The rows with the error values, and with cells that hold only a formula; the library drops both."""
    missing = found.columns - (len(filled[0]) if filled else 0)
    rows = [row + (None,) * missing for row in filled] if missing else filled
    rows.extend([(None,) * found.columns] * (found.rows - len(rows)))
    for (number, column), text in found.errors.items():
        row = rows[number - 1]
        rows[number - 1] = (*row[:column], text, *row[column + 1 :])
    return rows


def _cell(value: Cell) -> Cell:
    if value == "":
        return None
    if type(value) is float and value.is_integer() and abs(value) <= _EXACT:
        return int(value)
    return value
