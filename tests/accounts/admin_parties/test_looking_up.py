"""Looking up People and Parties in the admin site: who may, and what never shows."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessRequest, ApiToken, AuditEvent, Invitation, Membership, Party, Review, User
from tests.accounts.admin_parties.registers import CHANGING, REGISTERS, first
from tests.admin_pages import address
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db

MOST_QUERIES = 20


@pytest.mark.parametrize("model", REGISTERS)
@pytest.mark.parametrize("who", ["moderator", "publisher", "auditor"])
def test_secas_and_auditors_look_everything_up(
    cast: Cast, filled: str, signed_in: SignedIn, who: str, model: type[Model]
) -> None:
    client, record = signed_in(getattr(cast, who)), first(model)
    for page in (address(model, "changelist"), address(model, "change", record.pk)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        assert len(asked) <= MOST_QUERIES
    assert client.get(f"{address(model, 'changelist')}?q=a").status_code == 200


@pytest.mark.parametrize("model", REGISTERS)
@pytest.mark.parametrize("who", ["supplier", "administrator", "ssc", "stranger"])
def test_nobody_else_does(cast: Cast, filled: str, signed_in: SignedIn, who: str, model: type[Model]) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(address(model, "changelist"), follow=True).status_code == 403
    assert client.get(address(model, "change", first(model).pk), follow=True).status_code == 403


@pytest.mark.parametrize("model", REGISTERS)
@pytest.mark.parametrize("who", ["moderator", "auditor"])
def test_nothing_is_changed_or_deleted_by_who_may_not(
    cast: Cast, filled: str, signed_in: SignedIn, who: str, model: type[Model]
) -> None:
    client, key = signed_in(getattr(cast, who)), first(model).pk
    before = list(model._default_manager.order_by("pk").values())
    if model not in CHANGING or who == "auditor":
        assert client.get(address(model, "add")).status_code == 403
        assert client.post(address(model, "add"), {"name": "x"}).status_code == 403
        assert client.post(address(model, "change", key), {"name": "x"}).status_code == 403
    assert client.post(address(model, "delete", key), {"post": "yes"}).status_code == 403
    assert list(model._default_manager.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (User, "password__startswith=argon2"),
        (User, "password__regex=("),
        (User, "password=x"),
        (User, "disabled_reason__regex=("),
        (User, "disabled_reason__exact=%00"),
        (Membership, "user__password__startswith=argon2"),
        (Membership, "party__memberships__user__password__startswith=argon2"),
        (Invitation, "nonce__startswith=a"),
        (AccessRequest, "nonce__startswith=a"),
        (ApiToken, "digest__startswith=a"),
        (AuditEvent, "actor_name__regex=("),
    ],
)
def test_a_list_cannot_be_asked_about_what_it_has_no_filter_for(
    cast: Cast, filled: str, signed_in: SignedIn, model: type[Model], query: str
) -> None:
    assert signed_in(cast.auditor).get(f"{address(model, 'changelist')}?{query}").status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize("model", [*REGISTERS, AuditEvent])
def test_every_filter_beside_a_list_leads_to_a_list(
    cast: Cast, filled: str, signed_in: SignedIn, model: type[Model]
) -> None:
    client, page = signed_in(cast.auditor), address(model, "changelist")
    for spec in client.get(page).context["cl"].filter_specs:
        for name in spec.expected_parameters():
            assert client.get(page, {name: ""}).status_code < 400, name
            assert client.get(page, {name: "1"}).status_code < 400, name


def test_no_register_shows_a_digest(cast: Cast, filled: str, signed_in: SignedIn) -> None:
    token, client = ApiToken.objects.get(), signed_in(cast.publisher)
    for page in (address(ApiToken, "changelist"), address(ApiToken, "change", token.pk)):
        shown = client.get(page).content.decode()
        assert token.beginning in shown
        assert token.digest not in shown
        assert filled not in shown


@pytest.mark.parametrize("model", [model for model in REGISTERS if model is not User])
def test_a_register_leads_to_the_partys_page(
    cast: Cast, ashdown: Party, filled: str, signed_in: SignedIn, model: type[Model]
) -> None:
    shown = signed_in(cast.moderator).get(address(model, "changelist")).content.decode()
    page = "access_request" if model is AccessRequest else "party"
    key = AccessRequest.objects.get().pk if model is AccessRequest else ashdown.pk
    assert reverse(f"accounts:{page}", args=[key]) in shown


def test_the_side_bar_leads_to_every_register(cast: Cast, signed_in: SignedIn) -> None:
    shown = signed_in(cast.moderator).get("/admin/").content.decode()
    assert [model for model in REGISTERS if address(model, "changelist") not in shown] == []


def test_every_register_of_this_app_is_swept() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label == "accounts"}
    assert ours == {*REGISTERS, AuditEvent}


@pytest.mark.parametrize(("state", "found"), [("overdue", ["DCC"]), ("open", ["Ashdown Energy", "DCC"]),
                                              ("answered", ["SECAS"]), ("nonsense", None)])  # fmt: skip
def test_reviews_are_narrowed_by_state(
    cast: Cast, ashdown: Party, signed_in: SignedIn, state: str, found: list[str] | None
) -> None:
    today, now = timezone.localdate(), timezone.now()
    Review.objects.create(party=ashdown, due_on=today)
    Review.objects.create(party=Party.objects.get(name="DCC"), due_on=today - timedelta(days=1))
    Review.objects.create(party=Party.objects.get(name="SECAS"), due_on=today - timedelta(days=9), closed_at=now)
    page = signed_in(cast.auditor).get(f"{address(Review, 'changelist')}?state={state}", follow=True)
    shown = sorted(review.party.name for review in page.context["cl"].result_list)
    assert shown == (found if found is not None else ["Ashdown Energy", "DCC", "SECAS"])


@pytest.mark.parametrize("model", [Invitation, ApiToken])
@pytest.mark.parametrize("state", ["open", "usable", "ran_out", "accepted", "withdrawn", "revoked"])
def test_other_states_narrow_too(cast: Cast, filled: str, signed_in: SignedIn, model: type[Model], state: str) -> None:
    page = signed_in(cast.auditor).get(f"{address(model, 'changelist')}?state={state}", follow=True)
    known = {Invitation: ["open"], ApiToken: ["usable"]}[model]
    lacks = {Invitation: ["usable", "revoked"], ApiToken: ["open", "accepted", "withdrawn"]}[model]
    assert page.context["cl"].result_count == int(state in known or state in lacks)


@pytest.mark.parametrize("state", ["open", "overdue"])
def test_parties_are_narrowed_by_review(cast: Cast, ashdown: Party, signed_in: SignedIn, state: str) -> None:
    Review.objects.create(party=ashdown, due_on=timezone.localdate() - timedelta(days=1))
    page = signed_in(cast.auditor).get(f"{address(Party, 'changelist')}?review={state}")
    assert [party.name for party in page.context["cl"].result_list] == ["Ashdown Energy"]
