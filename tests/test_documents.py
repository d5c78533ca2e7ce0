"""What the documents say is true of the code."""

import ast
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import get_commands

from accounts import permissions
from accounts.choices import Role
from cpl.choices import StepKind, SubmissionKind
from cpl.rules import CHECKED_STEPS, CHECKS, Check

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EVERY_DOCUMENT = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
FOR_TESTS_ONLY = {"REQUIRE_BROWSER", "CHROMIUM_PATH", "UPDATE_PICTURES", "UPDATE_DOCUMENTS"}


def commands() -> list[str]:
    """The README's commands: the lines of its `sh` blocks, in order."""
    blocks = (ROOT / "README.md").read_text().split("```sh\n")[1:]
    return [line for block in blocks for line in block.split("```")[0].splitlines() if line]


def test_two_commands_are_enough() -> None:
    start, test = commands()[:2]

    assert start == "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/python manage.py demo"
    assert test == ".venv/bin/pip install -e '.[test]' && .venv/bin/pytest"


def test_checks_run_the_command_of_the_readme() -> None:
    run = (ROOT / ".ci" / "run").read_text()

    assert 'eval "$(readme_command 2)"' in run


@EVERY_DOCUMENT
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text())
    ours = [link for link in links if "://" not in link]

    assert [link for link in ours if not (document.parent / link).exists()] == []


@EVERY_DOCUMENT
def test_commands_named_exist(document: Path) -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", document.read_text()))

    assert named - set(get_commands()) == set()


def test_every_variable_of_the_environment_is_explained() -> None:
    code = "".join(path.read_text() for path in sorted((ROOT / "firmware_repo").rglob("*.py")))
    read = set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", code))

    explained = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operation.md").read_text(), re.MULTILINE)

    assert len(explained) == len(set(explained))
    assert set(explained) - FOR_TESTS_ONLY == read


def test_table_of_roles_is_that_of_the_code() -> None:
    page = ROOT / "docs" / "security.md"
    before, rest = page.read_text().split("<!-- roles -->\n")
    _, after = rest.split("<!-- /roles -->")
    current = f"{before}<!-- roles -->\n{_roles()}<!-- /roles -->{after}"
    if os.environ.get("UPDATE_DOCUMENTS") == "1":
        page.write_text(current)

    assert page.read_text() == current, "run the tests once with UPDATE_DOCUMENTS=1"


def _roles() -> str:
    """Permissions by role, as `accounts/permissions.py` names, explains and gives them."""
    explained = _explanations()
    head = ["Permission", "What it lets one do", *(role.label for role in Role)]
    lines = [head, ["---"] * len(head), *([*words, *_held(words[0])] for words in explained)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _held(name: str) -> list[str]:
    permission = getattr(permissions, name.upper().replace(" ", "_"))
    return ["yes" if permission in permissions.HELD_BY[role] else "" for role in Role]


def _explanations() -> list[tuple[str, str]]:
    """Each permission that a role may hold, with the sentence that stands below it in the code."""
    held = frozenset[str]().union(*permissions.HELD_BY.values())
    names = {name: value for name, value in vars(permissions).items() if isinstance(value, str) and value in held}
    body = ast.parse(Path(permissions.__file__).read_text()).body
    return [
        (given.target.id.lower().replace("_", " "), ast.literal_eval(below.value).split("\n")[0].rstrip("."))
        for given, below in pairwise(body)
        if isinstance(given, ast.AnnAssign) and isinstance(given.target, ast.Name)
        if given.target.id in names and isinstance(below, ast.Expr)
    ]


def test_table_of_checks_is_that_of_the_code() -> None:
    page = ROOT / "docs" / "rules.md"
    before, rest = page.read_text().split("<!-- checks -->\n")
    _, after = rest.split("<!-- /checks -->")
    current = f"{before}<!-- checks -->\n{_checks()}<!-- /checks -->{after}"
    if os.environ.get("UPDATE_DOCUMENTS") == "1":
        page.write_text(current)

    assert page.read_text() == current, "run the tests once with UPDATE_DOCUMENTS=1"


def _checks() -> str:
    """Every named check, as `cpl/rules` names it, says it and runs it."""
    head = ["Check", "Rule", "Stops", "Applies to", "From"]
    lines = [head, ["---"] * len(head)]
    lines += [[f"`{check.name}`", check.rule, _stops(check), _kinds(check), check.clause] for check in CHECKS]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _stops(check: Check) -> str:
    if not check.blocking:
        return "advises" + (" SECAS alone" if check.confidential else "")
    steps = (
        "every step" if check.stops == CHECKED_STEPS else " and ".join(step for step in StepKind if step in check.stops)
    )
    return steps + (" (SECAS alone is told)" if check.confidential else "")


def _kinds(check: Check) -> str:
    every = check.kinds == frozenset(SubmissionKind)
    return "everything" if every else ", ".join(kind.label for kind in SubmissionKind if kind in check.kinds)


def test_decisions_are_numbered_and_say_why() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))

    assert [record.name[:4] for record in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    for record in records:
        headings = re.findall(r"^## (.+)$", record.read_text(), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], record.name
