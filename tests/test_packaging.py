"""The lock pins what the project asks for; the top level holds what the house plan names."""

import re
import shutil
import subprocess
import tomllib
from importlib.metadata import distribution, distributions
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text()
TOP_LEVEL = {
    "manage.py", "pyproject.toml", "README.md", "requirements.lock",
    "firmware_repo", "accounts", "cpl", "templates", "static", "tests", "docs",
}  # fmt: skip


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def asked_for() -> list[Requirement]:
    """Dependencies, those of every extra, and the build backend."""
    given = project()
    extras = given["project"]["optional-dependencies"].values()
    lines = chain(given["project"]["dependencies"], *extras, given["build-system"]["requires"])
    return [Requirement(line) for line in lines]


def locked() -> dict[str, Version]:
    pins = re.findall(r"^([a-z0-9-]+)==(\S+)", LOCK, re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in pins}


@pytest.mark.parametrize("requirement", asked_for(), ids=lambda requirement: requirement.name)
def test_lock_satisfies_the_project(requirement: Requirement) -> None:
    version = locked().get(canonicalize_name(requirement.name))

    assert version is not None, "run `bash .ci/lock`"
    assert version in requirement.specifier


def test_everything_in_the_lock_has_a_hash() -> None:
    pins = [block for block in re.split(r"\n(?=[a-z])", LOCK) if "==" in block]

    assert len(pins) == len(locked())
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_lock_suits_the_python_of_debian_12() -> None:
    """Some releases need a later 3.11 than Debian 12 has: pip would refuse them there."""
    here = {name: distribution(name) for name in locked() if is_installed(name)}
    as_locked = {name: found for name, found in here.items() if Version(found.version) == locked()[name]}
    needed = {name: found.metadata["Requires-Python"] or "" for name, found in as_locked.items()}

    assert [name for name, python in needed.items() if "3.11.2" not in SpecifierSet(python)] == []


def is_installed(name: str) -> bool:
    return next(iter(distributions(name=name)), None) is not None


def test_lock_names_no_place_to_fetch_from() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*(-|--)(?!hash)\w", LOCK, re.MULTILINE)


def test_every_dependency_carries_a_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text().split("[project]")[1].split("[tool.")[0].splitlines()
    dependencies = [line for line in lines if re.match(r'\s+"', line)]

    assert len(dependencies) == len(asked_for()) - len(project()["build-system"]["requires"])
    assert [line for line in dependencies if "# " not in line] == []


def test_top_level_holds_what_the_house_plan_names() -> None:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a clone")
    line = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()

    assert {file.split("/")[0] for file in files if not file.startswith(".")} <= TOP_LEVEL
