"""How often a manufacturer's contacts were looked at: numbers by month, Party category and team, never a name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.access import Person, can
from accounts.choices import PartyCategory
from accounts.models import AuditEvent, User
from accounts.permissions import READ_EVERY_RECORD
from cpl.audit_names import CONTACT_VIEWED
from cpl.models import Contact, Manufacturer
from cpl.querysets import manufacturers_of

MONTHS: Final = 12
Numbers = list[tuple[PartyCategory, int]]


@dataclass(frozen=True)
class Look:
    """So many looks of one category at one team's contact in one month, which is named by its first day."""

    month: date
    category: str
    team: str
    number: int

    @property
    def category_words(self) -> str:
        """The category as pages write it."""
        return PartyCategory(self.category).label


@dataclass(frozen=True)
class Looks:
    """The looks of the last twelve months, the current one included."""

    found: list[Look]
    months: list[date]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(look.number for look in self.found)

    @property
    def categories(self) -> list[PartyCategory]:
        """The Party categories that looked at all, in their usual order."""
        return [category for category in PartyCategory if any(look.category == category for look in self.found)]

    def by_month(self) -> list[tuple[date, Numbers, int]]:
        """Each month, newest first: the numbers of `categories`, and their sum."""
        counted = self._counted((look.month, look.category, look.number) for look in self.found)
        return [(month, *self._row(counted, month)) for month in self.months]

    def by_team(self) -> list[tuple[str, Numbers, int]]:
        """Each team that was looked at, by name, in the same way."""
        counted = self._counted((look.team, look.category, look.number) for look in self.found)
        return [(team, *self._row(counted, team)) for team in sorted({look.team for look in self.found})]

    @staticmethod
    def _counted(rows: Iterable[tuple[date | str, str, int]]) -> Counter[tuple[date | str, str]]:
        counted: Counter[tuple[date | str, str]] = Counter()
        for key, category, number in rows:
            counted[key, category] += number
        return counted

    def _row(self, counted: Counter[tuple[date | str, str]], key: date | str) -> tuple[Numbers, int]:
        numbers = [(category, counted[key, category]) for category in self.categories]
        return numbers, sum(number for _, number in numbers)


def countable_by(person: Person) -> list[Manufacturer]:
    """The manufacturers whose numbers this person may see: their own; for SECAS and auditors all that have contacts."""
    if can(person, READ_EVERY_RECORD):
        return list(Manufacturer.objects.filter(contacts__isnull=False).distinct())
    return list(Manufacturer.objects.filter(pk__in=manufacturers_of(person))) if isinstance(person, User) else []


def may_count(person: Person, manufacturer: Manufacturer) -> bool:
    """Whether this person may see the numbers of this manufacturer."""
    own = isinstance(person, User) and manufacturer.pk in manufacturers_of(person)
    return own or can(person, READ_EVERY_RECORD)


def looks_at(manufacturer: Manufacturer) -> Looks:
    """Looks at this manufacturer's contacts by others than its own people. Two queries.

    Counted by contact, not by the manufacturer's name, which may have changed since.
    """
    months = _last_months(timezone.localdate())
    teams = {str(contact.pk): str(contact) for contact in Contact.objects.filter(manufacturer=manufacturer)}
    since = timezone.make_aware(datetime.combine(months[-1], datetime.min.time()))
    events = AuditEvent.objects.filter(
        name=CONTACT_VIEWED, object_type="cpl.contact", object_key__in=teams, at__gte=since, details__own=False
    )
    rows = events.annotate(month=TruncMonth("at")).order_by().values_list("month", "party_category", "object_key")
    found = [
        Look(month.date(), category, teams[key], number)
        for month, category, key, number in rows.annotate(number=Count("pk"))
    ]
    return Looks(sorted(found, key=lambda look: (look.month, look.category, look.team), reverse=True), months)


def _last_months(today: date) -> list[date]:
    """First days of the last months, newest first."""
    count = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(count, count - MONTHS, -1)]
