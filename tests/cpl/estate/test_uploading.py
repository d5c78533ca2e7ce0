"""An estate is uploaded by a person: what is refused leaves nothing behind, what is taken waits for its columns."""

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import Party
from cpl.estate.layout import Layout
from cpl.models import EstateCheck, EstateColumns
from tests.conftest import SignedIn
from tests.cpl.estate.sending import PAGE, confirm, left_in, read, send
from tests.cpl.spreadsheets.workbooks import Value, parts, saved, worksheet, zipped
from tests.factories import Cast
from tests.factories.estate_files import HEADINGS, ROW

MPANS = b"MPAN," + HEADINGS + b"1200012345678," + ROW


@pytest.fixture
def spool(settings: Any, tmp_path: Path) -> Path:
    settings.ESTATE_SPOOL = tmp_path / "spool"
    return tmp_path / "spool"


@pytest.fixture
def ana(cast: Cast, signed_in: SignedIn, spool: Path) -> Client:
    return signed_in(cast.supplier)


def workbook(*sheets: list[list[Value]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    return saved(book)


def bomb() -> bytes:
    return zipped({**parts(worksheet("")), "xl/media/picture.png": b" " * 30_000_000})


def test_a_file_that_is_taken_waits_for_its_columns(ana: Client, cast: Cast, spool: Path) -> None:
    answer = send(ana, HEADINGS + ROW * 2)
    check = EstateCheck.objects.get()
    assert answer["Location"] == f"/estate/{check.pk}/columns/"
    assert (check.state, check.name, check.rows_total, check.created_by) == (
        "uploaded",
        "November gains",
        2,
        cast.supplier,
    )
    assert [path.name for path in left_in(spool)] == [check.spool]


def test_a_name_that_is_of_a_person_is_not_kept(ana: Client) -> None:
    send(ana, HEADINGS + ROW, "1200012345678.csv")
    assert EstateCheck.objects.get().name.startswith("Estate of ")


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "gains.csv", "is empty"),
        (b"\n\n", "gains.csv", "is empty"),
        (b"a,b\n1,2\n", "gains.csv", "No column of the file"),
        (HEADINGS + b"\x00" + ROW, "gains.csv", "NUL byte"),
        (HEADINGS + "Côte\n".encode() + b"C\xf4te\n", "gains.csv", "mixed encodings"),
        (b"%PDF-1.7", "gains.pdf", "PDF document"),
        (b"PK\x03\x04 no workbook", "gains.xlsx", "damaged"),
    ],
)
def test_what_is_refused_says_why_and_leaves_nothing(
    ana: Client, spool: Path, data: bytes, name: str, says: str
) -> None:
    answer = send(ana, data, name)
    assert says in answer.content.decode()
    assert not EstateCheck.objects.exists()
    assert left_in(spool) == []


def test_a_workbook_becomes_a_list_with_its_lost_zeros_put_back(ana: Client, spool: Path) -> None:
    rows: list[list[Value]] = [
        ["Gains"],
        ["Manufacturer", "Model", "Firmware", "Devices"],
        ["7A05", "705B090B", 1030001, 802],
    ]
    send(ana, workbook(rows, [["Notes"], ["nothing"]]), "gains.xlsx")
    check = EstateCheck.objects.get()
    assert left_in(spool)[0].read_text() == "\nManufacturer,Model,Firmware,Devices\n7A05,705B090B,01030001,802\n"
    assert Layout.from_json(check.layout).first_row == 2


def test_an_identifier_of_which_a_workbook_made_another_number_is_not_guessed(ana: Client, spool: Path) -> None:
    send(ana, workbook([["Manufacturer", "Model", "Firmware"], [100000000, "705B090B", "01030000"]]), "gains.xlsx")
    assert left_in(spool)[0].read_text().splitlines()[1].startswith("1.00000000E+8,")


def test_two_sheets_that_both_look_like_an_estate_are_refused_by_name(ana: Client, spool: Path) -> None:
    rows: list[list[Value]] = [["Manufacturer", "Model", "Firmware"], ["7A05", "705B090B", "01030000"]]
    assert "Several sheets" in send(ana, workbook(rows, rows), "gains.xlsx").content.decode()
    assert left_in(spool) == []


