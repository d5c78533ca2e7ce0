"""What causes each letter to whoever is concerned by a Device Model, by the real act."""

from collections.abc import Callable
from typing import Final

from cpl.actions import interest
from cpl.actions.publication import issues
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from tests.accounts.mailbox import run_jobs
from tests.factories import Cast, make_catalogue, make_issue, make_submission
from tests.factories.replay import replayed


def version_retracted(cast: Cast) -> str:
    """Northmoor withdraws a version of a model that Ana has checked."""
    _publish(cast, Kind.WITHDRAWAL, watched=False)
    return cast.supplier.email


def watched_published(cast: Cast) -> str:
    """Northmoor publishes a version of a model that Ana watches."""
    _publish(cast, Kind.NEW_ENTRY, watched=True)
    return cast.supplier.email


def _publish(cast: Cast, kind: Kind, *, watched: bool) -> None:
    catalogue = replayed("catalogue", make_catalogue)
    (interest.watch if watched else interest.note_check)(model=catalogue.ember, by=cast.supplier)
    issue = make_issue(cast, [make_submission(cast, catalogue, kind, State.ACCEPTED)], number="153")
    run_jobs()
    issues.publish(issue=issue, by=cast.publisher)


CAUSES: Final[tuple[tuple[Callable[[Cast], str], str], ...]] = (
    (version_retracted, "A firmware version you are concerned with was withdrawn or removed"),
    (watched_published, "A new version of a Device Model you watch"),
)
"""The act, which returns its recipient, and the subject."""
