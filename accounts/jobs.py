"""Work of this app for the background worker."""

from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts import mail
from accounts.letters import written

_PATIENTLY = RetryStrategy(max_attempts=8, exponential_wait=5)
"""A mail server that is away for an hour loses no letter."""


@app.task(queue="mail", retry=_PATIENTLY)
def deliver(template: str, to: str, context: dict[str, Any]) -> None:
    """Write one e-mail and give it to the mail server; a letter that has lost its purpose is not sent."""
    ready = written(template, context)
    if ready is not None:
        mail.send(template, to=to, context=ready)
