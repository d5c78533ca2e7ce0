"""The registers of the admin: everything opens for those who may look, and nothing can be changed there."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Party, User
from accounts.permissions import MODEL_PERMISSIONS
from cpl.models import (
    ColumnMapping,
    Contact,
    CPLEntry,
    CPLIssue,
    DeviceModel,
    FirmwareInformation,
    ImportRun,
    Manufacturer,
    ManufacturerIdentifier,
    Notice,
    SearchMiss,
    Submission,
)
from cpl.spreadsheets import importer
from tests.admin_pages import address
from tests.conftest import SignedIn
from tests.cpl.importing import bring_in, listed, workbook
from tests.factories import Cast, Catalogue, make_entry

pytestmark = pytest.mark.django_db

REGISTERS: tuple[type[Model], ...] = (
    CPLEntry, DeviceModel, Manufacturer, ManufacturerIdentifier, FirmwareInformation, Contact, ImportRun,
    ColumnMapping, SearchMiss,
)  # fmt: skip
OF_THE_PROCESS = {Submission, CPLIssue, Notice}
"""Swept beside their own pages: tests/cpl/admin_queue, tests/cpl/publication and tests/cpl/notices."""
MOST_QUERIES = 16
CAN_BE_CHANGED = {ColumnMapping}
"""By people who may import."""


@pytest.fixture
def filled(cast: Cast, catalogue: Catalogue) -> None:
    """One record in every register."""
    SearchMiss.objects.create(text="nothing", understood="nothing", party=Party.objects.first())
    importer.remember(header="Fancy name", field="model_name", by=cast.moderator)
    bring_in(workbook(listed(1)))


def pages(model: type[Model]) -> Iterator[str]:
    yield address(model, "changelist")
    yield f"{address(model, 'changelist')}?q=a"
    yield address(model, "change", model._default_manager.order_by("pk")[0].pk)


def test_every_model_of_the_list_that_has_a_register_is_swept() -> None:
    assert {model for model in admin.site._registry if model._meta.app_label == "cpl"} == {
        *REGISTERS,
        *OF_THE_PROCESS,
    }


@pytest.mark.parametrize("model", REGISTERS)
@pytest.mark.parametrize("who", ["moderator", "publisher", "auditor"])
def test_those_who_look_after_the_list_may_look_everything_up(
    cast: Cast, filled: None, signed_in: SignedIn, who: str, model: type[Model]
) -> None:
    client = signed_in(getattr(cast, who))
    assert {client.get(page).status_code for page in pages(model)} == {200}


@pytest.mark.parametrize("model", REGISTERS)
def test_a_page_asks_few_queries(cast: Cast, filled: None, signed_in: SignedIn, model: type[Model]) -> None:
    client = signed_in(cast.moderator)
    assert {page: count for page in pages(model) if (count := queries(client, page)) > MOST_QUERIES} == {}


def test_a_list_asks_no_more_queries_for_more_rows(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client = signed_in(cast.moderator)
    lists = [address(model, "changelist") for model in REGISTERS]
    before = [queries(client, page) for page in lists]
    for number in range(10):
        make_entry(catalogue.ember, f"{number:08X}")
        Contact.objects.create(manufacturer=catalogue.ember.manufacturer, team=f"Team {number}")
        ManufacturerIdentifier.objects.create(code=f"{number:04X}")
        Manufacturer.objects.create(name=f"Maker {number}").identifiers.add(*ManufacturerIdentifier.objects.all())
    assert [queries(client, page) for page in lists] == before


def queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


@pytest.mark.parametrize("model", REGISTERS)
def test_nothing_can_be_added_or_deleted(cast: Cast, filled: None, signed_in: SignedIn, model: type[Model]) -> None:
    client = signed_in(cast.moderator)
    record = model._default_manager.order_by("pk")[0]
    doors = [address(model, "add")]
    doors += [] if model in CAN_BE_CHANGED else [address(model, "delete", record.pk)]
    for door in doors:
        assert client.get(door).status_code == 403
        assert client.post(door, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [model for model in REGISTERS if model not in CAN_BE_CHANGED])
def test_nothing_can_be_changed(cast: Cast, filled: None, signed_in: SignedIn, model: type[Model]) -> None:
    client = signed_in(cast.moderator)
    record = model._default_manager.order_by("pk").values()[0]
    assert client.post(address(model, "change", record["id"]), {"name": "x", "code": "FFFF"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [record["id"]], "post": "yes"}
    client.post(address(model, "changelist"), bulk)
    assert model._default_manager.order_by("pk").values()[0] == record


@pytest.mark.parametrize("who", ["supplier", "manufacturer", "submitter", "ssc", "stranger"])
def test_others_get_no_admin_at_all(cast: Cast, filled: None, signed_in: SignedIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    for page in ("/admin/", *pages(CPLEntry)):
        assert client.get(page, follow=True).status_code == 403


def test_signed_out_people_sign_in_through_the_portal_only(client: Client, filled: None) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/login/"


def test_what_other_applications_register_stays_closed(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.moderator)
    ours = {name for name, _ in (perm.split(".view_") for perm in MODEL_PERMISSIONS if ".view_" in perm)}
    foreign = [model for model in admin.site._registry if model._meta.app_label not in ours]
    assert foreign, "the job queue and django-allauth register their models"
    assert {client.get(address(model, "changelist")).status_code for model in foreign} == {403}


@pytest.mark.parametrize("typed", ["CPL-001072", "01:04:06:05", "northmoor 0x01040605", "3fad726f"])
def test_an_entry_is_found_as_in_the_portal(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, typed: str) -> None:
    page = signed_in(cast.moderator).get(address(CPLEntry, "changelist"), {"q": typed})
    assert [entry.cpl_entry_id for entry in page.context["cl"].result_list] == ["CPL-001072"]


@pytest.mark.parametrize("query", [{"device_type__exact": "GSME"}, {"removed_on__isempty": "0"},
                                   {"audience__exact": "named_parties"}])  # fmt: skip
def test_a_list_can_be_narrowed(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, query: dict[str, str]) -> None:
    page = signed_in(cast.moderator).get(address(CPLEntry, "changelist"), query)
    assert 0 < page.context["cl"].result_count < CPLEntry.objects.count()


def test_an_entry_names_its_previous_entries_and_its_parties(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    client = signed_in(cast.auditor)
    assert "CPL-001045" in client.get(address(CPLEntry, "change", catalogue.second.pk)).content.decode()
    assert "Ashdown Energy" in client.get(address(CPLEntry, "change", catalogue.restricted.pk)).content.decode()


# Column mappings ------------------------------------------------------------------------------------


def test_contacts_are_not_found_by_address_or_number(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client, page = signed_in(cast.auditor), address(Contact, "changelist")
    contact = Contact.objects.exclude(email="").first()
    assert contact
    assert not client.get(page, {"q": contact.email}).context["cl"].result_count
    assert client.get(page, {"q": contact.team}).context["cl"].result_count
    for name in ("email__startswith", "telephone__startswith", "email", "manufacturer__contacts__email"):
        assert client.get(page, {name: contact.email}).status_code == 400


@pytest.mark.parametrize(("model", "column"), [(SearchMiss, "at"), (CPLIssue, "issue_date"), (ImportRun, "created_at")])
@pytest.mark.parametrize("year", ["9" * 19, "-1", "x"])
def test_a_year_that_no_date_holds_is_refused(
    cast: Cast, signed_in: SignedIn, model: type[Model], column: str, year: str
) -> None:
    answer = signed_in(cast.auditor).get(address(model, "changelist"), {f"{column}__year": year})
    assert answer.status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize("model", REGISTERS)
def test_every_filter_beside_a_list_leads_to_a_list(
    cast: Cast, filled: None, signed_in: SignedIn, model: type[Model]
) -> None:
    client, page = signed_in(cast.auditor), address(model, "changelist")
    for spec in client.get(page).context["cl"].filter_specs:
        for name in spec.expected_parameters():
            assert client.get(page, {name: "1"}).status_code < 400, name


def test_a_moderator_corrects_a_remembered_column(cast: Cast, filled: None, signed_in: SignedIn) -> None:
    mapping = ColumnMapping.objects.get()
    signed_in(cast.moderator).post(address(ColumnMapping, "change", mapping.pk), {"field": "manufacturer"})
    mapping.refresh_from_db()
    assert (mapping.field, mapping.corrected_by) == ("manufacturer", cast.moderator.email)
    assert mapped().details["field"] == "manufacturer"


def test_a_moderator_has_a_column_forgotten(cast: Cast, filled: None, signed_in: SignedIn) -> None:
    door = address(ColumnMapping, "delete", ColumnMapping.objects.get().pk)
    signed_in(cast.moderator).post(door, {"post": "yes"})
    assert not ColumnMapping.objects.exists()
    assert mapped().details == {"forgotten": True}


@pytest.mark.parametrize("who", ["publisher", "auditor"])
def test_others_may_not_touch_a_remembered_column(cast: Cast, filled: None, signed_in: SignedIn, who: str) -> None:
    person: User = getattr(cast, who)
    key = ColumnMapping.objects.get().pk
    client = signed_in(person)
    assert client.post(address(ColumnMapping, "change", key), {"field": ""}).status_code == 403
    assert client.post(address(ColumnMapping, "delete", key), {"post": "yes"}).status_code == 403
    assert ColumnMapping.objects.get().field == "model_name"


def mapped() -> AuditEvent:
    return AuditEvent.objects.filter(name="import.column_mapped").order_by("pk").reverse()[0]
