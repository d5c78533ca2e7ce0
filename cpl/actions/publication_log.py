"""Writing and signing the publication log: one chain, without gaps, whoever publishes at the same moment."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Collate
from django.utils import timezone

from accounts import audit
from accounts.models import User
from cpl import audit_names, log_chain
from cpl.actions.imports.bulk import copy_in
from cpl.choices import LogKind
from cpl.log_chain import Head
from cpl.models import CPLEntry, LogCheckpoint, PublicationRecord
from cpl.proposals import CONTACT_FIELDS
from cpl.selectors.log_keys import signing_key
from cpl.selectors.publication_log import head

_LOG_LOCK: Final = 5214
_OF_CONTACTS: Final = frozenset(CONTACT_FIELDS)
_COLUMNS: Final = ("number", "at", "kind", "entry", "issue", "body", "salt", "body_digest", "previous", "digest")


class Keyed(Protocol):
    """A record by its key: all that the log asks for of what it is about."""

    @property
    def pk(self) -> Any:
        """The key."""


@dataclass(frozen=True)
class LogDraft:
    """What is to be written: of which kind, about which entry and issue.

    `body` says what was published, as JSON without fractions and without contact details: `cpl_entry_id`, `fields`
    ({name: {"before": …, "after": …}}), `reason`, `reference`, `issue`, `submission`, `supplied_by`, `manufacturer`.
    """

    kind: LogKind
    body: Mapping[str, Any]
    entry: Keyed | None = None
    issue: Keyed | None = None


def append(drafts: Sequence[LogDraft], *, at: datetime) -> int:
    """Write the records inside the caller's transaction, and return the number of the last one in the log.

    Whoever appends holds the log until the transaction ends: numbers have no gaps and each record names the digest
    of the one before it. An empty log begins with a record of what was published without it. No record is older
    than the one before it, even where a clock was set back. Raises ValueError for a body with contact details,
    TypeError for one with a fraction, TransactionManagementError outside a transaction.
    """
    _take_the_log()
    last, latest = head(), _latest(at)
    if drafts and last == log_chain.EMPTY:
        drafts = [_opening(drafts), *drafts]
    lines = list(_chained(drafts, last, latest))
    copy_in(PublicationRecord, _COLUMNS, lines)
    return last.number + len(lines)


def _take_the_log() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The publication log is written with what it tells: begin first.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOG_LOCK])


def _latest(at: datetime) -> datetime:
    """Time never goes back along the log: who waited for the lock is not older than who held it."""
    last = PublicationRecord.objects.order_by("-number").values_list("at", flat=True).first()
    return max(at, last) if last else at


def _chained(drafts: Sequence[LogDraft], last: Head, at: datetime) -> Iterator[tuple[Any, ...]]:
    """The rows to write, each with the digest of the one before it."""
    text = log_chain.time_text(at)
    for draft in drafts:
        salt, number, kind = log_chain.new_salt(), last.number + 1, LogKind(draft.kind).value
        written = log_chain.canonical_json(draft.body)
        # Written, a name is there letter by letter: a body without these letters need not be searched.
        if "contact_" in written:
            _refuse_contact_details(draft.body)
        body = log_chain.text_digest(salt, written)
        digest = log_chain.record_digest(number, text, kind, body, last.digest)
        about = (draft.entry.pk if draft.entry else None, draft.issue.pk if draft.issue else None)
        yield (number, at, kind, *about, written, salt, body, last.digest, digest)
        last = Head(number, digest)


def _refuse_contact_details(body: Any) -> None:
    """The log can never be mended: nothing of a contact may get into it."""
    if body.__class__ is dict or isinstance(body, Mapping):
        if told := sorted(_OF_CONTACTS.intersection(body)):
            raise ValueError(f"The publication log tells no contact details, and a body has {', '.join(told)}.")
        for part in body.values():
            if part.__class__ is not str:
                _refuse_contact_details(part)
    elif isinstance(body, list | tuple):
        for part in body:
            _refuse_contact_details(part)


def _opening(drafts: Sequence[LogDraft]) -> LogDraft:
    """What was published before the log began: how much, and one digest over all of it.

    Entries that the very same transaction publishes have a record of their own.
    """
    new = {draft.entry.pk for draft in drafts if draft.kind == LogKind.ENTRY_PUBLISHED and draft.entry}
    # Left out here, not by the database: thousands of keys in a statement take longer than reading the rows.
    lines = [line for key, *line in _published_entries() if key not in new]
    counts = {"entries": len(lines), "removed": sum(removed_on is not None for *_, removed_on in lines)}
    return LogDraft(LogKind.OPENED, {**counts, "entries_digest": _digest_of(lines)})


def _published_entries() -> Any:
    """What the digest tells of each entry, after its key."""
    entries = CPLEntry.objects.filter(published_on__isnull=False).order_by(Collate("cpl_entry_id", "C"))
    return entries.values_list(
        "pk",
        "cpl_entry_id",
        F("device_model__identifier__code"),
        F("device_model__duis_model"),
        "firmware_version",
        "firmware_hash",
        "published_on",
        "removed_on",
    ).iterator(chunk_size=5_000)


def _digest_of(lines: Iterable[Sequence[Any]]) -> str:
    """SHA-256 over a line for each entry in the order of bytes of its ID; docs/publication-log.md names its parts."""
    told = hashlib.sha256()
    for line in lines:
        parts = [part.isoformat() if hasattr(part, "isoformat") else part for part in line]
        told.update(log_chain.canonical_json(parts).encode() + b"\n")
    return told.hexdigest()


@transaction.atomic
def sign(*, by: User | None = None) -> LogCheckpoint | None:
    """Sign the head of the log with Ed25519, where no checkpoint of the present key covers it yet.

    Returns the checkpoint that covers the head; None where the log is empty or no key is set. Raises
    ImproperlyConfigured for a text that is no key. Inside the caller's transaction it signs what that wrote.
    """
    key, last = signing_key(), head()
    if key is None or last == log_chain.EMPTY:
        return None
    name = log_chain.key_name(key.public_key())
    found = LogCheckpoint.objects.filter(record=last.number, digest=last.digest, key_id=name).first()
    if found:
        return found
    at = timezone.now()
    signed = log_chain.signature(key, last, log_chain.time_text(at))
    made = LogCheckpoint.objects.create(record_id=last.number, at=at, digest=last.digest, key_id=name, signature=signed)
    audit.record(audit_names.LOG_SIGNED, by=by, about=f"Record {last.number}", key=name, digest=last.digest)
    return made


@transaction.atomic
def take_away(*, by: User) -> LogCheckpoint | None:
    """Write down that somebody takes the log away as a file; return the checkpoint that ends it, as `sign` does."""
    checkpoint = sign(by=by)
    records = checkpoint.record_id if checkpoint else head().number
    audit.record(audit_names.LOG_EXPORTED, by=by, about="Publication log", records=records)
    return checkpoint
