"""The world of the sweeps: made once for a module; whatever a test changes is undone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.conftest import with_second_factor
from tests.sweeps.page import EVERY_ROLE
from tests.sweeps.world import World, make_world

PEOPLE = (*EVERY_ROLE, "stranger", "rival_administrator")


@pytest.fixture(scope="module")
def _lasting(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, str]]]:
    """The world, and by person the key of a session that is signed in with a second factor."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        yield world, {name: _session(world, name) for name in PEOPLE}
        transaction.set_rollback(True)


def _session(world: World, name: str) -> str:
    browser, person = Client(), world.person(name)
    browser.force_login(person)
    with_second_factor(browser, person)
    return browser.cookies["sessionid"].value


@pytest.fixture
def world(_lasting: tuple[World, dict[str, str]], db: None) -> World:
    """One record of every kind."""
    return _lasting[0]


@pytest.fixture
def client_of(_lasting: tuple[World, dict[str, str]], db: None, settings: Any) -> Callable[..., Client]:
    """A browser in which a person is signed in with a second factor; nobody for an empty name."""
    settings.SECURITY_CONTACT = ["mailto:security@firmware.example"]

    def client(name: str = "", **options: Any) -> Client:
        browser = Client(raise_request_exception=False, **options)
        if name:
            browser.cookies["sessionid"] = _lasting[1][name]
        return browser

    return client
