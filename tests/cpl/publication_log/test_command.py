"""`python -m cpl.verify_log` as somebody runs it who has the file, the key and no portal."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cpl.publication_log import logs

ROOT = Path(__file__).resolve().parents[3]
GOOD = logs.records(6)
LINES = logs.lines_of(GOOD)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the verifier needs, and nothing else of the portal."""
    folder = tmp_path_factory.mktemp("alone")
    shutil.copytree(ROOT / "cpl" / "verify_log", folder / "cpl" / "verify_log")
    for name in ("__init__.py", "log_chain.py"):
        shutil.copy(ROOT / "cpl" / name, folder / "cpl" / name)
    return folder


def run(folder: Path, *arguments: str, lines: list[bytes] = LINES) -> subprocess.CompletedProcess[str]:
    """The command in a process without Django's settings, which may import nothing of the portal's environment."""
    (folder / "log.jsonl").write_bytes(b"".join(lines))
    # Isolated as -I would, but for the current folder, from which -m imports.
    guard = "import sys, runpy; sys.modules['django'] = None; sys.modules['psycopg'] = None; sys.path.insert(0, '.'); "
    program = guard + "sys.argv[0] = 'verify_log'; runpy.run_module('cpl.verify_log', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-I", "-c", program, *arguments],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_good_log_verifies_and_says_what_to_keep(alone: Path) -> None:
    done = run(alone, "log.jsonl", "--key", logs.PUBLIC)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The log verifies: 6 records" in done.stdout
    assert "The bodies of 2 were not shown" in done.stdout
    assert f"--checkpoint 6:{GOOD[-1]['digest']}" in done.stdout


def test_a_cut_log_does_not_verify(alone: Path) -> None:
    done = run(alone, "log.jsonl", "--key", logs.PUBLIC, lines=LINES[:3] + LINES[4:])
    assert (done.returncode, done.stderr) == (1, "")
    assert "Line 4, record 5: record 4 is missing before it" in done.stdout
    assert "does NOT verify: 1 fault in" in done.stdout


def test_the_key_may_be_in_a_file_as_log_key_prints_it(alone: Path) -> None:
    (alone / "keys.txt").write_text(f"{logs.PUBLIC}  0123456789abcdef, signs now\n\n")
    assert run(alone, "log.jsonl", "--key", "keys.txt").returncode == 0


def test_the_log_may_come_from_standard_input(alone: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cpl.verify_log", "-", "--key", logs.PUBLIC],
        cwd=alone, env={}, input=b"".join(LINES), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0


def test_an_earlier_file_is_a_checkpoint_to_be_found_again(alone: Path) -> None:
    (alone / "earlier.jsonl").write_bytes(b"".join(logs.lines_of(GOOD[:4])))
    done = run(alone, "log.jsonl", "--key", logs.PUBLIC, "--checkpoint", "earlier.jsonl")
    assert done.returncode == 0
    assert "1 kept earlier and found again" in done.stdout


def test_a_log_that_lost_what_an_earlier_file_had_does_not_verify(alone: Path) -> None:
    (alone / "earlier.jsonl").write_bytes(b"".join(LINES))
    done = run(alone, "log.jsonl", "--key", logs.PUBLIC, "--checkpoint", "earlier.jsonl", lines=logs.lines_of(GOOD[:4]))
    assert done.returncode == 1
    assert "record 6, of which you kept a checkpoint, is not there" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["log.jsonl"], "--key"),
        (["log.jsonl", "--key", "no key"], "32 bytes"),
        (["nowhere.jsonl", "--key", logs.PUBLIC], "nowhere.jsonl"),
        (["log.jsonl", "--key", logs.PUBLIC, "--checkpoint", "nonsense"], "NUMBER:DIGEST"),
        (["log.jsonl", "--key", logs.PUBLIC, "--checkpoint", "cpl/__init__.py"], "last line"),
    ],
)
def test_what_cannot_be_checked_is_told_apart_from_a_fault(alone: Path, arguments: list[str], told: str) -> None:
    done = run(alone, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
