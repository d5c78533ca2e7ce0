"""What is taken away of an estate's answer: exactly what is shown, and nothing of it in the audit trail."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.actions.api_tokens import make_token
from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import AuditEvent, Party, User
from cpl.choices import EstateColumn
from cpl.estate.counting.judging import Judge, Problem
from cpl.estate.layout import Layout
from cpl.models import Contact, EstateCheck, EstateRefusal
from cpl.presenters.estate.files import file_name
from cpl.spreadsheets import exporter
from cpl.views.estate import refused
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_estate_check

HELD: Any = [
    ("7A01", "8B0B030D", "09030A07", 30, "North"),
    ("7A01", "8B0B030D", "01040605", 60, "=HYPERLINK(1)"),
    ("7A01", "FFFFFFFF", "01040605", 5, "South"),
]
COLUMNS: Any = {EstateColumn.MANUFACTURER: 0, EstateColumn.DEVICE_MODEL: 1, EstateColumn.FIRMWARE_VERSION: 2}


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


def test_a_label_that_a_spreadsheet_would_run_stays_text(cast: Cast, client: Client) -> None:
    many = [("7A01", "8B0B030D", "01040605", 60, f"=HYPERLINK({number})") for number in range(21)]
    other = make_estate_check(cast.supplier, many)

    rows = rows_of(client.get(f"{other.get_absolute_url()}lines.csv"))

    assert rows[0]["Devices by label"].startswith("'=HYPERLINK(0): 60; =HYPERLINK(1): 60; ")


def test_each_label_has_a_column_of_numbers(client: Client, check: EstateCheck) -> None:
    rows = rows_of(client.get(f"{check.get_absolute_url()}lines.csv"))

    columns = ("Devices: North", "Devices: South", "Devices: =HYPERLINK(1)")
    assert [[row[name] for name in columns] for row in rows] == [["0", "0", "60"], ["30", "0", "0"], ["0", "5", "0"]]


def test_devices_without_a_label_have_a_column_where_others_have_one(cast: Cast, client: Client) -> None:
    mixed = make_estate_check(cast.supplier, [(*HELD[0][:4], ""), HELD[2]])
    plain = make_estate_check(cast.supplier, [HELD[0][:4]])

    rows, none = (rows_of(client.get(f"{one.get_absolute_url()}lines.csv")) for one in (mixed, plain))

    assert [(row["Devices: South"], row["Devices without a label"]) for row in rows] == [("0", "30"), ("5", "0")]
    assert not [name for name in none[0] if "label" in name]


def test_the_workbook_says_on_a_second_sheet_what_it_holds_and_is_named_by_the_check(
    client: Client, check: EstateCheck
) -> None:
    answer = client.get(f"{check.get_absolute_url()}lines.xlsx?standing=behind")

    about = dict(load_workbook(BytesIO(answer.content))["About"].iter_rows(values_only=True))
    assert (about["Estate check"], about["Party"]) == ("november.csv", "Ashdown Energy")
    assert about["Filters"].startswith("Standing: Behind")
    assert (about["Rows in this file"], about["Devices in them"]) == (1, 30)
    assert 'filename="november-filtered-' in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("Gains of November", "gains-of-november"), ("x.CSV", "x"), ("../..", "estate-7"), ('a"\r\nb', "a-b"),
        ("Où.xlsx", "ou"), ("東", "estate-7"), ("n" * 90, "n" * 60),
    ],
)  # fmt: skip
def test_a_file_is_named_by_the_check_in_plain_letters(name: str, named: str) -> None:
    assert file_name(EstateCheck(pk=7, name=name), "refused", is_filtered=True) == f"{named}-refused-filtered"


def test_columns_are_as_wide_as_what_they_hold_counts_have_commas_and_pages_are_links(
    client: Client, check: EstateCheck
) -> None:
    sheet = load_workbook(BytesIO(client.get(f"{check.get_absolute_url()}campaigns.xlsx").content)).active
    heading, row = sheet.iter_rows()
    at = {cell.value: cell for cell in heading}

    widths = {name: sheet.column_dimensions[cell.column_letter].width for name, cell in at.items()}
    assert (widths["Page of the route"], widths["Steps"]) == (exporter.WIDEST, exporter.NARROWEST)
    assert row[at["Devices"].column - 1].number_format == "#,##0"
    page = row[at["Page of the route"].column - 1]
    assert page.hyperlink.target == page.value


def test_the_campaign_list_names_the_team_to_ask_and_no_more(client: Client, check: EstateCheck) -> None:
    address = f"{check.get_absolute_url()}campaigns"
    (row,) = rows_of(client.get(f"{address}.csv"))
    contact = Contact.objects.get(team=row["Contact"])

    assert f">{contact.team}<" in client.get(f"{address}/").content.decode()
    assert row["Page of the contact"].partition("?")[0].endswith(f"/contacts/{contact.pk}/")
    assert contact.email not in str(row)


def test_the_campaign_list_says_from_through_to_and_how_many(client: Client, check: EstateCheck) -> None:
    rows = rows_of(client.get(f"{check.get_absolute_url()}campaigns.csv"))

    told = [(row["From"], row["Through"], row["To"], row["Devices"]) for row in rows]
    assert told == [("09030A07", "10030A08", "01040605", "30")]


def test_the_page_of_campaigns_adds_up_what_they_move(client: Client, check: EstateCheck) -> None:
    page = client.get(f"{check.get_absolute_url()}campaigns/")

    assert (page.context["moved"], page.context["devices"]) == (30, 95)
    assert "1 upgrade of 30 devices" in page.content.decode()


@pytest.mark.parametrize(("urgency", "words"), [("soon", "Upgrade soon"), ("urgent", "Urgent"), ("routine", "Routine")])
def test_how_urgent_a_campaign_is_stands_in_a_column_of_its_own(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, urgency: str, words: str
) -> None:
    catalogue.recommended.fir.urgency, catalogue.recommended.fir.urgency_state = urgency, "supplied"
    catalogue.recommended.fir.save()
    made = make_estate_check(cast.supplier, HELD)

    page = BeautifulSoup(signed_in(cast.supplier).get(f"{made.get_absolute_url()}campaigns/").content, "html.parser")

    assert [cell.text.strip() for cell in page.select('td[data-label="Urgency"]')] == [words]
    assert [cell.text.strip() for cell in page.select('td[data-label="On the way"]')] == ["–"]


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


def test_an_empty_cell_is_told_from_a_value_that_is_not_kept(client: Client, check: EstateCheck) -> None:
    layout = Layout("utf-8", ",", 1, ("a", "b", "c"), COLUMNS, has_quotes=False)
    for line, text in enumerate(("", " ", "9999999999999"), 2):
        problem = Judge(layout, {}).key(("7A01", "8B0B030D", text))
        assert isinstance(problem, Problem)
        EstateRefusal.objects.create(estate_check=check, **problem._asdict(), rows=1, lines=[line])

    rows = rows_of(client.get(f"{check.get_absolute_url()}refused.csv"))
    page = client.get(f"{check.get_absolute_url()}refused/").content.decode()

    assert [row["Value"] for row in rows if int(row["Line"]) < 5 and row["What to do"] != "Mend it."] == [
        "Empty", "Empty", "Not kept",
    ]  # fmt: skip
    assert ">Empty<" in page and ">Not kept<" in page


def test_more_refused_rows_than_a_workbook_holds_are_for_csv(
    client: Client, check: EstateCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused, "MOST_IN_WORKBOOK", 22)

    answer = client.get(f"{check.get_absolute_url()}refused.xlsx", follow=True)

    assert answer.redirect_chain == [(f"/estate/{check.pk}/refused/", 302)]
    assert "Export them as CSV." in answer.content.decode()
    assert "refused.xlsx" not in answer.content.decode()


@given(st.lists(st.lists(st.text(max_size=5), min_size=2, max_size=2), max_size=30), st.integers(1, 7))
def test_a_list_that_is_sent_as_it_is_read_has_the_same_bytes(rows: list[list[str]], part: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exporter, "_ROWS_A_PART", part)
        sent = b"".join(exporter.stream_csv("list", ("One", "Two"), rows))

    assert sent == exporter.as_csv(("One", "Two"), rows)


def test_a_token_for_one_party_opens_no_check_of_another(check: EstateCheck, cast: Cast) -> None:
    """Not even where its owner is of both Parties."""
    pennine = Party.objects.get(name="Pennine Power")
    join(user=cast.supplier, party=pennine, role=Role.PARTY_USER, by=None)
    person = User.objects.get(pk=cast.supplier.pk)
    parties = (check.party, pennine)
    tokens = [make_token(user=person, party=party, name="Nightly", days=30, by=person)[1] for party in parties]
    asked = [Client(headers={"authorization": f"Bearer {token}"}) for token in tokens]
    assert [one.get(f"/estate/{check.pk}/lines.csv").status_code for one in asked] == [200, 404]
