"""How long the estate checks of a Party are kept, and the columns that are remembered for it.

What an estate holds is in no audit event: that a check was deleted, or the number of days changed, is.
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import DateField, F, Func, Value
from django.db.models.functions import Least, TruncDate
from django.utils import timezone

from accounts import audit
from accounts.access import Forbidden
from accounts.models import User
from accounts.permissions import MANAGE_PARTY
from cpl import audit_names
from cpl.actions.estate.may import hold_party, keeps, require_estate
from cpl.models import EstateCheck, EstateColumns, EstatePreference

FEWEST_DAYS: Final = 1
MOST_DAYS: Final = 3660
"""As the database has it."""


def days_kept(party: int) -> int:
    """For how many days a check of this Party is kept."""
    own = EstatePreference.objects.filter(pk=party).values_list("keep_days", flat=True).first()
    return own or settings.ESTATE_KEEP_DAYS


def keep_until(party: int, today: date, counted: datetime | None = None) -> date:
    """The last day of a check that this Party begins today: by the day on which its devices were counted, where that
    is long ago, but not before tomorrow. Made again and again, counts are kept no longer than the Party wants.
    """
    first = timezone.localdate(counted) if counted else today
    return max(first + timedelta(days=days_kept(party)), today + timedelta(days=1))


def due_if(*, party: int, days: int, now: datetime) -> int:
    """How many checks of the Party the coming night would delete if they were kept for so many days."""
    last = timezone.localdate(now) - timedelta(days=days)
    return EstateCheck.objects.filter(party=party).alias(first=_first_day()).filter(first__lte=last).count()


@transaction.atomic
def keep_for(*, party: int, days: int, by: User) -> None:
    """Keep the Party's checks for so many days from when their devices were counted, or they were begun, whichever is
    earlier; those that are there already included.

    Raises Forbidden unless `by` is an administrator of this very Party; ValueError where the days are not between
    FEWEST_DAYS and MOST_DAYS.
    """
    if not keeps(by, party):
        raise Forbidden(MANAGE_PARTY)
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise ValueError(f"{days} is not between {FEWEST_DAYS} and {MOST_DAYS}.")
    # Two administrators at once: the record tells what each found. And no check is begun by the days of before.
    owner = hold_party(party)
    before = days_kept(party)
    EstatePreference.objects.update_or_create(pk=party, defaults={"keep_days": days})
    checks = EstateCheck.objects.filter(party=party)
    # In the order in which whoever needs two of them locks them; an update takes them as they come.
    list(checks.select_for_update().order_by("pk").values_list("pk"))
    checks.update(keep_until=_counted_from_beginning(days))
    audit.record(
        audit_names.ESTATE_KEEPING, by=by, about=owner, owner=owner.name,
        before={"keep_days": before}, after={"keep_days": days},
    )  # fmt: skip


def _counted_from_beginning(days: int) -> Func:
    """So many days after the first day of the check."""
    return Func(
        _first_day(),
        Value(days),
        template="(%(expressions)s)",
        arg_joiner=" + ",
        output_field=DateField(),
    )


def _first_day() -> TruncDate:
    """The day on which the devices were counted, or the check was begun, as this country counts days."""
    # The least of a value and none is the value.
    return TruncDate(Least(F("created_at"), F("counted_at")))


@transaction.atomic
def forget_columns(*, columns: EstateColumns, by: User) -> None:
    """Forget what the columns of a file with these headings hold: the next such file is asked about anew.

    Raises Forbidden unless `by` may check an estate for the Party.
    """
    require_estate(by, columns.party_id)
    EstateColumns.objects.filter(pk=columns.pk).delete()
