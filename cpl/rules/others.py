"""Other submissions as the checks see them: what each would put on the list, read without its whole content."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Q

from cpl import identifiers
from cpl.choices import SubmissionKind, SubmissionState
from cpl.models import Submission
from cpl.readings import cells
from cpl.readings.cells import CellError
from cpl.readings.references import canonical, number_of, reference_of
from cpl.readings.typed import bare_hex
from cpl.workflow import OPEN

ModelKey = tuple[str, str]
"""A Device Model: manufacturer identifier, and model with hardware version and revision as DUIS joins them."""

CREATING: Final = frozenset({SubmissionKind.NEW_ENTRY, SubmissionKind.ADDED_MODEL})
"""Kinds that put a new entry on the list."""

_READ: Final = ("manufacturer_identifier", "device_model", "firmware_version", "firmware_hash", "predecessors")
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Other:
    """A submission that is, or was, with SECAS."""

    pk: int
    kind: SubmissionKind
    state: SubmissionState
    maker: int | None
    entry: int | None
    issue: int | None
    submitted_at: datetime | None
    key: ModelKey | None
    version: str
    hash: str
    predecessors: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What people call it: S-000017."""
        return reference_of(self.pk)

    @property
    def is_open(self) -> bool:
        """Whether it may still be published."""
        return self.state in OPEN

    @property
    def is_accepted(self) -> bool:
        """Whether SECAS has accepted it: it waits for publication, or was published."""
        return self.state in (SubmissionState.ACCEPTED, SubmissionState.PUBLISHED, SubmissionState.LOADED)

    @property
    def is_published(self) -> bool:
        """Whether it is on the list by now."""
        return self.state in (SubmissionState.PUBLISHED, SubmissionState.LOADED)

    def is_ahead_of(self, submission: Submission) -> bool:
        """Whether it has the better claim to what both want: the accepted one, else the one submitted first."""
        own = _rank(submission.state, submission.submitted_at, submission.pk)
        return _rank(self.state, self.submitted_at, self.pk) < own


@dataclass(frozen=True)
class Wanted:
    """Which submissions may matter: those about these entries, of these models or hashes, or referred to.

    `pathways_of` are manufacturers whose accepted pathways may lead in a circle with one that is looked at.
    """

    entries: Collection[int]
    models: Collection[str]
    hashes: Collection[str]
    pathways_of: Collection[int]
    referred_to: Collection[int]


def numbers_in(names: Iterable[str]) -> set[int]:
    """Keys of the submissions among names of previous entries."""
    return {number for name in names if (number := number_of(name)) is not None}


def key_in(content: Mapping[str, Any]) -> ModelKey | None:
    """The Device Model that is named in the content of a submission; None where it cannot be read."""
    code = _hex(content.get("manufacturer_identifier"), identifiers.MANUFACTURER_IDENTIFIER)
    joined = _hex(content.get("device_model"), identifiers.DEVICE_MODEL)
    return (code, joined) if code and joined else None


def load(wanted: Wanted) -> dict[int, Other]:
    """By key: the submissions with SECAS that may matter, whoever's they are, and those that are referred to.

    The database picks them: of the thousands that may wait only a few are read.
    """
    found = _found(_waiting(wanted) | Q(pk__in=wanted.referred_to))
    further = {pk for other in found.values() for pk in numbers_in(other.predecessors)} - found.keys()
    return found | _found(Q(pk__in=further)) if further else found


def _waiting(wanted: Wanted) -> Q:
    same = Q(entry__in=wanted.entries)
    if wanted.models:
        # Whoever asks for it: a Device Model has one maker.
        same |= Q(kind__in=CREATING, typed_model__in=wanted.models)
    if wanted.hashes:
        same |= Q(typed_hash__in=wanted.hashes)
    if wanted.pathways_of:
        accepted = Q(state=SubmissionState.ACCEPTED, manufacturer__in=wanted.pathways_of)
        same |= accepted & Q(content__has_key="predecessors")
    return Q(state__in=OPEN, submitted_at__isnull=False) & same


def _found(condition: Q) -> dict[int, Other]:
    columns = ("pk", "kind", "state", "manufacturer_id", "entry_id", "issue_id", "submitted_at")
    content = [f"content__{name}" for name in _READ]
    typed = Submission.objects.alias(typed_model=bare_hex("device_model"), typed_hash=bare_hex("firmware_hash"))
    rows = typed.filter(condition).order_by("pk").values_list(*columns, *content)
    return {row[0]: _read(*row) for row in rows}


def _read(pk: int, kind: str, state: str, *rest: Any) -> Other:
    maker, entry, issue, submitted_at, code, model, version, firmware_hash, predecessors = rest
    return Other(
        pk,
        SubmissionKind(kind),
        SubmissionState(state),
        maker,
        entry,
        issue,
        submitted_at,
        key_in({"manufacturer_identifier": code, "device_model": model}),
        _hex(version, identifiers.FIRMWARE_VERSION),
        _hex(firmware_hash, identifiers.FIRMWARE_HASH),
        _named(predecessors),
    )


def _hex(typed: Any, width: int) -> str:
    """What a submission gives as identifier; '' where that is blank or cannot be read."""
    try:
        return cells.identifier(str(typed or ""), width).value
    except CellError:
        return ""


def _named(typed: Any) -> tuple[str, ...]:
    try:
        named = cells.entry_ids(str(typed or ""))
    except CellError:
        return ()
    return tuple(map(canonical, named)) if isinstance(named, tuple) else ()


def _rank(state: str, submitted_at: datetime | None, pk: int | None) -> tuple[bool, datetime, int]:
    # A submission that is about to be submitted for the first time comes last.
    return (state != SubmissionState.ACCEPTED, submitted_at or _LATEST, pk or 0)
