"""The Device Models of an estate check, and which of them a person watches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, QuerySet

from accounts.access import acting_for
from accounts.models import User
from cpl.choices import InterestKind
from cpl.models import DeviceModel, EstateAnswer, EstateCheck, ModelInterest

BATCHES_SHOWN: Final = 5
"""How many presses of the button, of this check or another, can be taken back: the last ones."""


@dataclass(frozen=True)
class Batch:
    """Models of the check that the person began to watch at one moment: with one press of a button, or when the check
    was done and fed their list (`is_fed`).
    """

    began: datetime
    models: int
    is_fed: bool = False


@dataclass(frozen=True)
class Watchable:
    """How many Device Models of a check are known here, how many of them are watched, and what can be taken back."""

    known: int
    watched: int
    batches: list[Batch]

    @property
    def rest(self) -> int:
        """How many are not watched yet."""
        return self.known - self.watched


def models_of(person: User, check: EstateCheck) -> QuerySet[DeviceModel]:
    """The Device Models of the check that its Party may see today."""
    named = EstateAnswer.objects.order_by().filter(estate_check=check, model__isnull=False).values("model")
    return DeviceModel.objects.visible_to(acting_for(person, check.party_id)).filter(pk__in=named)


def watchable(person: User, check: EstateCheck) -> Watchable:
    """Three queries, however many models there are."""
    models = models_of(person, check)
    own = watched_by(person).filter(device_model__in=models.values("pk"))
    return Watchable(models.count(), own.values("device_model").distinct().count(), _batches(own, check))


def _batches(own: QuerySet[ModelInterest], check: EstateCheck) -> list[Batch]:
    """What the check fed, however little and long ago; of the rest what was begun together last."""
    moments = own.values_list("last_at").annotate(number=Count("device_model", distinct=True)).order_by("-last_at")
    batches = [Batch(began, models, began == check.finished_at) for began, models in moments]
    pressed = [batch for batch in batches if batch.models > 1 and not batch.is_fed][:BATCHES_SHOWN]
    return [batch for batch in batches if batch.is_fed or batch in pressed]


def watched_by(person: User) -> QuerySet[ModelInterest]:
    """What the person watches: their own, and nobody else's."""
    return ModelInterest.objects.visible_to(person).filter(kind=InterestKind.WATCHED).order_by()
