"""Watching Device Models: whoever sees a model may watch it, and the list is their own."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.access import Forbidden
from accounts.choices import Role
from accounts.models import AuditEvent, Party, User
from cpl.actions import interest
from cpl.actions.visibility import restrict
from cpl.choices import InterestKind, NoticeKind, NoticeState, Severity, VersionStatus
from cpl.models import CPLEntry, DeviceModel, ModelInterest, Notice, NoticeVersion
from cpl.selectors.concerned import watches
from cpl.selectors.watching import watched_models
from cpl.views import watching as views
from tests.conftest import SignedIn
from tests.cpl.watching.conftest import Press, address
from tests.factories import Cast, Catalogue, make_entry, make_model

pytestmark = pytest.mark.django_db

LIST = "/watching/"


def shown(client: Client, page: str = LIST) -> str:
    return client.get(page).content.decode()


def exported(client: Client) -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get("/watching.csv").content.decode("utf-8-sig"))))


def test_a_model_that_is_watched_is_listed_with_its_recommended_and_newest_version(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn
) -> None:
    press(cast.supplier, catalogue.ember)
    page = shown(signed_in(cast.supplier))
    assert "1 Device Model" in page
    assert "Ember X495" in page
    assert "/entries/CPL-001072/" in page
    # Newest on the list of what Ashdown sees.
    assert "/entries/CPL-001080/" in page


def test_the_button_leads_back_to_the_page_that_it_was_pressed_on(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn
) -> None:
    button = f"watch-{catalogue.ember.pk}"
    answer = press(cast.supplier, catalogue.ember)
    assert answer.url == f"{catalogue.ember.get_absolute_url()}#{button}"
    assert f'id="{button}"' in shown(signed_in(cast.supplier), catalogue.ember.get_absolute_url())
    assert press(cast.supplier, catalogue.ember, "end", back="watching").url == LIST


def test_of_a_list_one_reads_on_at_the_next_model(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn
) -> None:
    for number in range(3):
        model = make_model(name=f"Ember Z{number}", model_identifier=f"0A0{number}")
        make_entry(model, f"0000000{number}")
        press(cast.supplier, model)
    keys = list(watched_models(cast.supplier))
    middle = DeviceModel.objects.get(pk=keys[1])
    assert press(cast.supplier, middle, "end", back="watching").url == f"{LIST}#watched-{keys[2]}"
    assert f'id="watched-{keys[2]}"' in shown(signed_in(cast.supplier))
    last = DeviceModel.objects.get(pk=keys[2])
    assert press(cast.supplier, last, "end", back="watching").url == f"{LIST}#watched-{keys[0]}"


def test_pressing_twice_is_pressing_once(cast: Cast, catalogue: Catalogue, press: Press) -> None:
    for _ in range(2):
        press(cast.supplier, catalogue.ember)
    assert ModelInterest.objects.count() == 1
    for _ in range(2):
        press(cast.supplier, catalogue.ember, "end")
    assert not ModelInterest.objects.exists()


def test_who_watches_nothing_is_told_how_to(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    page = shown(signed_in(cast.supplier))
    assert "You watch none yet" in page
    assert "/search/" in page


# Who may ------------------------------------------------------------------------------------------------------


def test_without_a_role_nobody_watches(cast: Cast, catalogue: Catalogue, press: Press) -> None:
    assert press(cast.stranger, catalogue.ember).status_code == 403
    with pytest.raises(Forbidden):
        interest.watch(model=catalogue.ember, by=cast.stranger)
    with pytest.raises(Forbidden):
        interest.unwatch(model=catalogue.ember, by=cast.stranger)
    assert not ModelInterest.objects.exists()


def test_a_model_that_is_not_for_them_is_not_there_to_watch(cast: Cast, catalogue: Catalogue, press: Press) -> None:
    zephyr = catalogue.only_restricted.device_model
    assert press(cast.supplier, zephyr).status_code == 302
    assert press(cast.rival_supplier, zephyr).status_code == 404
    assert list(ModelInterest.objects.values_list("person__email", flat=True)) == [cast.supplier.email]


def test_who_is_signed_out_is_asked_to_sign_in(catalogue: Catalogue, client: Client) -> None:
    answer = client.post(address(catalogue.ember), {"watch": "begin"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_model_that_is_hidden_by_now_is_not_listed_though_it_is_watched(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn
) -> None:
    press(cast.rival_supplier, catalogue.gas)
    for entry in CPLEntry.objects.filter(device_model=catalogue.gas):
        restrict(record=entry, parties=Party.objects.filter(name="Ashdown Energy"), by=cast.moderator)
    client = signed_in(cast.rival_supplier)
    assert "Lantern" not in shown(client)
    assert len(exported(client)) == 1


# Nobody else's business -----------------------------------------------------------------------------------------


def test_not_even_a_colleague_reads_what_somebody_watches(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn
) -> None:
    press(cast.supplier, catalogue.ember)
    interest.note_check(model=catalogue.ember, by=cast.supplier)
    for other in (cast.administrator, cast.manufacturer, cast.moderator, cast.auditor):
        assert not ModelInterest.objects.visible_to(other).exists()
        assert "You watch none yet" in shown(signed_in(other))
        assert len(exported(signed_in(other))) == 1
        assert not watches(other, catalogue.ember)
    assert watches(cast.supplier, catalogue.ember)


def test_nothing_of_it_is_in_the_audit_events(cast: Cast, catalogue: Catalogue, press: Press) -> None:
    before = AuditEvent.objects.count()
    press(cast.supplier, catalogue.ember)
    interest.note_check(model=catalogue.ember, by=cast.supplier)
    press(cast.supplier, catalogue.ember, "end")
    assert AuditEvent.objects.count() == before


def test_the_manufacturers_pages_read_the_same_whoever_watches(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn
) -> None:
    client = signed_in(cast.manufacturer)
    pages = (catalogue.ember.get_absolute_url(), catalogue.second.get_absolute_url(), "/contact-views/", "/")
    before = [without_proofs(client, page) for page in pages]
    press(cast.supplier, catalogue.ember)
    interest.note_check(model=catalogue.ember, by=cast.rival_supplier)
    assert [without_proofs(client, page) for page in pages] == before


def without_proofs(client: Client, page: str) -> list[str]:
    """The lines of a page but those with a fresh token or nonce."""
    lines = client.get(page).content.decode().splitlines()
    return [line for line in lines if "csrf" not in line.lower() and "nonce" not in line]


@pytest.mark.parametrize("who", ["moderator", "publisher", "auditor"])
def test_the_administration_site_does_not_know_of_it(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn, who: str
) -> None:
    press(cast.supplier, catalogue.ember)
    client = signed_in(getattr(cast, who))
    assert client.get("/admin/cpl/modelinterest/").status_code == 404
    assert b"modelinterest" not in client.get("/admin/").content


# What the list tells --------------------------------------------------------------------------------------------


def test_what_happened_since_is_counted_from_the_day_on_which_one_began(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn
) -> None:
    press(cast.supplier, catalogue.ember)
    began, today = timezone.now() - timedelta(days=30), timezone.localdate()
    ModelInterest.objects.update(since=began)
    client = signed_in(cast.supplier)
    assert "1 published" not in shown(client)
    make_entry(catalogue.ember, "01040609", published_on=today - timedelta(days=3), cpl_entry_id="CPL-001090")
    CPLEntry.objects.filter(pk=catalogue.baseline.pk).update(
        removed_on=today - timedelta(days=2), removal_reason="Lapsed"
    )
    assert "1 published, 1 removed" in shown(client)
    told = dict(zip(*exported(client), strict=True))
    assert told["Published since"] == "01040609 (CPL-001090)"
    assert told["Removed since"] == "09030A07 (CPL-001045)"
    assert told["Watched since"] == timezone.localdate(began).isoformat()


def test_open_notices_that_name_a_version_are_listed_and_drafts_and_withdrawn_ones_are_not(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn
) -> None:
    press(cast.supplier, catalogue.ember)
    party = Party.objects.get(name="Northmoor Metering Ltd")
    for state in NoticeState:
        NoticeVersion.objects.create(
            notice=Notice.objects.create(
                manufacturer=catalogue.ember.manufacturer, party=party, title=f"A {state} matter", state=state,
                kind=NoticeKind.FAULT, severity=Severity.HIGH, summary="The clock stops.",
                **in_state(state, cast.manufacturer),
            ),
            entry=catalogue.second, status=VersionStatus.AFFECTED,
        )  # fmt: skip
    page = shown(signed_in(cast.supplier))
    assert "A published matter" in page
    assert "A draft matter" not in page
    assert "A withdrawn matter" not in page


def in_state(state: NoticeState, by: User) -> dict[str, object]:
    """What a notice of the state must have."""
    now = timezone.now()
    published = {"published_at": now, "published_by": by, "revision": 1}
    given: dict[str, object] = published if state != NoticeState.DRAFT else {}
    return given | ({"withdrawn_at": now, "withdrawal_reason": "Wrong"} if state == NoticeState.WITHDRAWN else {})


def test_the_export_neutralises_what_a_spreadsheet_would_run(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn
) -> None:
    model = make_model(name="=1+1", model_identifier="0BAD")
    make_entry(model, "01000001")
    press(cast.supplier, model)
    assert exported(signed_in(cast.supplier))[1][1] == "'=1+1"


def test_a_long_list_goes_over_pages_and_whole_into_the_export(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    for number in range(3):
        model = make_model(name=f"Model {number}", model_identifier=f"{number:04X}")
        make_entry(model, "01000001")
        interest.watch(model=model, by=cast.supplier)
    client = signed_in(cast.supplier)
    assert "Model 2" not in shown(client)
    assert "Model 2" in client.get(f"{LIST}?page=2").content.decode()
    assert len(exported(client)) == 4


# Limits, Parties, forgetting ------------------------------------------------------------------------------------


def test_beyond_the_limit_nothing_more_is_watched_and_the_person_is_told_what_to_do(
    cast: Cast, catalogue: Catalogue, press: Press, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interest, "MOST_WATCHED", 1)
    press(cast.supplier, catalogue.ember)
    press(cast.supplier, catalogue.ember)
    answer = press(cast.supplier, catalogue.gas)
    page = signed_in(cast.supplier).get(answer.url)
    assert list(ModelInterest.objects.values_list("device_model", flat=True)) == [catalogue.ember.pk]
    assert page.status_code == 200
    with pytest.raises(interest.TooManyWatchedError, match="Stop watching one first"):
        interest.watch(model=catalogue.gas, by=cast.supplier)


def test_whoever_acts_for_two_parties_watches_for_both(cast: Cast, catalogue: Catalogue) -> None:
    person = in_a_second_party(cast.supplier)
    interest.watch(model=catalogue.ember, by=person)
    assert ModelInterest.objects.filter(person=person).count() == 2
    interest.unwatch(model=catalogue.ember, by=person)
    assert not ModelInterest.objects.exists()


def in_a_second_party(person: User) -> User:
    person.memberships.create(party=Party.objects.get(name="Pennine Power"), role=Role.PARTY_USER)
    return User.objects.get(pk=person.pk)


def test_a_check_is_written_once_a_day(cast: Cast, catalogue: Catalogue) -> None:
    interest.note_check(model=catalogue.ember, by=cast.supplier)
    first = ModelInterest.objects.get(kind=InterestKind.CHECKED)
    interest.note_check(model=catalogue.ember, by=cast.supplier)
    assert ModelInterest.objects.get().last_at == first.last_at
    ModelInterest.objects.update(last_at=first.last_at - timedelta(days=2), since=first.since - timedelta(days=9))
    interest.note_check(model=catalogue.ember, by=cast.supplier)
    again = ModelInterest.objects.get()
    assert again.last_at > first.last_at
    assert again.since < first.since


@pytest.mark.parametrize("who", ["stranger", "moderator", "publisher", "ssc", "auditor"])
def test_a_look_of_nobody_with_meters_is_no_check(cast: Cast, catalogue: Catalogue, who: str) -> None:
    interest.note_check(model=catalogue.ember, by=getattr(cast, who))
    assert not ModelInterest.objects.exists()


def test_checks_are_forgotten_after_their_days_and_what_is_watched_is_not(
    cast: Cast, catalogue: Catalogue, settings: object
) -> None:
    interest.watch(model=catalogue.ember, by=cast.supplier)
    for model in (catalogue.ember, catalogue.gas):
        interest.note_check(model=model, by=cast.supplier)
    ModelInterest.objects.exclude(device_model=catalogue.gas).update(last_at=timezone.now() - timedelta(days=401))
    assert interest.forget(now=timezone.now()) == 1
    assert set(ModelInterest.objects.values_list("device_model", "kind")) == {
        (catalogue.ember.pk, "watched"), (catalogue.gas.pk, "checked"),
    }  # fmt: skip


def test_whatever_somebody_did_for_a_party_is_forgotten_once_they_act_for_it_no_more(
    cast: Cast, catalogue: Catalogue
) -> None:
    interest.watch(model=catalogue.ember, by=in_a_second_party(cast.supplier))
    cast.supplier.memberships.filter(party__name="Ashdown Energy").delete()
    assert interest.forget(now=timezone.now()) == 1
    assert ModelInterest.objects.get().party.name == "Pennine Power"
