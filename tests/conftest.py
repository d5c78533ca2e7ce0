"""Fixtures that every test may use: the cast, a small list, and a client signed in as somebody."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import Cast, Catalogue, make_cast, make_catalogue

SignedIn = Callable[[User], Client]


@pytest.fixture
def cast(db: None) -> Cast:
    """Known people, one a role."""
    return make_cast()


@pytest.fixture
def catalogue(cast: Cast) -> Catalogue:
    """A small list, parts of it for Ashdown Energy only."""
    return make_catalogue()


@pytest.fixture
def signed_in() -> SignedIn:
    """A client signed in as a person."""

    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of
