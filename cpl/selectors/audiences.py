"""Who may see a record today, and who would: Parties by name."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from django.conf import settings

from accounts.choices import PartyCategory
from accounts.models import Party
from accounts.permissions import HELD_BY, READ_EVERY_RECORD, ROLES_IN
from cpl.choices import Audience, ContactAudience
from cpl.models import Contact, CPLEntry, FirmwareInformation, RestrictedNotes

Record = CPLEntry | FirmwareInformation | Contact | RestrictedNotes
NAMED: Final = Audience.NAMED_PARTIES.value
"""The same word for every kind of record."""
READ_EVERYTHING: Final = [
    category for category in PartyCategory if all(READ_EVERY_RECORD in HELD_BY[role] for role in ROLES_IN[category])
]
"""Party categories whose people see every record: naming them would say nothing."""


class Difference(NamedTuple):
    """Parties that would see a record and do not today, and the other way round."""

    gain: list[Party]
    lose: list[Party]


def named_parties(record: Record) -> list[Party]:
    """The Parties that the record was given to, by name."""
    # The stubs take the keys of grants for rows: the grants' base, guardian's, has no types.
    groups: Any = record.grants.values("group")
    return list(Party.objects.filter(group__in=groups).order_by("name"))


def state_of(record: Record) -> str:
    """The audience in one line, the same as long as nobody changes it."""
    groups = record.grants.order_by("group").values_list("group", flat=True)
    return f"{record.audience}:{','.join(map(str, groups))}"


def difference(record: Record, audience: str, named: Iterable[Party]) -> Difference:
    """What a new audience would change. Who sees the record in any case is in neither list."""
    today, then = _reached(record), _reached(record, audience, named)
    return Difference(sorted(then - today, key=str), sorted(today - then, key=str))


def _reached(record: Record, audience: str = "", named: Iterable[Party] | None = None) -> set[Party]:
    """Active Parties that see the record, but for its maker's and those that read everything."""
    audience = audience or record.audience
    parties = (
        Party.objects.filter(is_active=True)
        .exclude(category__in=READ_EVERYTHING)
        .exclude(pk=record.maker.party_id or 0)
    )
    if audience == NAMED:
        keys = [party.pk for party in (named_parties(record) if named is None else named)]
        parties = parties.filter(pk__in=keys)
    elif audience == ContactAudience.WITH_NEED:
        parties = parties.filter(category__in=settings.CONTACT_CATEGORIES)
    elif audience != Audience.ALL_PARTIES:
        parties = parties.none()
    return set(parties) & _reached(around) if (around := _around(record)) else set(parties)


def _around(record: Record) -> CPLEntry | FirmwareInformation | None:
    """The record without which nobody comes to this one."""
    if isinstance(record, RestrictedNotes):
        return record.information
    return record.entry if isinstance(record, FirmwareInformation) else None
