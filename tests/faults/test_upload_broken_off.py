"""An estate whose upload ends in the middle, by real sockets against gunicorn: nothing of it stays on the disk."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.estate_files import HEADINGS, ROW
from tests.faults.server import Parts, portal, wait_for

pytestmark = [pytest.mark.slow]

PREPARE = """
from django.test import Client
from accounts.models import User
from tests.conftest import with_second_factor
from tests.factories import make_cast
make_cast()
ana = User.objects.get(email="ana@ashdown.example")
client = Client()
client.force_login(ana)
with_second_factor(client, ana)
print("SAID", json.dumps(client.cookies["sessionid"].value))
"""
BEGINNING = HEADINGS + ROW * 40_000
PROMISED = 50_000_000


@pytest.fixture(scope="module")
def parts() -> Iterator[Parts]:
    with portal() as running:
        running.cookie = f"sessionid={running.run(PREPARE)}"
        running.start_web()
        yield running


def spool(parts: Parts) -> list[Path]:
    folder = parts.folder / "data" / "estate-uploads"
    return list(folder.iterdir()) if folder.exists() else []


def is_written(parts: Parts) -> bool:
    return any(path.suffix == ".part" and path.stat().st_size > 500_000 for path in spool(parts))


def begun(parts: Parts, data: bytes = BEGINNING) -> socket.socket:
    """A browser that has sent the beginning of a file, and promised far more."""
    _, page = parts.get("/estate/new/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    fields = (
        f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token[1]}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="gains.csv"\r\n\r\n'
    )
    head = (
        f"POST /estate/new/ HTTP/1.1\r\nHost: 127.0.0.1:{parts.port}\r\nCookie: {parts.cookie}\r\n"
        f"Origin: http://127.0.0.1:{parts.port}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: {PROMISED}\r\n\r\n"
    )
    browser = socket.create_connection(("127.0.0.1", parts.port), 30)
    browser.sendall((head + fields).encode() + data)
    return browser


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_an_upload_that_is_cancelled_leaves_nothing(parts: Parts, reset: bool) -> None:
    browser = begun(parts)
    wait_for(lambda: is_written(parts), seconds=30, what="the file in the spool")
    if reset:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    browser.close()
    wait_for(lambda: not spool(parts), seconds=30, what="an empty spool")
    assert parts.sql("SELECT count(*) FROM cpl_estatecheck") == 0


def test_personal_data_are_answered_while_the_rest_is_thrown_away(parts: Parts) -> None:
    browser = begun(parts, b"MPAN," + HEADINGS + (b"1200012345678," + ROW) * 20_000)
    assert not spool(parts)
    browser.shutdown(socket.SHUT_WR)
    said = b""
    while more := browser.recv(65_536):
        said += more
    assert b"1200012345678" not in said
    assert b"Columns to leave out" in said
    assert not spool(parts)


def test_pages_are_answered_while_eight_uploads_stand_still(parts: Parts) -> None:
    browsers = [begun(parts) for _ in range(8)]
    began = time.monotonic()
    answers = {parts.get("/estate/new/")[0] for _ in range(8)}
    took = time.monotonic() - began
    for browser in browsers:
        browser.close()
    assert answers == {200}
    assert took < 20
    wait_for(lambda: not spool(parts), seconds=30, what="an empty spool")


def test_a_process_that_is_killed_leaves_a_part_that_is_swept_away(parts: Parts) -> None:
    browser = begun(parts)
    wait_for(lambda: is_written(parts), seconds=30, what="the file in the spool")
    parts.kill("web")
    browser.close()
    assert spool(parts)
    swept = parts.run(
        "from datetime import timedelta\nfrom django.utils import timezone\n"
        "from cpl.actions.estate.beginning import sweep\n"
        "early = sweep(now=timezone.now())\n"
        'print("SAID", json.dumps([early, sweep(now=timezone.now() + timedelta(hours=2))]))'
    )
    assert swept == [0, 1]
    assert not spool(parts)
