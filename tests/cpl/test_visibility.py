"""A record restricted to named Parties does not exist for others: rows, search, counts, facets, export, address."""

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.access import Forbidden
from accounts.models import AuditEvent, Party, User
from cpl.actions.visibility import restrict, unrestrict
from cpl.filters import SearchRequest
from cpl.models import CPLEntry, DeviceModel
from cpl.search import find
from cpl.selectors.changes import totals
from cpl.suggestions import did_you_mean
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_entry

pytestmark = pytest.mark.django_db

SECRET = ("CPL-001080", "CPL-001081")


def without_secrets(answer: Any) -> str:
    """A page without what differs each time: nonces and CSRF tokens."""
    return re.sub(r'(nonce=|value=|CSRFToken": )"[^"]*"', "", answer.content.decode())


def seen(user: User | AnonymousUser) -> set[str]:
    return set(CPLEntry.objects.visible_to(user).values_list("cpl_entry_id", flat=True))


def test_signed_out_people_see_nothing(catalogue: Catalogue) -> None:
    assert seen(AnonymousUser()) == set()


def test_a_person_without_a_party_sees_nothing(cast: Cast, catalogue: Catalogue) -> None:
    assert seen(cast.stranger) == set()


def test_an_inactive_person_sees_nothing(cast: Cast, catalogue: Catalogue) -> None:
    cast.supplier.is_active = False
    assert seen(cast.supplier) == set()


def test_the_named_party_sees_its_restricted_entries(cast: Cast, catalogue: Catalogue) -> None:
    assert set(SECRET) <= seen(cast.supplier)


def test_other_parties_do_not_see_them(cast: Cast, catalogue: Catalogue) -> None:
    assert not set(SECRET) & seen(cast.rival_supplier)


def test_a_grant_for_one_entry_gives_no_other(cast: Cast, catalogue: Catalogue) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    restrict(record=catalogue.restricted, parties=[pennine], by=cast.moderator)
    assert set(SECRET) & seen(User.objects.get(pk=cast.rival_supplier.pk)) == {"CPL-001080"}


def test_a_manufacturer_sees_its_own_restricted_entries(cast: Cast, catalogue: Catalogue) -> None:
    assert set(SECRET) & seen(cast.manufacturer) == {"CPL-001080"}


def test_a_competitor_never_sees_them(cast: Cast, catalogue: Catalogue) -> None:
    assert set(SECRET) & seen(cast.competitor) == {"CPL-001081"}


def test_secas_and_the_auditor_read_everything(cast: Cast, catalogue: Catalogue) -> None:
    assert seen(cast.moderator) == seen(cast.auditor) >= set(SECRET)


def test_an_unpublished_entry_is_visible_to_nobody_here(cast: Cast, catalogue: Catalogue) -> None:
    draft = CPLEntry.objects.create(
        cpl_entry_id="CPL-DRAFT", device_model=catalogue.gas, manufacturer=catalogue.gas.manufacturer,
        device_type="GSME", model_name="x", firmware_version="0A0A0A0A",
    )  # fmt: skip
    assert draft.cpl_entry_id not in seen(cast.moderator) | seen(cast.competitor)


def test_taking_the_restriction_back_shows_the_entry_to_all(cast: Cast, catalogue: Catalogue) -> None:
    unrestrict(record=catalogue.restricted, by=cast.moderator)
    assert "CPL-001080" in seen(cast.rival_supplier)


@pytest.mark.parametrize("who", ["supplier", "publisher", "auditor", "manufacturer"])
def test_restricting_needs_the_permission(cast: Cast, catalogue: Catalogue, who: str) -> None:
    with pytest.raises(Forbidden):
        restrict(record=catalogue.baseline, parties=[], by=getattr(cast, who))


def test_restricting_is_recorded_with_the_parties(cast: Cast, catalogue: Catalogue) -> None:
    restrict(record=catalogue.baseline, parties=Party.objects.filter(name="Pennine Power"), by=cast.moderator)
    event = AuditEvent.objects.filter(name="entry.restricted").first()
    assert event is not None
    assert (event.actor, event.object_label, event.owner) == (
        "sam@secas.example", "CPL-001045", "Northmoor Metering Ltd",
    )  # fmt: skip
    assert event.before == {"audience": "all_parties", "parties": []}
    assert event.after == {"audience": "named_parties", "parties": ["Pennine Power"]}


