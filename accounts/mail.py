"""E-mail: put into the queue with the change that causes it, written and sent by the worker.

A job holds ids and words, never a link that opens something: such links are made when the e-mail is
written (`accounts.links`), so that no table holds one.
"""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.job_queue import enqueue
from accounts.links import absolute

TASK = "accounts.jobs.deliver"
_HEADERS = {"Auto-Submitted": "auto-generated"}
"""Out-of-office replies do not answer a machine."""


def later(template: str, *, to: str, **context: Any) -> None:
    """Queue `emails/<template>.txt` for one address, inside the caller's transaction.

    `context` must be JSON: keys of records and plain words. Nothing is sent if the transaction fails.
    """
    enqueue(TASK, queue="mail", template=template, to=to, context=context, letter=uuid4().hex)


def send(template: str, *, to: str, context: dict[str, Any], letter: str = "") -> None:
    """Write and send now. The first line of the template is the subject.

    `letter` names this very letter: one that is delivered twice, because a worker died between the mail server's
    thanks and its own note of it, arrives with the same Message-ID, by which mail servers and readers know it again.
    Raises what the mail server's refusal raises: the job is tried again.
    """
    words = {**context, "home": absolute("/"), "sign_in": absolute(reverse("account_login"))}
    subject, _, text = render_to_string(f"emails/{template}.txt", words).strip().partition("\n")
    headers = {**_HEADERS, "Message-ID": _message_id(letter or uuid4().hex)}
    EmailMessage(subject.strip(), text.strip() + "\n", to=[to], headers=headers).send()


def _message_id(letter: str) -> str:
    """Unique for ever: not from the number of the job, which a restored database gives out again."""
    return f"<{letter}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}>"
