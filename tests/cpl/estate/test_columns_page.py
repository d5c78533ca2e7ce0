"""What the columns of an uploaded estate hold is recognised, guessed or asked, and confirmed by a person."""

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from openpyxl import Workbook

from cpl.models import EstateCheck, EstateColumns
from tests.conftest import SignedIn
from tests.cpl.estate.sending import PAGE, confirm, left_in, send
from tests.cpl.spreadsheets.workbooks import Value, saved
from tests.factories import Cast
from tests.factories.estate_files import HEADINGS, ROW

TWO_COUNTS = b"Manufacturer,Model,Firmware,Devices,Qty\n7A05,705B090B,01030000,802,4\n"
BOTH = (
    "Two columns may hold the number of devices. Choose one, or choose “Not used” for both to count one device a row."
)


@pytest.fixture
def spool(settings: Any, tmp_path: Path) -> Path:
    settings.ESTATE_SPOOL = tmp_path / "spool"
    return tmp_path / "spool"


@pytest.fixture
def ana(cast: Cast, signed_in: SignedIn, spool: Path) -> Client:
    return signed_in(cast.supplier)


def test_recognised_columns_are_chosen_on_the_first_rows(ana: Client) -> None:
    page = ana.get(send(ana, HEADINGS + ROW)["Location"]).content.decode()
    assert page.count(" selected>") == 4
    assert '<option value="device_model" selected>' in page
    assert "705B090B" in page


def holds(page: str) -> list[str]:
    """What is selected at each column: '' for "Choose…"."""
    boxes = [box.find("option", selected=True) for box in BeautifulSoup(page, "html.parser").select("table select")]
    return [str(chosen["value"]) if chosen else "" for chosen in boxes]


def test_two_candidates_for_one_column_are_asked_about_and_neither_is_chosen(ana: Client) -> None:
    page = ana.get(send(ana, TWO_COUNTS)["Location"]).content.decode()
    assert holds(page) == ["manufacturer", "device_model", "firmware_version", "", ""]
    assert page.count(BOTH) == 2


@pytest.mark.parametrize("decided", [{}, {"count": 3}])
def test_candidates_that_nobody_decided_on_are_neither_taken_nor_remembered(ana: Client, decided: Any) -> None:
    send(ana, TWO_COUNTS)
    check = EstateCheck.objects.get()
    page = confirm(ana, check, manufacturer=0, device_model=1, firmware_version=2, **decided).content.decode()
    assert f'<a href="#column_{3 + len(decided)}">{BOTH}</a>' in page
    check.refresh_from_db()
    assert check.state == "uploaded"
    assert not EstateColumns.objects.exists()


def test_candidates_that_are_not_used_on_purpose_are_remembered_as_such(ana: Client) -> None:
    send(ana, TWO_COUNTS)
    sent = ["manufacturer", "device_model", "firmware_version", "not_used", "not_used"]
    check = EstateCheck.objects.get()
    ana.post(f"/estate/{check.pk}/columns/", {f"column_{at}": name for at, name in enumerate(sent)})
    assert EstateColumns.objects.get().columns == {"manufacturer": 0, "device_model": 1, "firmware_version": 2}
    page = ana.get(send(ana, TWO_COUNTS)["Location"]).content.decode()
    assert holds(page) == sent
    assert BOTH not in page


def test_of_two_candidates_for_what_is_needed_one_has_to_be_chosen(ana: Client) -> None:
    page = ana.get(send(ana, b"Firmware version," + HEADINGS + b"01030000," + ROW)["Location"]).content.decode()
    assert "Two columns may hold the firmware version. Choose one, and “Not used” for the other." in page
    assert "no column recognised" not in page


def test_columns_with_the_same_heading_are_told_apart_by_their_place_in_the_file_sent(ana: Client) -> None:
    rows = b"MPAN,Model,Model,Manufacturer,Firmware\n1200023305967,705B090B,705B090B,7A05,01030000\n"
    sent = send(ana, rows, leave_out=["0:MPAN"])

    names = BeautifulSoup(ana.get(sent["Location"]).content, "html.parser").select("table label")

    assert [name.text for name in names] == ["Model (column 2)", "Model (column 3)", "Manufacturer", "Firmware"]


