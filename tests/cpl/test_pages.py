"""Home, Search, Device Model and Entry as a person reads them."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pghistory
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent, User
from cpl.choices import VersionStatus
from cpl.models import CPLEntry, FirmwareInformation, ImportRun, SearchMiss
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_entry, make_model
from tests.factories.catalogue import say
from tests.factories.notices import make_notice

pytestmark = pytest.mark.django_db
Reader = Callable[..., BeautifulSoup]

EMBER = "/models/7A01-8B0B030D/"


@pytest.fixture
def read(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> Reader:
    """The page at an address as a supplier's user reads it."""

    def page(address: str, by: User | None = None, **headers: str) -> BeautifulSoup:
        answer = signed_in(by or cast.supplier).get(address, headers=headers)
        assert answer.status_code == 200, answer
        return BeautifulSoup(answer.content, "html.parser")

    return page


def words(page: BeautifulSoup, selector: str = "main") -> str:
    found = page.select_one(selector)
    assert found is not None, selector
    return " ".join(found.get_text(" ").split())


def test_home_puts_the_cursor_into_the_search_box(read: Reader) -> None:
    assert read("/").select_one("input#q[autofocus]")


def test_home_says_when_no_list_was_imported(read: Reader) -> None:
    assert "None yet" in words(read("/"))


def test_home_gives_number_date_and_size_of_the_list_in_force(read: Reader) -> None:
    ImportRun.objects.create(
        file_name="list.xlsx", sha256="", fingerprint="", status="applied", decided_at=timezone.now(),
        holds_cpl=True, issue_number="12", issue_date=date(2026, 11, 20),
    )  # fmt: skip
    page = words(read("/"), "aside")
    assert "Issue 12, 20 November 2026" in page
    assert "8 entries of 4 Device Models from 3 manufacturers" in page


def test_home_names_what_changed_since_the_last_visit(cast: Cast, catalogue: Catalogue, read: Reader) -> None:
    visited(cast.supplier)
    CPLEntry.objects.filter(pk=catalogue.baseline.pk).update(removed_on=date(2026, 11, 1), removal_reason="Lapsed")
    page = words(read("/"))
    assert "What changed since your last visit" in page
    assert "CPL-001045" in page


def visited(user: User) -> None:
    """The user was here an hour ago."""
    User.objects.filter(pk=user.pk).update(last_active_at=timezone.now() - timedelta(hours=1))


def test_home_does_not_name_changes_of_hidden_entries(cast: Cast, catalogue: Catalogue, read: Reader) -> None:
    visited(cast.rival_supplier)
    assert "CPL-001080" not in words(read("/", cast.rival_supplier))


def test_search_lists_models_with_their_recommended_version(read: Reader) -> None:
    row = words(read("/search/?q=ember"), "tbody tr")
    assert "Ember X495" in row
    assert "01040605" in row


def test_search_says_which_version_was_found(read: Reader) -> None:
    assert "Found in 10030A08" in words(read("/search/?q=10030A08"), "tbody tr")


def test_search_results_alone_are_sent_to_htmx(read: Reader) -> None:
    page = read("/search/?q=ember", **{"HX-Request": "true"})
    assert page.select_one("#search-body")
    assert not page.select_one("header")


