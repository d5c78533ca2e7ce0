"""Jobs that are queued with the change that causes them: both are kept, or neither.

A worker gives procrastinate's app connections of its own, so that a job which the app itself queues for another job is
there at once, whatever becomes of the transaction that it was queued in. Here it always goes through Django's
connection, in the worker as in a page.
"""

from datetime import datetime
from typing import Any, Final

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

_JOBS: Final = JobManager(DjangoConnector())


def enqueue(task: str, *, queue: str, at: datetime | None = None, **arguments: Any) -> None:
    """Queue a task by its name, inside the caller's transaction, for `at` or for now; `arguments` must be JSON."""
    configure_task(name=task, job_manager=_JOBS, queue=queue, schedule_at=at).defer(**arguments)
