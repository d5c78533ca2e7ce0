"""Watching the Device Models of an estate check all at once, and taking that back.

As in `cpl.actions.interest` none of it is an audit event: what somebody watches is nobody else's business.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from cpl.actions.estate.may import require_estate
from cpl.actions.interest import MOST_WATCHED, hold_lists
from cpl.choices import InterestKind
from cpl.models import EstateCheck
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
    return watch_models(found_in(check, by), check=check, by=by, began=began or timezone.now())


def watch_models(models: Sequence[int], *, check: EstateCheck, by: User, began: datetime) -> tuple[int, int]:
    """The same with what `found_in` gave, by whoever settled that the person may and holds their list."""
    watched = set(watched_by(by).values_list("device_model", flat=True))
    missing = [model for model in models if model not in watched]
    new = missing[: max(MOST_WATCHED - len(watched), 0)]
    _watch(new, check, by, began)
    return len(new), len(missing) - len(new)


def found_in(check: EstateCheck, person: User) -> list[int]:
    """The models of the check that its Party may see, most devices first; the same for all who have the person's roles
    in it.
    """
    known = check.answers.order_by().filter(model__isnull=False).values_list("model")
    devices = dict(known.annotate(Sum("devices")))
    visible = models_of(person, check).order_by("pk").values_list("pk", flat=True)
    return sorted(visible, key=lambda model: -devices.get(model, 0))


_WATCH: Final = """
INSERT INTO cpl_modelinterest (device_model_id, party_id, person_id, kind, since, last_at)
SELECT model, %s, %s, %s, %s, %s FROM unnest(%s::bigint[]) WITH ORDINALITY AS found (model, place) ORDER BY place
ON CONFLICT DO NOTHING
"""
"""By keys alone: made of objects, 2,000 models for each of 41 people took five times as long (5 s instead of 1 s)."""


def _watch(models: Sequence[int], check: EstateCheck, by: User, began: datetime) -> None:
    with connection.cursor() as cursor:
        kind = InterestKind.WATCHED.value
        cursor.execute(_WATCH, [check.party_id, by.pk, kind, timezone.now(), began, list(models)])


@transaction.atomic
def unwatch_found(*, check: EstateCheck, began: datetime, by: User) -> int:
    """Watch no more what `watch_found` began at that moment; what the person watched before stays watched.

    Returns how many models. Raises Forbidden unless `by` may check an estate for the Party.
    """
    require_estate(by, check.party_id)
    models = check.answers.order_by().values("model")
    taken, _ = watched_by(by).filter(party=check.party_id, last_at=began, device_model__in=models).delete()
    return taken
