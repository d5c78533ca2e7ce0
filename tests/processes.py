"""Real processes on the database of a test with real transactions."""

import os
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


def environment(**more: str) -> dict[str, str]:
    """What a process needs in order to be one of this portal's, on this test's database."""
    database = connection.settings_dict
    address = f"postgres://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={database['HOST']}"
    # The embedded server listens on a socket and needs no port.
    address += f"&port={database['PORT']}" if database["PORT"] else ""
    given = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "firmware_repo.settings", "DEBUG": "1"}
    return {**os.environ, **given, "SECRET_KEY": settings.SECRET_KEY, **more}
