"""A Party's own page: who sees what of it."""

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.api_tokens import make_token
from accounts.actions.invitations import invite
from accounts.choices import RequestState, Role
from accounts.models import AccessRequest, Party, SingleSignOn, User
from tests.accounts.pages import at, person_of, whole_text_of
from tests.conftest import SignedIn
from tests.factories import Cast, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "status"),
    [("supplier", 200), ("administrator", 200), ("moderator", 200), ("publisher", 200), ("auditor", 200),
     ("rival_supplier", 404), ("rival", 404), ("manufacturer", 404), ("ssc", 404), ("stranger", 404)],
)  # fmt: skip
def test_a_party_is_there_for_its_people_secas_and_auditors(
    cast: Cast, rival: User, ashdown: Party, signed_in: SignedIn, who: str, status: int
) -> None:
    assert signed_in(person_of(cast, rival, who)).get(at("party", ashdown.pk)).status_code == status


def test_ordinary_people_see_names_and_roles_and_no_more(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    make_token(user=cast.administrator, party=ashdown, name="Bens own", days=1, by=cast.administrator)
    make_token(user=cast.supplier, party=ashdown, name="Anas own", days=1, by=cast.supplier)
    invite(party=ashdown, email="new@ashdown.example", role=Role.PARTY_USER, by=cast.administrator)
    words = whole_text_of(signed_in(cast.supplier).get(at("party", ashdown.pk)))
    assert "Ben" in words
    assert "Party administrator" in words
    assert "Anas own" in words
    for hidden in ("ben@ashdown.example", "Bens own", "new@ashdown.example", "Last active", "Invitations", "Invite a"):
        assert hidden not in words


@pytest.mark.parametrize("who", ["administrator", "moderator", "auditor"])
def test_those_who_oversee_see_everything(cast: Cast, ashdown: Party, signed_in: SignedIn, who: str) -> None:
    Authenticator.objects.create(user=cast.supplier, type="totp", data={})
    Authenticator.objects.create(user=cast.supplier, type="webauthn", data={})
    Authenticator.objects.create(user=cast.supplier, type="recovery_codes", data={})
    make_token(user=cast.supplier, party=ashdown, name="Anas own", days=1, by=cast.supplier)
    invite(party=ashdown, email="new@ashdown.example", role=Role.PARTY_USER, by=cast.administrator)
    AccessRequest.objects.create(
        name="Rita", email="rita@ashdown.example", organisation="Ashdown", reason="x", state=RequestState.WAITING,
        party=ashdown, confirmed_at=timezone.now(),
    )  # fmt: skip
    SingleSignOn.objects.create(
        party=ashdown, provider_id="ashdown", issuer="https://id.ashdown.example", client_id="x"
    )
    words = whole_text_of(signed_in(getattr(cast, who)).get(at("party", ashdown.pk)))
    for shown in ("ana@ashdown.example", "Authenticator app, Passkey", "Anas own", "new@ashdown.example",
                  "rita@ashdown.example", "https://id.ashdown.example"):  # fmt: skip
        assert shown in words


def test_an_auditor_finds_nothing_to_press(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    make_token(user=cast.supplier, party=ashdown, name="x", days=1, by=cast.supplier)
    invite(party=ashdown, email="new@ashdown.example", role=Role.PARTY_USER, by=cast.administrator)
    client = signed_in(cast.auditor)
    for page in (at("party", ashdown.pk), at("party_person", ashdown.pk, cast.supplier.pk), at("review", ashdown.pk)):
        main = BeautifulSoup(client.get(page).content, "html.parser").find("main")
        assert main is not None
        assert main.find_all(["form", "button"]) == []
        links = [link["href"] for link in main.find_all("a")]
        assert not [link for link in links if str(link).endswith(("disable/", "take/", "withdraw/", "revoke/"))]


def test_the_page_asks_few_queries_however_many_people(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    client = signed_in(cast.administrator)
    client.get(at("party", ashdown.pk))
    with CaptureQueriesContext(connection) as few:
        client.get(at("party", ashdown.pk))
    for number in range(8):
        make_user(f"p{number}@ashdown.example", Role.PARTY_USER, ashdown)
    with CaptureQueriesContext(connection) as many:
        client.get(at("party", ashdown.pk))
    assert len(many) == len(few)
    assert len(few) <= 20


def test_a_party_without_anybody_says_so(cast: Cast, signed_in: SignedIn) -> None:
    empty = Party.objects.get(name="DCC")
    cast.submitter.memberships.all().delete()
    words = whole_text_of(signed_in(cast.publisher).get(at("party", empty.pk)))
    assert "Nobody acts for this Party." in words
    assert "No invitation waits" in words