def test_a_workbook_that_unfolds_to_far_more_is_refused(ana: Client, spool: Path) -> None:
    assert "unfolds" in send(ana, bomb(), "gains.xlsx").content.decode()
    assert left_in(spool) == []


def test_personal_data_in_a_workbook_stop_it_as_well(ana: Client, spool: Path) -> None:
    answer = send(
        ana,
        workbook([["MPAN", "Manufacturer", "Model", "Firmware"], [1200012345678, "7A05", "705B090B", "01030000"]]),
        "g.xlsx",
    )
    assert "12•••••••••78" in answer.content.decode()
    assert left_in(spool) == []


# Personal data -----------------------------------------------------------------------------------------------


def test_personal_data_stop_the_upload_and_the_columns_are_offered_to_be_left_out(ana: Client, spool: Path) -> None:
    text = send(ana, MPANS).content.decode()
    assert 'value="0:MPAN"' in text
    assert "12•••••••••78" in text
    assert "1200012345678" not in text
    assert left_in(spool) == []


def test_what_only_a_heading_tells_is_said_to_be_told_by_it(ana: Client) -> None:
    text = read(send(ana, b"MPAN,Customer,Note," + HEADINGS + b"x,y,LS6 2AB," + ROW))
    assert "MPAN (from its heading)" in text
    assert "Customer: name of a person (from its heading)" in text
    assert "Note: looks like a postcode Line 2 has LS•••AB" in text


def test_columns_that_must_be_left_out_are_no_choice_and_keep_their_reasons(ana: Client) -> None:
    page = send(ana, b"Note," + MPANS.replace(b"\n1", b"\nLS6 2AB,1"), leave_out=["1:MPAN"])
    assert read(page).count("Line 2 has") == 2
    assert page.content.decode().count('type="hidden" name="leave_out"') == 2


def test_reasons_are_kept_where_more_is_found_far_below_the_headings(ana: Client) -> None:
    data = b"MPAN,Note," + HEADINGS + (b"1200012345678,," + ROW) * 9_000 + b"1200012345678,a@b.example," + ROW
    text = read(send(ana, data, leave_out=["0:MPAN"]))
    assert "12•••••••••78" in text
    assert "Line 9,002 has" in text


def test_the_page_says_that_the_file_has_to_be_chosen_again(ana: Client) -> None:
    assert "Choose the file again; nothing was kept." in read(send(ana, MPANS))
    assert "Choose the file again" not in read(ana.get(PAGE))


def test_sending_no_file_is_an_error_of_its_field_and_keeps_what_is_to_be_left_out(ana: Client) -> None:
    page = ana.post(PAGE, {"leave_out": "0:MPAN"}).content.decode()
    assert "There is a problem" in page
    assert '<a href="#id_file">Choose a file first.</a>' in page
    assert BeautifulSoup(page, "html.parser").select_one("#id_file_error")
    assert 'type="hidden" name="leave_out" value="0:MPAN"' in page


def test_sent_again_without_them_nothing_of_them_is_stored(ana: Client, spool: Path) -> None:
    answer = send(ana, MPANS, leave_out=["0:MPAN"])
    assert answer.status_code == 302
    check = EstateCheck.objects.get()
    assert left_in(spool)[0].read_bytes() == HEADINGS + ROW
    assert Layout.from_json(check.layout).left_out == (0,)


def test_a_tick_of_another_file_leaves_out_nothing(ana: Client, spool: Path) -> None:
    send(ana, HEADINGS + ROW, leave_out=["0:MPAN", "x", "9999999:", "-1:Manufacturer"])
    assert left_in(spool)[0].read_bytes() == HEADINGS + ROW


def test_what_was_left_out_once_is_left_out_of_the_next_such_file(ana: Client, cast: Cast, spool: Path) -> None:
    send(ana, MPANS, leave_out=["0:MPAN"])
    check = EstateCheck.objects.get()
    confirm(ana, check, manufacturer=0, device_model=1, firmware_version=2, count=3)
    assert EstateColumns.objects.get().columns == {
        "manufacturer": 1,
        "device_model": 2,
        "firmware_version": 3,
        "count": 4,
    }
    answer = send(ana, MPANS.replace(b"MPAN", b"m.p.a.n"))
    page = ana.get(answer["Location"]).content.decode()
    assert "Left out before anything was stored" in page
    assert "confirmed them on" in page