def test_a_needed_column_that_is_not_recognised_is_said_before_anything_is_chosen(ana: Client) -> None:
    page = ana.get(send(ana, b"Who,Model,Firmware\nx,705B090B,01030000\n")["Location"]).content.decode()
    assert "Manufacturer: no column recognised." in page


def test_a_needed_column_that_is_not_chosen_is_marked_where_the_summary_leads(ana: Client) -> None:
    send(ana, HEADINGS + ROW)
    page = confirm(ana, EstateCheck.objects.get(), device_model=1, firmware_version=2).content.decode()
    assert '<a href="#missing_manufacturer">Choose the column with the manufacturer.</a>' in page
    assert BeautifulSoup(page, "html.parser").select_one("#missing_manufacturer .govuk-error-message")


def test_a_column_told_by_its_values_alone_is_to_be_confirmed(ana: Client) -> None:
    page = ana.get(send(ana, b"Make,Sort,FW\n7A05,705B090B,01030000\n")["Location"]).content.decode()
    assert holds(page) == ["manufacturer", "device_model", "firmware_version"]
    assert page.count("Guessed from its values: please confirm.") == 1


def test_lines_that_came_in_are_said_to_include_empty_ones(ana: Client) -> None:
    page = ana.get(send(ana, HEADINGS + ROW + b"\n" + ROW)["Location"]).content.decode()
    assert "3 lines below the headings came in for Ashdown Energy, empty ones included." in page


def test_sheets_that_were_not_read_are_named(ana: Client) -> None:
    rows: list[list[Value]] = [["Manufacturer", "Model", "Firmware"], ["7A05", "705B090B", "01030000"]]
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, state in (("Gains", "visible"), ("Gains of May", "hidden"), ("Jane Doe", "visible")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows if title != "Jane Doe" else [["Notes"]]:
            sheet.append(row)
    page = ana.get(send(ana, saved(book), "gains.xlsx")["Location"]).content.decode()
    assert "“Gains”. Not read: “Gains of May” (hidden), a sheet whose name is not shown." in page


def test_a_number_where_an_identifier_should_stand_is_shown_as_its_cell_shows_it(ana: Client) -> None:
    book = Workbook()
    for row in (["Manufacturer", "Model", "Firmware"], ["7A05", "705B090B", 1030000]):
        book.worksheets[0].append(row)
    page = ana.get(send(ana, saved(book), "gains.xlsx")["Location"]).content.decode()
    assert "1030000" in page
    assert "1.030000E+6" not in page


@pytest.mark.parametrize(
    ("places", "says"),
    [
        ({"device_model": 1, "firmware_version": 2}, "Choose the column with the manufacturer."),
        ({"manufacturer": 0, "firmware_version": 2}, "Choose the column with the Device Model"),
        ({"manufacturer": 0, "device_model": 1}, "Choose the column with the firmware version."),
        (
            {"manufacturer": 0, "model_identifier": 1, "firmware_version": 2},
            "Choose the column with the Hardware Version",
        ),
        ({"manufacturer": 0, "device_model": 1, "firmware_version": 2, "hardware_version": 3}, "chosen twice"),
    ],
)
def test_columns_that_make_no_device_are_not_taken(ana: Client, places: dict[str, int], says: str) -> None:
    send(ana, HEADINGS + ROW)
    check = EstateCheck.objects.get()
    assert says in confirm(ana, check, **places).content.decode()
    check.refresh_from_db()
    assert check.state == "uploaded"


def test_one_thing_chosen_for_two_columns_is_not_taken(ana: Client) -> None:
    send(ana, HEADINGS + ROW)
    check = EstateCheck.objects.get()
    answer = ana.post(f"/estate/{check.pk}/columns/", {"column_0": "count", "column_3": "count"})
    assert "is chosen for “Manufacturer” and “Devices”" in answer.content.decode()


def test_throwing_the_file_away_leaves_nothing(
    ana: Client, spool: Path, django_capture_on_commit_callbacks: Any
) -> None:
    send(ana, HEADINGS + ROW)
    check = EstateCheck.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        ana.post(f"/estate/{check.pk}/columns/", {"go": "discard"})
    assert not EstateCheck.objects.exists()
    assert left_in(spool) == []


def test_a_file_that_was_swept_away_is_asked_for_again(ana: Client, spool: Path) -> None:
    answer = send(ana, HEADINGS + ROW)
    left_in(spool)[0].unlink()
    assert ana.get(answer["Location"])["Location"] == PAGE
