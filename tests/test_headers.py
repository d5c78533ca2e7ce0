"""Headers and cookies of every kind of answer, and the addresses that programs know."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client, override_settings
from django.utils import timezone

from firmware_repo.middleware import ALLOWED_FEATURES
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

ROOT = Path(__file__).resolve().parent.parent

SIGNED_OUT = ["/about/", "/accounts/login/", "/health/", "/.well-known/security.txt", "/nothing/", "/"]
SIGNED_IN = [
    "/",
    "/search/?q=ember",
    "/entries/CPL-001072/",
    "/search/device-models.csv",
    "/nothing/",
    "/accounts/2fa/",
]
ADMIN = ["/admin/", "/admin/accounts/auditevent/", "/admin/accounts/auditevent/export.jsonl", "/admin/nothing/"]
EVERY_KIND = [("", page) for page in SIGNED_OUT] + [("supplier", page) for page in [*SIGNED_IN, "/admin/"]] + [
    ("auditor", page) for page in ADMIN
]  # fmt: skip


Ask = Callable[[str, str], dict[str, str]]


@pytest.fixture
def ask(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> Ask:
    """The headers of a page, for a person of the cast or for somebody signed out."""

    def headers(who: str, page: str) -> dict[str, str]:
        client = signed_in(getattr(cast, who)) if who else Client()
        answer = client.get(page)
        assert answer.status_code < 500
        return dict(answer.headers)

    return headers


def policy(header: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in header.split(";"))}


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "page"), EVERY_KIND)
def test_every_kind_of_answer_carries_every_header(ask: Ask, who: str, page: str) -> None:
    headers = ask(who, page)
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    directives = policy(headers["Content-Security-Policy"])
    assert directives["default-src"] == directives["object-src"] == directives["base-uri"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert directives["form-action"] == directives["connect-src"] == ["'self'"]
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["", "supplier", "auditor"])
def test_no_page_may_use_the_machine_it_is_read_on(ask: Ask, who: str) -> None:
    given = dict(part.split("=") for part in ask(who, "/about/")["Permissions-Policy"].split(", "))
    assert {name for name, who_may in given.items() if who_may == "(self)"} == set(ALLOWED_FEATURES)
    assert {name for name in given if name in ("camera", "microphone", "geolocation", "usb", "payment")} == {
        "camera", "microphone", "geolocation", "usb", "payment",
    }  # fmt: skip
    assert set(given.values()) == {"(self)", "()"}


@pytest.mark.django_db
def test_each_page_has_a_nonce_of_its_own(client: Client) -> None:
    nonces = []
    for _ in range(2):
        answer = client.get("/about/")
        found = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])
        assert found
        assert f'nonce="{found[1]}"' in answer.content.decode()
        nonces.append(found[1])
    assert nonces[0] != nonces[1]


@pytest.mark.django_db
def test_a_fault_is_answered_in_our_words_with_every_header(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("firmware_repo.views.note_visit", broken)
    client = signed_in(cast.supplier)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert b"Something went wrong" in answer.content
    assert b"secret of the inside" not in answer.content
    assert "no-store" in answer["Cache-Control"]
    assert "object-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_request_for_another_host_is_refused(client: Client) -> None:
    assert client.get("/about/", headers={"host": "attacker.example"}).status_code == 400


# The admin site -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["supplier", "administrator", "manufacturer", "submitter", "ssc", "stranger"])
@pytest.mark.parametrize("page", ["/admin/", "/admin/accounts/user/", "/admin/nothing/", "/admin/login/"])
def test_the_admin_site_is_closed_to_other_roles_in_our_words(
    cast: Cast, signed_in: SignedIn, who: str, page: str
) -> None:
    answer = signed_in(getattr(cast, who)).get(page)
    assert answer.status_code == 403
    assert b"not open to your role" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["password_change/", "password_change/done/"])
def test_the_admin_site_has_no_door_of_its_own_for_passwords(cast: Cast, signed_in: SignedIn, page: str) -> None:
    answer = signed_in(cast.moderator).get(f"/admin/{page}")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/change/")


@pytest.mark.django_db
def test_signing_out_of_the_admin_site_is_signing_out(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.moderator)
    answer = client.post("/admin/logout/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert "_auth_user_id" not in client.session


# Addresses that programs know ---------------------------------------------------------------------------


@pytest.mark.django_db
@override_settings(SECURITY_CONTACT=["mailto:a@b.example", "https://b.example/tell"], PUBLIC_URL="https://f.example")
def test_it_says_whom_to_tell_of_a_weakness(client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    lines = [line.split(": ", 1) for line in answer.content.decode().splitlines()]
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert [value for name, value in lines if name == "Contact"] == ["mailto:a@b.example", "https://b.example/tell"]
    fields = dict(lines)
    assert fields["Canonical"] == "https://f.example/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "en"
    left = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)


@pytest.mark.django_db
@override_settings(SECURITY_CONTACT=[])
def test_where_nobody_is_named_there_is_no_such_page(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.django_db
def test_password_managers_find_the_page_that_changes_a_password(client: Client) -> None:
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/change/")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"SECURITY_CONTACT": []}, "firmware_repo.W001"),
        ({"SECURITY_CONTACT": ["security@firmware.example"]}, "firmware_repo.W002"),
        ({"PUBLIC_URL": "http://firmware.example"}, "firmware_repo.W003"),
    ],
)
def test_a_deployment_that_forgets_it_is_warned(given: dict[str, object], told: str) -> None:
    fit = {"SECURITY_CONTACT": ["mailto:a@b.example"], "PUBLIC_URL": "https://firmware.example"}
    with override_settings(**{**fit, **given}), pytest.raises(SystemCheckError, match=told):
        call_command("check", deploy=True, fail_level="WARNING", tags=["security"])


# As in production -----------------------------------------------------------------------------------------

PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "k3y-of-this-test-and-of-nothing-else-0123456789-abcdefghij",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "ALLOWED_HOSTS": "firmware.example",
    "PUBLIC_URL": "https://firmware.example",
    "SECURITY_CONTACT": "mailto:security@firmware.example",
    "PUBLICATION_LOG_KEY": base64.b64encode(bytes(32)).decode(),
}


def in_production(command: list[str], **given: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    environment = {**kept, **PRODUCTION, **given}
    command = [sys.executable, *command]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_the_settings_of_production_pass_every_check_of_a_deployment() -> None:
    ended = in_production(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert ended.returncode == 0, ended.stderr


def test_in_production_cookies_are_bound_to_this_host_and_kept_from_scripts() -> None:
    names = ["SESSION_COOKIE", "CSRF_COOKIE"]
    wanted = [
        f"{name}_{what}" for name in names for what in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")
    ]
    script = f"from django.conf import settings as s; print([getattr(s, n) for n in {wanted}], s.SECURE_HSTS_SECONDS,"
    script += " s.SECURE_SSL_REDIRECT, s.MESSAGE_STORAGE)"
    ended = in_production(["-c", script], DJANGO_SETTINGS_MODULE="firmware_repo.settings")
    assert ended.stdout.strip() == (
        "['__Host-session', True, True, 'Lax', '/', None, '__Host-csrf', True, True, 'Lax', '/', None]"
        " 31536000 True django.contrib.messages.storage.session.SessionStorage"
    ), ended.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "PUBLIC_URL"])
def test_in_production_nothing_secret_or_decisive_has_a_default(missing: str) -> None:
    ended = in_production(["manage.py", "check"], **{missing: ""})
    assert ended.returncode != 0
    assert f"{missing} is not set" in ended.stderr


def test_no_script_reads_a_cookie() -> None:
    scripts = [path.read_text() for path in (ROOT / "static" / "js").rglob("*.js")]
    assert scripts
    assert not any("document.cookie" in script for script in scripts)
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_HTTPONLY


SECRET_LOOK = re.compile(
    r"(?i)(?:secret|password|token|api_?key|private_?key)\w*[\"']?\s*[:=]\s*[\"'](?!\{|%|<)[A-Za-z0-9+/_\-]{20,}[\"']"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|postgres(?:ql)?://\w+:[^…@\s{]+@"
)


def test_no_file_of_the_project_holds_what_looks_like_a_secret() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    code = [
        ROOT / name for name in tracked.split("\0") if name.endswith((".py", ".html", ".js", ".toml", ".yml", "run"))
    ]
    ours = [path for path in code if path.exists() and "vendor" not in path.parts and "tests" not in path.parts]
    found = {
        f"{path.relative_to(ROOT)}: {hit[0][:60]}" for path in ours for hit in SECRET_LOOK.finditer(path.read_text())
    }
    # An example in an error message, of the address of a database.
    assert found <= {"firmware_repo/environment.py: postgres://user:password@"}
    assert len(ours) > 100
