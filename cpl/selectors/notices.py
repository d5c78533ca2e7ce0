"""Open notices as they bear on versions: which stand against one, and how urgent it is to get away from it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from django.urls import reverse

from accounts.access import Person
from cpl.choices import NoticeKind, NoticeState, Severity, Urgency, VersionStatus
from cpl.models import NoticeVersion
from cpl.models.notice import notice_reference
from cpl.querysets import OPEN_AGAINST


class OpenNotice(NamedTuple):
    """What one open notice says of one version."""

    pk: int
    entry: int
    status: str
    words: str
    title: str
    kind: str
    severity: str
    urgency: str
    deadline: date | None

    @property
    def reference(self) -> str:
        """What people call it: N-000017."""
        return notice_reference(self.pk)

    @property
    def kind_words(self) -> str:
        """Fault or vulnerability."""
        return str(NoticeKind(self.kind).label)

    @property
    def status_words(self) -> str:
        """The status in words."""
        return str(VersionStatus(self.status).label)

    @property
    def is_against(self) -> bool:
        """Whether it stands against the version: affected, or under investigation."""
        return self.status in OPEN_AGAINST

    def get_absolute_url(self) -> str:
        """The page of the notice."""
        return reverse("cpl:notice", args=[self.pk])


@dataclass(frozen=True)
class OpenNotices:
    """The open notices about some versions that one person may read.

    `unread` are the versions that the person may see and against which one stands that is told to others, who are
    concerned. That keeps a version from being recommended; nothing of it is shown or counted.
    """

    by_version: Mapping[int, list[OpenNotice]] = field(default_factory=dict)
    unread: frozenset[int] = frozenset()

    def on(self, entry: int) -> list[OpenNotice]:
        """What open notices say of a version, whatever its status."""
        return self.by_version.get(entry, [])

    def against(self, entry: int) -> list[OpenNotice]:
        """Those that stand against it."""
        return [notice for notice in self.on(entry) if notice.is_against]

    def stand_against(self, entry: int) -> bool:
        """Whether any stands against it, one that the person may not read included."""
        return entry in self.unread or bool(self.against(entry))

    def to_leave(self, entry: int, to: int) -> OpenNotice | None:
        """The notice that makes it most urgent to upgrade from one version to another; of such, the first due.

        It says that the first is affected, and says nothing against the second.
        """
        still = {notice.pk for notice in self.against(to)}
        left = [one for one in self.on(entry) if one.status == VersionStatus.AFFECTED and one.pk not in still]
        return min(left, key=_first_to_heed, default=None)


NONE_OPEN: Final = OpenNotices()
URGENCIES: Final = (Urgency.ROUTINE.value, Urgency.SOON.value, Urgency.URGENT.value)
"""From the least to the most."""


_TOLD: Final = (
    "notice_id", "entry_id", "status", "words", "notice__title", "notice__kind", "notice__severity",
    "notice__urgency", "notice__deadline",
)  # fmt: skip


def _first_to_heed(notice: OpenNotice) -> tuple[int, date, int]:
    """The most urgent first; of those the one due first, then the most severe."""
    severity = Severity.values.index(notice.severity)
    return -URGENCIES.index(notice.urgency), notice.deadline or date.max, -severity


def open_notices(person: Person, models: Iterable[int]) -> OpenNotices:
    """The open notices about versions of these Device Models that this person may see. One query."""
    rows = NoticeVersion.objects.among_visible(person).of_models(models).filter(notice__state=NoticeState.PUBLISHED)
    found: dict[int, list[OpenNotice]] = defaultdict(list)
    unread = set()
    for *told, readable in rows.with_readable(person).order_by("-notice_id").values_list(*_TOLD, "readable"):
        notice = OpenNotice._make(told)
        if readable:
            found[notice.entry].append(notice)
        elif notice.is_against:
            unread.add(notice.entry)
    return OpenNotices(dict(found), frozenset(unread))
