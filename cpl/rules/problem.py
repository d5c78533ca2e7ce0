"""What a named check is, and what it finds."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.utils.crypto import salted_hmac

from cpl.choices import StepKind, SubmissionKind
from cpl.rules.words import typeset

if TYPE_CHECKING:
    from cpl.rules.subject import Subject

ALL_KINDS: Final = frozenset(SubmissionKind)

CHECKED_STEPS: Final = frozenset({StepKind.SUBMIT, StepKind.RESUBMIT, StepKind.ACCEPT, StepKind.PUBLISH})
"""Steps at which the checks are run; an open blocking problem stops all of them unless its check says otherwise."""

DECIDING_STEPS: Final = frozenset({StepKind.ACCEPT, StepKind.PUBLISH})
"""SECAS's steps: for what the author cannot mend or must not know of, yet must not be published."""


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    `key` tells this very finding from another of the same check: all values at fault, however long. Of an advising
    one it becomes, with the message, the fingerprint that a waiver goes by (`waiver_key`), so that a waiver does not
    cover what comes later. `detail` is added for SECAS alone: it may name what the author may not know of.
    """

    field: str
    message: str
    cure: str
    key: str = ""
    detail: str = ""


class Check(ABC):
    """A rule by name. A subclass's docstring is the rule as people read it; `clause` is where it comes from."""

    name: ClassVar[str]
    clause: ClassVar[str]
    blocking: ClassVar[bool] = True
    kinds: ClassVar[frozenset[SubmissionKind]] = ALL_KINDS
    confidential: ClassVar[bool] = False
    """Shown to SECAS only: its very finding tells of records that the author may not see."""
    stops: ClassVar[frozenset[StepKind]] = CHECKED_STEPS
    """The steps that what a blocking check finds stands in the way of."""

    @abstractmethod
    def find(self, subject: "Subject") -> Iterator[Finding]:
        """Everything that offends against the rule. May read the database, writes nothing."""

    @property
    def rule(self) -> str:
        """The rule as people read it, on one line; a check of the same rule for other records begins with its words."""
        basis = type(self).__mro__[1]
        texts = [type(self).__doc__, *([basis.__doc__] if basis is not Check else [])]
        return typeset(" ".join(" ".join(reversed([text or "" for text in texts])).split()))


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
    stops: tuple[str, ...] = tuple(sorted(step.value for step in CHECKED_STEPS))

    @property
    def is_open(self) -> bool:
        """Whether it still stands in the way, or still warns."""
        return not self.waived

    def blocks(self, step: StepKind) -> bool:
        """Whether it stands in the way of this step; an advising problem never does."""
        return self.blocking and self.is_open and step in self.stops

    def as_json(self) -> Mapping[str, Any]:
        """For `Submission.problems`; `Problem(**…)` makes the same of it again."""
        return {**vars(self), "stops": list(self.stops)}


def waiver_key(found: Finding, about: Iterable[str]) -> str:
    """What a waiver of this finding goes by: it changes with everything that the finding says and looks at.

    `about` is the identity of what is submitted: what was let pass of one version is not let pass of another.
    """
    parts = (found.field, found.message, found.key, found.detail, *about)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def problem_of(check: Check, found: Finding, key: str, waived: str) -> Problem:
    """The finding as pages show it; only an advising one can be waived."""
    return Problem(
        check=check.name,
        clause=check.clause,
        blocking=check.blocking,
        field=found.field,
        message=found.message,
        cure=found.cure,
        key=key,
        detail=found.detail,
        confidential=check.confidential,
        waived="" if check.blocking else waived,
        stops=tuple(sorted(step.value for step in check.stops)) if check.blocking else (),
    )


def fingerprint(text: str) -> str:
    """A key that stands for words too long, or too private, to be one themselves."""
    return salted_hmac("cpl.rules", text).hexdigest()[:32]


def together_key(*values: object) -> str:
    """A key of several values at fault, in their order; each stays apart from the next."""
    return "\x1e".join("" if value is None else str(value) for value in values)
