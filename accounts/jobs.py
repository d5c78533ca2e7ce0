"""Work of this app for the background worker."""

import logging
from typing import Any, Final

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from accounts import mail
from accounts.actions import access_requests, reviews, unused
from accounts.letters import written

logger = logging.getLogger(__name__)

DEAD_AFTER: Final = 45
"""Seconds without a heartbeat after which a worker is taken for dead; a living one gives one every ten seconds."""

MOST_DEATHS: Final = 8
"""A job whose worker died so often is not tried again: it would seem to be what kills them."""

_PATIENTLY = RetryStrategy(max_attempts=8, exponential_wait=5)
"""A mail server that is away for an hour loses no letter."""


@app.task(queue="mail", retry=_PATIENTLY)
def deliver(template: str, to: str, context: dict[str, Any], letter: str = "") -> None:
    """Write one e-mail and give it to the mail server; a letter that has lost its purpose is not sent."""
    ready = written(template, context)
    if ready is not None:
        mail.send(template, to=to, context=ready, letter=letter)


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


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", queueing_lock="put_back_stalled_jobs", pass_context=True)
async def put_back_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Every minute: what a worker was doing when it died goes back into the queue, to be done once more.

    What it had done of it in the database was undone with its connection; a letter that had gone out goes out again
    with the same Message-ID.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER):
        if job.id is not None and job.id != context.job.id:
            await _put_back(manager, job, job.id)


async def _put_back(manager: JobManager, job: Job, key: int) -> None:
    again = job.attempts < MOST_DEATHS
    logger.warning("The worker of job %s (%s) died; %s.", key, job.task_name, "tried again" if again else "given up")
    try:
        if again:
            await manager.retry_job_by_id_async(key, retry_at=timezone.now())
        else:
            await manager.finish_job_by_id_async(key, Status.FAILED, delete_job=False)
    except UniqueViolation:
        # The same work waits in the queue already, under its queueing lock: that one does it.
        await manager.finish_job_by_id_async(key, Status.ABORTED, delete_job=False)
