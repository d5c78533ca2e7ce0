"""Sensitive acts on a Party's page need a fresh password."""

import pytest

from accounts.models import ApiToken, Party
from tests.accounts.pages import at
from tests.accounts.party_page.acts import SENSITIVE, acts, state
from tests.accounts.signing_in import gone_stale
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("act", SENSITIVE)
def test_a_sensitive_act_asks_who_it_is_first(cast: Cast, ashdown: Party, signed_in: SignedIn, act: str) -> None:
    cast.administrator.password = "md5$x$x"
    cast.administrator.save()
    address, form = acts(cast, ashdown)[act]
    client, before = gone_stale(signed_in(cast.administrator)), state()
    answer = client.post(address, form)
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert state() == before


def test_the_act_goes_on_after_the_password(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    cast.administrator.set_password("a long enough password")
    cast.administrator.save()
    address, form = acts(cast, ashdown)["give"]
    client = gone_stale(signed_in(cast.administrator))
    asked = client.post(address, form)
    assert client.post(asked["Location"], {"password": "wrong", "next": address}).status_code == 200
    assert not cast.supplier.memberships.filter(role="submitter").exists()
    client.post(asked["Location"], {"password": "a long enough password", "next": address})
    assert cast.supplier.memberships.filter(role="submitter").exists()


def test_a_token_made_after_the_password_is_shown_on_that_page_and_kept_nowhere(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    cast.supplier.set_password("a long enough password")
    cast.supplier.save()
    client, address = gone_stale(signed_in(cast.supplier)), at("make_token", ashdown.pk)
    asked = client.post(address, {"name": "Nightly", "days": "30"})
    assert not ApiToken.objects.exists()
    answer = client.post(asked["Location"], {"password": "a long enough password", "next": address})
    token = answer.context["token"]
    assert token in answer.content.decode()
    assert answer["Cache-Control"] == "no-store" or "no-store" in answer["Cache-Control"]
    assert token not in str(dict(client.session))
    assert token not in client.get(at("party", ashdown.pk)).content.decode()
