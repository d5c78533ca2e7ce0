"""A job is queued with the change that causes it, or not at all."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import mail

pytestmark = pytest.mark.django_db


class UndoneError(Exception):
    """The change failed after its letter was queued."""


def queue_and_fail() -> None:
    with suppress(UndoneError), transaction.atomic():
        mail.later("person_invited", to="ana@ashdown.example")
        raise UndoneError


def test_a_change_that_fails_in_a_page_queues_nothing() -> None:
    queue_and_fail()
    assert not ProcrastinateJob.objects.exists()


def test_a_change_that_fails_in_the_worker_queues_nothing() -> None:
    # As `manage.py procrastinate worker` does; the type of the connector does not tell that it is Django's.
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()), app.open():
        queue_and_fail()
    assert not ProcrastinateJob.objects.exists()


def test_a_change_that_stands_queues_its_job_once() -> None:
    with transaction.atomic():
        mail.later("person_invited", to="ana@ashdown.example")
    assert ProcrastinateJob.objects.get().args["to"] == "ana@ashdown.example"
