"""What the queue can be narrowed by."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from accounts.access import can
from accounts.models import Party, User
from accounts.permissions import MODERATE, PUBLISH
from cpl.admin.register import person
from cpl.choices import Confirmation, SubmissionKind, SubmissionState
from cpl.models import Manufacturer, Submission, SubmissionBatch
from cpl.selectors import queue
from cpl.workflow import OPEN, WITH_SECAS

Submissions = QuerySet[Submission, Any]
Choices = list[tuple[str, str]]

ALL, STILL_OPEN = "all", "open"
DECIDE, TO_PUBLISH, OTHERS, SECAS = "decide", "publish", "others", "secas"
_UNDECIDED: Final = Q(state__in=(SubmissionState.SUBMITTED, SubmissionState.RESUBMITTED))
_AWAITS_MAKER: Final = _UNDECIDED & Q(confirmation=Confirmation.WAITING)
_WAITING: Final = {
    DECIDE: ("To decide", _UNDECIDED & ~_AWAITS_MAKER),
    TO_PUBLISH: ("To publish", Q(state=SubmissionState.ACCEPTED)),
    OTHERS: ("Waiting for others", Q(state=SubmissionState.QUERIED) | _AWAITS_MAKER),
    SECAS: ("Waiting for SECAS", Q(state__in=WITH_SECAS)),
}
"""Whose step is next: the views of the queue, by the word in their address."""
_MOST_OFFERED: Final = 200
"""Records in a list to choose from: a longer one is narrowed better by searching for the name."""


def views_for(by: User) -> list[tuple[str, str]]:
    """The views of the queue, the person's own step first: word in the address, and title."""
    own = usual_view(by)
    names = dict.fromkeys([own, DECIDE, TO_PUBLISH, OTHERS, SECAS])
    return [(name, _WAITING[name][0]) for name in names]


def usual_view(by: User) -> str:
    """What the person sees who asks for nothing: the own step, and who has none all that waits for SECAS."""
    return DECIDE if can(by, MODERATE) else TO_PUBLISH if can(by, PUBLISH) else SECAS


def waiting_in(name: str, submissions: Submissions, now: datetime) -> tuple[int, int]:
    """How many stand in a view of the queue, and how many of them are past their target."""
    found = submissions.filter(_WAITING[name][1]).order_by()
    return found.count(), found.filter(queue.late(now)).count()


class StateFilter(DropdownFilter):
    """Where submissions stand: the person's own step where nothing is asked for, else what waits for SECAS."""

    title, parameter_name = "state", "state"
    all_option = ["", "As usual"]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """All open ones, each state, and all there are."""
        states = [(state.value, str(state.label)) for state in SubmissionState]
        waiting = [(name, title) for name, (title, _) in _WAITING.items()]
        return [*waiting, (STILL_OPEN, "Not ended yet"), *states, (ALL, "Every state")]

    def queryset(self, request: HttpRequest, queryset: Submissions) -> Submissions:
        """Submissions there."""
        chosen = self.value() or ""
        if chosen == ALL:
            return queryset
        if not chosen:
            chosen = SECAS if _asks(request) else usual_view(person(request))
        if chosen in _WAITING:
            return queryset.filter(_WAITING[chosen][1])
        return queryset.filter(state__in=OPEN if chosen == STILL_OPEN else {chosen})


def _asks(request: HttpRequest) -> bool:
    """Whether the address narrows or searches the queue by anything: then all that waits for SECAS is meant."""
    return any(value for name, value in request.GET.items() if name not in ("p", "all", "e", "o"))


class _ByColumn(DropdownFilter):
    """One value of a column of choices."""

    labels: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Each choice."""
        return [(choice.value, str(choice.label)) for choice in self.labels]

    def queryset(self, request: HttpRequest, queryset: Submissions) -> Submissions:
        """Submissions with that value."""
        chosen = self.value()
        return queryset.filter(**{str(self.parameter_name): chosen}) if chosen else queryset


class KindFilter(_ByColumn):
    """What is asked for."""

    title, parameter_name, labels = "kind", "kind", SubmissionKind


class ConfirmationFilter(_ByColumn):
    """Whether the manufacturer stands by it."""

    title, parameter_name, labels = "confirmation by the manufacturer", "confirmation", Confirmation


class HolderFilter(DropdownFilter):
    """Who holds it."""

    title, parameter_name = "held by", "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """I, nobody, somebody else."""
        return [("me", "Me"), ("nobody", "Nobody"), ("others", "Somebody else")]

    def queryset(self, request: HttpRequest, queryset: Submissions) -> Submissions:
        """Submissions held so."""
        mine = Q(held_by=person(request))
        nobody = Q(held_by__isnull=True)
        held = {"me": mine, "nobody": nobody, "others": ~mine & ~nobody}.get(self.value() or "")
        return queryset.filter(held) if held is not None else queryset


class LateFilter(DropdownFilter):
    """Whether its target has passed."""

    title, parameter_name = "target", "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Late, or in time."""
        return [("yes", "Late"), ("no", "In time")]

    def queryset(self, request: HttpRequest, queryset: Submissions) -> Submissions:
        """Late ones, or the others."""
        is_late = queue.late(timezone.now())
        chosen = {"yes": is_late, "no": ~is_late}.get(self.value() or "")
        return queryset.filter(chosen) if chosen is not None else queryset


class ProblemFilter(DropdownFilter):
    """Whether the named checks stand against it."""

    title, parameter_name = "problems", "problems"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Any, blocking, advising, none."""
        return [(name, words) for name, (words, _) in queue.PROBLEMS.items()]

    def queryset(self, request: HttpRequest, queryset: Submissions) -> Submissions:
        """Submissions with such problems open."""
        _, chosen = queue.PROBLEMS.get(self.value() or "", ("", None))
        return queryset.filter(chosen) if chosen is not None else queryset


class _ByRecord(DropdownFilter):
    """One record that submissions refer to; only such records are offered."""

    rows: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Records to which any submission refers."""
        refers = Submission.objects.filter(**{str(self.parameter_name): OuterRef("pk")})
        return [(str(row.pk), str(row)) for row in self.rows().filter(Exists(refers))[:_MOST_OFFERED]]

    def has_output(self) -> bool:
        """Always: an address that asks for a record must not list everything where there is none to choose."""
        return True

    def queryset(self, request: HttpRequest, queryset: Submissions) -> Submissions:
        """Submissions that refer to it; what is no number names none."""
        chosen = self.value()
        if not chosen:
            return queryset
        is_key = chosen.isascii() and chosen.isdecimal() and len(chosen) <= 18
        return queryset.filter(**{str(self.parameter_name): chosen}) if is_key else queryset.none()


class PartyFilter(_ByRecord):
    """Whose it is."""

    title, parameter_name = "Party", "party"

    def rows(self) -> Any:
        """By name."""
        return Party.objects.order_by("name")


class ManufacturerFilter(_ByRecord):
    """Whose product it is about."""

    title, parameter_name = "manufacturer", "manufacturer"

    def rows(self) -> Any:
        """By name."""
        return Manufacturer.objects.order_by("name")


class BatchFilter(_ByRecord):
    """The spreadsheet it came in."""

    title, parameter_name = "spreadsheet", "batch"

    def rows(self) -> Any:
        """The newest first."""
        return SubmissionBatch.objects.order_by("-pk")


FILTERS: Final = [
    StateFilter, KindFilter, HolderFilter, LateFilter, PartyFilter, ManufacturerFilter, ProblemFilter,
    ConfirmationFilter, BatchFilter,
]  # fmt: skip