def test_a_model_with_only_restricted_entries_is_not_there(cast: Cast, catalogue: Catalogue) -> None:
    secret = catalogue.only_restricted.device_model
    assert secret in DeviceModel.objects.visible_to(cast.supplier)
    assert secret not in DeviceModel.objects.visible_to(cast.rival_supplier)


@pytest.mark.parametrize("text", ["0DECAF01", "CPL-001081", "Zephyr", "5EC0", "secret"])
def test_search_does_not_find_what_one_may_not_see(cast: Cast, catalogue: Catalogue, text: str) -> None:
    asked = SearchRequest(text=text)
    assert find(CPLEntry.objects.visible_to(cast.supplier), asked).total == 1
    assert find(CPLEntry.objects.visible_to(cast.rival_supplier), asked).total == 0


def test_facets_do_not_count_what_one_may_not_see(cast: Cast, catalogue: Catalogue) -> None:
    def gas(user: User) -> int:
        types = find(CPLEntry.objects.visible_to(user), SearchRequest()).facets[0]
        return next(value.count for value in types.values if value.value == "GSME")

    assert (gas(cast.supplier), gas(cast.rival_supplier)) == (2, 1)


def test_totals_on_home_do_not_count_what_one_may_not_see(cast: Cast, catalogue: Catalogue) -> None:
    assert totals(cast.supplier)["listed"] == totals(cast.rival_supplier)["listed"] + 2


def test_did_you_mean_never_offers_a_hidden_name(cast: Cast, catalogue: Catalogue) -> None:
    assert did_you_mean(CPLEntry.objects.visible_to(cast.supplier), "Zephir") == ["Zephyr"]
    assert did_you_mean(CPLEntry.objects.visible_to(cast.rival_supplier), "Zephir") == []


def test_the_export_leaves_out_what_one_may_not_see(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    def names(user: User) -> set[str]:
        text = signed_in(user).get("/search/device-models.csv").content.decode("utf-8-sig")
        return {row["Model name"] for row in csv.DictReader(io.StringIO(text))}

    assert names(cast.supplier) - names(cast.rival_supplier) == {"Zephyr Secret"}


ADDRESSES = ["/entries/CPL-001081/", "/models/7A03-5EC00101/", "/models/7A03-5EC00101/versions.xlsx"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_typed_by_hand_is_not_found_by_outsiders(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    assert signed_in(cast.supplier).get(address).status_code == 200
    assert signed_in(cast.rival_supplier).get(address).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hidden_address_and_a_wrong_one_answer_alike(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    client = signed_in(cast.rival_supplier)
    wrong = address.replace("1081", "9999").replace("5EC0", "5EC9")
    assert without_secrets(client.get(address)) == without_secrets(client.get(wrong))


@pytest.mark.parametrize("address", ["/", "/search/", "/models/7A01-8B0B030D/", "/entries/CPL-001045/"])
def test_the_restricted_version_is_on_no_page_of_another_party(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    page = signed_in(cast.rival_supplier).get(address).content.decode()
    assert "0DECAF01" not in page
    assert "CPL-001080" not in page


@pytest.mark.parametrize("address", ["/", "/search/", "/entries/CPL-001045/", "/search/device-models.csv"])
def test_a_person_without_a_role_gets_403(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str) -> None:
    assert signed_in(cast.stranger).get(address).status_code == 403


@pytest.mark.parametrize("address", ["/", "/search/", "/entries/CPL-001045/", "/search/device-models.csv", *ADDRESSES])
def test_signed_out_people_are_led_to_sign_in(catalogue: Catalogue, client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_picture_leaves_out_restricted_versions(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    mine = signed_in(cast.supplier).get("/models/7A01-8B0B030D/").content.decode()
    assert "0DECAF01" in mine


def test_hidden_predecessors_read_as_not_yet_provided(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_entry(catalogue.ember, "0A0A0A0A", cpl_entry_id="CPL-AFTER", after=[catalogue.restricted])
    make_entry(catalogue.ember, "0B0B0B0B", cpl_entry_id="CPL-SILENT")
    client = signed_in(cast.rival_supplier)
    pages = [client.get(f"/entries/{entry}/").content.decode() for entry in ("CPL-AFTER", "CPL-SILENT")]
    assert ["Not yet provided" in page for page in pages] == [True, True]
    rows = csv.DictReader(io.StringIO(client.get("/models/7A01-8B0B030D/versions.csv").content.decode("utf-8-sig")))
    told = {row["CPL Entry ID"]: row["Previous CPL Entry ID(s)"] for row in rows}
    assert told["CPL-AFTER"] == told["CPL-SILENT"] == "Not yet provided"