def test_what_one_party_left_out_stops_the_file_of_another(
    ana: Client, cast: Cast, signed_in: SignedIn, spool: Path
) -> None:
    send(ana, MPANS, leave_out=["0:MPAN"])
    confirm(ana, EstateCheck.objects.get(), manufacturer=0, device_model=1, firmware_version=2)
    assert "leave-out" in send(signed_in(cast.rival_supplier), MPANS).content.decode()


# Who ---------------------------------------------------------------------------------------------------------


def test_whoever_may_not_check_an_estate_uploads_nothing(cast: Cast, signed_in: SignedIn, spool: Path) -> None:
    for user in (cast.manufacturer, cast.moderator, cast.auditor, cast.stranger):
        assert send(signed_in(user), HEADINGS + ROW).status_code == 403
    assert left_in(spool) == []


def test_columns_are_confirmed_by_the_people_of_the_party_alone(ana: Client, cast: Cast, signed_in: SignedIn) -> None:
    send(ana, HEADINGS + ROW)
    check = EstateCheck.objects.get()
    assert (
        confirm(signed_in(cast.rival_supplier), check, manufacturer=0, device_model=1, firmware_version=2).status_code
        == 404
    )
    assert (
        confirm(signed_in(cast.moderator), check, manufacturer=0, device_model=1, firmware_version=2).status_code == 403
    )
    assert (
        confirm(signed_in(cast.administrator), check, manufacturer=0, device_model=1, firmware_version=2).status_code
        == 302
    )


def test_a_party_of_somebody_else_cannot_be_chosen(ana: Client, cast: Cast) -> None:
    rival = cast.rival_supplier.active_memberships[0].party
    send(ana, HEADINGS + ROW, party=rival)
    assert EstateCheck.objects.get().party_id == cast.supplier.active_memberships[0].party


def test_a_file_without_the_forms_own_token_is_not_kept(cast: Cast, spool: Path) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.supplier)
    assert send(client, HEADINGS + ROW).status_code == 403
    assert not EstateCheck.objects.exists()
    assert left_in(spool) == []


# Sizes -------------------------------------------------------------------------------------------------------


def test_ten_gigabytes_are_refused_before_a_byte_is_read(ana: Client, spool: Path) -> None:
    answer = ana.generic("POST", PAGE, b"x", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**10))
    assert answer.status_code == 413
    assert "larger than 1 GB" in answer.content.decode()
    assert left_in(spool) == []


def test_a_file_that_breaks_off_is_not_kept(ana: Client, spool: Path) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="g.csv"\r\n\r\n' + HEADINGS + ROW * 30_000
    answer = ana.generic("POST", PAGE, body, "multipart/form-data; boundary=x")
    assert "broke off" in answer.content.decode()
    assert left_in(spool) == []


def test_more_than_the_limit_is_refused_while_it_comes(ana: Client, spool: Path, settings: Any) -> None:
    settings.ESTATE_MAX_BYTES = 400_000
    answer = send(ana, HEADINGS + ROW * 20_000)
    assert "larger than 400,000 bytes" in answer.content.decode()
    assert left_in(spool) == []


def test_two_files_at_once_are_not_taken(ana: Client, spool: Path) -> None:
    files = [SimpleUploadedFile(name, HEADINGS + ROW) for name in ("a.csv", "b.csv")]
    assert "More than one file" in ana.post(PAGE, {"file": files}).content.decode()
    assert left_in(spool) == []


def test_a_party_may_have_only_so_many_files_waiting(ana: Client, spool: Path) -> None:
    for _ in range(5):
        assert send(ana, HEADINGS + ROW).status_code == 302
    refused = send(ana, HEADINGS + ROW).content.decode()
    assert "already wait" in refused and 'href="/estate/">See which wait</a>' in refused
    assert len(left_in(spool)) == 5


# Names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["mpan-1200023305967.csv", "John-Smith-SW1A1AA.csv", "gains_jane.smith@x.example.csv", "Smith, Jane.csv",
     "00DB1234567890AB_x.csv", "jan.LS14AB.csv"],
)  # fmt: skip
def test_a_file_name_that_tells_of_a_person_is_not_kept(ana: Client, name: str) -> None:
    send(ana, HEADINGS + ROW, name)
    assert EstateCheck.objects.get().name.startswith("Estate of ")


