"""Who may see a record: its usual audience, or named Parties.

The usual audience of an entry and of a FIR record are all SEC Parties, of a contact the Party categories with need,
of restricted notes nobody but the manufacturer's own people and SECAS.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from django.db import transaction

from accounts import audit
from accounts.access import Forbidden, Grants, can, grant, revoke
from accounts.models import Party, User
from accounts.permissions import RESTRICT_ENTRY
from cpl import audit_names, querysets
from cpl.choices import Audience, ContactAudience, NotesAudience
from cpl.models import (
    Contact,
    ContactGrant,
    CPLEntry,
    EntryGrant,
    FirmwareInformation,
    InformationGrant,
    NotesGrant,
    RestrictedNotes,
)
from cpl.selectors.audiences import NAMED, Record, named_parties, state_of


class ChangedMeanwhile(Exception):
    """Somebody else changed the audience since the person looked at it: nothing was done."""


class Kind(NamedTuple):
    """What differs between the kinds of record."""

    grants: Grants
    permission: str
    usual: str
    named: str
    reset: str


_MOST_NAMED: Final = 20

_KINDS: Final[dict[type[Record], Kind]] = {
    CPLEntry: Kind(
        EntryGrant,
        querysets.ENTRY.permission,
        Audience.ALL_PARTIES,
        audit_names.ENTRY_RESTRICTED,
        audit_names.ENTRY_OPENED,
    ),
    FirmwareInformation: Kind(
        InformationGrant,
        querysets.INFORMATION.permission,
        Audience.ALL_PARTIES,
        audit_names.INFORMATION_RESTRICTED,
        audit_names.INFORMATION_OPENED,
    ),
    Contact: Kind(
        ContactGrant,
        querysets.CONTACT.permission,
        ContactAudience.WITH_NEED,
        audit_names.CONTACT_RESTRICTED,
        audit_names.CONTACT_OPENED,
    ),
    RestrictedNotes: Kind(
        NotesGrant,
        querysets.NOTES.permission,
        NotesAudience.NOBODY_ELSE,
        audit_names.NOTES_SHARED,
        audit_names.NOTES_CLOSED,
    ),
}


@transaction.atomic
def restrict(*, record: Record, parties: Iterable[Party], by: User | None, seen: str | None = None) -> None:
    """Give the record to these Parties only; its manufacturer's own people, SECAS and auditors keep seeing it.

    Parties named before and not now lose it. `seen` is the state of the audience that the person decided over, as
    `state_of` gave it. Raises Forbidden without the permission to restrict, ChangedMeanwhile if `seen` is past.
    """
    locked, wanted = _locked(record, by, seen), set(parties)
    kind, before, held = _KINDS[type(record)], _told(locked), set(named_parties(locked))
    for party in wanted - held:
        grant(kind.permission, party, locked, kind.grants)
    for party in held - wanted:
        revoke(kind.permission, party, locked, kind.grants)
    record.audience = _set_audience(locked, NAMED)
    _record(kind.named, locked, before, by)


@transaction.atomic
def unrestrict(*, record: Record, by: User | None, seen: str | None = None) -> None:
    """Give the record its usual audience again; no Party is named any more. Raises as `restrict` does."""
    locked = _locked(record, by, seen)
    kind, before = _KINDS[type(record)], _told(locked)
    locked.grants.all().delete()
    record.audience = _set_audience(locked, kind.usual)
    _record(kind.reset, locked, before, by)


@transaction.atomic
def inherit(*, record: Record, parties: Iterable[Party], like: Sequence[str], by: User | None) -> None:
    """Name the Parties of a record that was just made for named Parties, as those are which it is like.

    `like` are the CPL Entry IDs of these. Nobody is asked for a permission: whoever publishes the record decides
    nothing about its audience, which SECAS has decided before.
    """
    kind = _KINDS[type(record)]
    for party in parties:
        grant(kind.permission, party, record, kind.grants)
    told, owner = _told(record), record.maker.name
    audit.record(kind.named, by=by, about=record, owner=owner, after=told, like=list(like[:_MOST_NAMED]))


def _locked(record: Record, by: User | None, seen: str | None) -> Any:
    if by is not None and not can(by, RESTRICT_ENTRY):
        raise Forbidden(RESTRICT_ENTRY)
    locked: Any = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if seen is not None and seen != state_of(locked):
        raise ChangedMeanwhile
    return locked


def _told(record: Record) -> dict[str, Any]:
    """What an audit event keeps of an audience."""
    return {"audience": record.audience, "parties": [party.name for party in named_parties(record)]}


def _set_audience(record: Any, audience: str) -> str:
    record.audience = audience
    record.save(update_fields=["audience"])
    return audience


def _record(name: str, record: Record, before: dict[str, Any], by: User | None) -> None:
    audit.record(name, by=by, about=record, owner=record.maker.name, before=before, after=_told(record))
