"""What can stand in the way of an issue: each tells its place and its cure."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from cpl.choices import IssueState
from cpl.models import CPLIssue
from cpl.workflow import WrongMoveError

_TOLD = 20


class Obstacle(NamedTuple):
    """One thing that stands in the way: of which submission (empty: of the issue itself), what, and the cure."""

    reference: str
    message: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.reference}: " if self.reference else ""
        return f"{place}{self.message} {self.cure}".strip()


class NotPublishableError(Exception):
    """The issue cannot be published as it is. Nothing was written; `obstacles` says why, each with its cure."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        self.obstacles = list(obstacles)
        rest = len(self.obstacles) - _TOLD
        told = [str(obstacle) for obstacle in self.obstacles[:_TOLD]]
        super().__init__("\n".join([*told, *([f"And {rest} more."] if rest > 0 else [])]))


class SameHandsError(NotPublishableError):
    """Separation of duties: whoever publishes had no hand in it before. Names the offending submissions."""


class IssueMovedError(WrongMoveError):
    """The step is not open from the state that the issue is in: says who moved it, and when."""

    def __init__(self, issue: CPLIssue, doing: str) -> None:
        # No move of a submission: only the kind of error is shared.
        Exception.__init__(self, f"{_told(issue)} It cannot be {doing} now.".strip())
        self.issue = issue


class IssueFormError(Exception):
    """What was asked of an issue cannot be; `field` is the one to mend, and the message says how."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class NotLoadableError(IssueFormError):
    """The time given for loading an issue cannot be."""


def _told(issue: CPLIssue) -> str:
    """Who did what with the issue, and when."""
    if issue.state == IssueState.PUBLISHED:
        return f"{issue.published_by} published {issue} {at(issue.published_at)}."
    if issue.state == IssueState.LOADED:
        return f"{issue.loaded_by} marked {issue} as loaded on {at(issue.loaded_at).removeprefix('at ')}."
    if issue.state == IssueState.SCHEDULED:
        return f"{issue.published_by} set {issue} to be published {at(issue.publish_at)}."
    return f"{issue} is {issue.get_state_display().lower()}."


def at(moment: datetime | None) -> str:
    """A moment in words: at 10:30 on 3 November 2026."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"at {local:%H:%M} on {local.day} {local:%B %Y}"
