"""What the security documents say is true of the code, and names what there is."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts.choices import PartyCategory, Role
from accounts.permissions import MAY_GIVE, NEEDS_SECOND_FACTOR, ROLES_IN

ROOT = Path(__file__).resolve().parent.parent
SECURITY, ASVS = ROOT / "docs" / "security.md", ROOT / "docs" / "asvs.md"
VERDICTS = ("met", "partly", "open", "not applicable")
CHAPTERS = {
    1: "Encoding and Sanitization", 2: "Validation and Business Logic", 3: "Web Frontend Security",
    4: "API and Web Service", 5: "File Handling", 6: "Authentication", 7: "Session Management", 8: "Authorization",
    9: "Self-contained Tokens", 10: "OAuth and OIDC", 11: "Cryptography", 12: "Secure Communication",
    13: "Configuration", 14: "Data Protection", 15: "Secure Coding and Architecture",
    16: "Security Logging and Error Handling", 17: "WebRTC",
}  # fmt: skip
SECTIONS = {
    1: 5,
    2: 4,
    3: 7,
    4: 4,
    5: 4,
    6: 8,
    7: 6,
    8: 4,
    9: 2,
    10: 7,
    11: 7,
    12: 3,
    13: 4,
    14: 3,
    15: 4,
    16: 5,
    17: 3,
}
"""How many sections each chapter of OWASP ASVS 5.0 has."""


def table(*lines: list[str]) -> str:
    head, *rows = lines
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, ["---"] * len(head), *rows))


def giving() -> str:
    givers = [[giver.label, *("yes" if role in MAY_GIVE[giver] else "" for role in Role)] for giver in MAY_GIVE]
    return table(["A … may give", *(role.label for role in Role)], *givers)


def factors() -> str:
    categories = {
        role: ", ".join(category.label for category in PartyCategory if role in ROLES_IN[category]) for role in Role
    }
    rows = [[role.label, "needed" if role in NEEDS_SECOND_FACTOR else "urged", categories[role]] for role in Role]
    return table(["Role", "Second factor", "In Parties of category"], *rows)


@pytest.mark.parametrize(("name", "made"), [("giving", giving()), ("factors", factors())])
def test_a_table_of_the_document_is_that_of_the_code(name: str, made: str) -> None:
    before, rest = SECURITY.read_text().split(f"<!-- {name} -->\n")
    _, after = rest.split(f"<!-- /{name} -->")
    current = f"{before}<!-- {name} -->\n{made}<!-- /{name} -->{after}"
    if os.environ.get("UPDATE_DOCUMENTS") == "1":
        SECURITY.write_text(current)

    assert SECURITY.read_text() == current, "run the tests once with UPDATE_DOCUMENTS=1"


@pytest.mark.parametrize("document", [SECURITY, ASVS], ids=lambda path: path.name)
def test_files_and_settings_that_are_named_exist(document: Path) -> None:
    named = set(re.findall(r"`([^`\n]+)`", document.read_text()))
    files = {name for name in named if re.fullmatch(r"[\w./-]+/[\w.-]*|[\w./-]+\.(?:py|md|js|html|lock|toml)", name)}
    words = {name for name in named if re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", name)}
    code = "".join(
        path.read_text() for app in ("accounts", "cpl", "firmware_repo") for path in (ROOT / app).rglob("*.py")
    )

    addresses = {name for name in files if name.startswith("/")}
    assert [name for name in sorted(files - addresses) if not (ROOT / name).exists()] == []
    assert [name for name in sorted(words) if not hasattr(settings, name) and name not in code] == []


def rows() -> list[list[str]]:
    """Each row of a chapter's table: section, verdict, why."""
    found = re.findall(r"^\| (V\d+\.\d+) ([^|]*?) \| ([^|]*?) \| ([^|]*?) \|$", ASVS.read_text(), re.MULTILINE)
    return [list(row) for row in found]


def test_every_chapter_and_section_is_answered_once() -> None:
    headings = re.findall(r"^## V(\d+) (.+)$", ASVS.read_text(), re.MULTILINE)
    assert {int(number): title for number, title in headings} == CHAPTERS
    expected = [f"V{chapter}.{section}" for chapter, number in SECTIONS.items() for section in range(1, number + 1)]
    assert [row[0] for row in rows()] == expected


@pytest.mark.parametrize("row", rows() if ASVS.exists() else [], ids=lambda row: row[0])
def test_a_section_is_met_by_something_that_can_be_looked_at(row: list[str]) -> None:
    _, _, verdict, why = row
    assert verdict in VERDICTS
    assert len(why) > 20
    if verdict in ("met", "partly"):
        assert "`" in why or "](" in why, "name the test, the setting or the document"
    if verdict == "partly":
        assert "Open:" in why
