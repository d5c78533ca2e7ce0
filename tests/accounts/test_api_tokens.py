"""API tokens: made once, kept as a digest, and good for reading the exports of one Party only."""

import logging
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit_names, whence
from accounts.access import Forbidden
from accounts.actions.api_tokens import CannotMakeToken, make_token, revoke, revoke_all
from accounts.actions.memberships import join, leave
from accounts.choices import Channel, Role
from accounts.middleware import WhenceMiddleware
from accounts.models import ApiToken, AuditEvent, Party, User
from accounts.token_middleware import ApiTokenMiddleware
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db

EXPORT = "/search/device-models.csv"
VERSIONS = "/models/7A01-8B0B030D/versions.csv"


@pytest.fixture(autouse=True)
def no_earlier_failures(db: None) -> None:
    cache.clear()


def ashdown() -> Party:
    return Party.objects.get(name="Ashdown Energy")


def token_of(user: User, party: Party | None = None, name: str = "Nightly", days: int = 30) -> tuple[ApiToken, str]:
    return make_token(user=user, party=party or user.memberships.get().party, name=name, days=days, by=user)


def ask(token: str, address: str = EXPORT) -> Any:
    return Client().get(address, headers={"Authorization": f"Bearer {token}"})


# Making ----------------------------------------------------------------------------------------------------


def test_a_token_is_43_random_characters_after_its_prefix(cast: Cast) -> None:
    made, token = token_of(cast.supplier)
    assert token.startswith("fir_")
    assert len(token) == 47
    assert made.beginning == token[:12]


