"""Watching Device Models, and remembering which were checked, so that whoever is concerned can be told.

None of it is written into the audit events: what a Party watches or checks is nobody else's business, and the audit
events have readers.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.access import Forbidden, can
from accounts.choices import PartyCategory
from accounts.models import Membership, User
from accounts.permissions import READ_REPOSITORY
from cpl.choices import InterestKind
from cpl.models import DeviceModel, EstateFeed, ModelInterest

MOST_WATCHED: Final = 2_000
"""Models that one person may watch: more than any supplier has, and few enough for one page and one letter."""

_BODIES: Final = (PartyCategory.SECAS, PartyCategory.SSC, PartyCategory.AUDITOR)
"""Who looks at everybody's models and has no device in any house: a look of theirs concerns nobody."""

_LISTS: Final = 0x77617463 << 32
"""Where the numbers of locks on watch lists begin; beside a person's key nothing else of the portal is up there."""

_KEY: Final = ["device_model", "party", "person", "kind"]


class TooManyWatchedError(Exception):
    """The person watches as many models as one person may."""

    def __init__(self) -> None:
        super().__init__(
            f"You watch {MOST_WATCHED:,} Device Models, which is the most one person can. Stop watching one first."
        )


def hold_lists(people: Iterable[int]) -> None:
    """Until the transaction ends nobody else adds to the watch lists of these people, by their keys: two who add at
    once must not get past the limit together.

    Not by the people's own rows: a check may add to the lists of many colleagues, and their pages write to those rows
    and must not wait for it. Whoever holds several lists asks for all of them here at once: always in one order, so
    that of two nobody waits for who waits for them.
    """
    with connection.cursor() as cursor:
        for person in sorted(people):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LISTS + person])


@transaction.atomic
def watch(*, model: DeviceModel, by: User) -> None:
    """Tell the person from now on what happens to the model; watching it twice is watching it once.

    For each Party that they act for, so that a notice for the concerned reaches whichever of them it concerns. The
    caller found the model by `visible_to`. Raises Forbidden, TooManyWatchedError.
    """
    if not can(by, READ_REPOSITORY):
        raise Forbidden(READ_REPOSITORY)
    hold_lists([by.pk])
    others = ModelInterest.objects.visible_to(by).filter(kind=InterestKind.WATCHED).exclude(device_model=model)
    if others.values("device_model").distinct().count() >= MOST_WATCHED:
        raise TooManyWatchedError
    parties = sorted({acting.party for acting in by.active_memberships})
    rows = [_row(model.pk, party, by, InterestKind.WATCHED) for party in parties]
    ModelInterest.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def unwatch(*, model: DeviceModel, by: User) -> None:
    """Tell the person no more; nothing happens where they do not watch it. Raises Forbidden."""
    if not can(by, READ_REPOSITORY):
        raise Forbidden(READ_REPOSITORY)
    ModelInterest.objects.visible_to(by).filter(device_model=model, kind=InterestKind.WATCHED).delete()


def note_check(*, model: DeviceModel, by: User) -> None:
    """Remember that the person asked for the way from a version of the model, for each Party they act for.

    Written at most once a day. Nothing for whoever acts for no Party, or only for SECAS, the SSC or the auditors. The
    caller found the model by `visible_to`.
    """
    note_checks(models=[model.pk], by=by)


@transaction.atomic
def note_checks(*, models: Iterable[int], by: User) -> None:
    """The same of many models by their keys; two queries however many. For one Party alone, give `acting_for` it."""
    keys = sorted(set(models))
    parties = sorted({acting.party for acting in by.active_memberships if acting.category not in _BODIES})
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    own = ModelInterest.objects.filter(person=by, device_model__in=keys, kind=InterestKind.CHECKED, last_at__gte=today)
    noted = set(own.values_list("device_model", "party"))
    missing = [(key, party) for key in keys for party in parties if (key, party) not in noted]
    if missing:
        ModelInterest.objects.bulk_create(
            [_row(key, party, by, InterestKind.CHECKED) for key, party in missing],
            update_conflicts=True, update_fields=["last_at"], unique_fields=_KEY,
        )  # fmt: skip


def _row(model: int, party: int, person: User, kind: InterestKind) -> ModelInterest:
    return ModelInterest(device_model_id=model, party_id=party, person=person, kind=kind, last_at=timezone.now())


@transaction.atomic
def forget(*, now: datetime) -> int:
    """Forget checks older than CHECKED_MODELS_DAYS, and whatever somebody watched or checked, or chose about their
    watch list, for a Party that they act for no more; returns how many were.
    """
    oldest = now - timedelta(days=settings.CHECKED_MODELS_DAYS)
    checks, _ = ModelInterest.objects.filter(kind=InterestKind.CHECKED, last_at__lt=oldest).delete()
    acts = Membership.objects.filter(user=OuterRef("person"), party=OuterRef("party"))
    left, _ = ModelInterest.objects.filter(~Exists(acts)).delete()
    choices, _ = EstateFeed.objects.filter(~Exists(acts)).delete()
    return checks + left + choices
