"""People and Parties in the admin site: everything to look up, Parties and single sign-on to make and change."""

import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.socialaccount.models import SocialAccount
from bs4 import BeautifulSoup
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import audit_names
from accounts.access import Forbidden
from accounts.actions.api_tokens import make_token
from accounts.actions.invitations import invite
from accounts.actions.parties import CannotChange, change_party, create_party
from accounts.actions.single_sign_on import save_single_sign_on
from accounts.choices import Channel, PartyCategory, RequestState, ReviewDecision, Role
from accounts.models import (
    AccessRequest,
    ApiToken,
    AuditEvent,
    Invitation,
    Membership,
    Party,
    Review,
    ReviewAnswer,
    SingleSignOn,
    User,
)
from tests.conftest import SignedIn
from tests.factories import Cast
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db

REGISTERS: tuple[type[Model], ...] = (
    Party, User, Membership, AccessRequest, Invitation, Review, ApiToken, SingleSignOn,
)  # fmt: skip
CHANGING = (Party, SingleSignOn)
MOST_QUERIES = 20
ISSUER = "https://id.ashdown.example"


@pytest.fixture
def ashdown(cast: Cast) -> Party:
    return Party.objects.get(name="Ashdown Energy")


@pytest.fixture
def filled(cast: Cast, ashdown: Party) -> str:
    """One record in every register; returns an API token."""
    invite(party=ashdown, email="new@ashdown.example", role=Role.PARTY_USER, by=cast.administrator)
    AccessRequest.objects.create(
        name="Rita",
        email="rita@ashdown.example",
        organisation="A",
        reason="x",
        state=RequestState.WAITING,
        party=ashdown,
    )
    review = Review.objects.create(party=ashdown, due_on=timezone.localdate())
    ReviewAnswer.objects.create(review=review, email="gone@ashdown.example", roles="x", decision=ReviewDecision.LEFT)
    SingleSignOn.objects.create(party=ashdown, provider_id="ashdown", issuer=ISSUER, client_id="x")
    return make_token(user=cast.supplier, party=ashdown, name="Nightly", days=1, by=cast.supplier)[1]


def address(model: type[Model], view: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{view}", args=args)


def first(model: type[Model]) -> Any:
    return model._default_manager.order_by("pk")[0]


def text_of(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


# Looking up --------------------------------------------------------------------------------------------------


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


# Parties -----------------------------------------------------------------------------------------------------


NEW = {
    "name": "Tarn Gas",
    "category": "gas_network",
    "signifier": "TARN",
    "email_domains": "@Tarn.Example\n\ntarngas.example",
}


def test_secas_makes_a_party(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.moderator).post(address(Party, "add"), NEW)
    party = Party.objects.get(name="Tarn Gas")
    assert answer.status_code == 302
    assert (party.signifier, party.is_active, party.group.name) == ("TARN", True, "Party: Tarn Gas")
    assert party.email_domains == ["tarn.example", "tarngas.example"]
    assert AuditEvent.objects.filter(name=audit_names.PARTY_CREATED, actor=cast.moderator.email).count() == 1


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"name": "Ashdown Energy"}, "already exists"),
        ({"category": "supermarket"}, "Select a valid choice"),
        ({"email_domains": "tarn.example\nnot a domain"}, "Line 2: “not a domain” is not a domain."),
        ({"email_domains": "a@b.example"}, "Line 1: “a@b.example” is not a domain."),
        ({"invited_by_secas": "on"}, "has no Party Signifier"),
        ({"signifier": "TAKEN"}, "signifier"),
        ({"name": "Long " * 28 + "more and other words"}, "begins with the same 143 characters"),
    ],
)
def test_a_party_that_cannot_be_is_refused_in_words(
    cast: Cast, signed_in: SignedIn, new: dict[str, str], words: str
) -> None:
    Party.objects.filter(name="DCC").update(signifier="TAKEN")
    create_party(name="Long " * 28 + "more words", category=PartyCategory.GAS_NETWORK, by=None)
    before = Party.objects.count()
    answer = signed_in(cast.moderator).post(address(Party, "add"), {**NEW, **new})
    assert answer.status_code == 200
    assert words in text_of(answer)
    assert Party.objects.count() == before


