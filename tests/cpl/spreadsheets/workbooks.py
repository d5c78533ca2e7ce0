"""Workbooks made by hand, right or wrong in ways that no spreadsheet program writes."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import openpyxl

SAMPLES = Path(__file__).parents[2] / "samples"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
WORKSHEET_TYPE = f"{RELATIONSHIPS}/worksheet"

Value = str | int | float | bool | date | datetime | None


def made_by_openpyxl(*rows: list[Value], title: str = "CPL") -> bytes:
    """An ordinary workbook of one sheet."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook of openpyxl."""
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    """The XML of a worksheet from that of its rows."""
    return f'{DECLARATION}<worksheet xmlns="{SPREADSHEET}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(sheet: str, shared_texts: tuple[str, ...] = (), workbook_settings: str = "") -> dict[str, bytes]:
    """The parts of the smallest workbook around the XML of one sheet called CPL."""
    texts = "".join(f"<si><t>{text}</t></si>" for text in shared_texts)
    written = {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONSHIPS}">'
        f'{workbook_settings}<sheets><sheet name="CPL" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{WORKSHEET_TYPE}" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{RELATIONSHIPS}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": f'{DECLARATION}<sst xmlns="{SPREADSHEET}">{texts}</sst>',
    }
    return {name: text.encode() for name, text in written.items()}


def zipped(written: Mapping[str, bytes]) -> bytes:
    """The parts as an archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in written.items():
            archive.writestr(name, content)
    return file.getvalue()


def by_hand(rows: str, *shared_texts: str, before: str = "", after: str = "") -> bytes:
    """A workbook from the XML of the rows of its only sheet."""
    return zipped(parts(worksheet(rows, before=before, after=after), shared_texts))
