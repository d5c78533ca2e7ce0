"""What a named check is, and what it finds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final

from cpl.choices import SubmissionKind
from cpl.models import Submission
from cpl.proposals import Proposal, read

ALL_KINDS: Final = frozenset(SubmissionKind)


@dataclass(frozen=True)
class Subject:
    """A submission as the checks look at it: what it says, read once for all of them."""

    submission: Submission

    @cached_property
    def proposal(self) -> Proposal:
        """What the submission says."""
        return read(self.submission)

    @property
    def kind(self) -> SubmissionKind:
        """Its kind."""
        return SubmissionKind(self.submission.kind)


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    `key` tells this very finding from another of the same check (the value at fault), so that a waiver does not
    cover what comes later. `detail` is added for SECAS alone: it may name what the author may not know of.
    """

    field: str
    message: str
    cure: str
    key: str = ""
    detail: str = ""


class Check:
    """A rule by name. A subclass's docstring is the rule as people read it; `clause` is where it comes from."""

    name: ClassVar[str]
    clause: ClassVar[str]
    blocking: ClassVar[bool] = True
    kinds: ClassVar[frozenset[SubmissionKind]] = ALL_KINDS
    confidential: ClassVar[bool] = False
    """Shown to SECAS only: its very finding tells of records that the author may not see."""

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Everything that offends against the rule. May read the database, writes nothing."""
        raise NotImplementedError


@dataclass(frozen=True)
class Problem:
    """A finding with its check, as pages show it and `Submission.problems` keeps it."""

    check: str
    clause: str
    blocking: bool
    field: str
    message: str
    cure: str
    key: str = ""
    detail: str = ""
    confidential: bool = False
    waived: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still stands in the way, or still warns."""
        return not self.waived

    def as_json(self) -> Mapping[str, Any]:
        """For `Submission.problems`."""
        return dict(vars(self))
