"""Who supplied what of an entry, and when: from what was published, and from the first load."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Final

from accounts.access import Person, can
from accounts.models import User
from accounts.permissions import READ_EVERY_RECORD
from cpl import proposals
from cpl.choices import Confirmation, Source, SubmissionKind, SubmissionState
from cpl.models import VOLUNTARY_FIELDS, CPLEntry, CPLIssue, FirmwareInformation, Submission

_OF_RECORD: Final = frozenset({SubmissionKind.INFORMATION, SubmissionKind.WITHDRAWAL})
"""What these published is on the FIR record, which has an audience of its own."""
_PUBLISHED: Final = (SubmissionState.PUBLISHED, SubmissionState.LOADED)
_FIRST_LOAD: Final = frozenset({Source.CPL_WORKBOOK.value, Source.FIR_WORKBOOK.value})


@dataclass(frozen=True)
class Supplied:
    """One published submission about the entry. `link` is set where the person may open the submission itself."""

    submission: Submission
    kind: SubmissionKind
    party: str
    submitted_at: datetime | None
    accepted_at: datetime | None
    published_at: datetime | None
    issue: str
    confirmed: bool
    link: str


@dataclass(frozen=True)
class FromFirstLoad:
    """What came with a workbook before anybody submitted anything: marked as not confirmed."""

    what: str
    source: Source
    fields: tuple[str, ...]
    given_on: date | None


@dataclass(frozen=True)
class SaidSince:
    """Fields of the list that a published submission gave after the entry was there: who said so, and when."""

    fields: tuple[str, ...]
    source: str
    published_at: datetime | None


_MAKES_ENTRY: Final = frozenset({SubmissionKind.NEW_ENTRY, SubmissionKind.ADDED_MODEL})
_ON_LIST: Final = {SubmissionKind.HASH: ("firmware_hash",), SubmissionKind.CORRECTION: proposals.CORRECTABLE}
"""Kinds that change what the list says of an entry, with the fields that they may change."""


def supplied(entry: CPLEntry, person: Person, *, pathway_known: bool) -> list[Supplied]:
    """The published submissions that led to what this person sees of the entry, newest first. One query.

    `entry` was loaded `with_information` for the person; `pathway_known` says whether its pathway is shown to them.
    """
    rows = Submission.objects.filter(entry=entry, state__in=_PUBLISHED)
    # Not ordered by the database: Django takes longer to look for two columns among fifty.
    newest_first = attrgetter("published_at", "pk")
    found = sorted(rows.select_related("party", "manufacturer", "issue").order_by(), key=newest_first, reverse=True)
    return [_supplied(row, person) for row in found if _is_shown(row, entry, pathway_known)]


def _is_shown(submission: Submission, entry: CPLEntry, pathway_known: bool) -> bool:
    if submission.kind in _OF_RECORD:
        return entry.information is not None
    return submission.kind != SubmissionKind.PATHWAY or pathway_known


def _supplied(row: Submission, person: Person) -> Supplied:
    return Supplied(
        submission=row,
        kind=SubmissionKind(row.kind),
        party=row.party.name,
        submitted_at=row.submitted_at,
        accepted_at=row.accepted_at,
        published_at=row.published_at,
        issue=row.issue.number if row.issue else "",
        confirmed=row.confirmation == Confirmation.CONFIRMED,
        link=row.get_absolute_url() if _may_open(row, person) else "",
    )


def _may_open(row: Submission, person: Person) -> bool:
    """As `Submission.objects.visible_to`, asked of a row that is here already."""
    if not isinstance(person, User) or can(person, READ_EVERY_RECORD):
        return isinstance(person, User)
    makers_party = row.manufacturer.party_id if row.manufacturer else None
    return any(acting.party in (row.party_id, makers_party) for acting in person.active_memberships)


def made_by(found: Iterable[Supplied]) -> Supplied | None:
    """The submission that brought the entry onto the list; None where that was a workbook."""
    return next((each for each in found if each.kind in _MAKES_ENTRY), None)


def issue_of(found: Iterable[Supplied]) -> CPLIssue | None:
    """The issue of the portal that published the entry; None where it came with a workbook."""
    made = made_by(found)
    return made.submission.issue if made else None


def source_words(each: Supplied) -> str:
    """Where a published submission comes from, as a page says it: the manufacturer itself, or another Party."""
    row = each.submission
    if row.manufacturer and row.manufacturer.party_id == row.party_id:
        return "from the manufacturer"
    return f"from {each.party}, {'' if each.confirmed else 'not '}confirmed by the manufacturer"


def said_since(found: Sequence[Supplied]) -> list[SaidSince]:
    """What of the list's own fields was given by `found`, newest first; each field by the last that gave it."""
    told: set[str] = set()
    since = []
    for each in found:
        names = [name for name in _given(each) if name not in told]
        told.update(names)
        if names:
            labels = tuple(_label_on_list(name) for name in names)
            since.append(SaidSince(labels, source_words(each), each.published_at))
    return since


def _given(each: Supplied) -> list[str]:
    allowed = _ON_LIST.get(each.kind, ())
    values = proposals.read(each.submission).values if allowed else {}
    return [name for name in allowed if values.get(name) not in (None, "")]


def _label_on_list(name: str) -> str:
    # As below: a column of our own.
    return str(CPLEntry._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def from_first_load(entry: CPLEntry, since: Sequence[SaidSince] = ()) -> list[FromFirstLoad]:
    """What of the entry, and of its FIR record where the person may see one, came with a workbook.

    `since` is what submissions gave later: those fields are left out of it.
    """
    loaded = []
    if entry.source in _FIRST_LOAD:
        later = ", ".join(name for each in since for name in each.fields)
        what = f"The entry on the list, except {later}" if later else "The entry on the list"
        loaded.append(FromFirstLoad(what, Source(entry.source), (), entry.published_on))
    return [*loaded, *_loaded_fields(entry.information)]


def _loaded_fields(information: FirmwareInformation | None) -> Iterable[FromFirstLoad]:
    fields: dict[tuple[str, str], list[str]] = defaultdict(list)
    provenance = information.provenance if information else {}
    for name in VOLUNTARY_FIELDS:
        source, given = (*provenance.get(name, ()), "", "")[:2]
        if source in _FIRST_LOAD:
            fields[source, given].append(_label(name))
    for (source, given), names in sorted(fields.items()):
        day = date.fromisoformat(given) if given else None
        yield FromFirstLoad("Firmware information", Source(source), tuple(names), day)


def _label(voluntary: str) -> str:
    # `get_field` may give a reverse relation, which has no such name; these are columns of our own.
    return str(FirmwareInformation._meta.get_field(voluntary).verbose_name)  # type: ignore[union-attr]