def test_a_manufacturer_without_a_signifier_comes_by_invitation(cast: Cast, signed_in: SignedIn) -> None:
    form = {**NEW, "category": "manufacturer", "signifier": ""}
    answer = signed_in(cast.moderator).post(address(Party, "add"), form, follow=True)
    assert Party.objects.get(name="Tarn Gas").invited_by_secas
    assert "“Invited by SECAS” is ticked" in text_of(answer)


def test_a_party_that_becomes_a_manufacturer_comes_by_invitation(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    Membership.objects.filter(party=ashdown).delete()
    form = changed(ashdown, category="manufacturer")
    signed_in(cast.moderator).post(address(Party, "change", ashdown.pk), form)
    ashdown.refresh_from_db()
    assert (ashdown.category, ashdown.invited_by_secas) == (PartyCategory.MANUFACTURER, True)


def test_nobody_makes_a_party_of_the_first_category_by_oversight(cast: Cast, signed_in: SignedIn) -> None:
    page = BeautifulSoup(signed_in(cast.moderator).get(address(Party, "add")).content, "html.parser")
    assert page.select("[name=category] option[selected]:not([value=''])") == []
    assert next(box["value"] for box in page.select("[name=category] option")) == ""


def changed(party: Party, **new: str) -> dict[str, str]:
    """The form of the Party as it is, with these changes."""
    form = {"name": party.name, "category": party.category, "signifier": party.signifier, "is_active": "on",
            "email_domains": "\n".join(party.email_domains)}  # fmt: skip
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    return {name: value for name, value in {**form, **inline, **new}.items() if value != "off"}


def test_secas_changes_a_party(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    form = changed(ashdown, signifier="ASHD", email_domains="ashdown.example")
    signed_in(cast.publisher).post(address(Party, "change", ashdown.pk), form)
    ashdown.refresh_from_db()
    assert (ashdown.signifier, ashdown.email_domains) == ("ASHD", ["ashdown.example"])
    event = AuditEvent.objects.get(name=audit_names.PARTY_CHANGED)
    assert event.before is not None
    assert event.after is not None
    assert (event.before["signifier"], event.after["signifier"]) == ("", "ASHD")


def test_saving_without_a_change_records_none(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    change_party(party=ashdown, email_domains=["b.example", "a.example"], by=None)
    ashdown.refresh_from_db()
    signed_in(cast.publisher).post(address(Party, "change", ashdown.pk), changed(ashdown))
    assert AuditEvent.objects.filter(name=audit_names.PARTY_CHANGED).count() == 1


def test_making_a_party_inactive_says_first_who_loses_access(
    cast: Cast, ashdown: Party, filled: str, signed_in: SignedIn
) -> None:
    client, form = signed_in(cast.moderator), changed(ashdown, is_active="off")
    asked = client.post(address(Party, "change", ashdown.pk), form)
    assert "2 people lose access at once" in text_of(asked)
    assert "1 API token opens nothing any more" in text_of(asked)
    assert Party.objects.get(pk=ashdown.pk).is_active
    hidden = {
        box["name"]: box["value"]
        for box in BeautifulSoup(asked.content, "html.parser").select(".fa-form [type=hidden]")
    }
    client.post(address(Party, "change", ashdown.pk), {**hidden, "confirmed": "yes"})
    assert not Party.objects.get(pk=ashdown.pk).is_active
    assert signed_in(cast.supplier).get("/").status_code == 403


def test_nobody_makes_the_party_they_act_for_inactive(cast: Cast, signed_in: SignedIn) -> None:
    secas = Party.objects.get(name="SECAS")
    answer = signed_in(cast.publisher).post(address(Party, "change", secas.pk), changed(secas, is_active="off"))
    assert "You act for this Party yourself." in text_of(answer)
    with pytest.raises(CannotChange):
        change_party(party=secas, is_active=False, by=cast.publisher)


def test_a_party_does_not_become_one_whose_roles_its_people_cannot_hold(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    answer = signed_in(cast.publisher).post(address(Party, "change", ashdown.pk), changed(ashdown, category="ssc"))
    assert "Party administrator, Party user. Take those away first." in text_of(answer)
    ashdown.refresh_from_db()
    assert ashdown.category == PartyCategory.LARGE_SUPPLIER


@pytest.mark.parametrize("who", ["supplier", "administrator", "auditor", "ssc", "stranger"])
def test_only_secas_makes_and_changes_parties(cast: Cast, ashdown: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        create_party(name="x", category="dcc", by=getattr(cast, who))
    with pytest.raises(Forbidden):
        change_party(party=ashdown, name="x", by=getattr(cast, who))


ABOVE = ("SECAS", "Security Sub-Committee", "Auditors")
"""Parties whose people have roles that a moderator may not give."""
WAYS_IN: tuple[dict[str, Any], ...] = (
    {"email_domains": ["evil.example"]}, {"is_active": False}, {"category": PartyCategory.GAS_NETWORK},
)  # fmt: skip


@pytest.mark.parametrize("new", WAYS_IN)
@pytest.mark.parametrize("name", ABOVE)
def test_a_moderator_does_not_change_the_way_in_of_people_above(cast: Cast, name: str, new: dict[str, Any]) -> None:
    party = Party.objects.get(name=name)
    Membership.objects.filter(party=party).exclude(user=cast.moderator).delete()
    with pytest.raises(Forbidden):
        change_party(party=party, by=cast.moderator, **new)


@pytest.mark.parametrize("new", WAYS_IN)
def test_a_moderator_changes_it_of_every_other_party(cast: Cast, ashdown: Party, new: dict[str, Any]) -> None:
    found = change_party(party=ashdown, by=cast.moderator, **new)
    assert {field: getattr(found, field) for field in new} == new


@pytest.mark.parametrize("new", WAYS_IN[:2])
@pytest.mark.parametrize("name", ABOVE[1:])
def test_a_publisher_changes_it_of_every_party(cast: Cast, name: str, new: dict[str, Any]) -> None:
    found = change_party(party=Party.objects.get(name=name), by=cast.publisher, **new)
    assert {field: getattr(found, field) for field in new} == new


def test_a_moderator_may_still_rename_a_party_of_people_above(cast: Cast) -> None:
    ssc = Party.objects.get(name="Security Sub-Committee")
    new: dict[str, Any] = {"name": "SSC", "is_active": True, "category": "ssc", "email_domains": []}
    assert change_party(party=ssc, by=cast.moderator, **new).name == "SSC"


@pytest.mark.parametrize("category", ["secas", "ssc", "auditor"])
def test_a_moderator_neither_makes_nor_turns_a_party_into_one_of_people_above(
    cast: Cast, ashdown: Party, signed_in: SignedIn, category: str
) -> None:
    Membership.objects.filter(party=ashdown).delete()
    client, words = signed_in(cast.moderator), "roles that you may not give. Ask a SECAS publisher"
    add, change = address(Party, "add"), address(Party, "change", ashdown.pk)
    assert words in text_of(client.post(add, {**NEW, "category": category}))
    assert words in text_of(client.post(change, changed(ashdown, category=category)))
    with pytest.raises(Forbidden):
        create_party(name="x", category=category, by=cast.moderator)
    with pytest.raises(Forbidden):
        change_party(party=ashdown, category=category, by=cast.moderator)
    assert create_party(name="x", category=category, by=cast.publisher).category == category


@pytest.mark.parametrize("name", ABOVE)
def test_the_register_lets_only_a_publisher_change_a_party_of_people_above(
    cast: Cast, signed_in: SignedIn, name: str
) -> None:
    party = Party.objects.get(name=name)
    page, form = address(Party, "change", party.pk), changed(party, email_domains="evil.example")
    moderator = signed_in(cast.moderator)
    assert 'name="_save"' not in moderator.get(page).content.decode()
    assert moderator.post(page, form).status_code == 403
    assert moderator.post(page, changed(party, is_active="off")).status_code == 403
    assert 'name="_save"' in signed_in(cast.publisher).get(page).content.decode()
    party.refresh_from_db()
    assert (party.email_domains, party.is_active) == ([], True)


@pytest.mark.parametrize("model", CHANGING)
def test_changing_asks_who_it_is_first(
    cast: Cast, ashdown: Party, filled: str, signed_in: SignedIn, model: type[Model]
) -> None:
    cast.moderator.password = "md5$x$x"
    cast.moderator.save()
    client, record = signed_in(cast.moderator), first(model)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**known, "at": time.time() - 3600} for known in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()
    for page in (address(model, "add"), address(model, "change", record.pk)):
        assert client.get(page).status_code == 200
        assert client.post(page, {"name": "x"})["Location"].startswith("/accounts/reauthenticate/")


def test_a_change_made_right_after_the_password_was_asked_for_came_by_the_admins_door(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    cast.moderator.set_password(PASSWORD)
    cast.moderator.save()
    client, page = signed_in(cast.moderator), address(Party, "change", ashdown.pk)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**known, "at": time.time() - 3600} for known in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()
    asked = client.post(page, changed(ashdown, name="Ashdown Power"))
    client.post(asked["Location"], {"password": PASSWORD})
    event = AuditEvent.objects.get(name=audit_names.PARTY_CHANGED)
    assert (event.channel, event.address) == (Channel.ADMIN, "127.0.0.1")


# Single sign-on ----------------------------------------------------------------------------------------------


def sign_on(party: Party, **new: str) -> dict[str, str]:
    form = {
        "party": str(party.pk),
        "provider_id": "ashdown",
        "issuer": ISSUER,
        "client_id": "portal",
        "is_active": "on",
    }
    return {name: value for name, value in {**form, **new}.items() if value != "off"}


@pytest.mark.parametrize(("secrets", "warned"), [({}, True), ({"ashdown": "x"}, False)])
def test_a_service_in_use_without_its_secret_is_warned_of(
    cast: Cast, ashdown: Party, signed_in: SignedIn, settings: Any, secrets: dict[str, str], warned: bool
) -> None:
    settings.SSO_SECRETS = secrets
    answer = signed_in(cast.moderator).post(address(SingleSignOn, "add"), sign_on(ashdown), follow=True)
    assert ("Add ashdown=… to SSO_SECRETS and restart" in text_of(answer)) is warned


def test_the_address_to_call_back_is_shown_whole(cast: Cast, filled: str, signed_in: SignedIn, settings: Any) -> None:
    settings.PUBLIC_URL = "https://firmware.example/"
    page = signed_in(cast.moderator).get(address(SingleSignOn, "change", first(SingleSignOn).pk))
    path = reverse("openid_connect_callback", args=["ashdown"])
    assert f"https://firmware.example{path}" in text_of(page)


def test_secas_sets_single_sign_on_up(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    signed_in(cast.moderator).post(address(SingleSignOn, "add"), sign_on(ashdown))
    made = SingleSignOn.objects.get()
    assert (made.party, made.issuer, made.is_active, made.is_required) == (ashdown, ISSUER, True, False)
    event = AuditEvent.objects.get(name=audit_names.SINGLE_SIGN_ON_CHANGED)
    assert event.before is None
    assert event.after is not None
    assert event.after["issuer"] == ISSUER


def test_secas_changes_it_and_party_and_short_name_stay(
    cast: Cast, ashdown: Party, filled: str, signed_in: SignedIn
) -> None:
    page = address(SingleSignOn, "change", SingleSignOn.objects.get().pk)
    other = Party.objects.get(name="Pennine Power")
    form = sign_on(other, provider_id="other", issuer="https://new.ashdown.example")
    signed_in(cast.publisher).post(page, form)
    found = SingleSignOn.objects.get()
    assert (found.party, found.provider_id, found.issuer) == (ashdown, "ashdown", "https://new.ashdown.example")
    event = AuditEvent.objects.get(name=audit_names.SINGLE_SIGN_ON_CHANGED)
    assert event.before is not None
    assert event.before["issuer"] == ISSUER


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"issuer": "http://id.ashdown.example"}, "does not begin with https://"),
        ({"issuer": "http://127.0.0.1.evil.example"}, "does not begin with https://"),
        ({"issuer": "javascript:alert(1)"}, "valid URL"),
        ({"provider_id": "no slug"}, "valid"),
        ({"is_required": "on"}, "The Party has no e-mail domain"),
    ],
)
def test_a_provider_that_cannot_work_is_refused_in_words(
    cast: Cast, ashdown: Party, signed_in: SignedIn, new: dict[str, str], words: str
) -> None:
    answer = signed_in(cast.moderator).post(address(SingleSignOn, "add"), sign_on(ashdown, **new))
    assert answer.status_code == 200
    assert words in text_of(answer)
    assert not SingleSignOn.objects.exists()


def test_on_a_developers_own_machine_http_will_do(cast: Cast, ashdown: Party, settings: Any) -> None:
    with pytest.raises(ValidationError):
        save_single_sign_on(party=ashdown, provider_id="x", issuer="http://127.0.0.1:9000", client_id="y", by=None)
    settings.DEBUG = True
    save_single_sign_on(party=ashdown, provider_id="x", issuer="http://127.0.0.1:9000", client_id="y", by=None)
    for trick in ("http://127.0.0.1.evil.example", "http://localhost@evil.example", "http://localhost.evil.example"):
        with pytest.raises(ValidationError):
            save_single_sign_on(party=ashdown, issuer=trick, by=None)


def test_one_domain_is_spoken_for_by_one_provider(cast: Cast, ashdown: Party) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    for party in (ashdown, pennine):
        change_party(party=party, email_domains=["shared.example"], by=None)
    save_single_sign_on(party=ashdown, provider_id="a", issuer=ISSUER, client_id="y", by=None)
    with pytest.raises(ValidationError, match="of Ashdown Energy speaks for one"):
        save_single_sign_on(party=pennine, provider_id="b", issuer=ISSUER, client_id="y", by=None)
    change_party(party=pennine, email_domains=["pennine.example"], by=None)
    save_single_sign_on(party=pennine, provider_id="b", issuer=ISSUER, client_id="y", by=None)
    with pytest.raises(CannotChange, match="of Ashdown Energy speaks for one"):
        change_party(party=pennine, email_domains=["shared.example"], by=None)


@pytest.mark.parametrize("who", ["supplier", "administrator", "auditor", "stranger"])
def test_only_secas_changes_single_sign_on(cast: Cast, ashdown: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        save_single_sign_on(party=ashdown, provider_id="x", issuer=ISSUER, client_id="y", by=getattr(cast, who))


@pytest.mark.parametrize("name", ABOVE)
def test_single_sign_on_of_people_above_is_a_publishers(cast: Cast, signed_in: SignedIn, name: str) -> None:
    party, moderator = Party.objects.get(name=name), signed_in(cast.moderator)
    words = "roles that you may not give. Ask a SECAS publisher"
    assert words in text_of(moderator.post(address(SingleSignOn, "add"), sign_on(party)))
    with pytest.raises(Forbidden):
        save_single_sign_on(party=party, provider_id="x", issuer=ISSUER, client_id="y", by=cast.moderator)
    assert not SingleSignOn.objects.exists()
    signed_in(cast.publisher).post(address(SingleSignOn, "add"), sign_on(party))
    page = address(SingleSignOn, "change", SingleSignOn.objects.get().pk)
    assert 'name="_save"' not in moderator.get(page).content.decode()
    assert moderator.post(page, sign_on(party, issuer="https://evil.example")).status_code == 403
    assert SingleSignOn.objects.get().issuer == ISSUER


@pytest.mark.parametrize(
    ("new", "left"),
    [
        ({"issuer": "https://new.ashdown.example"}, ["pennine"]),
        ({"client_id": "other"}, ["pennine"]),
        ({"is_active": False}, ["ashdown", "ashdown", "pennine"]),
    ],
)
def test_another_issuer_or_client_unties_the_accounts(
    cast: Cast, ashdown: Party, filled: str, new: dict[str, Any], left: list[str]
) -> None:
    for user, provider in ((cast.supplier, "ashdown"), (cast.administrator, "ashdown"), (cast.submitter, "pennine")):
        SocialAccount.objects.create(user=user, provider=provider, uid=user.email)
    save_single_sign_on(party=ashdown, by=cast.moderator, **new)
    assert sorted(SocialAccount.objects.values_list("provider", flat=True)) == left
    told = AuditEvent.objects.filter(name=audit_names.SINGLE_SIGN_ON_UNTIED, owner="Ashdown Energy")
    assert [event.details["people"] for event in told] == ([2] if left == ["pennine"] else [])


def test_the_secret_is_never_in_the_register(cast: Cast, filled: str, signed_in: SignedIn, settings: Any) -> None:
    settings.SSO_SECRETS = {"ashdown": "a-secret-that-stays"}
    client = signed_in(cast.publisher)
    for page in (address(SingleSignOn, "changelist"), address(SingleSignOn, "change", SingleSignOn.objects.get().pk)):
        assert "a-secret-that-stays" not in client.get(page).content.decode()
