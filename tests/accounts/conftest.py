"""Fixtures for tests of people and Parties."""

from typing import Any

import pytest

from tests.accounts.mailbox import mail_server, mailbox

__all__ = ["mail_server", "mailbox"]


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    """Hash at no cost, where a test is not about hashing: Argon2 takes half a second a time on a busy machine."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
