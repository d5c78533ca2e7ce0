"""Fixtures for tests of people and Parties."""

from typing import Any

import pytest

from accounts.choices import Role
from accounts.models import Party, User
from tests.accounts.mailbox import mail_server, mailbox
from tests.factories import Cast, make_user

__all__ = ["mail_server", "mailbox"]


@pytest.fixture
def ashdown(cast: Cast) -> Party:
    return Party.objects.get(name="Ashdown Energy")


@pytest.fixture
def rival(cast: Cast) -> User:
    """The administrator of another Party."""
    return make_user("olga@pennine.example", Role.PARTY_ADMINISTRATOR, Party.objects.get(name="Pennine Power"))


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    """Hash at no cost, where a test is not about hashing: Argon2 takes half a second a time on a busy machine."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
