"""The estate checks of a person's Parties, as a list shows them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, Q, QuerySet, Sum

from accounts.access import acting_for, can
from accounts.models import User
from accounts.permissions import CHECK_ESTATE
from cpl.choices import EstateStanding, EstateState
from cpl.models import EstateAnswer, EstateCheck, Notice
from cpl.selectors.estate.lagging import hidden_from
from cpl.selectors.estate.masking import masked
from cpl.selectors.estate.seen import records_seen_by
from cpl.selectors.estate.stored import counted_answers
from cpl.selectors.estate.totals import Figure

WITH = ("party", "created_by", "origin")
_TOLD = (EstateStanding.UP_TO_DATE.value, EstateStanding.URGENT.value)
"""The standings of `Listed`, in its order."""


@dataclass(frozen=True)
class Listed:
    """A check, and how many of its devices are up to date and how many urgent; None until it is done, or where it has
    no devices.
    """

    check: EstateCheck
    up_to_date: Figure | None
    urgent: Figure | None = None

    @property
    def percent_read(self) -> int:
        """How much of the file is read, of a check that is under way."""
        return min(self.check.rows_read * 100 // max(self.check.rows_total, 1), 100)

    @property
    def is_ended(self) -> bool:
        """Whether it ended without an answer: nothing of it was counted, or is kept."""
        return self.check.state in (EstateState.STOPPED, EstateState.CANCELLED)

    @property
    def is_again(self) -> bool:
        """Whether its devices were counted by an earlier check, deleted or not."""
        counted, started = self.check.counted_at, self.check.started_at
        return counted is not None and (started is None or counted < started)

    @property
    def thrown_away_at(self) -> datetime | None:
        """When its file goes unless somebody confirms its columns; None once that is done."""
        if self.check.state != EstateState.UPLOADED:
            return None
        return self.check.created_at + timedelta(minutes=settings.ESTATE_UNCONFIRMED_MINUTES)


def checks_of(person: User) -> QuerySet[EstateCheck]:
    """Those of the person's Parties, the newest first, with all that a list of them tells."""
    return EstateCheck.objects.visible_to(person).select_related(*WITH)


def listed(person: User, checks: Iterable[EstateCheck]) -> list[Listed]:
    """Each check with its figures, counted of what its Party may see today; as many queries for many as for one."""
    rows = list(checks)
    done = [row for row in rows if row.is_done]
    devices: Counter[tuple[int, str]] = Counter()
    for party in dict.fromkeys(row.party_id for row in done):
        devices += _by_standing(acting_for(person, party), [row for row in done if row.party_id == party])
    return [Listed(row, *(_figure(row, devices[row.pk, standing]) for standing in _TOLD)) for row in rows]


def _figure(check: EstateCheck, devices: int) -> Figure | None:
    return Figure(devices, check.devices) if check.is_done and check.devices else None


def _by_standing(person: User, checks: list[EstateCheck]) -> Counter[tuple[int, str]]:
    """Devices by check and standing, as the answer's own page counts them. What names nothing that is hidden is summed
    by the database; of the rest each answer is read as that page reads it.
    """
    answers = EstateAnswer.objects.order_by().filter(estate_check__in=checks)
    summed = answers.filter(standing__in=_TOLD).values_list("estate_check", "standing").annotate(Sum("devices"))
    devices = Counter({(check, standing): number for check, standing, number in summed})
    touched = counted_answers(answers.filter(_names_hidden(person, answers)))
    seen = records_seen_by(person, [row for _, _, row in touched])
    for check, number, row in touched:
        devices[check, row.standing] -= number
        devices[check, masked(row, seen).standing] += number
    return devices


def _names_hidden(person: User, answers: QuerySet[EstateAnswer]) -> Q:
    """Which of these answers name what is hidden. One query, for hidden entries are looked for among those that they
    name: thousands may be hidden, none of which any of them names.
    """
    ends = Func("entry", "target", template="ARRAY[%(expressions)s]", output_field=ArrayField(BigIntegerField()))
    keys = Func("way", ends, template="UNNEST(ARRAY_CAT(%(expressions)s))", output_field=BigIntegerField())
    entries = list(hidden_from(person, pk__in=answers.values(key=keys)).values_list("pk", flat=True))
    notices = ArraySubquery(Notice.objects.exclude(pk__in=Notice.objects.visible_to(person)).order_by().values("pk"))
    return Q(entry__in=entries) | Q(target__in=entries) | Q(way__overlap=entries) | Q(notices__overlap=notices)


def latest(person: User) -> Listed | None:
    """The check that the home page tells of: the newest that is done or under way."""
    states = (EstateState.DONE, EstateState.WAITING, EstateState.RUNNING)
    return next(iter(listed(person, checks_of(person).filter(state__in=states)[:1])), None)


def checks_estates(person: object) -> bool:
    """Whether estates are this person's business; asks the database nothing new."""
    return isinstance(person, User) and can(person, CHECK_ESTATE)
