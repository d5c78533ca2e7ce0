"""Names of audit events: one constant each, namespaced, written by code, and with words for the register."""

import ast
import re
from pathlib import Path
from types import ModuleType

import pytest

from accounts import audit_names as of_accounts
from accounts import audit_words
from cpl import audit_names as of_cpl

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = {path: path.read_text() for app in ("accounts", "cpl", "firmware_repo") for path in (ROOT / app).rglob("*.py")}
WORDS_OF = {path: set(re.findall(r"\w+", text)) for path, text in CODE.items()}


def constants(module: ModuleType) -> dict[str, str]:
    return {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}


NAMES = {**constants(of_accounts), **constants(of_cpl)}


def test_no_name_is_taken_twice() -> None:
    assert len(set(NAMES.values())) == len(constants(of_accounts)) + len(constants(of_cpl))


@pytest.mark.parametrize("constant", NAMES)
def test_a_name_is_namespaced_used_and_told_in_words(constant: str) -> None:
    name = NAMES[constant]
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", name)
    assert len(name) <= 60
    assert name.split(".")[0] in audit_words.NAMESPACES
    assert audit_words.WORDS[name]
    users = [path for path, words in WORDS_OF.items() if constant in words]
    assert [path for path in users if path.name not in ("audit_names.py", "audit_words.py")], (
        f"{constant}: nobody writes it"
    )


def test_words_are_of_names_that_there_are() -> None:
    assert set(audit_words.WORDS) == set(NAMES.values())
    assert set(audit_words.NAMESPACES) == {name.split(".")[0] for name in NAMES.values()}


def test_no_two_events_are_told_in_the_same_words() -> None:
    assert len(set(audit_words.WORDS.values())) == len(audit_words.WORDS)


def test_code_names_events_by_their_constants() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, text in CODE.items()
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "record"
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert bare == []


def test_only_one_module_writes_events() -> None:
    writers = {
        str(path.relative_to(ROOT))
        for path, text in CODE.items()
        if re.search(r"AuditEvent\.objects\.(create|bulk_create|get_or_create|update_or_create)|AuditEvent\(", text)
        if "migrations" not in path.parts
    }
    assert writers - {"accounts/models/audit_event.py"} == {"accounts/audit.py"}
