"""Open notices as they bear on versions: which stand against one, and how urgent it is to get away from it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from django.urls import reverse

from accounts.access import Person
from cpl.choices import NoticeKind, NoticeState, Urgency, VersionStatus
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
    """The open notices about some versions that one person may read."""

    by_version: Mapping[int, list[OpenNotice]] = field(default_factory=dict)

    def on(self, entry: int) -> list[OpenNotice]:
        """What open notices say of a version, whatever its status."""
        return self.by_version.get(entry, [])

    def against(self, entry: int) -> list[OpenNotice]:
        """Those that stand against it."""
        return [notice for notice in self.on(entry) if notice.is_against]

    def to_leave(self, entry: int, to: int) -> OpenNotice | None:
        """The notice that makes it most urgent to upgrade from one version to another.

        It says that the first is affected, and says nothing against the second.
        """
        still = {notice.pk for notice in self.against(to)}
        left = [one for one in self.on(entry) if one.status == VersionStatus.AFFECTED and one.pk not in still]
        return max(left, key=lambda one: URGENCIES.index(one.urgency), default=None)


NONE_OPEN: Final = OpenNotices()
URGENCIES: Final = (Urgency.ROUTINE.value, Urgency.SOON.value, Urgency.URGENT.value)
"""From the least to the most."""


def open_notices(person: Person, models: Iterable[int]) -> OpenNotices:
    """The open notices that this person may read, by version of these Device Models. One query."""
    rows = NoticeVersion.objects.visible_to(person).of_models(models).filter(notice__state=NoticeState.PUBLISHED)
    found: dict[int, list[OpenNotice]] = defaultdict(list)
    for row in rows.order_by("-notice_id").values_list(
        "notice_id", "entry_id", "status", "words", "notice__title", "notice__kind", "notice__severity",
        "notice__urgency", "notice__deadline",
    ):  # fmt: skip
        found[row[1]].append(OpenNotice._make(row))
    return OpenNotices(dict(found))
