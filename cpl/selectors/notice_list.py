"""Notices as lists and the home page show them: each with the models that it names to this person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When, Window
from django.db.models.functions import Coalesce, TruncDate

from accounts.access import Person, can
from accounts.models import User
from accounts.permissions import ISSUE_NOTICE, ISSUE_NOTICE_AS_MANUFACTURER
from cpl.choices import InterestKind, Severity, Urgency, VersionStatus
from cpl.models import CPLEntry, ModelInterest, Notice, NoticeVersion
from cpl.querysets import OPEN_AGAINST, NoticeQuerySet

SHOWN_AT_HOME: Final = 5

SEVERITY_RANK: Final = Case(
    *(When(severity=severity, then=Value(rank)) for rank, severity in enumerate(Severity)),
    default=Value(-1),
    output_field=IntegerField(),
)
"""From the least to the most; a draft that says none comes below all."""

_URGENCY_RANK: Final = Case(
    *(
        When(urgency=urgency, then=Value(rank))
        for rank, urgency in enumerate((Urgency.ROUTINE, Urgency.SOON, Urgency.URGENT))
    ),
    default=Value(-1),
    output_field=IntegerField(),
)

PRESSING_FIRST: Final = (
    _URGENCY_RANK.desc(), SEVERITY_RANK.desc(), F("deadline").asc(nulls_last=True), F("published_at").desc(), "-pk",
)  # fmt: skip
"""The most urgent first, of those the most severe, of those the one due first."""


@dataclass(frozen=True)
class NamedIn:
    """A Device Model that a notice names, and whether it stands against a version of it."""

    name: str
    is_against: bool


@dataclass(frozen=True)
class HomeNotices:
    """Open notices for the home page; `concern` are those about models of one's own watch list or Party, `to_revise`
    those that the person wrote and should revise.
    """

    concern: list[Notice]
    others: list[Notice]
    more: int
    to_revise: list[Notice] = field(default_factory=list)


def writes_notices(person: Person) -> bool:
    """Whether the person has a role that writes notices, about any versions at all."""
    return can(person, ISSUE_NOTICE) or can(person, ISSUE_NOTICE_AS_MANUFACTURER)


def readable(person: Person) -> NoticeQuerySet:
    """The notices that this person may read, with who issued each and about whose versions."""
    return Notice.objects.visible_to(person).select_related("party", "manufacturer")


def about_watched(person: Person) -> Q:
    """A notice, of those that the person may read, stands against a version, seen by them, of a model they watch."""
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
    """For a query of notices that the person may read: that is not asked again of each of their versions."""
    against = NoticeVersion.objects.among_visible(person).filter(notice=OuterRef("pk"), status__in=OPEN_AGAINST)
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
    """The open notices that a person should meet first: those that concern them, else all; the most pressing first.

    One query, and another for whoever writes notices.
    """
    in_force = readable(person).in_force().annotate(is_concern=_concerning(person), total=Window(Count("pk")))
    found = list(in_force.order_by("-is_concern", *PRESSING_FIRST)[:SHOWN_AT_HOME])
    # `is_concern` and `total` are annotations, which Notice has no attributes for.
    rows: list[Any] = found
    concern = [notice for notice in rows if notice.is_concern]
    shown = concern or rows
    more = rows[0].total - len(shown) if rows else 0
    return HomeNotices(concern, [] if concern else rows, more, to_revise(person))


def to_revise(person: Person) -> list[Notice]:
    """The person's own notices in force that still name as fixed what was withdrawn or removed since they last said
    anything: their readers are sent to it. One query, and none for whoever writes no notices.
    """
    if not isinstance(person, User) or not writes_notices(person):
        return []
    # `information` and `gone_on` are annotations, which CPLEntry has no fields for.
    seen: Any = CPLEntry.objects.visible_to(person).with_information(person).filter(pk=OuterRef("entry"))
    gone = seen.annotate(gone_on=Coalesce("information__withdrawn_on", "removed_on")).filter(gone_on__isnull=False)
    fixed = NoticeVersion.objects.filter(notice=OuterRef("pk"), status=VersionStatus.FIXED)
    fixed = fixed.annotate(since=TruncDate("notice__revised_at"))
    unsaid = Q(Exists(gone), since__isnull=True) | Q(Exists(gone.filter(gone_on__gt=OuterRef("since"))))
    return list(readable(person).in_force().filter(_written_by(person), Exists(fixed.filter(unsaid))).order_by("pk"))


def _written_by(person: User) -> Q:
    """Notices that the person may revise: of a Party in which they issue notices, a maker's about its own versions."""
    held = {acting.party: person.permissions_in(acting.party) for acting in person.active_memberships}
    for_all = [party for party, found in held.items() if ISSUE_NOTICE in found]
    as_maker = [party for party, found in held.items() if ISSUE_NOTICE_AS_MANUFACTURER in found]
    return Q(party__in=for_all) | Q(party__in=as_maker, manufacturer__party=F("party"))
