"""Fifty people press *accept* at the same moment, against a real server: one of them accepts, all others are told."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.choices import Role
from accounts.models import AuditEvent, Party, User
from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.models import Submission
from tests.factories import Cast, Catalogue, make_submission, make_user
from tests.journeys.portal import free_port
from tests.processes import ROOT, environment

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FIFTY = 50
TOKEN = "t" * 32
"""A token of the test's own: the form repeats what the cookie says, and that is what is asked of it."""


@pytest.fixture
def server(cast: Cast, tmp_path: Path) -> Iterator[int]:
    """gunicorn with two processes, as in production; its port."""
    port = free_port()
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:firmware_repo.gunicorn", "firmware_repo.wsgi"],
            env=environment(BIND=f"127.0.0.1:{port}", WEB_WORKERS="2"),
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_open(port, running, tmp_path / "log")
        yield port
    finally:
        running.terminate()
        running.wait(timeout=30)


def _wait_until_open(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert running.poll() is None, log.read_text()
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


def moderators(number: int) -> list[User]:
    secas = Party.objects.get(name="SECAS")
    return [make_user(f"m{one}@secas.example", Role.SECAS_MODERATOR, secas) for one in range(number)]


def all_at_once(
    people: list[User], submission: Submission, port: int, signed_in: Callable[[User], Client]
) -> list[tuple[int, str]]:
    """What the server answers to each of them."""
    sessions = [signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value for person in people]
    ready = Barrier(len(people))

    def accept(session: str) -> tuple[int, str]:
        form = {"csrfmiddlewaretoken": TOKEN, "act": "accept", "edition": str(submission.edition), "words": ""}
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        connection.connect()
        ready.wait(timeout=60)
        address = reverse("admin:cpl_submission_review", args=[submission.pk])
        connection.request("POST", address, urlencode(form), headers)
        answer = connection.getresponse()
        return answer.status, unescape(answer.read().decode())

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(accept, sessions))


def test_of_fifty_who_accept_at_once_one_does_and_forty_nine_are_told_who(
    cast: Cast, catalogue: Catalogue, server: int, signed_in: Callable[[User], Client]
) -> None:
    submission = make_submission(cast, catalogue, SubmissionKind.NEW_ENTRY, SubmissionState.SUBMITTED)
    answers = all_at_once(moderators(FIFTY), submission, server, signed_in)
    assert Counter(status for status, _ in answers) == {302: 1, 409: FIFTY - 1}
    accepted = Submission.objects.get(pk=submission.pk)
    assert accepted.state == SubmissionState.ACCEPTED
    assert all(f"{accepted.accepted_by} was first: accepted at " in page for status, page in answers if status == 409)
    assert accepted.steps.filter(kind=StepKind.ACCEPT).count() == 1
    assert AuditEvent.objects.filter(name="submission.accepted").count() == 1
    letters = ProcrastinateJob.objects.filter(
        args__template="submission_accepted", args__context__submission=submission.pk
    )
    assert [job.args["to"] for job in letters] == [cast.manufacturer.email]
