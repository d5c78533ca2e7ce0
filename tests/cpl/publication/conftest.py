"""A mailbox, and a catalogue of yesterday."""

import pytest
from django.db import connection

from tests.accounts.mailbox import mail_server, mailbox
from tests.factories import Catalogue

__all__ = ["mail_server", "mailbox"]


@pytest.fixture
def yesterday(catalogue: Catalogue) -> Catalogue:
    """The catalogue with a past: everything that one transaction writes into the history bears one and the same time,
    so that what a test publishes could not be told from what it found.
    """
    with connection.cursor() as cursor:
        # History refuses to be changed, whoever asks; only here, where it is thrown away.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE cpl_cplentryevent SET pgh_created_at = pgh_created_at - interval '1 day'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return catalogue
