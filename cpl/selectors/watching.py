"""The Device Models that a person watches, and what happened to each since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Min
from django.utils import timezone

from accounts.access import Person
from cpl.choices import InterestKind
from cpl.models import DeviceModel, ModelInterest
from cpl.selectors.notices import OpenNotice, OpenNotices
from cpl.selectors.versions import Version


@dataclass(frozen=True)
class Since:
    """What happened to a model's versions from a day on, as far as the person sees."""

    day: date
    published: list[Version]
    removed: list[Version]
    withdrawn: list[Version]

    @property
    def told(self) -> list[str]:
        """In words, with numbers; nothing where nothing happened."""
        counts = (
            (len(self.published), "published"),
            (len(self.withdrawn), "withdrawn by its manufacturer"),
            (len(self.removed), "removed"),
        )
        return [f"{number} {words}" for number, words in counts if number]


def watched_models(person: Person) -> dict[int, date]:
    """Keys of the models that the person watches and may see, by name, with the day on which they began."""
    own = ModelInterest.objects.visible_to(person).filter(kind=InterestKind.WATCHED)
    began = dict(own.order_by().values_list("device_model").annotate(Min("since")))
    visible = DeviceModel.objects.visible_to(person).filter(pk__in=began)
    keys = visible.order_by("name", "manufacturer__name", "pk").values_list("pk", flat=True)
    return {key: timezone.localdate(began[key]) for key in keys}


def happened_since(day: date, versions: Iterable[Version]) -> Since:
    """What the versions say happened on that day or after."""
    every = list(versions)
    return Since(
        day,
        [one for one in every if one.published_on and one.published_on >= day],
        [one for one in every if one.removed_on and one.removed_on >= day],
        [one for one in every if one.withdrawn_on and one.withdrawn_on >= day],
    )


def notices_of(notices: OpenNotices, versions: Sequence[Version]) -> list[OpenNotice]:
    """The open notices that name one of these versions, each once, the newest first: what stands against one first."""
    found: Mapping[int, OpenNotice] = {
        notice.pk: notice
        for version in versions
        for notice in sorted(notices.on(version.pk), key=lambda notice: notice.is_against)
    }
    return sorted(found.values(), key=lambda notice: -notice.pk)
