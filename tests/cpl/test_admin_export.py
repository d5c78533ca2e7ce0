"""The list taken away from the admin as a spreadsheet."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cpl.models import CPLEntry
from cpl.spreadsheets.columns import title
from tests.conftest import SignedIn
from tests.cpl.importing import bring_in, counted, listed, preview, removed, workbook
from tests.factories import Cast, Catalogue, make_entry

pytestmark = pytest.mark.django_db

XLSX, CSV = "0", "1"
ENTRY_ID = title("cpl_entry_id")


def export(signed_in: SignedIn, user: User, file_format: str, **query: str) -> bytes:
    return taken(signed_in(user), file_format, **query)


def taken(client: Client, file_format: str, **query: str) -> bytes:
    door = reverse("admin:cpl_cplentry_export", query=query)
    answer = client.post(door, {"format": file_format, "resource": "0"})
    assert answer["Content-Disposition"].startswith("attachment")
    return answer.content


def lines(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel reads accents right only behind a byte order mark"
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_holds_the_entries_of_the_list_as_narrowed(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    rows = lines(export(signed_in, cast.moderator, CSV, q="ember", removed_on__isempty="0"))
    assert [row[ENTRY_ID] for row in rows] == ["CPL-001048"]


def test_columns_bear_the_names_of_the_published_list(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    (row,) = lines(export(signed_in, cast.auditor, CSV, q="CPL-001050"))
    assert (row["Manufacturer"], row["Manufacturer Identifier"]) == ("Northmoor Metering Ltd", "7A01")
    assert (row["Hardware Revision"], row["Date Added"]) == ("0D", "2023-01-06")
    assert row["Previous CPL Entry ID(s)"] == "CPL-001045"


def test_nothing_before_and_not_yet_provided_stay_different(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    rows = {row[ENTRY_ID]: row for row in lines(export(signed_in, cast.moderator, CSV))}
    before = title("predecessors")
    assert (rows["CPL-001045"][before], rows["CPL-001048"][before]) == ("N/A", "")


@pytest.mark.parametrize("evil", ["=1+1", "+Probe@1", "-2", "@SUM(A1)", "\tx"])
def test_no_cell_can_run(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, evil: str) -> None:
    make_entry(catalogue.ember, "0BADCE11", cpl_entry_id="CPL-666666", model_name=evil)
    (row,) = lines(export(signed_in, cast.moderator, CSV, q="0BADCE11"))
    assert row["Model Name"] == f"'{evil}"
    book = openpyxl.load_workbook(io.BytesIO(export(signed_in, cast.moderator, XLSX, q="0BADCE11")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} & {"f"} == set()
    assert f"'{evil}" in [cell.value for cell in cells]


def test_the_file_read_again_changes_nothing(cast: Cast, signed_in: SignedIn) -> None:
    bring_in(workbook(listed(1), listed(2, predecessors="CPL-000001"), Removed=[removed(3)]))
    run = preview(export(signed_in, cast.moderator, XLSX, removed_on__isempty="1"), by=cast.moderator)
    assert counted(run) == {"unchanged": 2}


def test_many_rows_take_no_more_queries(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        make_entry(catalogue.ember, f"{number:08X}")
    client = signed_in(cast.moderator)
    with django_assert_max_num_queries(10):
        rows = lines(taken(client, CSV))
    assert len(rows) == CPLEntry.objects.count()


@pytest.mark.parametrize("who", ["supplier", "manufacturer", "stranger"])
def test_others_may_not_take_the_register_away(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str) -> None:
    door = reverse("admin:cpl_cplentry_export")
    answer = signed_in(getattr(cast, who)).post(door, {"format": CSV, "resource": "0"}, follow=True)
    assert answer.status_code == 403
