"""The page of a person in a Party: who sees it, and what it tells."""

import pytest

from accounts import audit, audit_names
from accounts.models import Party, User
from tests.accounts.pages import at, person_of, whole_text_of
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("moderator", 200), ("auditor", 200), ("supplier", 403), ("rival", 404), ("ssc", 404)],
)
def test_a_persons_page_is_for_those_who_oversee(
    cast: Cast, rival: User, ashdown: Party, signed_in: SignedIn, who: str, status: int
) -> None:
    page = at("party_person", ashdown.pk, cast.supplier.pk)
    assert signed_in(person_of(cast, rival, who)).get(page).status_code == status


def test_people_of_other_parties_are_not_there(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    page = at("party_person", ashdown.pk, cast.network.pk)
    assert signed_in(cast.administrator).get(page).status_code == 404
    assert signed_in(cast.moderator).get(page).status_code == 404


def test_the_sign_in_history_is_the_persons_own(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    audit.record(audit_names.SIGNED_IN, by=cast.supplier, about=cast.supplier, methods=["password", "totp"])
    audit.record(audit_names.SIGNED_IN, by=cast.network, about=cast.network, methods=["webauthn"])
    words = whole_text_of(signed_in(cast.administrator).get(at("party_person", ashdown.pk, cast.supplier.pk)))
    assert "password and authenticator app" in words
    assert "passkey" not in words
