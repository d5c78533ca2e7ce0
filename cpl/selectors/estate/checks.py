"""The estate checks of a person's Parties, as a list shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Listed:
    """A check, and how many of its devices are up to date; None until it is done, or where it has no devices.

    How many are urgent is told only of the latest.
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
    """Each check with its figure, counted of what its Party may see today; as many queries for many as for one."""
    rows = list(checks)
    done = [row for row in rows if row.is_done]
    known = {
        key: devices
        for party in dict.fromkeys(row.party_id for row in done)
        for key, devices in _up_to_date(
            acting_for(person, party), [row for row in done if row.party_id == party]
        ).items()
    }
    return [Listed(row, _figure(row, known.get(row.pk, 0))) for row in rows]


def _figure(check: EstateCheck, devices: int) -> Figure | None:
    return Figure(devices, check.devices) if check.is_done and check.devices else None


def _up_to_date(person: User, checks: list[EstateCheck]) -> dict[int, int]:
    """Devices that the answer's own page counts as up to date, by check. What names nothing that is hidden is summed by
    the database; of the rest each answer is read as that page reads it.
    """
    answers = EstateAnswer.objects.order_by().filter(estate_check__in=checks)
    stored = answers.filter(standing=EstateStanding.UP_TO_DATE).values_list("estate_check")
    devices = dict(stored.annotate(Sum("devices")))
    touched = counted_answers(answers.filter(_names_hidden(person, answers)))
    seen = records_seen_by(person, [row for _, _, row in touched])
    for key, number, row in touched:
        was, now = (one.standing == EstateStanding.UP_TO_DATE for one in (row, masked(row, seen)))
        devices[key] = devices.get(key, 0) + number * (now - was)
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
    """The check that the home page tells of: the newest that is done or under way; with what is urgent of it."""
    states = (EstateState.DONE, EstateState.WAITING, EstateState.RUNNING)
    newest = next(iter(listed(person, checks_of(person).filter(state__in=states)[:1])), None)
    if newest is None or newest.up_to_date is None:
        return newest
    return replace(newest, urgent=Figure(_urgent(person, newest.check), newest.check.devices))


def _urgent(person: User, check: EstateCheck) -> int:
    """Devices that the answer's own page counts as urgent: what was hidden since may have been all that made them so.

    Four queries, of what is urgent alone.
    """
    answers = EstateAnswer.objects.filter(estate_check=check, standing=EstateStanding.URGENT)
    counted = counted_answers(answers)
    rows = [row for _, _, row in counted]
    seen = records_seen_by(acting_for(person, check.party_id), rows)
    return sum(devices for _, devices, row in counted if masked(row, seen).standing == EstateStanding.URGENT)


def checks_estates(person: object) -> bool:
    """Whether estates are this person's business; asks the database nothing new."""
    return isinstance(person, User) and can(person, CHECK_ESTATE)
