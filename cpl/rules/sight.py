"""What the Party of a submission may see of the records that the checks look at.

A message must not tell of what its reader may not know of: every check asks here before it names a record. All of the
Party read it, whoever wrote: so what one of them sees besides, by a role in another Party, does not count.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from accounts.choices import PartyCategory
from accounts.models import Party, User
from accounts.models.user import Acting
from accounts.permissions import ROLES_IN
from cpl.choices import Audience
from cpl.models import Contact, CPLEntry, FirmwareInformation, Submission
from cpl.querysets import CPLEntryQuerySet, FirmwareInformationQuerySet


def eyes_of(party: Party) -> User | None:
    """Nobody in particular who acts for this Party and for no other; None for one that is closed.

    Never saved. Whatever roles its people have, they all see the same records.
    """
    if not party.is_active:
        return None
    category = PartyCategory(party.category)
    role = min(ROLES_IN[category])
    person = User(name=f"Anybody of {party}")
    person.active_memberships = [Acting(role, party.pk, party.group_id, party.name, category)]
    return person


@dataclass(frozen=True)
class Named:
    """The records in question, by key: entries, submissions, manufacturers."""

    entries: Collection[int]
    submissions: Collection[int]
    makers: Collection[int]


@dataclass(frozen=True)
class Sight:
    """Records through the eyes of a Party; of one that is closed (no reader) only what all may see."""

    reader: User | None
    named: Named

    @cached_property
    def entries(self) -> frozenset[int]:
        """Entries they may see."""
        return frozenset(self._entries().filter(pk__in=self.named.entries).values_list("pk", flat=True))

    @cached_property
    def information(self) -> frozenset[int]:
        """Entries whose FIR record they may see."""
        rows = self._information().filter(entry__in=self.named.entries)
        return frozenset(rows.values_list("entry", flat=True))

    @cached_property
    def entry_ids(self) -> frozenset[str]:
        """CPL Entry IDs of all that these manufacturers have and they may see: a pathway leads anywhere."""
        rows = self._entries().filter(manufacturer__in=self.named.makers)
        return frozenset(rows.values_list("cpl_entry_id", flat=True))

    @cached_property
    def makers(self) -> frozenset[int]:
        """Manufacturers with at least one entry that they may see."""
        rows = self._entries().filter(manufacturer__in=self.named.makers).order_by("manufacturer")
        return frozenset(rows.distinct("manufacturer").values_list("manufacturer", flat=True))

    @cached_property
    def submissions(self) -> frozenset[int]:
        """Submissions of others that they may see."""
        if self.reader is None:
            return frozenset()
        rows = Submission.objects.visible_to(self.reader).filter(pk__in=self.named.submissions)
        return frozenset(rows.values_list("pk", flat=True))

    @cached_property
    def contacts(self) -> frozenset[int]:
        """Contacts of these manufacturers whose details they may look at."""
        if self.reader is None:
            return frozenset()
        rows = Contact.objects.visible_to(self.reader).filter(manufacturer__in=self.named.makers)
        return frozenset(rows.values_list("pk", flat=True))

    def _entries(self) -> CPLEntryQuerySet:
        if self.reader is None:
            return CPLEntry.objects.filter(audience=Audience.ALL_PARTIES, published_on__isnull=False)
        return CPLEntry.objects.visible_to(self.reader)

    def _information(self) -> FirmwareInformationQuerySet:
        if self.reader is None:
            return FirmwareInformation.objects.filter(audience=Audience.ALL_PARTIES)
        return FirmwareInformation.objects.visible_to(self.reader)
