"""Work of this app for the background worker."""

from typing import Any

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts import mail
from accounts.actions import access_requests, reviews, unused
from accounts.letters import written

_PATIENTLY = RetryStrategy(max_attempts=8, exponential_wait=5)
"""A mail server that is away for an hour loses no letter."""


@app.task(queue="mail", retry=_PATIENTLY)
def deliver(template: str, to: str, context: dict[str, Any]) -> None:
    """Write one e-mail and give it to the mail server; a letter that has lost its purpose is not sent."""
    ready = written(template, context)
    if ready is not None:
        mail.send(template, to=to, context=ready)


@app.task(queue="mail", retry=_PATIENTLY)
def answer_access_request(request: int) -> None:
    """Find out what to write to whoever asked for access; the page itself does not know."""
    access_requests.answer(request=request)


@app.periodic(cron="27 3 * * *")
@app.task(queue="housekeeping", queueing_lock="expire_access_requests")
def expire_access_requests(timestamp: int) -> None:
    """Every night: end requests whose e-mail address nobody confirmed."""
    access_requests.expire(now=timezone.now())


@app.periodic(cron="37 4 * * *")
@app.task(queue="housekeeping", queueing_lock="look_after_unused_accounts")
def look_after_unused_accounts(timestamp: int) -> None:
    """Every night: warn people who have not been here for long, then disable their accounts."""
    unused.look_after(now=timezone.now())


@app.periodic(cron="7 6 * * *")
@app.task(queue="housekeeping", queueing_lock="look_after_reviews")
def look_after_reviews(timestamp: int) -> None:
    """Every morning: open the joiner/leaver reviews that are due, and remind of overdue ones once a week."""
    now = timezone.now()
    reviews.open_due_reviews(now)
    reviews.remind_overdue(now)