@pytest.mark.parametrize("name", ["November gains.csv", "export_20261031_120530.csv", "North-2.csv"])
def test_any_other_file_name_is(ana: Client, name: str) -> None:
    send(ana, HEADINGS + ROW, name)
    assert EstateCheck.objects.get().name == name.removesuffix(".csv").replace("_", " ")


def test_a_name_typed_that_tells_of_a_person_is_an_error_of_its_field(ana: Client) -> None:
    send(ana, HEADINGS + ROW)
    check = EstateCheck.objects.get()
    chosen = {"column_0": "manufacturer", "column_1": "device_model", "column_2": "firmware_version"}
    page = ana.post(f"/estate/{check.pk}/columns/", {**chosen, "name": "Jane Smith 1200023305967", "go": "confirm"})
    soup = BeautifulSoup(page.content, "html.parser")
    assert "Choose another name" in soup.select("#name_error")[0].get_text()
    assert soup.select_one('.govuk-error-summary a[href="#name"]')
    check.refresh_from_db()
    assert (check.state, check.name) == ("uploaded", "November gains")


def test_signs_that_nobody_sees_are_dropped_from_a_name(ana: Client) -> None:
    send(ana, HEADINGS + ROW)
    check = EstateCheck.objects.get()
    chosen = {"column_0": "manufacturer", "column_1": "device_model", "column_2": "firmware_version"}
    ana.post(f"/estate/{check.pk}/columns/", {**chosen, "name": "May\x00 gains\u202e", "go": "confirm"})
    check.refresh_from_db()
    assert (check.state, check.name) == ("waiting", "May gains")


def test_of_a_column_left_out_the_heading_is_kept_nowhere(ana: Client) -> None:
    data = b"Memo of jane.doe@x.example," + HEADINGS + b"ok," + ROW
    assert "jane.doe" not in read(send(ana, data))
    for _ in range(2):
        # The second time it is left out because it was before.
        send(ana, data, leave_out=["0:Memo of jane.doe@x.example"] if not EstateCheck.objects.exists() else [])
        check = EstateCheck.objects.latest("pk")
        confirm(ana, check, manufacturer=0, device_model=1, firmware_version=2)
        check.refresh_from_db()
        assert check.layout["sent"][0] == "e-mail address"
    assert "jane.doe" not in str([*EstateCheck.objects.values_list("layout"), *EstateColumns.objects.values_list()])


# Who is of several Parties -----------------------------------------------------------------------------------


@pytest.fixture
def of_two(ana: Client, cast: Cast) -> Party:
    """The second Party of the supplier's analyst."""
    party = Party.objects.get(pk=cast.rival_supplier.active_memberships[0].party)
    join(user=cast.supplier, party=party, role=Role.PARTY_USER, by=None)
    return party


def test_nobody_of_two_parties_sends_an_estate_without_saying_whose_it_is(
    ana: Client, of_two: Party, spool: Path
) -> None:
    page = ana.get(PAGE).content.decode()
    answer = send(ana, HEADINGS + ROW, party="")
    assert '<option value="" selected>Choose a Party</option>' in page
    assert "It was not said whose estate it is." in read(answer) and "Choose whose estate it is." in read(answer)
    assert left_in(spool) == [] and not EstateCheck.objects.exists()


def test_an_estate_goes_to_the_party_that_was_chosen(ana: Client, of_two: Party) -> None:
    send(ana, HEADINGS + ROW, party=of_two.pk)
    assert EstateCheck.objects.get().party == of_two


# Requests that no browser sends ------------------------------------------------------------------------------


def test_a_file_that_comes_before_its_party_is_refused(ana: Client, cast: Cast, spool: Path) -> None:
    party = cast.supplier.active_memberships[0].party
    answer = ana.post(PAGE, {"file": SimpleUploadedFile("a.csv", HEADINGS + ROW), "party": party})
    assert "The file came before the Party" in read(answer)
    assert left_in(spool) == [] and not EstateCheck.objects.exists()


def test_a_length_in_signs_that_only_look_like_digits_is_no_length(ana: Client) -> None:
    kind = "multipart/form-data; boundary=x"
    assert ana.generic("POST", PAGE, b"", content_type=kind, CONTENT_LENGTH="\u00b2").status_code < 500
