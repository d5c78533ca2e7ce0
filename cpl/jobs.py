"""Work for the background worker: `manage.py procrastinate worker`."""

from django.core.management import call_command
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cpl.actions import housekeeping, interest, publication_log
from cpl.actions.estate import beginning as estate_beginning
from cpl.actions.estate import deleting as estate_deleting
from cpl.actions.estate import giving_up as estate_giving_up
from cpl.actions.estate import running as estate_running
from cpl.actions.notices import reminders
from cpl.actions.publication import certificates, issues, loading
from cpl.search_index import merge_pending

_A_FEW_TIMES = RetryStrategy(max_attempts=5, linear_wait=10)
"""A database that restarts stops no check."""


@app.periodic(cron="17 3 * * *")
@app.task(queue="housekeeping", queueing_lock="discard_stale_previews")
def discard_stale_previews(timestamp: int) -> None:
    """Every night: throw away import previews that nobody decided."""
    housekeeping.discard_stale_previews(now=timezone.now())


@app.periodic(cron="47 3 * * *")
@app.task(queue="housekeeping", queueing_lock="clear_ended_sessions")
def clear_ended_sessions(timestamp: int) -> None:
    """Every night: delete sessions that have run out."""
    call_command("clearsessions")


@app.periodic(cron="57 3 * * *")
@app.task(queue="housekeeping", queueing_lock="forget_old_interest")
def forget_old_interest(timestamp: int) -> None:
    """Every night: forget which models people checked long ago, or for a Party that they act for no more."""
    interest.forget(now=timezone.now())


@app.periodic(cron="7 4 * * *")
@app.task(queue="housekeeping", queueing_lock="delete_overdue_estate_checks")
def delete_overdue_estate_checks(timestamp: int) -> None:
    """Every night: delete estate checks that their Party has kept for as long as it wants to."""
    estate_deleting.delete_overdue(now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="housekeeping", queueing_lock="sweep_estate_uploads")
def sweep_estate_uploads(timestamp: int) -> None:
    """Every ten minutes: stop estate checks whose job was given up; throw away uploaded estates that nobody confirmed,
    and what a killed process left of one.
    """
    now = timezone.now()
    estate_giving_up.stop_given_up(now=now)
    estate_beginning.sweep(now=now)


@app.task(queue="estate", retry=_A_FEW_TIMES)
def check_estate(estate_check: int) -> None:
    """Count an uploaded estate, or take the counts of an earlier check, and answer it."""
    estate_running.run(estate_check=estate_check)


@app.task(queue="housekeeping")
def merge_search_index() -> None:
    """After an import: fold the new entries into the search indexes."""
    merge_pending()


@app.periodic(cron="* * * * *")
@app.task(queue="publication", queueing_lock="publish_due_issues")
def publish_due_issues(timestamp: int) -> None:
    """Every minute: publish issues whose set time has come, should the job of that very time have been lost."""
    issues.publish_due(now=timezone.now())


@app.task(queue="publication")
def publish_at_set_time(issue: int) -> None:
    """At the time set for an issue: publish it, and whatever else is due."""
    issues.publish_due(now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="publication", queueing_lock="raise_load_alarms")
def raise_load_alarms(timestamp: int) -> None:
    """Every ten minutes: tell of issues that the DCC has not loaded in time."""
    loading.raise_alarms(now=timezone.now())


@app.periodic(cron="37 6 * * *")
@app.task(queue="housekeeping", queueing_lock="give_certificate_notice")
def give_certificate_notice(timestamp: int) -> None:
    """Every morning: tell of CPA certificates whose date comes close."""
    certificates.give_notice(now=timezone.now())


@app.periodic(cron="27 6 * * *")
@app.task(queue="housekeeping", queueing_lock="remind_of_notices")
def remind_of_notices(timestamp: int) -> None:
    """Every morning: remind whoever is concerned of notices whose deadline comes close."""
    reminders.remind(now=timezone.now())


@app.periodic(cron="7 2 * * *")
@app.task(queue="housekeeping", queueing_lock="sign_publication_log")
def sign_publication_log(timestamp: int) -> None:
    """Every night: sign what the publication log has come to, should a publication have been left unsigned."""
    publication_log.sign()