def test_only_the_digest_of_a_token_is_kept(cast: Cast) -> None:
    made, token = token_of(cast.supplier)
    assert made.digest == sha256(token.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM accounts_apitoken t")
        assert token not in str(cursor.fetchall())
        cursor.execute("SELECT row_to_json(t)::text FROM accounts_auditevent t")
        assert token not in str(cursor.fetchall())


def test_making_a_token_is_recorded(cast: Cast) -> None:
    made, _ = token_of(cast.supplier)
    event = AuditEvent.objects.get(name=audit_names.TOKEN_MADE)
    assert (event.actor, event.owner, event.object_key) == (cast.supplier.email, "Ashdown Energy", str(made.pk))


@pytest.mark.parametrize("who", ["stranger", "rival_supplier", "moderator"])
def test_a_token_is_made_only_for_a_party_one_acts_for(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        token_of(getattr(cast, who), ashdown())


@pytest.mark.parametrize("who", ["administrator", "moderator"])
def test_nobody_makes_a_token_for_somebody_else(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        make_token(user=cast.supplier, party=ashdown(), name="x", days=1, by=getattr(cast, who))


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_lasts_no_longer_than_the_setting_allows(cast: Cast, days: int) -> None:
    with pytest.raises(CannotMakeToken, match="from 1 to 365 days"):
        token_of(cast.supplier, days=days)


def test_two_usable_tokens_of_a_person_have_two_names(cast: Cast) -> None:
    made, _ = token_of(cast.supplier)
    with pytest.raises(CannotMakeToken, match="named Nightly already"):
        token_of(cast.supplier)
    revoke(token=made, by=cast.supplier)
    assert token_of(cast.supplier)[0].is_usable


# Revoking --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["supplier", "administrator", "moderator"])
def test_a_token_is_revoked_by_its_person_or_whoever_manages_the_party(cast: Cast, who: str) -> None:
    made, token = token_of(cast.supplier)
    revoke(token=made, by=getattr(cast, who))
    assert ask(token).status_code == 401
    made.refresh_from_db()
    assert made.revoked_by == getattr(cast, who).email


@pytest.mark.parametrize("who", ["network", "rival_supplier", "auditor", "stranger"])
def test_nobody_else_revokes_it(cast: Cast, who: str) -> None:
    made, token = token_of(cast.supplier)
    with pytest.raises(Forbidden):
        revoke(token=made, by=getattr(cast, who))
    assert ask(token).status_code == 200


def test_revoking_twice_changes_nothing(cast: Cast) -> None:
    made, _ = token_of(cast.supplier)
    revoke(token=made, by=cast.supplier)
    revoke(token=made, by=cast.administrator)
    assert ApiToken.objects.get().revoked_by == cast.supplier.email
    assert AuditEvent.objects.filter(name=audit_names.TOKEN_REVOKED).count() == 1


def test_all_tokens_of_a_person_end_together(cast: Cast) -> None:
    first, second = token_of(cast.supplier)[1], token_of(cast.supplier, name="Weekly")[1]
    _, others = token_of(cast.administrator)
    assert revoke_all(user=cast.supplier, by=None) == 2
    assert [ask(token).status_code for token in (first, second, others)] == [401, 401, 200]


def test_whoever_leaves_a_party_and_comes_back_finds_the_old_token_ended(cast: Cast) -> None:
    _, token = token_of(cast.supplier)
    leave(membership=cast.supplier.memberships.get(), by=cast.administrator)
    join(user=cast.supplier, party=ashdown(), role=Role.PARTY_USER, by=cast.administrator)
    assert ask(token).status_code == 401


# Reading ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [EXPORT, VERSIONS, "/search/device-models.xlsx"])
def test_a_token_reads_the_exports(cast: Cast, catalogue: Catalogue, address: str) -> None:
    assert ask(token_of(cast.supplier)[1], address).status_code == 200


def test_a_token_whose_person_needs_a_second_factor_reads_too(cast: Cast, catalogue: Catalogue) -> None:
    assert ask(token_of(cast.manufacturer)[1]).status_code == 200


def test_the_scheme_may_be_in_any_case_and_head_is_reading(cast: Cast) -> None:
    _, token = token_of(cast.supplier)
    assert Client().head(EXPORT, headers={"Authorization": f"bearer {token}"}).status_code == 200


def test_a_token_sees_what_its_person_sees(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    mine = signed_in(cast.supplier).get(EXPORT).content
    assert ask(token_of(cast.supplier)[1]).content == mine
    assert ask(token_of(cast.rival_supplier)[1]).content != mine


def test_a_token_sees_nothing_of_its_persons_other_parties(cast: Cast, catalogue: Catalogue) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    join(user=cast.rival_supplier, party=ashdown(), role=Role.PARTY_USER, by=None)
    person = User.objects.get(pk=cast.rival_supplier.pk)
    for_pennine, for_ashdown = token_of(person, pennine)[1], token_of(person, ashdown())[1]
    restricted = catalogue.restricted.cpl_entry_id.encode()
    model = catalogue.restricted.device_model
    page = f"/models/{model.identifier.code}-{model.duis_model}/versions.csv"
    assert restricted in ask(for_ashdown, page).content
    assert restricted not in ask(for_pennine, page).content


def test_a_token_of_a_supplier_does_not_gain_by_secas_membership(cast: Cast, catalogue: Catalogue) -> None:
    join(user=cast.rival_supplier, party=Party.objects.get(name="SECAS"), role=Role.SECAS_MODERATOR, by=None)
    person = User.objects.get(pk=cast.rival_supplier.pk)
    _, token = token_of(person, Party.objects.get(name="Pennine Power"))
    model = catalogue.restricted.device_model
    page = f"/models/{model.identifier.code}-{model.duis_model}/versions.csv"
    assert catalogue.restricted.cpl_entry_id.encode() not in ask(token, page).content


@pytest.mark.parametrize("address", ["/", "/search/", "/entries/CPL-001072/", "/parties/", "/admin/", "/nothing/",
                                     "/accounts/2fa/", "/accounts/login/", "/about/"])  # fmt: skip
def test_a_token_opens_no_other_page(cast: Cast, catalogue: Catalogue, address: str) -> None:
    answer = ask(token_of(cast.moderator)[1], address)
    assert answer.status_code == 403
    assert b"reads the exports" in answer.content


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_a_token_does_nothing_but_read(cast: Cast, method: str) -> None:
    _, token = token_of(cast.supplier)
    assert getattr(Client(), method)(EXPORT, headers={"Authorization": f"Bearer {token}"}).status_code == 403


@pytest.mark.parametrize("given", ["", "fir_", "x" * 47, "fir_" + "A" * 43, "fir_\x00" + "A" * 42, "é" * 40])
def test_a_wrong_token_is_refused_with_the_scheme_to_use(cast: Cast, given: str) -> None:
    answer = Client().get(EXPORT, HTTP_AUTHORIZATION=f"Bearer {given}")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Cache-Control"] == "no-store"


def test_another_scheme_is_none_of_our_business(cast: Cast) -> None:
    answer = Client().get(EXPORT, headers={"Authorization": "Basic YTpi"})
    assert answer["Location"].startswith("/accounts/login/")


def test_a_token_ends_when_it_runs_out(cast: Cast) -> None:
    made, token = token_of(cast.supplier)
    ApiToken.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ask(token).status_code == 401


def test_a_token_ends_with_the_account(cast: Cast) -> None:
    _, token = token_of(cast.supplier)
    User.objects.filter(pk=cast.supplier.pk).update(is_active=False)
    assert ask(token).status_code == 401


def test_a_token_ends_with_the_party(cast: Cast) -> None:
    _, token = token_of(cast.supplier)
    Party.objects.filter(pk=ashdown().pk).update(is_active=False)
    assert ask(token).status_code == 401


def test_a_token_ends_when_its_person_leaves_the_party_though_not_the_portal(cast: Cast) -> None:
    _, token = token_of(cast.supplier)
    join(user=cast.supplier, party=Party.objects.get(name="Pennine Power"), role=Role.PARTY_USER, by=None)
    cast.supplier.memberships.filter(party=ashdown()).delete()
    assert ask(token).status_code == 401


# No session, no trace but what is meant ----------------------------------------------------------------------


def test_a_request_with_a_token_has_no_session(cast: Cast, catalogue: Catalogue) -> None:
    answer = ask(token_of(cast.supplier)[1])
    assert answer.cookies == {}
    assert Session.objects.count() == 0
    assert answer["Cache-Control"] == "no-store"


def test_a_wrong_token_is_not_healed_by_a_session(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.supplier).get(EXPORT, headers={"Authorization": "Bearer fir_wrong"})
    assert answer.status_code == 401


def test_a_token_counts_and_not_the_session_beside_it(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    _, token = token_of(cast.rival_supplier)
    page = f"{EXPORT}?q=" + catalogue.restricted.cpl_entry_id
    client = signed_in(cast.moderator)
    assert client.get(page, headers={"Authorization": f"Bearer {token}"}).content == ask(token, page).content
    assert client.get("/").status_code == 200


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(cast: Cast) -> None:
    made, token = token_of(cast.supplier)
    ask(token)
    first = ApiToken.objects.get(pk=made.pk).last_used_at
    assert first is not None
    with CaptureQueriesContext(connection) as asked:
        ask(token)
    assert not [query for query in asked if query["sql"].startswith("UPDATE")]
    ApiToken.objects.filter(pk=made.pk).update(last_used_at=first - timedelta(minutes=2))
    ask(token)
    again = ApiToken.objects.get(pk=made.pk).last_used_at
    assert again is not None
    assert again >= first


def test_the_audit_is_told_that_a_token_was_the_door(cast: Cast, rf: RequestFactory) -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(whence.current().channel)

    request = rf.get(EXPORT, headers={"Authorization": f"Bearer {token_of(cast.supplier)[1]}"})
    answered: Any = ApiTokenMiddleware(WhenceMiddleware(answer))(request)
    assert answered.content == Channel.TOKEN.encode()


def test_many_wrong_tokens_from_one_address_have_to_wait(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    _, token = token_of(cast.supplier)
    with caplog.at_level(logging.CRITICAL):
        answers = [ask("fir_" + "A" * 43).status_code for _ in range(21)]
    assert answers == [401] * 20 + [429]
    assert ask(token).status_code == 200


def test_the_middleware_comes_right_after_authentication(settings: Any) -> None:
    order: list[str] = settings.MIDDLEWARE
    at = order.index("django.contrib.auth.middleware.AuthenticationMiddleware")
    assert order[at + 1] == f"{ApiTokenMiddleware.__module__}.{ApiTokenMiddleware.__name__}"
