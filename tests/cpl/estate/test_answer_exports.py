"""What is taken away of an estate's answer: exactly what is shown, and nothing of it in the audit trail."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.models import AuditEvent
from cpl.choices import EstateColumn
from cpl.models import EstateCheck, EstateRefusal
from cpl.spreadsheets import exporter
from cpl.views.estate import refused
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_estate_check

HELD: Any = [
    ("7A01", "8B0B030D", "09030A07", 30, "North"),
    ("7A01", "8B0B030D", "01040605", 60, "=HYPERLINK(1)"),
    ("7A01", "FFFFFFFF", "01040605", 5, "South"),
]


@pytest.fixture
def check(cast: Cast, catalogue: Catalogue) -> EstateCheck:
    found = make_estate_check(cast.supplier, HELD, name="november.csv")
    refuse(found, EstateColumn.FIRMWARE_VERSION, "0102030", [4, 9, *range(20, 40)])
    refuse(found, EstateColumn.COUNT, "=1+1", [7])
    EstateCheck.objects.filter(pk=found.pk).update(rows_in=26, rows_refused=23)
    return found


def refuse(check: EstateCheck, column: str, value: str, lines: list[int]) -> None:
    EstateRefusal.objects.create(
        estate_check=check, column=column, value=value, message="It is wrong.", cure="Mend it.", rows=len(lines),
        lines=lines,
    )  # fmt: skip


@pytest.fixture
def client(cast: Cast, check: EstateCheck, signed_in: SignedIn) -> Client:
    return signed_in(cast.supplier)


def rows_of(answer: Any) -> list[dict[str, str]]:
    content = b"".join(answer) if answer.streaming else answer.content
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_the_file_has_every_line_that_the_page_lists_in_its_order(client: Client, check: EstateCheck) -> None:
    address = check.get_absolute_url()
    shown = client.get(f"{address}?sort=standing").context["page_obj"]

    rows = rows_of(client.get(f"{address}lines.csv?sort=standing"))

    assert [(row["Installed firmware version"], row["Devices"]) for row in rows] == [
        (line.firmware_version, str(line.devices)) for line in shown
    ]


def test_the_workbook_keeps_to_the_filters_and_has_whole_numbers(client: Client, check: EstateCheck) -> None:
    answer = client.get(f"{check.get_absolute_url()}lines.xlsx?standing=behind")

    heading, *rows = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
    row = dict(zip(heading, rows[0], strict=True))
    assert len(rows) == 1
    assert (row["Devices"], row["Steps"], row["Through"], row["Route"]) == (30, 2, "10030A08", "Route known")
    assert row["Page of the route"].endswith("/models/7A01-8B0B030D/route/?from=09030A07&to=01040605")


def test_a_label_that_a_spreadsheet_would_run_stays_text(client: Client, check: EstateCheck) -> None:
    rows = rows_of(client.get(f"{check.get_absolute_url()}lines.csv?standing=up_to_date"))

    assert rows[0]["Devices by label"].startswith("'=HYPERLINK(1)")


def test_the_campaign_list_says_from_through_to_and_how_many(client: Client, check: EstateCheck) -> None:
    rows = rows_of(client.get(f"{check.get_absolute_url()}campaigns.csv"))

    told = [(row["From"], row["Through"], row["To"], row["Devices"]) for row in rows]
    assert told == [("09030A07", "10030A08", "01040605", "30")]


def test_the_page_of_campaigns_adds_up_what_they_move(client: Client, check: EstateCheck) -> None:
    page = client.get(f"{check.get_absolute_url()}campaigns/")

    assert (page.context["moved"], page.context["devices"]) == (30, 95)
    assert "1 upgrade of 30 devices" in page.content.decode()


@pytest.mark.parametrize("rest", ["lines.csv", "campaigns.xlsx", "refused.csv"])
def test_the_audit_trail_says_that_it_was_taken_away_and_nothing_of_what_it_holds(
    client: Client, check: EstateCheck, rest: str
) -> None:
    client.get(f"{check.get_absolute_url()}{rest}")

    event = AuditEvent.objects.get(name="list.exported")
    assert event.object_label.endswith("of an estate check")
    assert event.details == {"format": rest.partition(".")[2]}
    assert event.owner == check.party.name


def test_refused_rows_are_grouped_with_their_first_lines(client: Client, check: EstateCheck) -> None:
    page = client.get(f"{check.get_absolute_url()}refused/")

    lines = {group.value: group.lines for group in page.context["page_obj"]}
    assert lines == {"0102030": "4, 9, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 and 10 more", "=1+1": "7"}
    assert "26 rows read = 3 answered + 23 refused" in page.content.decode()


def test_every_refused_line_is_a_row_of_the_file_in_the_order_of_the_file(client: Client, check: EstateCheck) -> None:
    rows = rows_of(client.get(f"{check.get_absolute_url()}refused.csv"))

    assert [int(row["Line"]) for row in rows] == [4, 7, 9, *range(20, 40)]
    assert (rows[1]["Column"], rows[1]["Value"], rows[1]["What to do"]) == ("Number of devices", "'=1+1", "Mend it.")


def test_more_refused_rows_than_a_workbook_holds_are_for_csv(
    client: Client, check: EstateCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused, "MOST_IN_WORKBOOK", 22)

    answer = client.get(f"{check.get_absolute_url()}refused.xlsx", follow=True)

    assert answer.redirect_chain == [(f"/estate/{check.pk}/refused/", 302)]
    assert "Take them away as CSV." in answer.content.decode()
    assert "refused.xlsx" not in answer.content.decode()


@given(st.lists(st.lists(st.text(max_size=5), min_size=2, max_size=2), max_size=30), st.integers(1, 7))
def test_a_list_that_is_sent_as_it_is_read_has_the_same_bytes(rows: list[list[str]], part: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exporter, "_ROWS_A_PART", part)
        sent = b"".join(exporter.stream_csv("list", ("One", "Two"), rows))

    assert sent == exporter.as_csv(("One", "Two"), rows)
