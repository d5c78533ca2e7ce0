"""The publication log as one person may read it: every record, but bodies only of what the person may see.

A body that is withheld leaves its digest behind, so that the chain verifies for every reader.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.apps import apps
from django.db.models import Q, QuerySet

from accounts.access import Person, can
from accounts.models import User
from accounts.permissions import READ_EVERY_RECORD
from cpl import log_chain
from cpl.choices import Audience, Confirmation, LogKind
from cpl.log_chain import Head
from cpl.models import (
    VOLUNTARY_FIELDS,
    CPLEntry,
    FirmwareInformation,
    LogCheckpoint,
    Manufacturer,
    PublicationRecord,
    Submission,
)
from cpl.querysets import manufacturers_of

_CHUNK: Final = 1_000
_KEY: Final = re.compile(r"[0-9]{1,18}")
_OF_RECORD: Final = frozenset({LogKind.INFORMATION_PUBLISHED.value, LogKind.VERSION_WITHDRAWN.value})
"""What these tell is kept on the FIR record, which has an audience of its own."""


@dataclass(frozen=True)
class Told:
    """A record as one person may read it: `body` is None where that is withheld."""

    record: PublicationRecord
    is_withheld: bool

    @property
    def body(self) -> dict[str, Any] | None:
        """What was published; None where this person may not see it."""
        return None if self.is_withheld else self.record.body

    @property
    def kind(self) -> LogKind:
        """Its kind, which is no secret: the chain is built over it."""
        return LogKind(self.record.kind)


def head() -> Head:
    """The last record of the log, as this transaction sees it; `log_chain.EMPTY` where there is none."""
    last = PublicationRecord.objects.order_by("-number").values_list("number", "digest").first()
    return Head(*last) if last else log_chain.EMPTY


def last_checkpoint() -> LogCheckpoint | None:
    """The newest signature over the log."""
    return LogCheckpoint.objects.order_by("-record_id", "-pk").first()


def told(person: Person, records: Iterable[PublicationRecord]) -> list[Told]:
    """Each record with whether its body is withheld. At most seven queries, however many records."""
    rows = list(records)
    hidden = _withheld(person, rows)
    return [Told(record, record.number in hidden) for record in rows]


def is_confirmed(body: Mapping[str, Any]) -> bool:
    """Whether a record tells what another Party submitted and the manufacturer confirmed. One query."""
    digits = str(body.get("submission", "")).removeprefix("S-")
    if not _KEY.fullmatch(digits):
        return False
    return Submission.objects.filter(pk=int(digits), confirmation=Confirmation.CONFIRMED).exists()


@dataclass(frozen=True)
class Wanted:
    """What of the log is asked for; nothing asked is all of it."""

    kind: str = ""
    entry: str = ""
    issue: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it names what a withheld record must not be found by."""
        return bool(self.entry or self.issue)


def records(person: Person, wanted: Wanted) -> QuerySet[PublicationRecord]:
    """The records asked for, newest first.

    By entry or issue only those are found whose body the person may read: finding others would tell that they are
    about it.
    """
    found = _asked(PublicationRecord.objects.visible_to(person), wanted).order_by("-number")
    if not wanted.is_narrow or can(person, READ_EVERY_RECORD):
        return found
    hidden = _withheld(person, list(found.defer("salt", "body_digest", "previous", "digest")))
    return found.exclude(number__in=hidden)


def _asked(rows: QuerySet[PublicationRecord], wanted: Wanted) -> QuerySet[PublicationRecord]:
    asked = {
        "kind": wanted.kind,
        "entry__cpl_entry_id": wanted.entry,
        "issue__number": wanted.issue,
        "at__date__gte": wanted.since,
        "at__date__lte": wanted.until,
    }
    return rows.filter(**{name: value for name, value in asked.items() if value})


def lines(person: Person, last: int) -> Iterator[bytes]:
    """The records up to number `last` as lines of the log's file, as this person may read them; bounded memory."""
    rows = PublicationRecord.objects.visible_to(person).order_by("number")
    for start in range(0, last, _CHUNK):
        chunk = rows.filter(number__gt=start, number__lte=min(start + _CHUNK, last))
        for each in told(person, chunk):
            yield log_chain.record_line(_fields(each))


def _fields(each: Told) -> dict[str, Any]:
    record = each.record
    about = {"withheld": True} if each.is_withheld else {"body": record.body, "salt": record.salt}
    return {
        "number": record.number,
        "at": log_chain.time_text(record.at),
        "kind": record.kind,
        "previous": record.previous,
        "body_digest": record.body_digest,
        "digest": record.digest,
        **about,
    }


def checkpoint_line(checkpoint: LogCheckpoint) -> bytes:
    """The line that ends the file."""
    at = log_chain.time_text(checkpoint.at)
    covered = Head(checkpoint.record_id, checkpoint.digest)
    return log_chain.checkpoint_line(covered, at, checkpoint.key_id, checkpoint.signature)


def _withheld(person: Person, rows: Sequence[PublicationRecord]) -> set[int]:
    """Numbers of the records whose body this person may not read."""
    if can(person, READ_EVERY_RECORD):
        return set()
    sight = _Sight(person, rows)
    return {record.number for record in rows if not sight.reads(record)}