def test_the_address_is_kept_shareable_while_typing(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    answer = signed_in(cast.supplier).get("/search/?q=ember&sort=best&page=1", headers={"HX-Request": "true"})
    assert answer["HX-Replace-Url"] == "?q=ember"


def test_an_exact_entry_id_goes_straight_to_its_entry(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    answer = signed_in(cast.supplier).get("/search/?q=cpl-001072")
    assert (answer.status_code, answer["Location"]) == (302, "/entries/CPL-001072/")


def test_nothing_found_says_how_it_was_read_and_what_is_near(read: Reader) -> None:
    assert "identifier 0AFF" in words(read("/search/?q=embr+0x0A:FF"))
    page = read("/search/?q=embr")
    assert "Did you mean" in words(page)
    assert page.select_one('.fir-suggestions a[href="?q=Ember"]')


def test_nothing_found_is_noted(read: Reader) -> None:
    read("/search/?q=unheard")
    assert SearchMiss.objects.get().text == "unheard"


def test_chosen_facets_can_be_taken_back_one_by_one(read: Reader) -> None:
    page = read("/search/?q=e&type=ESME&type=IHD&sort=name")
    links = {link["href"] for link in page.select(".fir-chip")}
    assert {"?q=e&type=IHD&sort=name", "?q=e&type=ESME&sort=name", "?q=e&sort=name"} == links


def test_a_page_that_is_not_there_leads_back(read: Reader) -> None:
    assert "There is no page 7 of this list" in words(read("/search/?page=7"))


def test_typed_markup_is_shown_as_text(read: Reader) -> None:
    page = read("/search/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert not any("alert" in script.get_text() for script in page.select("script"))


def test_the_model_page_gives_recommended_version_and_whom_to_ask_first(read: Reader) -> None:
    answer = words(read(EMBER), ".fir-answer")
    for expected in ("01040605", "Firmware desk", "Show contact details", "Each look is recorded"):
        assert expected in answer


def test_a_newer_test_version_is_not_recommended(cast: Cast, read: Reader) -> None:
    answer = words(read(EMBER, cast.rival_supplier), ".fir-answer")
    assert "The newest on the list is 02630B62 , a test version" in answer


def test_every_version_is_in_the_table_even_a_removed_one(read: Reader) -> None:
    rows = [" ".join(row.get_text(" ").split()) for row in
            read(EMBER).select("table tbody tr")]  # fmt: skip
    assert len(rows) == 6
    assert any("01132107" in row and "Removed" in row and "Panel" in row for row in rows)


def test_na_and_not_yet_provided_read_differently(read: Reader) -> None:
    table = words(read(EMBER), "table")
    assert "N/A: nothing comes before" in table
    assert "Not yet provided" in table


def test_the_picture_has_a_node_for_each_version(read: Reader) -> None:
    assert len(read(EMBER).select("svg.fir-pathway__picture text.fir-pathway__label")) == 6


def test_a_version_that_the_note_advises_against_is_not_recommended(catalogue: Catalogue, read: Reader) -> None:
    newest = make_entry(catalogue.ember, "0F0F0F0F", published_on=date(2026, 9, 1))
    say(newest, stage="production", notes="Superseded by a later version; do not deploy to new installations.")
    answer = words(read(EMBER), ".fir-answer")
    assert "01040605" in answer.split("The newest")[0]
    assert "the manufacturer advises against it" in answer


def test_the_manufacturers_own_recommendation_comes_first(catalogue: Catalogue, read: Reader) -> None:
    FirmwareInformation.objects.filter(entry=catalogue.second).update(
        recommendation="recommended", recommendation_state="supplied"
    )
    answer = words(read(EMBER), ".fir-answer")
    assert "10030A08" in answer
    assert "Recommended by the manufacturer" in answer


def test_a_model_without_production_version_recommends_none(read: Reader) -> None:
    assert "None known" in words(read("/models/7A03-406F0811/"), ".fir-answer")


def test_addresses_of_models_may_be_in_lower_case(read: Reader) -> None:
    assert "Ember X495" in words(read("/models/7a01-8b0b030d/"))


def test_the_entry_page_tells_blank_declined_and_not_applicable_apart(catalogue: Catalogue, read: Reader) -> None:
    FirmwareInformation.objects.filter(entry=catalogue.recommended).update(
        vulnerabilities_state="declined", interrupts_hub_power_state="not_applicable"
    )
    page = words(read("/entries/CPL-001072/"))
    for expected in ("Declined by the manufacturer", "Not applicable", "Not supplied"):
        assert expected in page


def test_the_entry_page_gives_the_source_of_a_field(read: Reader) -> None:
    page = words(read("/entries/CPL-001072/"))
    assert "From the FIR spreadsheet, not confirmed by the manufacturer, 30 October 2026" in page


def test_the_entry_page_says_where_one_can_go_from_here(read: Reader) -> None:
    page = words(read("/entries/CPL-001045/"), "aside")
    assert "10030A08 directly" in page
    assert "01040605 Recommended in 2 steps" in page


def test_the_hash_has_a_copy_button(read: Reader) -> None:
    button = read("/entries/CPL-001072/").select_one("[data-fir-copy]")
    assert button is not None
    assert button["data-fir-copy"] == "3FAD726F" * 8


def test_a_removed_entry_says_why_and_what_instead(read: Reader) -> None:
    page = words(read("/entries/CPL-001048/"), ".fir-status")
    assert "8 January 2024: Removed at the Panel's direction" in page
    assert "01040605" in page


def test_a_type_2_device_without_version_has_its_page(read: Reader) -> None:
    assert "no firmware version" in words(read("/entries/CPL-003001/"), "h1")


def test_history_shows_old_and_new_value_and_the_file(catalogue: Catalogue, read: Reader) -> None:
    with pghistory.context(user="sam@secas.example", source="import", file="list.xlsx"):
        CPLEntry.objects.filter(pk=catalogue.baseline.pk).update(gbcs_version="4.3")
    log = words(read("/entries/CPL-001045/"), ".fir-log")
    assert "GBCS version: 4.2 → 4.3" in log
    assert "list.xlsx" in log


def test_who_made_a_change_is_told_to_those_who_read_everything_only(
    cast: Cast, catalogue: Catalogue, read: Reader
) -> None:
    with pghistory.context(user="sam@secas.example", source="import"):
        CPLEntry.objects.filter(pk=catalogue.baseline.pk).update(gbcs_version="4.3")
    assert "sam@secas.example" not in words(read("/entries/CPL-001045/"), ".fir-log")
    assert "sam@secas.example" in words(read("/entries/CPL-001045/", cast.auditor), ".fir-log")


def test_a_day_that_has_not_come_is_refused_in_words(read: Reader) -> None:
    assert "“2999-01-01” is not a day that has passed" in words(read("/entries/CPL-001045/?as_at=2999-01-01"))


@pytest.mark.parametrize("text", ["yesterday", "2026-02-31", "%00", "0"])
def test_a_text_that_is_no_day_is_refused_in_words(read: Reader, text: str) -> None:
    assert "is not a day that has passed" in words(read(f"/entries/CPL-001045/?as_at={text}"))


def test_before_its_first_record_an_entry_was_not_known_here(read: Reader) -> None:
    assert "did not hold the entry on that day" in words(read("/entries/CPL-001045/?as_at=2020-01-01"))


def test_as_at_today_shows_what_is_recorded_today(read: Reader) -> None:
    page = words(read(f"/entries/CPL-001072/?as_at={timezone.localdate()}"))
    assert "This is not how the entry stands today" in page
    assert "10030A08" in page


def test_the_export_lists_exactly_what_the_page_lists(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client, asked = signed_in(cast.supplier), "?type=ESME&type=IHD&sort=name"
    page = BeautifulSoup(client.get(f"/search/{asked}").content, "html.parser")
    shown = [link.get_text() for link in page.select("tbody th > a")]
    assert shown == ["Ember X495", "Hélio 12"]
    sheet = load_workbook(BytesIO(client.get(f"/search/device-models.xlsx{asked}").content)).active
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == shown


def test_exported_identifiers_stay_text(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    content = signed_in(cast.supplier).get("/search/device-models.xlsx?q=ember").content
    row = next(load_workbook(BytesIO(content)).active.iter_rows(min_row=2, values_only=True))
    assert row[2:7] == ("7A01", "8B0B", "03", "0D", "8B0B030D")


def test_a_name_that_a_spreadsheet_would_run_is_neutralised(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_entry(make_model(name="=HYPERLINK(1)", model_identifier="0F0F"), "0A0B0C0D")
    text = signed_in(cast.supplier).get("/search/device-models.csv?q=HYPERLINK").content.decode("utf-8-sig")
    assert ",'=HYPERLINK(1)," in text


def test_the_versions_export_tells_the_three_pathway_states_apart(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    text = signed_in(cast.supplier).get(f"{EMBER}versions.csv").content.decode("utf-8-sig")
    for expected in ("CPL-001050", "N/A: nothing comes before", "Not yet provided"):
        assert expected in text


PAGES = {
    "/": 8,
    "/search/": 7,
    "/search/?q=ember": 8,
    EMBER: 6,
    "/entries/CPL-001072/": 9,
    "/entries/CPL-001072/?as_at=2026-01-01": 7,
}
"""Pages with data, and how many queries each may ask."""


@pytest.mark.parametrize(("address", "most"), PAGES.items())
def test_a_page_takes_few_queries(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str, most: int
) -> None:
    client = signed_in(cast.supplier)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= most, [query["sql"][:100] for query in queries]


def test_an_open_notice_takes_one_query_more_whatever_it_names(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue)
    client = signed_in(cast.supplier)
    client.get("/search/?q=ember")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/search/?q=ember")
    assert len(queries) == PAGES["/search/?q=ember"] + 1
    assert "1 open notice" in page.content.decode()


def test_a_notice_about_a_hidden_version_is_not_even_asked_for(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue, versions={catalogue.restricted: VersionStatus.AFFECTED})
    client = signed_in(cast.rival_supplier)
    client.get("/search/?q=ember")
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/?q=ember")
    assert len(queries) == PAGES["/search/?q=ember"]


@pytest.mark.parametrize("address", ["/search/", EMBER, "/entries/CPL-001072/"])
def test_more_records_take_no_more_queries(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str) -> None:
    client = signed_in(cast.supplier)
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for number in range(12):
        entry = make_entry(catalogue.ember, f"0C0C00{number:02}", after=[catalogue.baseline])
        say(entry, stage="production")
        make_entry(make_model(model_identifier=f"00{number:02}"), "01010101")
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(after) == len(before)


@pytest.mark.parametrize("address", PAGES)
def test_pages_with_data_are_kept_out_of_caches(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    assert signed_in(cast.supplier).get(address)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", [*PAGES, "/about/", "/accounts/login/"])
def test_no_page_allows_inline_code(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str) -> None:
    policy = signed_in(cast.supplier).get(address, follow=True)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    ("address", "what", "rows"),
    [
        ("/search/device-models.csv?q=ember", "Device Models: q=ember", 1),
        ("/models/7A01-8B0B030D/versions.csv", "Versions of Ember X495", None),
    ],
)
def test_taking_a_file_away_is_recorded(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str, what: str, rows: int | None
) -> None:
    signed_in(cast.supplier).get(address)
    event = AuditEvent.objects.get(name="list.exported")
    assert (event.actor, event.object_label[: len(what)]) == (cast.supplier.email, what)
    assert rows is None or event.details["rows"] == rows
