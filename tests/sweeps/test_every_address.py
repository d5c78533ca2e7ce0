"""Every address of the portal, tried by everyone: a new one fails here until its expectation is declared."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db

OPEN = {"about/": "/about/", "health/": "/health/"}
"""Addresses for everybody, without data."""

READERS = {
    "": "/",
    "search/": "/search/?q=ember",
    "search/device-models.<format:file_format>": "/search/device-models.csv",
    "models/<hex:code>-<hex:duis>/": "/models/7A01-8B0B030D/",
    "models/<hex:code>-<hex:duis>/versions.<format:file_format>": "/models/7A01-8B0B030D/versions.csv",
    "entries/<entry_id:entry_id>/": "/entries/CPL-001072/",
}
"""Addresses for every role, by their pattern."""

ELSEWHERE = ("accounts/", "admin/")
"""Sign-in is django-allauth's; the admin has a sweep of its own."""

EVERY_ROLE = (
    "supplier", "administrator", "rival_supplier", "network", "manufacturer", "competitor", "submitter",
    "moderator", "publisher", "ssc", "auditor",
)  # fmt: skip


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path)
        else:
            assert isinstance(pattern, URLPattern)
            yield path


def test_every_address_has_its_expectation_declared() -> None:
    own = {path for path in patterns(get_resolver()) if not path.startswith(ELSEWHERE)}
    assert own == {*OPEN, *READERS}


@pytest.mark.parametrize("address", OPEN.values())
def test_open_addresses_answer_everybody_without_data(client: Client, catalogue: Catalogue, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"CPL-0" not in answer.content


@pytest.mark.parametrize("address", READERS.values())
def test_signed_out_people_are_sent_to_sign_in(client: Client, catalogue: Catalogue, address: str) -> None:
    assert client.get(address)["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("address", READERS.values())
def test_a_person_without_a_role_is_refused(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    assert signed_in(cast.stranger).get(address).status_code == 403


@pytest.mark.parametrize("who", EVERY_ROLE)
def test_every_role_may_read_every_page(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert {client.get(address).status_code for address in READERS.values()} == {200}


@pytest.mark.parametrize("address", READERS.values())
def test_no_page_is_changed_by_posting_to_it(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    client = signed_in(cast.supplier)
    client.handler.enforce_csrf_checks = True
    assert client.post(address).status_code in (403, 405)


@pytest.mark.parametrize(
    "address", ["/models/7A01-FFFFFFFF/", "/entries/CPL-9/", "/entries/a/b/", "/entries/%00/", "/nothing/"]
)
def test_what_is_not_there_is_answered_404_in_our_words(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    answer = signed_in(cast.supplier).get(address)
    assert answer.status_code == 404
    assert b"Firmware Information Repository" in answer.content
