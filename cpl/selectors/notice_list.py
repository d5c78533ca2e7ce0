"""Notices as lists and the home page show them: each with the models that it names to this person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When, Window

from accounts.access import Person, can
from accounts.models import User
from accounts.permissions import ISSUE_NOTICE, ISSUE_NOTICE_AS_MANUFACTURER
from cpl.choices import InterestKind, Severity
from cpl.models import ModelInterest, Notice, NoticeVersion
from cpl.querysets import OPEN_AGAINST, NoticeQuerySet

SHOWN_AT_HOME: Final = 5

SEVERITY_RANK: Final = Case(
    *(When(severity=severity, then=Value(rank)) for rank, severity in enumerate(Severity)),
    default=Value(-1),
    output_field=IntegerField(),
)
"""From the least to the most; a draft that says none comes below all."""


@dataclass(frozen=True)
class NamedIn:
    """A Device Model that a notice names, and whether it stands against a version of it."""

    name: str
    is_against: bool


@dataclass(frozen=True)
class HomeNotices:
    """Open notices for the home page; `concern` are those about models of one's own watch list or Party."""

    concern: list[Notice]
    others: list[Notice]
    more: int


def writes_notices(person: Person) -> bool:
    """Whether the person has a role that writes notices, about any versions at all."""
    return can(person, ISSUE_NOTICE) or can(person, ISSUE_NOTICE_AS_MANUFACTURER)


def readable(person: Person) -> NoticeQuerySet:
    """The notices that this person may read, with who issued each and about whose versions."""
    return Notice.objects.visible_to(person).select_related("party", "manufacturer")


def about_watched(person: Person) -> Q:
    """A notice stands against a version, seen by the person, of a model that they watch."""
    watched = ModelInterest.objects.visible_to(person).filter(kind=InterestKind.WATCHED)
    return Q(_stands_against(person, Exists(watched.filter(device_model=OuterRef("entry__device_model")))))


def _concerning(person: User) -> Exists:
    """…of a model that they watch, or that somebody of their Party has checked."""
    own = ModelInterest.objects.visible_to(person).filter(device_model=OuterRef("entry__device_model"))
    of_party = ModelInterest.objects.of_parties_of(person).filter(
        device_model=OuterRef("entry__device_model"), kind=InterestKind.CHECKED
    )
    return _stands_against(person, Q(Exists(own)) | Q(Exists(of_party)))


def _stands_against(person: Person, condition: Exists | Q) -> Exists:
    against = NoticeVersion.objects.visible_to(person).filter(notice=OuterRef("pk"), status__in=OPEN_AGAINST)
    return Exists(against.filter(condition))


def models_named(person: Person, notices: Iterable[Notice]) -> dict[int, list[NamedIn]]:
    """The models that each of these notices names, as far as the person sees them, by name. One query."""
    rows = NoticeVersion.objects.visible_to(person).filter(notice__in=[notice.pk for notice in notices])
    said = rows.order_by().values_list("notice_id", "entry__device_model_id", "entry__model_name", "status").distinct()
    found: dict[int, dict[int, NamedIn]] = defaultdict(dict)
    for notice, model, name, status in said:
        before = found[notice].get(model)
        found[notice][model] = NamedIn(name, status in OPEN_AGAINST or bool(before and before.is_against))
    return {notice: sorted(named.values(), key=lambda one: one.name) for notice, named in found.items()}


def for_home(person: User) -> HomeNotices:
    """The open notices that a person should meet first: those that concern them, else the newest. One query."""
    in_force = readable(person).in_force().annotate(is_concern=_concerning(person), total=Window(Count("pk")))
    found = list(in_force.order_by("-is_concern", "-published_at")[:SHOWN_AT_HOME])
    # `is_concern` and `total` are annotations, which Notice has no attributes for.
    rows: list[Any] = found
    concern = [notice for notice in rows if notice.is_concern]
    shown = concern or rows
    return HomeNotices(concern, [] if concern else rows, rows[0].total - len(shown) if rows else 0)
