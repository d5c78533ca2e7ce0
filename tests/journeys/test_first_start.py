"""The README's first command, word for word, in a fresh copy of the project."""

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import PASSWORD
from tests.journeys.portal import ROOT, free_port, start
from tests.test_documents import commands

pytestmark = pytest.mark.slow

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "data", "*_cache", "__pycache__", "*.egg-info", ".hypothesis")


@pytest.fixture
def fresh_copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="firmware-fresh-") as folder:
        # The embedded server must reach its data without being root.
        Path(folder).chmod(0o755)
        copy = Path(folder, "clone")
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        yield copy


def test_portal_is_up_within_a_minute_of_installing_and_leaves_nothing_running(
    fresh_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port, began = free_port(), time.monotonic()
    command = f"{commands()[0]} --port {port}"
    portal = start(
        ["bash", "-xc", command], port=port, folder=fresh_copy, log=fresh_copy.parent / "log", environment={}
    )
    try:
        portal.wait_for("+ .venv/bin/python manage.py demo", seconds=600)
        installed = time.monotonic() - began
        first_start = portal.wait_until_open(seconds=60)
        assert "Ana Lytton" in portal.home_page_of("ana@ashdown.example", PASSWORD)
        stopping = portal.press_control_c()
        assert portal.left_behind() == []
        second_start = _start_again(fresh_copy, port)
    finally:
        portal.kill()
    with capsys.disabled():
        sys.stdout.write(
            f"\ninstalled in {installed:.1f} s, first start {first_start:.1f} s, "
            f"stopped in {stopping:.1f} s, second start {second_start:.1f} s\n"
        )
    assert "Stopped. The data is kept" in portal.printed()


def _start_again(folder: Path, port: int) -> float:
    """The data is kept: nothing is imported again, and Ctrl-C works again."""
    log = folder.parent / "second-log"
    line = [".venv/bin/python", "manage.py", "demo", "--port", str(port)]
    portal = start(line, port=port, folder=folder, log=log, environment={})
    try:
        seconds = portal.wait_until_open(seconds=60)
        assert "Ana Lytton" in portal.home_page_of("ana@ashdown.example", PASSWORD)
        portal.press_control_c()
        assert portal.left_behind() == []
        assert not re.search("imported", portal.printed())
    finally:
        portal.kill()
    return seconds