class _Sight:
    """What one person may see of everything that some records speak of: a few queries for all of them."""

    def __init__(self, person: Person, rows: Sequence[PublicationRecord]) -> None:
        self.words = {record.number: _Words.of(record.body) for record in rows}
        keys = {record.entry_id for record in rows if record.entry_id}
        entries = CPLEntry.objects.visible_to(person).filter(pk__in=keys)
        self.entries = dict(entries.values_list("pk", "audience"))
        self.closed = _closed_times("CPLEntryEvent", "pgh_obj_id", self._open(self.entries))
        about_record = {record.entry_id for record in rows if self._needs_information(record)} & set(self.entries)
        shown = FirmwareInformation.objects.visible_to(person).filter(entry__in=about_record)
        self.information = dict(shown.values_list("entry_id", "audience")) if about_record else {}
        self.closed_information = _closed_times("FirmwareInformationEvent", "entry_id", self._open(self.information))
        self.hidden_ids = _hidden_ids(person, set().union(*(words.tokens for words in self.words.values())))
        self.makers = _visible_makers(person, {words.maker for words in self.words.values() if words.maker})

    @staticmethod
    def _open(audiences: Mapping[int, str]) -> set[int]:
        """Records that are for all today: opening one does not open its past. A restricted one shows it to its own."""
        return {key for key, audience in audiences.items() if audience != Audience.NAMED_PARTIES}

    def _needs_information(self, record: PublicationRecord) -> bool:
        return record.kind in _OF_RECORD or self.words[record.number].tells_information

    def reads(self, record: PublicationRecord) -> bool:
        """Whether the body may be read."""
        words = self.words[record.number]
        if record.kind == LogKind.OPENED or words.tokens & self.hidden_ids:
            # How many entries there are in all is told only to those who see all of them.
            return False
        if record.entry_id is None:
            return not words.maker or words.maker in self.makers
        return self._reads_entry(record) and (not self._needs_information(record) or self._reads_information(record))

    def _reads_entry(self, record: PublicationRecord) -> bool:
        return record.entry_id in self.entries and not _was_closed(self.closed, record)

    def _reads_information(self, record: PublicationRecord) -> bool:
        return record.entry_id in self.information and not _was_closed(self.closed_information, record)


@dataclass(frozen=True)
class _Words:
    """What a body names: words that may be the ID of an entry, the manufacturer, and whether it tells FIR fields."""

    tokens: frozenset[str]
    maker: str
    tells_information: bool

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "_Words":
        texts, names = set(_texts(body)), set(_names(body))
        tokens = {token for text in texts | names for token in _tokens(text)}
        maker = body.get("manufacturer", "")
        return cls(frozenset(tokens), maker if isinstance(maker, str) else "", bool(names & _VOLUNTARY))


_VOLUNTARY: Final = frozenset(VOLUNTARY_FIELDS) - {"contact"} | {"information"}
_APART: Final = re.compile(r"[^A-Za-z0-9_.-]+")


def _tokens(text: str) -> Iterator[str]:
    """Words of a text that might be the ID of an entry, as written and in capitals, with and without punctuation."""
    for word in (*text.split(), *_APART.split(text)):
        for token in (word, word.strip(".,;:!?()[]'\"“”‘’-")):
            if token:
                yield token
                yield token.upper()


def _texts(value: Any) -> Iterator[str]:
    """Every text in a body."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _names(value: Any) -> Iterator[str]:
    """Every name of a field in a body."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield name
            yield from _names(part)
    elif isinstance(value, list):
        for part in value:
            yield from _names(part)


def _hidden_ids(person: Person, tokens: Collection[str]) -> set[str]:
    """Those of the words that are the ID of an entry which this person may not see."""
    if not tokens:
        return set()
    named = set(CPLEntry.objects.filter(cpl_entry_id__in=tokens).values_list("cpl_entry_id", flat=True))
    seen = CPLEntry.objects.visible_to(person).filter(cpl_entry_id__in=named)
    return named - set(seen.values_list("cpl_entry_id", flat=True)) if named else set()


def _visible_makers(person: Person, names: Collection[str]) -> set[str]:
    """Those of the manufacturers that this person knows of: the own one, or one with an entry to be seen."""
    if not names:
        return set()
    seen = CPLEntry.objects.visible_to(person).filter(manufacturer__name__in=names).order_by()
    own = manufacturers_of(person) if isinstance(person, User) else []
    ours = Manufacturer.objects.filter(Q(pk__in=own) & Q(name__in=names))
    return {*seen.values_list("manufacturer__name", flat=True).distinct(), *ours.values_list("name", flat=True)}


Times = Mapping[int, Sequence[tuple[datetime, bool]]]


def _closed_times(event: str, key: str, keys: Collection[int]) -> Times:
    """For records that were ever for named Parties: since when each audience held, oldest first. Two queries."""
    rows = apps.get_model("cpl", event).objects.filter(**{f"{key}__in": keys}).order_by()
    ever = set(rows.filter(audience=Audience.NAMED_PARTIES).values_list(key, flat=True)) if keys else set()
    times: dict[int, list[tuple[datetime, bool]]] = {found: [] for found in ever}
    states = rows.filter(**{f"{key}__in": ever}).order_by("pgh_id") if ever else rows.none()
    for found, at, audience in states.values_list(key, "pgh_created_at", "audience"):
        times[found].append((at, audience == Audience.NAMED_PARTIES))
    return times


def _was_closed(times: Times, record: PublicationRecord) -> bool:
    """Whether the record was written about something that was for named Parties then."""
    states = times.get(record.entry_id or 0, ())
    first = states[0][1] if states else False
    return next((closed for at, closed in reversed(states) if at <= record.at), first)
