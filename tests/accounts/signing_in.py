"""Signing in as a person does, for the tests of it."""

import time
from typing import Any

import pyotp
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.core import mail
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.jobs import deliver
from accounts.models import AuditEvent, User
from tests.factories.people import PASSWORD

IN_TIME = 3
"""Seconds that giving a code may take, in a browser of a busy machine."""
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_password(user: User, password: str = PASSWORD) -> User:
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


class App(pyotp.TOTP):
    """An authenticator app, of somebody who waits for the next code where this one is about to end."""

    def now(self) -> str:
        left = self.interval - time.time() % self.interval
        if left < IN_TIME:
            time.sleep(left)
        return super().now()


def with_app(user: User, secret: str = SECRET) -> App:
    """Give the person an authenticator app; returns what shows its codes."""
    TOTP.activate(user, secret)
    return App(secret)


def with_passkey(user: User, name: str = "Work laptop") -> Authenticator:
    """A passkey as it is kept; no browser could use it."""
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": {}})


def secret_of(user: User) -> str:
    return str(decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"]))


def give_password(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def give_code(client: Client, code: str) -> Any:
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def confirm(client: Client, password: str = PASSWORD) -> None:
    """Sign in once more, as sensitive acts want it."""
    assert client.post("/accounts/reauthenticate/", {"password": password}).status_code == 302


def gone_stale(client: Client) -> Client:
    """As after some minutes: who sits there may be another."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**record, "at": time.time() - 3600} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()
    return client


def waiting() -> list[dict[str, Any]]:
    """Letters in the queue, the oldest first."""
    jobs = ProcrastinateJob.objects.filter(task_name="accounts.jobs.deliver").order_by("pk")
    return [job.args for job in jobs]


def letters() -> list[mail.EmailMessage]:
    """What the worker makes of the letters in the queue."""
    for letter in waiting():
        deliver(**letter)
    return mail.outbox


def names_of_events(user: User) -> list[str]:
    return list(AuditEvent.objects.filter(actor=user.email).order_by("pk").values_list("name", flat=True))
