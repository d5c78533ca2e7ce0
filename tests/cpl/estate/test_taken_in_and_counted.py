"""What is taken in is counted with the lines that the file had when it was sent, whatever was done to it in between."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from cpl.choices import EstateColumn as Column
from cpl.estate.counting import count
from cpl.estate.layout import Layout
from cpl.estate.spool import Spool, path_of
from cpl.estate.tally import Kind, Tally
from cpl.spreadsheets.estate_upload import Intake

COLUMNS = {Column.MANUFACTURER: 0, Column.DEVICE_MODEL: 1, Column.FIRMWARE_VERSION: 2, Column.COUNT: 3}
TEXT = (
    'Our estate, October\n\nManufacturer,Model,"Firmware\nversion",Devices\n7A05,705B090B,01030000,"1,200"\n\n'
    "7A05,705B090B,wrong,3\n7A05,705B090B,01030000,4\n"
)


def taken_in_and_counted(data: bytes, name: str, folder: Path) -> Tally:
    intake = Intake(Spool(folder), name, max_bytes=10**7, max_workbook_bytes=10**7)
    intake.feed(data)
    taken = intake.finish()
    layout = Layout.from_json({**taken.layout.as_json(), "columns": {str(one): at for one, at in COLUMNS.items()}})
    return count(path_of(folder, taken.token), layout, codes={}, max_kinds=9, told=lambda lines: None)


def lines_and_devices(tally: Tally) -> tuple[list[int], dict[Kind, int]]:
    return [line for refusal in tally.refusals for line in refusal.lines], dict(tally.by_kind)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_a_text_are_those_of_the_file_sent(tmp_path: Path, encoding: str, end: str) -> None:
    tally = taken_in_and_counted(TEXT.replace("\n", end).encode(encoding), "gains.csv", tmp_path)
    assert lines_and_devices(tally) == ([7], {Kind("7A05", "705B090B", "01030000"): 1204})


def test_lines_of_a_workbook_are_the_rows_of_its_sheet(tmp_path: Path) -> None:
    book, content = Workbook(), BytesIO()
    for row in (
        ["Our estate"], [], ["Manufacturer", "Model", "Firmware", "Devices"], ["7A05", "705B090B", "01030000", 1200],
        [], ["7A05", "705B090B", "wrong", 3], ["7A05", "705B090B", "01030000", 4.0],
    ):  # fmt: skip
        book.active.append(row)
    book.save(content)
    tally = taken_in_and_counted(content.getvalue(), "gains.xlsx", tmp_path)
    assert lines_and_devices(tally) == ([6], {Kind("7A05", "705B090B", "01030000"): 1204})
