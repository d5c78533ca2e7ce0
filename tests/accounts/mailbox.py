"""A real SMTP server on the loopback that keeps what it is given, and a way to run queued jobs."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from accounts import jobs, mail


@dataclass
class Mailbox:
    """Everything that the server took, oldest first."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a letter, once for each recipient of the envelope."""
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        assert envelope.rcpt_tos == [letter["To"]], "a letter goes to whom it names, and to nobody else"
        self.letters.append(letter)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """Letters to one address."""
        return [letter for letter in self.letters if letter["To"] == address]

    def only(self, address: str) -> EmailMessage:
        """The one letter to this address."""
        (letter,) = self.to(address)
        return letter


def text(letter: EmailMessage) -> str:
    """What the reader reads."""
    return str(letter.get_content()).replace("\r\n", "\n")


def links(letter: EmailMessage) -> list[str]:
    """Every link in a letter, as path with query."""
    found = re.findall(r"https?://\S+", text(letter))
    return [f"{parts.path}?{parts.query}" if parts.query else parts.path for parts in map(urlsplit, found)]


def secret_link(letter: EmailMessage) -> str:
    """The one link that proves its reader."""
    (link,) = (link for link in links(letter) if re.search(r"/(confirm|invitations|reset)/", link))
    return link


def run_jobs(queue: str = "mail") -> int:
    """Run what waits in the queue as the worker does, jobs queued by jobs too; how many there were."""
    count = 0
    while job := ProcrastinateJob.objects.filter(status="todo", queue_name=queue).order_by("id").first():
        task: Any = app.tasks[job.task_name]
        task.func(**job.args)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        count += 1
    return count


def recipients_of(template: str) -> list[str]:
    """To whom this letter is queued, each written and sent as the worker does."""
    queued = ProcrastinateJob.objects.filter(task_name=mail.TASK, args__template=template).order_by("id")
    for job in queued:
        jobs.deliver(**job.args)
    return [job.args["to"] for job in queued]


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Mailbox]:
    """One server for all tests of a process."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = int(probe.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def mailbox(mail_server: Mailbox, settings: Settings) -> Mailbox:
    """The server, empty, and Django sending to it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    mail_server.letters.clear()
    return mail_server
