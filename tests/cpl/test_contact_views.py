"""Looking at a contact is an act; its manufacturer sees how often, by Party category and never by name."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Party, User
from cpl.actions.visibility import restrict
from cpl.models import Contact, Manufacturer
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(catalogue: Catalogue) -> Contact:
    return Contact.objects.get(team="Firmware desk")


def looks() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(name="contact.viewed"))


def page_of(contact: Contact) -> str:
    return f"/contacts/{contact.pk}/?from=CPL-001072"


def test_the_page_shows_the_details(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    page = signed_in(cast.supplier).get(page_of(desk)).content.decode()
    for detail in ("Firmware desk", "firmware@northmoor.example", "+44 20 7946 0545", "portal.northmoor.example"):
        assert detail in page
    assert "Back to CPL-001072" in page


def test_a_look_is_recorded_once_with_who_which_when(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    signed_in(cast.supplier).get(page_of(desk))
    (event,) = looks()
    assert (event.actor, event.party, event.party_category) == (
        "ana@ashdown.example", "Ashdown Energy", "large_supplier",
    )  # fmt: skip
    assert (event.object_type, event.object_key, event.object_label) == ("cpl.contact", str(desk.pk), "Firmware desk")
    assert (event.owner, event.details) == ("Northmoor Metering Ltd", {"entry": "CPL-001072", "own": False})
    assert timezone.now() - event.at < timedelta(minutes=1)


def test_the_record_of_a_look_holds_no_details(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    signed_in(cast.supplier).get(page_of(desk))
    kept = str(AuditEvent.objects.values().get(name="contact.viewed"))
    assert "firmware@northmoor.example" not in kept
    assert "0545" not in kept


def test_htmx_gets_the_details_alone_and_they_are_recorded_once(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    answer = signed_in(cast.supplier).get(page_of(desk), headers={"HX-Request": "true"})
    assert "firmware@northmoor.example" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert len(looks()) == 1


def test_details_are_kept_out_of_caches(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    assert signed_in(cast.supplier).get(page_of(desk))["Cache-Control"] == "no-store"


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_what_a_browser_fetches_in_advance_is_neither_shown_nor_recorded(
    cast: Cast, desk: Contact, signed_in: SignedIn, header: str
) -> None:
    answer = signed_in(cast.supplier).get(page_of(desk), headers={header: "prefetch;prerender"})
    assert (answer.status_code, answer.content, looks()) == (503, b"", [])


@pytest.mark.parametrize("method", ["head", "post", "put"])
def test_only_reading_it_shows_a_contact(cast: Cast, desk: Contact, signed_in: SignedIn, method: str) -> None:
    assert getattr(signed_in(cast.supplier), method)(page_of(desk)).status_code == 405
    assert looks() == []


@pytest.mark.parametrize(
    "asked", ["CPL-001045", "CPL-001080", "CPL-9", "%00", ""], ids=["other", "hidden", "unknown", "null", "blank"]
)
def test_an_entry_that_does_not_name_the_contact_is_left_out(
    cast: Cast, desk: Contact, signed_in: SignedIn, asked: str
) -> None:
    page = signed_in(cast.rival_supplier).get(f"/contacts/{desk.pk}/?from={asked}").content.decode()
    assert "Back to" not in page
    assert looks()[0].details["entry"] == ""


def test_a_party_without_need_is_told_that_there_is_no_such_contact(
    cast: Cast, desk: Contact, signed_in: SignedIn
) -> None:
    assert signed_in(cast.network).get(page_of(desk)).status_code == 404
    assert looks() == []


def test_a_named_party_without_need_may_look_and_others_no_more(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    restrict(record=desk, parties=Party.objects.filter(name="Severn Wires"), by=cast.moderator)
    answers = [signed_in(user).get(page_of(desk)).status_code for user in (cast.network, cast.supplier)]
    assert answers == [200, 404]


@pytest.mark.parametrize("key", [0, 999_999_999, 10**30])
def test_a_contact_that_is_not_there_is_not_found(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, key: int
) -> None:
    assert signed_in(cast.auditor).get(f"/contacts/{key}/").status_code == 404


def test_a_person_without_a_role_is_refused(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    assert signed_in(cast.stranger).get(page_of(desk)).status_code == 403


def test_signed_out_people_sign_in_first(desk: Contact, client: Client) -> None:
    assert client.get(page_of(desk))["Location"].startswith("/accounts/login/?next=/contacts/")
    assert looks() == []


def test_a_page_of_a_contact_takes_at_most_ten_queries(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    client = signed_in(cast.supplier)
    with CaptureQueriesContext(connection) as queries:
        client.get(page_of(desk))
    assert len(queries) <= 12, [query["sql"][:100] for query in queries]


# In the admin --------------------------------------------------------------------------------------------


def test_opening_a_contact_in_the_admin_is_a_look(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    page = signed_in(cast.moderator).get(reverse("admin:cpl_contact_change", args=[desk.pk]))
    assert "firmware@northmoor.example" in page.content.decode()
    (event,) = looks()
    assert (event.actor, event.party_category, event.channel) == ("sam@secas.example", "secas", "admin")


def test_the_admins_list_of_contacts_shows_no_details(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    page = signed_in(cast.moderator).get(reverse("admin:cpl_contact_changelist")).content.decode()
    assert "Firmware desk" in page
    assert "firmware@northmoor.example" not in page
    assert looks() == []


def test_a_contact_that_the_admin_does_not_know_is_no_look(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    for key in ("999999", "x"):
        signed_in(cast.moderator).get(f"/admin/cpl/contact/{key}/change/")
    assert looks() == []


# Numbers -------------------------------------------------------------------------------------------------

COUNTS = "/contact-views/"


@pytest.fixture
def looked(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    """Ashdown twice, Pennine, a competitor and the maker itself once each."""
    for user in (cast.supplier, cast.administrator, cast.rival_supplier, cast.competitor, cast.manufacturer):
        signed_in(user).get(page_of(desk))


def exported(client: Client, address: str = "/contact-views.csv") -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))[1:]


def test_the_maker_sees_numbers_by_month_team_and_category(cast: Cast, looked: None, signed_in: SignedIn) -> None:
    month = f"{timezone.localdate():%Y-%m}-01"
    assert sorted(exported(signed_in(cast.manufacturer))) == [
        [month, "Firmware desk", "Large Supplier", "2"],
        [month, "Firmware desk", "Manufacturer outside the Code", "1"],
        [month, "Firmware desk", "Small Supplier", "1"],
    ]


def test_the_page_says_the_same_and_names_nobody(cast: Cast, looked: None, signed_in: SignedIn) -> None:
    page = signed_in(cast.manufacturer).get(COUNTS).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "4 looks" in main
    assert "Large Supplier" in main
    assert not [word for word in ("Ana", "Ashdown", "Pennine", "Kestrel", "@", "Mei") if word in main]


def test_looks_of_other_months_are_counted_there_and_older_ones_not(
    cast: Cast, looked: None, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    # An event cannot be moved, only written with another time.
    monkeypatch.setattr(AuditEvent._meta.get_field("at"), "auto_now_add", False)
    for look, at in zip(looks(), (now - timedelta(days=400), now.replace(day=1) - timedelta(days=3)), strict=False):
        look.pk, look.at = None, at
        look.save(force_insert=True)
    months = [row[0] for row in exported(signed_in(cast.manufacturer))]
    assert len(set(months)) == 2


def test_nothing_looked_at_is_said_in_words(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    assert "Nobody has looked" in signed_in(cast.manufacturer).get(COUNTS).content.decode()


@pytest.mark.parametrize("who", ["supplier", "network", "submitter", "ssc", "stranger"])
def test_numbers_are_not_for_other_parties(cast: Cast, looked: None, signed_in: SignedIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert [client.get(address).status_code for address in (COUNTS, "/contact-views.csv")] == [403, 403]


def test_numbers_of_another_maker_are_not_found(cast: Cast, looked: None, signed_in: SignedIn) -> None:
    northmoor = Manufacturer.objects.get(name__startswith="Northmoor").pk
    client = signed_in(cast.competitor)
    assert client.get(f"{COUNTS}?manufacturer={northmoor}").status_code == 404
    assert client.get(f"/contact-views.xlsx?manufacturer={northmoor}").status_code == 404
    assert client.get(COUNTS).status_code == 200


@pytest.mark.parametrize("who", ["moderator", "publisher", "auditor"])
def test_secas_and_auditors_choose_a_maker(cast: Cast, looked: None, signed_in: SignedIn, who: str) -> None:
    northmoor = Manufacturer.objects.get(name__startswith="Northmoor").pk
    rows = exported(signed_in(getattr(cast, who)), f"/contact-views.csv?manufacturer={northmoor}")
    assert sum(int(row[3]) for row in rows) == 4


def test_a_maker_without_people_has_no_numbers_for_anybody_else(cast: Cast, desk: Contact, signed_in: SignedIn) -> None:
    Manufacturer.objects.update(party=None)
    fresh = User.objects.get(pk=cast.manufacturer.pk)
    assert signed_in(fresh).get(COUNTS).status_code == 403


def test_numbers_take_no_more_queries_for_more_looks(cast: Cast, looked: None, signed_in: SignedIn) -> None:
    client = signed_in(cast.manufacturer)
    client.get(COUNTS)
    with CaptureQueriesContext(connection) as before:
        client.get(COUNTS)
    for _ in range(5):
        signed_in(cast.supplier).get(page_of(Contact.objects.get()))
    with CaptureQueriesContext(connection) as after:
        client.get(COUNTS)
    assert len(after) == len(before) <= 10
