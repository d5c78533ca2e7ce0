"""Watching the Device Models of an estate check all at once, and taking that back.

As in `cpl.actions.interest` none of it is an audit event: what somebody watches is nobody else's business.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cpl.actions.estate.may import require_estate
from cpl.actions.interest import MOST_WATCHED, hold_lists
from cpl.choices import InterestKind
from cpl.models import EstateCheck, ModelInterest
from cpl.selectors.estate.watchable import models_of, watched_by


@transaction.atomic
def watch_found(*, check: EstateCheck, by: User, began: datetime | None = None) -> tuple[int, int]:
    """Watch, for the Party of the check, every Device Model of it that its Party may see and the person watches not
    yet, as many as one person may watch; those of which the estate has most devices first.

    Returns how many are watched now that were not before, and how many are left for want of room. All of them begin at
    one moment, now unless `began` is given, by which `unwatch_found` takes them back. Raises Forbidden unless `by` may
    check estates of the Party.
    """
    require_estate(by, check.party_id)
    hold_lists([by.pk])
    watched = set(watched_by(by).values_list("device_model", flat=True))
    missing = [model for model in _by_devices(check, by) if model not in watched]
    new = missing[: max(MOST_WATCHED - len(watched), 0)]
    _watch(new, check, by, began or timezone.now())
    return len(new), len(missing) - len(new)


def _by_devices(check: EstateCheck, by: User) -> list[int]:
    """The models that may be seen, most devices first."""
    devices: dict[int, int] = {}
    for model, number in check.answers.order_by().filter(model__isnull=False).values_list("model", "devices"):
        devices[model] = devices.get(model, 0) + number
    visible = models_of(by, check).order_by("pk").values_list("pk", flat=True)
    return sorted(visible, key=lambda model: -devices.get(model, 0))


def _watch(models: Sequence[int], check: EstateCheck, by: User, began: datetime) -> None:
    ModelInterest.objects.bulk_create(
        [
            ModelInterest(
                device_model_id=model, party_id=check.party_id, person=by, kind=InterestKind.WATCHED, last_at=began
            )
            for model in models
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def unwatch_found(*, check: EstateCheck, began: datetime, by: User) -> int:
    """Watch no more what `watch_found` began at that moment; what the person watched before stays watched.

    Returns how many models. Raises Forbidden unless `by` may check an estate for the Party.
    """
    require_estate(by, check.party_id)
    models = check.answers.order_by().values("model")
    taken, _ = watched_by(by).filter(party=check.party_id, last_at=began, device_model__in=models).delete()
    return taken
