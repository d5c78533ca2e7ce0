"""Work for the background worker: `manage.py procrastinate worker`."""

from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from cpl.actions import housekeeping
from cpl.search_index import merge_pending


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


@app.task(queue="housekeeping")
def merge_search_index() -> None:
    """After an import: fold the new entries into the search indexes."""
    merge_pending()
