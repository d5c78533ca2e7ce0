"""What the register of audit events can be narrowed by."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RangeDateFilter, TextFilter

from accounts import audit_search
from accounts.audit_words import NAMESPACES, WORDS
from accounts.models import AuditEvent

Events = QuerySet[AuditEvent]
Choices = list[tuple[str, str]]


class EventFilter(DropdownFilter):
    """One event, or all of one kind."""

    title, parameter_name = "event", "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Each kind, and below it its events."""
        return [choice for space, label in NAMESPACES.items() for choice in self._of(space, label)]

    @staticmethod
    def _of(space: str, label: str) -> Choices:
        events = [(name, f"– {words}") for name, words in WORDS.items() if name.startswith(f"{space}.")]
        return [(f"{space}.", f"{label}: all"), *events]

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        """Names are listed one by one, since an index serves that and not the beginning of a name."""
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(name__in=[name for name in {*WORDS, chosen} if name.startswith(chosen)])


class KindFilter(DropdownFilter):
    """The kind of record an event is about."""

    title, parameter_name = "kind of object", "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Every kind of record that this person may look up here."""
        registers = model_admin.admin_site._registry.items()
        shown = [model._meta for model, register in registers if register.has_view_permission(request)]
        return sorted(((meta.label_lower, str(meta.verbose_name)) for meta in shown), key=_by_label)

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        """Events about records of this kind."""
        kind = self.value()
        return queryset.filter(~Q(object_key=""), object_type=kind) if kind else queryset


def _by_label(choice: tuple[str, str]) -> str:
    return choice[1].lower()


class PeriodFilter(RangeDateFilter):
    """From the beginning of one day to the end of another."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.title = "period"

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        """Days are days here, not in UTC; what is no date limits nothing."""
        first, last = self._day("from"), self._day("to")
        if first:
            queryset = queryset.filter(at__gte=_moment(first, time.min))
        return queryset.filter(at__lte=_moment(last, time.max)) if last else queryset

    def _day(self, end: str) -> Any:
        return _day(str(self.used_parameters.get(f"{self.parameter_name}_{end}") or ""))


def _day(typed: str) -> Any:
    try:
        # As a person writes it here, or as the address of a page has it.
        return datetime.strptime(typed, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return _iso(typed)


def _iso(typed: str) -> Any:
    try:
        return parse_date(typed)
    except ValueError:
        return None


def _moment(day: Any, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


class DoorFilter(ChoicesDropdownFilter):
    """One door."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.title = "door"


class PersonFilter(TextFilter):
    """Exactly one person."""

    title, parameter_name = "person (e-mail address)", "who"

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        """What this person did."""
        typed = self.value()
        return queryset.filter(actor=typed.strip().lower()) if typed else queryset


class PartyFilter(TextFilter):
    """Exactly one Party."""

    title, parameter_name = "Party", "party"

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        """What was done as this Party."""
        typed = self.value()
        return queryset.filter(party__iexact=typed.strip()) if typed else queryset


class AddressFilter(TextFilter):
    """Exactly one network address."""

    title, parameter_name = "network address", "address"

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        """What came from there."""
        typed = self.value()
        return queryset.filter(audit_search.of_address(typed)) if typed else queryset


class ObjectFilter(TextFilter):
    """Exactly one record."""

    title, parameter_name = "object (kind:key)", "object"

    def queryset(self, request: HttpRequest, queryset: Events) -> Events:
        """What was done to it."""
        typed = self.value()
        return queryset.filter(audit_search.about(typed)) if typed else queryset


_IS_OBJECT = re.compile(r"\w+\.\w+:.+")
_READ_BY: dict[str, tuple[Callable[[str], Any], str]] = {
    "at_from": (_day, "Period, from: “{}” is no day, so it limits nothing. Write it as 22/11/2026."),
    "at_to": (_day, "Period, to: “{}” is no day, so it limits nothing. Write it as 22/11/2026."),
    "address": (audit_search.is_address, "Network address: “{}” is none. Write it whole, such as 203.0.113.9."),
    "object": (_IS_OBJECT.fullmatch, "Object: “{}” is none. Write kind and key, such as accounts.party:12."),
}


def unreadable(typed: Mapping[str, str]) -> list[str]:
    """What cannot be read of the filters that were typed: the filter, and how it is written."""
    given = {name: typed.get(name, "").strip() for name in _READ_BY}
    return [
        words.format(given[name]) for name, (reads, words) in _READ_BY.items() if given[name] and not reads(given[name])
    ]
