"""People that the cast lacks, and a mailbox."""

import pytest

from accounts.choices import Role
from accounts.models import Party, User
from tests.accounts.mailbox import mail_server, mailbox
from tests.factories import Cast, make_user

__all__ = ["mail_server", "mailbox"]


@pytest.fixture
def second(cast: Cast) -> User:
    """A second moderator."""
    return make_user("tom@secas.example", Role.SECAS_MODERATOR, Party.objects.get(name="SECAS"))
