"""The embedded server can never start by accident in production, and secrets have no default there."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def check(**given: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    command = [sys.executable, "manage.py", "check"]
    given = {"PUBLIC_URL": "https://firmware.example", **given}
    return subprocess.run(command, env={**kept, **given}, cwd=ROOT, capture_output=True, text=True, check=False)


def test_production_without_a_database_address_is_a_clear_error() -> None:
    ended = check(SECRET_KEY="x" * 60, DEBUG="0")
    assert ended.returncode != 0
    assert "DATABASE_URL is not set and DEBUG is off" in ended.stderr


def test_production_without_a_secret_key_is_a_clear_error() -> None:
    ended = check(DATABASE_URL="postgres://nobody@127.0.0.1:1/none", DEBUG="0")
    assert ended.returncode != 0
    assert "SECRET_KEY is not set" in ended.stderr


def test_a_threshold_that_would_tell_of_a_single_party_is_a_clear_error() -> None:
    ended = check(DEBUG="1", DATA_DIR="/nowhere", SECRET_KEY="x" * 60, DEMAND_MIN_PARTIES="1")
    assert ended.returncode != 0
    assert "DEMAND_MIN_PARTIES must be 2 or more" in ended.stderr


def test_off_is_the_default_of_debug() -> None:
    assert "DEBUG is off" in check(SECRET_KEY="x" * 60).stderr


def test_the_demo_refuses_to_run_in_production() -> None:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    given = {
        "SECRET_KEY": "x" * 60,
        "DEBUG": "0",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "PUBLIC_URL": "https://firmware.example",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "demo"], env={**kept, **given}, cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    assert "runs with DEBUG=1 only" in ended.stderr
