"""Limits on attempts: for an account, for an address, and for all processes together."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts import audit_names
from accounts.models import AuditEvent, User
from tests.accounts.pages import text_of
from tests.accounts.signing_in import give_code, give_password, is_in, with_app
from tests.factories.people import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]

TOO_MANY = "Too many attempts have failed"
ROOT = Path(__file__).resolve().parents[2]
PROCESS = """
import json, sys, django
django.setup()
from django.test import Client
said = []
for _ in range(int(sys.argv[2])):
    answer = Client().post("/accounts/login/", {"login": sys.argv[1], "password": "wrong"})
    said.append(b"Too many attempts" in answer.content)
print("SAID", json.dumps(said))
"""


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana@ashdown.example", PASSWORD)


def fail(times: int, email: str, **extra: Any) -> list[bool]:
    answers = [Client(**extra).post("/accounts/login/", {"login": email, "password": "wrong"}) for _ in range(times)]
    return [TOO_MANY in text_of(answer) for answer in answers]


@pytest.mark.parametrize("email", ["ana@ashdown.example", "nobody@ashdown.example"])
def test_after_five_failures_an_account_waits_whether_it_exists_or_not(ana: User, email: str) -> None:
    assert fail(6, email) == [False] * 5 + [True]
    assert TOO_MANY in text_of(give_password(Client(), email, PASSWORD))
    refused = AuditEvent.objects.filter(name=audit_names.SIGN_IN_FAILED, details__reason="too many attempts")
    assert refused.count() == 2


def test_a_right_password_does_not_wipe_the_failures(ana: User) -> None:
    fail(4, ana.email)
    give_password(Client(), ana.email)
    assert fail(2, ana.email) == [False, True]


def test_after_ten_failures_an_address_waits_for_every_account(ana: User) -> None:
    assert [fail(1, f"p{number}@ashdown.example")[0] for number in range(11)] == [False] * 10 + [True]
    assert fail(1, ana.email, REMOTE_ADDR="192.0.2.7") == [False]


def test_behind_a_proxy_it_is_the_callers_address_that_counts(ana: User, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        fail(1, f"p{number}@ashdown.example", headers={"X-Forwarded-For": "192.0.2.66"})
    assert fail(1, "p11@ashdown.example", headers={"X-Forwarded-For": "192.0.2.66"}) == [True]
    assert fail(1, "p12@ashdown.example", headers={"X-Forwarded-For": "192.0.2.7"}) == [False]
    # What a caller writes in front of the address that the proxy adds is not believed.
    assert fail(1, "p13@ashdown.example", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.66"}) == [True]


def test_without_a_proxy_nobody_chooses_the_address_that_counts(ana: User) -> None:
    for number in range(10):
        fail(1, f"p{number}@ashdown.example", headers={"X-Forwarded-For": f"192.0.2.{number}"})
    assert fail(1, "p11@ashdown.example", headers={"X-Forwarded-For": "192.0.2.99"}) == [True]


def test_wrong_one_time_codes_are_counted_for_the_account(ana: User) -> None:
    app, client = with_app(ana), Client()
    give_password(client, ana.email)
    said = [TOO_MANY in text_of(give_code(client, "000000")) for _ in range(6)]
    assert said == [False] * 5 + [True]
    give_code(client, app.now())
    assert not is_in(client)


def test_letters_for_a_forgotten_password_are_limited(client: Client) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": "ana@ashdown.example"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Too many attempts" in text_of(answers[-1])


def test_asking_for_single_sign_on_is_limited(client: Client) -> None:
    answers = [client.post("/accounts/sso/", {"email": "a@b.example"}).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_attempts_spread_over_two_processes_are_counted_together(ana: User) -> None:
    first, second = in_a_process(ana.email, 3), in_a_process(ana.email, 3)
    assert first + second == [False] * 5 + [True]


def in_a_process(email: str, times: int) -> list[bool]:
    """Fail so often in a process of its own, on the database of this test."""
    database = connection.settings_dict
    address = f"postgres://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={database['HOST']}"
    # The embedded server listens on a socket and needs no port.
    address += f"&port={database['PORT']}" if database["PORT"] else ""
    given = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "firmware_repo.settings", "DEBUG": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", PROCESS, email, str(times)],
        env={**os.environ, **given, "SECRET_KEY": settings.SECRET_KEY},
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "SAID" in ended.stdout, ended.stderr
    return list(json.loads(ended.stdout.split("SAID", 1)[1]))
