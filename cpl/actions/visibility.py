"""Who may see a CPL Entry: all SEC Parties, or named ones."""

from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.access import Forbidden, can, grant, revoke
from accounts.models import Party, User
from accounts.permissions import RESTRICT_ENTRY, VIEW_ENTRY
from cpl import audit_names
from cpl.choices import Audience
from cpl.models import CPLEntry, EntryGrant


@transaction.atomic
def restrict(*, entry: CPLEntry, parties: Iterable[Party], by: User | None) -> None:
    """Give the entry to these Parties only; its manufacturer's own people keep seeing it.

    Parties named before and not now lose it. Raises Forbidden without the permission to restrict.
    """
    locked, wanted = _locked(entry, by), set(parties)
    held = {row.group.party for row in locked.grants.select_related("group__party")}
    for party in wanted - held:
        grant(VIEW_ENTRY, party, locked, EntryGrant)
    for party in held - wanted:
        revoke(VIEW_ENTRY, party, locked, EntryGrant)
    _set_audience(locked, Audience.NAMED_PARTIES)
    names = sorted(party.name for party in wanted)
    audit.record(audit_names.ENTRY_RESTRICTED, by=by, about=locked.cpl_entry_id, parties=names)


@transaction.atomic
def open_to_all(*, entry: CPLEntry, by: User | None) -> None:
    """Give the entry to all SEC Parties again. Raises Forbidden without the permission to restrict."""
    locked = _locked(entry, by)
    locked.grants.all().delete()
    _set_audience(locked, Audience.ALL_PARTIES)
    audit.record(audit_names.ENTRY_OPENED, by=by, about=locked.cpl_entry_id)


def _locked(entry: CPLEntry, by: User | None) -> CPLEntry:
    if by is not None and not can(by, RESTRICT_ENTRY):
        raise Forbidden(RESTRICT_ENTRY)
    return CPLEntry.objects.select_for_update().get(pk=entry.pk)


def _set_audience(entry: CPLEntry, audience: Audience) -> None:
    entry.audience = audience
    entry.save(update_fields=["audience"])
