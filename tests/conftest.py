"""Fixtures that every test may use: the cast, a small list, and a client signed in as somebody."""

import gc
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.backends.postgresql.operations import DatabaseOperations
from django.http import HttpRequest
from django.test import Client
from hypothesis import settings as of_hypothesis

from accounts import sessions
from accounts.models import User
from tests.factories import Cast, Catalogue, make_cast, make_catalogue
from tests.factories.replay import replayed
from tests.scheduling import OnePortal

KEPT = (
    "accounts_auditevent {} TRIGGER audit_events_are_kept",
    "cpl_publicationrecord {} TRIGGER publication_log_is_kept",
    "cpl_logcheckpoint {} TRIGGER publication_log_is_kept",
)
_empty = DatabaseOperations.execute_sql_flush

# How long one example takes tells how busy the machine is, and nothing of what is tested.
of_hypothesis.register_profile("any machine", deadline=None)
of_hypothesis.load_profile("any machine")


def _empty_all(operations: DatabaseOperations, statements: Any) -> None:
    """pytest-django empties tables after a test with real transactions; that the database refuses to empty the
    audit events and the publication log has tests of its own.
    """
    off, on = ([f"ALTER TABLE {kept.format(word)}" for kept in KEPT] for word in ("DISABLE", "ENABLE"))
    _empty(operations, [*off, *statements, *on])


# Django's own is replaced on purpose, by a function that takes whatever it is given.
DatabaseOperations.execute_sql_flush = _empty_all  # type: ignore[method-assign,assignment]

SignedIn = Callable[[User], Client]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> OnePortal:
    """How the processes share the tests."""
    return OnePortal(config, log)


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: Python's collector need not look through them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def cast(db: None) -> Cast:
    """Known people, one a role."""
    return replayed("cast", make_cast)


@pytest.fixture
def catalogue(cast: Cast) -> Catalogue:
    """A small list, parts of it for Ashdown Energy only."""
    return replayed("catalogue", make_catalogue)


@pytest.fixture
def signed_in() -> SignedIn:
    """A client signed in as a person, with password and second factor."""

    def client_of(user: User) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = open_session(user)
        return client

    return client_of


def open_session(user: User) -> str:
    """The key of a session of theirs as signing in leaves it, written at once: most tests begin with one, and Django's
    `force_login` saves it three times.
    """
    request = HttpRequest()
    request.session = SessionStore()
    request.session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            **both_factors(user),
        }
    )
    sessions.begin(request)
    request.session.create()
    return str(request.session.session_key)


def with_second_factor(client: Client, user: User) -> None:
    """Mark the client's session as django-allauth does after a one-time code."""
    session = client.session
    session.update(both_factors(user))
    session.save()


def both_factors(user: User) -> dict[str, Any]:
    """What django-allauth keeps in a session after password and one-time code."""
    now = time.time()
    return {
        AUTHENTICATION_METHODS_SESSION_KEY: [
            {"method": "password", "at": now, "reauthenticated": True},
            {"method": "mfa", "type": "totp", "at": now, "reauthenticated": True},
        ],
        "account_authentication_methods_user": str(user.pk),
    }
