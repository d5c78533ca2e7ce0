"""The answer of an estate check on its page: shares, campaigns, charts, lines, and the filters that move them all."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cpl.choices import EstateState
from cpl.models import EstateAnswer, EstateCheck
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_estate_check
from tests.factories.notices import make_notice

HELD: Any = [
    ("7A01", "8B0B030D", "09030A07", 30, "North"),
    ("7A01", "8B0B030D", "01040605", 60, "North"),
    ("7A01", "8B0B030D", "01040605", 5, "South"),
    ("7A01", "FFFFFFFF", "01040605", 5, "South"),
]
"""Behind by two steps, on the recommended version, and of no model that is known."""


@pytest.fixture
def check(cast: Cast, catalogue: Catalogue) -> EstateCheck:
    return make_estate_check(cast.supplier, HELD, name="november.csv")


@pytest.fixture
def client(cast: Cast, check: EstateCheck, signed_in: SignedIn) -> Client:
    return signed_in(cast.administrator)


def page_of(client: Client, check: EstateCheck, query: str = "") -> Any:
    answer = client.get(f"{check.get_absolute_url()}{query}")
    assert answer.status_code == 200
    return answer


def versions(page: Any) -> list[str]:
    return [line.firmware_version for line in page.context["page_obj"]]


def test_the_share_that_is_up_to_date_is_what_the_eye_meets_first(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check)

    assert page.context["headline"] == "65% of 100 devices are up to date"
    assert page.context["headline"] in page.content.decode()
    assert sum(part.width for part in page.context["segments"]) == pytest.approx(100)


def said_first(page: Any) -> str:
    found = re.search(r'<p class="fir-estate-first.*?</p>', page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", found[0]).split()) if found else ""


def test_what_is_urgent_is_told_before_anything_else_with_and_without_a_route(
    cast: Cast, catalogue: Catalogue, client: Client
) -> None:
    make_notice(cast, catalogue)
    check = make_estate_check(cast.supplier, HELD)
    EstateAnswer.objects.filter(estate_check=check, firmware_version="01040605", entry__isnull=False).update(
        urgency="urgent", route="not_said", standing="urgent"
    )

    page = page_of(client, check)
    first = page.context["first"]

    assert said_first(page) == (
        "Do first: 95 devices are urgent to upgrade. 30 have a route (1 campaign); for 65 none is known: "
        "ask the manufacturer."
    )
    assert page.content.decode().index("estate-first") < page.content.decode().index("shares-title")
    assert page_of(client, check, f"?{first.without_route_query}").context["totals"].devices == 65
    assert page_of(client, check, f"campaigns/?{first.with_route_query}").context["moved"] == 30


def test_with_nothing_urgent_the_campaign_that_moves_most_is_what_to_do_next(
    client: Client, check: EstateCheck
) -> None:
    assert said_first(page_of(client, check)) == (
        "Do next: nothing is urgent. The campaign that moves most devices is Ember X495 of Northmoor Metering Ltd "
        "to 01040605: 30 devices."
    )


def test_where_all_is_up_to_date_there_is_nothing_to_do(client: Client, check: EstateCheck) -> None:
    said = said_first(page_of(client, check, "?standing=up_to_date"))

    assert said == "Nothing to do: all these devices are up to date."


def test_a_removed_version_says_so_once_with_its_reason_and_an_unknown_one_that_it_is_not_known(
    cast: Cast, client: Client
) -> None:
    held: Any = [("7A01", "8B0B030D", "01132107", 3), ("7A01", "8B0B030D", "FFFFFFFF", 2)]
    check = make_estate_check(cast.supplier, held)

    lines = page_of(client, check).content.decode().partition('id="lines"')[2]
    cells = [" ".join(re.findall(r">([^<]+)<", cell)) for cell in re.findall(r'data-label="Standing">.*?</td>', lines)]

    assert cells == ["Removed Removed at the Panel&#x27;s direction", "Not known here This version"]


def test_a_withdrawn_version_says_so_with_its_reason(client: Client, check: EstateCheck) -> None:
    EstateAnswer.objects.filter(estate_check=check, firmware_version="09030A07").update(
        status="withdrawn", reason="Clock fault"
    )

    cell = re.search(r'data-label="Standing">.*?</td>', page_of(client, check, "?status=withdrawn").content.decode())

    assert cell
    assert re.findall(r">([^< ][^<]*)<", cell[0]) == ["Behind, route known", "Withdrawn", "Clock fault"]


def test_a_campaign_leads_to_the_entry_of_each_version_and_to_its_route(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check)
    line = page.context["top_campaigns"][0].first.line

    cell = re.search(r'<td data-label="From">.*?</td>', page.content.decode())

    assert cell
    assert re.findall(r'href="([^"]+)">([^<]+)<', html.unescape(cell[0])) == [
        (line.entry_address, "09030A07"), (line.route_address, "Route"),
    ]  # fmt: skip


def test_only_what_is_behind_with_or_without_a_route_is_chosen_by_its_tick(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check, "?behind=1")

    assert versions(page) == ["09030A07"]
    assert [chip.name for chip in page.context["chips"]] == ["Behind, route known or not"]


def test_up_to_date_devices_with_an_open_notice_are_told_with_their_share(
    cast: Cast, catalogue: Catalogue, client: Client
) -> None:
    notice = make_notice(cast, catalogue)
    check = make_estate_check(cast.supplier, HELD)
    EstateAnswer.objects.filter(estate_check=check, standing="up_to_date").update(notices=[notice.pk])

    assert "65 of them with an open notice" in page_of(client, check).content.decode()


def test_a_file_of_which_no_row_could_be_read_leads_to_its_refused_rows(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    check = make_estate_check(cast.supplier, [], rows_in=3, rows_refused=3)

    page = page_of(signed_in(cast.supplier), check).content.decode()

    assert "No row of the file could be read" in page
    assert f'href="/estate/{check.pk}/refused/">See the 3 refused rows, and why</a>' in page
    assert "estate-filter" not in page
    assert "Watch these Device Models" not in page
    assert said_first(page_of(signed_in(cast.supplier), check)) == ""


def test_paper_says_how_much_of_the_list_it_has(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    check = make_estate_check(cast.supplier, [("7A01", "8B0B030D", f"{number:08X}", 1) for number in range(30)])

    page = page_of(signed_in(cast.supplier), check).content.decode()

    assert "1 to 20 of 30 are printed here, most devices first; the XLSX has all." in page


def test_rows_read_are_shown_as_answered_and_refused(client: Client, check: EstateCheck) -> None:
    EstateCheck.objects.filter(pk=check.pk).update(rows_in=7, rows_refused=3)

    page = page_of(client, check).content.decode()

    assert "7 rows read = 4 answered +" in page
    assert "3 rows of the file could not be read" in page


def test_a_filter_moves_shares_charts_campaigns_and_lines_alike(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check, "?standing=behind").context

    assert page["totals"].devices == 30
    assert [row.figure.devices for row in page["by_maker"]] == [30]
    assert [one.devices for one in page["top_campaigns"]] == [30]
    assert [line.devices for line in page["page_obj"]] == [30]


def test_a_chosen_standing_is_told_as_its_share_of_all(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check, "?standing=behind").context

    assert page["headline"] == "30% of 100 devices are behind and have a known route"
    assert {part.bar.key: part.address for part in page["segments"] if part.is_chosen} == {"behind": ""}
    assert sum(part.is_left_out for part in page["segments"]) == 4


def test_a_label_counts_only_the_devices_that_have_it(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check, "?label=South").context

    assert page["totals"].devices == 10
    assert {line.firmware_version: line.devices for line in page["page_obj"] if line.is_known} == {"01040605": 5}
    assert page["by_label"] == []


def test_what_is_chosen_can_be_taken_back_one_by_one(client: Client, check: EstateCheck) -> None:
    chips = page_of(client, check, "?label=North&standing=up_to_date&sort=model").context["chips"]

    assert [(chip.name, chip.words, chip.address) for chip in chips] == [
        ("Label", "North", "standing=up_to_date&sort=model"),
        ("Standing", "Up to date", "label=North&sort=model"),
    ]


def test_nothing_that_fits_leads_back_to_everything(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check, "?words=nowhere").content.decode()

    assert "Nothing matches these filters" in page
    assert '<a class="govuk-link" href="?">see the whole answer</a>' in page


def test_lines_come_with_most_devices_first_or_the_worst_standing(client: Client, check: EstateCheck) -> None:
    assert versions(page_of(client, check)) == ["01040605", "09030A07", "01040605"]
    worst = page_of(client, check, "?sort=standing").context["page_obj"]
    assert [line.standing for line in worst] == ["unlisted", "behind", "up_to_date"]


def test_every_chart_is_a_figure_whose_table_has_its_numbers(client: Client, check: EstateCheck) -> None:
    check.answers.filter(entry__isnull=False).update(certificate_ends=timezone.localdate() + timedelta(days=40))
    page = page_of(client, check).content.decode()

    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == 4
    for figure in figures:
        assert "<canvas" in figure
        assert "data-series=" in figure
        body = figure[figure.index("<tbody>") :]
        assert body.count("<td>") == body.count("<tr>") * (figure.count('scope="col"') - 1) > 0
        assert re.fullmatch(r"(?:[\d,]+|–)+", "".join(re.findall("<td>(.*?)</td>", body)))


def test_no_chart_is_drawn_of_certificates_where_none_ends(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check).content.decode()

    assert page.count("<figure") == 3
    assert "None of these devices has a CPA certificate that expires or renews within 12 months." in page


def test_a_model_that_is_not_known_is_told_as_such(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check, "?status=model_not_known").content.decode()

    assert "7A01-FFFFFFFF" in page
    assert "Device Model not known here" in page


def test_the_way_is_told_with_its_steps_and_what_it_passes(client: Client, check: EstateCheck) -> None:
    page = page_of(client, check, "?standing=behind").content.decode()

    assert '/models/7A01-8B0B030D/route/?from=09030A07&amp;to=01040605">2 steps' in page
    assert 'through <span class="fir-hex">10030A08</span>' in page


def test_htmx_gets_what_changes_and_an_address_to_share(client: Client, check: EstateCheck) -> None:
    address = f"{check.get_absolute_url()}?words=&label=&maker=&standing=behind&route="

    answer = client.get(address, headers={"HX-Request": "true"})

    assert answer.content.decode().startswith('<div id="estate-answer">')
    assert answer["HX-Replace-Url"] == "?standing=behind"


def test_another_partys_reader_finds_nothing(check: EstateCheck, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.rival_supplier)

    for rest in ("", "lines.csv", "campaigns/", "campaigns.csv", "refused/", "refused.csv"):
        assert client.get(f"{check.get_absolute_url()}{rest}").status_code == 404


def test_a_model_for_others_only_is_not_named_on_the_page_nor_in_its_file(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    check = make_estate_check(cast.rival_supplier, [("7A03", "5EC00101", "0DECAF02", 3)])
    client = signed_in(cast.rival_supplier)

    pages = [client.get(f"{check.get_absolute_url()}{rest}").content.decode() for rest in ("", "lines.csv")]

    for page in pages:
        assert "Device Model not known here" in page
        assert catalogue.only_restricted.device_model.name not in page


@pytest.mark.parametrize("state", [EstateState.STOPPED, EstateState.CANCELLED, EstateState.WAITING])
def test_before_there_is_an_answer_there_is_nothing_to_take_away(
    client: Client, check: EstateCheck, state: EstateState
) -> None:
    EstateCheck.objects.filter(pk=check.pk).update(state=state)

    for rest in ("lines.csv", "campaigns/", "campaigns.xlsx", "refused/", "refused.csv"):
        assert client.get(f"{check.get_absolute_url()}{rest}").status_code == 404


def test_a_file_whose_columns_wait_leads_to_them(client: Client, check: EstateCheck) -> None:
    EstateCheck.objects.filter(pk=check.pk).update(state=EstateState.UPLOADED)

    answer = client.get(check.get_absolute_url())

    assert (answer.status_code, answer["Location"]) == (302, f"/estate/{check.pk}/columns/")


def test_the_page_asks_the_database_as_often_for_many_lines_as_for_few(
    cast: Cast, catalogue: Catalogue, check: EstateCheck, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    many = make_estate_check(cast.supplier, [("7A01", "8B0B030D", f"{number:08X}", 1) for number in range(200)])
    client = signed_in(cast.supplier)
    page_of(client, check)

    with django_assert_max_num_queries(10):
        page_of(client, many)
